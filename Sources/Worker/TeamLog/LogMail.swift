/// As much of RFC 5322 as our own messages need: fields, an empty line, a body. Anything that is
/// written otherwise is not ours.
struct LogMail {
  private let fields: [(name: String, value: String)]
  let body: ArraySlice<UInt8>

  /// nil without an empty line, with a line that is no field, or with a header out of measure.
  init?(_ bytes: [UInt8]) {
    var fields: [(name: String, value: String)] = []
    var rest = bytes[...]
    while true {
      guard let end = rest.firstIndex(of: 0x0A) else { return nil }
      var line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.last == 0x0D { line = line.dropLast() }
      if line.isEmpty { break }
      guard bytes.count - rest.count <= LogMessage.headerLimit else { return nil }
      if let first = line.first, first == 0x20 || first == 0x09 {
        guard !fields.isEmpty else { return nil }
        // A server may have folded a long line.
        fields[fields.count - 1].value += " " + Self.text(line)
        continue
      }
      guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else { return nil }
      fields.append((Self.text(line[..<colon]).lowercased(), Self.text(line[(colon + 1)...])))
    }
    self.fields = fields
    body = rest
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let start = bytes.drop { $0 == 0x20 || $0 == 0x09 }
    let end = start.reversed().drop { $0 == 0x20 || $0 == 0x09 }
    return String(decoding: Array(end.reversed()), as: UTF8.self)
  }

  /// The value of a field that stands there exactly once; two would be two readings.
  func single(_ name: String) -> String? {
    let found = fields.filter { $0.name == name.lowercased() }
    return found.count == 1 ? found[0].value : nil
  }

  private var type: [Substring] {
    (single("Content-Type") ?? "").split(separator: ";", omittingEmptySubsequences: false)
  }

  func isOfType(_ name: String) -> Bool {
    type.first.map { Self.text(Array($0.utf8)[...]).lowercased() } == name
  }

  var version: String? {
    for part in type.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map { Self.text(Array($0.utf8)[...]) }
      guard pair.count == 2, pair[0].lowercased() == "version" else { continue }
      return pair[1].filter { $0 != "\"" }
    }
    return nil
  }

  var isBase64: Bool { single("Content-Transfer-Encoding")?.lowercased() == "base64" }
}
