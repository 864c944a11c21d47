import Crypto
import FoundationEssentials

/// The officine's secret, the same on every machine: whoever has it may speak in the team log.
public struct LogKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private let key: SymmetricKey

  /// - Parameter text: 32 bytes as base64 or as 64 hexadecimal digits, what surrounds them (blanks,
  ///   a line end) left out. nil for anything else.
  public init?(_ text: String) {
    let word = text.trimmed
    guard let bytes = Self.hexadecimal(word) ?? Data(base64Encoded: word).map(Array.init),
      bytes.count == Self.size
    else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// Bytes.
  private static let size = 32

  private static func hexadecimal(_ text: String) -> [UInt8]? {
    let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 2 * size else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }

  /// HMAC-SHA256 (RFC 2104) of the bytes, 64 lower-case hexadecimal digits.
  func code(of bytes: [UInt8]) -> String {
    HMAC<SHA256>.authenticationCode(for: bytes, using: key)
      .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Tells keys apart, and nothing of them.
  public var mark: String { String(code(of: Array("mssterm key mark".utf8)).prefix(16)) }

  /// Compared in a time that tells nothing of how much was right.
  func proves(_ code: String, of bytes: [UInt8]) -> Bool {
    guard let claimed = Self.hexadecimal(code) else { return false }
    return HMAC<SHA256>.isValidAuthenticationCode(claimed, authenticating: bytes, using: key)
  }

  public var description: String { "key" }
  public var debugDescription: String { description }
}

extension String {
  fileprivate var trimmed: String {
    let kept = utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
    return String(decoding: Array(kept), as: UTF8.self)
  }
}
