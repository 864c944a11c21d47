public import Domain
import Foundation
import GRDB

extension OfficineStore {
  public func message(_ id: Message.ID) throws(StoreError) -> Message? {
    try read { try MessageShelf.message($0, id: id) }
  }

  /// What the reader shows; nil for an unknown message.
  public func body(_ id: Message.ID) throws(StoreError) -> MessageBody? {
    try read { db in
      guard let message = try MessageShelf.message(db, id: id) else { return nil }
      let key = message.receptionKey
      let row = try Row.fetchOne(
        db, sql: "SELECT text, is_from_html FROM body WHERE message = ?", arguments: [key])
      guard let row else { throw StoreError.damaged("body.missing") }
      return MessageBody(
        message: message, text: row["text"], isFromHTML: row["is_from_html"],
        documents: try MessageShelf.documents(db, key: key, Codec()))
    }
  }

  /// The bytes as they came.
  public func raw(_ id: Message.ID) throws(StoreError) -> [UInt8]? {
    try read { db in
      try Data.fetchOne(
        db,
        sql: "SELECT r.bytes FROM message m JOIN raw r ON r.message = m.key WHERE m.id = ?",
        arguments: [id]
      ).map { Array($0) }
    }
  }

  /// Decoded header fields in their order; empty for an unknown message.
  public func headers(_ id: Message.ID) throws(StoreError) -> [HeaderLine] {
    try list("headers", of: id)
  }

  /// The MIME tree, root first; empty for an unknown message.
  public func parts(_ id: Message.ID) throws(StoreError) -> [PartLine] {
    try list("parts", of: id)
  }

  private func list<T: Decodable & Sendable>(
    _ column: String, of id: Message.ID
  ) throws(StoreError) -> [T] {
    try read { db in
      let text = try String.fetchOne(
        db,
        sql: """
          SELECT b.\(column) FROM message m JOIN body b ON b.message = m.key WHERE m.id = ?
          """, arguments: [id])
      return try text.map { try Codec().values($0) } ?? []
    }
  }

  /// Whether a mail that bears our own address was written here: it left through the outbox, or
  /// it answers a mail that the store has. Anybody can write our address into From.
  public func isOurs(
    messageID: String, answering inReplyTo: String?
  ) throws(StoreError) -> Bool {
    try read { db in
      let isSent = try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE message_id = ?)",
        arguments: [messageID])
      if isSent == true { return true }
      guard let inReplyTo, !inReplyTo.isEmpty else { return false }
      return try Bool.fetchOne(
        db,
        sql: "SELECT EXISTS (SELECT 1 FROM message WHERE message_id = ? AND message_id <> '')",
        arguments: [inReplyTo]) == true
    }
  }

  /// What an id, or the beginning of one (4 characters at least), names.
  ///
  /// `notFound` when nothing or more than one thing begins so.
  public func resolve(_ idOrPrefix: String) throws(StoreError) -> ResolvedID {
    let text = idOrPrefix.lowercased()
    let isSafe = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    guard text.utf8.count >= 4, isSafe else { throw .notFound }
    return try read { db in
      let bounds: StatementArguments = [text, text + "\u{7F}"]
      let messages = try String.fetchAll(
        db, sql: "SELECT id FROM message WHERE id >= ? AND id < ? LIMIT 2", arguments: bounds)
      let orders = try String.fetchAll(
        db, sql: "SELECT id FROM demande WHERE id >= ? AND id < ? LIMIT 2", arguments: bounds)
      if messages.contains(text) { return .message(text) }
      if orders.contains(text) { return .order(text) }
      guard messages.count + orders.count == 1 else { throw StoreError.notFound }
      if let message = messages.first { return .message(message) }
      if let order = orders.first { return .order(order) }
      throw StoreError.notFound
    }
  }

  /// A page of a list of at most `limit` messages, newest first; a message of a renewed demande has
  /// a row for each demande that it is in.
  public func messages(
    _ list: MessageList, after: RowKey?, limit: Int
  ) throws(StoreError) -> [MessageRow] {
    let condition =
      switch list {
      case .all: "1"
      case .sent: "m.is_outgoing = 1"
      case .quarantine:
        "m.kind = 'unreadable' AND m.key NOT IN (SELECT message FROM purged_message)"
      }
    return try read { db in
      try rows(
        db, sql: " WHERE \(condition) AND m.key < ? ORDER BY m.key DESC LIMIT ?",
        arguments: [after?.value ?? Int64.max, limit])
    }
  }

  private func rows(
    _ db: Database, sql: String, arguments: StatementArguments
  ) throws -> [MessageRow] {
    let codec = Codec(decoded)
    let isLogged = try LogBook.machine(db) != nil
    let demande = try db.cachedStatement(
      sql: """
        SELECT d.snapshot FROM demande_message b JOIN demande d ON d.id = b.demande
        WHERE b.message = ? ORDER BY d.last_key DESC
        """)
    return try Row.fetchAll(
      db, sql: MessageShelf.selection + sql, arguments: arguments
    ).flatMap { row in
      let message = try MessageShelf.message(row, codec)
      let orders = try String.fetchAll(demande, arguments: [message.receptionKey]).map {
        try codec.value(Order.self, $0)
      }
      let each: [Order?] = orders.isEmpty ? [nil] : orders
      return try each.map { order in
        MessageRow(
          key: RowKey(message.receptionKey), message: message, order: order,
          isPending: try isLogged && order.map { try LogBook.isPending(db, $0.id) } ?? false)
      }
    }
  }

  /// Messages that hold every word of `query`, newest first, in rows as of `messages`. Any text is
  /// a query; one without a
  /// word finds nothing (Q01).
  public func search(_ query: String, limit: Int) throws(StoreError) -> [MessageRow] {
    guard let expression = SearchQuery(query).expression else { return [] }
    return try read { db in
      let keys = try Int64.fetchAll(
        db, sql: "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?",
        arguments: [expression, limit])
      return try rows(
        db,
        sql: """
           WHERE m.key IN (\(databaseQuestionMarks(count: keys.count))) ORDER BY m.key DESC
          """, arguments: StatementArguments(keys))
    }
  }

  /// Messages that name this one as what they answer, oldest first.
  public func replies(to id: Message.ID) throws(StoreError) -> [Message.ID] {
    try read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT c.id FROM message m
          JOIN reference r ON r.message_id = m.message_id AND r.is_parent = 1
          JOIN message c ON c.key = r.message
          WHERE m.id = ? AND m.message_id <> '' ORDER BY c.key
          """, arguments: [id])
    }
  }

  /// The whole thread of a message, oldest first; its newest 500 when it is longer.
  public func thread(of id: Message.ID) throws(StoreError) -> [Message] {
    try read { db in
      let codec = Codec()
      return try Row.fetchAll(
        db,
        sql: MessageShelf.selection + """
           WHERE t.thread = (SELECT x.thread FROM message y
            JOIN thread x ON x.message = y.key WHERE y.id = ?)
          ORDER BY m.key DESC LIMIT 500
          """, arguments: [id]
      ).map { try MessageShelf.message($0, codec) }.reversed()
    }
  }
}
