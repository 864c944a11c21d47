// Cells: squared paper and coloured pencils — what a screen is before any terminal exists.

/// A number of columns and rows; never negative.
public struct Size: Hashable, Sendable {
  public let columns: Int
  public let rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// A cell's place, counted from the top left corner, 0-based.
public struct Point: Hashable, Sendable {
  public var column: Int
  public var row: Int

  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A part of the paper. Splits never overlap and never leave the rectangle; what does not fit
/// becomes an empty rectangle, so a screen drawn too small draws less and cannot fail.
public struct Rect: Hashable, Sendable {
  public let column: Int
  public let row: Int
  public let columns: Int
  public let rows: Int

  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// The whole of a size.
  public init(_ size: Size) {
    self.init(column: 0, row: 0, columns: size.columns, rows: size.rows)
  }

  public var size: Size { Size(columns: columns, rows: rows) }
  public var isEmpty: Bool { columns == 0 || rows == 0 }
  public var origin: Point { Point(column: column, row: row) }
  /// One past the last column.
  public var endColumn: Int { column + columns }
  /// One past the last row.
  public var endRow: Int { row + rows }

  public func contains(_ point: Point) -> Bool {
    point.column >= column && point.column < endColumn && point.row >= row && point.row < endRow
  }

  /// The first `count` rows, and the rest.
  public func splitTop(_ count: Int) -> (top: Rect, rest: Rect) {
    let cut = min(max(0, count), rows)
    return (
      Rect(column: column, row: row, columns: columns, rows: cut),
      Rect(column: column, row: row + cut, columns: columns, rows: rows - cut)
    )
  }

  /// The last `count` rows, and the rest above them.
  public func splitBottom(_ count: Int) -> (rest: Rect, bottom: Rect) {
    let (rest, bottom) = splitTop(rows - min(max(0, count), rows))
    return (rest, bottom)
  }

  /// The first `count` columns, and the rest.
  public func splitLeft(_ count: Int) -> (left: Rect, rest: Rect) {
    let cut = min(max(0, count), columns)
    return (
      Rect(column: column, row: row, columns: cut, rows: rows),
      Rect(column: column + cut, row: row, columns: columns - cut, rows: rows)
    )
  }

  /// The last `count` columns, and the rest before them.
  public func splitRight(_ count: Int) -> (rest: Rect, right: Rect) {
    let (rest, right) = splitLeft(columns - min(max(0, count), columns))
    return (rest, right)
  }

  /// The rectangle without its edges.
  public func inset(columns horizontal: Int = 0, rows vertical: Int = 0) -> Rect {
    splitLeft(horizontal).rest.splitRight(horizontal).rest
      .splitTop(vertical).rest.splitBottom(vertical).rest
  }

  /// A rectangle of at most this size in the middle, for dialogs.
  public func centred(_ size: Size) -> Rect {
    let width = min(size.columns, columns)
    let height = min(size.rows, rows)
    return Rect(
      column: column + (columns - width) / 2, row: row + (rows - height) / 2,
      columns: width, rows: height)
  }

  /// One row of the rectangle, 0-based from its top; empty outside of it.
  public func line(_ index: Int) -> Rect {
    guard index >= 0, index < rows else {
      return Rect(column: column, row: row, columns: 0, rows: 0)
    }
    return Rect(column: column, row: row + index, columns: columns, rows: 1)
  }
}
