public import Domain
import GRDB

/// A message of an applicative BAL that another program has not been handed yet.
public struct OwedExport: Hashable, Sendable {
  public var message: Message.ID
  /// Set when its folder was whole and about to be named in that directory: it may be there.
  public var begunIn: String?
}

/// What an applicative BAL hands over as it arrives. Worker only: the holder of the lease.
///
/// Two marks stand around the naming of a folder, so that a kill between them neither loses an
/// export nor makes it twice.
extension OfficineStore {
  private static let owed = """
    FROM message m LEFT JOIN exported e ON e.message = m.key
    WHERE m.is_outgoing = 0 AND e.done_at IS NULL AND (m.mailbox = 'INBOX' OR EXISTS
      (SELECT 1 FROM location l WHERE l.message = m.key AND l.mailbox = 'INBOX'))
      AND m.received_at >= coalesce(
        (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'exports.from'), m.received_at)
    """

  /// What came into INBOX and was not handed over, in order of reception.
  public func owedExports(limit: Int) throws(StoreError) -> [OwedExport] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT m.id, e.directory \(Self.owed) ORDER BY m.key LIMIT ?",
        arguments: [limit]
      ).map { OwedExport(message: $0["id"], begunIn: $0["directory"]) }
    }
  }

  public func owedExportCount() throws(StoreError) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT count(*) \(Self.owed)") ?? 0 }
  }

  /// Its folder is whole and gets its name next.
  public func beginExport(
    of id: Message.ID, in directory: String, now: Timestamp
  ) throws(StoreError) {
    try writeQuietly { db in
      try db.execute(
        sql: """
          INSERT INTO exported (message, directory, begun_at) VALUES (?, ?, ?)
          ON CONFLICT (message) DO UPDATE SET directory = excluded.directory,
            begun_at = excluded.begun_at WHERE done_at IS NULL
          """,
        arguments: [try MessageShelf.requireKey(db, id), directory, now.milliseconds])
    }
  }

  /// It got no name: as if it had not begun.
  public func withdrawExport(of id: Message.ID) throws(StoreError) {
    try writeQuietly { db in
      try db.execute(
        sql: "DELETE FROM exported WHERE message = ? AND done_at IS NULL",
        arguments: [try MessageShelf.requireKey(db, id)])
    }
  }

  /// It is where the other program finds it, for good; traced. Once: a second call changes
  /// nothing and leaves no trace.
  ///
  /// - Parameter answer: codes and counts for the trace.
  public func endExport(
    of id: Message.ID, in directory: String, answer: String, now: Timestamp
  ) throws(StoreError) {
    try writeQuietly { db in
      let key = try MessageShelf.requireKey(db, id)
      try db.execute(
        sql: """
          INSERT INTO exported (message, directory, begun_at, done_at) VALUES (?, ?, ?, ?)
          ON CONFLICT (message) DO UPDATE SET directory = excluded.directory,
            done_at = excluded.done_at WHERE done_at IS NULL
          """, arguments: [key, directory, now.milliseconds, now.milliseconds])
      guard db.changesCount > 0 else { return }
      let demande = try String.fetchOne(
        db, sql: "SELECT demande FROM demande_message WHERE message = ? LIMIT 1",
        arguments: [key])
      try Journal.append(
        db,
        TraceEntry(
          author: .mailbox, action: "export", order: demande, request: "message=\(id)",
          answer: answer), at: now)
    }
  }
}
