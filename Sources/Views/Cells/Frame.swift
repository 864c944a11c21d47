/// A finished picture: the paper, and where the terminal's cursor stands.
public struct Frame: Hashable, Sendable {
  /// The real cursor, which a screen reader follows.
  public enum Cursor: Hashable, Sendable {
    case hidden
    case at(Point)
  }

  public var grid: Grid
  public var cursor: Cursor

  public init(grid: Grid, cursor: Cursor = .hidden) {
    self.grid = grid
    self.cursor = cursor
  }

  public var size: Size { grid.size }

  /// The text of each row, without trailing spaces: for tests that look for a word.
  public var rows: [String] {
    (0..<size.rows).map { row in
      var text = rowText(row)
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// The picture as readable text in two planes: what is drawn, then one letter a role, then the
  /// cursor. The format of `.screen` files.
  public func screenText(title: String) -> String {
    let letters = roleLetters
    var text = "\(size.columns)x\(size.rows) \(title)\n"
    for row in 0..<size.rows { text += "|\(rowText(row))|\n" }
    text += "--- roles  .=text"
    for (role, letter) in letters { text += " \(letter)=\(role.name)" }
    text += "\n"
    let byRole = Dictionary(uniqueKeysWithValues: letters)
    for row in 0..<size.rows {
      let roles = rowCells(row).map { byRole[$0.role] ?? "." }
      text += "|\(String(roles))|\n"
    }
    switch cursor {
    case .hidden: text += "--- cursor hidden\n"
    case .at(let point): text += "--- cursor column \(point.column) row \(point.row)\n"
    }
    return text
  }

  private func rowCells(_ row: Int) -> ArraySlice<Cell> {
    grid.cells[row * size.columns..<(row + 1) * size.columns]
  }

  private func rowText(_ row: Int) -> String {
    var text = ""
    for cell in rowCells(row) where cell.width > 0 { cell.glyph.append(to: &text) }
    return text
  }

  /// Letters in the order of the roles, so that a diff shows only what moved.
  private var roleLetters: [(Role, Character)] {
    let used = Set(grid.cells.map(\.role)).subtracting([.text])
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return zip(Role.allCases.filter(used.contains), letters).map { ($0, $1) }
  }
}
