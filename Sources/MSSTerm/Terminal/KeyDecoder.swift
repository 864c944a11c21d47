internal import Cells
internal import Keys

/// Turns the bytes of a terminal into keys, pastes and mouse events; does no I/O and no waiting.
///
/// Our own rather than ncurses': ncurses reads one byte a call, forgets the first half of a UTF-8
/// character that arrives in two pieces, and hands a paste over as keys. What xterm, VTE, PuTTY,
/// Windows Terminal, tmux, the Linux console and rxvt send is read by its grammar (ECMA-48), so a
/// sequence nobody knows is swallowed whole and never typed.
struct KeyDecoder {
  /// A longer paste is cut here (bytes).
  static let longestPaste = 1 << 20
  /// A longer control sequence is not a key, and is swallowed whole (bytes).
  static let longestSequence = 64
  /// What has not ended after so many bytes is dropped.
  static let longestAnswer = 4096

  /// How long the rest of what has begun may take.
  enum Patience {
    static let escape = Duration.milliseconds(25)
    static let sequence = Duration.milliseconds(300)
    static let paste = Duration.seconds(2)
  }

  /// Bytes not understood yet: the beginning of a key.
  var pending: [UInt8] = []
  private var paste: [UInt8]?
  private var isPasteCut = false
  private let isUTF8: Bool

  /// - Parameter isUTF8: false reads bytes above 0x9F as Latin-1.
  init(isUTF8: Bool = true) { self.isUTF8 = isUTF8 }

  /// How long to wait for more before calling `giveUp`; nil when nothing is begun.
  var patience: Duration? {
    if paste != nil { return Patience.paste }
    if pending.isEmpty { return nil }
    return pending == [0x1B] ? Patience.escape : Patience.sequence
  }

  /// Adds bytes and appends what they complete.
  mutating func feed(_ bytes: some Sequence<UInt8>, into inputs: inout [Input]) {
    pending.append(contentsOf: bytes)
    var start = 0
    var isAfterReturn = false
    while start < pending.count {
      if paste != nil {
        start = collectPaste(from: start, into: &inputs)
        if paste != nil { break }
        continue
      }
      let byte = pending[start]
      // A scanner may end its line with CR LF: one Enter.
      if isAfterReturn, byte == 0x0A {
        start += 1
        isAfterReturn = false
        continue
      }
      isAfterReturn = byte == 0x0D
      guard let (input, length) = decode(pending[start...]) else { break }
      start += length
      if let input { inputs.append(input) }
    }
    pending.removeFirst(start)
  }

  /// The rest did not come: a lone ESC is the Escape key, `ESC [` was typed with Alt, a paste ends,
  /// and a torn sequence is forgotten, so that its tail is never taken for keys of its own.
  mutating func giveUp(into inputs: inout [Input]) {
    if paste != nil {
      inputs.append(takePaste(adding: pending[...]))
    } else if pending == [0x1B] {
      inputs.append(.key(.escape))
    } else if pending.count == 2, pending[0] == 0x1B, pending[1] < 0x80 {
      inputs.append(.key(.alt(Character(Unicode.Scalar(pending[1])))))
    }
    pending.removeAll()
  }

  /// One input and the bytes it took; nil input for bytes that mean nothing; nil when more bytes
  /// are needed.
  private mutating func decode(_ bytes: ArraySlice<UInt8>) -> (Input?, Int)? {
    guard bytes.first == 0x1B else {
      guard let (key, length) = plainKey(bytes) else { return nil }
      if key == .control("z") { return (.signal(.stop), length) }
      return (key.map { .key($0) }, length)
    }
    guard bytes.count > 1 else { return nil }
    switch bytes[bytes.startIndex + 1] {
    case UInt8(ascii: "["): return controlSequence(bytes)
    case UInt8(ascii: "O"): return singleShift(bytes)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      return string(bytes)
    case 0x1B: return (.key(.escape), 1)
    default:
      guard let (key, length) = plainKey(bytes.dropFirst()) else { return nil }
      return (key.map { .key(Key($0.base, $0.modifiers.union(.alt))) }, length + 1)
    }
  }

  /// A key of one character or one control byte.
  private func plainKey(_ bytes: ArraySlice<UInt8>) -> (Key?, Int)? {
    let byte = bytes[bytes.startIndex]
    switch byte {
    case 0x0D, 0x0A: return (.enter, 1)
    case 0x09: return (.tab, 1)
    case 0x7F, 0x08: return (.backspace, 1)
    case 0x00: return (Key(.character(" "), [.control]), 1)
    case 0x01...0x1A: return (.control(Character(Unicode.Scalar(byte + 0x60))), 1)
    case 0x1B...0x1F: return (.control(Character(Unicode.Scalar(byte + 0x40))), 1)
    case 0x20...0x7E: return (.character(Character(Unicode.Scalar(byte))), 1)
    default: return beyondASCII(bytes)
    }
  }

  /// A character of several bytes; what is no character is dropped, a hand cannot press it.
  private func beyondASCII(_ bytes: ArraySlice<UInt8>) -> (Key?, Int)? {
    let first = bytes[bytes.startIndex]
    guard isUTF8 else {
      return (first < 0xA0 ? nil : .character(Character(Unicode.Scalar(first))), 1)
    }
    let length =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    let rest = bytes.dropFirst().prefix(length - 1)
    if length == 1 || rest.contains(where: { $0 & 0xC0 != 0x80 }) { return (nil, 1) }
    if rest.count < length - 1 { return nil }
    guard let text = String(validating: bytes.prefix(length), as: UTF8.self),
      let character = text.first, let scalar = text.unicodeScalars.first, scalar.value >= 0xA0
    else { return (nil, length) }
    return (.character(character), length)
  }

  // MARK: Pastes

  /// From here to the closing mark, bytes are text.
  mutating func beginPaste() {
    paste = []
    isPasteCut = false
  }

  /// Takes bytes up to the mark `ESC [ 201 ~` and returns where to go on; without the mark the
  /// paste stays open, and what could be its first half stays where it is.
  private mutating func collectPaste(from start: Int, into inputs: inout [Input]) -> Int {
    let mark: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]
    var index = start
    while let escape = pending[index...].firstIndex(of: 0x1B) {
      let candidate = pending[escape...].prefix(mark.count)
      if candidate.elementsEqual(mark) {
        inputs.append(takePaste(adding: pending[start..<escape]))
        return escape + mark.count
      }
      if mark.starts(with: candidate) {
        keep(pending[start..<escape])
        return escape
      }
      index = escape + 1
    }
    keep(pending[start...])
    return pending.count
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = Self.longestPaste - (paste?.count ?? 0)
    if bytes.count > room { isPasteCut = true }
    paste?.append(contentsOf: bytes.prefix(room))
  }

  private mutating func takePaste(adding last: ArraySlice<UInt8>) -> Input {
    keep(last)
    let text = String(decoding: paste ?? [], as: UTF8.self)
    paste = nil
    return .paste(text.normalisingNewlines(), truncated: isPasteCut)
  }
}

extension String {
  /// Terminals send the newlines of a paste as CR.
  fileprivate func normalisingNewlines() -> String {
    guard utf8.contains(0x0D) else { return self }
    var text = ""
    text.reserveCapacity(utf8.count)
    var isAfterReturn = false
    for scalar in unicodeScalars {
      if scalar == "\r" || (scalar == "\n" && !isAfterReturn) {
        text.unicodeScalars.append("\n")
      } else if scalar != "\n" {
        text.unicodeScalars.append(scalar)
      }
      isAfterReturn = scalar == "\r"
    }
    return text
  }
}
