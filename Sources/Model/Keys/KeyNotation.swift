/// Why a key of a keymap file could not be read.
public enum KeyError: Error, Equatable, Sendable {
  /// Nothing was written.
  case empty
  /// No key has this name.
  case unknownKey(String)
  /// A terminal sends the same byte for both, so this binding would act on `twin`.
  case indistinguishable(String, twin: String)
  /// More than `KeySequence.longest` keys.
  case tooLong(String)

  /// What is wrong and what to write instead.
  public func message(french: Bool) -> String {
    switch self {
    case .empty:
      french
        ? "Touche vide : écrire par exemple « C-s », « r r » ou « F3 »."
        : "Empty key: write for instance \"C-s\", \"r r\" or \"F3\"."
    case .unknownKey(let text):
      french
        ? "Touche inconnue « \(text) » : un caractère, « C-s », « A-x », « F3 », « Entrée »…"
        : "Unknown key \"\(text)\": one character, \"C-s\", \"A-x\", \"F3\", \"Enter\"…"
    case .indistinguishable(let text, let twin):
      french
        ? "« \(text) » et « \(twin) » sont la même touche pour un terminal : choisir une autre."
        : "\"\(text)\" and \"\(twin)\" are the same key to a terminal: choose another one."
    case .tooLong(let text):
      french
        ? "« \(text) » : quatre touches au plus."
        : "\"\(text)\": four keys at most."
    }
  }
}

/// The names of one key in the file notation and on screen.
private struct KeyName {
  let base: Key.Base
  let name: String
  let french: String
  let english: String
  let aliases: [String]

  init(_ base: Key.Base, _ name: String, _ french: String, _ english: String, _ aliases: [String]) {
    (self.base, self.name, self.french, self.english) = (base, name, french, english)
    self.aliases = aliases
  }

  /// The first name is what `notation` prints; all of them, in both languages, are read.
  static let all: [KeyName] = [
    KeyName(.enter, "Enter", "Entrée", "Enter", ["return", "ret", "cr", "entree"]),
    KeyName(.tab, "Tab", "Tab", "Tab", []),
    KeyName(.backTab, "BackTab", "Maj-Tab", "Shift-Tab", ["S-Tab"]),
    KeyName(.escape, "Escape", "Échap", "Esc", ["echap"]),
    KeyName(.backspace, "Backspace", "Retour arr.", "Backspace", ["bs", "retour"]),
    KeyName(.delete, "Delete", "Suppr", "Del", []),
    KeyName(.insert, "Insert", "Inser", "Ins", []),
    KeyName(.up, "Up", "↑", "↑", ["haut"]),
    KeyName(.down, "Down", "↓", "↓", ["bas"]),
    KeyName(.left, "Left", "←", "←", ["gauche"]),
    KeyName(.right, "Right", "→", "→", ["droite"]),
    KeyName(.home, "Home", "Début", "Home", ["debut"]),
    KeyName(.end, "End", "Fin", "End", []),
    KeyName(.pageUp, "PageUp", "Page préc.", "PgUp", []),
    KeyName(.pageDown, "PageDown", "Page suiv.", "PgDn", []),
    KeyName(.character(" "), "Space", "Espace", "Space", []),
  ]

  static func find(_ text: String) -> KeyName? {
    let wanted = text.lowercased()
    return all.first { name in
      ([name.name, name.french, name.english] + name.aliases).contains { $0.lowercased() == wanted }
    }
  }

  static func of(_ base: Key.Base) -> KeyName? { all.first { $0.base == base } }
}

extension Key {
  private static let prefixes: [(Modifiers, [String])] = [
    (.control, ["c-", "ctrl-"]), (.alt, ["a-", "m-", "alt-"]), (.shift, ["s-", "maj-", "shift-"]),
  ]

  /// Control keys that a terminal cannot tell from a named key.
  private static let twins: [Character: String] = [
    "i": "Tab", "m": "Enter", "j": "Enter", "h": "Backspace", "[": "Escape",
  ]

  /// Reads one key of a keymap file: `p`, `C-s`, `A-x`, `S-Up`, `F3`, `Enter` or `Entrée`.
  public init(parsing text: String) throws(KeyError) {
    guard !text.isEmpty else { throw .empty }
    var rest = Substring(text)
    var modifiers: Modifiers = []
    // `C--` is Control and the dash: a prefix never eats the last character.
    while let (modifier, length) = Self.prefix(of: rest) {
      modifiers.insert(modifier)
      rest = rest.dropFirst(length)
    }
    if rest.count == 1, let character = rest.first {
      let lower = Character(character.lowercased())
      if modifiers.contains(.control), let twin = Self.twins[lower] {
        throw .indistinguishable(text, twin: twin)
      }
      guard Self.isPrintable(character) else { throw .unknownKey(text) }
      self.init(.character(character), modifiers)
    } else if let named = KeyName.find(String(rest)) {
      self.init(named.base, modifiers)
    } else if rest.lowercased().hasPrefix("f"), let number = Int(rest.dropFirst()),
      (1...24).contains(number), !rest.contains("+")
    {
      self.init(.function(number), modifiers)
    } else {
      throw .unknownKey(text)
    }
  }

  private static func prefix(of text: Substring) -> (Modifiers, Int)? {
    let lower = text.lowercased()
    for (modifier, spellings) in prefixes {
      for spelling in spellings where lower.hasPrefix(spelling) && lower.count > spelling.count {
        return (modifier, spelling.count)
      }
    }
    return nil
  }

  private static func isPrintable(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy {
      let category = $0.properties.generalCategory
      return category != .control && category != .format && category != .unassigned
        && category != .privateUse
    }
  }

  /// The file notation, read back by `init(parsing:)` to an equal key.
  public var notation: String {
    var text = ""
    if modifiers.contains(.control) { text += "C-" }
    if modifiers.contains(.alt) { text += "A-" }
    if modifiers.contains(.shift) { text += "S-" }
    return text + (KeyName.of(base)?.name ?? plainName)
  }

  /// What the hint bar prints: `Entrée`, `Ctrl-E`, `F3`, `p`, `↑`; in English `Enter`.
  public func label(french: Bool) -> String {
    var text = ""
    if modifiers.contains(.control) { text += "Ctrl-" }
    if modifiers.contains(.alt) { text += "Alt-" }
    if modifiers.contains(.shift) { text += french ? "Maj-" : "Shift-" }
    if let named = KeyName.of(base) { return text + (french ? named.french : named.english) }
    // On a keyboard the key says E; in a file C-e is the habit.
    return text + (modifiers.contains(.control) ? plainName.uppercased() : plainName)
  }

  /// The name of a key that is not in `KeyName.all`.
  private var plainName: String {
    switch base {
    case .character(let character): String(character)
    case .function(let number): "F\(number)"
    default: preconditionFailure("every other key has a name")
    }
  }
}

extension KeySequence {
  /// Reads keys separated by spaces: `r r`, `g Enter`.
  public init(parsing text: String) throws(KeyError) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard !words.isEmpty else { throw .empty }
    var keys: [Key] = []
    for word in words.prefix(Self.longest + 1) {
      keys.append(try Key(parsing: String(word)))
    }
    guard let sequence = KeySequence(keys) else { throw .tooLong(text) }
    self = sequence
  }

  /// The file notation, read back by `init(parsing:)`.
  public var notation: String { keys.map(\.notation).joined(separator: " ") }

  /// What the hint bar and the help print.
  public func label(french: Bool) -> String {
    keys.map { $0.label(french: french) }.joined(separator: " ")
  }
}
