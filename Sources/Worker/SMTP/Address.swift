/// A mail address that is safe between the `<` and `>` of the envelope (O08).
///
/// Deliberately narrower than RFC 5321: no quoted local part, no source route, no literal
/// address. What MSSanté uses is a plain dot-atom, and nothing else can carry a command.
public struct Address: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Why a text is no address. Carries none of it.
  public enum Refusal: Error, Hashable, Sendable {
    case empty
    case tooLong
    /// A control, a blank, an invisible or a special character.
    case forbiddenCharacter
    /// Not exactly one `@` between two dot-atoms.
    case malformed
  }

  public let text: String

  public init(_ text: String) throws(Refusal) {
    guard !text.isEmpty else { throw .empty }
    let special = "\"(),:;<>[\\]".unicodeScalars
    guard
      text.unicodeScalars.allSatisfy({ Address.isVisible($0) && !special.contains($0) })
    else { throw .forbiddenCharacter }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw .malformed }
    for part in parts {
      let atoms = part.split(separator: ".", omittingEmptySubsequences: false)
      guard !atoms.contains(where: \.isEmpty) else { throw .malformed }
    }
    // RFC 5321, 4.5.3.1: a path is at most 256 octets with its angle brackets.
    guard text.utf8.count <= 254, parts[0].utf8.count <= 64 else { throw .tooLong }
    self.text = text
  }

  /// Of a mail that does not exist.
  static let nobody = Address()

  private init() { text = "" }

  public var isASCII: Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  /// An address holds a patient's number: no log gets it by accident.
  public var description: String { "address" }
  public var debugDescription: String { description }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      false
    default:
      true
    }
  }
}
