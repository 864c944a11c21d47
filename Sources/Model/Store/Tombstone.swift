import Domain
import Foundation
import GRDB

/// What is left of purged work: identity, kind, times and places, so that counts, history and sync
/// stay true and the same mail never opens work again; nothing that a person wrote.
enum Tombstone {
  /// Everything of one demande, inside one transaction; the number of messages that went with it.
  ///
  /// `before`: what the author of a refused gesture has not seen, and is newer, waits.
  static func demande(
    _ db: Database, _ id: Order.ID, before: Timestamp, at now: Timestamp
  ) throws -> Int {
    let codec = Codec()
    try open(db, id)
    try redactEvents(db, id, before: before, codec)
    try db.execute(
      sql: "INSERT OR IGNORE INTO purged_demande (demande, at) VALUES (?, ?)",
      arguments: [id, now.milliseconds])
    for item in try String.fetchAll(
      db, sql: "SELECT id FROM outbox WHERE demande = ?", arguments: [id])
    {
      try outgoing(db, item, codec)
    }
    for draft in try String.fetchAll(
      db,
      sql: "SELECT id FROM draft WHERE is_gone = 0 AND json_extract(content, '$.order') = ?",
      arguments: [id])
    {
      try Drafts.remove(db, draft, at: now)
    }
    try db.execute(sql: "DELETE FROM kept_note WHERE demande = ?", arguments: [id])
    try db.execute(sql: "DELETE FROM mention WHERE demande = ?", arguments: [id])
    // A message of a renewed demande stays as long as one of its demandes does.
    let messages = try Int64.fetchAll(
      db,
      sql: """
        SELECT b.message FROM demande_message b WHERE b.demande = ?
          AND NOT EXISTS (SELECT 1 FROM purged_message p WHERE p.message = b.message)
          AND NOT EXISTS (SELECT 1 FROM demande_message c LEFT JOIN purged_demande p
            ON p.demande = c.demande WHERE c.message = b.message AND p.demande IS NULL)
        """, arguments: [id])
    for key in messages { try message(db, key, at: now, codec) }
    try db.execute(sql: "DELETE FROM permit")
    return messages.count
  }

  /// A message without work of its own.
  static func message(_ db: Database, _ key: Int64, at now: Timestamp) throws {
    try message(db, key, at: now, Codec())
    try db.execute(sql: "DELETE FROM permit")
  }

  static func outgoing(_ db: Database, _ id: String) throws {
    try outgoing(db, id, Codec())
    try db.execute(sql: "DELETE FROM permit")
  }

  /// The door for what was said on a demande; whoever opens it empties `permit`.
  static func open(_ db: Database, _ id: Order.ID) throws {
    let row = try Int64.fetchOne(
      db, sql: "SELECT rowid FROM demande WHERE id = ?", arguments: [id])
    guard let row else { throw StoreError.notFound }
    try permit(db, "demande", row)
  }

  private static func permit(_ db: Database, _ what: String, _ key: Int64) throws {
    try db.execute(sql: "INSERT OR IGNORE INTO permit VALUES (?, ?)", arguments: [what, key])
  }

  /// What is folded first, in its order: the signs of its patients are those of every machine.
  static func redactEvents(
    _ db: Database, _ id: Order.ID, before: Timestamp, _ codec: Codec
  ) throws {
    var redaction = Redaction()
    let isWaiting = """
      is_own = 1 AND is_seen = 0 AND member IS NOT NULL AND number IS NULL
        AND (standing = 'pending' OR standing = 'refused' AND at >= ?)
      """
    for row in try Row.fetchAll(
      db,
      sql: """
        SELECT seq, at, coalesce(\(isWaiting), 0) AS is_waiting FROM event WHERE demande = ?
        ORDER BY number IS NULL, number, seq
        """, arguments: [before.milliseconds, id])
    {
      if row["is_waiting"] {
        try db.execute(
          sql: "INSERT OR IGNORE INTO purge_later (event, at) VALUES (?, ?)",
          arguments: [row["seq"] as Int64, row["at"] as Int64])
      } else {
        try redact(db, event: row["seq"], &redaction, codec)
      }
    }
    try OrderBook.refold(db, id, codec)
  }

