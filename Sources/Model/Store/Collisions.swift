public import Domain
import GRDB

/// Looks before an answer leaves at what its author has not seen (invariant 12, O13).
enum Collisions {
  /// nil when nothing happened since `seen`, a `lastEvent`.
  static func report(
    _ db: Database, on id: Order.ID, since seen: Int, by author: Author, isQueued: Bool,
    _ codec: Codec
  ) throws -> CollisionReport? {
    // Most answers meet nothing: one number is cheaper than a history.
    guard try lastEvent(db, id) > seen else { return nil }
    let news = try news(db, on: id, since: seen, by: author, isQueued: isQueued, codec)
    guard !news.isEmpty else { return nil }
    var excerpts: [String: String] = [:]
    for event in news {
      guard let text = try text(db, event.gesture, codec) else { continue }
      let excerpt = CollisionReport.excerpt(of: text)
      if !excerpt.isEmpty { excerpts[event.id] = excerpt }
    }
    return CollisionReport(events: news, excerpts: excerpts, upTo: try lastEvent(db, id))
  }

  static func news(
    _ db: Database, on id: Order.ID, since seen: Int, by author: Author, isQueued: Bool,
    _ codec: Codec
  ) throws -> [OrderEvent] {
    var news: [OrderEvent] = []
    let trail = try trail(db, id)
    for (id, start) in trail {
      let unseen = try String.fetchSet(
        db.cachedStatement(sql: "SELECT id FROM event WHERE demande = ? AND seq > ?"),
        arguments: [id, max(seen, start)])
      news += CollisionReport.news(
        in: try OrderBook.events(db, id, codec), unseen: unseen, by: author, isQueued: isQueued)
    }
    return news.filter { event in
      // Told already, by the demande that left.
      if case .attached(let source, _) = event.gesture {
        return !trail.contains { $0.id == source }
      }
      return true
    }
  }

  /// The demande and those that it was attached to since, each with the place where it came there:
  /// what reached it under its new name is news as well.
  private static func trail(
    _ db: Database, _ id: Order.ID
  ) throws -> [(id: Order.ID, start: Int)] {
    var trail = [(id: id, start: 0)]
    // As `OrderBook.current`: the bound only guards a damaged file.
    while trail.count < 64, let last = trail.last,
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT d.merged_into, (SELECT max(e.seq) FROM event e WHERE e.demande = d.id
              AND (e.elsewhere IS NOT NULL OR json_extract(e.gesture, '$.mergedInto') NOT NULL))
            FROM demande d WHERE d.id = ? AND d.merged_into IS NOT NULL
            """), arguments: [last.id])
    {
      trail.append((id: row[0], start: row[1] ?? 0))
    }
    return trail
  }

  /// The place of its newest event in the order of their coming here, which is not the order of
  /// the fold: what another machine did before may come after. 0 for a demande that is not there.
  static func lastEvent(_ db: Database, _ id: Order.ID) throws -> Int {
    var last = 0
    for (id, _) in try trail(db, id) {
      let newest = try Int.fetchOne(
        db.cachedStatement(sql: "SELECT max(seq) FROM event WHERE demande = ?"), arguments: [id])
      last = max(last, newest ?? 0)
    }
    return last
  }

  /// What stops an item that waits; nil when it may leave.
  static func report(
    _ db: Database, of item: OutgoingItem, _ codec: Codec
  ) throws -> CollisionReport? {
    guard let order = item.order,
      let seen = try Int.fetchOne(
        db.cachedStatement(sql: "SELECT seen_event FROM outbox WHERE id = ?"),
        arguments: [item.id])
    else { return nil }
    return try report(db, on: order, since: seen, by: item.author, isQueued: true, codec)
  }

  private static func text(
    _ db: Database, _ gesture: Gesture, _ codec: Codec
  ) throws -> String? {
    switch gesture {
    case .messageArrived(let message, _):
      guard let key = try MessageShelf.key(db, message) else { return nil }
      return try body(db, key)
    case .answerQueued(let id, _, _), .answered(let id):
      let content = try String.fetchOne(
        db.cachedStatement(sql: "SELECT content FROM outbox WHERE message_id = ?"),
        arguments: [id])
      if let content { return try codec.value(Outbox.Content.self, content).body }
      let key = try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT key FROM message WHERE message_id = ? AND message_id <> ''
            ORDER BY is_outgoing DESC LIMIT 1
            """), arguments: [id])
      return try key.flatMap { try body(db, $0) }
    default: return nil
    }
  }

  private static func body(_ db: Database, _ key: Int64) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT text FROM body WHERE message = ?"), arguments: [key])
  }
}

