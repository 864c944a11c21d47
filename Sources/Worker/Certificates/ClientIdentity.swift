public import NIOSSL

/// What this poste shows of itself to a server that asks: a certificate and the key to it.
public struct ClientIdentity: Sendable {
  /// Where they lie.
  public enum Source: Hashable, Sendable {
    /// Two PEM files; the key may be under a passphrase.
    case pem(certificate: String, key: String)
    /// One file with both (RFC 7292).
    case pkcs12(String)
  }

  /// Our own certificate or key cannot be used: missing, unreadable, or a wrong passphrase.
  public struct Unusable: Error, Hashable, Sendable {}

  public let chain: [NIOSSLCertificateSource]
  public let key: NIOSSLPrivateKeySource

  /// - Parameter passphrase: nil when there is none; never kept.
  public init(_ source: Source, passphrase: String?) throws(Unusable) {
    do {
      switch source {
      case .pem(let certificate, let key):
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        guard !chain.isEmpty else { throw Unusable() }
        self.chain = chain.map { .certificate($0) }
        let bytes = Array((passphrase ?? "").utf8)
        self.key = .privateKey(
          try NIOSSLPrivateKey(file: key, format: .pem) { set in set(bytes) })
      case .pkcs12(let file):
        let bundle = try NIOSSLPKCS12Bundle(
          file: file, passphrase: passphrase.map { Array($0.utf8) })
        chain = bundle.certificateChain.map { .certificate($0) }
        key = .privateKey(bundle.privateKey)
      }
    } catch {
      throw Unusable()
    }
  }
}
