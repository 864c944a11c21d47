import Certificates
import Foundation
import NIOCore
import NIOSSL
import Synchronization

/// What the worker believes: the anchors of the configuration, and nothing else.
struct TrustAnchors: Sendable {
  private let configuration: TLSConfiguration
  private var context: NIOSSLContext
  private var own: ClientIdentity?
  /// PEM, of the files: who may sign a revocation list.
  let texts: [String]
  private let listFiles: [String]
  private let mayLackList: Bool
  private var lists: RevocationLists?
  /// What `lists` was read from.
  private var read: [[UInt8]]?
  private var lack = SyncFailure.TLSProblem.noRevocationList
  /// Until when the certificates that were seen are valid.
  let register = CertificateRegister()
  /// Set in a copy that only looks at the server's certificate and accepts none.
  private var witness: Witness?

  /// Reads the PEM files; `system` adds the machine's own store. No anchor means no connection.
  ///
  /// - Parameters:
  ///   - lists: files with revocation lists, DER or PEM; none means no such check.
  ///   - mayLackList: a server is believed as well when no list is valid now.
  init(
    _ anchors: [String], lists: [String] = [], mayLackList: Bool = false
  ) throws(SyncFailure) {
    guard !anchors.isEmpty else { throw .anchors("") }
    var certificates: [NIOSSLCertificate] = []
    var texts: [String] = []
    for file in anchors where file != "system" {
      certificates += try Self.certificates(of: file)
      texts.append((try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
    }
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
    self.configuration = configuration
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw .anchors(anchors.joined(separator: ", "))
    }
    self.texts = texts
    listFiles = lists
    self.mayLackList = mayLackList
    reload(nil)
  }

  /// True when a configured client certificate was not read yet, or its card was taken out.
  var lacksIdentity: Bool { own?.isGone ?? true }

  /// From now on servers that ask are shown this.
  mutating func show(_ identity: ClientIdentity) throws(SyncFailure) {
    var configuration = configuration
    configuration.certificateChain = identity.chain
    configuration.privateKey = identity.key
    if identity.needsTLS12 { configuration.maximumTLSVersion = .tlsv12 }
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      // The key does not belong to the certificate.
      throw .tls(.client)
    }
    own = identity
  }

  /// Revocation lists are renewed under us: read before each connection. A file that is missing
  /// is no list, and then nothing is believed.
  ///
  /// - Parameter shelf: those from the web; nil when none is configured.
  mutating func reload(_ shelf: RevocationShelf?) {
    guard !listFiles.isEmpty || shelf != nil else { return }
    let files = listFiles.map { file in
      FileManager.default.contents(atPath: file).map { Array($0.prefix(Self.listBytes)) } ?? []
    }
    let found = files + (shelf?.contents ?? [])
    let judged: RevocationLists
    if let lists, found == read {
      judged = lists
    } else {
      judged = RevocationLists(files: found, anchors: texts)
    }
    (lists, read) = (judged, found)
    lack = shelf?.isUnreached == true ? .listUnreachable : .noRevocationList
    register.note(list: judged.newest(now: Date()), failingSince: shelf?.failingSince)
  }

  private static let listBytes = CertificateLimits.listBytes + 1

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

  /// TLS, and behind it the second look: nothing of the protocol passes before both are done.
  func handlers(host: String) throws -> [any ChannelHandler] {
    // An IP address is no SNI name; it is then compared with the certificate's addresses.
    let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    let name = isAddress ? nil : host
    guard let witness else {
      let register = register
      let check = PeerCheckHandler(
        PeerCheck(host: host, lists: lists, mayLackList: mayLackList), lack: lack
      ) {
        register.note(host: host, notAfter: $0.notAfter)
      }
      return [try NIOSSLClientHandler(context: context, serverHostname: name), check]
    }
    return [
      try NIOSSLClientHandler(
        context: context, serverHostname: name,
        customVerificationCallback: {
          (chain: [NIOSSLCertificate], promise: EventLoopPromise<NIOSSLVerificationResult>) in
          witness.note(chain.first)
          promise.succeed(.failed)
        })
    ]
  }

  /// Anchors for a second look at a certificate that was refused: no handshake succeeds with them.
  func looking() -> (anchors: TrustAnchors, witness: Witness) {
    let witness = Witness()
    var copy = self
    copy.witness = witness
    return (copy, witness)
  }
}

/// What was learned of certificates, for the warning before one expires.
final class CertificateRegister: Sendable {
  private struct State {
    var dates: [String: Date] = [:]
    var list: (updated: Date, next: Date?)?
    var failingSince: Date?
  }

  private let state = Mutex(State())

  func note(host: String, notAfter: Date) { state.withLock { $0.dates[host] = notAfter } }
  func note(list: (updated: Date, next: Date?)?, failingSince: Date?) {
    state.withLock { ($0.list, $0.failingSince) = (list, failingSince) }
  }
  var dates: [String: Date] { state.withLock { $0.dates } }
  var list: (updated: Date, next: Date?)? { state.withLock { $0.list } }
  /// Since when the list could not be renewed, although it still counts.
  var failingSince: Date? { state.withLock { $0.failingSince } }
}

/// What a refused certificate says of itself: BoringSSL only tells that it was refused.
final class Witness: Sendable {
  private let seen = Mutex<PeerCheck.Refused?>(nil)

  var problem: SyncFailure.TLSProblem {
    switch seen.withLock({ $0 }) {
    case .expired: .expired
    case .notYetValid: .notYetValid
    case .selfSigned: .selfSigned
    case .unknownAuthority, .unreadable, nil: .unknownAuthority
    }
  }

  fileprivate func note(_ certificate: NIOSSLCertificate?) {
    guard let der = try? certificate?.toDERBytes() else { return }
    seen.withLock { $0 = PeerCheck.reason(der: der, now: Date()) }
  }
}

extension SyncFailure {
  /// What a broken channel means. BoringSSL tells most of it only in words.
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
    case .handshakeFailed(let reason): self = .tls(Self.problem(String(describing: reason)))
    case .unableToValidateCertificate, .noCertificateToValidate: self = .tls(.unknownAuthority)
    default: self = .connectionLost
    }
  }

  private static func problem(_ words: String) -> TLSProblem {
    if words.contains("CERTIFICATE_VERIFY_FAILED") { return .unknownAuthority }
    // The server greets in clear where TLS was expected (T02).
    if words.contains("WRONG_VERSION_NUMBER") { return .plaintext }
    // Only a card signs elsewhere.
    if words.contains("PRIVATE_KEY_OPERATION_FAILED") { return .card }
    let old = ["UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "INSUFFICIENT_SECURITY"]
    if old.contains(where: { words.contains($0) }) { return .protocolVersion }
    return .handshake
  }
}
