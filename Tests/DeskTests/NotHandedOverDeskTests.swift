import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("« Pas remise » at the counter")
struct NotHandedOverDeskTests {
  @Test func `anybody finds it in the states of a « remise », and is asked before`() {
    var state = State.fixture(view: .all, actor: Officine.claire)
    state.selection = Officine.luc
    state.opened = Officine.opened(Officine.luc)
    let handed = Order.Handing(event: "e9", author: Author(Officine.lea), at: Officine.now)
    var order = Officine.row(Officine.luc).order
    order.status = .collected
    order.owner = nil
    order.handed = handed
    state.opened?.order = order
    for place in state.page.rows.indices where state.page.rows[place].id == Officine.luc {
      state.page.rows[place].order = order
    }
    var desk = DeskTrace(state)
    desk.press(.character("e"))
    guard case .menu(let menu)? = desk.state.layers.last,
      let place = menu.choices.firstIndex(of: .notHandedOver(handed))
    else {
      Issue.record("\(desk.report)")
      return
    }
    for _ in 0..<place { desk.press(.down) }
    #expect(desk.press(.enter).isEmpty)
    guard case .confirm(let confirm)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(confirm.question == .notHandedOver(Officine.luc, handed) && !confirm.isYesSelected)
    desk.press(.right)
    #expect(
      desk.press(.enter) == [
        .perform(handed.correction, on: Officine.luc, expecting: order.revision)
      ])
  }
}
