import Domain
import GRDB

/// Words about rights that did not count: a responsable of the machine where they were said is
/// told.
extension LogMembers {
  static let lost = """
    -- Rights that this machine's own record says in vain, as JSON; empty once it was read.
    ALTER TABLE log_member ADD COLUMN lost TEXT;
    """

  /// This machine's own, as the order of the log has it now; each once.
  static func noteLost(_ db: Database) throws {
    guard let machine = try LogBook.machine(db) else { return }
    var found: [(id: String, rights: Set<LogMember.Field>)] = []
    _ = try folds(db, waiting: false) { id, member, rights in
      if id.hasPrefix("member:\(member):\(machine):") { found.append((id, rights)) }
    }
    for (id, rights) in found {
      try db.execute(
        sql: "UPDATE log_member SET lost = ? WHERE id = ? AND lost IS NULL",
        arguments: [try Codec().text(rights.sorted { $0.rawValue < $1.rawValue }), id])
    }
  }

  /// Nothing for somebody who decides nothing; without any responsable everybody does.
  static func lost(_ db: Database, for member: String) throws -> [LostRight] {
    let all = try Members.all(db)
    guard let reader = all.first(where: { $0.id == member }),
      reader.isResponsable || !all.contains(where: \.isResponsable)
    else { return [] }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT l.id, l.lost, m.name FROM log_member l JOIN member m ON m.id = l.member
        WHERE l.lost <> '' ORDER BY l.seq
        """
    ).map {
      LostRight(
        id: $0["id"], name: $0["name"],
        rights: Set(try Codec().value([LogMember.Field].self, $0["lost"])))
    }
  }

  static func acknowledgeLost(_ db: Database, _ id: String) throws {
    try db.execute(
      sql: "UPDATE log_member SET lost = '' WHERE id = ? AND lost <> ''", arguments: [id])
  }
}
