public import Domain
import Foundation
import GRDB

extension OfficineStore {
  // MARK: - Wishes

  /// Queues the move of a demande's incoming mail to the server's trash: one operation for each
  /// message and mailbox, one transaction, one journal line. What waits already is not queued
  /// twice; what the server does not have any more is left out, so the result may be empty.
  ///
  /// Refused while somebody works on the demande. Nothing of the demande changes here.
  public func trash(
    _ id: Order.ID, by actor: Actor, notBefore: Timestamp, now: Timestamp
  ) throws(StoreError) -> [ServerOperation] {
    try writeJudged { db -> Verdict<[ServerOperation]> in
      let order = try OrderBook.require(db, id, Codec())
      var entry = TraceEntry(author: actor.author, action: "trash", order: id)
      let refusal =
        try Members.isActive(db, actor.member, at: now)
        ? order.refusalOfTrash(by: actor.author) : .memberInactive
      if let refusal {
        entry.answer = refusal.code
        try Journal.append(db, entry, at: now)
        return .refused(refusal)
      }
      var queued: [ServerOperation] = []
      for message in order.messages {
        let key = try MessageShelf.requireKey(db, message)
        // One that the server could only mark is thrown away as far as it goes.
        let known = try Operations.list(
          db, "o.message = ? AND (o.settled_at IS NULL OR o.reason = 'marked')", [key])
        let shelf = try MessageShelf.message(db, key: key, Codec())
        guard !shelf.isOutgoing else { continue }
        for mailbox in try Operations.mailboxes(db, of: key) {
          if let same = known.first(where: {
            $0.mailbox == mailbox && $0.destination == ServerOperation.trash
          }) {
            queued.append(same)
            continue
          }
          queued.append(
            try Operations.insert(
              db,
              Operations.Wish(
                kind: .move, key: key, order: id, mailbox: mailbox,
                destination: ServerOperation.trash, messageID: shelf.messageID,
                digest: shelf.digest, author: actor.author, notBefore: notBefore), now: now))
        }
      }
      entry.request = "operations=\(queued.map { String($0.id) }.joined(separator: ","))"
      entry.answer = queued.isEmpty ? "nothing" : "queued"
      try Journal.append(db, entry, at: now)
      return .done(queued)
    }
  }

  /// Takes back what still waits of a demande's operations; refused when nothing does.
  public func cancelOperations(
    of id: Order.ID, by actor: Actor, now: Timestamp
  ) throws(StoreError) -> [ServerOperation] {
    try writeJudged { db -> Verdict<[ServerOperation]> in
      let waiting = try Operations.list(db, "o.demande = ? AND o.state = 'waiting'", [id])
      var entry = TraceEntry(author: actor.author, action: "trash.undo", order: id)
      let refusal: Refusal? =
        try !Members.isActive(db, actor.member, at: now)
        ? .memberInactive : waiting.isEmpty ? .nothingToUndo : nil
      entry.request = "operations=\(waiting.map { String($0.id) }.joined(separator: ","))"
      entry.answer = refusal?.code ?? "cancelled"
      try Journal.append(db, entry, at: now)
      if let refusal { return .refused(refusal) }
      for operation in waiting {
        try db.execute(
          sql: "UPDATE operation SET state = 'cancelled', settled_at = ? WHERE id = ?",
          arguments: [now.milliseconds, operation.id])
      }
      return .done(try waiting.map { try Operations.require(db, $0.id) })
    }
  }

  /// Queues the move of one message out of a mailbox, or its deletion there (no `destination`).
  public func queueOperation(
    on message: Message.ID, in mailbox: String, to destination: String?, by author: Author,
    notBefore: Timestamp, now: Timestamp
  ) throws(StoreError) -> ServerOperation {
    try write { db in
      let key = try MessageShelf.requireKey(db, message)
      let shelf = try MessageShelf.message(db, key: key, Codec())
      let operation = try Operations.insert(
        db,
        Operations.Wish(
          kind: destination == nil ? .delete : .move, key: key,
          order: try OrderBook.demande(db, ofMessage: key), mailbox: mailbox,
          destination: destination, messageID: shelf.messageID, digest: shelf.digest,
          author: author, notBefore: notBefore), now: now)
      try Operations.trace(db, operation, by: author, answer: "queued", now)
      return operation
    }
  }

