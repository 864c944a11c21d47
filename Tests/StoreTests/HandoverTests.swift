import Domain
import Store
import Testing

/// What the sheet of the shift must not leave out.
@Suite("The relève in the store")
struct HandoverTests {
  private let officine: Officine
  private var store: OfficineStore { officine.store }
  private let clock = WorkClock(now: later(1000))

  init() throws { officine = try Officine() }

  @Test func `an answer that was stopped stands on the sheet with its demande`() throws {
    try store.take(Mail(n: 1))
    let order = Mail(n: 1).order
    try store.enqueue(
      answer("o1", on: order, to: Mail.id(1)),
      expecting: ThreadStamp(
        revision: 0, lastMessage: nil, lastEvent: try store.lastEvent(of: order), order: order),
      draft: nil, by: claire, eventID: "q1", now: later(200))
    #expect(try store.handover(clock: clock).held.isEmpty)
    try store.act(.noted("n'envoie rien"), on: order, by: lea, event: "n", at: 201)
    #expect(try store.claimOutgoing(now: later(300)) == nil)
    let sheet = try store.handover(clock: clock)
    #expect(sheet.outboxHeld == 1 && sheet.outboxWaiting == 0)
    #expect(sheet.held.map(\.item) == ["o1"] && sheet.held.map(\.row.id) == [order])
    #expect(sheet.held.first?.author.name == "Claire" && sheet.held.first?.queuedAt == later(200))
    let last = try #require(sheet.items.last)
    #expect(last.section == .held && last.held == "o1" && last.row.id == order)
  }

  @Test func `a question that was answered is none that waits, until more is asked`() throws {
    for n in 1...3 { try store.take(Mail(n: n, kind: .message)) }
    let ids = (1...3).map { Mail(n: $0).order }
    for (n, id) in ids.prefix(2).enumerated() {
      try store.enqueue(
        answer("o\(n)", on: id, to: Mail.id(n + 1)), expecting: nil, draft: nil, by: claire,
        eventID: "q\(n)", now: later(200))
      _ = try store.claimOutgoing(now: later(300))
      try store.settle("o\(n)", .sent(answer: "250"), now: later(301))
    }
    func unanswered() throws -> [Order.ID] {
      try store.handover(clock: clock)[.questions].map(\.id)
    }
    #expect(try unanswered() == [ids[2]])
    try store.act(.marked(.questionPatient("dose ?")), on: ids[1], event: "m", at: 400)
    #expect(try unanswered() == [ids[2], ids[1]])
    try store.take(Mail(n: 4, kind: .message, references: [Mail.header(1)], at: 500))
    #expect(try unanswered() == [ids[0], ids[2], ids[1]])
  }

  @Test func `M5 what came while an answer was leaving is a question that waits`() throws {
    try store.take(Mail(n: 1, kind: .message))
    let order = Mail(n: 1).order
    try store.enqueue(
      answer("o1", on: order, to: Mail.id(1)), expecting: nil, draft: nil, by: claire,
      eventID: "q1", now: later(200))
    _ = try store.claimOutgoing(now: later(300))
    try store.take(Mail(n: 2, kind: .message, references: [Mail.header(1)], at: 301))
    try store.settle("o1", .sent(answer: "250"), now: later(302))
    try store.act(.taken(over: nil), on: order, event: "t", at: 303)
    #expect(try store.handover(clock: clock)[.questions].map(\.id) == [order])
  }

  @Test func `M5 a question that is attached to an answered one waits, since then`() throws {
    for n in 1...2 { try store.take(Mail(n: n, kind: .message)) }
    let (old, new) = (Mail(n: 1).order, Mail(n: 2).order)
    try store.enqueue(
      answer("o1", on: old, to: Mail.id(1)), expecting: nil, draft: nil, by: claire,
      eventID: "q1", now: later(200))
    _ = try store.claimOutgoing(now: later(300))
    try store.settle("o1", .sent(answer: "250"), now: later(301))
    #expect(try store.handover(clock: clock)[.questions].map(\.id) == [new])
    _ = try store.attach(
      new, to: old, by: claire, eventIDs: ("x", "y"), now: later(500))
    #expect(try store.handover(clock: clock)[.questions].map(\.id) == [old])
    #expect(try store.order(old)?.lastMessageAt == later(500))
  }

  @Test func `answered questions take no place from those that wait`() throws {
    // More answered ones, and newer, than a section lists.
    for n in 1...120 { try store.take(Mail(n: n, kind: .message)) }
    for n in 2...120 {
      try store.act(.marked(.questionPatient("?")), on: Mail(n: n).order, event: "m\(n)")
    }
    let sheet = try store.handover(clock: clock)
    #expect(sheet[.questions].count == HandoverSheet.limit && sheet.cut.contains(.questions))
  }

  @Test func `the last note is read with its demande, today and on the next opening day`() throws {
    try store.take(Mail(n: 1))
    let order = Mail(n: 1).order
    let hours = OpeningHours(
      week: Array(repeating: [OpeningHours.Span(start: 0, end: 1440)], count: 7), holidays: .none)
    func note(_ days: Int64) throws -> String? {
      let clock = WorkClock(now: later(300 + days * 86400), hours: hours)
      return try store.handover(clock: clock).notes[order]?.text.forTheTeam
    }
    #expect(try note(0) == nil)
    try store.act(.noted("première"), on: order, by: lea, event: "n1", at: 100)
    try store.act(.noted("rappeler avant 10 h"), on: order, by: lea, event: "n2", at: 200)
    try store.act(.marked(.urgent), on: order, by: lea, event: "n3", at: 201)
    #expect(try note(0) == "rappeler avant 10 h" && note(1) == "rappeler avant 10 h")
    #expect(try note(2) == nil)
  }

  @Test func `what nobody took is on the sheet before it is an alarm`() throws {
    for n in 1...2 { try store.take(Mail(n: n)) }
    try store.act(.taken(over: nil), on: Mail(n: 1).order, event: "t")
    let sheet = try store.handover(clock: WorkClock(now: later(60)))
    #expect(sheet[.todo].map(\.id) == [Mail(n: 2).order])
    #expect(sheet[.alarms].isEmpty)
  }
}
