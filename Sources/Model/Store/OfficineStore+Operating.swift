public import Domain
import GRDB

/// How an operation ended, or did not yet.
public enum OperationOutcome: Hashable, Sendable {
  /// - Parameter reason: `marked` when the server could do no more.
  case done(ServerOperation.Reason?)
  case refused(ServerOperation.Reason, words: String?)
  case lost(ServerOperation.Reason)
  /// Nothing was done; once more at that moment.
  case later(Timestamp, words: String?)
}

/// What the server itself said to be no more in a mailbox.
public struct RemovedUID: Hashable, Sendable {
  public var mailbox: String
  public var uidValidity: UInt32
  public var uid: UInt32

  public init(mailbox: String, uidValidity: UInt32, uid: UInt32) {
    self.mailbox = mailbox
    self.uidValidity = uidValidity
    self.uid = uid
  }
}

extension OfficineStore {
  /// The first operation whose time has come, now `working` and one attempt older; nil when none
  /// is. Lease holder only.
  ///
  /// What was left in `working` comes again: its outcome is looked up before it is repeated. One
  /// that waits for an earlier one (``Operations/isFree``) is not given out. `retry` is when it
  /// comes again should this attempt end without an answer.
  public func claimOperation(
    now: Timestamp, after last: Int64, retry: (_ attempts: Int) -> Timestamp
  ) throws(StoreError) -> ServerOperation? {
    // Most looks find nothing: they must not take the write lock.
    guard try read({ try Operations.due($0, now, after: last) }) != nil else { return nil }
    return try write { db in
      guard let found = try Operations.due(db, now, after: last) else { return nil }
      try db.execute(
        sql: """
          UPDATE operation SET state = 'working', attempts = attempts + 1, next_attempt_at = ?
          WHERE id = ?
          """, arguments: [retry(found.attempts).milliseconds, found.id])
      return try Operations.require(db, found.id)
    }
  }

  /// Where the destination stands before something is put there; durable when this returns, and
  /// only then the command leaves (invariant 4).
  public func beginTransfer(_ id: Int64, at mark: TransferMark) throws(StoreError) {
    try writeQuietly { db in
      try db.execute(
        sql: "UPDATE operation SET begun_validity = ?, begun_next = ? WHERE id = ?",
        arguments: [mark.uidValidity, mark.uidNext, id])
    }
  }

  /// One of the mail's places is dealt with: the next one, if any, begins from nothing.
  ///
  /// - Parameter removed: what the server took away; nil when it could only mark it.
  public func endTransfer(_ id: Int64, removed: RemovedUID?) throws(StoreError) {
    try write { db in
      try Self.forgetMark(db, id)
      try db.execute(
        sql: """
          UPDATE operation SET places = places + 1, marked_places = marked_places + ?
          WHERE id = ?
          """, arguments: [removed == nil, id])
      if let removed { try Self.take(db, removed) }
    }
  }

  /// An attempt that ended before anything was begun at the server; where something may have
  /// been, it stays under way until that is looked up. A deletion always may have.
  public func releaseOperation(_ id: Int64) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE operation SET state = 'waiting'
          WHERE id = ? AND state = 'working' AND kind <> 'delete' AND begun_validity IS NULL
          """, arguments: [id])
    }
  }

  /// How it ended, with its journal line; what the server removed is marked in the same
  /// transaction. Later operations on the same mail fail with one that was refused, where they
  /// build on it; what was only gone there, each of them sees for itself.
  public func settleOperation(
    _ id: Int64, _ outcome: OperationOutcome, removed: RemovedUID? = nil, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      let operation = try Operations.require(db, id)
      guard operation.state.isOpen else { return }
      if let removed { try Self.take(db, removed) }
      switch outcome {
      case .later(let at, let words):
        // The attempt was answered: nothing is under way any more.
        try Self.forgetMark(db, id)
        try db.execute(
          sql: """
            UPDATE operation SET state = 'waiting', next_attempt_at = ?,
              words = coalesce(?, words) WHERE id = ?
            """, arguments: [at.milliseconds, words, id])
        // Waiting for a day must not fill the journal.
        if operation.attempts <= 1 || (words != nil && words != operation.words) {
          try Operations.trace(db, operation, by: operation.author, answer: "later", now)
        }
      case .done(let reason):
        try Self.close(db, operation, .done, reason, nil, now)
      case .refused(let reason, let words):
        try Self.close(db, operation, .refused, reason, words, now)
        try Self.failDependents(db, of: operation, now)
      case .lost(let reason):
        try Self.close(db, operation, .lost, reason, nil, now)
      }
    }
  }

  private static func close(
    _ db: Database, _ operation: ServerOperation, _ state: ServerOperation.State,
    _ reason: ServerOperation.Reason?, _ words: String?, _ now: Timestamp
  ) throws {
    try db.execute(
      sql: """
        UPDATE operation SET state = ?, reason = ?, words = coalesce(?, words), settled_at = ?,
          next_attempt_at = NULL WHERE id = ?
        """,
      arguments: [state.rawValue, reason?.rawValue, words, now.milliseconds, operation.id])
    let answer = [state.rawValue, reason?.rawValue].compactMap { $0 }.joined(separator: ".")
    try Operations.trace(db, operation, by: operation.author, answer: answer, now)
  }

  private static func failDependents(
    _ db: Database, of failed: ServerOperation, _ now: Timestamp
  ) throws {
    guard let message = failed.message, let key = try MessageShelf.key(db, message) else { return }
    for later in try Operations.open(db, of: key)
    where later.id > failed.id && [failed.mailbox, failed.destination].contains(later.mailbox) {
      try close(db, later, .refused, .dependent, nil, now)
    }
  }

  private static func forgetMark(_ db: Database, _ id: Int64) throws {
    try db.execute(
      sql: "UPDATE operation SET begun_validity = NULL, begun_next = NULL WHERE id = ?",
      arguments: [id])
  }

  private static func take(_ db: Database, _ removed: RemovedUID) throws {
    _ = try Mailboxes.markGone(
      db, mailbox: removed.mailbox, uidValidity: removed.uidValidity, uids: [removed.uid])
  }

  /// When ``claimOperation(now:after:retry:)`` gives one out; nil when none waits. One that waits
  /// for an earlier one counts for nothing: its moment is the earlier one's end.
  public func nextOperation(now: Timestamp) throws(StoreError) -> Timestamp? {
    try read { try Operations.list($0, Operations.isFree, []) }.map { $0.due(at: now) }.min()
  }

  /// Refused by the server, or without their mailbox, and nothing later was wished for the mail:
  /// what a person should know of.
  public func failedOperations(since moment: Timestamp) throws(StoreError) -> [ServerOperation] {
    try read { db in
      try Operations.list(
        db,
        """
        (o.state = 'refused' OR (o.state = 'lost' AND o.reason = 'source'))
          AND o.settled_at >= ? AND NOT EXISTS (
            SELECT 1 FROM operation e WHERE e.message = o.message AND e.id > o.id)
        """, [moment.milliseconds])
    }
  }
}
