/// Finds functions and their lengths in code whose comments and strings are blanked.
enum Functions {
  /// From the keyword to the closing brace, as places in the code.
  typealias Span = Range<Int>

  /// Every `func`, `init`, `deinit` and `subscript` with a body; nested ones too.
  static func spans(in code: [UInt8]) -> [Span] {
    ["func", "init", "deinit", "subscript"].flatMap { keyword in
      code.offsets(of: keyword).compactMap { start -> Span? in
        let end = start + keyword.utf8.count
        // `.init(` and `self.init(` are calls.
        let before = start > 0 ? code[start - 1] : newline
        let isWord = !before.isOfName && before != UInt8(ascii: ".")
        guard isWord, end < code.count, !code[end].isOfName else { return nil }
        return bodyEnd(code, from: start).map { start..<$0 }
      }
    }.sorted { $0.lowerBound < $1.lowerBound }
  }

  private static let newline = UInt8(ascii: "\n")

  /// Past the brace that closes the body; nil for a requirement without one.
  private static func bodyEnd(_ code: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var parentheses = 0
    for at in start..<code.count {
      switch code[at] {
      case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
      // A brace inside the parameters is a default value.
      case UInt8(ascii: "{") where parentheses == 0 || depth > 0: depth += 1
      case UInt8(ascii: "}") where parentheses == 0 || depth > 0:
        depth -= 1
        if depth == 0 { return at + 1 }
        // The brace of what surrounds it: a requirement at the end of its protocol.
        if depth < 0 { return nil }
      case newline where depth == 0 && parentheses == 0:
        if !continues(code, over: at) { return nil }
      default: break
      }
    }
    return nil
  }

  /// Whether the declaration before this line end goes on after it.
  private static func continues(_ code: [UInt8], over lineEnd: Int) -> Bool {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == newline }
    guard let last = code[..<lineEnd].lastIndex(where: { !isBlank($0) }),
      let next = code[lineEnd...].firstIndex(where: { !isBlank($0) })
    else { return false }
    return code[last] == UInt8(ascii: ",") || code.has("->", at: last - 1)
      || code.has("{", at: next) || code.has("->", at: next) || code.has("throws", at: next)
      || code.has("rethrows", at: next) || code.has("async", at: next)
      || code.has("where", at: next) || code.has("&", at: next)
  }
}
