import Domain
import GRDB
import Testing

@testable import Store

/// A store that was made before the columns were.
@Suite struct OlderStoreTests {
  @Test func `what is owed and what is promised is known of a store made before`() throws {
    let officine = try Officine()
    let store = officine.store
    for n in 1...4 { try store.take(Mail(n: n)) }
    let ids = (1...4).map { Mail(n: $0).order }
    for (n, days) in [3, 1].enumerated() {
      try store.act(
        .marked(.missing(MissingProduct(product: "P\(n)", due: later(Int64(days) * 86400)))),
        on: ids[0], event: "m\(n)")
    }
    try store.act(.marked(.promised(later(900))), on: ids[1], event: "p")
    try store.act(.marked(.missing(MissingProduct(product: "Q"))), on: ids[2], event: "q")
    try store.pool.write {
      try $0.execute(
        sql: """
          DROP INDEX demande_owed; ALTER TABLE demande DROP COLUMN due_at;
          UPDATE demande SET in_promised = 0 WHERE id = '\(ids[1])';
          DELETE FROM grdb_migrations WHERE identifier = 'v4.due';
          """)
    }
    store.close()
    let again = try officine.another()
    #expect(try again.verify().problems == [])
    var promises = AlarmPolicy()
    promises.unclaimed = nil
    let late = WorkClock(now: later(86400 + 20 * 3600), alarms: promises)
    #expect(
      try again.page(of: .alarm, member: nil, clock: late, after: nil, limit: 9).rows.contains {
        $0.id == ids[0]
      })
    #expect(
      try again.page(of: .promised, member: nil, after: nil, limit: 9).rows.map(\.id)
        == [ids[2], ids[1], ids[0]])
  }
}
