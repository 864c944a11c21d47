import Domain
import Foundation
import GRDB

/// Bytes for a BLOB column.
func Bytes(_ bytes: [UInt8]) -> Data { Data(bytes) }

/// Where messages are on the server, and which flags they have there.
enum Mailboxes {
  /// The cursor never goes back under one UIDVALIDITY: a server's slip must not lose mail.
  static func advance(_ db: Database, _ cursor: MailboxCursor) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO mailbox (name, uid_validity, uid_next, mod_sequence, special_use)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET
          uid_next = CASE WHEN uid_validity = excluded.uid_validity
            THEN max(uid_next, excluded.uid_next) ELSE excluded.uid_next END,
          uid_validity = excluded.uid_validity, mod_sequence = excluded.mod_sequence,
          special_use = coalesce(excluded.special_use, special_use)
        """
    ).execute(arguments: [
      cursor.name, cursor.uidValidity, cursor.uidNext,
      // RFC 7162 3.1: a mod-sequence has 63 bits.
      cursor.modSequence.map { Int64(clamping: $0) }, cursor.specialUse,
    ])
  }

  static func cursor(_ row: Row) -> MailboxCursor {
    let modSequence: Int64? = row["mod_sequence"]
    return MailboxCursor(
      name: row["name"], uidValidity: row["uid_validity"], uidNext: row["uid_next"],
      modSequence: modSequence.map(UInt64.init(clamping:)), specialUse: row["special_use"])
  }

  static func locate(
    _ db: Database, key: Int64, mailbox: String, uidValidity: UInt32, uid: UInt32
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO location (message, mailbox, uid_validity, uid) VALUES (?, ?, ?, ?)
        ON CONFLICT (mailbox, uid_validity, uid) DO UPDATE SET
          message = excluded.message, is_gone = 0
        """
    ).execute(arguments: [key, mailbox, uidValidity, uid])
  }

  /// How many of them were here.
  static func markGone(
    _ db: Database, mailbox: String, uidValidity: UInt32, uids: [UInt32]
  ) throws -> Int {
    let statement = try db.cachedStatement(
      sql: """
        UPDATE location SET is_gone = 1
        WHERE mailbox = ? AND uid_validity = ? AND uid = ? AND is_gone = 0
        """)
    var count = 0
    for uid in uids {
      try statement.execute(arguments: [mailbox, uidValidity, uid])
      count += db.changesCount
    }
    return count
  }

  /// What the server says, except where a local change still waits to be told.
  static func receiveFlags(_ db: Database, key: Int64, _ flags: Flags) throws {
    var names = flags.names
    let pending = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT flag, is_on FROM flag_change WHERE message = ?"),
      arguments: [key])
    for change in pending {
      let flag: String = change["flag"]
      if change["is_on"] { names.insert(flag) } else { names.remove(flag) }
    }
    try storeFlags(db, key: key, Flags(names))
  }

  static func storeFlags(_ db: Database, key: Int64, _ flags: Flags) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO flags (message, names) VALUES (?, ?)
        ON CONFLICT (message) DO UPDATE SET names = excluded.names
        """
    ).execute(arguments: [key, MessageShelf.text(flags)])
  }

  /// Changes a flag here and queues the change for the server; true when it was a change.
  static func setFlag(_ db: Database, key: Int64, _ flag: String, _ on: Bool) throws -> Bool {
    let name = Flags.canonical(flag)
    let text = try String.fetchOne(
      db.cachedStatement(sql: "SELECT names FROM flags WHERE message = ?"), arguments: [key])
    var names = MessageShelf.flags(text ?? "").names
    guard names.contains(name) != on else { return false }
    if on { names.insert(name) } else { names.remove(name) }
    try storeFlags(db, key: key, Flags(names))
    // A new number: an older change that is under way right now must not settle this one.
    try db.cachedStatement(sql: "DELETE FROM flag_change WHERE message = ? AND flag = ?").execute(
      arguments: [key, name])
    try db.cachedStatement(sql: "INSERT INTO flag_change (message, flag, is_on) VALUES (?, ?, ?)")
      .execute(arguments: [key, name, on])
    return true
  }
}

/// Readable documents of messages.
enum Documents {
  static func insert(
    _ db: Database, key: Int64, _ document: ReadableDocument, _ codec: Codec
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO document
          (message, attachment, kind, state, text, pages, is_machine_read, defects)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (message, attachment) DO UPDATE SET
          kind = excluded.kind, state = excluded.state, text = excluded.text,
          pages = excluded.pages, is_machine_read = excluded.is_machine_read,
          defects = excluded.defects
        """
    ).execute(arguments: [
      key, document.attachment, document.kind.rawValue, document.state.rawValue, document.text,
      document.pages, document.isMachineRead, try codec.list(document.defects),
    ])
  }
}
