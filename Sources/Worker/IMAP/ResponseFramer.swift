/// One whole response: its line without CRLF, and the literals whose `{n}` stands in the line.
struct Frame: Hashable, Sendable {
  struct Literal: Hashable, Sendable {
    /// Where `{n}` stands in the line.
    let position: Range<Int>
    let bytes: [UInt8]
  }
  var line: [UInt8] = []
  var literals: [Literal] = []
}

/// Cuts the stream into responses, whatever the size of the reads.
///
/// A response ends at the first CRLF that no literal announcement precedes. Memory follows the
/// bytes received, never a declared size; the caps are checked before anything is kept.
struct ResponseFramer: Sendable {
  let limits: Limits
  private var frame = Frame()
  private var literalBytes: [UInt8] = []
  private var literalMissing = 0
  private var literalPosition: Range<Int>?
  private var literalTotal = 0
  private var lineStart = 0

  init(limits: Limits) { self.limits = limits }

  /// Takes bytes from the front of `bytes` up to the end of one response; nil when it needs more.
  mutating func next(_ bytes: inout ArraySlice<UInt8>) throws(ProtocolViolation) -> Frame? {
    while !bytes.isEmpty {
      if let position = literalPosition {
        takeLiteral(&bytes, at: position)
      } else if try takeLine(&bytes) {
        let complete = frame
        frame = Frame()
        literalTotal = 0
        lineStart = 0
        return complete
      }
    }
    return nil
  }

  private mutating func takeLiteral(_ bytes: inout ArraySlice<UInt8>, at position: Range<Int>) {
    let taken = min(literalMissing, bytes.count)
    literalBytes.append(contentsOf: bytes.prefix(taken))
    bytes.removeFirst(taken)
    literalMissing -= taken
    if literalMissing == 0 { closeLiteral(at: position) }
  }

  private mutating func closeLiteral(at position: Range<Int>) {
    frame.literals.append(.init(position: position, bytes: literalBytes))
    literalBytes = []
    literalPosition = nil
  }

  /// True when the response is complete.
  private mutating func takeLine(
    _ bytes: inout ArraySlice<UInt8>
  ) throws(ProtocolViolation) -> Bool {
    let end = bytes.firstIndex(of: ASCII.lineFeed)
    let part = bytes[..<(end.map { $0 + 1 } ?? bytes.endIndex)]
    guard part.count <= limits.line - frame.line.count else { throw .lineTooLong }
    frame.line.append(contentsOf: part)
    bytes = bytes[part.endIndex...]
    // A lone LF ends nothing: a header copied into an answer must not begin a new response.
    guard end != nil, frame.line.count >= lineStart + 2,
      frame.line[frame.line.count - 2] == ASCII.carriageReturn
    else { return false }
    frame.line.removeLast(2)
    guard let announced = try announcedLiteral() else { return true }
    literalTotal += announced.size
    literalMissing = announced.size
    literalPosition = announced.position
    lineStart = frame.line.count
    if announced.size == 0 { closeLiteral(at: announced.position) }
    return false
  }

  /// The `{n}` or `{n+}` that ends the line, unless the line is human text, which has no literals.
  private func announcedLiteral() throws(ProtocolViolation) -> (
    size: Int, position: Range<Int>
  )? {
    let line = frame.line
    guard line.last == ASCII.closeBrace, line.count > lineStart,
      let open = line[lineStart...].lastIndex(of: ASCII.openBrace),
      !(frame.literals.isEmpty && isText(line))
    else { return nil }
    var digits = line[(open + 1)..<(line.count - 1)]
    if digits.last == ASCII.plus { digits.removeLast() }
    if let first = digits.first, !(0x30...0x39).contains(first), first != ASCII.minus,
      first != ASCII.plus
    {
      return nil  // `{word}` in an extension's data: no size was meant
    }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .malformedLiteral
    }
    guard let size = Int(digits: digits), size <= limits.literal - literalTotal else {
      throw .literalTooLarge
    }
    return (size, open..<line.count)
  }

  private func isText(_ line: [UInt8]) -> Bool {
    guard line.first != ASCII.plus else { return true }
    let words = line.prefix(64).split(separator: ASCII.space, maxSplits: 2)
    return words.count > 1 && StatusKind(rawValue: keyword(words[1])) != nil
  }
}
