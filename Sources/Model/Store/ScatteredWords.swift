import Domain
import GRDB

/// Words of one query that stand in different messages and notes of a demande.
///
/// FTS5 matches an expression against one row, so each word is asked for by itself: the rarest
/// gives the demandes, the others are looked for in the rows of those alone. A demande of one mail
/// without a note has nothing to put together and is left out at once.
enum ScatteredWords {
  /// Rows of the rarest word that are looked at, the newest: where every word is that common, what
  /// holds them in one place fills the list already.
  static let limit = 2_000

  /// Demandes that hold every unit of `SearchQuery` somewhere; `isCut` when older rows of the
  /// rarest one were not looked at.
  static func orders(
    _ db: Database, _ units: [String]
  ) throws -> (found: Set<Order.ID>, isCut: Bool) {
    let counted = try units.map { (unit: $0, rows: try count(db, $0)) }
      .sorted { $0.rows.total < $1.rows.total }
    guard let rarest = counted.first, rarest.rows.total > 0 else { return ([], false) }
    var found = try candidates(db, rarest.unit)
    for (unit, _) in counted.dropFirst() where !found.isEmpty {
      found = try among(db, found, unit)
    }
    return (found, rarest.rows.isCut)
  }

  /// As an argument of `json_each`: any number of them.
  static func list(_ ids: some Sequence<String>) -> String {
    // Identifiers of demandes are letters and digits; anything else would not be one.
    "[" + ids.map { "\"\($0.filter { $0 != "\"" && $0 != "\\" })\"" }.joined(separator: ",") + "]"
  }

  private static func count(
    _ db: Database, _ unit: String
  ) throws -> (total: Int, isCut: Bool) {
    let counts = try ["search", "note_search"].map { index in
      try Int.fetchOne(
        db.cachedStatement(
          sql: "SELECT count(*) FROM (SELECT 1 FROM \(index) WHERE \(index) MATCH ? LIMIT ?)"),
        arguments: [unit, limit + 1]) ?? 0
    }
    return (counts.reduce(0, +), counts.contains { $0 > limit })
  }

  /// Those with more than one text, of the newest rows that hold the unit.
  private static func candidates(_ db: Database, _ unit: String) throws -> Set<Order.ID> {
    try String.fetchSet(
      db.cachedStatement(
        sql: """
          SELECT x.demande FROM (
            SELECT b.demande FROM (
              SELECT rowid AS key FROM search WHERE search MATCH ?1 ORDER BY rowid DESC LIMIT ?2) s
              CROSS JOIN demande_message b ON b.message = s.key
            UNION
            SELECT e.demande FROM (
              SELECT rowid AS seq FROM note_search WHERE note_search MATCH ?1
              ORDER BY rowid DESC LIMIT ?2) s CROSS JOIN event e ON e.seq = s.seq) x
          WHERE (SELECT count(*) FROM (
              SELECT 1 FROM demande_message WHERE demande = x.demande LIMIT 2)) > 1
            OR EXISTS (SELECT 1 FROM event e
              CROSS JOIN note_search_docsize z ON z.id = e.seq WHERE e.demande = x.demande)
          """), arguments: [unit, limit])
  }

  /// Those of `orders` that hold the unit. The plus keeps SQLite from asking the index anew for
  /// each row; the range keeps the walk as short as they are near one another.
  private static func among(
    _ db: Database, _ orders: Set<Order.ID>, _ unit: String
  ) throws -> Set<Order.ID> {
    let orders = list(orders)
    var found: Set<Order.ID> = []
    for (index, rows, key) in [
      ("search", "demande_message", "message"), ("note_search", "event", "seq"),
    ] {
      let keys = try Int64.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT r.\(key) FROM json_each(?) j CROSS JOIN \(rows) r ON r.demande = j.value
            ORDER BY 1
            """), arguments: [orders])
      guard let first = keys.first, let last = keys.last else { continue }
      found.formUnion(
        try String.fetchSet(
          db.cachedStatement(
            sql: """
              SELECT r.demande FROM \(index) s CROSS JOIN \(rows) r ON r.\(key) = s.rowid
              WHERE s.\(index) MATCH ? AND s.rowid BETWEEN ? AND ?
                AND +s.rowid IN (SELECT value FROM json_each(?))
                AND r.demande IN (SELECT value FROM json_each(?))
              """),
          arguments: [
            unit, first, last, "[" + keys.map(String.init).joined(separator: ",") + "]", orders,
          ]))
    }
    return found
  }
}

extension SearchIndex {
  /// Whom renewals of before were for: their demandes are found by name from now on.
  static func addPatientsOfArrivals(_ db: Database) throws {
    try add(db, where: "json_extract(gesture, '$.messageArrived.patient.source') <> 'sender'")
  }

  /// The right name of a product, and what was still owed when the rest was handed over.
  static func addCorrectedAndOwed(_ db: Database) throws {
    try add(
      db,
      where: """
        json_type(gesture, '$.productCorrected') IS NOT NULL
          OR json_type(gesture, '$.handedOver') IS NOT NULL
        """)
  }

  /// A gesture that this program cannot read is not found by its words: the refolding that follows
  /// notes its demande, and the store still opens.
  private static func add(_ db: Database, where condition: String) throws {
    let codec = Codec()
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT seq, gesture FROM event
        WHERE CASE WHEN json_valid(gesture) THEN (\(condition)) ELSE 0 END
          AND seq NOT IN (SELECT id FROM note_search_docsize) ORDER BY seq
        """)
    for row in rows {
      guard let words = readable(row["gesture"], codec).flatMap(words(of:)) else { continue }
      try insertNote(db, seq: row["seq"], words)
    }
  }

  /// nil for a word of another program.
  static func readable(_ gesture: String, _ codec: Codec) -> Gesture? {
    do { return try codec.value(Gesture.self, gesture) } catch { return nil }
  }
}
