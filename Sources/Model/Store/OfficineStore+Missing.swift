public import Domain
import GRDB

/// Mailboxes that the server renamed or took away; their mail, and all that hangs on it, stays.
extension OfficineStore {
  /// Compares with the server's complete list. What was followed and is not listed is missing
  /// from now on; nothing more is told to it, and its UIDs count again when it comes back.
  /// Returns those that are missing. Worker only.
  public func noteListed(
    _ names: Set<String>, now: Timestamp
  ) throws(StoreError) -> [MailboxCursor] {
    let known = try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM mailbox ORDER BY name").map { row in
        (cursor: Mailboxes.cursor(row), since: row["missing_since"] as Int64?)
      }
    }
    let changed = known.filter { names.contains($0.cursor.name) == ($0.since != nil) }
    if !changed.isEmpty {
      try write { db in
        for (cursor, since) in changed {
          try db.execute(
            sql: "UPDATE mailbox SET missing_since = ? WHERE name = ?",
            arguments: [since == nil ? now.milliseconds : nil, cursor.name])
          try Journal.append(
            db,
            TraceEntry(
              author: .mailbox, action: since == nil ? "mailbox.missing" : "mailbox.back",
              request: "uidvalidity=\(cursor.uidValidity)"), at: now)
        }
      }
    }
    return known.map(\.cursor).filter { !names.contains($0.name) }
  }

  /// The same mailbox under another name: UIDs, flags and what is queued go with it, so that
  /// nothing is fetched twice. The caller has compared mails, not only numbers. Worker only.
  public func renameMailbox(
    _ old: String, to new: String, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      for table in ["location", "announced"] {
        try db.execute(
          sql: "UPDATE \(table) SET mailbox = ? WHERE mailbox = ?", arguments: [new, old])
      }
      try db.execute(
        sql: "UPDATE operation SET mailbox = ? WHERE mailbox = ? AND settled_at IS NULL",
        arguments: [new, old])
      try db.execute(
        sql: "UPDATE mailbox SET name = ?, missing_since = NULL WHERE name = ?",
        arguments: [new, old])
      try Journal.append(db, TraceEntry(author: .mailbox, action: "mailbox.renamed"), at: now)
    }
  }
}
