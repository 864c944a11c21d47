/// Turns into spaces what is not code, so that a word in a sentence is no finding.
///
/// Knows line and nested block comments, strings of one or three quotes with any number of `#`,
/// and raw identifiers. What is interpolated into a string counts as its text.
enum Blanking {
  /// The same number of bytes, with the same line ends.
  static func codeOnly(_ text: [UInt8]) -> [UInt8] {
    var bytes = text
    var at = 0
    while at < bytes.count {
      let end = spanEnd(text, at)
      for index in at..<end where bytes[index] != newline { bytes[index] = UInt8(ascii: " ") }
      at = max(end, at + 1)
    }
    return bytes
  }

  private static let newline = UInt8(ascii: "\n")

  /// Where the comment, string or raw identifier that begins at `start` ends; `start` itself when
  /// code stands there.
  private static func spanEnd(_ text: [UInt8], _ start: Int) -> Int {
    switch text[start] {
    case UInt8(ascii: "/"):
      if text.has("//", at: start) { return text[start...].firstIndex(of: newline) ?? text.count }
      return text.has("/*", at: start) ? commentEnd(text, start) : start
    case UInt8(ascii: "`"):
      return (text[(start + 1)...].firstIndex(of: UInt8(ascii: "`")) ?? text.count - 1) + 1
    case UInt8(ascii: "\""), UInt8(ascii: "#"): return stringEnd(text, start)
    default: return start
    }
  }

  private static func commentEnd(_ text: [UInt8], _ start: Int) -> Int {
    var depth = 1
    var at = start + 2
    while at < text.count, depth > 0 {
      let opens = text.has("/*", at: at)
      let closes = text.has("*/", at: at)
      depth += opens ? 1 : closes ? -1 : 0
      at += opens || closes ? 2 : 1
    }
    return min(at, text.count)
  }

  private static func stringEnd(_ text: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < text.count, text[at] == UInt8(ascii: "#") { at += 1 }
    let hashes = at - start
    guard at < text.count, text[at] == UInt8(ascii: "\"") else { return start }
    let quotes = text.has("\"\"\"", at: at) ? 3 : 1
    let fence = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
    let close = [UInt8](repeating: UInt8(ascii: "\""), count: quotes) + fence
    let escape = [UInt8(ascii: "\\")] + fence
    at += quotes
    while at < text.count {
      if text[at] == close[0], text[at...].starts(with: close) { return at + close.count }
      at += text[at] == escape[0] && text[at...].starts(with: escape) ? escape.count + 1 : 1
    }
    return text.count
  }
}
