public import Domain
import GRDB

extension OfficineStore {
  /// A page of a view for that member, newest first. Pass the last row's key as `after` for the
  /// next one. The cost does not grow with the store: one index per view, no OFFSET.
  ///
  /// - Parameter clock: what fills the views that only time fills; they are empty without.
  public func page(
    of view: QueueView, member: String?, clock: WorkClock? = nil, after: RowKey?, limit: Int
  ) throws(StoreError) -> QueuePage {
    let condition = ViewSQL.condition(view, member: member, clock: clock)
    return try read { db in
      let ids = try Row.fetchAll(
        db, sql: ViewSQL.page(condition),
        arguments: condition.arguments + [after?.value ?? Int64.max, limit + 1])
      return QueuePage(
        rows: try queueRows(db, ids.prefix(limit)), hasMore: ids.count > limit)
    }
  }

  /// The alarms that began last, of each sort by its index.
  private func alarms(_ db: Database, _ clock: WorkClock) throws -> [RaisedAlarm] {
    var raised: [RaisedAlarm] = []
    func add(_ alarm: Alarm, _ since: String, _ filter: String, upTo cutoff: Timestamp?) throws {
      guard let cutoff else { return }
      raised += try String.fetchAll(
        db,
        sql: """
          SELECT id FROM demande WHERE \(filter)\(since) <= ? ORDER BY \(since) DESC LIMIT ?
          """, arguments: [cutoff.milliseconds, QueueCounts.alarmLimit]
      ).map { RaisedAlarm(order: $0, alarm: alarm) }
    }
    for alarm in Alarm.allCases where alarm != .promisePassed {
      try add(
        alarm, "clock_since", "clock = '\(alarm.rawValue)' AND ", upTo: clock.cutoff(of: alarm))
    }
    try add(.promisePassed, "promised_at", "", upTo: clock.cutoff(of: .promisePassed))
    try add(.promisePassed, "due_at", "", upTo: clock.dueCutoff)
    return raised
  }

  /// nil for an unknown demande.
  public func row(of id: Order.ID) throws(StoreError) -> QueueRow? {
    try read { db in
      try queueRows(db, ids: [id]).first
    }
  }

  /// The unfinished demandes of the same matricule, other than `id`, newest first, at most
  /// `limit`; one index look-up.
  public func otherUnfinished(
    of matricule: String, than id: Order.ID, limit: Int = 10
  ) throws(StoreError) -> [QueueRow] {
    try read { db in
      let found = try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id FROM demande
            WHERE json_extract(snapshot, '$.patient.ins.matricule') = ? AND id <> ?
              AND status NOT IN ('collected', 'closed') AND merged_into IS NULL
            ORDER BY last_key DESC LIMIT ?
            """), arguments: [matricule, id, limit])
      return try queueRows(db, ids: found)
    }
  }

  /// How much waits in every view; for the counters that are always on screen.
  public func counts(
    member: String?, clock: WorkClock? = nil
  ) throws(StoreError) -> QueueCounts {
    try read { db in
      var counts = QueueCounts()
      func count(_ condition: Condition) throws -> Int {
        try Int.fetchOne(
          db, sql: ViewSQL.count(condition), arguments: condition.arguments) ?? 0
      }
      for view in QueueView.allCases where view != .all && view != .archive {
        counts.byView[view] = try count(
          ViewSQL.condition(view, member: member, clock: clock))
      }
      // What is archived is by far the most: SQLite knows the whole without walking it.
      let all = try Int.fetchOne(db, sql: "SELECT count(*) FROM demande") ?? 0
      counts.byView[.all] = all
      counts.byView[.archive] = try all - count(Condition(sql: "is_archived = 0"))
      if let clock, counts[.alarm] > 0 { counts.alarms = try alarms(db, clock) }
      counts.quarantine =
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM message m WHERE m.kind = 'unreadable'
              AND NOT EXISTS (SELECT 1 FROM purged_message p WHERE p.message = m.key)
            """) ?? 0
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
      counts.outboxHeld =
        try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox WHERE held_at IS NOT NULL") ?? 0
      counts.outboxWaiting = try items("'queued', 'sending'") - counts.outboxHeld
      counts.outboxTrouble = try items("'refused', 'uncertain'")
      return counts
    }
  }

  func queueRows(_ db: Database, ids: [Order.ID]) throws -> [QueueRow] {
    var rows: [QueueRow] = []
    // SQLite takes some thousands of arguments, no more.
    for start in stride(from: 0, to: ids.count, by: 500) {
      let part = Array(ids[start..<min(ids.count, start + 500)])
      let found = try Row.fetchAll(
        db,
        sql: """
          SELECT id, snapshot, last_key, last_message FROM demande
          WHERE id IN (\(databaseQuestionMarks(count: part.count)))
          """, arguments: StatementArguments(part))
      rows += try queueRows(db, found[...])
    }
    return rows.sorted { $0.key > $1.key }
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
