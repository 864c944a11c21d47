/// Why a theme cannot be used. Names what was written, so that the reader of the file can add
/// the line.
public enum ThemeError: Error, Equatable, Sendable {
  /// `[roles]` names a role that does not exist; the nearest that does.
  case unknownRole(String, nearest: String)
  /// A word of a role's look is no colour, no attribute and not in the palette.
  case unknownWord(role: String, word: String, nearest: String)
  /// `[palette]` gives a name something that is no colour.
  case unknownColour(name: String, value: String)
  /// `variant` is neither `light`, `dark` nor `any`.
  case unknownVariant(String)

  /// What is wrong and what to write instead.
  public func message(french: Bool) -> String {
    switch self {
    case .unknownRole(let name, let nearest):
      french
        ? "Rôle inconnu « \(name) » ; le plus proche est « \(nearest) »."
        : "Unknown role \"\(name)\"; the nearest is \"\(nearest)\"."
    case .unknownWord(let role, let word, let nearest):
      french
        ? "Rôle « \(role) » : « \(word) » inconnu ; le plus proche est « \(nearest) »."
        : "Role \"\(role)\": unknown word \"\(word)\"; the nearest is \"\(nearest)\"."
    case .unknownColour(let name, let value):
      french
        ? "Palette « \(name) » : « \(value) » n'est pas une couleur (nom, 0 à 255 ou #rrvvbb)."
        : "Palette \"\(name)\": \"\(value)\" is no colour (a name, 0 to 255 or #rrggbb)."
    case .unknownVariant(let value):
      french
        ? "Variante « \(value) » : écrire light, dark ou any."
        : "Variant \"\(value)\": write light, dark or any."
    }
  }
}

/// The look of every role, resolved once: what the glass applies to a frame.
public struct Theme: Hashable, Sendable {
  /// The background it is made for.
  public enum Variant: String, Hashable, Sendable {
    case light, dark, any
  }

  public let name: String
  public let variant: Variant
  /// One per role, by raw value.
  private let styles: [Style]
  /// As written, its ancestors' included: a theme that inherits resolves them again, so that a
  /// palette can be replaced alone.
  private let palette: [String: String]
  private let rules: [String: String]

  /// Reads a theme's key-values (flat, as in a theme file).
  ///
  /// A look is words: a colour is the foreground, `on` and a colour the background, and `bold`,
  /// `dim`, `underline`, `reverse`, `italic` add up; `default` is the terminal's own colour.
  /// - Parameters:
  ///   - variant: `light`, `dark` or `any`.
  ///   - palette: names for colours; a palette name hides a colour name.
  ///   - roles: role name to look.
  ///   - base: the theme named by `inherits`, already read.
  public init(
    name: String, variant: String = "any", palette: [String: String] = [:],
    roles: [String: String], inheriting base: Theme? = nil
  ) throws(ThemeError) {
    guard let variant = Variant(rawValue: variant) else { throw .unknownVariant(variant) }
    let palette = (base?.palette ?? [:]).merging(palette) { $1 }
    let rules = (base?.rules ?? [:]).merging(roles) { $1 }
    let reader = StyleReader(palette: try StyleReader.colours(of: palette))
    var declared: [Role: Style] = [:]
    // Sorted: of several mistakes, the same one is told each time.
    for (roleName, look) in rules.sorted(by: { $0.key < $1.key }) {
      guard let role = Role(name: roleName) else {
        throw .unknownRole(roleName, nearest: nearestName(to: roleName, Role.allCases.map(\.name)))
      }
      declared[role] = try reader.style(look, of: roleName)
    }
    self.init(name, variant, palette, rules, declared)
  }

  private init(
    _ name: String, _ variant: Variant, _ palette: [String: String], _ rules: [String: String],
    _ declared: [Role: Style]
  ) {
    self.name = name
    self.variant = variant
    self.palette = palette
    self.rules = rules
    styles = Role.allCases.map { role in
      var ancestor: Role? = role
      while let current = ancestor {
        if let style = declared[current] { return style }
        ancestor = current.parent
      }
      return Style()
    }
  }

  /// The look of a role; every role has one.
  public func style(for role: Role) -> Style { styles[Int(role.rawValue)] }
}

/// Turns the words of a look into a style.
private struct StyleReader {
  let palette: [String: Colour]

  static func colours(of palette: [String: String]) throws(ThemeError) -> [String: Colour] {
    var colours: [String: Colour] = [:]
    for (name, value) in palette.sorted(by: { $0.key < $1.key }) {
      guard let colour = Colour(parsing: value) else {
        throw .unknownColour(name: name, value: value)
      }
      colours[name] = colour
    }
    return colours
  }

  func style(_ look: String, of role: String) throws(ThemeError) -> Style {
    var style = Style()
    var isBackground = false
    for word in look.split(separator: " ").map(String.init) {
      if word == "on" {
        isBackground = true
      } else if let attribute = Style.Attributes.names.first(where: { $0.0 == word }) {
        style.attributes.insert(attribute.1)
      } else if let colour = palette[word] ?? Colour(parsing: word) {
        if isBackground { style.background = colour } else { style.foreground = colour }
        isBackground = false
      } else {
        throw .unknownWord(role: role, word: word, nearest: nearestName(to: word, words))
      }
    }
    return style
  }

  private var words: [String] {
    palette.keys.sorted() + Style.Attributes.names.map(\.0) + Colour.names + ["default", "on"]
  }
}

/// The candidate with the fewest letters to change, the first of equals.
private func nearestName(to text: String, _ candidates: [String]) -> String {
  let wanted = Array(text.utf8.prefix(64))
  let distances = candidates.map { (name: $0, distance: editDistance(Array($0.utf8), wanted)) }
  return distances.min { $0.distance < $1.distance }?.name ?? ""
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var previous = Array(0...right.count)
  for (row, byte) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      let change = previous[column] + (byte == other ? 0 : 1)
      current.append(min(change, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[right.count]
}
