/// Mailbox names between Unicode and the wire (RFC 3501, 5.1.3).
enum ModifiedUTF7 {
  static func encode(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var pending: [UInt8] = []  // UTF-16, big endian, waiting for its base64 run

    func flush() {
      guard !pending.isEmpty else { return }
      result += [ASCII.ampersand] + Base64.mailbox.encode(pending) + [ASCII.minus]
      pending = []
    }
    for unit in text.utf16 {
      if (0x20...0x7E).contains(unit) {
        flush()
        result.append(UInt8(unit))
        if unit == 0x26 { result.append(ASCII.minus) }
      } else {
        pending += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      }
    }
    flush()
    return result
  }

  /// Nil when the bytes are not legal: an 8-bit byte, an open run, half a surrogate pair.
  static func decode(_ raw: [UInt8]) -> String? {
    var result = ""
    var index = raw.startIndex
    while index < raw.endIndex {
      let byte = raw[index]
      guard (0x20...0x7E).contains(byte) else { return nil }
      index += 1
      guard byte == ASCII.ampersand else {
        result.unicodeScalars.append(Unicode.Scalar(byte))
        continue
      }
      guard let end = raw[index...].firstIndex(of: ASCII.minus) else { return nil }
      if end == index {
        result += "&"
      } else {
        guard let run = decodeRun(raw[index..<end]) else { return nil }
        result += run
      }
      index = end + 1
    }
    return result
  }

  private static func decodeRun(_ run: ArraySlice<UInt8>) -> String? {
    guard let bytes = Base64.mailbox.decode(run), bytes.count % 2 == 0 else { return nil }
    let units = stride(from: 0, to: bytes.count, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    return String(validating: units, as: UTF16.self)
  }
}
