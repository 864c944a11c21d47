// Screens, the window of the counter: state in, cells out; holds nothing, fetches nothing.
public import Cells
public import Desk
public import Domain

/// Seconds in which an answer can be taken back, as the review promises (design 9). Whoever queues
/// an answer holds it for as long.
public let sendGraceSeconds = 12

/// A finished screen, and what a click or a scroll needs to know about it.
public struct Picture: Sendable {
  public var frame: Frame
  /// Height of the whole text of the reader, for `Event.readerMeasured`; nil when none was drawn.
  public var readerLines: Int?
  /// The first visible line of it.
  public var readerTop: Int?
  /// Events whose note to the reader stands there whole.
  public var mentions: Set<String> = []
  /// Messages of the reader whose beginning stands there.
  public var drawnMessages: Set<String> = []
  /// Where the tabs lie on row `Layout.tabsRow`, for `Event.viewChosen`.
  public var tabs: [TabPlace]

  public var customTabs: [CustomTabPlace] = []

  public func customTab(column: Int, row: Int) -> Int? {
    row == 1 ? customTabs.first { $0.columns.contains(column) }?.index : nil
  }

  /// The view whose tab lies under a cell.
  public func tab(column: Int, row: Int) -> QueueView? {
    row == 1 ? tabs.first { $0.columns.contains(column) }?.view : nil
  }
}

/// Draws a state. Pure: the same state, words, size and time give the same cells.
///
/// - Parameters:
///   - size: of the terminal; any size, 0 × 0 included.
///   - ascii: signs and lines of ASCII, for a terminal without UTF-8.
public func render(
  _ state: State, _ strings: any Strings, size: Size, now: Timestamp, ascii: Bool = false
) -> Frame {
  picture(of: state, strings, size: size, now: now, ascii: ascii).frame
}

/// `render`, with the places of what can be clicked and the height of what can be scrolled.
public func picture(
  of state: State, _ strings: any Strings, size: Size, now: Timestamp, ascii: Bool = false
) -> Picture {
  var shown = state
  shown.columns = size.columns
  shown.rows = size.rows
  shown.now = now
  shown.clock.move(to: now)
  var canvas = Canvas(shown, strings, size: size, ascii: ascii)
  var readerLines: Int?
  var tabs = Tabs()
  if let lock = shown.lock {
    canvas.drawLock(lock)
  } else if shown.isCurtained {
    canvas.drawCurtain()
  } else if shown.layout.isTooSmall {
    canvas.put(canvas.words(strings.screenTooSmall), in: canvas.row(0), role: .statusError)
  } else {
    if !shown.layers.contains(where: \.coversAll) {
      readerLines = canvas.drawPanes(&tabs)
    }
    canvas.drawLayers()
  }
  // Under a dialog a tab is a picture: a click must not reach it.
  if !shown.layers.isEmpty || shown.isLocked { tabs = Tabs() }
  return Picture(
    frame: Frame(grid: canvas.grid, cursor: canvas.cursor), readerLines: readerLines,
    readerTop: canvas.readerTop, mentions: canvas.mentions,
    drawnMessages: canvas.drawnMessages, tabs: tabs.views,
    customTabs: tabs.custom)
}

extension Layer {
  /// Nothing of the panes is seen under it.
  fileprivate var coversAll: Bool {
    switch self {
    case .help, .compose, .handover, .history: true
    case .palette, .menu, .form, .note, .confirm, .health: false
    }
  }
}

extension Canvas {
  /// - Returns: the height of the reader's text; nil when none was drawn.
  fileprivate mutating func drawPanes(_ tabs: inout Tabs) -> Int? {
    drawTitleBar()
    if let search = state.search {
      drawSearchLine(search)
    } else {
      tabs = drawTabs()
    }
    drawTopRule(tabs.rest)
    if state.showsQueue { drawQueue() }
    isRevealing = state.revealed?.order == state.selection && state.revealed != nil
    let readerLines = state.showsReader ? drawReader() : nil
    drawHistoryPane()
    isRevealing = false
    drawBottomRule()
    for column in layout.dividers {
      let height = layout.queue.height
      grid.verticalRule(
        Rect(column: column, row: layout.queue.row, columns: 1, rows: height),
        joins: layout.hasRules)
    }
    drawStatusLine()
    drawHints()
    return readerLines
  }

  /// Bottom up; only the top one owns the cursor.
  fileprivate mutating func drawLayers() {
    for (place, layer) in state.layers.enumerated() {
      let isOnTop = place == state.layers.count - 1
      switch layer {
      case .help(let scroll): drawHelp(scroll: scroll)
      case .health(let scroll): drawHealth(scroll: scroll, isOnTop: isOnTop)
      case .handover(let handover): drawHandover(handover, isOnTop: isOnTop)
      case .history(let scroll): drawHistory(scroll: scroll)
      case .palette(let palette): drawPalette(palette, isOnTop: isOnTop)
      case .menu(let menu): drawMenu(menu, isOnTop: isOnTop)
      case .form(let form): drawForm(form, isOnTop: isOnTop)
      case .note(let editor): drawNote(editor, isOnTop: isOnTop)
      case .compose(let compose): drawCompose(compose)
      case .confirm(let confirm): drawConfirm(confirm, isOnTop: isOnTop)
      }
    }
  }
}

extension String {
  /// « préparée » → « Préparée », the rest untouched.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
