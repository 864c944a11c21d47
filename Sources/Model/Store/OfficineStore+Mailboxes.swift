public import Domain
import GRDB

extension OfficineStore {
  /// nil for a mailbox that was never synchronised.
  public func cursor(of mailbox: String) throws(StoreError) -> MailboxCursor? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM mailbox WHERE name = ?", arguments: [mailbox])
        .map(Mailboxes.cursor)
    }
  }

  /// UIDs that the server has not taken back, ascending.
  public func knownUIDs(
    in mailbox: String, uidValidity: UInt32
  ) throws(StoreError) -> [UInt32] {
    try read { db in
      try UInt32.fetchAll(
        db,
        sql: """
          SELECT uid FROM location WHERE mailbox = ? AND uid_validity = ? AND is_gone = 0
          ORDER BY uid
          """, arguments: [mailbox, uidValidity])
    }
  }

  /// The flags of what `knownUIDs` gives.
  public func flags(
    in mailbox: String, uidValidity: UInt32
  ) throws(StoreError) -> [UInt32: Flags] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT l.uid, f.names FROM location l LEFT JOIN flags f ON f.message = l.message
          WHERE l.mailbox = ? AND l.uid_validity = ? AND l.is_gone = 0
          """, arguments: [mailbox, uidValidity])
      var flags: [UInt32: Flags] = [:]
      while let row = try rows.next() {
        let names: String? = row[1]
        flags[row[0]] = MessageShelf.flags(names ?? "")
      }
      return flags
    }
  }

  /// A new UIDVALIDITY: every UID of the mailbox means nothing any more, the messages and their
  /// demandes stay, and the cursor starts again at 1 (S07).
  public func resetMailbox(
    _ mailbox: String, uidValidity: UInt32, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM location WHERE mailbox = ? AND uid_validity <> ? AND is_gone = 0",
        arguments: [mailbox, uidValidity])
      try db.execute(
        sql: "DELETE FROM announced WHERE mailbox = ? AND uid_validity <> ?",
        arguments: [mailbox, uidValidity])
      try db.execute(
        sql: """
          INSERT INTO mailbox (name, uid_validity, uid_next) VALUES (?, ?, 1)
          ON CONFLICT (name) DO UPDATE SET
            uid_validity = excluded.uid_validity, uid_next = 1, mod_sequence = NULL
          """, arguments: [mailbox, uidValidity])
      try Journal.append(
        db,
        TraceEntry(
          author: .mailbox, action: "mailbox.reset", request: "uidvalidity=\(uidValidity)"),
        at: now)
    }
  }

  /// Another place where a known message is.
  public func locate(
    _ id: Message.ID, in mailbox: String, uidValidity: UInt32, uid: UInt32, flags: Flags
  ) throws(StoreError) {
    try write { db in
      let key = try MessageShelf.requireKey(db, id)
      try Mailboxes.locate(
        db, key: key, mailbox: mailbox, uidValidity: uidValidity, uid: uid)
      try Mailboxes.receiveFlags(db, key: key, flags)
    }
  }

  /// The server said that it removed them (invariant 6); nothing is removed here.
  public func markGone(
    mailbox: String, uidValidity: UInt32, uids: [UInt32], now: Timestamp
  ) throws(StoreError) {
    guard !uids.isEmpty else { return }
    try write { db in
      let count = try Mailboxes.markGone(
        db, mailbox: mailbox, uidValidity: uidValidity, uids: uids)
      guard count > 0 else { return }
      try Journal.append(
        db, TraceEntry(author: .mailbox, action: "mailbox.gone", answer: "messages=\(count)"),
        at: now)
    }
  }

  /// Flags as the server reports them. A local change that it does not know yet wins (S09).
  public func applyServerFlags(
    _ flags: [(uid: UInt32, flags: Flags)], mailbox: String, uidValidity: UInt32
  ) throws(StoreError) {
    guard !flags.isEmpty else { return }
    try write { db in
      for (uid, flags) in flags {
        let key = try Int64.fetchOne(
          db,
          sql: "SELECT message FROM location WHERE mailbox = ? AND uid_validity = ? AND uid = ?",
          arguments: [mailbox, uidValidity, uid])
        if let key { try Mailboxes.receiveFlags(db, key: key, flags) }
      }
    }
  }

  /// Flags that changed on the server while ours were on their way: as ``applyServerFlags``, and
  /// both sides stand in the journal (S09). Worker only.
  public func mergeServerFlags(
    _ flags: [UInt32: Flags], with ours: [FlagChange], now: Timestamp
  ) throws(StoreError) {
    guard !ours.isEmpty else { return }
    try write { db in
      for change in ours {
        guard let theirs = flags[change.uid] else { continue }
        let key = try MessageShelf.requireKey(db, change.message)
        try Mailboxes.receiveFlags(db, key: key, theirs)
        let wish = change.add.map { "+\($0)" } + change.remove.map { "-\($0)" }
        try Journal.append(
          db,
          TraceEntry(
            author: .mailbox, action: "flags.merge",
            request: "\(wish.joined(separator: " ")) \(change.message)",
            answer: "server=\(MessageShelf.text(theirs))"), at: now)
      }
    }
  }

  /// A flag changed here, and the change queued for the server. No effect when it is so already.
  public func setFlag(
    _ flag: String, _ on: Bool, on id: Message.ID, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      let key = try MessageShelf.requireKey(db, id)
      guard try Mailboxes.setFlag(db, key: key, flag, on) else { return }
      try Journal.append(
        db,
        TraceEntry(
          author: author ?? .mailbox, action: "flag",
          request: "\(on ? "+" : "-")\(Flags.canonical(flag)) \(id)"),
        at: now)
    }
  }

  /// Changes for messages that are somewhere on the server, oldest first.
  ///
  /// - Parameter mailbox: only those for messages that lie there; nil: wherever they lie first.
  public func pendingFlagChanges(
    in mailbox: String? = nil, limit: Int
  ) throws(StoreError) -> [FlagChange] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT c.id, c.flag, c.is_on, m.id AS message_name, l.mailbox, l.uid_validity, l.uid
          FROM flag_change c JOIN message m ON m.key = c.message
          JOIN location l ON l.id = (
            SELECT x.id FROM location x LEFT JOIN mailbox b ON b.name = x.mailbox
            WHERE x.message = c.message AND x.is_gone = 0 AND b.missing_since IS NULL
              AND x.mailbox = coalesce(?, x.mailbox)
            ORDER BY x.id LIMIT 1)
          ORDER BY c.id LIMIT ?
          """, arguments: [mailbox, limit]
      ).map { row in
        let flag: String = row["flag"]
        let isOn: Bool = row["is_on"]
        return FlagChange(
          id: row["id"], message: row["message_name"], mailbox: row["mailbox"],
          uidValidity: row["uid_validity"], uid: row["uid"], add: isOn ? [flag] : [],
          remove: isOn ? [] : [flag])
      }
    }
  }

  /// The number of the newest of all ``pendingFlagChanges(in:limit:)``; 0 when none waits.
  public func newestFlagChange() throws(StoreError) -> Int64 {
    try read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT max(c.id) FROM flag_change c JOIN location l ON l.message = c.message
          LEFT JOIN mailbox b ON b.name = l.mailbox
          WHERE l.is_gone = 0 AND b.missing_since IS NULL
          """) ?? 0
    }
  }

  /// The server has it. A newer change of the same flag has another number and stays.
  public func flagChangePushed(_ id: Int64) throws(StoreError) {
    try writeQuietly {
      try $0.execute(sql: "DELETE FROM flag_change WHERE id = ?", arguments: [id])
    }
  }

  /// Documents in state `pending`, newest message first.
  public func documentsToRead(limit: Int) throws(StoreError) -> [PendingDocument] {
    try read { db in
      let codec = Codec()
      return try Row.fetchAll(
        db,
        sql: """
          SELECT d.attachment, d.kind, m.id, m.attachments FROM document d
          JOIN message m ON m.key = d.message
          WHERE d.state = 'pending' ORDER BY d.message DESC, d.attachment LIMIT ?
          """, arguments: [limit]
      ).map { row in
        let n: Int = row["attachment"]
        let attachments: [Attachment] = try codec.values(row["attachments"])
        return PendingDocument(
          message: row["id"], attachment: n,
          part: attachments.first { $0.n == n }?.part ?? 0,
          kind: try AttachmentKind(stored: row["kind"]))
      }
    }
  }

  /// What the confined decoder made of one document: text for reading and searching, and the
  /// patient that a structured document names, who goes to the demande as source `document`.
  public func storeDocument(
    _ document: ReadableDocument, of id: Message.ID, patient: Patient?, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      let codec = Codec()
      let key = try MessageShelf.requireKey(db, id)
      let message = try MessageShelf.message(db, key: key, codec)
      let text =
        try String.fetchOne(
          db, sql: "SELECT text FROM body WHERE message = ?", arguments: [key]) ?? ""
      let before = SearchIndex.words(
        of: message, text: text, documents: try MessageShelf.documents(db, key: key, codec))
      try Documents.insert(db, key: key, document, codec)
      let after = SearchIndex.words(
        of: message, text: text, documents: try MessageShelf.documents(db, key: key, codec))
      if before != after {
        try SearchIndex.remove(db, key: key, before)
        try SearchIndex.insert(db, key: key, after)
      }
      guard let patient, let demande = try OrderBook.demande(db, ofMessage: key) else { return }
      try self.namePatient(patient, from: message, document, in: demande, db, codec)
    }
  }

  /// Once per document: what a person said stands, a contradiction is shown (`Order.fold`).
  private func namePatient(
    _ patient: Patient, from message: Message, _ document: ReadableDocument, in demande: Order.ID,
    _ db: Database, _ codec: Codec
  ) throws {
    let id = "document:\(message.id):\(document.attachment):\(demande)"
    let known = try String.fetchOne(db, sql: "SELECT id FROM event WHERE id = ?", arguments: [id])
    // What waits to be purged says nothing any more, and keeps nothing from being read.
    guard known == nil, try OrderBook.isOpen(db, demande, codec) else { return }
    var patient = patient
    patient.source = .document
    // A second arrival of a message is a document that was read late, not news.
    _ = try OrderBook.append(
      db, to: demande,
      [
        OrderBook.Entry(
          id: id, author: .mailbox, at: message.receivedAt, basedOn: nil,
          gesture: .messageArrived(message: message.id, patient: patient))
      ], codec)
  }
}
