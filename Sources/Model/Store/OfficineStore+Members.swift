public import Domain
import GRDB

extension OfficineStore {
  /// A new person of the team. Taken initials or a taken account fail with code 19.
  public func addMember(
    _ member: Member, pinHash: String?, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: """
          INSERT INTO member (id, name, initials, role, rpps, os_user, until, is_disabled,
            is_responsable, pin_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          member.id, member.name, member.initials.uppercased(), member.role.rawValue, member.rpps,
          member.osUser, member.until?.milliseconds, member.isDisabled, member.isResponsable,
          pinHash,
        ])
      try Self.trace(db, "member.add", member.id, author, now)
    }
  }

  /// New name, role, end date and so on; the PIN stays.
  public func updateMember(
    _ member: Member, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try change(member.id, "member.update", author, now) { db in
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
  }

  /// nil takes the PIN away. Failures are forgotten.
  public func setPIN(
    of memberID: String, hash: String?, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try change(memberID, "member.pin", author, now) { db in
      try db.execute(
        sql: """
          UPDATE member SET pin_hash = ?, pin_failures = 0, pin_failed_at = NULL WHERE id = ?
          """, arguments: [hash, memberID])
    }
  }

  public func setDisabled(
    _ memberID: String, _ isDisabled: Bool, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try change(memberID, isDisabled ? "member.disable" : "member.enable", author, now) { db in
      try db.execute(
        sql: "UPDATE member SET is_disabled = ? WHERE id = ?", arguments: [isDisabled, memberID])
    }
  }

  /// Gone from every list; the name stays on what the person did, the initials become free.
  public func removeMember(
    _ memberID: String, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try change(memberID, "member.remove", author, now) { db in
      try db.execute(
        sql: "UPDATE member SET is_removed = 1, pin_hash = NULL WHERE id = ?",
        arguments: [memberID])
    }
  }

  /// By name; without those that were removed.
  public func members(includeDisabled: Bool = false) throws(StoreError) -> [Member] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM member WHERE is_removed = 0 AND (is_disabled = 0 OR ?) ORDER BY name, id
          """, arguments: [includeDisabled]
      ).map(Members.member)
    }
  }

  /// nil also when a removed member had that id.
  public func member(_ id: String) throws(StoreError) -> Member? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM member WHERE id = ? AND is_removed = 0", arguments: [id]
      ).map(Members.member)
    }
  }

  /// Initials first, then the whole name or its first word, case and accents apart; nil when
  /// nobody or more than one is meant.
  public func member(initialsOrName text: String) throws(StoreError) -> Member? {
    let all = try members(includeDisabled: true)
    let wanted = folded(text)
    if let member = all.first(where: { folded($0.initials) == wanted }) { return member }
    let named = all.filter { folded($0.name) == wanted || folded($0.shortName) == wanted }
    return named.count == 1 ? named.first : nil
  }

  public func member(osUser: String) throws(StoreError) -> Member? {
    try members(includeDisabled: true).first { $0.osUser == osUser }
  }

  public func pinHash(of memberID: String) throws(StoreError) -> String? {
    try read { db in
      try String.fetchOne(
        db,
        sql: "SELECT pin_hash FROM member WHERE id = ? AND is_removed = 0 AND pin_hash IS NOT NULL",
        arguments: [memberID])
    }
  }

  /// A wrong PIN was typed; the delay before the next try grows (P02).
  public func recordPINFailure(
    of memberID: String, poste: String, now: Timestamp
  ) throws(StoreError) -> PINFailures {
    try writeQuietly { db in
      try db.execute(
        sql: """
          UPDATE member SET pin_failures = pin_failures + 1, pin_failed_at = ? WHERE id = ?
          """, arguments: [now.milliseconds, memberID])
      guard db.changesCount == 1 else { throw StoreError.notFound }
      let failures = try Members.failures(db, memberID)
      try Journal.append(
        db,
        TraceEntry(
          author: Author(memberID: nil, name: "", initials: "", poste: poste),
          action: "pin.wrong", request: memberID, answer: "failures=\(failures.count)"),
        at: now)
      return failures
    }
  }

  public func pinFailures(of memberID: String) throws(StoreError) -> PINFailures {
    try read { try Members.failures($0, memberID) }
  }

  /// The right PIN was typed.
  public func clearPINFailures(of memberID: String) throws(StoreError) {
    try writeQuietly { db in
      try db.execute(
        sql: "UPDATE member SET pin_failures = 0, pin_failed_at = NULL WHERE id = ?",
        arguments: [memberID])
    }
  }

  private func change(
    _ memberID: String, _ action: String, _ author: Author?, _ now: Timestamp,
    _ body: (Database) throws -> Void
  ) throws(StoreError) {
    try write { db in
      let known = try String.fetchOne(
        db, sql: "SELECT id FROM member WHERE id = ? AND is_removed = 0", arguments: [memberID])
      guard known != nil else { throw StoreError.notFound }
      try body(db)
      try Self.trace(db, action, memberID, author, now)
    }
  }

  private static func trace(
    _ db: Database, _ action: String, _ memberID: String, _ author: Author?, _ now: Timestamp
  ) throws {
    try Journal.append(
      db, TraceEntry(author: author ?? .mailbox, action: action, request: memberID), at: now)
  }
}

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

  static func failures(_ db: Database, _ memberID: String) throws -> PINFailures {
    let row = try Row.fetchOne(
      db, sql: "SELECT pin_failures, pin_failed_at FROM member WHERE id = ?",
      arguments: [memberID])
    guard let row else { return PINFailures(count: 0, lastAt: nil) }
    let last: Int64? = row["pin_failed_at"]
    return PINFailures(
      count: row["pin_failures"], lastAt: last.map(Timestamp.init(milliseconds:)))
  }
}
