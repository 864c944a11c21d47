public import Domain
import GRDB

/// Which lines of the journal are wanted; what is nil is not asked.
public struct JournalFilter: Hashable, Sendable {
  public var since: Timestamp?
  /// Lines at that moment and later are left out.
  public var until: Timestamp?
  /// `Member.id`
  public var member: String?
  public var order: Order.ID?

  public init(
    since: Timestamp? = nil, until: Timestamp? = nil, member: String? = nil,
    order: Order.ID? = nil
  ) {
    (self.since, self.until, self.member, self.order) = (since, until, member, order)
  }
}

/// How long traces are kept.
public enum JournalKeeping {
  /// Seconds: no purge takes younger lines, whatever is configured (six months).
  public static let floor: Int64 = 184 * 86_400
  /// Seconds: the default (twelve months).
  public static let standard: Int64 = 366 * 86_400
  /// Lines that one transaction takes away.
  static let batch: Int64 = 20_000
}

/// Where the kept journal begins: the line before it, of which only the digest is left.
struct JournalBase: Equatable {
  var seq: Int64
  var digest: String
  /// `seq` of the line that tells of the purge.
  var purgeLine: Int64

  static func current(_ db: Database) throws -> JournalBase? {
    try Row.fetchOne(db, sql: "SELECT * FROM journal_base WHERE id = 1").map {
      JournalBase(seq: $0["seq"], digest: $0["digest"], purgeLine: $0["purge_line"])
    }
  }

  var request: String { "until=\(seq)" }
  func answer(lines: Int) -> String { "lines=\(lines) digest=\(digest)" }
}

extension OfficineStore {
  /// Lines with a larger `seq` than `after` that the filter lets pass, oldest first.
  public func journal(
    _ filter: JournalFilter, after: Int64? = nil, limit: Int
  ) throws(StoreError) -> [JournalLine] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM journal WHERE seq > ? AND at >= coalesce(?, at) AND (? IS NULL OR at < ?)
            AND (? IS NULL OR member = ?) AND (? IS NULL OR demande = ?)
          ORDER BY seq LIMIT ?
          """,
        arguments: [
          after ?? 0, filter.since?.milliseconds, filter.until?.milliseconds,
          filter.until?.milliseconds, filter.member, filter.member, filter.order, filter.order,
          limit,
        ]
      ).map(Journal.line)
    }
  }

  /// Takes away the lines from before `moment`, never younger ones than the floor, and says so in
  /// the journal itself; the digest before the first kept line stays, so that the rest can still
  /// be verified. At most one batch: call it until it gives 0.
  ///
  /// Lines taken away, the youngest line is never one of them.
  public func purgeJournal(
    before moment: Timestamp, by author: Author, now: Timestamp
  ) throws(StoreError) -> Int {
    let limit = min(moment, now.adding(seconds: -JournalKeeping.floor))
    let isAny = try read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM journal WHERE seq = (SELECT min(seq) FROM journal)
            AND at < ? AND seq < (SELECT max(seq) FROM journal))
          """, arguments: [limit.milliseconds])
    }
    guard isAny == true else { return 0 }
    return try writeQuietly { try Self.purge($0, before: limit, by: author, now: now) }
  }

  private static func purge(
    _ db: Database, before limit: Timestamp, by author: Author, now: Timestamp
  ) throws -> Int {
    // A clock that was set back leaves younger lines before older ones: the first one ends it.
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT seq, digest FROM journal
        WHERE seq < coalesce((SELECT min(seq) FROM journal WHERE at >= ?),
            (SELECT max(seq) FROM journal))
          AND seq < (SELECT min(seq) FROM journal) + ?
        ORDER BY seq DESC LIMIT 1
        """, arguments: [limit.milliseconds, JournalKeeping.batch])
    guard let row else { return 0 }
    var base = JournalBase(seq: row["seq"], digest: row["digest"], purgeLine: 0)
    try db.execute(sql: "INSERT INTO permit VALUES ('journal', ?)", arguments: [base.seq])
    try db.execute(sql: "DELETE FROM journal WHERE seq <= ?", arguments: [base.seq])
    let count = db.changesCount
    try db.execute(sql: "DELETE FROM permit")
    base.purgeLine = try Journal.append(
      db,
      TraceEntry(
        author: author, action: "journal.purge", request: base.request,
        answer: base.answer(lines: count)), at: now)
    try db.execute(
      sql: """
        INSERT INTO journal_base (id, seq, digest, purge_line) VALUES (1, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, digest = excluded.digest,
          purge_line = excluded.purge_line
        """, arguments: [base.seq, base.digest, base.purgeLine])
    return count
  }
}
