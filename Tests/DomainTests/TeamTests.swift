import Domain
import Testing

@Suite("Who has it, and what was handed over")
struct TeamTests {
  private func refusal(
    _ gesture: Gesture, _ order: Order, by author: Author = Team.léa
  ) -> Refusal? {
    order.refusal(of: gesture, by: author, role: Team.role(author), policy: Policy())
  }

  @Test func `D13 what is given to a colleague is being prepared by that colleague`() throws {
    var history = History()
    history.add(Team.léa, .assigned(to: Team.paul, over: nil))
    let owner = try #require(history.order.owner)
    #expect(history.order.status == .preparing && owner.memberID == "paul")
    #expect(owner.givenBy == "Léa")
    // A note of another changes nothing of it; the first word of whoever was given it does.
    history.add(Team.léa, .noted("attention au dosage"))
    #expect(history.order.owner?.givenBy == "Léa")
    history.add(Team.paul, .noted("vu"))
    #expect(history.order.owner?.givenBy == nil && history.order.owner?.memberID == "paul")
  }

  @Test func `giving what is prepared changes who has it and no state`() {
    var history = History.prepared()
    history.add(Team.léa, .assigned(to: Team.paul, over: Team.léa))
    #expect(history.order.status == .prepared && history.order.owner?.memberID == "paul")
    #expect(history.order.prepared?.author == Team.léa)
  }

