public import Domain
import GRDB

extension OfficineStore {
  /// Demandes of a view that a query lets through, newest first; of any state in `.all`.
  ///
  /// A query without any condition finds nothing: an empty search line lists nothing.
  public func matching(
    _ query: ViewQuery, in view: QueueView = .all, member: String?, clock: WorkClock, limit: Int
  ) throws(StoreError) -> QueuePage {
    guard !query.terms.isEmpty else { return QueuePage() }
    let asked = QuerySQL(query, member: member, clock: clock)
    if asked.isHopeless { return QueuePage() }
    let view = ViewSQL.condition(view, member: member, clock: clock)
    return try read { db in
      let wanted = limit == .max ? limit : limit + 1
      let (ids, isCut) =
        asked.units.isEmpty
        ? (try factual(db, asked, view, limit: wanted), false)
        : try textual(db, asked, view, limit: wanted)
      let rows = try queueRows(db, ids: ids)
      return QueuePage(rows: Array(rows.prefix(limit)), hasMore: isCut || rows.count > limit)
    }
  }

  /// Demandes of any state with a message, a note or a given name that holds every word, newest
  /// first. Any text is a query here.
  public func searchOrders(_ query: String, limit: Int) throws(StoreError) -> [QueueRow] {
    try matching(
      ViewQuery(words: query), member: nil, clock: WorkClock(now: Timestamp(seconds: 0)),
      limit: limit
    ).rows
  }

  /// How many demandes a custom view holds; counted up to `QueueCounts.countLimit`.
  public func count(
    _ query: ViewQuery, member: String?, clock: WorkClock
  ) throws(StoreError) -> Int {
    guard !query.terms.isEmpty else { return 0 }
    let asked = QuerySQL(query, member: member, clock: clock)
    if asked.isHopeless { return 0 }
    return try read { db in
      let all = Condition(sql: "1")
      let limit = QueueCounts.countLimit
      let found =
        asked.units.isEmpty
        ? try factual(db, asked, all, limit: limit)
        : try textual(db, asked, all, limit: limit).ids
      return min(limit, found.count)
    }
  }

  /// Streams from the newest message on: a common word costs no more than a rare one. What holds
  /// all words in one place comes first; only where that leaves room the rest is put together.
  /// `isCut`: what is older was not looked at.
  private func textual(
    _ db: Database, _ asked: QuerySQL, _ view: Condition, limit: Int
  ) throws -> (ids: [Order.ID], isCut: Bool) {
    let text = asked.units.joined(separator: " AND ")
    let isFree = asked.conditions.isEmpty && view.sql == "1"
    // Without a condition the demande itself need not be looked at.
    let filter =
      isFree
      ? ""
      : """
       AND EXISTS (SELECT 1 FROM demande
        WHERE demande.id = x.demande AND (\(view.sql))\(asked.sql))
      """
    let arguments: StatementArguments = isFree ? [] : view.arguments + asked.arguments
    var ids: [Order.ID] = []
    var seen: Set<Order.ID> = []
    let found = try String.fetchCursor(
      db,
      sql: """
        SELECT x.demande FROM search s
        CROSS JOIN demande_message x ON x.message = s.rowid
        WHERE s.search MATCH ?\(filter) ORDER BY s.rowid DESC
        """, arguments: [text] + arguments)
    while ids.count < limit, let id = try found.next() {
      if seen.insert(id).inserted { ids.append(id) }
    }
    // Many rows may be of one demande, or of one found already: a list that has room reads on.
    let isFull = ids.count >= limit
    let noted = try String.fetchCursor(
      db,
      sql: """
        SELECT x.demande FROM note_search s CROSS JOIN event x ON x.seq = s.rowid
        WHERE s.note_search MATCH ?\(filter) ORDER BY s.rowid DESC LIMIT ?
        """, arguments: [text] + arguments + [isFull ? limit : -1])
    let most = limit == .max ? limit : ids.count + limit
    while ids.count < most, let id = try noted.next() {
      if seen.insert(id).inserted { ids.append(id) }
    }
    guard ids.count < limit, asked.units.count > 1 else { return (ids, false) }
    let (apart, isCut) = try ScatteredWords.orders(db, asked.units)
    let scattered = apart.subtracting(seen)
    guard !scattered.isEmpty else { return (ids, isCut) }
    let rest =
      (try String.fetchAll(
        db,
        sql: """
          SELECT id FROM demande WHERE id IN (SELECT value FROM json_each(?))
            AND (\(view.sql))\(asked.sql) ORDER BY last_key DESC LIMIT ?
          """,
        arguments: [ScatteredWords.list(scattered)] + view.arguments + asked.arguments
          + [limit == .max ? -1 : limit]))
    return (ids + rest, isCut)
  }

  /// The open and the archived demandes each by their own index, newest first.
  private func factual(
    _ db: Database, _ asked: QuerySQL, _ view: Condition, limit: Int
  ) throws -> [Order.ID] {
    var found: [(key: Int64, id: Order.ID)] = []
    for isArchived in [0, 1] {
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT last_key, id FROM demande
          WHERE is_archived = \(isArchived) AND (\(view.sql))\(asked.sql)
          ORDER BY last_key DESC LIMIT ?
          """, arguments: view.arguments + asked.arguments + [limit == .max ? -1 : limit])
      found += rows.map { ($0["last_key"], $0["id"]) }
    }
    return found.sorted { $0.key > $1.key }.prefix(limit).map(\.id)
  }
}
