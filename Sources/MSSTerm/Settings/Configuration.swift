public import Domain

/// Everything config.toml says (cli.md, "Configuration"), checked and with its defaults.
public struct Configuration: Equatable, Sendable {
  /// nil for the demonstration, which has no file.
  public var path: String?
  public var officine: Officine
  public var postes: Postes
  public var bals: [BALSettings]
  public var sending: Sending
  public var screen: Screen
  public var trust: TrustSpace
  public var templates: [TemplateText]
  /// Context → key sequence → command name; judged by the keymap itself.
  public var keymap: [String: [String: String]]
  public var warnings: [SettingsWarning]
  /// When it is open; without `[hours]` always.
  public var hours = OpeningHours.always
  public var alarms = AlarmPolicy()
  /// Shown after the built-in views.
  public var views: [CustomView] = []
  public var vault = VaultSettings()

  public struct Officine: Equatable, Sendable {
    public var name: String
    public var policy: Policy
    /// Of the machine when nil.
    public var timezone: String?
  }

  public struct Postes: Equatable, Sendable {
    public var standard: Poste
    /// ssh client address → poste name
    public var byAddress: [String: String]
    public var named: [String: Poste]

    /// The poste called `name`, with its own printer and lock delay when the file gives them.
    public func poste(named name: String) -> Poste {
      if let own = named[name] { return own }
      return Poste(
        name: name, printer: standard.printer, lockAfter: standard.lockAfter,
        isShared: standard.isShared)
    }
  }

  public struct Sending: Equatable, Sendable {
    /// Value of X-MSS-NIL; empty when the product was never declared, and then the header is
    /// absent (domain note 1.60).
    public var productReference: String
    public var displayName: String
    public var finess: String
    /// Seconds during which an answer given on screen can be taken back.
    public var undoDelay: Int
  }

  public struct Screen: Equatable, Sendable {
    public enum Language: String, CaseIterable, Sendable { case fr, en }
    public enum Color: String, CaseIterable, Sendable { case auto, always, never }
    public var language: Language?
    public var theme: String
    public var mouse: Bool
    public var color: Color
  }

  public struct TemplateText: Equatable, Sendable {
    public var name: String
    public var body: String
  }

  /// The officine's own BAL: its store keeps the people, whichever BAL is open.
  public var organisation: BALSettings? {
    bals.first { $0.bal.kind == .organisationnelle }
  }

  /// The BAL called `name`, or the first one.
  public func bal(named name: String?) throws(SettingsError) -> BALSettings {
    guard let name else {
      guard let first = bals.first else {
        throw .missing(path: path ?? "config.toml", line: 1, key: "[[bal]]")
      }
      return first
    }
    guard let found = bals.first(where: { $0.bal.name == name }) else {
      throw .unknownBAL(name: name, known: bals.map(\.bal.name))
    }
    return found
  }
}

/// One `[[bal]]`.
public struct BALSettings: Equatable, Sendable {
  public enum Backend: Equatable, Sendable {
    case imap(IMAPSettings)
    case maildir(MaildirSettings)
  }

  public var bal: BAL
  /// Absolute.
  public var store: String
  /// The store belongs to a group (0660/2770) instead of one account.
  public var isGroupStore: Bool
  public var backend: Backend
  /// The mailbox that the machines of the officine share, levels written with `/`; empty: one
  /// machine.
  public var teamLog: String
  /// Prints the officine's key.
  public var teamKeyCommand: [String] = []
  /// Whether the server is listened to (IDLE).
  public var isPushed = true
  /// Mailboxes kept beside INBOX and Sent.
  public var mailboxes: [String] = []
  /// The mailbox for what is thrown away; nil: the one that the server marks so.
  public var trash: String?
  /// The OS user a nominative BAL belongs to; nil: whoever owns its store.
  public var osUser: String?
  /// Initials or name of the member a nominative BAL belongs to.
  public var member: String?
  /// Where an applicative BAL's documents go; absolute.
  public var exportTo: String?
  /// Seconds after which finished work is purged here; nil: never by itself.
  public var retention: Int64?
  /// Purging takes the operator's copy to the trash there as well.
  public var isRetentionOnServer = false

  /// Whether servers are asked of the address's domain.
  public var asksDomain: Bool {
    guard case .imap(let server) = backend else { return false }
    return server.asksDomain && (server.imap == nil || server.smtp == nil)
  }
}

public struct ServerSettings: Equatable, Sendable {
  public enum TLS: String, CaseIterable, Sendable {
    case starttls, implicit
    /// Loopback only.
    case none
  }
  public var host: String
  public var port: Int
  public var tls: TLS
}

public struct IMAPSettings: Equatable, Sendable {
  /// nil: the address's own domain is asked.
  public var imap: ServerSettings?
  public var smtp: ServerSettings?
  /// Files with the trust anchors, absolute; `system` names the machine's own store.
  public var trust: [String]
  public var auth: AuthSettings
  /// Revocation lists: files, absolute, or `http` and `https` URLs.
  public var crl: [String] = []
  /// Whether no list that is valid now means no connection.
  public var isCRLRequired = true
  /// Hosts beside mssante.fr that may receive a token, or be named by autoconfiguration.
  public var tokenHosts: [String] = []
  /// Whether COMPRESS is used where it is offered.
  public var isCompressed = false
  /// Whether the address's domain is asked for the servers that are not named here.
  public var asksDomain = false
  /// Lets autoconfiguration name a server on this very machine: for tests.
  public var allowsLoopback = false
  /// `ADDRESS` or `ADDRESS:PORT` of an IPv4 name server; nil for the machine's own.
  public var nameserver: String?
}

public struct AuthSettings: Equatable, Sendable {
  public enum Method: String, CaseIterable, Sendable {
    case password, scram, certificate, xoauth2, oauthbearer
  }
  public var method: Method
  public var user: String
  public var password: String?
  public var passwordCommand: [String]
  public var tokenCommand: [String]
  /// A PEM file with `key` beside it, or a PKCS#12 file without; absolute.
  public var certificate: String?
  public var key: String?
  public var keyPasswordCommand: [String] = []
  /// A key that never leaves its card (RFC 7512), and the module that speaks to it; absolute.
  public var pkcs11: String?
  public var pkcs11Module: String?
  public var pinCommand: [String] = []
  public var tokenFrom = TokenSource.worker

  /// Who runs `token_command`.
  public enum TokenSource: String, CaseIterable, Sendable {
    case worker
    /// A person's screen, which hands the token to the worker.
    case screen
  }
}

public struct MaildirSettings: Equatable, Sendable {
  public var path: String
  /// A command that takes the message on its standard input, and recipients as arguments.
  public var sendmail: [String]
  /// A Maildir that receives what is sent.
  public var outbox: String?
}

extension Configuration {
  /// For `--store DIR` without any configuration: reading and importing, no server.
  public static func bare(store: String) -> Configuration {
    let settings = BALSettings(
      bal: BAL(name: "officine", address: "", kind: .organisationnelle), store: store,
      isGroupStore: false,
      backend: .maildir(MaildirSettings(path: "", sendmail: [], outbox: nil)), teamLog: "")
    return Configuration(
      path: nil, officine: Officine(name: "", policy: Policy()),
      postes: Postes(standard: Poste(name: ""), byAddress: [:], named: [:]), bals: [settings],
      sending: Sending(productReference: "", displayName: "", finess: "", undoDelay: 12),
      screen: Screen(language: nil, theme: "default", mouse: false, color: .auto),
      trust: TrustSpace(), templates: [], keymap: [:], warnings: [])
  }
}
