import Domain
import Testing

@Suite("What came and nobody has taken charge of")
struct NewsTests {
  /// A « remise » to which the patient wrote again.
  private static func collectedWithNews() -> History {
    var history = History.checked()
    history.add(Team.paul, .handedOver(HandOver()))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    return history
  }

  private func isToTake(_ history: History) -> Bool {
    history.order.hasNews && QueueView.todo.contains(history.order, member: nil)
  }

  @Test("any new message brings it back; taking charge of it handles it")
  func comesBack() {
    var history = History()
    #expect(!history.order.hasNews)
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    #expect(!history.order.hasNews, "nobody has looked at it yet: all of it is new")
    for status in [Order.Status.preparing, .prepared, .closed] {
      history.add(Team.léa, .moved(to: status, reason: "x"))
      if status == .prepared {
        #expect(history.order.hasNews && history.order.newMessages == ["n-preparing"])
        history.add(Team.léa, .newsHandled)
      }
      #expect(!history.order.hasNews && history.order.newMessages == nil)
      history.add(.mailbox, .messageArrived(message: "n-\(status)", patient: nil))
      #expect(history.order.hasNews)
    }
    #expect(history.order.lastMessageAt == history.events.last?.at)
  }

  @Test(
    "D14 a note, a print, a marker, a name, an attaching hide no new message",
    arguments: [
      Gesture.noted("@Paul tu peux regarder ?"), .printed(printer: "comptoir"), .marked(.urgent),
      .unmarked(.urgent, value: nil), .patientNamed(History.mother), .kindChanged(to: .question),
      .attached(from: "d2", messages: ["m5"]), .reminded(messageID: "<a@b>"),
      .answered(messageID: "<a@b>"), .answerWithdrawn(messageID: "<a@b>"), .released,
    ])
  func hidesNothing(_ gesture: Gesture) {
    var history = Self.collectedWithNews()
    history.add(Team.léa, gesture)
    #expect(isToTake(history))
  }

  @Test(
    "D14 taking charge handles it, and undoing that brings it back",
    arguments: [
      Gesture.taken(over: nil), .newsHandled, .moved(to: .closed, reason: "doublon"),
    ])
  func handles(_ gesture: Gesture) throws {
    var history = Self.collectedWithNews()
    history.add(Team.léa, gesture)
    #expect(!history.order.hasNews)
    try history.undo(by: Team.léa)
    #expect(isToTake(history))
  }

  @Test("« vu, rien à faire » leaves the state, who has it and what is owed; only for news")
  func seen() {
    var history = Self.collectedWithNews()
    let before = history.order
    func refusal(_ order: Order) -> Refusal? {
      order.refusal(of: .newsHandled, by: Team.léa, role: .preparateur, policy: Policy())
    }
    #expect(refusal(before) == nil)
    history.add(Team.léa, .newsHandled)
    #expect(history.order.status == .collected && history.order.markers == before.markers)
    #expect(refusal(history.order) == .alreadyDone(.collected))
  }

