internal import Cells
internal import Keys

/// The sequences of function keys, mouse and answers: ECMA-48 grammar, xterm's meanings.
extension KeyDecoder {
  /// `ESC [ parameters intermediates final`.
  mutating func controlSequence(_ bytes: ArraySlice<UInt8>) -> (Input?, Int)? {
    var index = bytes.startIndex + 2
    // The Linux console's F1 to F5: `ESC [ [ A`.
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: "[") {
      guard index + 1 < bytes.endIndex else { return nil }
      let number = Int(bytes[index + 1]) - 0x40
      return ((1...5).contains(number) ? .key(.function(number)) : nil, 4)
    }
    while index < bytes.endIndex, (0x20...0x3F).contains(bytes[index]) { index += 1 }
    let length = index - bytes.startIndex
    guard index < bytes.endIndex else { return length > Self.longestAnswer ? (nil, length) : nil }
    // A byte that cannot be here ends the sequence without being part of it.
    guard (0x40...0x7E).contains(bytes[index]) else { return (nil, length) }
    if length > Self.longestSequence { return (nil, length + 1) }
    let parameters = bytes[(bytes.startIndex + 2)..<index]
    return (meaning(of: bytes[index], parameters), length + 1)
  }

  private mutating func meaning(of final: UInt8, _ bytes: ArraySlice<UInt8>) -> Input? {
    if bytes.first == UInt8(ascii: "<") { return mouse(final, numbers(bytes.dropFirst())) }
    // `ESC [ ? …` and the like are answers of the terminal, not keys.
    guard bytes.first.map({ (0x30...0x3B).contains($0) }) ?? true else { return nil }
    let parameters = numbers(bytes)
    let first = parameters.first ?? 0
    let modifiers = Self.modifiers(parameters.count > 1 ? parameters[1] : 0)
    switch final {
    case UInt8(ascii: "~"):
      if first == 200 {
        beginPaste()
        return nil
      }
      return Self.numbered(first).map { .key(Key($0, modifiers)) }
    case UInt8(ascii: "Z"): return .key(.backTab)
    case UInt8(ascii: "u"): return unicodeKey(first, modifiers)
    default: return Self.lettered(final).map { .key(Key($0, modifiers)) }
    }
  }

  /// `ESC O letter`: arrows and F1 to F4 of a terminal in application mode, keypad Enter.
  func singleShift(_ bytes: ArraySlice<UInt8>) -> (Input?, Int)? {
    guard bytes.count > 2 else { return nil }
    let final = bytes[bytes.startIndex + 2]
    if final == UInt8(ascii: "M") { return (.key(.enter), 3) }
    if let base = Self.lettered(final) { return (.key(Key(base)), 3) }
    // Alt-O and then another key.
    guard (0x40...0x7E).contains(final) else { return (.key(.alt("O")), 2) }
    return (nil, 3)
  }

  /// An answer of the terminal (title, colours, version): up to BEL or `ESC \`, dropped.
  func string(_ bytes: ArraySlice<UInt8>) -> (Input?, Int)? {
    let body = bytes.dropFirst(2)
    for index in body.indices.prefix(Self.longestAnswer) {
      if body[index] == 0x07 { return (nil, index + 1 - bytes.startIndex) }
      if body[index] == 0x1B {
        guard index + 1 < body.endIndex else { return nil }
        let isEnd = body[index + 1] == UInt8(ascii: "\\")
        return (nil, index + (isEnd ? 2 : 0) - bytes.startIndex)
      }
    }
    return body.count >= Self.longestAnswer ? (nil, bytes.count) : nil
  }

  private static func lettered(_ final: UInt8) -> Key.Base? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final) - 0x4F)
    default: nil
    }
  }

  /// The keys of `ESC [ number ~`: the VT220's, with the gaps of its keyboard.
  private static func numbered(_ number: Int) -> Key.Base? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28, 29: .function(number - 13)
    case 31...34: .function(number - 14)
    default: nil
    }
  }

  /// xterm's modifier parameter: 1 plus shift 1, alt 2, control 4.
  private static func modifiers(_ parameter: Int) -> Key.Modifiers {
    guard parameter > 1 else { return [] }
    var modifiers: Key.Modifiers = []
    if (parameter - 1) & 1 != 0 { modifiers.insert(.shift) }
    if (parameter - 1) & 2 != 0 { modifiers.insert(.alt) }
    if (parameter - 1) & 4 != 0 { modifiers.insert(.control) }
    return modifiers
  }

  /// `ESC [ code ; modifiers u`: some terminals send modified keys so.
  private func unicodeKey(_ code: Int, _ modifiers: Key.Modifiers) -> Input? {
    switch code {
    case 13: return .key(Key(.enter, modifiers))
    case 9: return .key(Key(.tab, modifiers))
    case 27: return .key(Key(.escape, modifiers))
    case 127: return .key(Key(.backspace, modifiers))
    default:
      guard code >= 0x20, !(0x7F..<0xA0).contains(code),
        let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
      else { return nil }
      let shifted = modifiers.contains(.shift) ? Character(scalar).uppercased().first : nil
      return .key(Key(.character(shifted ?? Character(scalar)), modifiers))
    }
  }

  /// `ESC [ < button ; column ; row M` (press) or `m` (release), 1-based.
  private func mouse(_ final: UInt8, _ numbers: [Int]) -> Input? {
    guard numbers.count == 3, final == UInt8(ascii: "M"), numbers[1] > 0, numbers[2] > 0 else {
      return nil
    }
    let action: MouseEvent.Action
    switch numbers[0] & ~0x1C {
    case 0: action = .press
    case 64: action = .wheelUp
    case 65: action = .wheelDown
    default: return nil
    }
    let point = Point(column: numbers[1] - 1, row: numbers[2] - 1)
    return .mouse(MouseEvent(point: point, action: action))
  }

  /// Decimal numbers between `;`; an absurd one counts 0.
  private func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
    bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
      guard field.count <= 6 else { return 0 }
      return field.reduce(0) { (0x30...0x39).contains($1) ? $0 * 10 + Int($1) - 0x30 : $0 }
    }
  }
}
