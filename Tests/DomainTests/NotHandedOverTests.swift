import Domain
import Testing

@Suite("A « remise » that did not happen")
struct NotHandedOverTests {
  private let third = Author(memberID: "nour", name: "Nour", initials: "NA", poste: "comptoir 3")

  private func refusal(_ gesture: Gesture, _ order: Order) -> Refusal? {
    order.refusal(of: gesture, by: third, role: .preparateur, policy: Policy())
  }

  private static func ready() -> History {
    var history = History.checked()
    history.add(Team.léa, .marked(.missing(MissingProduct(product: "Eliquis"))))
    history.add(Team.léa, .marked(.originalAwaited))
    return history
  }

  @Test func `anybody takes it back: everything is what it was before, and both names stay`() throws
  {
    var history = Self.ready()
    let before = history.order
    history.add(Team.paul, .handedOver(HandOver(originalSeen: true, givenTo: "sa fille")))
    let handed = try #require(history.order.handed)
    #expect(handed.author == Team.paul && handed.at == history.events.last?.at)
    #expect(refusal(handed.correction, history.order) == nil)
    history.add(third, handed.correction)
    #expect(history.order.withoutCounter == before.withoutCounter)
    #expect(history.order.revision == before.revision + 2, "a revision never goes back")
    #expect(refusal(handed.correction, history.order) == .notFromHere(.checked))
    // Its author takes nothing back twice; whoever corrected it may take the correction back.
    #expect(Order.undoable(history.events, by: Team.paul) != .success(history.events[7]))
    try history.undo(by: third)
    #expect(history.order.status == .collected && history.order.handed == handed)
    history.add(third, handed.correction)
    #expect(history.order.withoutCounter == before.withoutCounter)
  }

  @Test func `of two goes the last one is taken back, then the one before it`() throws {
    var history = Self.ready()
    let owed = [MissingProduct(product: "Eliquis")]
    history.add(Team.paul, .handedOver(HandOver(owed: owed)))
    let partial = history.order
    history.add(Team.léa, .handedOver(HandOver()))
    let last = try #require(history.order.handed)
    history.add(third, last.correction)
    #expect(history.order.withoutCounter == partial.withoutCounter)
    let first = try #require(history.order.handed)
    #expect(first.author == Team.paul && first != last)
    history.add(third, first.correction)
    #expect(history.order.status == .checked && history.order.handed == nil)
  }

  @Test func `what came since stays new, and work that was begun again is not thrown away`() throws
  {
    var history = Self.ready()
    history.add(Team.paul, .handedOver(HandOver()))
    let handed = try #require(history.order.handed)
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    var corrected = history
    corrected.add(third, handed.correction)
    #expect(corrected.order.status == .checked && corrected.order.newMessages == ["m2"])
    history.add(Team.léa, .taken(over: nil))
    #expect(history.order.handed == nil)
    #expect(refusal(handed.correction, history.order) == .notFromHere(.preparing))
  }

  @Test func `it makes nothing but a « remise » disappear`() {
    var history = Self.ready()
    let before = history.order
    for event in history.events {
      history.add(third, .notHandedOver(event: event.id, by: Team.léa, at: event.at))
    }
    #expect(history.order.withoutCounter == before.withoutCounter)
  }

  @Test func `a name typed over the one a document names is told, until it is said again`() {
    var history = History()
    let odette = Patient(name: "MARTIN Odette", source: .document)
    let jean = Patient(name: "MARTIN Jean", source: .person)
    history.add(.mailbox, .messageArrived(message: "m2", patient: odette))
    history.add(Team.léa, .patientNamed(jean))
    #expect(history.order.patient == jean && history.order.otherPatients == [odette])
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    let checking = Gesture.moved(to: .checked, reason: nil)
    func check() -> Refusal? {
      history.order.refusal(of: checking, by: Team.paul, role: .pharmacien, policy: Policy())
    }
    #expect(check() == .needsPatient)
    history.add(Team.paul, .patientNamed(jean))
    #expect(history.order.otherPatients == [] && check() == nil)
  }
}
