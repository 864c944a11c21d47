public import Domain
import GRDB

/// Who was asked to look at which note, and who has: a member's own, on this store.
enum Mentions {
  static let table = """
    CREATE TABLE mention (
      event TEXT NOT NULL,
      demande TEXT NOT NULL,
      member TEXT NOT NULL,
      at INTEGER NOT NULL,
      read_at INTEGER,
      PRIMARY KEY (event, member)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mention_unread ON mention (member, at) WHERE read_at IS NULL;
    """

  /// With the note, in its transaction. Nobody is told of their own words.
  static func add(
    _ db: Database, _ id: String, _ gesture: Gesture, on order: Order.ID, by author: Author,
    at: Timestamp
  ) throws {
    guard case .noted(let note) = gesture, !note.mentionedNames.isEmpty else { return }
    let members = try Members.all(db).filter {
      !$0.isDisabled && $0.id != author.memberID
    }
    for member in note.mentioned(among: members) {
      try db.cachedStatement(
        sql: "INSERT OR IGNORE INTO mention (event, demande, member, at) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [id, order, member.id, at.milliseconds])
    }
  }
}

extension OfficineStore {
  /// The notes that name this member and that they have not seen, oldest first.
  public func mentions(of member: Member.ID, limit: Int = 200) throws(StoreError) -> [Mention] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT m.event, m.demande, m.at AS noted_at, e.*
          FROM mention m JOIN event e ON e.id = m.event
          WHERE m.member = ? AND m.read_at IS NULL ORDER BY m.at, m.event LIMIT ?
          """, arguments: [member, limit])
      return rows.map { row in
        Mention(
          event: row["event"], order: row["demande"],
          at: Timestamp(milliseconds: row["noted_at"]),
          by: Author(
            memberID: row["member"], name: row["name"], initials: row["initials"],
            poste: row["poste"], isDeclared: row["is_declared"]))
      }
    }
  }

  /// The member has those notes in front of them. Says nothing about the BAL, so it leaves no
  /// line in the journal; the other postes of the same member hear of it.
  public func readMentions(
    _ events: [String], by member: Member.ID, now: Timestamp
  ) throws(StoreError) {
    guard !events.isEmpty else { return }
    try write { db in
      for event in events {
        try db.cachedStatement(
          sql: "UPDATE mention SET read_at = ? WHERE event = ? AND member = ? AND read_at IS NULL"
        ).execute(arguments: [now.milliseconds, event, member])
      }
    }
  }
}
