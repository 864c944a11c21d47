public import Domain
import GRDB

extension OfficineStore {
  /// The UIDs of a mailbox that lie in `ranges` and that the server has not taken back,
  /// ascending. A server may name ranges of thousands of millions: only what is here comes back.
  public func knownUIDs(
    in mailbox: String, uidValidity: UInt32, within ranges: [ClosedRange<UInt32>]
  ) throws(StoreError) -> [UInt32] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT uid FROM location WHERE mailbox = ? AND uid_validity = ?
            AND uid BETWEEN ? AND ? AND is_gone = 0 ORDER BY uid
          """)
      var found: [UInt32] = []
      for range in ranges {
        found += try UInt32.fetchAll(
          statement, arguments: [mailbox, uidValidity, range.lowerBound, range.upperBound])
      }
      return found
    }
  }

  /// How many messages of a mailbox are here and, as far as is known, on the server.
  public func locationCount(
    in mailbox: String, uidValidity: UInt32
  ) throws(StoreError) -> Int {
    try read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM location WHERE mailbox = ? AND uid_validity = ? AND is_gone = 0
          """, arguments: [mailbox, uidValidity]) ?? 0
    }
  }

  /// The end of a resynchronisation: what is gone, and the mod-sequence that now holds, in one
  /// transaction (invariant 5, S11). The flags it covers were applied before. Worker only.
  public func finishResync(
    gone uids: [UInt32], cursor: MailboxCursor, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      let count = try Mailboxes.markGone(
        db, mailbox: cursor.name, uidValidity: cursor.uidValidity, uids: uids)
      try Mailboxes.advance(db, cursor)
      guard count > 0 else { return }
      try Journal.append(
        db, TraceEntry(author: .mailbox, action: "mailbox.gone", answer: "messages=\(count)"),
        at: now)
    }
  }

  /// How many copies are owed to Sent.
  public func owedCopies() throws(StoreError) -> Int {
    try read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM outbox WHERE state = 'sent' AND has_sent_copy = 0") ?? 0
    }
  }
}
