/// One MSSanté address and what it is for (never an IMAP mailbox, which is a `Mailbox`).
public struct BAL: Hashable, Sendable {
  /// The three kinds of MSSanté addresses a pharmacy meets (domain note 6.01: ORG, PER, APP).
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case organisationnelle, nominative, applicative
  }

  /// The name given in the configuration, unique in it.
  public var name: String
  public var address: String
  public var kind: Kind

  public init(name: String, address: String, kind: Kind) {
    self.name = name
    self.address = address
    self.kind = kind
  }
}

/// An RFC 5322 address with its display name, both already decoded.
public struct MailAddress: Hashable, Sendable, Codable {
  public var name: String
  public var address: String

  public init(name: String = "", address: String) {
    self.name = name
    self.address = address
  }

  /// Part after the last `@`, lower-cased; empty when there is none.
  public var domain: String {
    guard let at = address.lastIndex(of: "@") else { return "" }
    return address[address.index(after: at)...].lowercased()
  }

  /// Part before the last `@`.
  public var localPart: String {
    guard let at = address.lastIndex(of: "@") else { return address }
    return String(address[..<at])
  }

  /// Two spellings of one mailbox compare equal here: MSSanté operators ignore case.
  public var normalized: String { address.lowercased() }
}
