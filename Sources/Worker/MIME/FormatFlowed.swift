/// `format=flowed` (RFC 3676): soft line ends are joined again, quoting kept.
enum FormatFlowed {
  /// Reflows text whose lines end in "\n".
  ///
  /// A line that ends in a blank continues on the next one of the same quote depth; with `DelSp`
  /// that blank goes away. One leading blank was stuffed and is removed. "-- " is a signature,
  /// never soft.
  static func reflow(_ text: String, delSp: Bool) -> String {
    var out = ""
    var flowing: Int?  // quote depth of an open paragraph
    var first = true
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var rest = line
      var depth = 0
      while rest.first == ">" {
        depth += 1
        rest = rest.dropFirst()
      }
      if rest.first == " " { rest = rest.dropFirst() }
      let signature = rest == "-- "
      if flowing == depth, !signature {
        out += rest
      } else {
        if !first { out += "\n" }
        out += quote(depth) + rest
      }
      first = false
      let soft = rest.last == " " && !signature
      flowing = soft ? depth : nil
      if soft && delSp { out.removeLast() }
    }
    return out
  }

  private static func quote(_ depth: Int) -> String {
    depth == 0 ? "" : String(repeating: ">", count: depth) + " "
  }
}
