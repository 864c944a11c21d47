/// A colour as a theme names it; the glass maps it to what the terminal can show.
public enum Colour: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case standard
  /// 0–15 the terminal's sixteen, 16–255 the fixed palette.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)

  /// The sixteen names, in the terminal's order.
  static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black",
    "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
  ]

  /// Reads `default`, one of the sixteen names, `0`–`255` or `#rrggbb`; nil for anything else.
  public init?(parsing text: String) {
    if text == "default" {
      self = .standard
    } else if let index = Self.names.firstIndex(of: text) {
      self = .indexed(UInt8(index))
    } else if text.hasPrefix("#"), text.count == 7, text.dropFirst().allSatisfy(\.isHexDigit),
      let value = UInt32(text.dropFirst(), radix: 16)
    {
      self = .rgb(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    } else if let number = UInt8(text), text.allSatisfy(\.isNumber) {
      self = .indexed(number)
    } else {
      return nil
    }
  }

  /// The nearest colour of a terminal that has `count` colours (256, 16 or 8); nil is its default.
  public func index(among count: Int) -> Int? {
    switch self {
    case .standard: nil
    case .indexed(let index) where Int(index) < count: Int(index)
    // A terminal with eight colours makes bright ones by bold; the plain one is the nearest.
    case .indexed(let index) where index < 16: Int(index) % 8
    case .indexed, .rgb: nearest(among: count)
    }
  }

  private func nearest(among count: Int) -> Int {
    // Above sixteen only the fixed palette: the first sixteen look different on every terminal.
    let candidates = count >= 256 ? 16..<256 : 0..<(count >= 16 ? 16 : 8)
    let wanted = components
    var best = (index: candidates.lowerBound, distance: Int.max)
    for index in candidates {
      let colour = Self.paletteComponents(index)
      let (red, green, blue) = (colour.0 - wanted.0, colour.1 - wanted.1, colour.2 - wanted.2)
      // The eye sees green best and blue least.
      let distance = 3 * red * red + 6 * green * green + blue * blue
      if distance < best.distance { best = (index, distance) }
    }
    return best.index
  }

  /// Red, green, blue, 0–255; for the default colour, black (only contrast checks ask).
  var components: (Int, Int, Int) {
    switch self {
    case .standard: (0, 0, 0)
    case .indexed(let index): Self.paletteComponents(Int(index))
    case .rgb(let red, let green, let blue): (Int(red), Int(green), Int(blue))
    }
  }

  private static func paletteComponents(_ index: Int) -> (Int, Int, Int) {
    switch index {
    case 0..<16:
      let level = index == 7 || index == 8 ? 0 : (index >= 8 ? 255 : 205)
      if index == 7 { return (229, 229, 229) }
      if index == 8 { return (127, 127, 127) }
      return (index & 1 == 0 ? 0 : level, index & 2 == 0 ? 0 : level, index & 4 == 0 ? 0 : level)
    case 16..<232:
      let cube = index - 16
      let steps = [0, 95, 135, 175, 215, 255]
      return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
    default:
      let grey = 8 + (index - 232) * 10
      return (grey, grey, grey)
    }
  }
}

/// The look of a role: two colours and attributes.
public struct Style: Hashable, Sendable {
  /// What a terminal can do to a character besides colouring it.
  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let underline = Attributes(rawValue: 4)
    public static let reverse = Attributes(rawValue: 8)
    public static let italic = Attributes(rawValue: 16)

    static let names: [(String, Attributes)] = [
      ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse),
      ("italic", .italic),
    ]
  }

  public var foreground: Colour
  public var background: Colour
  public var attributes: Attributes

  public init(
    foreground: Colour = .standard, background: Colour = .standard, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}
