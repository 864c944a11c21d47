/// What could be a matricule in what a terminal received: strict on its own terms, not those of
/// the masking that it judges.
enum MatriculeShapes {
  /// Text without the terminal's own sequences; they become a mark that no number crosses.
  static func plain(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let sequence = /\u{1B}(\[[0-9;?<>=]*[A-Za-z]|\][^\u{07}]*\u{07}|[()][A-Z0-9]|[=>78cM])/
    return text.replacing(sequence, with: "\u{1}")
  }

  /// Digits and Corsica's letters alone: a known number is found in any spacing.
  static func squeezed(_ text: String) -> String {
    String(text.filter { $0.isNumber || $0 == "A" || $0 == "B" })
  }

  /// Every place of 13 or 15 characters that begins as a matricule does (domain note 3.08) and has
  /// a month where one has it, valid key or not: in its usual groups with up to three separators
  /// between two of them, or as any run of digits with one separator at most. Drug codes are none.
  static func found(in text: String) -> [String] {
    (grouped(text) + runs(text)).filter { !isDrugCode(squeezed($0)) }
  }

  private static func grouped(_ text: String) -> [String] {
    let fields = [
      "(?:^|[^0-9])[123478]", "[0-9]{2}", "(?:0[1-9]|1[0-2]|[2-9][0-9])", "(?:[0-9]{2}|2[AB])",
      "[0-9]{3}", "[0-9]{3}",
    ]
    let gap = "[ .\u{A0}\u{202F}/-]{0,3}"
    let pattern = fields.joined(separator: gap) + "(?:\(gap)[0-9]{2})?(?![0-9])"
    guard let shape = try? Regex(pattern) else { return ["the pattern is broken"] }
    return text.matches(of: shape).map { String(text[$0.range]) }
  }

  private static func runs(_ text: String) -> [String] {
    let run = /[0-9](?:2[AB]|[ .\u{A0}\u{202F}\/\-]?[0-9]){11,}/
    return text.matches(of: run).map { String($0.output) }.filter { run in
      let digits = squeezed(run)
      guard digits.count == 13 || digits.count == 15, let first = digits.first,
        "123478".contains(first)
      else { return false }
      let month = Int(digits.dropFirst(3).prefix(2)) ?? 0
      return (1...12).contains(month) || (20...99).contains(month)
    }
  }

  /// CIP 13: 3400 and the check digit of EAN (GS1), weights 1 and 3.
  private static func isDrugCode(_ digits: String) -> Bool {
    guard digits.count == 13, digits.hasPrefix("3400") else { return false }
    let weighted = digits.compactMap(\.wholeNumberValue).enumerated()
      .map { $0.element * ($0.offset % 2 == 0 ? 1 : 3) }
    return weighted.reduce(0, +) % 10 == 0
  }
}
