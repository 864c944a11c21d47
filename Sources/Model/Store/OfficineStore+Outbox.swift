public import Domain
import Foundation
import GRDB

extension OfficineStore {
  /// Queues an answer: outbox row, `answerQueued` on the demande, draft removed, in one
  /// transaction (invariants 3, 9, 11).
  ///
  /// With `expecting`, refused as stale when anything happened since the author looked (invariant
  /// 12, O02, O13); nil looks at nothing. What happens between this and the first byte is found
  /// when the item is claimed.
  /// The same item twice is queued once.
  public func enqueue(
    _ item: OutgoingItem, expecting: ThreadStamp?, draft: String?, by actor: Actor,
    eventID: String, now: Timestamp
  ) throws(StoreError) {
    try writeJudged { db -> Verdict<Void> in
      let codec = Codec()
      guard try Outbox.item(db, id: item.id, codec) == nil else { return .done(()) }
      var entry = TraceEntry(
        author: actor.author, action: "enqueue", order: item.order, request: item.id)
      var item = item
      if let order = item.order { item.order = try OrderBook.current(db, order) }
      let refusal = try Self.refusalOfSending(db, item, expecting, actor, now, codec)
      if let refusal {
        entry.answer = refusal.code
        try Journal.append(db, entry, at: now)
        return .refused(refusal)
      }
      try Outbox.insert(db, item, codec)
      if let order = item.order {
        func entry(_ id: String, _ gesture: Gesture) -> OrderBook.Entry {
          OrderBook.Entry(id: id, author: actor.author, at: now, basedOn: nil, gesture: gesture)
        }
        let known = try OrderBook.require(db, order, codec)
        var queued = Gesture.answerQueued(
          messageID: item.messageID, seen: Self.seen(item, expecting, known))
        if try LogBook.machine(db) != nil { queued = queued.having(known.messages) }
        var entries = [entry(eventID, queued)]
        if item.purpose == .reminder {
          entries.append(
            entry("reminded:\(item.messageID)", .reminded(messageID: item.messageID)))
        }
        _ = try OrderBook.append(db, to: order, entries, codec)
        try db.execute(
          sql: "UPDATE outbox SET seen_event = ? WHERE id = ?",
          arguments: [try Collisions.lastEvent(db, order), item.id])
      }
      if let draft { try Drafts.remove(db, draft, at: now) }
      entry.answer = "queued"
      try Journal.append(db, entry, at: now)
      return .done(())
    }
  }

  /// The newest message its author had in front of them; empty for none.
  ///
  /// Never simply the newest one there is: what nobody looked at is not answered. A reminder is
  /// written without looking at all.
  private static func seen(
    _ item: OutgoingItem, _ stamp: ThreadStamp?, _ order: Order
  ) -> Message.ID {
    if item.purpose == .reminder { return "" }
    guard let stamp else { return item.replyingTo ?? "" }
    // With no message in it the stamp still says that nothing came since.
    return stamp.lastMessage ?? order.messages.last ?? ""
  }

  private static func refusalOfSending(
    _ db: Database, _ item: OutgoingItem, _ stamp: ThreadStamp?, _ actor: Actor,
    _ now: Timestamp, _ codec: Codec
  ) throws -> Refusal? {
    if try !Members.isActive(db, actor.member, at: now) { return .memberInactive }
    guard let id = item.order else { return nil }
    let order = try OrderBook.require(db, id, codec)
    if let at = order.purgedAt { return .purged(at: at) }
    guard let stamp else { return nil }
    if let seen = stamp.lastEvent {
      // As the author knew it, under its own name: being attached elsewhere is news too.
      let report = try Collisions.report(
        db, on: stamp.order ?? id, since: seen, by: actor.author, isQueued: false, codec)
      return report?.events.last.map { .stale(by: $0.author, at: $0.at, now: order.status) }
    }
    let events = try OrderBook.events(db, id, codec)
    let moved = order.revision != stamp.revision || order.messages.last != stamp.lastMessage
    if moved {
      let last = events.last { $0.gesture.countsAsRevision }
      return last.map { .stale(by: $0.author, at: $0.at, now: order.status) }
    }
    let answer = events.last { event in
      guard case .answerQueued = event.gesture else { return false }
      // The team log may have put the revision ahead of the events.
      let later = events.drop { $0.number <= event.number }.count { $0.gesture.countsAsRevision }
      let based = order.revision - later
      return based == stamp.revision && !event.author.isSamePerson(as: actor.author)
    }
    return answer.map { .stale(by: $0.author, at: $0.at, now: order.status) }
  }

