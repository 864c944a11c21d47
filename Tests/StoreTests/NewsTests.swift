import Domain
import GRDB
import Testing

@testable import Store

/// What came and nobody took charge of stays in sight, whatever the machines say (D14).
@Suite struct NewsTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let order = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1))
    try store.act(.moved(to: .closed, reason: "doublon"), on: order, event: "closed")
  }

  private func toTake() throws -> [Order.ID] {
    try store.page(of: .todo, member: nil, after: nil, limit: 9).rows.map(\.id)
  }

  private func clock() throws -> String? {
    try store.read {
      try String.fetchOne($0, sql: "SELECT clock FROM demande WHERE id = ?", arguments: [order])
    }
  }

  @Test func `B1 a mail that came while an answer was leaving stays to be taken`() throws {
    try store.enqueue(
      answer("o1", on: order, to: Mail.id(1)), expecting: nil, draft: nil, by: claire,
      eventID: "q", now: later(200))
    #expect(try store.claimOutgoing(now: later(212))?.id == "o1")
    try store.take(Mail(n: 2, references: [Mail.header(1)]))
    #expect(try toTake() == [order])
    // The copy in Sent settles it: the server's word, under Claire's name.
    let sent = Mail(
      n: 3, isOutgoing: true, messageID: "<o1@officine.example>", references: [Mail.header(1)])
    try store.settle("o1", .uncertain, now: later(220))
    try store.take(sent)
    #expect(try store.events(of: order).contains { $0.gesture.isAnswered })
    #expect(try toTake() == [order] && clock() == "unclaimed")
    #expect(try store.counts(member: nil)[.todo] == 1)
  }

  @Test func `B1 a reminder, and an answer to an older mail, leave what came since`() throws {
    try store.take(Mail(n: 2, references: [Mail.header(1)]))
    var reminder = answer("o1", on: order, to: Mail.id(2))
    reminder.purpose = .reminder
    let seen = ThreadStamp(
      revision: try #require(try store.order(order)).revision, lastMessage: Mail.id(2),
      lastEvent: try store.lastEvent(of: order), order: order)
    try store.enqueue(
      reminder, expecting: seen, draft: nil, by: claire, eventID: "r", now: later(200))
    #expect(try toTake() == [order] && clock() == "unclaimed")
    try store.enqueue(
      answer("o2", on: order, to: Mail.id(1)), expecting: nil, draft: nil, by: claire,
      eventID: "q", now: later(210))
    #expect(try toTake() == [order] && clock() == "unclaimed")
    try store.enqueue(
      answer("o3", on: order, to: Mail.id(2)), expecting: nil, draft: nil, by: claire,
      eventID: "q3", now: later(220))
    #expect(try toTake() == [] && clock() == nil)
  }

  @Test func `B2 a note and a print hide nothing, and « vu » does`() throws {
    try store.take(Mail(n: 2, references: [Mail.header(1)]))
    try store.act(.noted("@Sami tu peux regarder ?"), on: order, by: lea, event: "n")
    try store.act(.printed(printer: "comptoir"), on: order, by: lea, event: "p")
    #expect(try toTake() == [order] && clock() == "unclaimed")
    try store.act(.newsHandled, on: order, by: lea, event: "v")
    #expect(try toTake() == [] && clock() == nil)
    _ = try store.undo(on: order, by: lea, eventID: "u", now: later(300))
    #expect(try toTake() == [order])
  }

  @Test func `a store that an older program folded is folded anew when it is opened`() throws {
    try store.take(Mail(n: 2, references: [Mail.header(1)]))
    let right = try #require(try store.order(order))
    var wrong = right
    wrong.hasNews = false
    try store.writeQuietly { db in
      try OrderBook.update(db, wrong, seen: wrong.revision, Codec())
      try db.execute(sql: "DELETE FROM setting WHERE key = 'fold'")
    }
    #expect(try toTake() == [])
    store.close()
    let again = try officine.another()
    #expect(try again.order(order) == right)
    #expect(try again.page(of: .todo, member: nil, after: nil, limit: 9).rows.map(\.id) == [order])
    #expect(try again.setting("fold") == String(Order.foldVersion))
    #expect(try again.verify().problems.isEmpty)
  }
}

extension Gesture {
  fileprivate var isAnswered: Bool {
    if case .answered = self { return true }
    return false
  }
}
