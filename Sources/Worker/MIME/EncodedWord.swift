/// RFC 2047, decoded by us: GMime turns a character cut between two encoded words into "?".
enum EncodedWord {
  /// Decodes an unstructured header value or a phrase.
  ///
  /// Unfolds, joins adjacent encoded words of one charset before decoding, reads raw 8-bit bytes as
  /// UTF-8 or windows-1252, and drops CR, LF, NUL and other controls, also those that were encoded
  /// (an encoded NUL or line end in From is an attack).
  static func decode(_ raw: [UInt8], defects: inout Set<DefectCode>) -> String {
    var value = raw
    if value.count > MIMELimits.headerValueBytes {
      defects.insert(.longHeader)
      value.removeSubrange(MIMELimits.headerValueBytes...)
    }
    let bytes = unfold(value, defects: &defects)
    var text = ""
    var pending: [Word] = []
    var at = 0
    var plainBegin = 0
    var terminator = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "="),
        let (word, end) = word(in: bytes, at: at, terminator: &terminator)
      {
        let between = bytes[plainBegin..<at]
        // Blanks between two encoded words are not text (RFC 2047 6.2).
        if pending.isEmpty || !between.allSatisfy({ $0 == 0x20 }) {
          flush(&pending, into: &text, defects: &defects)
          text += plain(between, defects: &defects)
        }
        pending.append(word)
        at = end
        plainBegin = end
      } else {
        at += 1
      }
    }
    flush(&pending, into: &text, defects: &defects)
    text += plain(bytes[plainBegin...], defects: &defects)
    return clean(text, defects: &defects)
  }

  /// Removes folds; tabs become spaces; controls are dropped. Ends are trimmed.
  static func unfold(_ raw: [UInt8], defects: inout Set<DefectCode>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(raw.count)
    for (index, byte) in raw.enumerated() {
      switch byte {
      case 0x09: out.append(0x20)
      case 0x0A: break
      case 0x0D:
        let ends = index + 1 < raw.count && raw[index + 1] == 0x0A
        if !ends { defects.insert(.headerControl) }
      case 0..<0x20, 0x7F: defects.insert(.headerControl)
      default: out.append(byte)
      }
    }
    return trimmed(out)
  }

  static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    guard let first = bytes.firstIndex(where: { $0 != 0x20 }),
      let last = bytes.lastIndex(where: { $0 != 0x20 })
    else { return [] }
    return first == 0 && last == bytes.count - 1 ? bytes : Array(bytes[first...last])
  }

  private struct Word {
    let charset: String
    let bytes: [UInt8]
  }

  private static func flush(
    _ pending: inout [Word], into text: inout String, defects: inout Set<DefectCode>
  ) {
    var index = 0
    while index < pending.count {
      var joined = pending[index].bytes
      let charset = pending[index].charset
      var next = index + 1
      var brokenAlone = false
      while next < pending.count, pending[next].charset == charset {
        if String(validating: joined, as: UTF8.self) == nil { brokenAlone = true }
        joined += pending[next].bytes
        next += 1
      }
      if brokenAlone, charset.hasPrefix("utf"), String(validating: joined, as: UTF8.self) != nil {
        defects.insert(.encodedWordSplit)
      }
      text += Charset.decode(joined, label: charset, defects: &defects)
      index = next
    }
    pending.removeAll(keepingCapacity: true)
  }

  private static func plain(_ bytes: ArraySlice<UInt8>, defects: inout Set<DefectCode>) -> String {
    if bytes.isEmpty { return "" }
    if !bytes.allSatisfy({ $0 < 0x80 }) { defects.insert(.rawHeader) }
    return Charset.utf8(Array(bytes), otherwise: .rawHeader, defects: &defects)
  }

  /// `=?charset[*language]?B|Q?text?=` at `at`, and the offset after it.
  ///
  /// `terminator` remembers the last "?=" found, so that a header full of "=?" costs one pass.
  private static func word(
    in bytes: [UInt8], at: Int, terminator: inout Int
  ) -> (Word, Int)? {
    let question = UInt8(ascii: "?")
    guard at + 1 < bytes.count, bytes[at + 1] == question else { return nil }
    let charsetBegin = at + 2
    let window = bytes[charsetBegin..<min(bytes.count, charsetBegin + 60)]
    guard let charsetEnd = window.firstIndex(of: question), charsetEnd > charsetBegin,
      charsetEnd + 2 < bytes.count, bytes[charsetEnd + 2] == question
    else { return nil }
    let textBegin = charsetEnd + 3
    var end = max(textBegin, terminator)
    while end + 1 < bytes.count, bytes[end] != question || bytes[end + 1] != UInt8(ascii: "=") {
      end += 1
    }
    terminator = end
    guard end + 1 < bytes.count else { return nil }
    let label = String(decoding: bytes[charsetBegin..<charsetEnd], as: UTF8.self).lowercased()
    let charset = label.split(separator: "*").first.map(String.init) ?? label
    let text = bytes[textBegin..<end]
    switch bytes[charsetEnd + 1] {
    case UInt8(ascii: "B"), UInt8(ascii: "b"):
      return (Word(charset: charset, bytes: Transfer.base64(text)), end + 2)
    case UInt8(ascii: "Q"), UInt8(ascii: "q"):
      return (Word(charset: charset, bytes: quoted(text)), end + 2)
    default:
      return nil
    }
  }

  private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      if byte == UInt8(ascii: "_") {
        out.append(0x20)
      } else if byte == UInt8(ascii: "="), at + 2 < text.endIndex, let high = hex(text[at + 1]),
        let low = hex(text[at + 2])
      {
        out.append(high << 4 | low)
        at += 2
      } else {
        out.append(byte)
      }
      at += 1
    }
    return out
  }

  static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Drops the controls that an encoded word smuggled in.
  private static func clean(_ text: String, defects: inout Set<DefectCode>) -> String {
    // U+FFFD stands for NUL here when `Charset` saw one; in a header it is dropped like the rest.
    let hadNul = defects.remove(.nul) != nil
    let bad = text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    guard bad || hadNul else { return text }
    defects.insert(.headerControl)
    let kept = text.unicodeScalars.filter { scalar in
      scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
        && !(hadNul && scalar == "\u{FFFD}")
    }
    return String(String.UnicodeScalarView(kept))
  }
}
