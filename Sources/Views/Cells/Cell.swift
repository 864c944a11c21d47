/// Up to four combining marks, in place: cells are compared by the thousand and hold no pointer.
struct Marks: Hashable, Sendable {
  static let most = 4
  private(set) var first: UInt32 = 0
  private(set) var second: UInt32 = 0
  private(set) var third: UInt32 = 0
  private(set) var fourth: UInt32 = 0

  /// A fifth mark is dropped: a terminal's cell holds four.
  mutating func append(_ scalar: Unicode.Scalar) {
    if first == 0 {
      first = scalar.value
    } else if second == 0 {
      second = scalar.value
    } else if third == 0 {
      third = scalar.value
    } else if fourth == 0 {
      fourth = scalar.value
    }
  }

  var isEmpty: Bool { first == 0 }

  var scalars: [Unicode.Scalar] {
    [first, second, third, fourth].filter { $0 != 0 }.compactMap(Unicode.Scalar.init)
  }
}

/// What one cell shows: a base and its combining marks. Only the output gate makes them.
public struct Glyph: Hashable, Sendable {
  public internal(set) var base: Unicode.Scalar
  var marks = Marks()
  /// 1 or 2 columns; 0 only for the second half of a wide glyph.
  public internal(set) var width: UInt8

  static let blank = Glyph(base: " ", width: 1)
  static let replacement = Glyph(base: "\u{FFFD}", width: 1)
  static let trailingHalf = Glyph(base: " ", width: 0)

  init(base: Unicode.Scalar, width: UInt8) {
    self.base = base
    self.width = width
  }

  /// The marks in the order they were written, at most four.
  public var combining: [Unicode.Scalar] { marks.isEmpty ? [] : marks.scalars }
  public var hasCombining: Bool { !marks.isEmpty }

  func append(to text: inout String) {
    text.unicodeScalars.append(base)
    if hasCombining { text.unicodeScalars.append(contentsOf: marks.scalars) }
  }
}

/// One square of the paper: what is drawn, and in which role. Colours come at the glass.
public struct Cell: Hashable, Sendable {
  public internal(set) var glyph: Glyph
  public internal(set) var role: Role

  /// 1 or 2 columns; 0 for the square covered by the wide glyph before it.
  public var width: Int { Int(glyph.width) }

  static func blank(_ role: Role) -> Cell { Cell(glyph: .blank, role: role) }
}
