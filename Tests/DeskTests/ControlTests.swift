import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("A pharmacist signs, and numbers are shown")
struct ControlTests {
  /// MOREL Inès waits for her check, with her name confirmed.
  private func waiting(_ actor: Member, _ change: (inout State) -> Void = { _ in }) -> DeskTrace {
    var state = State.fixture(view: .all, actor: actor)
    state.selection = Officine.ines
    state.opened = Officine.opened(Officine.ines)
    change(&state)
    return DeskTrace(state)
  }

  private var seen: Order.Revision { Officine.row(Officine.ines).order.revision }
  private let checked = Gesture.moved(to: .checked, reason: nil)

  private func form(_ desk: DeskTrace) -> Form? {
    if case .form(let form)? = desk.state.layers.last { form } else { nil }
  }

  @Test func `on a préparateur's session a pharmacist signs for that one gesture`() {
    var desk = waiting(Officine.lea)
    #expect(desk.press(.character("c")).isEmpty)
    #expect(form(desk)?.kind == .check)
    let given = Credentials(name: "CV", pin: "4817")
    #expect(
      desk.type("CV4817\n") == [.control(given, checked, on: Officine.ines, expecting: seen)])
    #expect(desk.state.pending[Officine.ines] == .check)
    desk.send(.controlRefused(Officine.ines, .wrongPIN))
    #expect(desk.state.pending.isEmpty && form(desk)?.problem == .identity(.wrongPIN))
    #expect(form(desk)?.text(of: .initials) == "CV", "only the code is typed again")
    desk.type("4817\n")
    desk.send(.gestureDone(checked, Officine.row(Officine.ines).order))
    #expect(desk.state.layers.isEmpty)
    #expect(desk.state.actor?.member == Officine.lea, "who acts did not change")
  }

  @Test func `a pharmacist types the code alone on a shared poste, and nothing elsewhere`() {
    var desk = waiting(Officine.claire)
    desk.press(.character("c"))
    #expect(form(desk)?.text(of: .initials) == "CV" && form(desk)?.focus == 1)
    let direct: [Effect] = [.perform(checked, on: Officine.ines, expecting: seen)]
    desk = waiting(Officine.claire) { $0.poste.isShared = false }
    #expect(desk.press(.character("c")) == direct)
    desk = waiting(Officine.claire) { $0.policy.checkPIN = .never }
    #expect(desk.press(.character("c")) == direct)
    desk = waiting(Officine.claire) {
      $0.policy.checkPIN = .always
      $0.poste.isShared = false
    }
    #expect(desk.press(.character("c")).isEmpty && form(desk)?.kind == .check)
    desk = waiting(Officine.claire) { state in
      for place in state.members.indices { state.members[place].hasPIN = false }
    }
    #expect(desk.press(.character("c")) == direct, "where nobody has a code there is none to ask")
  }

  @Test func `à reprendre is signed with its reason`() {
    var desk = waiting(Officine.lea)
    desk.send(.commanded(.refusePreparation))
    #expect(form(desk)?.fields.map(\.name) == [.reason, .initials, .pin])
    desk.type("dosage\n")
    #expect(
      desk.type("CV4817\n") == [
        .control(
          Credentials(name: "CV", pin: "4817"), .refused(reason: "dosage"), on: Officine.ines,
          expecting: seen)
      ])
  }

  @Test func `the states menu offers the check, and asks who signs it`() {
    var desk = waiting(Officine.lea)
    desk.press(.character("e"))
    guard case .menu(let menu)? = desk.state.layers.last,
      let place = menu.choices.firstIndex(of: .status(.checked))
    else {
      Issue.record("\(desk.report)")
      return
    }
    for _ in 0..<place { desk.press(.down) }
    #expect(desk.press(.enter).isEmpty)
    #expect(form(desk)?.kind == .check)
  }

  @Test func `numbers are shown after the trace, for a while, for that demande alone`() {
    var desk = DeskTrace(.fixture())
    #expect(desk.press(.character("h")) == [.reveal(Officine.jeanne)])
    #expect(desk.state.revealed == nil, "not before the journal knows")
    desk.send(.revealed(Officine.jeanne))
    #expect(desk.state.revealed?.until == desk.state.now.adding(seconds: 20))
    desk.wait(seconds: 19)
    #expect(desk.state.revealed != nil)
    desk.wait(seconds: 1)
    #expect(desk.state.revealed == nil)
    desk.send(.revealed(Officine.jeanne))
    desk.press(.character("h"))
    #expect(desk.state.revealed == nil, "again hides them")
    desk.send(.revealed(Officine.jeanne))
    desk.press(.down)
    #expect(desk.state.revealed == nil)
    desk.send(.revealed(Officine.jeanne))
    #expect(desk.state.revealed == nil, "the answer came late")
    desk = DeskTrace(.fixture(actor: nil))
    desk.press(.character("h"))
    #expect(form(desk)?.kind == .identify, "nobody looks without a name")
  }
}
