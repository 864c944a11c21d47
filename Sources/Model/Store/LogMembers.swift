import Domain
import GRDB

/// Members as the team log says them: field by field, in its order (`LogMemberFold`).
enum LogMembers {
  /// Says a member as the store has it now; nothing while the log is off.
  static func changed(_ db: Database, _ id: String) throws {
    guard let machine = try LogBook.machine(db), var said = try row(db, id) else { return }
    if let before = try folds(db, of: id).first {
      said.changed = said.fields(differingFrom: before.said)
      said.views = before.views
    }
    let count = try Int.fetchOne(db, sql: "SELECT coalesce(max(seq), 0) FROM log_member") ?? 0
    let name = "member:\(id):\(machine):\(count + 1)"
    try db.execute(
      sql: """
        INSERT INTO log_member (id, member, content, standing, parcel)
        VALUES (?, ?, ?, 'pending', ?)
        """, arguments: [name, id, try Codec().text(said), name])
  }

  private static func row(_ db: Database, _ id: String) throws -> LogMember? {
    try Row.fetchOne(db, sql: "SELECT * FROM member WHERE id = ?", arguments: [id]).map { row in
      LogMember(
        member: try Members.member(row), isRemoved: row["is_removed"], pinHash: row["pin_hash"],
        isPINProvisional: row["is_pin_provisional"] ? true : nil)
    }
  }

  /// How many of this machine's own got their place: one or none.
  static func place(
    _ db: Database, _ id: String, _ member: LogMember, _ spot: LogBook.Spot, _ codec: Codec
  ) throws -> Int {
    let known = try Row.fetchOne(db, sql: "SELECT * FROM log_member WHERE id = ?", arguments: [id])
    guard let known else {
      try db.execute(
        sql: """
          INSERT INTO log_member (id, member, content, standing, parcel, uid, place)
          VALUES (?, ?, ?, 'confirmed', ?, ?, ?)
          """,
        arguments: [id, member.member.id, try codec.text(member), id, spot.uid, spot.place])
      return 0
    }
    if let old = LogBook.spot(known), old <= spot { return 0 }
    // A checkpoint says what came of all that was said.
    let content: String = try spot.uid == 0 ? codec.text(member) : known["content"]
    try db.execute(
      sql: """
        UPDATE log_member SET standing = 'confirmed', uid = ?, place = ?, content = ? WHERE id = ?
        """, arguments: [spot.uid, spot.place, content, id])
    return known["standing"] == "pending" ? 1 : 0
  }

  /// What counts of each member, what waits here included, under the name of its last record; in
  /// the order of the log.
  static func winners(_ db: Database, waiting: Bool = true) throws -> [(String, LogMember)] {
    try folds(db, waiting: waiting).map { fold in
      var said = fold.said
      said.views = fold.views
      return (fold.id, said)
    }
  }

  /// - Parameter lost: is told the record, its member, and the rights that it says in vain.
  static func folds(
    _ db: Database, of member: String? = nil, waiting: Bool = true,
    lost: (String, String, Set<LogMember.Field>) -> Void = { _, _, _ in }
  ) throws -> [LogMemberFold] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM log_member WHERE (standing = 'confirmed' OR (? AND standing = 'pending'))
          AND (? IS NULL OR member = ?)
        ORDER BY standing = 'pending', uid, place, seq
        """, arguments: [waiting, member, member])
    let codec = Codec()
    var folds: [String: LogMemberFold] = [:]
    var last: [String: Int] = [:]
    for (n, row) in rows.enumerated() {
      let (id, member): (String, String) = (row["id"], row["member"])
      let said = try codec.decode(LogMember.self, row["content"])
      // Place 0 is what a checkpoint carried.
      if let vain = folds[member]?.absorb(id, said), !vain.isEmpty { lost(id, member, vain) }
      if folds[member] == nil {
        folds[member] = LogMemberFold(id, said, isCarried: row["uid"] as Int64? == 0)
      }
      last[member] = n
    }
    return last.sorted { $0.value < $1.value }.compactMap { folds[$0.key] }
  }

  /// The member table as the log makes it. Whoever was said first keeps initials and account that
  /// two machines gave away at the same time.
  static func fold(_ db: Database) throws {
    try noteLost(db)
    var initials: [String] = []
    var users: Set<String> = []
    var changes: [LogMember] = []
    for (_, said) in try winners(db) {
      var next = said
      next.views = nil
      // A PIN may be there or not: the row says so by its hash.
      next.member.hasPIN = next.pinHash != nil
      if !next.isRemoved {
        if initials.map(folded).contains(folded(next.member.initials)) {
          next.member.initials = Member.freeInitials(of: next.member.name, taken: initials)
        }
        initials.append(next.member.initials)
        if let user = next.member.osUser, !users.insert(user).inserted { next.member.osUser = nil }
      }
      if try row(db, next.member.id) != next { changes.append(next) }
    }
    // Initials change hands inside the transaction.
    for change in changes {
      try db.execute(
        sql: "UPDATE member SET initials = '=' || id, os_user = NULL WHERE id = ?",
        arguments: [change.member.id])
    }
    for change in changes { try write(db, change) }
  }

  private static func write(_ db: Database, _ next: LogMember) throws {
    let member = next.member
    if try row(db, member.id)?.pinHash != next.pinHash { try PINGate.forget(db, member.id) }
    try db.execute(
      sql: """
        INSERT INTO member (id, name, initials, role, rpps, os_user, until, is_disabled,
          is_responsable, is_removed, pin_hash, is_pin_provisional)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, initials = excluded.initials,
          role = excluded.role, rpps = excluded.rpps, os_user = excluded.os_user,
          until = excluded.until, is_disabled = excluded.is_disabled,
          is_responsable = excluded.is_responsable, is_removed = excluded.is_removed,
          pin_hash = excluded.pin_hash, is_pin_provisional = excluded.is_pin_provisional
        """,
      arguments: [
        member.id, member.name, member.initials, member.role.rawValue, member.rpps,
        member.osUser, member.until?.milliseconds, member.isDisabled, member.isResponsable,
        next.isRemoved, next.pinHash, next.isPINProvisional ?? false,
      ])
  }

  /// Places count inside their epoch only: what counted of each member is kept, the rest is void.
  static func forget(_ db: Database) throws {
    let winners = try winners(db, waiting: false)
    let kept = winners.map(\.0)
    // What is said again stands for all that was said before it.
    for (id, said) in winners {
      try db.execute(
        sql: "UPDATE log_member SET content = ? WHERE id = ?",
        arguments: [try Codec().text(said), id])
    }
    try db.execute(
      sql: """
        UPDATE log_member SET uid = NULL, place = NULL,
          standing = CASE WHEN id IN (\(databaseQuestionMarks(count: kept.count)))
            THEN standing ELSE 'void' END
        WHERE standing = 'confirmed'
        """, arguments: StatementArguments(kept))
  }

  /// What a checkpoint does not know of is said again; where it says something of a member, that
  /// counts.
  static func waitAgain(_ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE log_member SET standing = CASE WHEN member IN
            (SELECT member FROM log_member WHERE uid IS NOT NULL) THEN 'void' ELSE 'pending' END
        WHERE standing = 'confirmed' AND uid IS NULL
        """)
  }
}
