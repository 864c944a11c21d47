internal import CNcurses
internal import Cells

/// Puts a frame on ncurses' screen: only the cells that differ from the frame before, each role in
/// the look of the theme and in the colours the terminal has.
struct Painter {
  /// Whether colours may be used at all.
  private let colours: Int
  private let pairLimit: Int
  private var pairs: [PairOfColours: Int32] = [:]
  private var theme: Theme?
  /// By role: what ncurses is told.
  private var looks: [Look] = []
  private var shown: Grid?

  private struct PairOfColours: Hashable {
    let foreground: Int32
    let background: Int32
  }

  private struct Look {
    var attributes: UInt32 = 0
    var pair: Int32 = 0
  }

  /// After `start_color`. `hasColours` false shows every theme as `Theme.mono`.
  init(hasColours: Bool) {
    colours = hasColours ? Int(nc_colors()) : 0
    pairLimit = Int(nc_color_pairs())
  }

  /// The next frame is drawn whole, whatever the terminal shows.
  mutating func forget() { shown = nil }

  /// Writes the differences to the standard screen; the caller updates the terminal.
  mutating func paint(_ frame: Frame, theme wanted: Theme, on size: Size) {
    if theme != wanted { use(wanted) }
    if shown?.size != frame.size {
      shown = nil
      werase(nc_stdscr())
    }
    let columns = frame.size.columns
    let cells = frame.grid.cells
    for row in 0..<min(frame.size.rows, size.rows) {
      let start = row * columns
      for index in start..<(start + min(columns, size.columns)) {
        let cell = cells[index]
        if cell.width == 0 || shown?.cells[index] == cell { continue }
        // A wide glyph of a frame drawn for a wider screen does not fit in half.
        let column = index - start
        if column + cell.width > size.columns { continue }
        put(cell, row, column)
      }
    }
    shown = frame.grid
  }

  private func put(_ cell: Cell, _ row: Int, _ column: Int) {
    let look = looks[Int(cell.role.rawValue)]
    let (row, column) = (Int32(row), Int32(column))
    var scalars: (UInt32, UInt32, UInt32, UInt32, UInt32) = (cell.glyph.base.value, 0, 0, 0, 0)
    // A glyph whose width the C library sees otherwise would shift the rest of ncurses' line.
    if scalars.0 > 0x7E, Self.systemWidth(of: cell.glyph.base) != cell.width {
      scalars.0 = UInt32(AsciiFold.nearest(cell.glyph.base))
    } else if cell.glyph.hasCombining {
      let marks = cell.glyph.combining.map(\.value).filter { nc_wcwidth($0) == 0 }
      if marks.count > 0 { scalars.1 = marks[0] }
      if marks.count > 1 { scalars.2 = marks[1] }
      if marks.count > 2 { scalars.3 = marks[2] }
      if marks.count > 3 { scalars.4 = marks[3] }
    }
    let isFoldedWide = cell.width == 2 && scalars.0 < 0x7F
    withUnsafeBytes(of: &scalars) { bytes in
      guard let start = bytes.assumingMemoryBound(to: UInt32.self).baseAddress else { return }
      nc_put(row, column, start, look.attributes, look.pair)
    }
    if isFoldedWide {
      let blank: [UInt32] = [0x20, 0, 0, 0, 0]
      nc_put(row, column + 1, blank, look.attributes, look.pair)
    }
  }

  /// What ncurses will think a glyph takes; -1 when the locale cannot write it.
  static func systemWidth(of scalar: Unicode.Scalar) -> Int { Int(nc_wcwidth(scalar.value)) }

  private mutating func use(_ wanted: Theme) {
    theme = wanted
    shown = nil
    let visible = colours >= 8 ? wanted : Theme.mono
    looks = Role.allCases.map { look(of: visible.style(for: $0)) }
  }

  private mutating func look(of style: Style) -> Look {
    var look = Look()
    let attributes: [(Style.Attributes, UInt32)] = [
      (.bold, NC_BOLD), (.dim, NC_DIM), (.underline, NC_UNDERLINE), (.reverse, NC_REVERSE),
      (.italic, NC_ITALIC),
    ]
    for (attribute, bit) in attributes where style.attributes.contains(attribute) {
      look.attributes |= bit
    }
    look.pair = pair(style.foreground, style.background)
    return look
  }

  /// The number of a pair, made the first time it is asked; 0 (the terminal's own) when there are
  /// no more.
  private mutating func pair(_ foreground: Colour, _ background: Colour) -> Int32 {
    guard colours >= 8 else { return 0 }
    let wanted = PairOfColours(
      foreground: foreground.index(among: colours).map(Int32.init) ?? -1,
      background: background.index(among: colours).map(Int32.init) ?? -1)
    if wanted.foreground == -1, wanted.background == -1 { return 0 }
    if let known = pairs[wanted] { return known }
    let number = Int32(pairs.count + 1)
    guard Int(number) < pairLimit,
      init_extended_pair(number, wanted.foreground, wanted.background) == OK
    else { return 0 }
    pairs[wanted] = number
    return number
  }
}
