extension FixedWidthInteger {
  /// A number written in ASCII digits only: no sign, no blank, nothing beyond the type's maximum.
  ///
  /// `Int("+5")` accepts what a protocol forbids; this does not (I07).
  init?(digits: some Collection<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value: Self = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte), let digit = Self(exactly: byte - 0x30) else { return nil }
      let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      guard !tooBig, !overflow else { return nil }
      value = sum
    }
    self = value
  }
}

/// The word in upper case ASCII, other bytes as UTF-8 with replacement: for comparing keywords.
func keyword(_ bytes: some Collection<UInt8>) -> String {
  String(decoding: bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
}

/// The names of the bytes this room compares with.
enum ASCII {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let ampersand: UInt8 = 0x26
  static let openParenthesis: UInt8 = 0x28
  static let closeParenthesis: UInt8 = 0x29
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let minus: UInt8 = 0x2D
  static let colon: UInt8 = 0x3A
  static let openBracket: UInt8 = 0x5B
  static let backslash: UInt8 = 0x5C
  static let closeBracket: UInt8 = 0x5D
  static let openBrace: UInt8 = 0x7B
  static let closeBrace: UInt8 = 0x7D
}