  /// Queues a mail of our own for a mailbox; kept whatever happens to numbers there (S07).
  ///
  /// - Parameter messageID: with angle brackets, as the bytes have it.
  public func queueAppend(
    _ bytes: [UInt8], messageID: String, to destination: String, by author: Author,
    now: Timestamp
  ) throws(StoreError) -> ServerOperation {
    try write { db in
      let operation = try Operations.insert(
        db,
        Operations.Wish(
          kind: .append, destination: destination, messageID: messageID,
          digest: Self.digest(of: bytes), bytes: bytes, author: author, notBefore: now), now: now)
      try Operations.trace(db, operation, by: author, answer: "queued", now)
      return operation
    }
  }

  // MARK: - Looking

  /// In their order.
  public func operations(
    states: Set<ServerOperation.State>
  ) throws(StoreError) -> [ServerOperation] {
    try read { db in
      try Operations.list(
        db, "o.state IN (\(databaseQuestionMarks(count: states.count)))",
        StatementArguments(states.map(\.rawValue)))
    }
  }

  /// All that was ever wished of a demande's mail, in order.
  public func operations(of order: Order.ID) throws(StoreError) -> [ServerOperation] {
    try read { try Operations.list($0, "o.demande = ?", [order]) }
  }

  /// All that was ever wished of one message, in order.
  public func operations(onMessage id: Message.ID) throws(StoreError) -> [ServerOperation] {
    try read { try Operations.list($0, "m.id = ?", [id]) }
  }

  /// What the append is to put there.
  public func operationBytes(_ id: Int64) throws(StoreError) -> [UInt8]? {
    try read { db in
      try Data.fetchOne(
        db, sql: "SELECT bytes FROM operation WHERE id = ? AND bytes IS NOT NULL", arguments: [id]
      ).map { Array($0) }
    }
  }

  /// The UIDs under which a message lies in a mailbox now.
  public func uids(
    of message: Message.ID, in mailbox: String, uidValidity: UInt32
  ) throws(StoreError) -> [UInt32] {
    try read { db in
      try UInt32.fetchAll(
        db,
        sql: """
          SELECT l.uid FROM location l JOIN message m ON m.key = l.message
          WHERE m.id = ? AND l.mailbox = ? AND l.uid_validity = ? AND l.is_gone = 0
          ORDER BY l.uid
          """, arguments: [message, mailbox, uidValidity])
    }
  }

  /// The stored bytes of what lies there.
  public func raw(
    at uid: UInt32, in mailbox: String, uidValidity: UInt32
  ) throws(StoreError) -> [UInt8]? {
    try read { db in
      try Data.fetchOne(
        db,
        sql: """
          SELECT r.bytes FROM location l JOIN raw r ON r.message = l.message
          WHERE l.mailbox = ? AND l.uid_validity = ? AND l.uid = ?
          """, arguments: [mailbox, uidValidity, uid]
      ).map { Array($0) }
    }
  }

  /// Where the destination stood when an earlier operation of the same kind on the same mail
  /// began that ended half-way; nil when none did.
  public func earlierMark(of id: Int64) throws(StoreError) -> TransferMark? {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT e.begun_validity, e.begun_next FROM operation o JOIN operation e
            ON e.message = o.message AND e.mailbox = o.mailbox AND e.destination = o.destination
          WHERE o.id = ? AND e.id < o.id AND e.settled_at IS NOT NULL
            AND e.begun_validity IS NOT NULL
          ORDER BY e.id DESC LIMIT 1
          """, arguments: [id])
      return row.map { TransferMark(uidValidity: $0[0], uidNext: $0[1]) }
    }
  }

  /// Where the destination stood when the last attempt began; nil when none did.
  public func transferMark(of id: Int64) throws(StoreError) -> TransferMark? {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT begun_validity, begun_next FROM operation
          WHERE id = ? AND begun_validity IS NOT NULL
          """, arguments: [id])
      return row.map { TransferMark(uidValidity: $0[0], uidNext: $0[1]) }
    }
  }
}
