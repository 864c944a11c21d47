import Domain
import Foundation
import GRDB
import TestKit
import Testing

@testable import Store

/// Traces over the years: retention, anchors, and what an attack on either looks like.
@Suite struct JournalKeepingTests {
  private let day: Int64 = 86_400

  /// A line a day for that many days.
  private func years(_ days: Int64, in store: OfficineStore) throws {
    try store.writeQuietly { db in
      for n in 0..<days {
        try Journal.append(
          db,
          TraceEntry(author: n.isMultiple(of: 2) ? claire.author : lea.author, action: "login"),
          at: later(n * day))
      }
    }
  }

  private func tamper(_ store: OfficineStore, _ sql: String) throws {
    let queue = try DatabaseQueue(path: store.databasePath)
    try queue.write { db in
      for name in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
      {
        try db.execute(sql: "DROP TRIGGER \(name)")
      }
      try db.execute(sql: sql)
    }
    try queue.close()
  }

  private func book(_ folder: TemporaryDirectory) -> AnchorBook {
    AnchorBook(path: folder.path("anchors/officine.log"))
  }

  @Test func `traces older than their time go, the chain stays whole and tells of it`() throws {
    let officine = try Officine()
    let store = officine.store
    try years(400, in: store)
    let now = later(400 * day)
    let gone = try store.purgeJournal(
      before: now.adding(seconds: -366 * day), by: claire.author, now: now)
    #expect(gone == 34)
    #expect(try store.purgeJournal(before: now, by: claire.author, now: now) == 182)
    #expect(try store.verify().problems == [])
    let lines = try store.journal(limit: 999)
    // The floor: nothing younger than six months goes, whatever is asked.
    #expect(try #require(lines.first).at >= now.adding(seconds: -JournalKeeping.floor))
    #expect(lines.suffix(2).map(\.action) == ["journal.purge", "journal.purge"])
    #expect(lines.last?.answer.hasPrefix("lines=182 digest=") == true)
  }

  @Test func `D09 a purge that was forged shows`() throws {
    for (sql, code) in [
      ("DELETE FROM journal WHERE seq <= 50; DELETE FROM journal_base", "journal.hole"),
      (
        """
        DELETE FROM journal WHERE seq <= 50;
        UPDATE journal_base SET seq = 50, digest = (SELECT digest FROM journal WHERE seq = 51)
        """, "journal.digest"
      ),
      (
        """
        UPDATE journal_base SET seq = 50,
          digest = (SELECT digest FROM journal WHERE seq = 50);
        DELETE FROM journal WHERE seq <= 50
        """, "journal.base"
      ),
    ] {
      let officine = try Officine()
      let store = officine.store
      try years(400, in: store)
      _ = try store.purgeJournal(
        before: later(34 * day), by: claire.author, now: later(400 * day))
      #expect(try store.verifyJournal(anchors: .none).problems == [])
      try tamper(store, sql)
      #expect(try store.verifyJournal(anchors: .none).problems.map(\.code).contains(code), "\(sql)")
    }
  }

  @Test func `D09 anchors outside show a cut tail, another store and a rewritten line`() throws {
    let folder = try TemporaryDirectory()
    let book = book(folder)
    let officine = try Officine()
    let store = officine.store
    for n in 0..<5 {
      try years(3, in: store)
      #expect(try book.keep(store, .daily, now: later(Int64(n) * day)))
    }
    // Once a day, and nothing where nothing happened.
    #expect(try book.keep(store, .daily, now: later(4 * day)))
    #expect(try book.keep(store, .quit, now: later(5 * day)))
    #expect(book.lines().count == 5)
    #expect(try store.verify(anchors: book.anchors(now: later(401 * day))).problems == [])
    #expect(FileManager.default.fileExists(atPath: book.path))

    let other = try Officine()
    try other.store.take(Mail(n: 1))
    try years(20, in: other.store)
    let found = try other.store.verify(anchors: book.anchors(now: later(401 * day))).problems
    #expect(found.map(\.code) == Array(repeating: "journal.anchor", count: 5))

    try tamper(
      store,
      """
      DELETE FROM journal WHERE seq > 13;
      UPDATE sqlite_sequence SET seq = 13 WHERE name = 'journal'
      """)
    #expect(try store.verify().problems == [])
    #expect(
      try store.verify(anchors: book.anchors(now: later(401 * day))).problems
        == [VerifyReport.Problem(code: "journal.anchor", detail: "15")])
  }

  @Test func `anchors from before a purge are no alarm, and a restored copy is none`() throws {
    let folder = try TemporaryDirectory()
    let book = book(folder)
    let officine = try Officine()
    let store = officine.store
    try years(10, in: store)
    try book.keep(store, .daily, now: later(9 * day))
    try years(400, in: store)
    try book.keep(store, .daily, now: later(400 * day))
    _ = try store.purgeJournal(
      before: later(30 * day), by: claire.author, now: later(400 * day))
    try book.keep(store, .purge, now: later(400 * day))
    #expect(try store.verify(anchors: book.anchors(now: later(401 * day))).problems == [])

    let older = try Officine()
    try years(7, in: older.store)
    #expect(try !older.store.verify(anchors: book.anchors(now: later(401 * day))).isSound)
    try book.keep(older.store, .restore, now: later(401 * day))
    #expect(try older.store.verify(anchors: book.anchors(now: later(401 * day))).problems == [])
  }

  @Test func `the holder of the access is part of the chain, and old lines stay valid`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.trace(TraceEntry(author: claire.author, action: "login"), now: later(0))
    let before = try #require(try store.journal(limit: 9).last)
    #expect(before.holder == nil)
    store.setHolder("899700000000@operateur.example")
    try store.trace(TraceEntry(author: claire.author, action: "login"), now: later(1))
    store.setHolder(claire.author.name)
    try store.trace(TraceEntry(author: claire.author, action: "login"), now: later(2))
    #expect(
      try store.journal(limit: 9).map(\.holder) == [nil, "899700000000@operateur.example", nil])
    #expect(try store.verify().problems == [])
    try tamper(store, "UPDATE journal SET holder = 'X' WHERE seq = 2")
    #expect(try store.verify().problems.map(\.code) == ["journal.digest"])
    try tamper(store, "UPDATE journal SET holder = 'X' WHERE seq = 1")
    #expect(try store.verify().problems.map(\.code) == ["journal.digest", "journal.digest"])
  }

  @Test func `lines are found by moment, member and demande`() throws {
    let officine = try Officine()
    let store = officine.store
    try years(10, in: store)
    try store.take(Mail(n: 1))
    try store.act(.taken(over: nil), on: Mail(n: 1).order, event: "t", at: 20 * day)
    func count(_ filter: JournalFilter) throws -> Int {
      try store.journal(filter, limit: 99).count
    }
    #expect(try count(JournalFilter()) == 12)
    #expect(try count(JournalFilter(since: later(8 * day))) == 3)
    #expect(try count(JournalFilter(until: later(2 * day))) == 3)
    #expect(try count(JournalFilter(member: lea.member.id)) == 5)
    #expect(try count(JournalFilter(order: Mail(n: 1).order)) == 1)
  }
}
