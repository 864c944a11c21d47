import Domain
import Foundation
import GRDB

/// Where a destination stood before something was put there: what is found beyond is ours.
public struct TransferMark: Hashable, Sendable {
  public var uidValidity: UInt32
  public var uidNext: UInt32

  public init(uidValidity: UInt32, uidNext: UInt32) {
    self.uidValidity = uidValidity
    self.uidNext = uidNext
  }
}

/// Rows of `operation`.
enum Operations {
  static let selection = """
    SELECT o.*, m.id AS message_name FROM operation o LEFT JOIN message m ON m.key = o.message
    """

  static func operation(_ row: Row, _ codec: Codec) throws -> ServerOperation {
    let next: Int64? = row["next_attempt_at"]
    let settled: Int64? = row["settled_at"]
    let reason: String? = row["reason"]
    return ServerOperation(
      id: row["id"], kind: try ServerOperation.Kind(stored: row["kind"]),
      message: row["message_name"], order: row["demande"], mailbox: row["mailbox"],
      destination: row["destination"], messageID: row["message_id"], digest: row["digest"],
      author: try codec.value(Author.self, row["author"]),
      queuedAt: Timestamp(milliseconds: row["queued_at"]),
      notBefore: Timestamp(milliseconds: row["not_before"]),
      state: try ServerOperation.State(stored: row["state"]), attempts: row["attempts"],
      places: row["places"], markedPlaces: row["marked_places"],
      nextAttemptAt: next.map(Timestamp.init(milliseconds:)),
      settledAt: settled.map(Timestamp.init(milliseconds:)),
      reason: try reason.map { try ServerOperation.Reason(stored: $0) }, words: row["words"])
  }

  static func list(
    _ db: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> [ServerOperation] {
    let codec = Codec()
    return try Row.fetchAll(
      db, sql: "\(selection) WHERE \(condition) ORDER BY o.id", arguments: arguments
    ).map { try operation($0, codec) }
  }

  static func require(_ db: Database, _ id: Int64) throws -> ServerOperation {
    guard let found = try list(db, "o.id = ?", [id]).first else { throw StoreError.notFound }
    return found
  }

  /// What is new of an operation; the rest comes from the message.
  struct Wish {
    var kind: ServerOperation.Kind
    var key: Int64?
    var order: Order.ID?
    var mailbox = ""
    var destination: String?
    var messageID: String
    var digest: String
    var bytes: [UInt8]?
    var author: Author
    var notBefore: Timestamp
  }

  static func insert(
    _ db: Database, _ wish: Wish, now: Timestamp
  ) throws -> ServerOperation {
    try db.cachedStatement(
      sql: """
        INSERT INTO operation (kind, message, demande, mailbox, destination, message_id, digest,
          bytes, author, queued_at, not_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      wish.kind.rawValue, wish.key, wish.order, wish.mailbox, wish.destination, wish.messageID,
      wish.digest, wish.bytes.map(Bytes), try Codec().text(wish.author), now.milliseconds,
      wish.notBefore.milliseconds,
    ])
    return try require(db, db.lastInsertedRowID)
  }

  static func trace(
    _ db: Database, _ operation: ServerOperation, by author: Author, answer: String,
    _ now: Timestamp
  ) throws {
    let target = operation.message ?? operation.digest
    try Journal.append(
      db,
      TraceEntry(
        author: author, action: "operation.\(operation.kind.rawValue)", order: operation.order,
        request: "n=\(operation.id) \(target)", answer: answer), at: now)
  }

  /// The mailboxes where a message lies now, as far as is known.
  static func mailboxes(_ db: Database, of key: Int64) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT DISTINCT l.mailbox FROM location l JOIN mailbox b ON b.name = l.mailbox
        WHERE l.message = ? AND l.is_gone = 0 AND b.missing_since IS NULL ORDER BY l.mailbox
        """, arguments: [key])
  }

  /// Open, and nothing before it stands in its way: neither an earlier one on the same mail in
  /// the same mailbox, nor one that brings the mail there, nor one of the same mail whose copy
  /// may stand somewhere already, for the two copies could be taken for one.
  static let isFree = """
    o.state IN ('waiting', 'working') AND NOT EXISTS (
      SELECT 1 FROM operation e WHERE e.message = o.message AND e.id < o.id
        AND e.state IN ('waiting', 'working') AND (e.mailbox = o.mailbox
          OR e.destination = o.mailbox OR e.begun_validity IS NOT NULL))
    """

  /// The first that may be carried out now.
  static func due(
    _ db: Database, _ now: Timestamp, after last: Int64
  ) throws -> ServerOperation? {
    try list(db, "o.id > ? AND \(isFree)", [last]).first { $0.due(at: now) <= now }
  }

  static func open(_ db: Database, of key: Int64) throws -> [ServerOperation] {
    try list(db, "o.message = ? AND o.state IN ('waiting', 'working')", [key])
  }
}
