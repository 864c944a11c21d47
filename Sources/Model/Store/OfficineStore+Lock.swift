public import Domain
import GRDB

/// What a locked screen needs of the store: counts without names, and what was half written.
extension OfficineStore {
  /// Keeps a note half written on a demande for its author; an empty text keeps nothing. It is
  /// no event and never leaves this store. No other screen needs to hear of it.
  public func keepNote(
    _ note: NoteText, on order: Order.ID, of authorID: String, now: Timestamp
  ) throws(StoreError) {
    try writeQuietly { db in
      guard !note.isBlank else {
        try db.execute(
          sql: "DELETE FROM kept_note WHERE demande = ? AND author = ?",
          arguments: [order, authorID])
        return
      }
      try db.execute(
        sql: """
          INSERT INTO kept_note (demande, author, text, at) VALUES (?, ?, ?, ?)
          ON CONFLICT (demande, author) DO UPDATE SET text = excluded.text, at = excluded.at
          WHERE excluded.at >= at
          """, arguments: [order, authorID, note.forTheTeam, now.milliseconds])
    }
  }

  /// Notes that this member began and did not finish, by demande; the newest ones of a thousand.
  public func keptNotes(of authorID: String) throws(StoreError) -> [Order.ID: NoteText] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT demande, text FROM kept_note WHERE author = ? ORDER BY at DESC LIMIT 1000",
        arguments: [authorID])
      return rows.reduce(into: [:]) { notes, row in notes[row["demande"]] = NoteText(row["text"]) }
    }
  }

  /// When the demandes that wait for somebody were opened, at most `limit` of them, newest first:
  /// times alone, so that a locked screen can count without holding a name.
  public func waitingSince(limit: Int) throws(StoreError) -> [Timestamp] {
    try read { db in
      try Int64.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT event.at FROM demande JOIN event
              ON event.demande = demande.id AND event.number = 1
            WHERE in_todo = 1 AND status = 'received' AND owner IS NULL
            ORDER BY last_key DESC LIMIT ?
            """), arguments: [limit]
      ).map(Timestamp.init(milliseconds:))
    }
  }

  /// Whether somebody else chose this member's code: then they choose their own when they open a
  /// screen.
  public func isPINProvisional(of memberID: String) throws(StoreError) -> Bool {
    try read { db in
      try Bool.fetchOne(
        db, sql: "SELECT is_pin_provisional FROM member WHERE id = ?", arguments: [memberID])
        ?? false
    }
  }
}
