import Domain
import GRDB

/// Members as the team log says them: the last place of each wins.
enum LogMembers {
  /// Says a member as the store has it now; nothing while the log is off.
  static func changed(_ db: Database, _ id: String) throws {
    guard let machine = try LogBook.machine(db) else { return }
    guard
      let row = try Row.fetchOne(db, sql: "SELECT * FROM member WHERE id = ?", arguments: [id])
    else { return }
    let member = LogMember(
      member: try Members.member(row), isRemoved: row["is_removed"], pinHash: row["pin_hash"])
    let count = try Int.fetchOne(db, sql: "SELECT coalesce(max(seq), 0) FROM log_member") ?? 0
    let name = "member:\(id):\(machine):\(count + 1)"
    try db.execute(
      sql: """
        INSERT INTO log_member (id, member, content, standing, parcel)
        VALUES (?, ?, ?, 'pending', ?)
        """, arguments: [name, id, try Codec().text(member), name])
  }
}
