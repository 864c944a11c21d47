public import Domain
import GRDB

extension OfficineStore {
  /// A page of a view for that member, newest first. Pass the last row's key as `after` for the
  /// next one. The cost does not grow with the store: one index per view, no OFFSET.
  public func page(
    of view: QueueView, member: String?, after: RowKey?, limit: Int
  ) throws(StoreError) -> QueuePage {
    try read { db in
      let (condition, arguments) = Self.condition(view, member)
      let ids = try Row.fetchAll(
        db,
        sql: """
          SELECT id, snapshot, last_key, last_message FROM demande
          WHERE \(condition) AND last_key < ? ORDER BY last_key DESC LIMIT ?
          """, arguments: arguments + [after?.value ?? Int64.max, limit + 1])
      return QueuePage(
        rows: try queueRows(db, ids.prefix(limit)), hasMore: ids.count > limit)
    }
  }

  /// nil for an unknown demande.
  public func row(of id: Order.ID) throws(StoreError) -> QueueRow? {
    try read { db in
      try queueRows(db, ids: [id]).first
    }
  }

  /// The newest unfinished demande of the same matricule, other than `id`; one index look-up.
  public func otherUnfinished(
    of matricule: String, than id: Order.ID
  ) throws(StoreError) -> QueueRow? {
    try read { db in
      let found = try String.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT id FROM demande
            WHERE json_extract(snapshot, '$.patient.ins.matricule') = ? AND id <> ?
              AND status NOT IN ('collected', 'closed') AND merged_into IS NULL
            ORDER BY last_key DESC LIMIT 1
            """), arguments: [matricule, id])
      return try found.flatMap { try queueRows(db, ids: [$0]).first }
    }
  }

  /// How much waits in every view; for the counters that are always on screen.
  public func counts(member: String?) throws(StoreError) -> QueueCounts {
    try read { db in
      var counts = QueueCounts()
      for view in QueueView.allCases {
        let (condition, arguments) = Self.condition(view, member)
        let filter = view == .all ? "" : " WHERE \(condition)"
        counts.byView[view] = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM demande\(filter)", arguments: arguments)
      }
      counts.quarantine =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM message WHERE kind = 'unreadable'") ?? 0
      counts.withheld =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM announced WHERE withheld IS NOT NULL") ?? 0
      func items(_ states: String) throws -> Int {
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM outbox
            WHERE state IN (\(states)) AND state NOT IN ('sent', 'cancelled')
            """) ?? 0
      }
      counts.outboxWaiting = try items("'queued', 'sending'")
      counts.outboxTrouble = try items("'refused', 'uncertain'")
      return counts
    }
  }

  /// Demandes of any state with a message, a note or a given name that holds every word, newest
  /// first.
  public func searchOrders(_ query: String, limit: Int) throws(StoreError) -> [QueueRow] {
    guard let expression = SearchQuery(query).expression else { return [] }
    return try read { db in
      var ids: [String] = []
      var seen: Set<String> = []
      // Streams from the newest message on: a common word costs no more than a rare one.
      let found = try String.fetchCursor(
        db,
        sql: """
          SELECT b.demande FROM search s
          CROSS JOIN demande_message b ON b.message = s.rowid
          WHERE s.search MATCH ? ORDER BY s.rowid DESC
          """, arguments: [expression])
      while ids.count < limit, let id = try found.next() {
        if seen.insert(id).inserted { ids.append(id) }
      }
      let noted = try String.fetchAll(
        db,
        sql: """
          SELECT e.demande FROM note_search s CROSS JOIN event e ON e.seq = s.rowid
          WHERE s.note_search MATCH ? ORDER BY s.rowid DESC LIMIT ?
          """, arguments: [expression, limit])
      for id in noted where seen.insert(id).inserted { ids.append(id) }
      return Array(try queueRows(db, ids: ids).prefix(limit))
    }
  }

  /// The same as `QueueView.contains`, which filled the columns; a test compares them.
  private static func condition(
    _ view: QueueView, _ member: String?
  ) -> (String, StatementArguments) {
    switch view {
    case .todo: ("in_todo = 1", [])
    // No member owns nothing: NULL equals nothing.
    case .mine: ("in_mine = 1 AND owner = ?", [member])
    case .preparing: ("in_preparing = 1", [])
    case .check: ("in_check = 1", [])
    case .ready: ("in_ready = 1", [])
    case .promised: ("in_promised = 1", [])
    case .questions: ("in_questions = 1", [])
    case .all: ("1", [])
    }
  }

  private func queueRows(_ db: Database, ids: [Order.ID]) throws -> [QueueRow] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, snapshot, last_key, last_message FROM demande
        WHERE id IN (\(databaseQuestionMarks(count: ids.count))) ORDER BY last_key DESC
        """, arguments: StatementArguments(ids))
    return try queueRows(db, rows[...])
  }

  private func queueRows(
    _ db: Database, _ rows: ArraySlice<Row>
  ) throws -> [QueueRow] {
    let codec = Codec(decoded)
    let statement = try db.cachedStatement(sql: MessageShelf.selection + " WHERE m.key = ?")
    let isLogged = try LogBook.machine(db) != nil
    return try rows.map { row in
      let key = RowKey(row["last_key"])
      let order = try codec.value(Order.self, row["snapshot"])
      guard let place: Int64 = row["last_message"] else {
        var row = QueueRow(key: key, messageAbsentFrom: order)
        row.isPending = try LogBook.isPending(db, order.id)
        return row
      }
      let mail = try Row.fetchOne(statement, arguments: [place])
      guard let mail else { throw StoreError.damaged("message.missing") }
      var row = QueueRow(key: key, order: order, message: try MessageShelf.message(mail, codec))
      row.isPending = try isLogged && LogBook.isPending(db, order.id)
      return row
    }
  }
}
