/// What `SyncStatus.failure` may be for a server that is not believed, for the rooms that must
/// have a sentence for each.
public enum FailureCodes {
  public static let tls = [
    "tls.anchors", "tls.authority", "tls.card", "tls.client", "tls.client-refused", "tls.crl",
    "tls.crl-fetch", "tls.expired", "tls.handshake", "tls.host", "tls.not-offered", "tls.not-yet",
    "tls.pin", "tls.plaintext", "tls.protocol", "tls.revoked", "tls.self-signed", "tls.tampered",
  ]
}