  /// Items in those states, oldest first.
  public func outbox(
    states: Set<OutgoingItem.State>
  ) throws(StoreError) -> [OutgoingItem] {
    try read { try Self.items($0, states) }
  }

  public func outgoing(_ id: String) throws(StoreError) -> OutgoingItem? {
    try read { try Outbox.item($0, id: id, Codec()) }
  }

  private static func items(
    _ db: Database, _ states: Set<OutgoingItem.State>
  ) throws -> [OutgoingItem] {
    let codec = Codec()
    // What is held stands among what is queued.
    let stored = Set(states.map { $0 == .held ? .queued : $0 })
    return try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM outbox WHERE state IN (\(databaseQuestionMarks(count: stored.count)))
        ORDER BY queued_at, id
        """, arguments: StatementArguments(stored.map(\.rawValue))
    ).map { try Outbox.item(db, $0, codec) }.filter { states.contains($0.state) }
  }

  /// The oldest item whose time has come, now `sending`; nil when none is. Lease holder only.
  ///
  /// One whose demande moved since its author looked is held instead, before its first byte.
  public func claimOutgoing(now: Timestamp) throws(StoreError) -> OutgoingItem? {
    let due = """
      SELECT id FROM outbox
      WHERE state = 'queued' AND held_at IS NULL
        AND max(not_before, coalesce(next_attempt_at, 0)) NOT BETWEEN ? AND ?
      ORDER BY queued_at, id LIMIT 1
      """
    // As `OutgoingItem.due`: what lies too far ahead was written before the clock was set back.
    let arguments: StatementArguments = [
      now.milliseconds + 1, now.milliseconds + OutgoingItem.longestWait,
    ]
    // Most looks find nothing: they must not take the write lock.
    guard try read({ try String.fetchOne($0, sql: due, arguments: arguments) }) != nil else {
      return nil
    }
    return try write { db in
      let codec = Codec()
      while let id = try String.fetchOne(db, sql: due, arguments: arguments) {
        let item = try Outbox.require(db, id: id, codec)
        if try Collisions.report(db, of: item, codec) != nil {
          try Self.hold(db, item, now)
          continue
        }
        try db.cachedStatement(
          sql: """
            UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_attempt_at = NULL
            WHERE id = ? AND state = 'queued'
            """
        ).execute(arguments: [id])
        return try Outbox.require(db, id: id, codec)
      }
      return nil
    }
  }

  /// The way out may be open again: nothing that is queued waits for its next attempt any more.
  public func hastenOutgoing() throws(StoreError) {
    try writeQuietly { db in
      try db.execute(
        sql: """
          UPDATE outbox SET next_attempt_at = NULL
          WHERE state = 'queued' AND next_attempt_at IS NOT NULL
          """)
    }
  }

  /// The bytes that leave, fixed before the first of them does; the first ones given stay.
  public func storeBuilt(_ id: String, bytes: [UInt8]) throws(StoreError) {
    try writeQuietly { db in
      _ = try Outbox.require(db, id: id, Codec())
      try db.cachedStatement(sql: "UPDATE outbox SET built = ? WHERE id = ? AND built IS NULL")
        .execute(arguments: [Bytes(bytes), id])
    }
  }

  public func builtBytes(_ id: String) throws(StoreError) -> [UInt8]? {
    try read { db in
      try Data.fetchOne(
        db.cachedStatement(sql: "SELECT built FROM outbox WHERE id = ? AND built IS NOT NULL"),
        arguments: [id]
      ).map { Array($0) }
    }
  }

  /// The point of no return, durable when this returns; the final dot goes out only then, and
  /// not at all when this throws (invariant 9, O03).
  public func markFinalDot(_ id: String, now: Timestamp) throws(StoreError) {
    try writeQuietly { db in
      try db.cachedStatement(
        sql: """
          UPDATE outbox SET has_final_dot = 1
          WHERE id = ? AND state = 'sending' AND built IS NOT NULL
          """
      ).execute(arguments: [id])
      guard db.changesCount == 1 else { throw StoreError.notFound }
    }
  }
}
