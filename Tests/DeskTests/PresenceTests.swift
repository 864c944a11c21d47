import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Presence")
struct PresenceTests {
  private func lea(
    _ doing: Presence.Doing, on order: Order.ID = Officine.jeanne, idle: Bool = false
  ) -> Presence {
    Presence(
      member: "lea", name: "Léa", poste: "comptoir 1", order: order, doing: doing, isIdle: idle)
  }

  @Test func `reading is told once the selection rests, answering at once`() {
    var desk = DeskTrace(.fixture(columns: 120, rows: 40))
    desk.press(.down)
    let next = desk.state.selection ?? ""
    desk.send(.orderLoaded(Officine.opened(next)))
    #expect(desk.state.attendance == nil, "passing by is not reading")
    #expect(desk.state.wakeAt == desk.state.now.adding(seconds: 1))
    desk.wait(seconds: 1)
    #expect(desk.state.attendance == lea(.reading, on: next))
    desk.press(.character("r"))
    let message = Officine.opened(next).bodies.last?.message
    let draft = Draft(
      id: "b", replyingTo: message?.id, order: next, authorID: "lea", updatedAt: desk.state.now)
    desk.send(.draftOpened(draft, recipient: nil))
    #expect(desk.state.attendance == lea(.answering, on: next))
  }

  @Test func `under a hundred columns only an open reader is reading`() {
    var desk = DeskTrace(.fixture())
    desk.wait(seconds: 5)
    #expect(desk.state.attendance == nil)
    desk.press(.enter)
    #expect(desk.state.attendance == lea(.reading))
  }

  @Test func `two minutes without a key are a pause, the curtain is an absence`() {
    var desk = DeskTrace(.fixture())
    desk.press(.enter)
    desk.wait(seconds: 119)
    #expect(desk.state.attendance == lea(.reading))
    desk.wait(seconds: 1)
    #expect(desk.state.attendance == lea(.reading, idle: true))
    desk.press(.down)
    #expect(desk.state.attendance == lea(.reading))
    desk.press(.function(12))
    #expect(desk.state.attendance == nil)
    var nobody = DeskTrace(.fixture(actor: nil))
    nobody.press(.enter)
    nobody.wait(seconds: 2)
    #expect(nobody.state.attendance == nil)
  }

  @Test func `one sees the others, whoever answers first, and oneself only elsewhere`() {
    var desk = DeskTrace(.fixture())
    let sami = Presence(
      member: "sami", name: "Sami", poste: "comptoir 1", order: Officine.jeanne, doing: .reading)
    var away = lea(.answering)
    away.poste = "bureau"
    desk.send(.presencesSeen([sami, lea(.reading), away, lea(.reading, on: Officine.luc)]))
    #expect(desk.state.colleagues(on: Officine.jeanne) == [away, sami])
    #expect(desk.state.colleagues(on: Officine.luc).isEmpty)
    #expect(desk.state.colleagues(on: nil).isEmpty)
  }
}
