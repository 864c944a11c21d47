import Cells
import Testing

@Suite("Grid")
struct GridTests {
  private func grid(_ columns: Int, _ rows: Int = 1, _ lines: LineSet = .unicode) -> Grid {
    Grid(size: Size(columns: columns, rows: rows), lineSet: lines)
  }

  private func rows(_ grid: Grid) -> [String] { Frame(grid: grid).rows }

  private func at(_ column: Int, _ row: Int = 0) -> Point { Point(column: column, row: row) }

  @Test("text is drawn in its role and the columns used are told")
  func putting() {
    var paper = grid(10)
    #expect(paper.put("été", at: at(2), role: .queueTitle) == 3)
    #expect(rows(paper) == ["  été"])
    #expect(paper[at(2)].role == .queueTitle)
    #expect(paper[at(5)].role == .text)
  }

  @Test("what does not fit ends with an ellipsis, in ASCII when asked, or is cut")
  func clipping() {
    var paper = grid(6)
    #expect(paper.put("Ordonnance", at: at(0)) == 6)
    #expect(rows(paper) == ["Ordon…"])
    var ascii = grid(6, 1, .ascii)
    ascii.put("Ordonnance", at: at(0), maxWidth: 4)
    #expect(rows(ascii) == ["Ord~"])
    var silent = grid(6)
    #expect(silent.put("Ordonnance", at: at(0), maxWidth: 4, ellipsis: false) == 4)
    #expect(rows(silent) == ["Ordo"])
  }

  @Test("drawing outside of the paper draws nothing and does not fail")
  func outside() {
    var paper = grid(4, 2)
    #expect(paper.put("abc", at: at(-1)) == 0)
    #expect(paper.put("abc", at: at(0, 2)) == 0)
    #expect(paper.put("abc", at: at(0), maxWidth: 0) == 0)
    paper.fill(Rect(column: -3, row: -3, columns: 100, rows: 100), role: .curtain)
    paper.box(Rect(column: 2, row: 1, columns: 9, rows: 9))
    paper.rule(Rect(column: -2, row: 0, columns: 4, rows: 1))
    paper.restyle(Rect(column: 3, row: 0, columns: 5, rows: 5), role: .rule)
    #expect(rows(paper) == ["──", "  ┌─"])
    var none = grid(0, 0)
    none.box(Rect(column: 0, row: 0, columns: 3, rows: 3))
    #expect(none.cells.isEmpty)
  }

  @Test("R04: wide and combining text takes the columns it is drawn in")
  func wideText() {
    var paper = grid(8)
    #expect(paper.put("王e\u{301}x", at: at(0)) == 4)
    #expect(paper[at(0)].width == 2)
    #expect(paper[at(1)].width == 0)
    #expect(paper[at(2)].glyph.combining == ["\u{301}"])
    #expect(paper[at(3)].glyph.base == "x")
  }

  @Test("R04: drawing over half of a wide glyph blanks the other half")
  func halves() {
    var paper = grid(6)
    paper.put("王小明", at: at(0))
    paper.put("x", at: at(1))
    #expect(rows(paper) == [" x小明"])
    paper.put("y", at: at(4))
    #expect(rows(paper) == [" x小y"])
    var shifted = grid(6)
    shifted.put("王小明", at: at(0))
    shifted.put("王", at: at(1))
    #expect(rows(shifted) == [" 王 明"])
    #expect(shifted.cells.map(\.width) == [1, 2, 0, 1, 2, 0])
  }

  @Test("R04: a wide glyph at the edge is not drawn in half")
  func wideAtEdge() {
    var paper = grid(3)
    #expect(paper.put("a王", at: at(0)) == 3)
    #expect(rows(paper) == ["a王"])
    var narrow = grid(2)
    #expect(narrow.put("a王", at: at(0)) == 2)
    #expect(rows(narrow) == ["a…"])
  }

  @Test("R04: separator columns are aligned after any text")
  func separators() {
    let texts: [Presentable] = [
      "MARTIN Jeanne", "王小明 👩‍⚕️ 🇫🇷", "Nguye\u{302}\u{303}n", "محمد", "\u{1B}[31m\u{202E}rouge", "👍🏽❤️1️⃣",
    ]
    var paper = grid(24, texts.count)
    for (row, text) in texts.enumerated() {
      paper.put(text, at: at(0, row), maxWidth: 19)
      paper.put("│", at: at(20, row))
    }
    for row in texts.indices {
      #expect(paper[at(20, row)].glyph.base == "│")
      let before = (0..<20).map { paper[at($0, row)].width }.reduce(0, +)
      #expect(before == 20)
    }
  }

  @Test("boxes, rules and their junctions, in Unicode and ASCII")
  func lines() {
    var paper = grid(12, 4)
    paper.box(paper.bounds, title: "Titre")
    #expect(rows(paper) == ["┌─ Titre ──┐", "│          │", "│          │", "└──────────┘"])
    var ascii = grid(4, 3, .ascii)
    ascii.box(ascii.bounds)
    #expect(rows(ascii) == ["+--+", "|  |", "+--+"])
    var joined = grid(3, 3)
    joined.rule(joined.bounds.line(0))
    joined.rule(joined.bounds.line(2))
    joined.verticalRule(Rect(column: 1, row: 1, columns: 1, rows: 1), joins: true)
    #expect(rows(joined) == ["─┬─", " │", "─┴─"])
  }

  @Test("a text aligned right ends at the edge of its rectangle")
  func rightAligned() {
    var paper = grid(8)
    paper.put("10:42", rightAlignedIn: Rect(column: 0, row: 0, columns: 7, rows: 1))
    #expect(rows(paper) == ["  10:42"])
    paper.put("comptoir 1", rightAlignedIn: paper.bounds)
    #expect(rows(paper) == ["comptoi…"])
  }

  @Test("restyling keeps the text and gives both halves of a wide glyph one role")
  func restyling() {
    var paper = grid(6)
    paper.put("a王b", at: at(0))
    paper.restyle(Rect(column: 0, row: 0, columns: 2, rows: 1), role: .queueSelected)
    #expect(rows(paper) == ["a王b"])
    #expect(paper[at(2)].role == .queueSelected)
    #expect(paper[at(3)].role == .text)
  }

  @Test("splits cover a rectangle without overlap, even when it is too small", arguments: 0...6)
  func splits(count: Int) {
    let rect = Rect(column: 2, row: 3, columns: 4, rows: 4)
    let (top, rest) = rect.splitTop(count)
    #expect(top.rows + rest.rows == 4 && top.endRow == rest.row)
    let (above, bottom) = rect.splitBottom(count)
    #expect(above.rows + bottom.rows == 4 && bottom.endRow == rect.endRow)
    #expect(bottom.rows == min(count, 4))
    let (left, right) = rect.splitLeft(count)
    #expect(left.columns + right.columns == 4 && left.endColumn == right.column)
    #expect(rect.splitRight(count).right.columns == min(count, 4))
    #expect(rect.inset(columns: count, rows: count).columns == max(0, 4 - 2 * count))
  }

  @Test("the readable form shows glyphs, roles and cursor")
  func screenText() {
    var paper = grid(6, 2)
    paper.put("é王", at: at(0), role: .queueRow)
    paper.put("!", at: at(5, 1), role: .queueAgeLate)
    let frame = Frame(grid: paper, cursor: .at(at(1, 1)))
    #expect(
      frame.screenText(title: "essai") == """
        6x2 essai
        |é王   |
        |     !|
        --- roles  .=text a=queue.row b=queue.age.late
        |aaa...|
        |.....b|
        --- cursor column 1 row 1

        """)
  }
}
