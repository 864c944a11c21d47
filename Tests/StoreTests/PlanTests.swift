import Domain
import GRDB
import Testing

@testable import Store

/// That no view and no count walks the whole store, at any size: what SQLite means to do, which
/// does not depend on how much there is (design 8).
@Suite struct PlanTests {
  private let hours = OpeningHours(
    week: [[]] + Array(repeating: [OpeningHours.Span(start: 510, end: 1170)], count: 6))

  /// Steps of the plan that look at every demande.
  private func walks(
    _ store: OfficineStore, _ sql: String, _ arguments: StatementArguments
  ) throws -> [String] {
    let plan = try store.pool.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
        .map { $0["detail"] as String }
    }
    #expect(!plan.isEmpty)
    return plan.filter { step in
      guard step.hasPrefix("SCAN demande") else { return false }
      // A partial index holds the few alone: walking it is reading the answer.
      let isPartial = ["todo", "preparing", "check", "ready", "promised", "questions", "open"]
        .contains { step.hasSuffix("INDEX demande_" + $0) }
      return !isPartial
    }
  }

  @Test func `every view's count and page is read from an index`() throws {
    let officine = try Officine()
    let store = officine.store
    defer { store.close() }
    let clocks = [
      nil, WorkClock(now: later(0)), WorkClock(now: later(6 * 86400), hours: hours),
    ]
    for (view, clock) in QueueView.allCases.flatMap({ view in clocks.map { (view, $0) } }) {
      let condition = ViewSQL.condition(view, member: claire.member.id, clock: clock)
      // False for every row: SQLite looks at none.
      if condition.sql == "0" { continue }
      let page = ViewSQL.page(condition)
      let arguments = condition.arguments + [Int64.max, 50]
      #expect(try walks(store, page, arguments) == [], "page of \(view)")
      let isSorted = try store.pool.read { db in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + page, arguments: arguments)
          .contains { ($0["detail"] as String).contains("TEMP B-TREE") }
      }
      #expect(isSorted == condition.isSparse, "page of \(view)")
      // Of these SQLite knows the whole, or what is left of it.
      if view == .all || view == .archive { continue }
      #expect(
        try walks(store, ViewSQL.count(condition), condition.arguments) == [], "count of \(view)")
    }
  }

  @Test func `the newest alarms are each the end of an index`() throws {
    let officine = try Officine()
    let store = officine.store
    defer { store.close() }
    for (since, filter) in [
      ("clock_since", "clock = 'stalled' AND "), ("promised_at", ""), ("due_at", ""),
    ] {
      let sql =
        "SELECT id FROM demande WHERE \(filter)\(since) <= ? ORDER BY \(since) DESC LIMIT 100"
      #expect(try walks(store, sql, [0]) == [], "\(since)")
    }
  }
}
