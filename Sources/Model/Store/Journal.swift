import Crypto
public import Domain
import GRDB

/// Who did what, when, what was asked and what was answered; never content (invariant 25).
///
/// Each line holds the SHA-256 of the line before it, so that a changed one shows.
enum Journal {
  static let firstDigest = String(repeating: "0", count: 64)

  /// Writes one line inside the transaction of what it tells; gives its number.
  @discardableResult
  static func append(_ db: Database, _ entry: TraceEntry, at now: Timestamp) throws -> Int64 {
    let previous = try String.fetchOne(
      db.cachedStatement(sql: "SELECT digest FROM journal ORDER BY seq DESC LIMIT 1"))
    // AUTOINCREMENT's own memory, so that a number is never given twice.
    let last = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'journal'"))
    let holder = try String.fetchOne(
      db.cachedStatement(sql: "SELECT \(AccessHolder.function)()"))
    var line = JournalLine(
      seq: (last ?? 0) + 1, at: now, offset: CivilTime(now).offset, author: entry.author,
      action: entry.action, order: entry.order, request: entry.request, answer: entry.answer,
      holder: holder == entry.author.name ? nil : holder, digest: "")
    line.digest = digest(of: line, after: previous ?? firstDigest)
    let author = line.author
    try db.cachedStatement(
      sql: """
        INSERT INTO journal (seq, at, clock_offset, member, name, initials, poste, is_declared,
          action, demande, request, answer, digest, holder)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      line.seq, now.milliseconds, line.offset, author.memberID, author.name, author.initials,
      author.poste, author.isDeclared, line.action, line.order, line.request, line.answer,
      line.digest, line.holder,
    ])
    return line.seq
  }

  /// Every field with its length before it: no two lines have the same bytes. A line without a
  /// holder has one field less, as those that were written before there was one.
  static func digest(of line: JournalLine, after previous: String) -> String {
    let author = line.author
    var fields = [
      previous, String(line.seq), String(line.at.milliseconds), String(line.offset),
      author.memberID ?? "", author.name, author.initials, author.poste,
      author.isDeclared ? "1" : "0", line.action, line.order ?? "", line.request, line.answer,
    ]
    if let holder = line.holder { fields.append(holder) }
    var hash = SHA256()
    for field in fields { hash.update(data: Array("\(field.utf8.count):\(field)".utf8)) }
    return hexadecimal(hash.finalize())
  }

  static func line(_ row: Row) -> JournalLine {
    JournalLine(
      seq: row["seq"], at: Timestamp(milliseconds: row["at"]), offset: row["clock_offset"],
      author: Author(
        memberID: row["member"], name: row["name"], initials: row["initials"],
        poste: row["poste"], isDeclared: row["is_declared"]),
      action: row["action"], order: row["demande"], request: row["request"],
      answer: row["answer"], holder: row["holder"], digest: row["digest"])
  }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return String(decoding: text, as: UTF8.self)
}

extension Journal {
  /// Whether that line is there, as it was; one that was purged by rule is.
  static func has(_ db: Database, _ anchor: JournalAnchor) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM journal WHERE seq = ?1 AND digest = ?2)
          OR EXISTS (SELECT 1 FROM journal_base WHERE seq > ?1 OR (seq = ?1 AND digest = ?2))
        """, arguments: [anchor.seq, anchor.digest]) ?? false
  }
}

extension OfficineStore {
  func journalHas(_ anchor: JournalAnchor) throws(StoreError) -> Bool {
    try read { try Journal.has($0, anchor) }
  }

  /// Writes one line: an action that changed nothing here (invariant 25).
  public func trace(_ entry: TraceEntry, now: Timestamp) throws(StoreError) {
    _ = try writeQuietly { try Journal.append($0, entry, at: now) }
  }

  /// Lines with a larger `seq` than `after`, oldest first.
  public func journal(after: Int64? = nil, limit: Int) throws(StoreError) -> [JournalLine] {
    try read { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"),
        arguments: [after ?? 0, limit]
      ).map(Journal.line)
    }
  }

  /// What to keep outside the store, so that missing last lines show (D09).
  public func journalAnchor() throws(StoreError) -> JournalAnchor {
    try read { db in
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT * FROM journal ORDER BY seq DESC LIMIT 1"))
      return row.map { JournalAnchor(seq: $0["seq"], digest: $0["digest"]) }
        ?? JournalAnchor(seq: 0, digest: Journal.firstDigest)
    }
  }
}
