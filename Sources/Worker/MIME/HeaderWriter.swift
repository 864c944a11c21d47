/// Header lines without the last CRLF: checked, encoded, folded.
enum HeaderWriter {
  private static let width = 78

  /// Refuses whatever could end a header or reach a terminal (O08): controls, C1, line separators.
  static func check(_ text: String, _ field: String) throws(BuilderError) {
    let bad = text.unicodeScalars.contains { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
        || scalar.value == 0x2029
    }
    if bad { throw .control(field: field) }
  }

  /// For error texts: letters, digits and hyphens of a header name, at most 40.
  static func printable(_ name: String) -> String {
    String(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(40))
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$&-^_.+".utf8.contains(byte)
    }
  }

  /// `local@domain` with or without brackets; `nil` when it is no id that may be written.
  static func messageID(_ text: String) -> String? {
    var id = text[...]
    if id.hasPrefix("<"), id.hasSuffix(">") { id = id.dropFirst().dropLast() }
    let halves = id.split(separator: "@", omittingEmptySubsequences: false)
    let plain = id.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }
    guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty, plain, id.utf8.count <= 900
    else { return nil }
    return String(id)
  }

  /// Joins words with blanks, folding before the one that would pass the width.
  static func folded(_ name: String, _ words: [String]) -> String {
    var out = name + ":"
    var column = out.utf8.count
    for word in words {
      if column + 1 + word.utf8.count > width, column > 1 {
        out += "\r\n"
        column = 0
      }
      out += " " + word
      column += 1 + word.utf8.count
    }
    return out
  }

  static func unstructured(_ name: String, _ value: String) throws(BuilderError) -> String {
    try check(value, name)
    guard needsEncoding(value) else {
      return folded(name, value.split(separator: " ").map(String.init))
    }
    return folded(name, encodedWords(value, firstRoom: width - name.utf8.count - 2))
  }

  static func addresses(_ name: String, _ list: [MailAddress]) throws(BuilderError) -> String {
    var words: [String] = []
    for (index, entry) in list.enumerated() {
      try check(entry.name, name)
      try check(entry.address, name)
      guard isAddress(entry.address) else { throw .address(field: name) }
      let comma = index + 1 < list.count ? "," : ""
      let phrase = entry.name.trimmingSpaces()
      if phrase.isEmpty {
        words.append(entry.address + comma)
      } else {
        words += self.phrase(phrase)
        words.append("<\(entry.address)>" + comma)
      }
    }
    return folded(name, words)
  }

  /// Dot-atom addresses only: all that MSSanté uses, and nothing that a quoted local part could
  /// hide. A local part may have letters beyond ASCII (RFC 6532, 3.2): the mail then needs a server
  /// that knows them, which the sending asks.
  static func isAddress(_ text: String) -> Bool {
    let halves = text.split(separator: "@", omittingEmptySubsequences: false)
    guard halves.count == 2, text.utf8.count <= 254 else { return false }
    let local = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    let domain = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    let extra = "!#$%&'*+-/=?^_`{|}~".utf8
    return local.allSatisfy { part in
      !part.isEmpty
        && part.unicodeScalars.allSatisfy { scalar in
          guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else {
            return scalar.properties.isAlphabetic
          }
          return isAlphanumeric(byte) || extra.contains(byte)
        }
    }
      && domain.allSatisfy { label in
        !label.isEmpty && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
      }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func phrase(_ name: String) -> [String] {
    if needsEncoding(name) || name.utf8.count > 60 { return encodedWords(name, firstRoom: 60) }
    let atoms = name.utf8.allSatisfy { isAlphanumeric($0) || " -_'!".utf8.contains($0) }
    if atoms { return name.split(separator: " ").map(String.init) }
    let escaped = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
    return ["\"\(escaped)\""]
  }

  /// Plain is possible when nothing is lost: ASCII, single blanks, no lookalike of an encoded word.
  private static func needsEncoding(_ text: String) -> Bool {
    if !text.utf8.allSatisfy({ $0 < 0x7F }) || text.contains("=?") { return true }
    if text.hasPrefix(" ") || text.hasSuffix(" ") || text.contains("  ") { return true }
    return text.split(separator: " ").contains { $0.utf8.count > 60 }
  }

  /// RFC 2047 words of at most 75 characters, each holding whole characters.
  private static func encodedWords(_ text: String, firstRoom: Int) -> [String] {
    let ascii = text.utf8.count { $0 < 0x80 }
    let useQ = ascii * 2 > text.utf8.count
    var words: [String] = []
    var chunk: [UInt8] = []
    var cost = 0
    var room = min(75, max(firstRoom, 40)) - 12  // "=?utf-8?Q?" and "?="
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      let added = useQ ? bytes.reduce(0) { $0 + (isQSafe($1) ? 1 : 3) } : bytes.count
      let total = useQ ? cost + added : (chunk.count + added + 2) / 3 * 4
      if total > room, !chunk.isEmpty {
        words.append(word(chunk, useQ))
        chunk = []
        cost = 0
        room = 75 - 12
      }
      chunk += bytes
      cost += added
    }
    if !chunk.isEmpty { words.append(word(chunk, useQ)) }
    return words
  }

  private static func isQSafe(_ byte: UInt8) -> Bool {
    // The set allowed in a phrase (RFC 2047 5 (3)); the blank becomes "_".
    isAlphanumeric(byte) || byte == 0x20 || "!*+-/".utf8.contains(byte)
  }

  private static func word(_ bytes: [UInt8], _ useQ: Bool) -> String {
    guard useQ else {
      var out: [UInt8] = []
      BodyWriter.base64(bytes, into: &out, lines: false)
      return "=?utf-8?B?" + String(decoding: out, as: UTF8.self) + "?="
    }
    let text = bytes.map { byte in
      byte == 0x20 ? "_" : isQSafe(byte) ? String(Unicode.Scalar(byte)) : "=" + hex(byte)
    }
    return "=?utf-8?Q?" + text.joined() + "?="
  }

  static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// Content-Disposition with an ASCII name quoted, any other in RFC 2231 pieces.
  static func disposition(filename: String) -> String {
    let name = "Content-Disposition"
    guard !filename.isEmpty else { return name + ": attachment" }
    let plain = filename.utf8.allSatisfy { $0 < 0x7F && $0 != 0x22 && $0 != 0x5C && $0 != 0x25 }
    if plain, filename.utf8.count <= 50, !filename.contains("=?") {
      return folded(name, ["attachment;", "filename=\"\(filename)\""])
    }
    var pieces: [String] = []
    var piece = "utf-8''"
    for byte in filename.utf8 {
      let unit = isTokenByte(byte) && byte != 0x21 ? String(Unicode.Scalar(byte)) : "%" + hex(byte)
      if piece.utf8.count + unit.utf8.count > 55 {
        pieces.append(piece)
        piece = ""
      }
      piece += unit
    }
    pieces.append(piece)
    if pieces.count == 1 { return folded(name, ["attachment;", "filename*=" + pieces[0]]) }
    let numbered = pieces.enumerated().map { index, text in
      "filename*\(index)*=\(text)" + (index + 1 < pieces.count ? ";" : "")
    }
    return folded(name, ["attachment;"] + numbered)
  }
}
