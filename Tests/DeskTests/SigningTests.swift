import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("The team changes while a screen is open") struct SigningTests {
  private let checked = Gesture.moved(to: .checked, reason: nil)
  private var seen: Order.Revision { Officine.row(Officine.ines).order.revision }

  /// Claire before MOREL Inès, as nobody had a code yet.
  private func codeless() -> DeskTrace {
    var state = State.fixture(view: .all, actor: Officine.claire)
    for place in state.members.indices { state.members[place].hasPIN = false }
    state.selection = Officine.ines
    state.opened = Officine.opened(Officine.ines)
    return DeskTrace(state)
  }

  private var team: [Member] { State.fixture().members }

  private func form(_ desk: DeskTrace) -> Form? {
    if case .form(let form)? = desk.state.layers.last { form } else { nil }
  }

  @Test func `P02: an open screen hears that codes were given, and that roles changed`() {
    var desk = codeless()
    #expect(desk.send(.storeChanged).contains(.loadMembers))
    desk.send(.membersLoaded(team))
    desk.press(.character("c"))
    #expect(form(desk)?.fields.map(\.name) == [.initials, .pin], "\(desk.report)")
    var preparing = team
    for place in preparing.indices where preparing[place].id == Officine.claire.id {
      preparing[place].role = .preparateur
    }
    desk.send(.membersLoaded(preparing))
    #expect(desk.state.actor?.member.role == .preparateur)
    #expect(desk.last == [.act(as: desk.state.actor)])
  }

  @Test func `P02: a check that the store wants signed asks for the code, and is done with it`() {
    var desk = codeless()
    #expect(desk.press(.character("c")) == [.perform(checked, on: Officine.ines, expecting: seen)])
    desk.send(.controlAsked(checked, on: Officine.ines, expecting: seen, among: team))
    #expect(desk.state.pending.isEmpty)
    #expect(form(desk)?.text(of: .initials) == "CV" && form(desk)?.focus == 1)
    #expect(
      desk.type("4817\n") == [
        .control(
          Credentials(name: "CV", pin: "4817"), checked, on: Officine.ines, expecting: seen)
      ])
  }

  @Test func `the form of a check tells of a colleague's note that came since it was opened`() {
    var desk = codeless()
    desk.arrange {
      $0.members = team
      $0.opened = nil
    }
    var opened = Officine.opened(Officine.ines)
    desk.send(.orderLoaded(opened))
    desk.press(.character("c"))
    func warning() -> FormWarning? { form(desk).flatMap { desk.state.warning(of: $0) } }
    let before = warning()
    func note(_ number: Int, _ member: Member) -> OrderEvent {
      OrderEvent(
        id: "n\(number)", order: Officine.ines, number: 100 + number,
        author: Officine.actor(member).author, at: Officine.now, basedOn: nil,
        gesture: .noted("ne pas délivrer"))
    }
    opened.events.append(note(1, Officine.claire))
    desk.send(.orderLoaded(opened))
    #expect(warning() == before, "one's own is known")
    let other = note(2, Officine.sami)
    opened.events.append(other)
    desk.send(.orderLoaded(opened))
    #expect(warning() == .newNotes(1, by: other.author), "\(desk.report)")
  }

  @Test func `P02: à reprendre keeps its reason where the code is asked for afterwards`() {
    var desk = codeless()
    desk.send(.commanded(.refusePreparation))
    let refused = Gesture.refused(reason: "dosage")
    #expect(
      desk.type("dosage\n") == [.perform(refused, on: Officine.ines, expecting: seen)])
    desk.send(.controlAsked(refused, on: Officine.ines, expecting: seen, among: team))
    #expect(form(desk)?.fields.map(\.buffer.text) == ["dosage", "CV", ""])
    #expect(
      desk.type("4817\n") == [
        .control(
          Credentials(name: "CV", pin: "4817"), refused, on: Officine.ines, expecting: seen)
      ])
  }
}
