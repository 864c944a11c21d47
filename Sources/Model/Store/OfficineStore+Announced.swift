public import Domain
import GRDB

extension OfficineStore {
  /// Keeps what the server listed before the bodies come, with the cursor in one transaction:
  /// everything below it is stored or announced (invariant 5). Worker only.
  ///
  /// May come twice: of a known announcement only the flags change, and the words of one that was
  /// announced without any. What is stored at that place already is not announced again.
  ///
  /// - Parameter now: for a line in the journal; nil: the one who calls writes one.
  public func announce(
    _ messages: [AnnouncedMessage], cursor: MailboxCursor?, now: Timestamp?
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
      guard !messages.isEmpty, let now else { return }
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

  /// For the screen, newest first, whatever the mailbox: what is on its way, and not what is
  /// withheld.
  public func announcedRows(limit: Int) throws(StoreError) -> [AnnouncedMessage] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM announced WHERE withheld IS NULL
          ORDER BY received_at DESC, uid DESC LIMIT ?
          """, arguments: [limit]
      ).map(Announcements.message)
    }
  }

  /// How many ``announcedRows(limit:)`` could give.
  public func announcedCount() throws(StoreError) -> Int {
    try read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM announced WHERE withheld IS NULL") ?? 0
    }
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

  /// A body that is owed did not come although the server lists its mail: it stays owed, and is
  /// asked for again from `askAgainAt` on. Worker only. The first time is told in the journal.
  public func withhold(
    _ uid: UInt32, in mailbox: String, uidValidity: UInt32, because reason: Withholding,
    askAgainAt: Timestamp, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      let attempts = try Int.fetchOne(
        db,
        sql: """
          UPDATE announced SET withheld = ?, attempts = attempts + 1, ask_again_at = ?
          WHERE mailbox = ? AND uid_validity = ? AND uid = ? RETURNING attempts
          """,
        arguments: [reason.rawValue, askAgainAt.milliseconds, mailbox, uidValidity, uid])
      guard attempts == 1 else { return }
      try Journal.append(
        db,
        TraceEntry(
          author: .mailbox, action: "mail.withheld", request: "uid=\(uid)",
          answer: reason.rawValue), at: now)
    }
  }

  /// What the server lists and does not give, newest first, whatever the mailbox.
  public func withheld(limit: Int) throws(StoreError) -> [AnnouncedMessage] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM announced WHERE withheld IS NOT NULL
          ORDER BY received_at DESC, uid DESC LIMIT ?
          """, arguments: [limit]
      ).map(Announcements.message)
    }
  }

  /// What is withheld is asked for at the next occasion, however often it failed. Worker only.
  public func askAgain() throws(StoreError) {
    try write { db in
      try db.execute(
        sql: "UPDATE announced SET ask_again_at = 0 WHERE withheld IS NOT NULL AND ask_again_at > 0"
      )
    }
  }
}
