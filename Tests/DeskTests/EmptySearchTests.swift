import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("A search without results")
struct EmptySearchTests {
  @Test("beside an empty list nobody's demande stays, and no key acts on one")
  func nobody() {
    for text in ["zzz", "foo:bar", "état:zorg"] {
      var desk = DeskTrace(.fixture())
      let before = desk.state.selection
      desk.press(.function(3))
      desk.type(text)
      desk.send(.searchAnswered(query: "zzz", rows: []))
      #expect(desk.state.selection == nil && desk.state.openedSelection == nil, "\(text)")
      #expect(!desk.state.hints.contains(.open) && !desk.state.hints.contains(.selectNext))
      desk.press(.enter)
      #expect(Command.take.unavailability(in: desk.state) != nil)
      desk.press(.escape)
      #expect(desk.state.selection == before)
    }
  }
}
