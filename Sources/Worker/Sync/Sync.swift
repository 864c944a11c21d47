// Sync, the errand runner: between the store and the operator, and nothing lost on the way.
public import Domain

/// The BAL this worker speaks for, and everything it must know to do so.
public struct Account: Sendable {
  public enum Backend: Sendable {
    case imap(IMAPAccount)
    case maildir(MaildirAccount)
  }

  public var bal: BAL
  public var trust: TrustSpace
  public var policy: Policy
  public var backend: Backend
  /// Whether the server is listened to (IDLE); false asks it from time to time instead.
  public var isPushed: Bool

  public init(
    bal: BAL, trust: TrustSpace, policy: Policy, backend: Backend,
    isPushed: Bool = true
  ) {
    self.bal = bal
    self.trust = trust
    self.policy = policy
    self.backend = backend
    self.isPushed = isPushed
  }
}

/// A mail server: where it is and how the connection becomes secret.
public struct Server: Hashable, Sendable {
  public enum Security: Hashable, Sendable {
    case startTLS, implicit
    /// Only for a server on this very machine; the settings have checked that.
    case none
  }

  public var host: String
  public var port: Int
  public var security: Security

  public init(host: String, port: Int, security: Security) {
    self.host = host
    self.port = port
    self.security = security
  }
}

public struct IMAPAccount: Sendable {
  public var imap: Server
  /// nil: nothing can be sent, and a queued item says so.
  public var smtp: Server?
  /// PEM files, absolute; `system` names the machine's own store. Nothing else is trusted.
  public var anchors: [String]
  /// Files with revocation lists, absolute; empty: none is asked for.
  public var revocationLists: [String]
  public var login: Login

  public init(
    imap: Server, smtp: Server?, anchors: [String], revocationLists: [String] = [],
    login: Login
  ) {
    self.imap = imap
    self.smtp = smtp
    self.anchors = anchors
    self.revocationLists = revocationLists
    self.login = login
  }
}

/// Who logs in and where the secret comes from; the secret itself is fetched when it is needed.
public struct Login: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  public enum Method: Sendable {
    case password(String)
    /// A command whose first line of output is the password.
    case passwordCommand([String])
    /// A command whose first line is an access token.
    case xoauth2([String])
    case oauthBearer([String])
  }

  public var user: String
  public var method: Method

  public init(user: String, method: Method) {
    self.user = user
    self.method = method
  }

  public var description: String { "login" }
  public var debugDescription: String { description }
}

public struct MaildirAccount: Sendable {
  /// Absolute.
  public var path: String
  /// A command that takes the mail on its standard input and recipients as arguments.
  public var sendmail: [String]
  /// A Maildir that receives what is sent.
  public var outbox: String?

  public init(path: String, sendmail: [String] = [], outbox: String? = nil) {
    self.path = path
    self.sendmail = sendmail
    self.outbox = outbox
  }
}

/// What one pass did; the keys of `sync --json`.
public struct SyncReport: Hashable, Sendable, Codable {
  public var received = 0
  /// Here before: found again in another place or after a renumbering.
  public var known = 0
  /// Demandes opened or touched.
  public var orders = 0
  public var flagsIn = 0
  public var flagsOut = 0
  public var sent = 0
  public var refused = 0
  public var uncertain = 0
  public var documents = 0
  /// Messages that could not be read: kept raw and listed.
  public var quarantine = 0
  /// Messages that the server no longer has.
  public var gone = 0
  public var durationMs = 0

  public init() {}

  enum CodingKeys: String, CodingKey {
    case received, known, orders, sent, refused, uncertain, documents, quarantine, gone
    case flagsIn = "flags_in"
    case flagsOut = "flags_out"
    case durationMs = "duration_ms"
  }
}
