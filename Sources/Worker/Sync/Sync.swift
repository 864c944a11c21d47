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
  /// Mailboxes that are kept here beside INBOX and Sent; their mail opens no demande.
  public var mailboxes: [String]
  /// Where each arrival of an applicative BAL is handed over, absolute; nil: it is not.
  public var exportTo: String?
  /// The mailbox for what is thrown away; nil: the one that the server marks so.
  public var trash: String?
  /// nil: this BAL has one machine.
  public var teamLog: TeamLogAccount?

  public init(
    bal: BAL, trust: TrustSpace, policy: Policy, backend: Backend,
    isPushed: Bool = true, mailboxes: [String] = [], exportTo: String? = nil,
    trash: String? = nil
  ) {
    self.trash = trash
    self.bal = bal
    self.trust = trust
    self.policy = policy
    self.backend = backend
    self.isPushed = isPushed
    self.mailboxes = mailboxes
    self.exportTo = exportTo
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
  /// Revocation lists that lie on the web; kept beside the store.
  public var webLists: WebLists?
  /// A server is believed as well when no list is valid now. Only an administrator may want that.
  public var mayLackList = false
  /// What is shown to a server that asks for a client certificate.
  public var identity: Identity?
  public var login: Login
  /// Whether COMPRESS=DEFLATE is used where it is offered, after the login.
  public var isCompressed = false
  public var patience = Patience()

  public init(
    imap: Server, smtp: Server?, anchors: [String], revocationLists: [String] = [],
    identity: Identity? = nil, login: Login
  ) {
    self.imap = imap
    self.smtp = smtp
    self.anchors = anchors
    self.revocationLists = revocationLists
    self.identity = identity
    self.login = login
  }
}

/// Revocation lists on the web.
public struct WebLists: Sendable {
  public var urls: [String]
  /// Blocks, some seconds at most; nil when nothing came. What it brings is judged here.
  public var fetch: @Sendable (_ url: String) -> [UInt8]?

  public init(urls: [String], fetch: @escaping @Sendable (_ url: String) -> [UInt8]?) {
    self.urls = urls
    self.fetch = fetch
  }
}

/// A client certificate and what opens its key.
public struct Identity: Hashable, Sendable {
  /// Where they lie, absolute.
  public enum Source: Hashable, Sendable {
    case pem(certificate: String, key: String)
    case pkcs12(String)
    /// A card: its PKCS#11 module, absolute, and a `pkcs11:` URI (RFC 7512) without any secret.
    case pkcs11(module: String, address: String)
  }

  public var source: Source
  /// Its first line of output is the passphrase, or the PIN of the card; empty for none.
  public var passphraseCommand: [String]

  public init(source: Source, passphraseCommand: [String] = []) {
    self.source = source
    self.passphraseCommand = passphraseCommand
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
    /// SCRAM-SHA-256 and nothing else.
    case scram(String)
    case scramCommand([String])
    /// The client certificate says who it is (SASL EXTERNAL).
    case certificate
  }

  public var user: String
  public var method: Method
  /// Hosts beside those of mssante.fr that may receive a token.
  public var tokenHosts: [String]
  /// Set: tokens come from a person's screen, and the command is never run here.
  public var tray: TokenTray?

  public init(
    user: String, method: Method, tokenHosts: [String] = [], tray: TokenTray? = nil
  ) {
    self.user = user
    self.method = method
    self.tokenHosts = tokenHosts
    self.tray = tray
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
  /// Messages of an applicative BAL that were handed over.
  public var exported = 0
  /// Moves, deletions and appends whose end is known now.
  public var operations = 0
  public var durationMs = 0

  public init() {}

  /// Nothing of ours went up, or got its answer.
  var isFruitless: Bool { flagsOut + sent + refused + uncertain + operations == 0 }

  /// For a log: counts of what is not zero; nil when nothing happened.
  var line: String? {
    let counts = [
      ("received", received), ("known", known), ("orders", orders), ("flags_in", flagsIn),
      ("flags_out", flagsOut), ("sent", sent), ("refused", refused), ("uncertain", uncertain),
      ("quarantine", quarantine), ("gone", gone), ("operations", operations),
    ].filter { $0.1 > 0 }
    guard !counts.isEmpty else { return nil }
    return (counts + [("duration_ms", durationMs)]).map { "\($0.0)=\($0.1)" }
      .joined(separator: " ")
  }

  enum CodingKeys: String, CodingKey {
    case received, known, orders, sent, refused, uncertain, documents, quarantine, gone, exported
    case operations
    case flagsIn = "flags_in"
    case flagsOut = "flags_out"
    case durationMs = "duration_ms"
  }
}
