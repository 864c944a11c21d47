import Domain
import Foundation
import GRDB
import TestKit
import Testing

@testable import Store

/// What lies outside the store, and whoever can write the store and not that.
@Suite struct AnchorTests {
  private static let day: Int64 = 86_400
  private let folder: TemporaryDirectory
  private let officine: Officine
  private let book: AnchorBook

  init() throws {
    folder = try TemporaryDirectory()
    officine = try Officine()
    book = AnchorBook(path: folder.path("anchors/officine.log"))
  }

  private func at(_ day: Int64, _ hour: Int64 = 0) -> Timestamp {
    later(day * Self.day + hour * 3600)
  }

  private func line(_ store: OfficineStore, _ day: Int64, hour: Int64 = 0) throws {
    try store.trace(TraceEntry(author: claire.author, action: "login"), now: at(day, hour))
  }

  /// A line a day, anchored on the evening, from that day to that one.
  private func live(_ days: Range<Int64>) throws {
    for day in days {
      try line(officine.store, day)
      try book.keep(officine.store, .daily, now: at(day, 8))
    }
  }

  private func codes(_ store: OfficineStore? = nil, on day: Int64) throws -> Set<String> {
    let report = try (store ?? officine.store).verifyJournal(anchors: book.anchors(now: at(day)))
    return Set(report.problems.map(\.code))
  }

  /// Everything gone; one line that tells of a purge up to `base`, at a time of its own choosing.
  private func forge(base: Int64, at moment: Timestamp) throws {
    let digest = String(repeating: "a", count: 64)
    let queue = try DatabaseQueue(path: officine.store.databasePath)
    try queue.write { db in
      for name in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
      {
        try db.execute(sql: "DROP TRIGGER \(name)")
      }
      let forged = JournalBase(seq: base, digest: digest, purgeLine: base + 1)
      var line = JournalLine(
        seq: base + 1, at: moment, offset: 60, author: .mailbox, action: "journal.purge",
        order: nil, request: forged.request, answer: forged.answer(lines: 1), digest: "")
      line.digest = Journal.digest(of: line, after: digest)
      try db.execute(sql: "DELETE FROM journal")
      try db.execute(
        sql: """
          INSERT INTO journal (seq, at, clock_offset, member, name, initials, poste, is_declared,
            action, demande, request, answer, digest)
          VALUES (?, ?, 60, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          line.seq, moment.milliseconds, line.author.memberID, line.author.name,
          line.author.initials, line.author.poste, line.author.isDeclared, line.action, line.order,
          line.request, line.answer, line.digest,
        ])
      try db.execute(
        sql: "UPDATE sqlite_sequence SET seq = ? WHERE name = 'journal'", arguments: [line.seq])
      try db.execute(
        sql: "INSERT OR REPLACE INTO journal_base VALUES (1, ?, ?, ?)",
        arguments: [base, digest, base + 1])
    }
    try queue.close()
  }

  @Test func `D09 a base that the store invents for itself takes no anchor away`() throws {
    try live(0..<30)
    #expect(try codes(on: 30) == [])
    // It may tell of any time: only clocks outside count.
    for moment in [at(30), at(900)] {
      try forge(base: 40, at: moment)
      #expect(try officine.store.verifyJournal(anchors: .none).problems == [], "well forged")
      #expect(try codes(on: 30) == ["journal.base"])
    }
    // The service goes on with what it finds, for years: it stays said.
    try live(31..<33)
    #expect(try codes(on: 33) == ["journal.base"])
    #expect(try codes(on: 900) == ["journal.base"])
  }

  @Test func `a purge by rule is no alarm: with its anchor, ended before it, after a closure`()
    throws
  {
    try live(0..<20)
    // Three weeks without a service: the line of that day is anchored late.
    try line(officine.store, 21)
    try book.keep(officine.store, .daily, now: at(42))
    try live(43..<230)
    let now = at(21 + 185)
    while try officine.store.purgeJournal(before: now, by: .mailbox, now: now) > 0 {}
    let first = try #require(try officine.store.journal(limit: 1).first)
    #expect(first.at > at(21))
    #expect(try codes(on: 230) == [], "not anchored yet")
    try book.keep(officine.store, .purge, now: at(230))
    #expect(try codes(on: 231) == [])
    // What is younger than the floor was never a rule's to take.
    try forge(base: 4_000, at: at(231))
    #expect(try codes(on: 231) == ["journal.base"])
  }

  @Test func `a line of the book that is none is counted, and half a line costs no other`() throws {
    try live(0..<3)
    var text = try String(contentsOfFile: book.path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 3)
    text.removeLast(20)
    try text.write(toFile: book.path, atomically: false, encoding: .utf8)
    try live(3..<5)
    #expect(book.lines().count == 4, "the next one begins on a line of its own")
    #expect(try codes(on: 5) == ["journal.anchor-book"])
    try FileManager.default.removeItem(atPath: book.path)
    #expect(try codes(on: 5) == [])
    try FileManager.default.createDirectory(
      atPath: book.path, withIntermediateDirectories: false)
    #expect(try codes(on: 5) == ["journal.anchor-book"], "there, and not to be read")
  }

  @Test func `D08 a restore that was ended after its anchor leaves the store as sound as it was`()
    throws
  {
    try live(0..<9)
    let copy = try Officine()
    try line(copy.store, 0, hour: 1)
    try book.keep(copy.store, .restore, now: at(9))
    #expect(try codes(on: 9) == [], "it did not happen")
    #expect(try codes(copy.store, on: 9) == [], "or it did")
    try live(10..<12)
    #expect(book.lines().map(\.occasion).suffix(3) == [.restore, .kept, .daily])
    #expect(try codes(on: 12) == [])
    #expect(try codes(copy.store, on: 12) == ["journal.anchor"])
    // Ended twice, then done.
    for _ in 0..<3 { try book.keep(copy.store, .restore, now: at(13)) }
    #expect(try codes(on: 13) == [] && codes(copy.store, on: 13) == [])
    try line(copy.store, 14)
    try book.keep(copy.store, .daily, now: at(14))
    #expect(try codes(copy.store, on: 15) == [])
    #expect(try codes(on: 15) == ["journal.anchor"])
  }
}
