import Certificates
import Domain
import IMAP

/// An operator's IMAP server, and SMTP submission beside it.
final class IMAPBackend: Backend {
  private let account: IMAPAccount
  private let desk: LoginDesk
  private let stop: Stop
  private let network: Network
  private var anchors: TrustAnchors?
  /// Off for good once a server's stream could not be trusted.
  private var isCompressed: Bool
  private var last: IMAPConnection?
  private let shelf: RevocationShelf?

  /// - Parameters:
  ///   - directory: the store's, where revocation lists are kept.
  ///   - keepsLists: false for who only looks and leaves the store as it is.
  init(
    _ account: IMAPAccount, desk: LoginDesk, directory: String, keepsLists: Bool = true,
    stop: Stop, life: LifeSign
  ) throws(SyncFailure) {
    self.account = account
    self.desk = desk
    self.stop = stop
    let network = Network(life: life)
    self.network = network
    isCompressed = account.isCompressed
    let needsTLS =
      account.imap.security != .none
      || (account.smtp.map { $0.security != .none } ?? false)
    do throws(SyncFailure) {
      let anchors =
        needsTLS
        ? try TrustAnchors(
          account.anchors, lists: account.revocationLists, mayLackList: account.mayLackList)
        : nil
      self.anchors = anchors
      shelf = anchors.flatMap { anchors in
        account.webLists.map {
          RevocationShelf(
            $0, anchors: anchors.texts, directory: directory, keeps: keepsLists)
        }
      }
    } catch {
      network.shutDown()
      throw error
    }
  }

  func connect() throws(SyncFailure) -> any MailSession {
    try IMAPSession(connection: try open())
  }

  /// A connection that is logged in, and nothing said over it yet.
  func open() throws(SyncFailure) -> IMAPConnection {
    try prepare()
    let connection: IMAPConnection
    do throws(SyncFailure) {
      connection = try IMAPConnection(
        server: account.imap, anchors: anchors, network: network, stop: stop,
        patience: account.patience)
    } catch {
      throw error == .tls(.unknownAuthority) ? lookAgain() : error
    }
    try desk.inTurn { () throws(SyncFailure) in
      try connection.logIn(desk, server: account.imap)
    }
    try compress(connection)
    return connection
  }

  /// Only after the login, and never again once it went wrong: then mail still comes, uncompressed.
  private func compress(_ connection: IMAPConnection) throws(SyncFailure) {
    guard isCompressed else { return }
    if let failure = try last?.failure, failure == .compression { isCompressed = false }
    last = connection
    if isCompressed { try connection.compress() }
  }

  /// Before each connection: files may have changed, a card may have been put back.
  private func prepare() throws(SyncFailure) {
    renewTrust()
    guard let identity = account.identity, anchors?.lacksIdentity == true else { return }
    try anchors?.show(try ClientIdentity.opened(identity, desk))
  }

  /// An expired certificate and an unknown authority need different sentences. Nothing but a
  /// handshake is made, and it cannot succeed.
  private func lookAgain() -> SyncFailure {
    guard let (looking, witness) = anchors?.looking() else { return .tls(.unknownAuthority) }
    do throws(SyncFailure) {
      try IMAPConnection(
        server: account.imap, anchors: looking, network: network, stop: stop,
        patience: account.patience
      ).close()
    } catch .stopped {
      return .stopped
    } catch {
      // Expected: only what the witness saw matters.
    }
    return .tls(witness.problem)
  }

  var carrier: (any Carrier)? { submission(account.patience) }

  /// nil when nothing can be sent.
  func submission(_ patience: Patience) -> SubmissionCarrier? {
    account.smtp.map {
      SubmissionCarrier(
        server: $0, desk: desk, anchors: anchors, network: network, stop: stop,
        patience: patience)
    }
  }

  func renewTrust() {
    shelf?.refresh()
    anchors?.reload(shelf)
  }

  var register: CertificateRegister? { anchors?.register }

  /// A server tells by IDLE or is asked.
  var watched: [String] { [] }

  func close() {
    last = nil
    network.shutDown()
  }
}
