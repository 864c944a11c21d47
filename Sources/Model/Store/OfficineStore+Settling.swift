public import Domain
import GRDB

extension OfficineStore {
  /// How an attempt ended. `sent` also records the answer on the demande and queues \Answered.
  ///
  /// An item that is settled already stays as it is, so a repeated report does no harm.
  /// - Parameter results: what each recipient was answered; empty keeps what is known.
  public func settle(
    _ id: String, _ outcome: SendOutcome, results: [OutgoingItem.RecipientResult] = [],
    now: Timestamp
  ) throws(StoreError) {
    try write { db in
      let codec = Codec()
      let item = try Outbox.require(db, id: id, codec)
      let isOpen = item.state == .sending || item.state == .uncertain
      guard isOpen else { return }
      if !results.isEmpty {
        try db.execute(
          sql: "UPDATE outbox SET recipients = ? WHERE id = ?",
          arguments: [try codec.text(results), id])
      }
      let word: String
      switch outcome {
      case .sent(let answer):
        word = answer
        try Outbox.settleSent(db, item, answer: answer, at: now, codec)
      case .refused(let answer):
        word = answer
        try Self.move(db, id, to: .refused, answer: answer)
      case .retry(let at, let answer):
        // Only a sending item: what is uncertain is never retried by the machine (invariant 10).
        guard item.state == .sending else { return }
        word = answer
        try Self.move(db, id, to: .queued, answer: answer, nextAttempt: at)
      case .uncertain:
        word = "uncertain"
        try Self.move(db, id, to: .uncertain, answer: item.lastAnswer)
      }
      try Self.trace(
        db, "send", item, by: item.author, asked: Self.classes(results), answer: word, now)
    }
  }

