/// A message flag, system (`\Seen`) or keyword (`$Forwarded`); case never distinguishes two.
///
/// Source: RFC 3501, 2.3.2. A name received from a server is data: show it only through the gate.
public struct Flag: Hashable, Sendable, CustomStringConvertible {
  /// As it was received or written.
  public let name: String

  public init(_ name: String) { self.name = name }

  public static let seen = Flag("\\Seen")
  public static let answered = Flag("\\Answered")
  public static let flagged = Flag("\\Flagged")
  public static let deleted = Flag("\\Deleted")
  public static let draft = Flag("\\Draft")
  public static let recent = Flag("\\Recent")

  public var description: String { name }

  public static func == (left: Flag, right: Flag) -> Bool {
    left.name.lowercased() == right.name.lowercased()
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(name.lowercased()) }
}
