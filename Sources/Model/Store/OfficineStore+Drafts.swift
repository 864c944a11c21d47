public import Domain
import GRDB

extension OfficineStore {
  /// Keeps the draft; an older one never replaces a newer one (O14), and one that was sent or
  /// thrown away comes back only with something newer.
  public func saveDraft(_ draft: Draft) throws(StoreError) {
    try writeQuietly { try Drafts.save($0, draft) }
  }

  /// The last one written first.
  public func drafts(of authorID: String) throws(StoreError) -> [Draft] {
    try read { db in
      let codec = Codec()
      return try Row.fetchAll(
        db,
        sql: "SELECT * FROM draft WHERE author = ? AND is_gone = 0 ORDER BY updated_at DESC, id",
        arguments: [authorID]
      ).map { try Drafts.draft(db, $0, codec) }
    }
  }

  public func draft(_ id: String) throws(StoreError) -> Draft? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM draft WHERE id = ? AND is_gone = 0", arguments: [id]
      ).map { try Drafts.draft(db, $0, Codec()) }
    }
  }

  /// Throws the draft away, with its text and attachments.
  public func deleteDraft(_ id: String) throws(StoreError) {
    try writeQuietly { try Drafts.remove($0, id, at: nil) }
  }
}

enum Drafts {
  static func save(_ db: Database, _ draft: Draft) throws {
    var content = draft
    content.attachments = []
    try db.execute(
      sql: """
        INSERT INTO draft (id, author, content, updated_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET author = excluded.author, content = excluded.content,
          updated_at = excluded.updated_at, is_gone = 0
        WHERE excluded.updated_at > updated_at
          OR (excluded.updated_at = updated_at AND is_gone = 0)
        """,
      arguments: [
        draft.id, draft.authorID, try Codec().text(content), draft.updatedAt.milliseconds,
      ])
    guard db.changesCount == 1 else { return }
    try db.execute(sql: "DELETE FROM draft_attachment WHERE draft = ?", arguments: [draft.id])
    for (n, attachment) in draft.attachments.enumerated() {
      try db.execute(
        sql: """
          INSERT INTO draft_attachment (draft, n, filename, content_type, bytes)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [
          draft.id, n, attachment.filename, attachment.contentType, Bytes(attachment.bytes),
        ])
    }
  }

  static func draft(_ db: Database, _ row: Row, _ codec: Codec) throws -> Draft {
    var draft = try codec.value(Draft.self, row["content"])
    draft.attachments = try Outbox.attachments(db, "draft_attachment", "draft", draft.id)
    return draft
  }

  /// Leaves the name and the time, so that a late save of older text does not bring it back.
  static func remove(_ db: Database, _ id: String, at now: Timestamp?) throws {
    try db.execute(
      sql: """
        UPDATE draft SET is_gone = 1, content = '', updated_at = max(updated_at, coalesce(?, 0))
        WHERE id = ?
        """, arguments: [now?.milliseconds, id])
    try db.execute(sql: "DELETE FROM draft_attachment WHERE draft = ?", arguments: [id])
  }
}
