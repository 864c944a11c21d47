import Crypto
import Domain
import Foundation
import GRDB

extension OfficineStore {
  /// What `Message.digest` holds for those raw bytes.
  public static func digest(of raw: [UInt8]) -> String {
    "sha256:" + hexadecimal(SHA256.hash(data: raw))
  }

  /// Looks at everything that can be recomputed: pages, keys, journal chain, folds, words and
  /// raw digests (D09, Q02). Reads the whole store; changes nothing.
  ///
  /// `anchors`, kept outside the store, also show that last lines of the journal were removed, or
  /// that this is another store.
  public func verify(anchors: Anchors = .none) throws(StoreError) -> VerifyReport {
    var report = VerifyReport()
    try read { db in
      try Verify.pages(db, &report)
      try Verify.journal(db, anchors, &report)
      try Verify.orders(db, &report)
      // Judging needs every event: what cannot be read was named with its demande.
      do { try Verify.teamLog(db, &report) } catch StoreError.damaged(let code) {
        Verify.note(&report, "team-log.unreadable", code)
      }
      try Verify.messages(db, &report)
    }
    // FTS5 checks itself through an INSERT: that needs the write lock, for as long as it takes.
    try writeQuietly { try Verify.index($0, &report) }
    return report
  }

  /// Makes the words anew from what is stored.
  public func rebuildSearch() throws(StoreError) {
    try write { db in
      let codec = Codec()
      for table in ["search", "note_search"] {
        try db.execute(sql: "INSERT INTO \(table) (\(table)) VALUES ('delete-all')")
      }
      let rows = try Row.fetchCursor(
        db,
        sql: MessageShelf.selection.replacing(
          "SELECT m.*,", with: "SELECT b.text AS body_text, m.*,")
          + " JOIN body b ON b.message = m.key ORDER BY m.key")
      while let row = try rows.next() {
        let message = try MessageShelf.message(row, codec)
        let key = message.receptionKey
        let words = SearchIndex.words(
          of: message, text: row["body_text"],
          documents: try MessageShelf.documents(db, key: key, codec))
        try SearchIndex.insert(db, key: key, words)
      }
      let events = try Row.fetchCursor(db, sql: "SELECT seq, gesture FROM event ORDER BY seq")
      while let row = try events.next() {
        // What cannot be read is found no more; `verify` names its demande.
        let gesture = SearchIndex.readable(row["gesture"], codec)
        if let words = gesture.flatMap(SearchIndex.words(of:)) {
          try SearchIndex.insertNote(db, seq: row["seq"], words)
        }
      }
    }
  }
}

/// The single checks. Details hold identifiers and numbers only.
enum Verify {
  /// Enough to know; a broken store has thousands.
  static let limit = 100

  static func note(_ report: inout VerifyReport, _ code: String, _ detail: String) {
    guard report.problems.count < limit else { return }
    report.problems.append(VerifyReport.Problem(code: code, detail: detail))
  }

  static func pages(_ db: Database, _ report: inout VerifyReport) throws {
    for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(\(limit))")
    where line != "ok" {
      // SQLite's own sentence names tables, rows and pages.
      note(&report, "sqlite.integrity", line)
    }
    for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(limit) {
      note(&report, "sqlite.foreign-key", "\(row[0] as String) \(row[1] as Int64? ?? 0)")
    }
  }

  static func orders(_ db: Database, _ report: inout VerifyReport) throws {
    let codec = Codec()
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM demande ORDER BY id")
    while let row = try rows.next() {
      report.orders += 1
      do { try order(db, row, codec, &report) } catch StoreError.damaged {
        note(&report, "order.unreadable", row["id"])
      }
    }
  }

  private static func hasUnnumbered(_ db: Database, _ id: Order.ID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM event WHERE demande = ? AND number IS NULL)"),
      arguments: [id]) == true
  }

  private static func order(
    _ db: Database, _ row: Row, _ codec: Codec, _ report: inout VerifyReport
  ) throws {
    let id: String = row["id"]
    let events = try OrderBook.events(db, id, codec)
    report.events += events.count
    // Named by the log once and refused: nothing but what hangs on it is left.
    // Also once there is no log any more (`turnOff`).
    if events.isEmpty, try hasUnnumbered(db, id) { return }
    let numbers = events.map(\.number)
    if numbers != Array(1..<(numbers.count + 1)) { note(&report, "order.events", id) }
    let snapshot = try codec.value(Order.self, row["snapshot"])
    guard Order.fold(events, refolds: row["refolds"]) == snapshot else {
      note(&report, "order.fold", id)
      return
    }
    let columns = [
      "in_todo", "in_mine", "in_preparing", "in_check", "in_ready", "in_promised",
      "in_questions",
    ].map { row[$0] as Bool }
    let owner: String? = row["owner"]
    let due: Int64? = row["due_at"]
    let isSame =
      StatementArguments(columns) == OrderBook.views(snapshot)
      && row["status"] == snapshot.status.rawValue && owner == snapshot.owner?.memberID
      && row["revision"] == snapshot.revision && due == snapshot.dueProduct?.milliseconds
    if !isSame { note(&report, "order.columns", id) }
    let bound = try Set(
      String.fetchAll(
        db,
        sql: """
          SELECT m.id FROM demande_message b JOIN message m ON m.key = b.message
          WHERE b.demande = ?
          UNION SELECT message FROM demande_absent WHERE demande = ?
          """, arguments: [id, id]))
    if bound != Set(snapshot.messages) { note(&report, "order.messages", id) }
  }

  static func messages(_ db: Database, _ report: inout VerifyReport) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT m.id, m.digest, r.bytes, p.at AS purged FROM message m
        LEFT JOIN raw r ON r.message = m.key LEFT JOIN purged_message p ON p.message = m.key
        ORDER BY m.key
        """)
    while let row = try rows.next() {
      report.messages += 1
      let id: String = row["id"]
      guard let bytes: Data = row["bytes"] else {
        // What was purged is gone on purpose; its place stays.
        let purged: Int64? = row["purged"]
        if purged != nil { continue }
        note(&report, "raw.missing", id)
        continue
      }
      let digest: String = row["digest"]
      if digest != OfficineStore.digest(of: Array(bytes)) {
        note(&report, "raw.digest", id)
      }
    }
  }

  static func index(_ db: Database, _ report: inout VerifyReport) throws {
    for table in ["search", "note_search"] {
      do {
        try db.execute(sql: "INSERT INTO \(table) (\(table)) VALUES ('integrity-check')")
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
        note(&report, "search.integrity", table)
      }
    }
    let missing =
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM message WHERE key NOT IN (SELECT id FROM search_docsize)") ?? 0
    let surplus =
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM search_docsize WHERE id NOT IN (SELECT key FROM message)") ?? 0
    if missing + surplus > 0 {
      note(&report, "search.count", "missing=\(missing) surplus=\(surplus)")
    }
  }
}
