public import SASL

/// What a client can ask, as a value; ``ClientStateMachine/send(_:)`` makes bytes of it.
///
/// Its description is the verb alone, so that no password, name or search word reaches a log.
///
/// Every extension is optional: the caller asks ``Capabilities`` first, and what the server did
/// not announce is left out of the bytes or refused with ``SendRefusal/notOffered``.
public enum Command: Hashable, Sendable {
  case capability
  case noop
  case logout
  case startTLS
  case login(user: String, password: String)
  case authenticate(Authentication)
  /// Extension names such as `QRESYNC`; before SELECT.
  case enable([String])
  /// `pattern` may hold `*` and `%`; special-use attributes are asked for when the server can.
  /// With `status`, each mailbox's numbers come along when the server can (RFC 5819).
  case list(pattern: String, status: [StatusItem] = [])
  /// `readOnly` is EXAMINE.
  case select(MailboxName, readOnly: Bool, resync: Resync = .none)
  /// Leaves the mailbox without expunging anything (RFC 3691).
  case unselect
  /// RFC 2342.
  case namespace
  /// Who we are, field by field (RFC 2971).
  case id([String: String])
  /// The storage limits of a mailbox (RFC 9208).
  case quotaRoot(MailboxName)
  case status(MailboxName, [StatusItem])
  case create(MailboxName)
  case delete(MailboxName)
  case rename(MailboxName, to: MailboxName)
  /// `changedSince` needs CONDSTORE; then `vanished` also names what is gone (QRESYNC).
  case fetch(UIDSet, [FetchItem], changedSince: ModificationSequence? = nil, vanished: Bool = false)
  /// With ESEARCH the answer is one set; see ``Response/extendedSearch(_:)``.
  case search([SearchKey])
  /// `unchangedSince` needs CONDSTORE; what lost comes back as ``ResponseCode/modified(_:)``.
  case store(
    UIDSet, StoreChange, [Flag], silent: Bool, unchangedSince: ModificationSequence? = nil)
  case copy(UIDSet, MailboxName)
  /// RFC 6851.
  case move(UIDSet, MailboxName)
  /// UID EXPUNGE (RFC 4315): only these; the plain EXPUNGE is never sent (invariant 7).
  case expunge(UIDSet)
  case append(MailboxName, flags: [Flag], date: InternalDate?, message: [UInt8])
  /// COMPRESS DEFLATE (RFC 4978), once and only after the login;
  /// see ``Output/compressed(_:rest:)``.
  case compress
  /// Nothing else can be sent until ``ClientStateMachine/endIdle()`` and the tagged answer.
  case idle

  /// What a SELECT asks to be told of what happened meanwhile (RFC 7162).
  public enum Resync: Hashable, Sendable {
    case none
    /// Mod-sequences from now on.
    case condstore
    /// Changes and removals since; `known` bounds which UIDs are named, nil means all below.
    case quick(UIDValidity, ModificationSequence, known: UIDSet?)
  }

  public enum StatusItem: String, Hashable, Sendable {
    case messages = "MESSAGES"
    case unseen = "UNSEEN"
    case uidNext = "UIDNEXT"
    case uidValidity = "UIDVALIDITY"
    case highestModificationSequence = "HIGHESTMODSEQ"
  }

  public enum FetchItem: Hashable, Sendable {
    case uid, flags, internalDate, size, envelope, bodyStructure, modificationSequence
    /// The whole message, without setting `\Seen`.
    case body
    /// The header with its empty line, without setting `\Seen`.
    case header
    /// The beginning of one part's content, such as `1.2`, without setting `\Seen`.
    case part(String, length: UInt32)
    /// `length` bytes of the whole message from `offset`, to go on where a connection was cut.
    case bodyRange(offset: UInt32, length: UInt32)
  }

  public enum SearchKey: Hashable, Sendable {
    case all
    case uid(UIDSet)
    /// The field contains the text: a substring match, so compare what comes back.
    case header(field: String, contains: String)
  }

