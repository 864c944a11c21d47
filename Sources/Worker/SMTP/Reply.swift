/// A server's whole answer: code, enhanced status and the lines it wrote.
///
/// The lines are data from outside: shown only framed as the server's words and through the
/// gate (I06). The description holds the codes alone. Source: RFC 5321, 4.2; RFC 2034.
public struct Reply: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// `5.7.1`: class, subject, detail.
  public struct EnhancedStatus: Hashable, Sendable, CustomStringConvertible {
    public let category: UInt16
    public let subject: UInt16
    public let detail: UInt16

    public var description: String { "\(category).\(subject).\(detail)" }
  }

  public enum Kind: Hashable, Sendable {
    /// 2yz
    case positive
    /// 3yz: go on.
    case intermediate
    /// 4yz: later, perhaps.
    case transient
    /// 5yz: never as it is.
    case permanent
  }

  /// 200 to 599.
  public let code: Int
  /// What follows the code on each line, without CRLF.
  public let lines: [[UInt8]]

  public var kind: Kind {
    switch code / 100 {
    case 2: .positive
    case 3: .intermediate
    case 4: .transient
    default: .permanent
    }
  }

  /// Kept when the first line begins with one of the same class as the code.
  public var enhancedStatus: EnhancedStatus? {
    guard let word = lines.first?.prefix(while: { $0 != 0x20 }) else { return nil }
    let numbers = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { Reply.number($0, digits: 1...3) }
    guard numbers.count == 3, let category = numbers[0], let subject = numbers[1],
      let detail = numbers[2], Int(category) == code / 100
    else { return nil }
    return EnhancedStatus(category: category, subject: subject, detail: detail)
  }

  /// All lines as text, controls and all: hand it to the gate, never to a terminal.
  public var ungated: String {
    lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  public var description: String {
    enhancedStatus.map { "\(code) \($0)" } ?? String(code)
  }

  public var debugDescription: String { description }

  static func number(
    _ digits: some Collection<UInt8>, digits allowed: ClosedRange<Int>
  ) -> UInt16? {
    guard allowed.contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + UInt16($1 - 0x30) }
  }
}

/// What no honest server does; the connection must be closed.
public enum ProtocolViolation: Error, Hashable, Sendable {
  /// A line above 2 KiB, or more than 128 lines in one reply (I04).
  case replyTooLong
  /// Not three digits and a separator, or two codes in one reply.
  case malformedReply
  /// Bytes behind a reply, before we asked anything more: after STARTTLS they would pass for
  /// encrypted, elsewhere for the answer to a command not yet sent (T05, T06, I10).
  case replyBeforeCommand
}

/// Cuts the stream into replies, whatever the size of the reads.
struct ReplyParser: Sendable {
  static let lineLimit = 2_048
  static let lineCount = 128

  private var line: [UInt8] = []
  private var lines: [[UInt8]] = []
  private var code: UInt16?

  /// Takes bytes from the front up to the end of one reply; nil when it needs more.
  mutating func next(_ bytes: inout ArraySlice<UInt8>) throws(ProtocolViolation) -> Reply? {
    while let byte = bytes.popFirst() {
      guard line.count < ReplyParser.lineLimit else { throw .replyTooLong }
      line.append(byte)
      guard byte == 0x0A, line.count >= 2, line[line.count - 2] == 0x0D else { continue }
      line.removeLast(2)
      if let reply = try endLine() { return reply }
    }
    return nil
  }

  private mutating func endLine() throws(ProtocolViolation) -> Reply? {
    guard let code = Reply.number(line.prefix(3), digits: 3...3), (200...599).contains(code),
      self.code == nil || self.code == code, line.count == 3 || line[3] == 0x20 || line[3] == 0x2D
    else { throw .malformedReply }
    guard lines.count < ReplyParser.lineCount else { throw .replyTooLong }
    let goesOn = line.count > 3 && line[3] == 0x2D
    lines.append(Array(line.dropFirst(4)))
    line = []
    self.code = code
    guard !goesOn else { return nil }
    defer {
      lines = []
      self.code = nil
    }
    return Reply(code: Int(code), lines: lines)
  }
}