  /// One event, behind a door that is open.
  static func redact(
    _ db: Database, event seq: Int64, _ redaction: inout Redaction, _ codec: Codec
  ) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT id, gesture FROM event WHERE seq = ?", arguments: [seq])
    guard let row else { return }
    let gesture = try codec.value(Gesture.self, row["gesture"])
    let redacted = redaction.redacted(gesture)
    guard redacted != gesture else { return }
    // Only what was indexed may be taken out: FTS5 believes what it is told.
    let isIndexed = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM note_search_docsize WHERE id = ?)",
      arguments: [seq])
    if isIndexed == true, let words = SearchIndex.words(of: gesture) {
      try SearchIndex.removeNote(db, seq: seq, words)
    }
    try db.execute(
      sql: "UPDATE event SET gesture = ? WHERE seq = ?",
      arguments: [try codec.text(redacted), seq])
    try db.execute(sql: "DELETE FROM mention WHERE event = ?", arguments: [row["id"] as String])
  }

  private static func message(
    _ db: Database, _ key: Int64, at now: Timestamp, _ codec: Codec
  ) throws {
    let message = try MessageShelf.message(db, key: key, codec)
    let text =
      try String.fetchOne(db, sql: "SELECT text FROM body WHERE message = ?", arguments: [key])
      ?? ""
    try SearchIndex.remove(
      db, key: key,
      SearchIndex.words(
        of: message, text: text, documents: try MessageShelf.documents(db, key: key, codec)))
    // The row of the index stays, without words: as many rows as messages (Q02).
    try SearchIndex.insert(
      db, key: key, SearchIndex.Words(people: "", subject: "", body: "", documents: ""))
    try permit(db, "message", key)
    try db.execute(
      sql: """
        UPDATE message SET message_id = '', sender_name = '', sender_address = '',
          sender_display = '—', recipients = '[]', cc = '[]', subject = '', preview = '',
          attachments = '[]', defects = '[]', warnings = '[]', patient = NULL, date = NULL
        WHERE key = ?
        """, arguments: [key])
    try db.execute(sql: "DELETE FROM raw WHERE message = ?", arguments: [key])
    try db.execute(
      sql: """
        UPDATE body SET text = '', is_from_html = 0, headers = '[]', parts = '[]'
        WHERE message = ?
        """, arguments: [key])
    try db.execute(sql: "DELETE FROM document WHERE message = ?", arguments: [key])
    try db.execute(sql: "DELETE FROM reference WHERE message = ?", arguments: [key])
    try operations(db, of: key)
    try db.execute(
      sql: "INSERT INTO purged_message (message, at) VALUES (?, ?)",
      arguments: [key, now.milliseconds])
  }

  /// What was done at the server stays; a Message-ID and a server's words may name somebody.
  static func operations(_ db: Database, of key: Int64) throws {
    for id in try Int64.fetchAll(
      db, sql: "SELECT id FROM operation WHERE message = ? AND settled_at IS NOT NULL",
      arguments: [key])
    {
      try permit(db, "operation", id)
      try db.execute(
        sql: "UPDATE operation SET message_id = '', words = NULL WHERE id = ?", arguments: [id])
    }
  }

  private static func outgoing(_ db: Database, _ id: String, _ codec: Codec) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT rowid AS place, content, built FROM outbox WHERE id = ?", arguments: [id])
    guard let row else { throw StoreError.notFound }
    try permit(db, "outbox", row["place"])
    var content = try codec.value(Outbox.Content.self, row["content"])
    content.to = []
    content.subject = ""
    content.body = ""
    content.inReplyTo = nil
    content.references = []
    content.headers = []
    let wasBuilt: Data? = row["built"]
    try db.execute(
      sql: """
        UPDATE outbox SET content = ?, built = ?, recipients = NULL, last_answer = NULL
        WHERE id = ?
        """,
      arguments: [try codec.text(content), wasBuilt.map { _ in Data() }, id])
    try db.execute(sql: "DELETE FROM outbox_attachment WHERE item = ?", arguments: [id])
  }
}
