import Cells
import Desk
import Domain
import Keys
import Screens
import TestKit
import Testing

@Suite("A number shown whole")
struct RevealTests {
  private func rows(_ state: State, _ columns: Int, _ strings: any Strings) -> [String] {
    render(state, strings, size: Size(columns: columns, rows: 24), now: state.now).rows
  }

  /// 80 columns without a reader have one line for it: the one that counts the seconds down.
  @Test(
    "P03: it is on the screen that counts it down, with a reader or without",
    arguments: [60, 80, 120])
  func isThere(columns: Int) throws {
    let number = "2 51 03 75 123 456 08"
    for strings in [French(), English()] as [any Strings] {
      var state = State.fixture(columns: columns, rows: 24)
      state.notice = Notice(.printed(printer: "x"), until: state.now.adding(seconds: 9))
      #expect(!rows(state, columns, strings).joined().contains("123"))
      _ = state.apply(.revealed(Officine.jeanne))
      let shown = rows(state, columns, strings).map { $0.replacing("\u{A0}", with: " ") }
      #expect(shown.contains { $0.contains(number) }, "\(shown.joined(separator: "\n"))")
      if columns == 80 { #expect(shown.contains { $0.contains("20 s") }) }
      _ = state.apply(.keyPressed(.character("h")))
      #expect(!rows(state, columns, strings).joined().contains("123"))
    }
  }
}
