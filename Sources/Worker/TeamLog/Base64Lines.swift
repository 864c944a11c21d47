/// Base64 in lines of 76 (RFC 2045, 6.8), read without any leniency but for line ends and blanks.
enum Base64Lines {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 3 / 2)
    var column = 0
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var group = UInt32(0)
      for offset in 0..<3 {
        group = group << 8 | (offset < part.count ? UInt32(part[start + offset]) : 0)
      }
      for place in 0..<4 {
        let isPadding = place > part.count
        out.append(isPadding ? 0x3D : letters[Int(group >> (18 - 6 * UInt32(place)) & 63)])
      }
      column += 4
      if column == 76 {
        out += [0x0D, 0x0A]
        column = 0
      }
    }
    return column == 0 ? out : out + [0x0D, 0x0A]
  }

  /// nil for a foreign character, a wrong length, or bits that no encoder leaves behind: one
  /// content has one spelling.
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    out.reserveCapacity(text.count * 3 / 4)
    var group = UInt32(0)
    var count = 0
    var padding = 0
    for byte in text {
      if byte == 0x0D || byte == 0x0A || byte == 0x20 || byte == 0x09 { continue }
      if byte == 0x3D {
        padding += 1
        guard padding <= 2, count % 4 >= 2 else { return nil }
        continue
      }
      let value = values[Int(byte)]
      guard padding == 0, value != 0xFF else { return nil }
      group = group << 6 | UInt32(value)
      count += 1
      if count % 4 == 0 {
        out += [UInt8(group >> 16 & 0xFF), UInt8(group >> 8 & 0xFF), UInt8(group & 0xFF)]
        group = 0
      }
    }
    switch (count % 4, padding) {
    case (0, 0): return out
    case (2, 2) where group & 0x0F == 0: return out + [UInt8(group >> 4 & 0xFF)]
    case (3, 1) where group & 0x03 == 0:
      return out + [UInt8(group >> 10 & 0xFF), UInt8(group >> 2 & 0xFF)]
    default: return nil
    }
  }
}

/// How deep a JSON text is nested, before any decoder recurses into it.
enum JSONDepth {
  static func of(_ json: [UInt8]) -> Int {
    var depth = 0
    var deepest = 0
    var isText = false
    var isEscaped = false
    for byte in json {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == 0x5C {
          isEscaped = true
        } else if byte == 0x22 {
          isText = false
        }
        continue
      }
      switch byte {
      case 0x22: isText = true
      case 0x5B, 0x7B:
        depth += 1
        deepest = max(deepest, depth)
      case 0x5D, 0x7D: depth -= 1
      default: break
      }
    }
    return deepest
  }
}