  @Test func `who gives away what another has must name that other`() throws {
    let third = Author(memberID: "nour", name: "Nour", initials: "NA", poste: "comptoir 1")
    var history = History()
    history.add(Team.paul, .taken(over: nil))
    let order = history.order
    let owner = try #require(order.owner)
    #expect(
      refusal(.assigned(to: third, over: nil), order) == .alreadyTaken(by: owner))
    #expect(refusal(.assigned(to: third, over: third), order) == .alreadyTaken(by: owner))
    #expect(refusal(.assigned(to: third, over: Team.paul), order) == nil)
    #expect(refusal(.assigned(to: third, over: nil), order, by: Team.paul) == nil)
    #expect(refusal(.assigned(to: Team.paul, over: nil), order) == .alreadyTaken(by: owner))
    #expect(
      refusal(.assigned(to: Team.paul, over: nil), order, by: Team.paul) == .alreadyYours)
    #expect(refusal(.assigned(to: .mailbox, over: nil), order, by: Team.paul) == .needsText)
    #expect(
      order.asTold(.assigned(to: third, over: nil))
        == .assigned(to: third, over: Author(owner)), "the history names whom it was taken from")
  }

  @Test func `what is finished is given to nobody until something new comes`() {
    var history = History.checked()
    history.add(Team.paul, .handedOver(HandOver()))
    #expect(
      refusal(.assigned(to: Team.paul, over: nil), history.order) == .notFromHere(.collected))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    #expect(refusal(.assigned(to: Team.paul, over: nil), history.order) == nil)
  }

  @Test func `undoing a giving restores who had it, and only whoever gave it may`() throws {
    var history = History()
    history.add(Team.paul, .taken(over: nil))
    let before = history.order
    history.add(Team.léa, .assigned(to: Team.léa, over: Team.paul))
    #expect(Order.undoable(history.events, by: Team.paul) != .success(history.events[2]))
    try history.undo(by: Team.léa)
    #expect(history.order.withoutCounter == before.withoutCounter)
  }

  @Test func `the three lines of a handing over are one gesture and one undoing`() throws {
    var history = History.checked()
    history.add(Team.paul, .marked(.originalAwaited))
    history.add(Team.paul, .marked(.missing(MissingProduct(product: "Eliquis 5 mg"))))
    let before = history.order
    let owed = [MissingProduct(product: "Doliprane", quantity: 2)]
    history.add(
      Team.léa, .handedOver(HandOver(originalSeen: true, owed: owed, givenTo: "sa fille")))
    #expect(history.order.status == .partial && history.order.markers.missing == owed)
    #expect(!history.order.markers.isOriginalAwaited && history.order.owner != nil)
    #expect(QueueView.promised.contains(history.order, member: nil))
    try history.undo(by: Team.léa)
    #expect(history.order.withoutCounter == before.withoutCounter)
  }

  @Test func `what is owed is handed over in several goes, and stays promised until the last`() {
    var history = History.checked()
    let two = [MissingProduct(product: "A"), MissingProduct(product: "B")]
    history.add(Team.léa, .handedOver(HandOver(owed: two)))
    #expect(refusal(.handedOver(HandOver(owed: two)), history.order) == .alreadyDone(.partial))
    #expect(refusal(.handedOver(HandOver(owed: [two[1]])), history.order) == nil)
    history.add(Team.léa, .handedOver(HandOver(owed: [two[1]])))
    #expect(QueueView.promised.contains(history.order, member: nil))
    history.add(Team.léa, .handedOver(HandOver()))
    #expect(history.order.status == .collected && history.order.owner == nil)
    #expect(history.order.markers.missing.isEmpty)
    #expect(!QueueView.promised.contains(history.order, member: nil))
    #expect(refusal(.handedOver(HandOver()), history.order) == .alreadyDone(.collected))
  }

  @Test func `an original that was not seen stays awaited, and blocks nothing`() {
    var history = History.checked()
    history.add(Team.paul, .marked(.originalAwaited))
    history.add(Team.léa, .handedOver(HandOver(originalSeen: false)))
    #expect(history.order.status == .collected && history.order.markers.isOriginalAwaited)
  }

  @Test func `nothing is handed over before it was checked, nor what is no prescription`() {
    #expect(
      refusal(.handedOver(HandOver()), History.prepared().order) == .notFromHere(.prepared))
    #expect(
      refusal(.handedOver(HandOver()), History(.question).order) == .notForThisKind(.question))
    let blank = HandOver(owed: [MissingProduct(product: " ")])
    #expect(refusal(.handedOver(blank), History.checked().order) == .needsText)
  }

  @Test func `a reminder counts once it left, and not at all once it was taken back`() throws {
    var history = History.checked()
    history.add(Team.léa, .answerQueued(messageID: "<1@x>"))
    history.add(Team.léa, .reminded(messageID: "<1@x>"))
    #expect(history.order.reminder?.queued.author == Team.léa)
    #expect(history.order.reminder?.sentAt == nil)
    history.add(Team.léa, .answerWithdrawn(messageID: "<1@x>"))
    #expect(history.order.reminder == nil)
    history.add(Team.paul, .reminded(messageID: "<2@x>"))
    history.add(Team.paul, .answered(messageID: "<2@x>"))
    #expect(history.order.reminder?.sentAt == history.events.last?.at)
    // Prepared and checked again: what is ready now was never spoken of.
    history.add(Team.paul, .refused(reason: "dosage"))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    history.add(Team.paul, .moved(to: .checked, reason: nil))
    #expect(history.order.reminder == nil)
  }

  @Test func `days since it was ready are days of the calendar`() throws {
    var order = History.checked().order
    let evening = try #require(Timestamp(iso8601: "2026-02-27T19:30:00"))
    order.checked = Order.Signature(author: Team.paul, at: evening)
    func days(_ text: String) throws -> Int? {
      order.daysReady(at: try #require(Timestamp(iso8601: text)))
    }
    #expect(try days("2026-02-27T19:31:00") == 0)
    #expect(try days("2026-02-28T08:00:00") == 1)
    #expect(try days("2026-03-02T08:00:00") == 3)
    #expect(try days("2026-02-20T08:00:00") == 0, "a clock set back")
    // « Partielle »: since the products that were owed are there.
    order.status = .partial
    order.lastGestureAt = Timestamp(iso8601: "2026-02-28T10:00:00")
    #expect(try days("2026-03-02T08:00:00") == 2)
    order.markers.missing = [MissingProduct(product: "Eliquis")]
    #expect(try days("2026-03-02T08:00:00") == nil)
    order.status = .collected
    #expect(try days("2026-03-02T08:00:00") == nil)
  }

  @Test func `one's last gesture is found, or why it cannot be taken back`() throws {
    var history = History()
    #expect(Order.lastGesture(history.events, by: Team.léa) == nil)
    history.add(Team.léa, .taken(over: nil))
    history.add(Team.léa, .noted("à voir"))
    var last = try #require(Order.lastGesture(history.events, by: Team.léa))
    #expect(last.event.gesture == .taken(over: nil) && last.refusal == nil)
    history.add(Team.paul, .marked(.urgent))
    last = try #require(Order.lastGesture(history.events, by: Team.léa))
    #expect(last.event.gesture == .taken(over: nil))
    #expect(last.refusal != nil)
    try history.undo(by: Team.paul)
    #expect(Order.lastGesture(history.events, by: Team.léa)?.refusal == nil)
    try history.undo(by: Team.léa)
    #expect(Order.lastGesture(history.events, by: Team.léa) == nil)
  }
}
