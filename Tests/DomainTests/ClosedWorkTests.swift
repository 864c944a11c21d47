import Domain
import Testing

@Suite("What makes a colleague's work, or what is owed, go out of sight")
struct ClosedWorkTests {
  private func refusal(_ gesture: Gesture, on order: Order, by author: Author) -> Refusal? {
    order.refusal(of: gesture, by: author, role: Team.role(author), policy: Policy())
  }

  @Test("M13 who works on it loses it only to somebody who takes it over by name")
  func closing() throws {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    let closing = Gesture.moved(to: .closed, reason: "doublon")
    let owner = try #require(history.order.owner)
    #expect(refusal(closing, on: history.order, by: Team.paul) == .alreadyTaken(by: owner))
    #expect(refusal(closing, on: history.order, by: Team.léa) == nil)
    history.add(Team.paul, .taken(over: Team.léa))
    #expect(refusal(closing, on: history.order, by: Team.paul) == nil)
    // What waits for a check is still the work of whoever prepared it.
    let prepared = History.prepared().order
    let preparer = try #require(prepared.owner)
    #expect(refusal(closing, on: prepared, by: Team.paul) == .alreadyTaken(by: preparer))
    // What waits for the patient is nobody's work at this moment, unless there is a new message.
    #expect(refusal(closing, on: History.checked().order, by: Team.paul) == nil)
    var written = History.checked()
    written.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    #expect(refusal(closing, on: written.order, by: Team.paul) == .alreadyTaken(by: preparer))
  }

  @Test("M1 closing settles nothing that is owed")
  func closingOwed() {
    var history = History.checked()
    let product = MissingProduct(product: "Eliquis 5 mg", quantity: 2)
    history.add(Team.léa, .marked(.missing(product)))
    let closing = Gesture.moved(to: .closed, reason: "doublon")
    #expect(refusal(closing, on: history.order, by: Team.paul) == .stillOwed)
    history.add(Team.paul, .handedOver(HandOver(owed: [product])))
    #expect(refusal(closing, on: history.order, by: Team.paul) == .stillOwed)
    history.add(Team.paul, .unmarked(.missing, value: nil))
    #expect(refusal(closing, on: history.order, by: Team.paul) == nil)
  }

  @Test("M10 only handing over says that something owed is not owed any more")
  func owed() {
    var history = History.checked()
    let collected = Gesture.moved(to: .collected, reason: nil)
    let partial = Gesture.moved(to: .partial, reason: nil)
    #expect(refusal(collected, on: history.order, by: Team.paul) == nil)
    #expect(refusal(partial, on: history.order, by: Team.paul) == .nothingOwed)
    let product = MissingProduct(product: "Eliquis 5 mg", quantity: 2)
    history.add(Team.léa, .marked(.missing(product)))
    #expect(refusal(collected, on: history.order, by: Team.paul) == .stillOwed)
    #expect(refusal(.handedOver(HandOver()), on: history.order, by: Team.paul) == nil)
    let moves = history.order.moves(by: Team.paul, role: .pharmacien, policy: Policy())
    #expect(moves.contains(.collected) && moves.contains(.partial), "the form asks")
    history.add(Team.paul, .handedOver(HandOver(owed: [product])))
    #expect(refusal(collected, on: history.order, by: Team.paul) == .stillOwed)
  }

  @Test("m11 sent back while whoever prepared it has left: it is to be taken, with its reason")
  func sentBackToNobody() {
    var history = History.prepared()
    history.add(Team.paul, .refused(reason: "dosage", isFree: true))
    #expect(history.order.status == .received && history.order.owner == nil)
    #expect(history.order.redoReason == "dosage")
    #expect(QueueView.todo.contains(history.order, member: nil))
  }
}
