import NIOSSL

/// What the worker believes: the anchors of the configuration, and nothing else.
struct TrustAnchors: Sendable {
  private let context: NIOSSLContext

  /// Reads the PEM files; `system` adds the machine's own store. No anchor means no connection.
  init(_ anchors: [String]) throws(SyncFailure) {
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      configuration.certificateVerification = .fullVerification
      let files = anchors.filter { $0 != "system" }
      let certificates = try files.flatMap { try NIOSSLCertificate.fromPEMFile($0) }
      guard !anchors.isEmpty, files.isEmpty || !certificates.isEmpty else {
        throw SyncFailure.anchors
      }
      if anchors.contains("system") {
        configuration.trustRoots = .default
        configuration.additionalTrustRoots = [.certificates(certificates)]
      } else {
        configuration.trustRoots = .certificates(certificates)
      }
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .anchors
    }
  }

  /// A handler that verifies chain and host name.
  ///
  /// The check of the DNS name alone and of the revocation lists comes after its handshake and
  /// before the first byte of a login: at the beginning of `IMAPConnection.logIn`, and where
  /// `SubmissionHandler` sees the answer to EHLO.
  func handler(host: String) throws -> NIOSSLClientHandler {
    // An IP address is no SNI name; it is then compared with the certificate's addresses.
    let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
  }
}

extension SyncFailure {
  /// What a broken channel means. BoringSSL tells an unverified chain only in words.
  init(channel error: any Error) {
    if let error = error as? SyncFailure {
      self = error
      return
    }
    if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
      self = .tls(.wrongHost)
      return
    }
    guard let error = error as? NIOSSLError else {
      self = .connectionLost
      return
    }
    switch error {
    case .handshakeFailed(let reason):
      let words = String(describing: reason)
      if words.contains("CERTIFICATE_HAS_EXPIRED") || words.contains("CERTIFICATE_NOT_YET") {
        self = .tls(.expired)
      } else if words.contains("CERTIFICATE_VERIFY_FAILED") {
        self = .tls(.unknownAuthority)
      } else {
        self = .tls(.handshake)
      }
    case .unableToValidateCertificate, .noCertificateToValidate: self = .tls(.unknownAuthority)
    default: self = .connectionLost
    }
  }
}
