import Domain
import TestKit
import Testing

@testable import Desk

@Suite("The team log at the counter")
struct TeamLogDeskTests {
  private func refused(_ id: String, on order: Order.ID, at seconds: Int64) -> OrderEvent {
    OrderEvent(
      id: id, order: order, number: 0, author: Officine.actor(Officine.lea).author,
      at: Officine.now.adding(seconds: seconds), basedOn: nil, gesture: .released,
      standing: .refused(.notHeld))
  }

  @Test func `a refusal is said once and stays until its demande was opened`() {
    var state = State.fixture(view: .all)
    state.focus = .queue
    let notices = LogNotices(refused: [refused("r1", on: Officine.mohamed, at: -9)])
    #expect(state.apply(.logNoted(notices)).isEmpty)
    #expect(state.notice?.content == .refusedByLog(.released, .notHeld))
    state.notice = nil
    #expect(state.apply(.logNoted(notices)).isEmpty)
    #expect(state.notice == nil && state.log.told.count == 1)
    state.selection = Officine.mohamed
    state.focus = .reader
    let effects = state.apply(.orderLoaded(Officine.opened(Officine.mohamed)))
    #expect(effects.contains(.acknowledgeRefusals(["r1"])))
  }

  @Test func `rights that did not change are told until the team was looked at`() {
    var state = State.fixture(view: .all)
    let lost = LostRight(id: "r", name: "Léa PETIT", rights: [.role])
    _ = state.apply(.logNoted(LogNotices(lostRights: [lost])))
    #expect(state.log.lostRights == [lost])
    #expect(state.askTeam().contains(.acknowledgeRefusals(["r"])))
  }

  @Test func `both halves of one gesture are read together; what is gone is read when it was said`()
  {
    var state = State.fixture(view: .all)
    let halves = [
      refused("h1", on: Officine.jeanne, at: -5), refused("h2", on: Officine.mohamed, at: -5),
    ]
    _ = state.apply(.logNoted(LogNotices(refused: halves)))
    state.selection = Officine.mohamed
    state.focus = .reader
    let effects = state.apply(.orderLoaded(Officine.opened(Officine.mohamed)))
    #expect(effects.contains(.acknowledgeRefusals(["h1", "h2"])))
    let gone = LogNotices(refused: [refused("g", on: "dgone", at: -1)], gone: ["dgone"])
    #expect(state.apply(.logNoted(gone)).contains(.acknowledgeRefusals(["g"])))
  }
}