  /// For the holder of the lease while it sends nothing: what stayed in `sending`.
  ///
  /// Without the final dot it is queued again; with it, it is uncertain. Returns those items.
  public func recoverInterruptedSends(now: Timestamp) throws(StoreError) -> [OutgoingItem] {
    // Most looks find nothing: they must neither lock nor ring.
    let isAny = try read {
      try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'sending')")
    }
    guard isAny == true else { return [] }
    return try write { db in
      let codec = Codec()
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, has_final_dot FROM outbox WHERE state = 'sending' ORDER BY queued_at")
      return try rows.map { row in
        let id: String = row["id"]
        let next: OutgoingItem.State = row["has_final_dot"] ? .uncertain : .queued
        try Self.move(db, id, to: next, answer: nil)
        let item = try Outbox.require(db, id: id, codec)
        try Self.trace(db, "send.recover", item, by: item.author, answer: next.rawValue, now)
        return item
      }
    }
  }

  /// The copy in Sent exists.
  public func sentCopyStored(_ id: String, now: Timestamp) throws(StoreError) {
    try write { db in
      let item = try Outbox.require(db, id: id, Codec())
      try db.execute(sql: "UPDATE outbox SET has_sent_copy = 1 WHERE id = ?", arguments: [id])
      try Self.trace(db, "send.copy", item, by: item.author, answer: "stored", now)
    }
  }

  /// Sent, and no copy of it in a mailbox yet (O04).
  public func itemsNeedingSentCopy() throws(StoreError) -> [OutgoingItem] {
    try read { db in
      let codec = Codec()
      return try Row.fetchAll(
        db,
        sql: "SELECT * FROM outbox WHERE state = 'sent' AND has_sent_copy = 0 ORDER BY queued_at"
      ).map { try Outbox.item(db, $0, codec) }
    }
  }

  /// Takes back what is still queued; otherwise refused with `cannotBeUndone`.
  public func cancelOutgoing(
    _ id: String, by actor: Actor, now: Timestamp
  ) throws(StoreError) {
    try decide(id, "send.cancel", from: [.queued, .held], by: actor, now) { db, item in
      try Self.move(db, item.id, to: .cancelled, answer: item.lastAnswer)
      try Self.recordWithdrawal(db, item, by: actor, now)
      return nil
    }
  }

  /// A person's decision to try again what was refused or is uncertain: same bytes, same
  /// Message-ID.
  public func retryOutgoing(
    _ id: String, by actor: Actor, now: Timestamp
  ) throws(StoreError) {
    try decide(id, "send.retry", from: [.refused, .uncertain], by: actor, now) { db, item in
      try Self.move(db, item.id, to: .queued, answer: item.lastAnswer)
      return nil
    }
  }

  /// A person looked and knows what became of an uncertain item.
  public func settleByPerson(
    _ id: String, wasSent: Bool, by actor: Actor, now: Timestamp
  ) throws(StoreError) {
    let action = wasSent ? "send.was-sent" : "send.was-not-sent"
    try decide(id, action, from: [.uncertain], by: actor, now) { db, item in
      if wasSent {
        try Outbox.settleSent(db, item, answer: nil, at: now, Codec())
      } else {
        try Self.move(db, item.id, to: .refused, answer: item.lastAnswer)
      }
      return nil
    }
  }

  /// What was announced on the demande does not come.
  static func recordWithdrawal(
    _ db: Database, _ item: OutgoingItem, by actor: Actor, _ now: Timestamp
  ) throws {
    guard let id = item.order else { return }
    let order = try OrderBook.current(db, id)
    guard try OrderBook.isOpen(db, order, Codec()) else { return }
    _ = try OrderBook.append(
      db, to: order,
      [
        OrderBook.Entry(
          id: "withdrawn:\(item.messageID)", author: actor.author, at: now, basedOn: nil,
          gesture: .answerWithdrawn(messageID: item.messageID))
      ], Codec())
  }

  /// Before its first byte: nothing of it is on the wire.
  static func hold(_ db: Database, _ item: OutgoingItem, _ now: Timestamp) throws {
    try db.cachedStatement(sql: "UPDATE outbox SET held_at = ? WHERE id = ?").execute(
      arguments: [now.milliseconds, item.id])
    try trace(db, "send.hold", item, by: item.author, answer: "held", now)
  }

  /// A person's decision about one item, refused in other states; `change` may refuse too, and
  /// then has changed nothing.
  func decide(
    _ id: String, _ action: String, from states: Set<OutgoingItem.State>, by actor: Actor,
    _ now: Timestamp, _ change: (Database, OutgoingItem) throws -> Refusal?
  ) throws(StoreError) {
    try writeJudged { db -> Verdict<Void> in
      let item = try Outbox.require(db, id: id, Codec())
      var refusal: Refusal? =
        try !Members.isActive(db, actor.member, at: now)
        ? .memberInactive : states.contains(item.state) ? nil : .cannotBeUndone
      if refusal == nil { refusal = try change(db, item) }
      try Self.trace(
        db, action, item, by: actor.author, answer: refusal?.code ?? "done", now)
      return refusal.map { .refused($0) } ?? .done(())
    }
  }

  static func move(
    _ db: Database, _ id: String, to state: OutgoingItem.State, answer: String?,
    nextAttempt: Timestamp? = nil
  ) throws {
    try db.execute(
      sql: """
        UPDATE outbox SET state = ?, last_answer = coalesce(?, last_answer), next_attempt_at = ?,
          held_at = NULL,
          has_final_dot = CASE WHEN ? IN ('queued', 'refused') THEN 0 ELSE has_final_dot END
        WHERE id = ?
        """,
      arguments: [state.rawValue, answer, nextAttempt?.milliseconds, state.rawValue, id])
  }

  /// What each sort of recipient was answered, as ` patient:250 professional:550,550`: a patient's
  /// address is a matricule and stands nowhere.
  private static func classes(_ results: [OutgoingItem.RecipientResult]) -> String {
    let trust = TrustSpace()
    let kinds = Dictionary(grouping: results) { trust.kind(of: $0.address).rawValue }
    return kinds.keys.sorted().map { kind in
      let codes = (kinds[kind] ?? []).map { $0.answer.prefix { $0 != " " } }
      return " \(kind):\(codes.joined(separator: ","))"
    }.joined()
  }

  private static func trace(
    _ db: Database, _ action: String, _ item: OutgoingItem, by author: Author,
    asked: String = "", answer: String, _ now: Timestamp
  ) throws {
    try Journal.append(
      db,
      TraceEntry(
        author: author, action: action, order: item.order, request: item.id + asked,
        answer: answer),
      at: now)
  }
}
