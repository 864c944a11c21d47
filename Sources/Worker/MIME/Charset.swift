import CMIME

/// Bytes to text that never loses a letter: a label is a hint, the bytes decide.
///
/// GMime drops what does not fit the label ("été à ô" became "t"): a clinical risk. Here each byte
/// that is no valid UTF-8 is read as windows-1252, so mixed texts survive too, and the caller is
/// told.
enum Charset {
  /// Decodes text, never fails. NUL becomes U+FFFD.
  static func decode(_ bytes: [UInt8], label: String?, defects: inout Set<DefectCode>) -> String {
    let name = label?.lowercased() ?? ""
    var text: String
    switch name {
    case "utf-8", "utf8":
      text = utf8(bytes, otherwise: .charsetRepaired, defects: &defects)
    case "", "us-ascii", "ascii", "ansi_x3.4-1968":
      if !bytes.allSatisfy({ $0 < 0x80 }) { defects.insert(.charsetMissing) }
      text = utf8(bytes, otherwise: .charsetMissing, defects: &defects)
    case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
      text = windows1252(bytes, defects: &defects)
    default:
      text = foreign(bytes, name: name, defects: &defects)
    }
    if text.utf8.contains(0) {
      defects.insert(.nul)
      let marked = text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }
      text = String(String.UnicodeScalarView(marked))
    }
    return text
  }

  /// The charsets of the rest of the world, through iconv.
  private static func foreign(
    _ bytes: [UInt8], name: String, defects: inout Set<DefectCode>
  ) -> String {
    // The name goes to iconv_open: nothing but the characters of registered names.
    let plain = name.utf8.allSatisfy { c in
      (0x30...0x39).contains(c) || (0x61...0x7A).contains(c) || "-_.:".utf8.contains(c)
    }
    guard plain, name.utf8.count <= 40 else {
      defects.insert(.charsetUnknown)
      return utf8(bytes, otherwise: .charsetUnknown, defects: &defects)
    }
    var out: UnsafeMutablePointer<UInt8>?
    var length = 0
    var broken: UInt64 = 0
    let status = bytes.withUnsafeBufferPointer { buffer in
      cmime_to_utf8(name, buffer.baseAddress, buffer.count, &out, &length, &broken)
    }
    guard status == 0, let out else {
      defects.insert(.charsetUnknown)
      return utf8(bytes, otherwise: .charsetUnknown, defects: &defects)
    }
    defer { cmime_release(out) }
    if broken > 0 { defects.insert(.charsetRepaired) }
    if name.contains("utf-7") { defects.insert(.charsetUTF7) }
    return String(decoding: UnsafeBufferPointer(start: out, count: length), as: UTF8.self)
  }

  /// UTF-8 where it is UTF-8, windows-1252 elsewhere, byte by byte.
  static func utf8(
    _ bytes: [UInt8], otherwise code: DefectCode, defects: inout Set<DefectCode>
  ) -> String {
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if let text = String(validating: content, as: UTF8.self) { return text }
    defects.insert(code)
    var scalars = String.UnicodeScalarView()
    var at = 0
    while at < content.count {
      let (length, complete) = sequence(content, at)
      if complete {
        let character = String(decoding: content[at..<at + length], as: UTF8.self)
        scalars.append(contentsOf: character.unicodeScalars)
        at += length
      } else if at + length == content.count && length > 1 {
        // A character torn by the end of the bytes: one mark, never more letters than were there.
        scalars.append("\u{FFFD}")
        at += length
      } else {
        scalars.append(scalar1252(content[at]))
        at += 1
      }
    }
    return String(scalars)
  }

  /// Length of the longest valid prefix of a UTF-8 sequence at `at`, and whether it is a whole one.
  private static func sequence(_ bytes: [UInt8], _ at: Int) -> (length: Int, complete: Bool) {
    let lead = bytes[at]
    let want: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: return (1, true)
    case 0xC2...0xDF: want = 2
    case 0xE0: (want, second) = (3, 0xA0...0xBF)
    case 0xED: (want, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: want = 3
    case 0xF0: (want, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: want = 4
    case 0xF4: (want, second) = (4, 0x80...0x8F)
    default: return (1, false)
    }
    var length = 1
    while length < want, at + length < bytes.count {
      guard (length == 1 ? second : 0x80...0xBF).contains(bytes[at + length]) else {
        return (length, false)
      }
      length += 1
    }
    return (length, length == want)
  }

  static func windows1252(_ bytes: [UInt8], defects: inout Set<DefectCode>) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let scalar = scalar1252(byte)
      if scalar == "\u{FFFD}" { defects.insert(.charsetRepaired) }
      scalars.append(scalar)
    }
    return String(scalars)
  }

  private static func scalar1252(_ byte: UInt8) -> Unicode.Scalar {
    (0x80...0x9F).contains(byte) ? upper1252[Int(byte) - 0x80] : Unicode.Scalar(byte)
  }

  /// 0x80–0x9F; the five unassigned bytes are U+FFFD.
  private static let upper1252: [Unicode.Scalar] = [
    "€", "\u{FFFD}", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "\u{FFFD}", "Ž",
    "\u{FFFD}", "\u{FFFD}", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ",
    "\u{FFFD}", "ž", "Ÿ",
  ]
}
