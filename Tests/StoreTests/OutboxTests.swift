import Domain
import GRDB
import Testing

@testable import Store

@Suite struct OutboxTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let order = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1))
  }

  private func enqueue(_ id: String, _ stamp: ThreadStamp? = nil, by who: Actor = claire) throws {
    try store.enqueue(
      answer(id, on: order, to: Mail.id(1), by: who), expecting: stamp, draft: nil, by: who,
      eventID: "q-" + id, now: later(200))
  }

  /// Up to the moment before the outcome.
  private func send(_ id: String) throws {
    try enqueue(id)
    #expect(try store.claimOutgoing(now: later(212))?.id == id)
    try store.storeBuilt(id, bytes: [1, 2, 3])
    try store.markFinalDot(id, now: later(213))
  }

  @Test func `an item goes from queued to sent and leaves its traces`() throws {
    try enqueue("o1")
    let queued = try #require(try store.outgoing("o1"))
    #expect(queued == answer("o1", on: order, to: Mail.id(1)))
    #expect(try store.counts(member: nil).outboxWaiting == 1)
    // « 12 s pour annuler »
    #expect(try store.claimOutgoing(now: later(211)) == nil)
    let claimed = try #require(try store.claimOutgoing(now: later(212)))
    #expect(claimed.state == .sending && claimed.attempts == 1)
    #expect(try store.claimOutgoing(now: later(212)) == nil)
    try store.storeBuilt("o1", bytes: [1, 2, 3])
    try store.storeBuilt("o1", bytes: [9])
    #expect(try store.builtBytes("o1") == [1, 2, 3])
    try store.markFinalDot("o1", now: later(213))
    try store.settle("o1", .sent(answer: "250 2.0.0"), now: later(214))
    try store.settle("o1", .sent(answer: "250 2.0.0"), now: later(215))
    let sent = try #require(try store.outgoing("o1"))
    #expect(sent.state == .sent && sent.sentAt == later(214) && sent.lastAnswer == "250 2.0.0")
    #expect(try store.order(order)?.answered?.author == claire.author)
    let change = try #require(try store.pendingFlagChanges(limit: 5).first)
    #expect(change.add == ["\\Answered"] && change.uid == 1 && change.mailbox == "INBOX")
    #expect(try store.itemsNeedingSentCopy().map(\.id) == ["o1"])
    try store.sentCopyStored("o1", now: later(216))
    #expect(try store.itemsNeedingSentCopy().isEmpty)
    // Its copy comes back by the mailbox: no second answer.
    try store.take(
      Mail(n: 2, isOutgoing: true, messageID: sent.messageID, references: [Mail.header(1)]))
    let answers = try store.events(of: order).filter {
      if case .answered = $0.gesture { true } else { false }
    }
    #expect(answers.count == 1)
    #expect(try store.verify().problems == [])
  }

  @Test func `O05: what each recipient was answered is kept, and replaced by what is newer`()
    throws
  {
    typealias Result = OutgoingItem.RecipientResult
    try enqueue("o1")
    #expect(try store.outgoing("o1")?.results == [])
    let first = [
      Result(address: "a@b.example", isAccepted: true, answer: "250 2.1.5"),
      Result(address: "c@b.example", isAccepted: false, answer: "452 4.2.2"),
    ]
    _ = try store.claimOutgoing(now: later(212))
    let retry = SendOutcome.retry(at: later(300), answer: "452 4.2.2")
    try store.settle("o1", retry, results: first, now: later(213))
    #expect(try store.outbox(states: [.queued]).map(\.results) == [first])
    // An attempt that did not come so far knows nothing of them.
    _ = try store.claimOutgoing(now: later(300))
    try store.settle("o1", .retry(at: later(400), answer: "network.lost"), now: later(301))
    #expect(try store.outgoing("o1")?.results == first)
    let second = first.map { Result(address: $0.address, isAccepted: true, answer: "250") }
    _ = try store.claimOutgoing(now: later(400))
    try store.settle("o1", .sent(answer: "250"), results: second, now: later(401))
    #expect(try store.outgoing("o1")?.results == second)
    // What is settled stays.
    try store.settle("o1", .refused(answer: "550"), results: first, now: later(402))
    #expect(try store.outgoing("o1")?.results == second)
    #expect(try store.verify().problems == [])
  }

  @Test func `invariant 9 the dot needs built bytes and a sending item`() throws {
    try enqueue("o1")
    #expect(problem { try store.markFinalDot("o1", now: later(1)) } == .notFound)
    _ = try store.claimOutgoing(now: later(212))
    #expect(problem { try store.markFinalDot("o1", now: later(213)) } == .notFound)
  }

  @Test func `invariant 11 what leaves cannot be changed, not even by SQL`() throws {
    try send("o1")
    for sql in [
      "UPDATE outbox SET content = '{}'", "UPDATE outbox SET message_id = '<x@y>'",
      "UPDATE outbox SET built = x'00'", "DELETE FROM outbox", "DELETE FROM outbox_attachment",
      "UPDATE outbox_attachment SET bytes = x'00'",
    ] {
      #expect(
        problem { _ = try store.writeQuietly { try $0.execute(sql: sql) } } == .failed(code: 19),
        "\(sql)")
    }
  }

  @Test func `O01 recovery: before the dot queued again, after it uncertain`() throws {
    try send("o1")
    try enqueue("o2")
    #expect(try store.claimOutgoing(now: later(220))?.id == "o2")
    try store.storeBuilt("o2", bytes: [4])
    let recovered = try store.recoverInterruptedSends(now: later(230))
    #expect(recovered.map(\.id) == ["o1", "o2"])
    #expect(recovered.map(\.state) == [.uncertain, .queued])
    #expect(try store.claimOutgoing(now: later(231))?.id == "o2")
    #expect(try store.builtBytes("o2") == [4])
    // The uncertain one is nobody's to claim, ever.
    #expect(try store.claimOutgoing(now: later(999_999)) == nil)
    try store.settle("o1", .retry(at: later(300), answer: "451"), now: later(240))
    #expect(try store.outgoing("o1")?.state == .uncertain)
    #expect(try store.counts(member: nil).outboxTrouble == 1)
    #expect(try store.recoverInterruptedSends(now: later(241)).map(\.id) == ["o2"])
  }

  @Test func `O01 a copy in a mailbox settles an uncertain item`() throws {
    try send("o1")
    try store.settle("o1", .uncertain, now: later(214))
    let result = try store.take(Mail(n: 9, isOutgoing: true, messageID: "<o1@officine.example>"))
    #expect(result.opened.isEmpty)
    let item = try #require(try store.outgoing("o1"))
    #expect(item.state == .sent && item.hasSentCopy)
    #expect(try store.order(order)?.answered?.author == claire.author)
    #expect(try store.itemsNeedingSentCopy().isEmpty)
  }

  @Test func `O06 a temporary refusal waits for its time`() throws {
    try send("o1")
    try store.settle("o1", .retry(at: later(600), answer: "451 4.3.0"), now: later(214))
    #expect(try store.claimOutgoing(now: later(599)) == nil)
    let again = try #require(try store.claimOutgoing(now: later(600)))
    #expect(again.attempts == 2 && again.messageID == "<o1@officine.example>")
    // The dot of the first attempt counts no more.
    #expect(try store.recoverInterruptedSends(now: later(601)).map(\.state) == [.queued])
  }

  @Test func `people decide about refused and uncertain items`() throws {
    try enqueue("o1")
    try store.cancelOutgoing("o1", by: lea, now: later(205))
    #expect(try store.outgoing("o1")?.state == .cancelled)
    let tooLate = problem { try store.cancelOutgoing("o1", by: lea, now: later(206)) }
    #expect(tooLate == .refused(.cannotBeUndone))
    try send("o2")
    try store.settle("o2", .refused(answer: "550 5.1.1"), now: later(214))
    try store.retryOutgoing("o2", by: lea, now: later(220))
    #expect(try store.claimOutgoing(now: later(221))?.id == "o2")
    try store.settle("o2", .refused(answer: "550 5.1.1"), now: later(222))
    for (id, wasSent, state) in [
      ("o3", false, OutgoingItem.State.refused), ("o4", true, .sent),
    ] {
      try send(id)
      try store.settle(id, .uncertain, now: later(230))
      try store.settleByPerson(id, wasSent: wasSent, by: lea, now: later(300))
      #expect(try store.outgoing(id)?.state == state)
    }
    #expect(try store.order(order)?.answered?.at == later(300))
  }

  @Test func `a disabled member sends nothing and decides nothing`() throws {
    try enqueue("o1", by: lea)
    try store.addMember(claire.member, pinHash: nil, by: nil, now: later(1))
    try store.setDisabled(claire.member.id, true, by: nil, now: later(2))
    #expect(problem { try enqueue("o2") } == .refused(.memberInactive))
    let cancel = problem { try store.cancelOutgoing("o1", by: claire, now: later(201)) }
    #expect(cancel == .refused(.memberInactive))
    #expect(try store.outbox(states: [.queued]).map(\.id) == ["o1"])
  }

  @Test func `O13 an answer is held when the demande moved`() throws {
    let seen = try #require(try store.order(order))
    let stamp = ThreadStamp(revision: seen.revision, lastMessage: seen.messages.last)
    try store.take(Mail(n: 2, references: [Mail.header(1)]))
    let error = problem { try enqueue("o1", stamp) }
    #expect(error == .refused(.stale(by: .mailbox, at: later(2), now: .received)))
    #expect(try store.outgoing("o1") == nil)
    try enqueue("o1")
    #expect(try store.outgoing("o1")?.state == .queued)
  }

  @Test func `O02 two people answer, the second is told who was first`() throws {
    let seen = try #require(try store.order(order))
    let stamp = ThreadStamp(revision: seen.revision, lastMessage: seen.messages.last)
    try enqueue("o1", stamp, by: lea)
    let error = problem { try enqueue("o2", stamp, by: claire) }
    #expect(error == .refused(.stale(by: lea.author, at: later(200), now: .received)))
    let knowing = ThreadStamp(
      revision: seen.revision, lastMessage: seen.messages.last, lastEvent: 3)
    try enqueue("o3", knowing, by: claire)
    // The same item again is one item.
    try enqueue("o3", knowing, by: claire)
    #expect(try store.outbox(states: [.queued]).map(\.id) == ["o1", "o3"])
  }

  @Test func `O14 an older draft never replaces a newer one`() throws {
    var draft = Draft(
      id: "b1", order: order, body: "deux",
      attachments: [
        DraftAttachment(filename: "a", contentType: "text/plain", bytes: [7])
      ], authorID: claire.member.id, updatedAt: later(20))
    try store.saveDraft(draft)
    draft.body = "un"
    draft.updatedAt = later(10)
    draft.attachments = []
    try store.saveDraft(draft)
    let kept = try #require(try store.draft("b1"))
    #expect(kept.body == "deux" && kept.attachments.first?.bytes == [7])
    try store.enqueue(
      answer("o1", on: order), expecting: nil, draft: "b1", by: claire, eventID: "q",
      now: later(200))
    #expect(try store.draft("b1") == nil)
    // A save that was on its way when the answer left.
    draft.updatedAt = later(199)
    try store.saveDraft(draft)
    #expect(try store.drafts(of: claire.member.id).isEmpty)
    draft.updatedAt = later(300)
    try store.saveDraft(draft)
    #expect(try store.drafts(of: claire.member.id).map(\.body) == ["un"])
  }
}
