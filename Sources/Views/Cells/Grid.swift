/// The paper: rows of cells. Only `Presentable` text and lines can be drawn on it, and what falls
/// outside is not drawn, so a drawing function needs no bounds checks.
///
/// Invariant: a glyph of width 2 is followed by its trailing half (width 0), and there is no other
/// trailing half; drawing over one half blanks the other.
public struct Grid: Hashable, Sendable {
  public let size: Size
  /// Row by row, `size.columns` each.
  public private(set) var cells: [Cell]
  /// The lines of rules, boxes and ellipses.
  public let lineSet: LineSet

  /// A blank paper.
  public init(size: Size, lineSet: LineSet = .unicode) {
    self.size = size
    self.lineSet = lineSet
    cells = Array(repeating: .blank(.text), count: size.columns * size.rows)
  }

  public var bounds: Rect { Rect(size) }

  /// The cell at a point inside the paper (a point outside is our own bug).
  public subscript(point: Point) -> Cell {
    precondition(bounds.contains(point), "a cell outside of the grid was read")
    return cells[point.row * size.columns + point.column]
  }

  /// Draws text from `point` to the right, on one row.
  /// - Parameters:
  ///   - maxWidth: columns it may take; nil is up to the edge.
  ///   - ellipsis: a text that does not fit ends with `…`; false cuts it silently.
  /// - Returns: the columns used, 0 when nothing could be drawn.
  @discardableResult
  public mutating func put(
    _ text: Presentable, at point: Point, role: Role = .text, maxWidth: Int? = nil,
    ellipsis: Bool = true
  ) -> Int {
    guard bounds.contains(point) else { return 0 }
    let room = min(max(0, maxWidth ?? Int.max), size.columns - point.column)
    guard room > 0 else { return 0 }
    let isCut = text.width > room
    let visible = isCut ? text.prefix(of: ellipsis ? room - 1 : room) : text.glyphs[...]
    var column = point.column
    for glyph in visible {
      set(glyph, role, column, point.row)
      column += Int(glyph.width)
    }
    if isCut, ellipsis {
      set(lineSet.ellipsis, role, column, point.row)
      column += 1
    }
    return column - point.column
  }

  /// Draws text that ends at the right edge of the first row of `rect`, clipped to it.
  /// - Returns: the columns used.
  @discardableResult
  public mutating func put(
    _ text: Presentable, rightAlignedIn rect: Rect, role: Role = .text
  ) -> Int {
    let width = min(text.width, rect.columns)
    let start = Point(column: rect.endColumn - width, row: rect.row)
    return put(text, at: start, role: role, maxWidth: width)
  }

  /// Blanks a part of the paper in a role.
  public mutating func fill(_ rect: Rect, role: Role = .text) {
    forEachCell(in: rect) { grid, column, row in grid.set(.blank, role, column, row) }
  }

  /// Changes the role of what is already drawn: the selected row, a search match.
  public mutating func restyle(_ rect: Rect, role: Role) {
    forEachCell(in: rect) { grid, column, row in
      grid.cells[row * grid.size.columns + column].role = role
    }
    // A wide glyph at the edge has one role for both halves: that of its first.
    for row in visible(rect).rowRange where rect.endColumn < size.columns {
      let edge = row * size.columns + rect.endColumn
      if rect.endColumn > 0, cells[edge].width == 0 { cells[edge].role = cells[edge - 1].role }
    }
  }

  /// A horizontal rule over the first row of `rect`, with an optional title (` Titre `) in it.
  public mutating func rule(_ rect: Rect, role: Role = .rule, title: Presentable? = nil) {
    for column in visible(rect.line(0)).columnRange {
      set(lineSet.horizontal, role, column, rect.row)
    }
    if let title, rect.columns > 6 {
      put(
        " " + title.clipped(to: rect.columns - 6, mark: lineSet) + " ",
        at: Point(column: rect.column + 2, row: rect.row), role: role)
    }
  }

  /// A vertical rule down the first column of `rect`; joins the horizontal rules it meets at its
  /// ends when `joins` is true.
  public mutating func verticalRule(_ rect: Rect, role: Role = .rule, joins: Bool = false) {
    let rows = visible(rect.splitLeft(1).left).rowRange
    for row in rows { set(lineSet.vertical, role, rect.column, row) }
    guard joins, !rows.isEmpty else { return }
    join(lineSet.teeDown, rect.column, rows.lowerBound - 1)
    join(lineSet.teeUp, rect.column, rows.upperBound)
  }

  private mutating func join(_ tee: Glyph, _ column: Int, _ row: Int) {
    let point = Point(column: column, row: row)
    guard bounds.contains(point), self[point].glyph == lineSet.horizontal else { return }
    set(tee, self[point].role, column, row)
  }

  /// A box along the edges of `rect`, with an optional title in its top edge. At least 2 × 2.
  public mutating func box(_ rect: Rect, role: Role = .rule, title: Presentable? = nil) {
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let (last, bottom) = (rect.endColumn - 1, rect.endRow - 1)
    rule(rect, role: role, title: title)
    rule(rect.line(rect.rows - 1), role: role)
    verticalRule(rect, role: role)
    verticalRule(rect.splitRight(1).right, role: role)
    set(lineSet.topLeft, role, rect.column, rect.row)
    set(lineSet.topRight, role, last, rect.row)
    set(lineSet.bottomLeft, role, rect.column, bottom)
    set(lineSet.bottomRight, role, last, bottom)
  }
}

extension Grid {
  /// The part of `rect` that is on the paper.
  private func visible(_ rect: Rect) -> Rect {
    let column = max(0, rect.column)
    let row = max(0, rect.row)
    return Rect(
      column: column, row: row,
      columns: min(rect.endColumn, size.columns) - column,
      rows: min(rect.endRow, size.rows) - row)
  }

  private mutating func forEachCell(in rect: Rect, _ body: (inout Grid, Int, Int) -> Void) {
    let part = visible(rect)
    for row in part.rowRange {
      for column in part.columnRange { body(&self, column, row) }
    }
  }

  /// The only place that writes a glyph: keeps the invariant of wide glyphs.
  private mutating func set(_ glyph: Glyph, _ role: Role, _ column: Int, _ row: Int) {
    guard column >= 0, row >= 0, row < size.rows else { return }
    guard column + Int(glyph.width) <= size.columns else { return }
    let index = row * size.columns + column
    // The left half of a wide glyph whose right half is drawn over becomes a blank.
    if cells[index].width == 0 { cells[index - 1].glyph = .blank }
    let after = index + Int(glyph.width)
    // And the right half of one whose left half is.
    if column + Int(glyph.width) < size.columns, cells[after].width == 0 {
      cells[after].glyph = .blank
    }
    var glyph = glyph
    // It kept words together while lines were cut; on paper it is a space.
    if glyph.base == "\u{A0}" { glyph.base = " " }
    cells[index] = Cell(glyph: glyph, role: role)
    if glyph.width == 2 { cells[index + 1] = Cell(glyph: .trailingHalf, role: role) }
  }
}

extension Rect {
  fileprivate var rowRange: Range<Int> { row..<endRow }
  fileprivate var columnRange: Range<Int> { column..<endColumn }
}
