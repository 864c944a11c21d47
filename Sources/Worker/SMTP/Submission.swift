public import SASL

/// One mail and its envelope, checked before any connection is opened.
public struct Submission: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible
{
  public enum Refusal: Error, Hashable, Sendable {
    case noRecipient
    /// NUL has no place in a mail on the wire (RFC 5321, 2.3.8).
    case messageContainsNUL
    case emptyMessage
  }

  public let sender: Address
  public let recipients: [Address]
  /// By which a notification names this mail; nil asks for none.
  let envelopeID: String?
  /// Only CRLF ends a line; before dot-stuffing. Its count is the SIZE declared.
  let message: [UInt8]
  let needsEightBit: Bool
  let needsSMTPUTF8: Bool

  /// - Parameter message: header and body; a lone CR or LF becomes CRLF, the last line is ended.
  /// - Parameter envelopeID: 1 to 50 bytes, any other length asks for nothing; to be told of
  ///   failure and delay, by a mail that returns the header alone, where the server offers DSN
  ///   (RFC 3461). Every server on the road sees it: never anything about a patient.
  public init(
    sender: Address, recipients: [Address], message: [UInt8], envelopeID: String? = nil
  ) throws(Refusal) {
    self.envelopeID = envelopeID.flatMap { (1...50).contains($0.utf8.count) ? $0 : nil }
    guard !recipients.isEmpty else { throw .noRecipient }
    guard !message.isEmpty else { throw .emptyMessage }
    guard !message.contains(0) else { throw .messageContainsNUL }
    self.sender = sender
    self.recipients = recipients
    self.message = LineEnds.normalised(message)
    self.needsEightBit = self.message.contains { $0 >= 0x80 }
    let header = LineEnds.header(of: self.message)
    self.needsSMTPUTF8 =
      !([sender] + recipients).allSatisfy(\.isASCII) || header.contains { $0 >= 0x80 }
  }

  /// No mail to nobody: what a machine that only asks has in hand.
  static let none = Submission()

  private init() {
    sender = Address.nobody
    recipients = []
    envelopeID = nil
    message = []
    (needsEightBit, needsSMTPUTF8) = (false, false)
  }

  public var description: String { "mail to \(recipients.count) recipients" }
  public var debugDescription: String { description }
}

/// What may be anything, as printable ASCII (`xtext`, RFC 3461, 4).
func xtext(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  let bytes = text.utf8.flatMap { byte -> [UInt8] in
    let isPlain = (0x21...0x7E).contains(byte) && byte != 0x2B && byte != 0x3D
    return isPlain ? [byte] : [0x2B, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Line ends and dots (RFC 5321, 2.3.8 and 4.5.2).
enum LineEnds {
  /// Lone CR and lone LF are how a mail is smuggled into another (O09): none survives.
  static func normalised(_ message: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(message.count + message.count / 32 + 2)
    var previous: UInt8 = 0
    for byte in message {
      switch byte {
      case 0x0D:
        result += [0x0D, 0x0A]
      case 0x0A:
        if previous != 0x0D { result += [0x0D, 0x0A] }
      default:
        result.append(byte)
      }
      previous = byte
    }
    if result.last != 0x0A { result += [0x0D, 0x0A] }
    return result
  }

  /// Doubles every dot that begins a line.
  static func stuffed(_ message: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(message.count + message.count / 64)
    var isLineStart = true
    for byte in message {
      if isLineStart, byte == UInt8(ascii: ".") { result.append(byte) }
      result.append(byte)
      isLineStart = byte == 0x0A
    }
    return result
  }

  /// Up to and with the first empty line.
  static func header(of message: [UInt8]) -> ArraySlice<UInt8> {
    var start = 0
    while let end = message[start...].firstIndex(of: 0x0A) {
      if end - start <= 1 { return message[...end] }
      start = end + 1
    }
    return message[...]
  }
}

/// How to prove who we are. Descriptions hide everything.
public enum Credentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// PLAIN where offered, else LOGIN.
  case password(user: String, password: String)
  case xoauth2(user: String, token: String)
  /// SCRAM-SHA-256, EXTERNAL, OAUTHBEARER.
  case exchange(Exchange)

  public var description: String { "credentials" }
  public var debugDescription: String { description }
}

/// How a connection comes to be encrypted.
public enum Encryption: Hashable, Sendable {
  /// Encrypted before the first byte (port 465).
  case implicit
  /// In clear until STARTTLS, which must succeed before any credential or mail (port 587).
  case startTLS
  /// None: for a test server on this very machine.
  case none
}
