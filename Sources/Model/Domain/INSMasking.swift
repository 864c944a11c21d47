extension INS {
  /// Replaces whatever could be a matricule by its masked form: sex, year, month and key stay.
  ///
  /// Every spelling counts: spaces of any width, dots, hyphens, slashes, 13 digits without a key,
  /// Corsica's letters, glued to other digits. Phone numbers, dates, CIP 13 and EAN, RPPS, FINESS
  /// and SIRET are recognised by their own shape and check digit and stay readable; in doubt, the
  /// digits are hidden. Masking twice changes nothing more. Linear in the length of the text.
  public static func masking(_ text: String, hidden: Character = "•") -> String {
    guard hasEnoughDigits(text) else { return text }
    let scalars = Array(text.unicodeScalars)
    let bullet = hidden.unicodeScalars.first
    var places: [Int] = []
    var start = 0
    while start < scalars.count {
      guard DigitRun.starts(with: scalars[start], hidden: bullet) else {
        start += 1
        continue
      }
      var run = DigitRun(scalars, from: start, hidden: bullet)
      start = run.end
      places += run.hide()
    }
    guard !places.isEmpty else { return text }
    var masked = String.UnicodeScalarView()
    var next = 0
    for place in places.sorted() {
      masked.append(contentsOf: scalars[next..<place])
      masked.append(contentsOf: hidden.unicodeScalars)
      next = place + 1
    }
    masked.append(contentsOf: scalars[next...])
    return String(masked)
  }

  private static func hasEnoughDigits(_ text: String) -> Bool {
    var count = 0
    for scalar in text.unicodeScalars where DigitRun.digit(scalar) != nil {
      count += 1
      if count == 13 { return true }
    }
    return false
  }
}

/// What stands between two digits of a run.
enum DigitGap: Hashable {
  /// Nothing: the same word.
  case none
  /// One separator.
  case narrow(Unicode.Scalar)
  /// Several, such as a column.
  case wide
  /// The end of a line among them.
  case line
}

/// Digits (and Corsica's letters) joined by separators, and which of them must be hidden.
struct DigitRun {
  /// ASCII `0`–`9`, `A`, `B`, or 0 for a place that was hidden before.
  private(set) var symbols: [UInt8] = []
  private(set) var gaps: [DigitGap] = []
  /// Index after the last scalar that belongs to the run.
  private(set) var end: Int
  /// A `+` stands before it: a phone number.
  private(set) var followsPlus = false
  private var places: [Int] = []

  /// Longer separators end the run: nobody writes one number over eight blanks.
  static let longestGap = 8

  /// `start` is a digit or a hidden place.
  init(_ scalars: [Unicode.Scalar], from start: Int, hidden: Unicode.Scalar?) {
    end = start
    followsPlus = start > 0 && scalars[start - 1] == "+"
    var gap: [Unicode.Scalar] = []
    var index = start
    while index < scalars.count {
      let scalar = scalars[index]
      if let symbol = Self.symbol(scalars, index, after: symbols.last, hidden: hidden) {
        symbols.append(symbol)
        gaps.append(symbols.count == 1 ? .none : Self.gap(gap))
        places.append(index)
        gap.removeAll(keepingCapacity: true)
        end = index + 1
      } else if Self.isSeparator(scalar), gap.count < Self.longestGap {
        gap.append(scalar)
      } else {
        break
      }
      index += 1
    }
  }

  static func starts(with scalar: Unicode.Scalar, hidden: Unicode.Scalar?) -> Bool {
    digit(scalar) != nil || scalar == hidden
  }

  /// Hides every candidate and returns the places of their scalars.
  mutating func hide() -> [Int] {
    guard symbols.count >= 13 else { return [] }
    var finder = MatriculeFinder(symbols: symbols, gaps: gaps, followsPlus: followsPlus)
    return finder.hiddenSymbols().map { places[$0] }
  }

  private static func symbol(
    _ scalars: [Unicode.Scalar], _ index: Int, after last: UInt8?, hidden: Unicode.Scalar?
  ) -> UInt8? {
    let scalar = scalars[index]
    if scalar == hidden { return 0 }
    if let digit = digit(scalar) { return digit }
    // Corsica: the letter belongs to the number only between a 2, hidden or not, and a digit.
    guard last == 0x32 || last == 0, "ABab".unicodeScalars.contains(scalar) else { return nil }
    var next = index + 1
    while next < scalars.count, next <= index + longestGap, isSeparator(scalars[next]) { next += 1 }
    guard next < scalars.count, starts(with: scalars[next], hidden: hidden) else { return nil }
    return UInt8(scalar.value & 0xDF)
  }

  /// The ASCII digit that any decimal digit stands for, full-width ones too.
  static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
    if scalar.value < 0x80 {
      return (0x30...0x39).contains(scalar.value) ? UInt8(scalar.value) : nil
    }
    guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue
    else { return nil }
    return 0x30 + UInt8(value)
  }

  private static func gap(_ scalars: [Unicode.Scalar]) -> DigitGap {
    if scalars.contains(where: isLineEnd) { return .line }
    guard let first = scalars.first else { return .none }
    return scalars.count == 1 ? .narrow(first) : .wide
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\t", "\n", "\r", ".", "-", "/", "_", "|", "\u{B7}": true
    // Soft hyphen, zero-width characters, hyphens and dashes, the minus sign.
    case "\u{AD}", "\u{200B}"..."\u{200F}", "\u{2010}"..."\u{2015}", "\u{2060}", "\u{2212}",
      "\u{FEFF}":
      true
    default: scalar.properties.isWhitespace
    }
  }
}
