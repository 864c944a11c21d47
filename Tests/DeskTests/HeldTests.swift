import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Stopped answers")
struct HeldTests {
  private static let note = OrderEvent(
    id: "e9", order: Officine.jeanne, number: 9,
    author: Officine.actor(Officine.sami, poste: "comptoir 2").author, at: Officine.now,
    basedOn: nil, gesture: .noted("elle passe demain"))

  private var item: OutgoingItem {
    OutgoingItem(
      id: "oabcdefghijkl", messageID: "<o@x.example>", state: .held, order: Officine.jeanne,
      replyingTo: Officine.row(Officine.jeanne).message.id,
      from: MailAddress(address: Officine.bal.address),
      to: [MailAddress(address: Officine.row(Officine.jeanne).message.sender.address)],
      subject: "Re: Ordonnance", body: "Bonjour, c'est prêt.\n",
      author: Officine.actor(Officine.lea).author, queuedAt: Officine.now,
      notBefore: Officine.now)
  }

  private func report(_ number: Int = 9) -> CollisionReport {
    CollisionReport(events: [Self.note], upTo: number)
  }

  /// On the demande whose answer was stopped.
  private func desk() -> DeskTrace {
    var desk = DeskTrace(.fixture())
    var opened = Officine.opened(Officine.jeanne)
    opened.heldAnswer = HeldAnswer(item: item, order: Officine.jeanne, report: report())
    desk.send(.orderLoaded(opened))
    desk.send(
      .heldLoaded([HeldBrief(item: item.id, order: Officine.jeanne, author: item.author)]))
    return desk
  }

  @Test func `its author is told, and r leads to the decision, not to a second answer`() {
    var desk = desk()
    #expect(desk.state.notice?.content == .heldBack)
    #expect(desk.press(.character("r")).isEmpty)
    #expect(desk.state.compose?.phase == .collided(report()))
    #expect(desk.state.context == .review)
    desk.press(.escape)
    #expect(desk.state.layers.isEmpty, "looking decides nothing")
  }

  @Test func `sending anyway is for what was shown; more than that is shown first`() {
    var desk = desk()
    desk.press(.character("r"))
    #expect(desk.press(.enter) == [.releaseHeld(item: item.id, seen: 9)])
    #expect(desk.press(.enter, .escape, .character("m")).isEmpty, "it is on its way")
    desk.send(.sendCollided(report(11)))
    #expect(desk.state.compose?.phase == .collided(report(11)))
    #expect(desk.press(.enter) == [.releaseHeld(item: item.id, seen: 11)])
    desk.send(
      .sendQueued(
        HeldSend(
          item: item.id, order: Officine.jeanne, display: "MARTIN Jeanne",
          until: Officine.now.adding(seconds: 12))))
    #expect(desk.state.layers.isEmpty && desk.state.held.count == 1)
  }

  @Test func `m takes it back and goes on writing, knowing what was shown`() {
    var desk = desk()
    desk.press(.character("r"))
    guard case .withdrawHeld(item.id, let draft?)? = desk.press(.character("m")).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(draft.body == item.body && draft.lastEvent == 9 && draft.authorID == "lea")
    #expect(desk.state.context == .review, "not before the store has it")
    desk.send(.heldWithdrawn(item: item.id))
    #expect(desk.state.context == .compose && desk.state.compose?.held == nil)
    desk.press(.control("e"))
    guard case .enqueue(let sent, true)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(sent.lastEvent == 9)
  }

  @Test func `keep makes a draft, discard asks first, somebody else may have decided`() {
    var kept = desk()
    kept.press(.character("r"), .character("b"))
    kept.send(.heldWithdrawn(item: item.id))
    #expect(kept.state.layers.isEmpty && kept.state.notice?.content == .draftKept(by: .reply))
    var thrown = desk()
    #expect(thrown.press(.character("r"), .character("s")).isEmpty)
    #expect(thrown.press(.right, .enter) == [.withdrawHeld(item: item.id, into: nil)])
    thrown.send(.heldWithdrawn(item: item.id))
    #expect(thrown.state.layers.isEmpty && thrown.state.notice?.content == .answerDiscarded)
    var late = desk()
    late.press(.character("r"), .enter)
    late.send(.heldGone(item: item.id))
    #expect(late.state.layers.isEmpty && late.state.notice?.content == .heldGone)
    var broken = desk()
    let effect = broken.press(.character("r"), .enter)[0]
    broken.send(.effectFailed(effect, .storeBusy))
    #expect(broken.state.compose?.phase == .collided(report()), "asked again, nothing lost")
  }

  @Test func `the palette's command finds it from anywhere`() {
    var desk = desk()
    desk.press(.down)
    #expect(desk.send(.commanded(.openHeld)).contains(.loadOrder(Officine.jeanne)))
    #expect(desk.state.selection == Officine.jeanne && desk.state.focus == .reader)
  }

  @Test func `whoever saw the difference and writes on is not stopped by it again`() {
    var desk = DeskTrace.answering(lastEvent: 3)
    desk.press(.control("e"), .enter)
    desk.send(.sendCollided(report()))
    var anyway = desk
    guard case .enqueue(let sent, false)? = anyway.press(.enter).first else {
      Issue.record("\(anyway.report)")
      return
    }
    #expect(sent.lastEvent == 9)
    desk.press(.character("m"), .control("e"))
    guard case .enqueue(let edited, true)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(edited.lastEvent == 9)
  }
}
