import Desk
import Domain
import TestKit
import Testing

@Suite("Layout")
struct LayoutTests {
  @Test(arguments: [(80, 24), (99, 40), (100, 30), (120, 40), (159, 50), (160, 50), (220, 60)])
  func `panes fill the width side by side, and the rows between the rules`(columns: Int, rows: Int)
  {
    let layout = Layout(columns: columns, rows: rows)
    #expect(layout.panes == (columns < 100 ? .one : columns < 160 ? .two : .three))
    let areas = [layout.queue, layout.reader, layout.history].compactMap { $0 }
    for area in areas {
      #expect(area.row == 3)
      #expect(area.row + area.height == layout.bottomRuleRow)
    }
    let last = areas[areas.count - 1]
    #expect(last.column + last.width == columns)
    if layout.panes != .one {
      #expect(layout.dividers.count == areas.count - 1)
      let widths = areas.reduce(0) { $0 + $1.width }
      #expect(widths + layout.dividers.count == columns)
    }
  }

  @Test func `any size gives areas inside the screen`() {
    for columns in stride(from: 0, through: 300, by: 7) {
      for rows in 0..<60 {
        let layout = Layout(columns: columns, rows: rows)
        for area in [layout.queue, layout.reader, layout.history].compactMap({ $0 }) {
          #expect(area.width >= 0 && area.height >= 0)
          #expect(area.height == 0 || area.row + area.height <= rows)
          #expect(area.column + area.width <= columns)
        }
      }
    }
  }

  @Test func `a click selects the demande drawn there, and the selection again opens it`() {
    var desk = DeskTrace(.fixture(columns: 120, rows: 40))
    let slot = desk.state.listSlots[2]
    guard case .row(let row) = slot.item else {
      Issue.record("the third slot is a row")
      return
    }
    #expect(slot.height == 2)
    desk.send(.clicked(column: 10, row: slot.row + 1))
    #expect(desk.state.selection == row.id, "\(desk.report)")
    #expect(desk.last == [.loadOrder(row.id)])
    desk.send(.clicked(column: 10, row: slot.row))
    #expect(desk.state.focus == .reader)
  }

  @Test func `rules and empty rows take no click`() throws {
    var desk = DeskTrace(.fixture())
    let rule = try #require(desk.state.listSlots.first { $0.item == .rule(.preparing) })
    let before = desk.state
    desk.send(.clicked(column: 10, row: rule.row))
    desk.send(.clicked(column: 10, row: 19))
    #expect(desk.state.selection == before.selection)
  }
}