  public enum StoreChange: Hashable, Sendable { case add, remove }
}

extension Command: CustomStringConvertible, CustomDebugStringConvertible {
  public var description: String {
    switch self {
    case .capability: "CAPABILITY"
    case .noop: "NOOP"
    case .logout: "LOGOUT"
    case .startTLS: "STARTTLS"
    case .login: "LOGIN"
    case .authenticate(let authentication): "AUTHENTICATE \(authentication.mechanism)"
    case .enable: "ENABLE"
    case .list: "LIST"
    case .select(_, let readOnly, _): readOnly ? "EXAMINE" : "SELECT"
    case .status: "STATUS"
    case .create: "CREATE"
    case .delete: "DELETE"
    case .rename: "RENAME"
    case .unselect: "UNSELECT"
    case .namespace: "NAMESPACE"
    case .id: "ID"
    case .quotaRoot: "GETQUOTAROOT"
    case .copy: "UID COPY"
    case .move: "UID MOVE"
    case .expunge: "UID EXPUNGE"
    case .fetch: "UID FETCH"
    case .search: "UID SEARCH"
    case .store: "UID STORE"
    case .append: "APPEND"
    case .compress: "COMPRESS DEFLATE"
    case .idle: "IDLE"
    }
  }

  public var debugDescription: String { description }

  /// Seconds the driver waits without any byte before it calls the server silent.
  ///
  /// A refused login is slowed down by servers on purpose (8 s seen). IDLE must be renewed
  /// before 30 minutes (RFC 2177).
  public var patience: Int {
    if case .idle = self { return 29 * 60 }
    return 60
  }
}

/// A SASL exchange: one client message, or an ``SASL/Exchange`` that answers challenges.
public enum Authentication: Hashable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible
{
  /// RFC 4616.
  case plain(user: String, password: String)
  /// Google's form, spoken by Dovecot and most operators.
  case xoauth2(user: String, token: String)
  /// SCRAM-SHA-256, EXTERNAL.
  case exchange(Exchange)
  /// RFC 7628.
  case oauthBearer(user: String, host: String, port: UInt16, token: String)

  public var mechanism: String {
    switch self {
    case .plain: "PLAIN"
    case .exchange(let exchange): exchange.mechanism
    case .xoauth2: "XOAUTH2"
    case .oauthBearer: "OAUTHBEARER"
    }
  }

  public var description: String { mechanism }
  public var debugDescription: String { mechanism }

  /// The client's message before base64. Fields are separated by NUL or 0x01, so that neither
  /// those nor any other control may stand within a field.
  func response() throws(EncodingError) -> [UInt8] {
    let fields: [String]
    let message: String
    switch self {
    case .exchange(let exchange): return exchange.initial
    case .plain(let user, let password):
      guard !(user + password).utf8.contains(0) else { throw .unsafeText }
      return Array("\0\(user)\0\(password)".utf8)
    case .xoauth2(let user, let token):
      fields = [user, token]
      message = "user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}"
    case .oauthBearer(let user, let host, let port, let token):
      fields = [user, host, token]
      // `,` and `=` have a meaning in the GS2 header before the first separator.
      let name = user.map { $0 == "," ? "=2C" : $0 == "=" ? "=3D" : String($0) }.joined()
      message =
        "n,a=\(name),\u{1}host=\(host)\u{1}port=\(port)\u{1}auth=Bearer \(token)\u{1}\u{1}"
    }
    guard fields.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
      throw .unsafeText
    }
    return Array(message.utf8)
  }

  /// What ends a refused exchange, so that the server can send its tagged NO.
  var challengeAnswer: [UInt8] {
    switch self {
    case .plain, .exchange: Array("*\r\n".utf8)
    case .xoauth2: Array("\r\n".utf8)
    case .oauthBearer: Array("AQ==\r\n".utf8)
    }
  }
}
