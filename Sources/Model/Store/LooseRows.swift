import Domain
import GRDB

/// What hangs on no demande, or came to one after its purge, and is old itself.
enum LooseRows {
  /// A few of each; how many went now.
  static func purge(_ db: Database, _ state: PurgeState, at now: Timestamp) throws -> Int {
    let before = state.before.milliseconds
    let drafts = try self.drafts(db, before)
    for id in drafts { try Drafts.remove(db, id, at: now) }
    let events = try Row.fetchAll(
      db,
      sql: """
        SELECT l.event, e.demande FROM purge_later l JOIN event e ON e.seq = l.event
        WHERE l.at < ? AND coalesce(e.standing, '') <> 'pending' ORDER BY l.event LIMIT ?
        """, arguments: [before, Retention.batch])
    for row in events { try Purges.redact(db, event: row["event"], on: row["demande"]) }
    let operations = try Int64.fetchAll(
      db,
      sql: """
        SELECT o.message FROM purged_message p JOIN operation o ON o.message = p.message
        WHERE o.settled_at IS NOT NULL AND (o.message_id <> '' OR o.words IS NOT NULL) LIMIT ?
        """, arguments: [Retention.batch])
    for key in operations { try Tombstone.operations(db, of: key) }
    try db.execute(sql: "DELETE FROM permit")
    return try drafts.count + events.count + operations.count + clear(db, before)
  }

  /// New mail that nobody finished, and answers to what was purged since.
  private static func drafts(_ db: Database, _ before: Int64) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT id FROM draft WHERE is_gone = 0 AND updated_at < ?
          AND coalesce(json_extract(content, '$.order') IN (SELECT demande FROM purged_demande), 1)
        LIMIT ?
        """, arguments: [before, Retention.batch])
  }

  private static func clear(_ db: Database, _ before: Int64) throws -> Int {
    // A mail that the server lists and does not give is asked for by its number all the same.
    try db.execute(
      sql: """
        UPDATE announced SET message_id = '', in_reply_to = NULL, sender_name = '',
          sender_address = '', sender_display = '—', subject = '', preview = NULL
        WHERE received_at < ? AND (message_id <> '' OR subject <> '' OR sender_address <> '')
        """, arguments: [before])
    var count = db.changesCount
    try db.execute(
      sql: """
        DELETE FROM kept_note WHERE at < ?
          AND NOT EXISTS (SELECT 1 FROM demande d WHERE d.id = demande AND d.purged_at IS NULL)
        """, arguments: [before])
    count += db.changesCount
    // Of an epoch that has not begun: the next look at the log reads it again, if it is there.
    try db.execute(sql: "DELETE FROM log_waiting")
    let waiting = db.changesCount
    if waiting > 0 {
      try db.execute(sql: "DELETE FROM log_read WHERE epoch > (SELECT epoch FROM log_state)")
    }
    return count + waiting
  }
}
