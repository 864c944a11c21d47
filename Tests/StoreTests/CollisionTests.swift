import Domain
import Testing

@testable import Store

@Suite struct CollisionTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let order = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1))
  }

  private func enqueue(
    _ id: String, seen: Int?, by who: Actor = claire, at seconds: Int64 = 200
  ) throws {
    let stamp = seen.map {
      ThreadStamp(revision: 0, lastMessage: nil, lastEvent: $0, order: order)
    }
    try store.enqueue(
      answer(id, on: order, to: Mail.id(1), by: who), expecting: stamp, draft: nil, by: who,
      eventID: "q-" + id, now: later(seconds))
  }

  /// What can happen to the demande while an answer is written, or waits to leave.
  private static let happenings: [(String, @Sendable (OfficineStore, Order.ID) throws -> Void)] = [
    ("mail", { store, _ in try store.take(Mail(n: 2, references: [Mail.header(1)])) }),
    ("note", { try $0.act(.noted("elle passe demain"), on: $1, by: lea, event: "x") }),
    ("owner", { try $0.act(.taken(over: nil), on: $1, by: lea, event: "x") }),
    (
      "state",
      { try $0.act(.moved(to: .closed, reason: "doublon"), on: $1, by: lea, event: "x") }
    ),
    ("marker", { try $0.act(.marked(.shelf("12")), on: $1, by: lea, event: "x") }),
    (
      "patient",
      {
        try $0.act(
          .patientNamed(Patient(name: "ROUX Élodie", source: .person)), on: $1, by: lea,
          event: "x")
      }
    ),
    (
      "elsewhere",
      { store, _ in
        try store.take(
          Mail(
            n: 3, text: "Réponse du site web.\n> Bonjour", isOutgoing: true,
            messageID: "<web@operateur.example>", references: [Mail.header(1)]))
      }
    ),
    (
      "own, from another poste",
      {
        let elsewhere = actor("Claire BONNEFOY", poste: "bureau")
        try $0.act(.marked(.urgent), on: $1, by: elsewhere, event: "x")
      }
    ),
  ]

  @Test(arguments: happenings.indices)
  func `O13 whatever happens while it is written stops it before it is queued`(n: Int) throws {
    let seen = try store.lastEvent(of: order)
    try Self.happenings[n].1(store, order)
    let error = problem { try enqueue("o1", seen: seen) }
    guard case .refused(.stale) = error else {
      Issue.record("\(Self.happenings[n].0): \(String(describing: error))")
      return
    }
    #expect(try store.outgoing("o1") == nil)
    let report = try #require(try store.collision(on: order, since: seen, by: claire.author))
    #expect(report.events.count == 1)
    // « Envoyer quand même » is for what was shown, and for nothing after it.
    try store.act(.noted("et ceci"), on: order, by: lea, event: "y")
    #expect(problem { try enqueue("o1", seen: report.upTo) } != nil)
    try enqueue("o1", seen: try store.lastEvent(of: order))
    #expect(try store.claimOutgoing(now: later(212))?.id == "o1")
  }

  @Test(arguments: happenings.indices)
  func `O13 whatever happens while it waits holds it before its first byte`(n: Int) throws {
    try enqueue("o1", seen: try store.lastEvent(of: order))
    try Self.happenings[n].1(store, order)
    #expect(try store.claimOutgoing(now: later(212)) == nil, "\(Self.happenings[n].0)")
    let item = try #require(try store.outgoing("o1"))
    #expect(item.state == .held && item.attempts == 0)
    #expect(try store.outbox(states: [.queued]).isEmpty)
    #expect(try store.outbox(states: [.held]).map(\.id) == ["o1"])
    let counts = try store.counts(member: nil)
    #expect(counts.outboxHeld == 1 && counts.outboxWaiting == 0)
    #expect(try store.claimOutgoing(now: later(9_999)) == nil)
    let held = try #require(try store.heldAnswers(of: order).first)
    #expect(held.report.events.count == 1 && held.order == order)
    // More happened than the person was shown.
    try store.act(.noted("et ceci"), on: order, by: lea, event: "y")
    let tooOld = problem {
      try store.releaseOutgoing(
        "o1", seen: held.report.upTo, notBefore: later(220), by: claire, now: later(220))
    }
    #expect(tooOld == .refused(.stale(by: lea.author, at: later(100), now: try status())))
    let now = try #require(try store.heldAnswers().first)
    try store.releaseOutgoing(
      "o1", seen: now.report.upTo, notBefore: later(232), by: claire, now: later(220))
    #expect(try store.claimOutgoing(now: later(231)) == nil)
    let claimed = try #require(try store.claimOutgoing(now: later(232)))
    #expect(claimed.messageID == "<o1@officine.example>")
    #expect(try store.verify().problems == [])
  }

  private func status() throws -> Order.Status { try store.order(order)?.status ?? .received }

  @Test func `one's own gesture at the same poste, a print and a known answer stop nothing`()
    throws
  {
    try enqueue("o1", seen: try store.lastEvent(of: order))
    try store.act(.taken(over: nil), on: order, by: claire, event: "a")
    try store.act(.printed(printer: "comptoir"), on: order, by: lea, event: "b")
    // Léa was shown the first answer, and sent hers knowing it.
    try enqueue("o2", seen: try store.lastEvent(of: order), by: lea, at: 201)
    #expect(try store.claimOutgoing(now: later(212))?.id == "o1")
    try store.storeBuilt("o1", bytes: [1])
    try store.markFinalDot("o1", now: later(213))
    try store.settle("o1", .sent(answer: "250"), now: later(214))
    #expect(try store.claimOutgoing(now: later(214))?.id == "o2")
  }

  @Test func `the difference says who did what, and what a note, a mail and an answer say`()
    throws
  {
    let seen = try store.lastEvent(of: order)
    try store.act(.noted("elle passe demain"), on: order, by: lea, event: "x")
    try store.take(
      Mail(
        n: 2, text: "Et aussi du Doliprane.\n\n> Bonjour\nMerci.", references: [Mail.header(1)]))
    try enqueue("o2", seen: nil, by: lea)
    let report = try #require(try store.collision(on: order, since: seen, by: claire.author))
    #expect(report.events.map(\.gesture.action) == ["note", "arrive", "answer.queue"])
    #expect(
      report.events.map { report.excerpts[$0.id] }
        == [nil, "Et aussi du Doliprane. Merci.", "C'est prêt."])
    #expect(try report.upTo == store.lastEvent(of: order))
  }

  @Test func `a demande attached elsewhere is news for its answer`() throws {
    try store.take(Mail(n: 9))
    try enqueue("o1", seen: try store.lastEvent(of: order))
    _ = try store.attach(
      order, to: Mail(n: 9).order, by: lea, eventIDs: ("a", "b"), now: later(205))
    #expect(try store.claimOutgoing(now: later(212)) == nil)
    #expect(try store.heldAnswers(of: Mail(n: 9).order).map(\.item.id) == ["o1"])
  }

  @Test func `taking it back makes it a draft at once, and one person decides`() throws {
    try enqueue("o1", seen: try store.lastEvent(of: order))
    try store.act(.noted("attends"), on: order, by: lea, event: "x")
    #expect(try store.claimOutgoing(now: later(212)) == nil)
    let item = try #require(try store.outgoing("o1"))
    let draft = Draft(takingBack: item, id: "b1", authorID: lea.member.id, at: later(230))
    try store.withdrawOutgoing("o1", into: draft, by: lea, now: later(230))
    #expect(try store.outgoing("o1")?.state == .cancelled)
    let kept = try #require(try store.drafts(of: lea.member.id).first)
    #expect(kept.body == item.body && kept.attachments == item.attachments)
    let late = problem {
      try store.releaseOutgoing(
        "o1", seen: nil, notBefore: later(231), by: claire, now: later(231))
    }
    #expect(late == .refused(.cannotBeUndone))
    #expect(try store.heldAnswers().isEmpty)
    #expect(try store.counts(member: nil).outboxHeld == 0)
  }

  @Test func `O01 a held answer whose copy turns up in Sent is sent`() throws {
    try enqueue("o1", seen: try store.lastEvent(of: order))
    try store.act(.noted("attends"), on: order, by: lea, event: "x")
    _ = try store.claimOutgoing(now: later(212))
    try store.take(
      Mail(n: 5, isOutgoing: true, messageID: "<o1@officine.example>", references: []))
    #expect(try store.outgoing("o1")?.state == .sent)
    #expect(try store.heldAnswers().isEmpty)
  }
}
