/// Text being edited, as a value: a string and a cursor counted in characters.
///
/// A character is a grapheme cluster: what a person sees as one letter is deleted as one letter.
public struct TextBuffer: Equatable, Sendable {
  /// The most a body holds, in bytes of UTF-8.
  public static let bodyLimit = 64 * 1024
  /// The most a field of one line holds, in bytes of UTF-8.
  public static let lineLimit = 4 * 1024

  public private(set) var text: String
  /// 0…text.count, in characters.
  public private(set) var cursor: Int
  /// What typing replaces (a blank of a template), in characters; the cursor is at its end.
  public private(set) var selection: Range<Int>?
  /// The column that moving up and down tries to keep.
  private var goal: Int?

  public init(_ text: String = "") {
    self.text = text
    cursor = text.count
  }

  public static func == (a: TextBuffer, b: TextBuffer) -> Bool {
    a.text == b.text && a.cursor == b.cursor && a.selection == b.selection
  }

  /// Line and column of the cursor, 0-based, in characters; lines end at newlines only.
  public var position: (line: Int, column: Int) {
    let before = text.prefix(cursor)
    let line = before.count(where: \.isNewline)
    let start = before.lastIndex(where: \.isNewline).map { before.index(after: $0) }
    return (line, before.distance(from: start ?? before.startIndex, to: before.endIndex))
  }
}

// MARK: - Changing the text

extension TextBuffer {
  /// Inserts at the cursor, over the selection. Control characters are left out, newlines too in a
  /// field of one line.
  ///
  /// False when not everything fitted in `limit` bytes; what fitted, whole characters, is in.
  @discardableResult
  public mutating func insert(_ addition: String, limit: Int, isMultiline: Bool) -> Bool {
    deleteSelection()
    var room = limit - text.utf8.count
    var clean = ""
    var fits = true
    var wasReturn = false
    for character in addition {
      var piece = String(character)
      if character.isNewline {
        piece = isMultiline ? "\n" : clean.isEmpty || wasReturn ? "" : " "
        wasReturn = !isMultiline
      } else {
        wasReturn = false
        if character == "\t" { piece = "  " }
        piece.unicodeScalars.removeAll { $0.properties.generalCategory == .control }
      }
      room -= piece.utf8.count
      if room < 0 {
        fits = false
        break
      }
      clean += piece
    }
    // The newline at the end of a pasted line is not a space.
    if wasReturn && clean.hasSuffix(" ") { clean.removeLast() }
    replace(cursor..<cursor, with: clean)
    return fits
  }

  /// Replaces characters and puts the cursor behind what came in.
  private mutating func replace(_ range: Range<Int>, with new: String) {
    let start = text.index(text.startIndex, offsetBy: range.lowerBound)
    let end = text.index(start, offsetBy: range.count)
    let bytes = text.utf8.distance(from: text.startIndex, to: start) + new.utf8.count
    text.replaceSubrange(start..<end, with: new)
    // An accent that joined the letter before it is no character of its own: count again.
    cursor = count(ofFirstBytes: bytes)
    selection = nil
    goal = nil
  }

  private func count(ofFirstBytes bytes: Int) -> Int {
    let end = text.utf8.index(text.startIndex, offsetBy: min(bytes, text.utf8.count))
    var characters = 0
    var index = text.startIndex
    while index < end {
      index = text.index(after: index)
      characters += 1
    }
    return characters
  }

  private mutating func deleteSelection() {
    guard let selection else { return }
    replace(selection, with: "")
  }

  /// Removes everything between the cursor and `place`; false when nothing was there.
  private mutating func delete(to place: Int) -> Bool {
    if selection != nil {
      deleteSelection()
      return true
    }
    let range = min(place, cursor)..<max(place, cursor)
    guard !range.isEmpty else { return false }
    replace(range, with: "")
    return true
  }

  @discardableResult
  public mutating func delete(_ motion: Motion) -> Bool { delete(to: place(after: motion)) }

  /// Puts the cursor there, or at the nearest end.
  public mutating func place(at cursor: Int) {
    self.cursor = min(max(0, cursor), text.count)
    selection = nil
    goal = nil
  }

  public mutating func clear() { self = TextBuffer() }

  /// Selects characters, so that typing replaces them; the cursor goes to the end of the range.
  public mutating func select(_ range: Range<Int>) {
    let size = text.count
    let range = range.clamped(to: 0..<size)
    selection = range.isEmpty ? nil : range
    cursor = range.upperBound
    goal = nil
  }
}

// MARK: - Moving

extension TextBuffer {
  public enum Motion: Equatable, Sendable {
    case left, right, wordLeft, wordRight, lineStart, lineEnd, up, down, start, end
  }

  /// False when the cursor was already there.
  @discardableResult
  public mutating func move(_ motion: Motion) -> Bool {
    let before = cursor
    let hadSelection = selection != nil
    let keptGoal = goal
    cursor = place(after: motion)
    selection = nil
    goal = nil
    if motion == .up || motion == .down { goal = keptGoal ?? column(of: before) }
    return cursor != before || hadSelection
  }

  private func place(after motion: Motion) -> Int {
    switch motion {
    case .left: return max(0, cursor - 1)
    case .right: return min(text.count, cursor + 1)
    case .start: return 0
    case .end: return text.count
    case .lineStart: return cursor - column(of: cursor)
    case .lineEnd: return cursor + text.dropFirst(cursor).prefix { !$0.isNewline }.count
    case .wordLeft:
      let before = text.prefix(cursor).reversed()
      let gap = before.prefix { !Self.isWord($0) }.count
      return cursor - gap - before.dropFirst(gap).prefix(while: Self.isWord).count
    case .wordRight:
      let after = text.dropFirst(cursor)
      let gap = after.prefix { !Self.isWord($0) }.count
      return cursor + gap + after.dropFirst(gap).prefix(while: Self.isWord).count
    case .up: return vertical(-1)
    case .down: return vertical(1)
    }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber
  }

  private func column(of place: Int) -> Int {
    text.prefix(place).reversed().prefix { !$0.isNewline }.count
  }

  /// The same column one line on; the start or end of the text when there is no such line.
  private func vertical(_ step: Int) -> Int {
    let column = column(of: cursor)
    let start = cursor - column
    if step < 0 {
      guard start > 0 else { return 0 }
      let length = self.column(of: start - 1)
      return start - 1 - length + min(goal ?? column, length)
    }
    let rest = text.dropFirst(cursor)
    let left = rest.prefix { !$0.isNewline }.count
    guard rest.count > left else { return cursor + left }
    let length = rest.dropFirst(left + 1).prefix { !$0.isNewline }.count
    return cursor + left + 1 + min(goal ?? column, length)
  }
}
