import Domain
import GRDB
import Testing

@testable import Store

/// What one demande holds never keeps the others from being worked on (M2).
@Suite struct UnreadableTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let order = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1), Mail(n: 2))
    try officine.store.act(.noted("à rappeler"), on: order, event: "n")
    try officine.store.act(.marked(.shelf("bac 4")), on: Mail(n: 2).order, event: "s")
  }

  private func open(after sql: String) throws -> OfficineStore {
    try store.writeQuietly { db in
      let triggers = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
      for name in triggers { try db.execute(sql: "DROP TRIGGER \(name)") }
      try db.execute(
        sql: sql + """
          ;
          DELETE FROM setting WHERE key = 'fold';
          DELETE FROM grdb_migrations WHERE identifier IN ('v4.renewed', 'v4.owed');
          """)
    }
    store.close()
    return try officine.another()
  }

  @Test(arguments: [#"{"x":1}"#, "{", ""])
  func `a gesture that cannot be read does not keep the store closed`(gesture: String) throws {
    let again = try open(after: "UPDATE event SET gesture = '\(gesture)' WHERE id = 'n'")
    #expect(try again.unreadOrders() == [order])
    #expect(try again.setting("fold") == String(Order.foldVersion))
    #expect(try again.verify().problems.map(\.code) == ["order.unreadable"])
    #expect(try again.verify().problems.map(\.detail) == [order])
    #expect(try again.page(of: .all, member: nil, after: nil, limit: 9).rows.count == 2)
    try again.rebuildSearch()
    #expect(try again.searchOrders("bac", limit: 9).map(\.id) == [Mail(n: 2).order])
  }

  @Test func `mail in the thread of what cannot be read opens a demande of its own, and is told`()
    throws
  {
    try store.writeQuietly { db in
      let triggers = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
      for name in triggers { try db.execute(sql: "DROP TRIGGER \(name)") }
      try db.execute(sql: "UPDATE event SET gesture = '{' WHERE id = 'n'")
    }
    try store.take(Mail(n: 3, references: [Mail.header(1)]))
    #expect(try store.order(ofMessage: Mail.id(3))?.id == Mail(n: 3).order)
    #expect(try store.unreadOrders() == [order])
  }

  @Test func `a snapshot that cannot be read is made again from its events`() throws {
    let right = try store.order(order)
    let again = try open(after: "UPDATE demande SET snapshot = '{}' WHERE id = '\(order)'")
    #expect(try again.order(order) == right)
    #expect(try again.unreadOrders() == [] && again.verify().problems == [])
  }

  @Test func `what was purged without an event of it comes back into no view`() throws {
    try store.act(.moved(to: .closed, reason: "doublon"), on: order, event: "c")
    try store.take(Mail(n: 3, references: [Mail.header(1)]))
    func toTake(_ store: OfficineStore) throws -> [Order.ID] {
      try store.page(of: .todo, member: nil, after: nil, limit: 9).rows.map(\.id)
    }
    #expect(try toTake(store).contains(order))
    var quiet = try #require(try store.order(order))
    quiet.hasNews = false
    try store.writeQuietly { try OrderBook.update($0, quiet, seen: quiet.revision, Codec()) }
    let again = try open(
      after: "INSERT INTO purged_demande (demande, at) VALUES ('\(order)', 1)")
    #expect(try !toTake(again).contains(order))
  }
}
