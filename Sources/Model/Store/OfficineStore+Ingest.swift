public import Domain
import GRDB

extension OfficineStore {
  /// Stores a batch with everything it means: messages, parts, words, demandes opened or
  /// touched, and the cursor, in one transaction (invariant 5). Worker only.
  ///
  /// A message that is here already gets a further location and nothing else, so the same batch
  /// may come twice (S02). Two mails with one Message-ID and different content are two (S14).
  public func ingest(
    _ batch: IngestBatch, policy: Policy, now: Timestamp
  ) throws(StoreError) -> IngestResult {
    try write { db in
      var work = Ingest(db: db, policy: policy)
      for incoming in batch.messages { try work.take(incoming, now: now) }
      if let cursor = batch.cursor { try Mailboxes.advance(db, cursor) }
      let result = work.result
      if !batch.messages.isEmpty {
        try Journal.append(
          db,
          TraceEntry(
            author: .mailbox, action: "ingest",
            request: "messages=\(batch.messages.count)\(batch.numbers)",
            answer: "stored=\(result.stored.count) known=\(result.alreadyKnown.count)"),
          at: now)
      }
      return result
    }
  }
}

/// One batch on its way in, inside its transaction.
private struct Ingest {
  let db: Database
  let codec = Codec()
  var result = IngestResult()
  private var binding: Binding

  init(db: Database, policy: Policy) {
    self.db = db
    binding = Binding(db: db, policy: policy)
  }

  /// More references than that are an attack or a mailing list; the newest matter.
  static let referenceLimit = 100

  mutating func take(_ incoming: IncomingMessage, now: Timestamp) throws {
    let id = incoming.message.id
    if let key = try MessageShelf.key(db, id) {
      try locate(incoming, key)
      result.alreadyKnown.append(id)
      return
    }
    var message = incoming.message
    message.receptionKey = try MessageShelf.nextKey(db, message.receivedAt)
    var references = incoming.references
    if let original = incoming.reportOriginalMessageID { references.insert(original, at: 0) }
    references = Array(references.suffix(Self.referenceLimit))
    try insert(message, incoming)
    message.thread = try Threads.join(
      db, key: message.receptionKey, id: id, messageID: message.messageID,
      references: references)
    try locate(incoming, message.receptionKey)
    let words = SearchIndex.words(
      of: message, text: incoming.text, documents: incoming.documents)
    try SearchIndex.insert(db, key: message.receptionKey, words)
    result.stored.append(id)
    try binding.bind(
      message, references: references, opens: incoming.opensDemande, proposed: incoming.proposed)
    result.opened = binding.opened
    result.touched = binding.touched
  }

  private func locate(_ incoming: IncomingMessage, _ key: Int64) throws {
    guard let uid = incoming.message.uid else { return }
    try Mailboxes.locate(
      db, key: key, mailbox: incoming.message.mailbox, uidValidity: incoming.uidValidity,
      uid: uid)
    try Announcements.remove(
      db, mailbox: incoming.message.mailbox, uidValidity: incoming.uidValidity, uid: uid)
    try Mailboxes.receiveFlags(db, key: key, incoming.message.flags)
  }

  private func insert(_ message: Message, _ incoming: IncomingMessage) throws {
    let key = message.receptionKey
    try db.cachedStatement(
      sql: """
        INSERT INTO message (key, id, message_id, digest, mailbox, received_at, date, sender_name,
          sender_address, sender_kind, sender_display, recipients, cc, subject, kind, is_outgoing,
          preview, attachments, defects, warnings, patient)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      key, message.id, message.messageID, message.digest, message.mailbox,
      message.receivedAt.milliseconds, message.date?.milliseconds, message.sender.name,
      message.sender.address, message.sender.kind.rawValue, message.sender.display,
      try codec.list(message.to), try codec.list(message.cc), message.subject,
      message.kind.rawValue, message.isOutgoing, message.preview,
      try codec.list(message.attachments), try codec.list(message.defects),
      try codec.list(message.warnings), try message.patient.map { try codec.text($0) },
    ])
    try db.cachedStatement(sql: "INSERT INTO raw (message, bytes) VALUES (?, ?)")
      .execute(arguments: [key, Bytes(incoming.raw)])
    try db.cachedStatement(
      sql: "INSERT INTO body (message, text, is_from_html, headers, parts) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      key, incoming.text, incoming.isFromHTML, try codec.list(incoming.headers),
      try codec.list(incoming.parts),
    ])
    try db.cachedStatement(sql: "INSERT INTO flags (message, names) VALUES (?, ?)")
      .execute(arguments: [key, MessageShelf.text(message.flags)])
    for document in incoming.documents {
      try Documents.insert(db, key: key, document, codec)
    }
  }
}
