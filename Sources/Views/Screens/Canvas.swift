import Cells
import Desk
import Domain
import Keys

/// A piece of text in one role.
struct Span {
  var text: Presentable
  var role: Cells.Role
}

/// One line of the reader or of a dialog: spans from the left, and perhaps a text at the right.
struct Line {
  var spans: [Span] = []
  var right: Span?
  /// A rule, with the spans as its title.
  var isRule = false
  /// The note to the reader that it is a line of.
  var mention: String?
  /// The message that begins here.
  var message: Message.ID?

  var width: Int { spans.reduce(0) { $0 + $1.text.width } }
}

/// What every screen draws with: the paper, the words, and the one way for text to reach both.
struct Canvas {
  var grid: Grid
  var cursor: Frame.Cursor = .hidden
  let state: State
  let strings: any Strings
  let now: Timestamp
  let signs: Signs
  /// The demande's own text is drawn with its numbers whole: somebody asked, and it is traced.
  var isRevealing = false
  /// Notes to the reader that were drawn whole.
  var mentions: Set<String> = []
  /// Messages whose beginning was drawn.
  var drawnMessages: Set<Message.ID> = []
  /// Where the reader stands, when it was drawn.
  var readerTop: Int?

  var layout: Layout { state.layout }
  var isFrench: Bool { strings.language == .french }

  init(_ state: State, _ strings: any Strings, size: Size, ascii: Bool) {
    grid = Grid(size: size, lineSet: ascii ? .ascii : .unicode)
    self.state = state
    self.strings = strings
    now = state.now
    signs = Signs(isASCII: ascii)
  }

  /// A text without its matricules.
  ///
  /// A number of 13 digits takes 13 bytes that are digits or not ASCII: most of what is drawn has
  /// fewer and is judged by its bytes alone.
  func hiding(_ text: String) -> String {
    if isRevealing { return text }
    var suspects = 0
    for byte in text.utf8 where byte >= 0x80 || (0x30...0x39).contains(byte) { suspects += 1 }
    return suspects < 13 ? text : INS.masking(text, hidden: signs.hidden)
  }

  /// Text that a person or a machine wrote: matricules hidden, then the gate.
  func data(_ text: String) -> Presentable {
    Presentable(hiding(text))
  }

  /// Our own words; what they quote is data all the same.
  func words(_ text: String) -> Presentable { data(signs.plain(text)) }

  /// Tied by no-break spaces: half a number at the end of a line could be read as another one.
  func masked(_ ins: INS) -> String {
    let number = "INS " + (isRevealing ? ins.grouped : ins.masked(hidden: signs.hidden))
    return String(number.map { $0 == " " ? "\u{A0}" : $0 })
  }

  /// Our own sentence on as many lines as it needs.
  func paragraph(_ text: String, width: Int, role: Cells.Role) -> [Line] {
    let tied = hiding(signs.plain(strings.typeset(text)))
    return Presentable.lines(of: tied, width: width).map {
      Line(spans: [Span(text: $0, role: role)])
    }
  }

  func line(_ text: String, _ role: Cells.Role) -> Line {
    Line(spans: [Span(text: words(text), role: role)])
  }

  /// Draws a line into the first row of `rect`; the right text wins over the left.
  mutating func put(_ line: Line, in rect: Rect) {
    var room = rect
    if line.isRule {
      let title = line.spans.reduce(Presentable.empty) { $0 + $1.text }
      grid.rule(rect, title: title.isEmpty ? nil : title)
      return
    }
    if let right = line.right {
      let used = grid.put(right.text, rightAlignedIn: rect, role: right.role)
      room = rect.splitRight(used + 1).rest
    }
    put(line.spans, in: room)
  }

  @discardableResult
  mutating func put(_ spans: [Span], in rect: Rect) -> Int {
    var used = 0
    for span in spans {
      let room = rect.columns - used
      guard room > 0 else { break }
      used += grid.put(
        span.text, at: Point(column: rect.column + used, row: rect.row), role: span.role,
        maxWidth: room)
    }
    return used
  }

  @discardableResult
  mutating func put(_ text: Presentable, in rect: Rect, role: Cells.Role) -> Int {
    guard !rect.isEmpty else { return 0 }
    return grid.put(text, at: rect.origin, role: role, maxWidth: rect.columns)
  }

  /// Lines down a rectangle.
  mutating func put(_ lines: some Sequence<Line>, in rect: Rect) {
    for (row, line) in lines.prefix(rect.rows).enumerated() { put(line, in: rect.line(row)) }
  }

  func row(_ index: Int) -> Rect { grid.bounds.line(index) }
  func inner(_ index: Int) -> Rect { row(index).inset(columns: 1) }

  /// The first key of a command, as the bar prints it; nil when no key reaches it there.
  func key(_ command: Command, in context: Context? = nil) -> String? {
    state.keymap.keys(for: command, in: context ?? state.context).first?.label(french: isFrench)
  }
}

extension Rect {
  init(_ area: Area) {
    self.init(column: area.column, row: area.row, columns: area.width, rows: area.height)
  }
}
