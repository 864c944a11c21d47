/// Text a server wrote for people: data from outside, shown only framed and through the gate.
///
/// Before TLS anyone on the road may have written it (I06). Its description hides it from logs.
public struct ServerText: Hashable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible
{
  public let bytes: [UInt8]

  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// UTF-8 with replacement, controls and all: hand it to the gate, never to a terminal.
  public var ungated: String { String(decoding: bytes, as: UTF8.self) }

  public var description: String { "server text, \(bytes.count) bytes" }
  public var debugDescription: String { description }
}

/// The first word of a status response.
public enum StatusKind: String, Hashable, Sendable {
  case ok = "OK"
  case no = "NO"
  case bad = "BAD"
  case bye = "BYE"
  case preauth = "PREAUTH"
}

/// A status with its code and text: tagged, it completes a command (RFC 3501, 7.1).
public struct Status: Hashable, Sendable {
  public let kind: StatusKind
  public let code: ResponseCode?
  public let text: ServerText

  public var isOK: Bool { kind == .ok }
}

/// How a command ended.
public typealias Completion = Status

/// An untagged response.
public enum Response: Hashable, Sendable {
  case status(Status)
  case capability(Capabilities)
  case flags([Flag])
  case list(ListedMailbox)
  case mailboxStatus(MailboxStatus)
  /// The answer to UID SEARCH: UIDs in the server's order, perhaps with repetitions.
  case search([UID])
  /// The answer to a search in one set (RFC 4731; IMAP4rev2 always).
  case extendedSearch(UIDSet)
  /// RFC 9208; usage and limit of STORAGE are in units of 1,024 bytes.
  case quota(Quota)
  /// Where this login's own mailboxes are (RFC 2342); others' are left out.
  case namespace([Namespace])
  /// Who the server is (RFC 2971), for a person to read through the gate.
  case id([String: ServerText])
  case exists(UInt32)
  case recent(UInt32)
  /// A sequence number; with QRESYNC enabled servers send ``vanished(_:earlier:)`` instead.
  case expunge(UInt32)
  case vanished(UIDSet, earlier: Bool)
  case enabled([String])
  case fetch(FetchedMessage)
  /// Something this room does not know: legal, and never the end of a session.
  case other(name: String, values: [Value])
  /// A known or unknown response that could not be read; for FETCH with its sequence number.
  case unreadable(name: String, number: UInt32?, Unreadable)
}

/// The limits of one quota root.
public struct Quota: Hashable, Sendable {
  public struct Resource: Hashable, Sendable {
    /// Upper case: `STORAGE`, `MESSAGE`.
    public let name: String
    public let usage: UInt64
    public let limit: UInt64
  }

  public let root: ServerText
  public let resources: [Resource]
}

/// What the names of some mailboxes begin with, and what stands between their levels.
public struct Namespace: Hashable, Sendable {
  public let prefix: MailboxName
  public let delimiter: UInt8?
}

/// What one FETCH response says about one message; nil where it says nothing.
///
/// Servers send FETCH unasked and in any order: whether it answers a question is the caller's
/// to check by ``uid``. ``size`` is the server's claim, not the count of ``body``.
public struct FetchedMessage: Hashable, Sendable {
  /// One `BODY[…]` item.
  public struct Section: Hashable, Sendable {
    /// Upper case without origin: `BODY[]`, `BODY[HEADER]`.
    public let name: String
    /// Where a partial fetch began, in bytes.
    public let origin: UInt32?
    /// Nil when the server answered NIL.
    public let bytes: [UInt8]?
  }

  public let sequenceNumber: UInt32
  public var uid: UID?
  public var flags: [Flag]?
  /// Nil also for a date that does not exist (I07).
  public var internalDate: InternalDate?
  public var size: UInt64?
  public var modificationSequence: ModificationSequence?
  public var sections: [Section] = []
  /// ENVELOPE, BODYSTRUCTURE and what extensions add, by upper-case name.
  public var others: [String: Value] = [:]

  /// The exact bytes of the whole message, when it was fetched from its start.
  public var body: [UInt8]? { bytes(of: "BODY[]") }

  /// The exact bytes of the header with its empty line.
  public var header: [UInt8]? { bytes(of: "BODY[HEADER]") }

  private func bytes(of name: String) -> [UInt8]? {
    sections.first { $0.name == name && ($0.origin ?? 0) == 0 }?.bytes
  }
}

/// The names a CAPABILITY answer gave, in upper case (RFC 3501, 7.2.1).
public struct Capabilities: Hashable, Sendable {
  public let names: Set<String>

  public init(_ names: some Sequence<String>) { self.names = Set(names.map { $0.uppercased() }) }

  /// Case does not matter: `has("auth=plain")`.
  public func has(_ name: String) -> Bool { names.contains(name.uppercased()) }

  /// RETURN options need LIST-EXTENDED as well (RFC 6154, 2), unless the server is IMAP4rev2.
  var listsSpecialUse: Bool {
    has("IMAP4REV2") || (has("SPECIAL-USE") && has("LIST-EXTENDED"))
  }

  /// QRESYNC includes CONDSTORE (RFC 7162, 3.2.3).
  public var hasModificationSequences: Bool { has("CONDSTORE") || has("QRESYNC") }

  /// RFC 5819.
  var listsStatus: Bool { has("LIST-STATUS") || has("IMAP4REV2") }

  /// The largest literal that may follow without waiting (RFC 7888).
  var nonSynchronisingLiteral: Int {
    if has("LITERAL+") { return .max }
    return has("LITERAL-") || has("IMAP4REV2") ? 4_096 : -1
  }
}
