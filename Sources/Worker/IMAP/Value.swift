/// Any response data, before it means something: what an extension sends keeps this form.
public indirect enum Value: Hashable, Sendable {
  case atom([UInt8])
  case quoted([UInt8])
  case literal([UInt8])
  case list([Value])
  /// `NIL`
  case nothing

  /// The bytes of an atom, a quoted string or a literal.
  public var bytes: [UInt8]? {
    switch self {
    case .atom(let bytes), .quoted(let bytes), .literal(let bytes): bytes
    case .list, .nothing: nil
    }
  }

  public var list: [Value]? {
    guard case .list(let values) = self else { return nil }
    return values
  }

  /// The digits of an atom.
  var digits: [UInt8]? {
    guard case .atom(let bytes) = self else { return nil }
    return bytes
  }
}

/// Why one response could not be read. The session goes on: its framing was sound.
public enum Unreadable: Error, Hashable, Sendable {
  case syntax
  /// More parentheses than ``Limits/depth`` (I03).
  case tooDeep
  case tooManyValues
  /// A number out of its range: UID 0, EXISTS -1 (I07).
  case number
  /// The same item twice with two values (I07, I08).
  case contradiction
}

/// Reads values from one frame. Every loop ends with the line; recursion ends at the depth limit.
struct ValueParser {
  private let line: [UInt8]
  private let literals: [Frame.Literal]
  private let limits: Limits
  private(set) var position = 0
  private var nextLiteral = 0
  private var values = 0

  init(_ frame: Frame, limits: Limits, from position: Int = 0) {
    self.line = frame.line
    self.literals = frame.literals
    self.limits = limits
    self.position = position
  }

  var isAtEnd: Bool { position >= line.count }

  /// What is left of the line.
  var rest: ArraySlice<UInt8> { line[min(position, line.count)...] }

  private var byte: UInt8? { position < line.count ? line[position] : nil }

  mutating func skipSpaces() {
    while byte == ASCII.space { position += 1 }
  }

  /// The bytes up to the next space or the end: a keyword, a tag, a number.
  mutating func word() -> ArraySlice<UInt8> {
    skipSpaces()
    let start = position
    while let next = byte, next != ASCII.space { position += 1 }
    return line[start..<position]
  }

  /// All values up to the end of the line.
  mutating func remaining() throws(Unreadable) -> [Value] {
    var result: [Value] = []
    skipSpaces()
    while !isAtEnd {
      result.append(try value())
      skipSpaces()
    }
    return result
  }

  mutating func value(depth: Int = 0) throws(Unreadable) -> Value {
    skipSpaces()
    values += 1
    guard values <= limits.values else { throw .tooManyValues }
    if nextLiteral < literals.count, literals[nextLiteral].position.lowerBound == position {
      defer { nextLiteral += 1 }
      position = literals[nextLiteral].position.upperBound
      return .literal(literals[nextLiteral].bytes)
    }
    switch byte {
    case ASCII.openParenthesis: return try list(depth: depth + 1)
    case ASCII.quote: return .quoted(try quoted())
    default: return try atom()
    }
  }

  private mutating func list(depth: Int) throws(Unreadable) -> Value {
    guard depth <= limits.depth else { throw .tooDeep }
    position += 1
    var result: [Value] = []
    while true {
      skipSpaces()
      if byte == ASCII.closeParenthesis {
        position += 1
        return .list(result)
      }
      result.append(try value(depth: depth))
    }
  }

  private mutating func quoted() throws(Unreadable) -> [UInt8] {
    position += 1
    var result: [UInt8] = []
    while let next = byte {
      position += 1
      switch next {
      case ASCII.quote:
        return result
      case ASCII.backslash:
        guard let escaped = byte else { throw .syntax }
        result.append(escaped)
        position += 1
      default:
        result.append(next)
      }
    }
    throw .syntax
  }

  private mutating func atom() throws(Unreadable) -> Value {
    let start = position
    while let next = byte {
      if next == ASCII.openBracket, isSectionName(line[start..<position]) {
        guard let close = line[position...].firstIndex(of: ASCII.closeBracket) else {
          throw .syntax
        }
        position = close
      }
      if isDelimiter(next) || isAtLiteral { break }
      position += 1
    }
    guard position > start else { throw .syntax }
    let bytes = Array(line[start..<position])
    return keyword(bytes) == "NIL" ? .nothing : .atom(bytes)
  }

  private var isAtLiteral: Bool {
    nextLiteral < literals.count && literals[nextLiteral].position.lowerBound == position
  }

  private func isDelimiter(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.openParenthesis || byte == ASCII.closeParenthesis
      || byte == ASCII.quote
  }

  /// Only `BODY[…]` and `BINARY[…]` may hold spaces and parentheses within an atom.
  private func isSectionName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard (4...11).contains(bytes.count) else { return false }
    return ["BODY", "BINARY", "BINARY.SIZE"].contains(keyword(bytes))
  }
}
