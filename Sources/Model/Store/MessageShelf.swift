import Domain
import GRDB

/// Rows of `message` and the tables around it, read and written as `Message`.
enum MessageShelf {
  /// One row per message, with what can change beside it.
  static let selection = """
    SELECT m.*, t.thread, f.names AS flag_names, l.mailbox AS place, l.uid, l.is_gone
    FROM message m
    JOIN thread t ON t.message = m.key
    LEFT JOIN flags f ON f.message = m.key
    LEFT JOIN location l ON l.id =
      (SELECT id FROM location WHERE message = m.key ORDER BY is_gone, id LIMIT 1)
    """

  static func message(_ row: Row, _ codec: Codec) throws -> Message {
    let patient: String? = row["patient"]
    let home: String = row["mailbox"]
    let names: String? = row["flag_names"]
    let isGone: Bool? = row["is_gone"]
    let date: Int64? = row["date"]
    return Message(
      id: row["id"], receptionKey: row["key"], messageID: row["message_id"],
      digest: row["digest"], mailbox: row["place"] ?? home,
      // A number that the server took back names nothing any more.
      uid: isGone == false ? row["uid"] : nil,
      receivedAt: Timestamp(milliseconds: row["received_at"]),
      date: date.map(Timestamp.init(milliseconds:)),
      sender: Sender(
        name: row["sender_name"], address: row["sender_address"],
        kind: try SenderKind(stored: row["sender_kind"]), display: row["sender_display"]),
      to: try codec.values(row["recipients"]), cc: try codec.values(row["cc"]),
      subject: row["subject"], kind: try MessageKind(stored: row["kind"]),
      isOutgoing: row["is_outgoing"], flags: flags(names ?? ""), thread: row["thread"],
      preview: row["preview"], attachments: try codec.values(row["attachments"]),
      defects: try codec.values(row["defects"]), warnings: try codec.values(row["warnings"]),
      patient: try patient.map { try codec.value(Patient.self, $0) },
      isGoneFromServer: isGone ?? false)
  }

  static func flags(_ names: String) -> Flags {
    Flags(names.split(separator: " ").map(String.init))
  }
  static func text(_ flags: Flags) -> String { flags.sorted.joined(separator: " ") }

  static func key(_ db: Database, _ id: Message.ID) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT key FROM message WHERE id = ?"), arguments: [id])
  }

  static func requireKey(_ db: Database, _ id: Message.ID) throws -> Int64 {
    guard let key = try key(db, id) else { throw StoreError.notFound }
    return key
  }

  static func message(_ db: Database, id: Message.ID) throws -> Message? {
    try Row.fetchOne(db, sql: selection + " WHERE m.id = ?", arguments: [id])
      .map { try message($0, Codec()) }
  }

  static func message(_ db: Database, key: Int64, _ codec: Codec) throws -> Message {
    guard
      let row = try Row.fetchOne(db, sql: selection + " WHERE m.key = ?", arguments: [key])
    else { throw StoreError.damaged("message.missing") }
    return try message(row, codec)
  }

  static func documents(_ db: Database, key: Int64, _ codec: Codec) throws -> [ReadableDocument] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM document WHERE message = ? ORDER BY attachment"),
      arguments: [key]
    ).map { row in
      ReadableDocument(
        attachment: row["attachment"], kind: try AttachmentKind(stored: row["kind"]),
        state: try ReadableDocument.State(stored: row["state"]), text: row["text"],
        pages: row["pages"], isMachineRead: row["is_machine_read"],
        defects: try codec.values(row["defects"]))
    }
  }

  /// The next free place of that second: reception order, newest largest (design 8).
  static func nextKey(_ db: Database, _ receivedAt: Timestamp) throws -> Int64 {
    let first = placeOf(receivedAt)
    let last = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT max(key) FROM message WHERE key BETWEEN ? AND ?"),
      arguments: [first, first | 0xF_FFFF])
    guard let last else { return first }
    guard last < first | 0xF_FFFF else { throw StoreError.damaged("key.full") }
    return last + 1
  }

  /// First key of a second; dates that no clock shows are brought back into range.
  static func placeOf(_ instant: Timestamp) -> Int64 {
    min(max(instant.seconds, 0), 1 << 40) << 20
  }
}
