// Keys: the buttons — what a hand can press, and how to write it down.

/// One key press, with the modifiers a terminal can report.
///
/// A key is normalised when it is made, so that two ways to describe the same press are equal:
/// Shift of a character is the character itself, and Control folds letters to lower case.
/// A paste is never a key (`Terminal.Input.paste`).
public struct Key: Hashable, Sendable {
  /// What was pressed, modifiers apart.
  public enum Base: Hashable, Sendable {
    case character(Character)
    case enter, tab, backTab, escape, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// F1 to F24.
    case function(Int)
  }

  /// The modifiers of a press. Shift is kept for named keys only.
  public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let control = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let shift = Modifiers(rawValue: 4)
  }

  public let base: Base
  public let modifiers: Modifiers

  /// Makes a normalised key: `(.character("S"), [.control])` is `C-s`, `(.tab, [.shift])` is
  /// back-tab.
  public init(_ base: Base, _ modifiers: Modifiers = []) {
    var base = base
    var modifiers = modifiers
    switch base {
    case .character(let character):
      modifiers.remove(.shift)
      if modifiers.contains(.control), let lower = character.lowercased().first {
        base = .character(lower)
      }
    case .tab where modifiers.contains(.shift):
      base = .backTab
      modifiers.remove(.shift)
    case .backTab:
      modifiers.remove(.shift)
    default:
      break
    }
    self.base = base
    self.modifiers = modifiers
  }

  /// A plain character, as typed in a text field.
  public static func character(_ character: Character) -> Key { Key(.character(character)) }
  /// Control with a letter: `.control("s")` is `C-s`.
  public static func control(_ character: Character) -> Key {
    Key(.character(character), [.control])
  }
  /// Alt with a character.
  public static func alt(_ character: Character) -> Key { Key(.character(character), [.alt]) }
  /// F1 to F24.
  public static func function(_ number: Int) -> Key { Key(.function(number)) }

  public static let enter = Key(.enter)
  public static let tab = Key(.tab)
  public static let backTab = Key(.backTab)
  public static let escape = Key(.escape)
  public static let backspace = Key(.backspace)
  public static let delete = Key(.delete)
  public static let insert = Key(.insert)
  public static let up = Key(.up)
  public static let down = Key(.down)
  public static let left = Key(.left)
  public static let right = Key(.right)
  public static let home = Key(.home)
  public static let end = Key(.end)
  public static let pageUp = Key(.pageUp)
  public static let pageDown = Key(.pageDown)
  public static let space = Key(.character(" "))

  /// The character to insert in a text field; nil for a named key or one held with Control or Alt.
  public var text: Character? {
    guard case .character(let character) = base, modifiers.isEmpty else { return nil }
    return character
  }
}

/// One or a few keys pressed in order, such as `r r`.
public struct KeySequence: Hashable, Sendable {
  /// More keys than this in one binding is a mistake of the keymap.
  public static let longest = 4

  /// 1 to `longest` keys.
  public let keys: [Key]

  /// A sequence of one key.
  public init(_ key: Key) { keys = [key] }

  /// Nil for none or for more than `longest`.
  public init?(_ keys: [Key]) {
    guard (1...Self.longest).contains(keys.count) else { return nil }
    self.keys = keys
  }

  /// Whether `typed` could still become this sequence, or is it.
  public func starts(with typed: [Key]) -> Bool { keys.starts(with: typed) }
}
