/// Transfer encodings for sending: 7-bit, lines of at most 76 characters, CRLF.
enum BodyWriter {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Base64; `lines` breaks at 76 characters and ends the last line.
  static func base64(_ input: [UInt8], into out: inout [UInt8], lines: Bool = true) {
    out.reserveCapacity(out.count + input.count / 57 * 78 + 80)
    var column = 0
    var at = 0
    while at < input.count {
      let left = input.count - at
      let bits =
        UInt32(input[at]) << 16 | (left > 1 ? UInt32(input[at + 1]) << 8 : 0)
        | (left > 2 ? UInt32(input[at + 2]) : 0)
      out.append(alphabet[Int(bits >> 18)])
      out.append(alphabet[Int(bits >> 12 & 63)])
      out.append(left > 1 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
      out.append(left > 2 ? alphabet[Int(bits & 63)] : UInt8(ascii: "="))
      at += 3
      column += 4
      if lines, column == 76, at < input.count {
        out += [0x0D, 0x0A]
        column = 0
      }
    }
    if lines { out += [0x0D, 0x0A] }
  }

  /// Quoted-printable of text with "\n" line ends. A dot or "From " at the start of a line is
  /// escaped too, so that no relay has a reason to touch it.
  static func quotedPrintable(_ input: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(input.count + input.count / 8)
    var column = 0
    for (index, byte) in input.enumerated() {
      if byte == 0x0A {
        out += [0x0D, 0x0A]
        column = 0
        continue
      }
      let last = index + 1 == input.count || input[index + 1] == 0x0A
      let unit = unit(byte, first: column == 0, last: last)
      // One column stays free for the soft line end, unless the line ends here anyway.
      if column + unit.count > (last ? 76 : 75) {
        out += [0x3D, 0x0D, 0x0A]
        column = 0
        out += self.unit(byte, first: true, last: last)
        column = out.count - (out.lastIndex(of: 0x0A) ?? -1) - 1
        continue
      }
      out += unit
      column += unit.count
    }
    return out
  }

  private static func unit(_ byte: UInt8, first: Bool, last: Bool) -> [UInt8] {
    let plain = (0x21...0x7E).contains(byte) && byte != 0x3D
    let blank = (byte == 0x20 || byte == 0x09) && !last
    let risky = first && (byte == 0x2E || byte == 0x46)
    if (plain || blank) && !risky { return [byte] }
    return [0x3D] + Array(HeaderWriter.hex(byte).utf8)
  }
}
