import Domain
import Foundation
import GRDB

/// Rows of `outbox`, and what the rest of the store must know of them.
enum Outbox {
  /// What is fixed when it is queued and no query looks into (invariant 11).
  struct Content: Codable {
    var replyingTo: Message.ID?
    var from: MailAddress
    var to: [MailAddress]
    var subject: String
    var body: String
    var inReplyTo: String?
    var references: [String]
    var headers: [OutgoingItem.HeaderField]
    var author: Author
    var purpose: Draft.Purpose?
  }

  static func insert(_ db: Database, _ item: OutgoingItem, _ codec: Codec) throws {
    let content = Content(
      replyingTo: item.replyingTo, from: item.from, to: item.to, subject: item.subject,
      body: item.body, inReplyTo: item.inReplyTo, references: item.references,
      headers: item.headers, author: item.author, purpose: item.purpose)
    try db.cachedStatement(
      sql: """
        INSERT INTO outbox (id, message_id, demande, content, queued_at, not_before, state)
        VALUES (?, ?, ?, ?, ?, ?, 'queued')
        """
    ).execute(arguments: [
      item.id, item.messageID, item.order, try codec.text(content), item.queuedAt.milliseconds,
      item.notBefore.milliseconds,
    ])
    for (n, attachment) in item.attachments.enumerated() {
      try db.cachedStatement(
        sql: """
          INSERT INTO outbox_attachment (item, n, filename, content_type, bytes)
          VALUES (?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        item.id, n, attachment.filename, attachment.contentType, Bytes(attachment.bytes),
      ])
    }
  }

  static func item(_ db: Database, _ row: Row, _ codec: Codec) throws -> OutgoingItem {
    let content = try codec.value(Content.self, row["content"])
    let id: String = row["id"]
    let next: Int64? = row["next_attempt_at"]
    let sent: Int64? = row["sent_at"]
    let results: String? = row["recipients"]
    let held: Int64? = row["held_at"]
    let state = try held == nil ? OutgoingItem.State(stored: row["state"]) : .held
    return OutgoingItem(
      id: id, messageID: row["message_id"], state: state,
      order: row["demande"], replyingTo: content.replyingTo, from: content.from, to: content.to,
      subject: content.subject, body: content.body, inReplyTo: content.inReplyTo,
      references: content.references, headers: content.headers,
      attachments: try attachments(db, "outbox_attachment", "item", id),
      author: content.author, purpose: content.purpose,
      queuedAt: Timestamp(milliseconds: row["queued_at"]),
      notBefore: Timestamp(milliseconds: row["not_before"]), attempts: row["attempts"],
      nextAttemptAt: next.map(Timestamp.init(milliseconds:)), lastAnswer: row["last_answer"],
      sentAt: sent.map(Timestamp.init(milliseconds:)), hasSentCopy: row["has_sent_copy"],
      results: try results.map { try codec.value([OutgoingItem.RecipientResult].self, $0) } ?? [])
  }

  static func attachments(
    _ db: Database, _ table: String, _ owner: String, _ id: String
  ) throws -> [DraftAttachment] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM \(table) WHERE \(owner) = ? ORDER BY n", arguments: [id]
    ).map { row in
      let bytes: Data = row["bytes"]
      return DraftAttachment(
        filename: row["filename"], contentType: row["content_type"], bytes: Array(bytes))
    }
  }

  static func item(_ db: Database, id: String, _ codec: Codec) throws -> OutgoingItem? {
    try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM outbox WHERE id = ?"), arguments: [id])
      .map { try item(db, $0, codec) }
  }

  static func require(_ db: Database, id: String, _ codec: Codec) throws -> OutgoingItem {
    guard let item = try item(db, id: id, codec) else { throw StoreError.notFound }
    return item
  }

  /// Everything that being sent means: the answer on the demande, the flag on the mail.
  static func settleSent(
    _ db: Database, _ item: OutgoingItem, answer: String?, at: Timestamp, _ codec: Codec
  ) throws {
    try db.cachedStatement(
      sql: """
        UPDATE outbox SET state = 'sent', sent_at = ?, last_answer = coalesce(?, last_answer),
          next_attempt_at = NULL, held_at = NULL
        WHERE id = ? AND state <> 'sent'
        """
    ).execute(arguments: [at.milliseconds, answer, item.id])
    guard db.changesCount == 1 else { return }
    if let order = item.order {
      let current = try OrderBook.current(db, order)
      _ = try recordAnswer(
        db, messageID: item.messageID, in: current, by: item.author, at: at, codec)
    }
    if let original = item.replyingTo, let key = try MessageShelf.key(db, original) {
      _ = try Mailboxes.setFlag(db, key: key, "\\Answered", true)
    }
  }

  /// Appends `answered` unless that Message-ID is recorded already; true when it was appended.
  static func recordAnswer(
    _ db: Database, messageID: String, in demande: Order.ID, by author: Author, at: Timestamp,
    _ codec: Codec
  ) throws -> Bool {
    let id = "answered:\(messageID)"
    let known = try String.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM event WHERE id = ?"), arguments: [id])
    guard known == nil, try OrderBook.isOpen(db, demande, codec) else { return false }
    _ = try OrderBook.append(
      db, to: demande,
      [
        OrderBook.Entry(
          id: id, author: author, at: at, basedOn: nil,
          gesture: .answered(messageID: messageID))
      ], codec)
    return true
  }

  /// A copy of that mail stands in a mailbox: it was sent (O01). Returns who wrote it, when it
  /// was written here.
  static func reconcile(
    _ db: Database, messageID: String, sentAt: Timestamp
  ) throws -> Author? {
    guard !messageID.isEmpty else { return nil }
    let codec = Codec()
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM outbox WHERE message_id = ?"), arguments: [messageID])
    guard let item = try row.map({ try item(db, $0, codec) }) else { return nil }
    try db.cachedStatement(sql: "UPDATE outbox SET has_sent_copy = 1 WHERE id = ?").execute(
      arguments: [item.id])
    // Whatever a person decided since: sending it again would be twice. One that is being sent
    // right now is settled by its sender.
    if item.state != .sending && item.state != .sent {
      try settleSent(db, item, answer: nil, at: sentAt, codec)
    }
    return item.author
  }
}
