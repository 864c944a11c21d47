import Cells
import Desk
import Domain

extension Canvas {
  /// A field of one line; what does not fit scrolls so that the cursor is seen.
  /// - Returns: the column of the cursor.
  @discardableResult
  mutating func drawField(
    _ buffer: TextBuffer, in rect: Rect, role: Cells.Role, isSecret: Bool = false,
    isActive: Bool = true
  ) -> Int {
    guard !rect.isEmpty else { return rect.column }
    grid.fill(rect.line(0), role: role)
    let text =
      isSecret ? String(repeating: signs.hidden, count: min(buffer.text.count, 64)) : buffer.text
    let characters = Array(hiding(text))
    let cursor = min(buffer.cursor, characters.count)
    var start = 0
    // One column is kept for the cursor behind the last letter.
    while start < cursor,
      Presentable(String(characters[start..<cursor])).width > rect.columns - 1
    {
      start += max(1, (cursor - start) / 8)
    }
    let visible = Presentable(String(characters[start...]))
    grid.put(visible, at: rect.origin, role: role, maxWidth: rect.columns)
    let before = Presentable(String(characters[start..<min(max(start, cursor), characters.count)]))
    if isActive, !isSecret, buffer.selection?.lowerBound == 0, cursor == characters.count {
      // All of it would be replaced by the next letter.
      grid.put(
        visible, at: rect.origin, role: .dialogChoiceSelected, maxWidth: rect.columns)
    }
    return min(rect.column + before.width, rect.endColumn - 1)
  }

  /// A text of several lines around its cursor.
  /// - Returns: where the cursor stands.
  @discardableResult
  mutating func drawText(
    _ buffer: TextBuffer, in rect: Rect, role: (String) -> Cells.Role
  ) -> Point {
    guard !rect.isEmpty else { return rect.origin }
    let text = hiding(buffer.text)
    let lines = EditLine.wrap(text, width: rect.columns)
    let current = lines.lastIndex { $0.start <= buffer.cursor } ?? 0
    // Two thirds down: what comes next is seen while writing.
    let top = max(0, min(lines.count - rect.rows, current - rect.rows * 2 / 3))
    for (row, line) in lines[top...].prefix(rect.rows).enumerated() {
      put(Presentable(line.text), in: rect.line(row), role: role(line.paragraph))
    }
    let line = lines[current]
    let before = Presentable(String(line.text.prefix(max(0, buffer.cursor - line.start))))
    return Point(
      column: min(rect.column + before.width, rect.endColumn - 1),
      row: min(rect.row + current - top, rect.endRow - 1))
  }
}

/// A visual line of a text being edited: no character is lost at a wrap, so that the cursor of the
/// buffer always has its place.
struct EditLine: Equatable {
  /// Characters before it in the whole text.
  var start: Int
  var text: String
  /// Beginning of the paragraph it belongs to: a quotation stays one after a wrap.
  var paragraph: String

  static func wrap(_ text: String, width: Int) -> [EditLine] {
    var lines: [EditLine] = []
    var start = 0
    for paragraph in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let head = String(paragraph.prefix(2))
      var rest = Array(paragraph)[...]
      repeat {
        let count = firstCut(of: rest, width: max(1, width))
        lines.append(
          EditLine(start: start, text: String(rest.prefix(count)), paragraph: head))
        start += count
        rest = rest.dropFirst(count)
      } while !rest.isEmpty
      start += 1
    }
    return lines
  }

  /// How many characters the first line takes; spaces hang over the edge rather than wrap.
  private static func firstCut(of characters: ArraySlice<Character>, width: Int) -> Int {
    var used = 0
    var afterSpace = 0
    for (place, character) in characters.enumerated() {
      let columns = character.isASCII ? 1 : Presentable(String(character)).width
      if used + columns > width, character != " " {
        return max(1, afterSpace > 0 ? afterSpace : place)
      }
      used += columns
      if character == " " { afterSpace = place + 1 }
    }
    return characters.count
  }
}