  @Test("O13 an answer handles what was there when it was written, never what came since")
  func answering() {
    var history = Self.collectedWithNews()
    history.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: "m2"))
    #expect(!history.order.hasNews)
    history.add(.mailbox, .messageArrived(message: "m3", patient: nil))
    #expect(isToTake(history))
    // The server's verdict bears Léa's name; she never saw the mail that came meanwhile.
    history.add(Team.léa, .answered(messageID: "<1@x>"))
    #expect(isToTake(history))
    #expect(history.order.answered?.author == Team.léa)
  }

  @Test("an answer from a machine that had not seen a mail does not handle it")
  func answeringUnseen() {
    var history = Self.collectedWithNews()
    history.add(.mailbox, .messageArrived(message: "m3", patient: nil))
    history.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: "m2"))
    #expect(isToTake(history))
    var other = Self.collectedWithNews()
    other.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: "never heard of"))
    #expect(isToTake(other))
  }

  @Test("an answer that was taken back answers nothing: what it answered is new again")
  func withdrawn() {
    var history = Self.collectedWithNews()
    history.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: "m2"))
    history.add(Team.léa, .answerWithdrawn(messageID: "<1@x>"))
    #expect(isToTake(history))
  }

  @Test("B1 a reminder answers nothing, whatever its author is said to have seen")
  func reminding() {
    var history = Self.collectedWithNews()
    for seen in ["m2", nil] {
      history.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: seen))
      history.add(Team.léa, .reminded(messageID: "<1@x>"))
      #expect(isToTake(history))
    }
  }

  @Test("B2 giving it to a colleague handles nothing: it is theirs, and in their list")
  func giving() {
    var finished = Self.collectedWithNews()
    finished.add(Team.léa, .assigned(to: Team.paul, over: nil))
    var ready = History.checked()
    ready.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    ready.add(Team.paul, .assigned(to: Team.léa, over: ready.order.owner.map { Author($0) }))
    for (history, heir) in [(finished, Team.paul), (ready, Team.léa)] {
      #expect(history.order.hasNews)
      #expect(QueueView.mine.contains(history.order, member: heir.memberID))
    }
    #expect(ready.order.status == .checked && isToTake(ready))
    ready.add(Team.léa, .newsHandled)
    #expect(!ready.order.hasNews)
    #expect(!QueueView.mine.contains(ready.order, member: Team.léa.memberID))
    var held = History()
    held.add(Team.léa, .taken(over: nil))
    held.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    held.add(Team.léa, .assigned(to: Team.paul, over: nil))
    #expect(held.order.hasNews, "Paul has not read it")
    held.add(Team.paul, .newsHandled)
    #expect(!held.order.hasNews)
  }

  @Test("B2 putting one's name on a bag that is ready keeps what came; « vu » ends it")
  func takingReady() {
    var history = History.checked()
    let owner = history.order.owner.map { Author($0) }
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    history.add(Team.paul, .taken(over: owner))
    #expect(history.order.status == .checked && isToTake(history))
    #expect(QueueView.mine.contains(history.order, member: Team.paul.memberID))
  }

  @Test("m16 taking it handles what its author had, and everything where nothing is said")
  func takingUnseen() {
    for (seen, isNew) in [(["m1"], true), (["m2", "m1"], false), (nil, false)]
      as [([String]?, Bool)]
    {
      var history = History()
      history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
      #expect(!history.order.hasNews)
      history.add(Team.léa, .taken(over: nil, seen: seen))
      #expect(history.order.hasNews == isNew)
      #expect(QueueView.mine.contains(history.order, member: Team.léa.memberID))
    }
  }

  @Test("another program's answer is one to what came before it was written")
  func answeredElsewhere() {
    var history = History()
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    let written = history.events.last?.at.adding(seconds: 1) ?? Timestamp(seconds: 0)
    history.add(.mailbox, .messageArrived(message: "m3", patient: nil))
    // Its copy in Sent is seen after that.
    history.add(.mailbox, .answered(messageID: "<webmail@x>"))
    var events = history.events
    events[events.count - 1].at = written
    #expect(Order.fold(events)?.isAnswered != true, "m3 came after it")
    history.add(.mailbox, .answered(messageID: "<webmail2@x>"))
    #expect(history.order.isAnswered == true)
  }

  @Test("m14 an answer handles what its author had, not what the log put before it")
  func answeringReordered() {
    var history = Self.collectedWithNews()
    history.add(.mailbox, .messageArrived(message: "m4", patient: nil))
    history.add(.mailbox, .messageArrived(message: "m3", patient: nil))
    history.add(
      Team.léa, .answerQueued(messageID: "<1@x>", seen: "m3", having: ["m1", "m2", "m3"]))
    #expect(isToTake(history) && history.order.isAnswered != true)
    history.add(
      Team.léa, .answerQueued(messageID: "<2@x>", seen: "m4", having: ["m1", "m2", "m3", "m4"]))
    #expect(!history.order.hasNews && history.order.isAnswered == true)
    #expect(
      Gesture.answerQueued(messageID: "<1@x>", seen: "m2").having(["m1", "m2", "m3"])
        == .answerQueued(messageID: "<1@x>", seen: "m2", having: ["m1", "m2"]))
    #expect(
      Gesture.taken(over: Team.léa).having(["m1"]) == .taken(over: Team.léa, seen: ["m1"]))
  }

  @Test("m11 a reminder or an answer makes nothing readier than it was")
  func readySince() {
    var partial = History.checked()
    let owed = MissingProduct(product: "Eliquis")
    partial.add(Team.paul, .handedOver(HandOver(owed: [owed])))
    partial.add(Team.paul, .unmarked(.missing, value: nil))
    for history in [partial, History.checked()] {
      var history = history
      let before = history.order.lastGestureAt
      history.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: "m1"))
      history.add(Team.léa, .reminded(messageID: "<1@x>"))
      history.add(Team.léa, .answerWithdrawn(messageID: "<1@x>"))
      #expect(history.order.lastGestureAt == before)
    }
    var received = History()
    received.add(Team.léa, .answerQueued(messageID: "<1@x>", seen: "m1"))
    #expect(received.order.lastGestureAt == received.events.last?.at)
  }

  @Test("what came leaves with its message")
  func leaves() {
    var history = Self.collectedWithNews()
    history.add(Team.léa, .split(message: "m2", into: "d2"))
    #expect(!history.order.hasNews)
  }

  @Test("« préparée » and « contrôlée » tell of the bag: what came meanwhile stays new")
  func bagAlone() throws {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    history.add(Team.léa, .patientNamed(History.mother))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    #expect(isToTake(history) && history.order.status == .prepared)
    #expect(QueueView.mine.contains(history.order, member: Team.léa.memberID))
    history.add(Team.paul, .moved(to: .checked, reason: nil))
    #expect(isToTake(history) && history.order.status == .checked)
    #expect(history.order.waitingClock?.alarm == .unclaimed)
    // Somebody puts their name on it: it is not « non prise » any more, and not forgotten.
    var taken = history
    taken.add(Team.paul, .taken(over: Team.léa))
    #expect(taken.order.hasNews && taken.order.waitingClock?.alarm == .stalled)
    #expect(taken.order.waitingClock?.since == taken.events.last?.at)
    var refused = history
    refused.add(Team.paul, .refused(reason: "dosage"))
    #expect(refused.order.hasNews && refused.order.owner?.memberID == Team.léa.memberID)
    try history.undo(by: Team.paul)
    #expect(isToTake(history))
    history.add(Team.léa, .newsHandled)
    #expect(!history.order.hasNews && history.order.status == .prepared)
  }

  @Test("« à reprendre » gives the work back with the message that came: who redoes it reads it")
  func turnedDown() {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    history.add(Team.léa, .moved(to: .prepared, reason: nil))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    history.add(Team.paul, .refused(reason: "dosage"))
    #expect(history.order.hasNews && history.order.status == .preparing)
    #expect(QueueView.mine.contains(history.order, member: Team.léa.memberID))
    history.add(Team.paul, .moved(to: .preparing, reason: nil))
    #expect(history.order.hasNews)
  }

  @Test("a demande without content has no message to deal with")
  func purged() {
    var history = Self.collectedWithNews()
    #expect(isToTake(history))
    history.add(Team.léa, .purged(before: history.order.lastMessageAt))
    #expect(!history.order.hasNews && history.order.newMessages == nil && !isToTake(history))
  }

  @Test("a « partielle » is ready since its products came, whatever is done beside")
  func completeSince() throws {
    var partial = History.checked()
    partial.add(Team.léa, .reminded(messageID: "<1@x>"))
    partial.add(Team.paul, .handedOver(HandOver(owed: [MissingProduct(product: "Eliquis")])))
    #expect(partial.order.readySince == nil)
    partial.add(Team.paul, .unmarked(.missing, value: nil))
    let came = try #require(partial.events.last?.at)
    partial.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    partial.add(Team.léa, .newsHandled)
    #expect(partial.order.readySince == came)
    partial.add(Team.léa, .marked(.missing(MissingProduct(product: "Ozempic"))))
    #expect(partial.order.readySince == nil)
    var whole = History.checked()
    whole.add(Team.léa, .reminded(messageID: "<1@x>"))
    #expect(whole.order.reminder != nil)
    whole.add(Team.paul, .moved(to: .partial, reason: nil))
    #expect(whole.order.reminder == nil, "that one was for the part that was fetched")
  }

  @Test("whoever prepares it and marks it has not read what came; only « vu » or an answer says so")
  func preparing() {
    var history = History()
    history.add(Team.léa, .taken(over: nil))
    history.add(.mailbox, .messageArrived(message: "m2", patient: nil))
    history.add(Team.paul, .marked(.urgent))
    #expect(history.order.hasNews)
    history.add(Team.léa, .marked(.shelf("bac 2")))
    #expect(history.order.hasNews)
    history.add(Team.léa, .newsHandled)
    #expect(!history.order.hasNews)
    history.add(Team.paul, .attached(from: "d2", messages: ["m3"]))
    #expect(history.order.hasNews, "Léa prepares it and has not seen what Paul filed there")
  }

  @Test("correcting a missing product is one gesture, and one undo brings the old line back")
  func correcting() throws {
    var history = History.prepared()
    let old = MissingProduct(product: "Doliprane", quantity: 2)
    let new = MissingProduct(product: "Efferalgan", quantity: 1)
    history.add(Team.léa, .marked(.missing(old)))
    history.add(Team.léa, .marked(.missing(MissingProduct(product: "Kardegic"))))
    history.add(Team.léa, .productCorrected("doliprane", to: new))
    #expect(history.order.markers.missing.map(\.product) == ["Efferalgan", "Kardegic"])
    try history.undo(by: Team.léa)
    #expect(history.order.markers.missing.first == old)
    history.add(Team.léa, .productCorrected("Doliprane", to: MissingProduct(product: "KARDEGIC")))
    #expect(history.order.markers.missing.map(\.product) == ["KARDEGIC"])
    let refusal = history.order.refusal(
      of: .productCorrected("Doliprane", to: new), by: Team.léa, role: .preparateur,
      policy: Policy())
    #expect(refusal == .needsText, "it went meanwhile")
  }
}
