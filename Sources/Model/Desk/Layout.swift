/// A rectangle of cells, 0-based from the top left corner.
public struct Area: Equatable, Sendable {
  public var column: Int
  public var row: Int
  public var width: Int
  public var height: Int

  public init(column: Int, row: Int, width: Int, height: Int) {
    self.column = column
    self.row = row
    self.width = max(0, width)
    self.height = max(0, height)
  }

  public func contains(column: Int, row: Int) -> Bool {
    column >= self.column && column < self.column + width
      && row >= self.row && row < self.row + height
  }
}

/// Where everything lies on a screen of that size: Screens draws there, Desk reads clicks there.
///
/// From the top: title, tabs, rule, panes, rule, the line of the selection or of the notice, hints.
/// Under 10 rows the two rules go first.
public struct Layout: Equatable, Sendable {
  public enum Panes: Int, Sendable { case one = 1, two, three }

  public let columns: Int
  public let rows: Int
  public let panes: Panes
  /// Lines a demande takes in the list: 2 when the screen is tall enough beside a reader.
  public let rowHeight: Int
  /// Both rules are drawn.
  public let hasRules: Bool
  /// Full width with one pane; the reader then takes the same place when it has the focus.
  public let queue: Area
  public let reader: Area
  /// Third pane: history and notes, from 160 columns; otherwise they end the reader.
  public let history: Area?

  public let titleRow = 0
  public let tabsRow = 1
  public var topRuleRow: Int? { hasRules ? 2 : nil }
  public var bottomRuleRow: Int? { hasRules ? rows - 3 : nil }
  /// Identity of the selection, or the notice while there is one.
  public var statusRow: Int { rows - 2 }
  public var hintsRow: Int { rows - 1 }
  /// The columns of the vertical rules between panes.
  public var dividers: [Int] {
    [reader, history].compactMap { $0 }.filter { $0.column > 0 }.map { $0.column - 1 }
  }
  /// Under this nothing useful fits, and the screen says so.
  public var isTooSmall: Bool { columns < 30 || rows < 6 }

  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    hasRules = rows >= 10
    let top = hasRules ? 3 : 2
    let height = rows - top - (hasRules ? 3 : 2)
    func area(_ column: Int, _ width: Int) -> Area {
      Area(column: column, row: top, width: width, height: height)
    }
    switch columns {
    case ..<100:
      panes = .one
      queue = area(0, columns)
      reader = area(0, columns)
      history = nil
    case ..<160:
      panes = .two
      let width = min(64, columns * 45 / 100)
      queue = area(0, width)
      reader = area(width + 1, columns - width - 1)
      history = nil
    default:
      panes = .three
      let width = min(64, columns * 36 / 100)
      let aside = min(48, columns / 4)
      queue = area(0, width)
      reader = area(width + 1, columns - width - aside - 2)
      history = area(columns - aside, aside)
    }
    rowHeight = panes != .one && rows >= 30 ? 2 : 1
  }
}

extension State {
  public var layout: Layout { Layout(columns: columns, rows: rows) }

  /// Whether the queue is drawn: always beside a reader, otherwise unless the reader has the focus.
  public var showsQueue: Bool { layout.panes != .one || focus == .queue }
  public var showsReader: Bool { layout.panes != .one || focus == .reader }
}
