public import Domain
import GRDB

extension OfficineStore {
  /// Keeps what the server listed before the bodies come, with the cursor in one transaction:
  /// everything below it is stored or announced (invariant 5). Worker only.
  ///
  /// May come twice: only the flags of a known announcement change. What is stored at that
  /// place already is not announced again.
  public func announce(
    _ messages: [AnnouncedMessage], cursor: MailboxCursor?, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      for message in messages {
        let isHere =
          try Bool.fetchOne(
            db.cachedStatement(
              sql: """
                SELECT EXISTS (SELECT 1 FROM location
                  WHERE mailbox = ? AND uid_validity = ? AND uid = ? AND is_gone = 0)
                """), arguments: [message.mailbox, message.uidValidity, message.uid]) ?? false
        if !isHere { try Announcements.insert(db, message) }
      }
      if let cursor { try Mailboxes.advance(db, cursor) }
      guard !messages.isEmpty else { return }
      try Journal.append(
        db,
        TraceEntry(
          author: .mailbox, action: "announce", answer: "messages=\(messages.count)"), at: now)
    }
  }

  /// Whose bodies are owed in one mailbox: the newest thread first, and inside a thread (by
  /// In-Reply-To) the oldest first, so that a demande is opened by its first message.
  public func announced(
    in mailbox: String, uidValidity: UInt32, limit: Int
  ) throws(StoreError) -> [AnnouncedMessage] {
    let rows = try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM announced WHERE mailbox = ? AND uid_validity = ?",
        arguments: [mailbox, uidValidity]
      ).map(Announcements.message)
    }
    return Array(Announcements.inOrderOfUse(rows).prefix(limit))
  }

  /// For the screen, newest first, whatever the mailbox.
  public func announcedRows(limit: Int) throws(StoreError) -> [AnnouncedMessage] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM announced ORDER BY received_at DESC, uid DESC LIMIT ?",
        arguments: [limit]
      ).map(Announcements.message)
    }
  }

  public func announcedCount() throws(StoreError) -> Int {
    try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM announced") ?? 0 }
  }

  /// The server no longer has them: nothing is owed any more. Worker only.
  public func dropAnnounced(
    in mailbox: String, uidValidity: UInt32, uids: [UInt32]
  ) throws(StoreError) {
    guard !uids.isEmpty else { return }
    try write { db in
      for uid in uids {
        try Announcements.remove(db, mailbox: mailbox, uidValidity: uidValidity, uid: uid)
      }
    }
  }
}
