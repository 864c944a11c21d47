/// Base64 over bytes, with the last two characters of the alphabet as a parameter.
///
/// Own code because modified UTF-7 (RFC 3501, 5.1.3) needs `,` for `/` and no padding, which
/// no library here offers; SASL uses the ordinary alphabet (RFC 4648, 4).
struct Base64 {
  static let standard = Base64(slash: UInt8(ascii: "/"), pads: true)
  static let mailbox = Base64(slash: ASCII.comma, pads: false)

  private let alphabet: [UInt8]
  private let pads: Bool

  private init(slash: UInt8, pads: Bool) {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+".utf8)
    self.alphabet = letters + [slash]
    self.pads = pads
  }

  func encode(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word: UInt32 = 0
      for offset in 0..<3 {
        word = word << 8 | (offset < group.count ? UInt32(group[start + offset]) : 0)
      }
      for position in 0..<4 {
        if position <= group.count {
          result.append(alphabet[Int(word >> UInt32(18 - 6 * position) & 63)])
        } else if pads {
          result.append(UInt8(ascii: "="))
        }
      }
    }
    return result
  }

  /// The bytes, or nil when a character, the length or the left-over bits are not legal.
  func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var characters = Array(text)
    if pads {
      guard characters.count % 4 == 0 else { return nil }
      for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
    }
    guard characters.count % 4 != 1 else { return nil }
    var result: [UInt8] = []
    var word: UInt32 = 0
    var bits: UInt32 = 0
    for character in characters {
      guard let index = alphabet.firstIndex(of: character) else { return nil }
      word = word << 6 | UInt32(index)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(word >> bits & 0xFF))
        word &= (1 << bits) - 1
      }
    }
    return word == 0 ? result : nil
  }
}