extension OfficineStore {
  /// How far the history of the demande goes now, for `ThreadStamp.lastEvent`: what an author sees
  /// when the writing begins.
  public func lastEvent(of id: Order.ID) throws(StoreError) -> Int {
    try read { try Collisions.lastEvent($0, id) }
  }

  /// What would stop an answer of `author` now; nil when nothing happened since `seen`.
  public func collision(
    on id: Order.ID, since seen: Int, by author: Author
  ) throws(StoreError) -> CollisionReport? {
    try read {
      try Collisions.report($0, on: id, since: seen, by: author, isQueued: false, Codec())
    }
  }

  /// Answers that were stopped, oldest first, with what stopped each; of one demande, or of all.
  public func heldAnswers(of id: Order.ID? = nil) throws(StoreError) -> [HeldAnswer] {
    try read { db in
      let codec = Codec()
      return try Row.fetchAll(
        db, sql: "SELECT * FROM outbox WHERE held_at IS NOT NULL ORDER BY queued_at, id LIMIT 100"
      ).compactMap { row in
        let item = try Outbox.item(db, row, codec)
        guard let order = item.order else { return nil }
        let now = try OrderBook.current(db, order)
        guard id == nil || now == id || order == id else { return nil }
        let report = try Collisions.report(db, of: item, codec) ?? CollisionReport(events: [])
        return HeldAnswer(item: item, order: now, report: report)
      }
    }
  }

  /// « Envoyer quand même », by a person who was shown what stopped it: the same bytes, the same
  /// Message-ID.
  ///
  /// - Parameters:
  ///   - seen: `CollisionReport.upTo` of what was shown; nil: whatever happened, such as for the
  ///     command line. Refused as stale when more happened since.
  ///   - notBefore: the time to take it back.
  public func releaseOutgoing(
    _ id: String, seen: Int?, notBefore: Timestamp, by actor: Actor, now: Timestamp
  ) throws(StoreError) {
    try decide(id, "send.release", from: [.held], by: actor, now) { db, item in
      let codec = Codec()
      guard let order = item.order else { return nil }
      let last = try Collisions.lastEvent(db, order)
      if let seen, last > seen {
        let news = try Collisions.news(
          db, on: order, since: seen, by: actor.author, isQueued: true, codec)
        if let newest = news.last {
          let status = try OrderBook.require(db, order, codec).status
          return .stale(by: newest.author, at: newest.at, now: status)
        }
      }
      try db.execute(
        sql: "UPDATE outbox SET seen_event = ?, held_at = NULL, not_before = ? WHERE id = ?",
        arguments: [last, notBefore.milliseconds, id])
      return nil
    }
  }

  /// Takes back what has not left and keeps its text as a draft, in one transaction: at no moment
  /// is what was written nowhere.
  public func withdrawOutgoing(
    _ id: String, into draft: Draft, by actor: Actor, now: Timestamp
  ) throws(StoreError) {
    try decide(id, "send.withdraw", from: [.queued, .held], by: actor, now) { db, item in
      try Self.move(db, item.id, to: .cancelled, answer: item.lastAnswer)
      try Self.recordWithdrawal(db, item, by: actor, now)
      try Drafts.save(db, draft)
      return nil
    }
  }
}
