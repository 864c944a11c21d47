/// What a person typed, as an FTS5 expression that no typing can break (Q01).
///
/// Every word is a quoted prefix and all must match. Words in groups of digits also match as one
/// number, so that `2 79 03` finds the matricule that begins so.
struct SearchQuery {
  static let maximumWords = 16
  static let maximumScalars = 64

  /// One expression for each word, number in groups or phrase.
  let units: [String]

  /// All of them in one row of the index; nil when there is no word to look for.
  var expression: String? { units.isEmpty ? nil : units.joined(separator: " AND ") }

  /// What must all be there: words, and words that follow each other.
  struct Wanted {
    var words: [String] = []
    var phrases: [String] = []
  }

  init(_ wanted: Wanted) {
    let phrases = wanted.phrases.prefix(Self.maximumWords).compactMap(Self.phrase)
    units = SearchQuery(wanted.words.joined(separator: " ")).units + phrases
  }

  /// In quotes; what is no word in it is a gap to FTS5 as well.
  private static func phrase(_ text: String) -> String? {
    let words = text.split { isGap($0) }.map { word in
      SearchIndex.unfolded(
        String(
          String.UnicodeScalarView(
            word.unicodeScalars.filter { !isControl($0) && $0 != "\"" }.prefix(maximumScalars))))
    }.filter(hasWord).prefix(maximumWords)
    return words.isEmpty ? nil : "\"" + words.joined(separator: " ") + "\""
  }

  init(_ text: String) {
    let words = text.split { Self.isGap($0) }.map { word in
      SearchIndex.unfolded(
        String(
          String.UnicodeScalarView(
            word.unicodeScalars.filter { !Self.isControl($0) }.prefix(Self.maximumScalars))))
    }.filter(Self.hasWord).prefix(Self.maximumWords)
    var parts: [String] = []
    var numbers: [String] = []
    func flush() {
      defer { numbers = [] }
      guard !numbers.isEmpty else { return }
      let joined = numbers.joined()
      let isNumber = numbers.count > 1 && joined.utf8.count <= 15
      let apart = numbers.map(Self.quoted)
      if isNumber {
        parts.append("(\(Self.quoted(joined)) OR (\(apart.joined(separator: " AND "))))")
      } else {
        parts += apart
      }
    }
    for word in words {
      if Self.isDigits(word) {
        numbers.append(word)
      } else {
        flush()
        parts.append(Self.quoted(word))
      }
    }
    flush()
    units = parts
  }

  private static func quoted(_ word: String) -> String {
    "\"" + word.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\"*"
  }

  private static func isGap(_ character: Character) -> Bool {
    character.isWhitespace || character.unicodeScalars.allSatisfy(isControl)
  }

  /// A NUL would end the expression inside a quoted word.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  /// Only letters and digits are words to FTS5; a word of nothing else would match nothing.
  private static func hasWord(_ word: String) -> Bool {
    word.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
  }

  private static func isDigits(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy {
        (0x30...0x39).contains($0) || [0x41, 0x42, 0x61, 0x62].contains($0)
      } && word.utf8.contains { (0x30...0x39).contains($0) }
  }
}
