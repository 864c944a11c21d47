/// The generation of a mailbox's UIDs: when it changes, every known UID means nothing.
///
/// Source: RFC 3501, 2.3.1.1.
public struct UIDValidity: Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt32

  public init?(_ rawValue: UInt32) {
    guard rawValue != 0 else { return nil }
    self.rawValue = rawValue
  }

  public var description: String { String(rawValue) }
}

/// A mailbox's change counter, 63 bits (RFC 7162, 3.1). Zero says "no counter".
public struct ModificationSequence: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: UInt64

  public init?(_ rawValue: UInt64) {
    guard rawValue <= UInt64(Int64.max) else { return nil }
    self.rawValue = rawValue
  }

  init?(digits: some Collection<UInt8>) {
    guard let number = UInt64(digits: digits) else { return nil }
    self.init(number)
  }

  public var description: String { String(rawValue) }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The name of an IMAP mailbox, kept as the bytes the server used.
///
/// The bytes are the identity and are sent back untouched; ``display`` is only for people and
/// must still pass the output gate. A name is never a path component (I05).
public struct MailboxName: Hashable, Sendable {
  public let raw: [UInt8]

  /// `INBOX` is the one name without case (RFC 3501, 5.1): every spelling becomes `INBOX`.
  public init(raw: [UInt8]) {
    self.raw = keyword(raw) == "INBOX" ? Array("INBOX".utf8) : raw
  }

  /// The name as a person types it; it becomes modified UTF-7.
  public init(display: String) { self.init(raw: ModifiedUTF7.encode(display)) }

  public static let inbox = MailboxName(display: "INBOX")

  /// For people, through the gate. A name that is not legal UTF-7 is shown as it was received.
  public var display: String {
    ModifiedUTF7.decode(raw) ?? String(decoding: raw, as: UTF8.self)
  }
}

/// What a mailbox is for, told by the server and never guessed from a name (RFC 6154; I05).
public enum SpecialUse: String, Hashable, Sendable, CaseIterable {
  case all, archive, drafts, flagged, junk, sent, trash
}

/// One line of a LIST answer.
public struct ListedMailbox: Hashable, Sendable {
  public let name: MailboxName
  /// The hierarchy separator; nil for a flat name.
  public let delimiter: UInt8?
  /// As received, for example `\HasNoChildren`; see ``has(_:)``.
  public let attributes: [Flag]

  public func has(_ attribute: String) -> Bool { attributes.contains(Flag(attribute)) }

  public var isSelectable: Bool { !has("\\Noselect") && !has("\\NonExistent") }

  public var specialUses: Set<SpecialUse> {
    Set(SpecialUse.allCases.filter { has("\\" + $0.rawValue) })
  }
}

/// The numbers of a STATUS answer; nil where the server did not say.
public struct MailboxStatus: Hashable, Sendable {
  public let name: MailboxName
  public var messages: UInt32?
  public var unseen: UInt32?
  public var uidNext: UID?
  public var uidValidity: UIDValidity?
  public var highestModificationSequence: ModificationSequence?
}
