import Domain
import GRDB

/// Rows of the member table, and what may become of them.
enum Members {
  static func member(_ row: Row) throws -> Member {
    let until: Int64? = row["until"]
    let hash: String? = row["pin_hash"]
    return Member(
      id: row["id"], name: row["name"], initials: row["initials"],
      role: try Role(stored: row["role"]), rpps: row["rpps"], osUser: row["os_user"],
      until: until.map(Timestamp.init(milliseconds:)), isDisabled: row["is_disabled"],
      isResponsable: row["is_responsable"], hasPIN: hash != nil)
  }

  static func all(_ db: Database) throws -> [Member] {
    try Row.fetchAll(db, sql: "SELECT * FROM member WHERE is_removed = 0").map(member)
  }

  /// Why `old` cannot become `next`; no `old` for a new member, no `next` for one that goes.
  ///
  /// `all` are those that are not removed. What was already so is not judged again.
  static func refusal(
    of next: Member?, replacing old: Member?, among all: [Member], at now: Timestamp
  ) -> Refusal? {
    let others = all.filter { $0.id != old?.id }
    if let next, next.initials != old?.initials,
      others.contains(where: { folded($0.initials) == folded(next.initials) })
    {
      return .initialsTaken
    }
    if let user = next?.osUser, user != old?.osUser, others.contains(where: { $0.osUser == user }) {
      return .accountTaken
    }
    func decides(_ member: Member) -> Bool { member.isResponsable && member.isActive(at: now) }
    guard let old, decides(old), !(next.map(decides) ?? false) else { return nil }
    return others.contains(where: decides) ? nil : .lastResponsable
  }

  /// The row; the PIN stays.
  static func update(_ db: Database, _ member: Member) throws {
    try db.execute(
      sql: """
        UPDATE member SET name = ?, initials = ?, role = ?, rpps = ?, os_user = ?, until = ?,
          is_disabled = ?, is_responsable = ? WHERE id = ?
        """,
      arguments: [
        member.name, member.initials.uppercased(), member.role.rawValue, member.rpps,
        member.osUser, member.until?.milliseconds, member.isDisabled, member.isResponsable,
        member.id,
      ])
  }

  /// The member as the store knows it now; the caller's word for one it does not know.
  static func current(_ db: Database, _ member: Member) throws -> Member? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM member WHERE id = ?", arguments: [member.id])
    else { return member }
    return row["is_removed"] ? nil : try Self.member(row)
  }

  /// Somebody else may have disabled or removed the person since the session began.
  static func isActive(_ db: Database, _ member: Member, at now: Timestamp) throws -> Bool {
    try current(db, member)?.isActive(at: now) ?? false
  }
}
