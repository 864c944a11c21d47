import Glibc
import NIOCore
import NIOSSL
import Synchronization

/// What the worker believes: the anchors of the configuration, and nothing else.
struct TrustAnchors: Sendable {
  private let context: NIOSSLContext
  /// Set in a copy that only looks at the server's certificate and accepts none.
  private var witness: Witness?

  /// Reads the PEM files; `system` adds the machine's own store. No anchor means no connection.
  init(_ anchors: [String]) throws(SyncFailure) {
    guard !anchors.isEmpty else { throw .anchors("") }
    var certificates: [NIOSSLCertificate] = []
    for file in anchors where file != "system" { certificates += try Self.certificates(of: file) }
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      // A server that is gone never says goodbye; leaving must not wait for it.
      configuration.shutdownTimeout = .milliseconds(500)
      configuration.certificateVerification = .fullVerification
      if anchors.contains("system") {
        configuration.trustRoots = .default
        configuration.additionalTrustRoots = [.certificates(certificates)]
      } else {
        configuration.trustRoots = .certificates(certificates)
      }
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .anchors(anchors.joined(separator: ", "))
    }
  }

  private static func certificates(
    of file: String
  ) throws(SyncFailure) -> [NIOSSLCertificate] {
    do {
      let found = try NIOSSLCertificate.fromPEMFile(file)
      if !found.isEmpty { return found }
    } catch {
      // The person corrects the file, whatever is wrong in it.
    }
    throw .anchors(file)
  }

  /// A handler that verifies chain and host name.
  ///
  /// The check of the DNS name alone and of the revocation lists comes after its handshake and
  /// before the first byte of a login: at the beginning of `IMAPConnection.logIn`, and where
  /// `SubmissionHandler` sees the answer to EHLO.
  func handler(host: String) throws -> NIOSSLClientHandler {
    // An IP address is no SNI name; it is then compared with the certificate's addresses.
    let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    let name = isAddress ? nil : host
    guard let witness else {
      return try NIOSSLClientHandler(context: context, serverHostname: name)
    }
    return try NIOSSLClientHandler(
      context: context, serverHostname: name,
      customVerificationCallback: {
        (chain: [NIOSSLCertificate], promise: EventLoopPromise<NIOSSLVerificationResult>) in
        witness.note(chain.first)
        promise.succeed(.failed)
      })
  }

  /// Anchors for a second look at a certificate that was refused: no handshake succeeds with them.
  func looking() -> (anchors: TrustAnchors, witness: Witness) {
    let witness = Witness()
    var copy = self
    copy.witness = witness
    return (copy, witness)
  }
}

/// What a refused certificate says of its own time: BoringSSL only tells that it was refused.
final class Witness: Sendable {
  private let hasExpired = Mutex(false)

  var isOutOfTime: Bool { hasExpired.withLock { $0 } }

  fileprivate func note(_ certificate: NIOSSLCertificate?) {
    guard let certificate else { return }
    let now = time(nil)
    let isOut = now > certificate.notValidAfter || now < certificate.notValidBefore
    hasExpired.withLock { $0 = isOut }
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
      let isRefused = String(describing: reason).contains("CERTIFICATE_VERIFY_FAILED")
      self = .tls(isRefused ? .unknownAuthority : .handshake)
    case .unableToValidateCertificate, .noCertificateToValidate: self = .tls(.unknownAuthority)
    default: self = .connectionLost
    }
  }
}
