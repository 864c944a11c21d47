public import Domain
import GRDB

extension OfficineStore {
  /// A new person of the team. Refused for taken initials (case and accents apart) or a taken
  /// account.
  public func addMember(
    _ member: Member, pinHash: String?, isPINProvisional: Bool = false, by author: Author?,
    now: Timestamp
  ) throws(StoreError) {
    try writeJudged { db in
      let all = try Members.all(db)
      if let refusal = Members.refusal(of: member, replacing: nil, among: all, at: now) {
        return try Self.refused(refusal, db, "member.add", member.id, author, now)
      }
      try db.execute(
        sql: """
          INSERT INTO member (id, name, initials, role, rpps, os_user, until, is_disabled,
            is_responsable, pin_hash, is_pin_provisional)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          member.id, member.name, member.initials.uppercased(), member.role.rawValue, member.rpps,
          member.osUser, member.until?.milliseconds, member.isDisabled, member.isResponsable,
          pinHash, isPINProvisional,
        ])
      try LogMembers.changed(db, member.id)
      try Self.trace(db, "member.add", member.id, author, now)
      if pinHash != nil {
        try Self.trace(db, Self.pinAction(isPINProvisional), member.id, author, now)
      }
      return .done(())
    }
  }

  /// New name, role, end date and so on; the PIN stays. Refused as `addMember` is, and when it
  /// would leave no active responsable.
  public func updateMember(
    _ member: Member, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try change(member.id, "member.update", author, now, becoming: { _ in member }) { db in
      try Members.update(db, member)
    }
  }

  /// nil takes the PIN away. Failures are forgotten. One that somebody else chose is provisional,
  /// and ends the waits of every place.
  public func setPIN(
    of memberID: String, hash: String?, isProvisional: Bool = false, by author: Author?,
    now: Timestamp
  ) throws(StoreError) {
    try change(memberID, Self.pinAction(isProvisional), author, now) { db in
      try db.execute(
        sql: "UPDATE member SET pin_hash = ?, is_pin_provisional = ? WHERE id = ?",
        arguments: [hash, isProvisional, memberID])
      try PINGate.forget(db, memberID)
      if isProvisional { try PINGate.openPlaces(db) }
    }
  }

  private static func pinAction(_ isProvisional: Bool) -> String {
    isProvisional ? "member.pin.reset" : "member.pin"
  }

  /// The last active responsable is not disabled.
  public func setDisabled(
    _ memberID: String, _ isDisabled: Bool, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    let action = isDisabled ? "member.disable" : "member.enable"
    func next(_ member: Member) -> Member {
      var next = member
      next.isDisabled = isDisabled
      return next
    }
    try change(memberID, action, author, now, becoming: next) { db in
      try db.execute(
        sql: "UPDATE member SET is_disabled = ? WHERE id = ?", arguments: [isDisabled, memberID])
    }
  }

  /// Gone from every list; the name stays on what the person did, the initials become free. The
  /// last active responsable is not removed.
  public func removeMember(
    _ memberID: String, by author: Author?, now: Timestamp
  ) throws(StoreError) {
    try change(memberID, "member.remove", author, now, becoming: { _ in nil }) { db in
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

  /// One change of one member, judged on what they become (nil: gone) before it is made.
  private func change(
    _ memberID: String, _ action: String, _ author: Author?, _ now: Timestamp,
    becoming next: (Member) -> Member? = { $0 }, _ body: (Database) throws -> Void
  ) throws(StoreError) {
    try writeJudged { db in
      let all = try Members.all(db)
      guard let old = all.first(where: { $0.id == memberID }) else { throw StoreError.notFound }
      if let refusal = Members.refusal(of: next(old), replacing: old, among: all, at: now) {
        return try Self.refused(refusal, db, action, memberID, author, now)
      }
      try body(db)
      try LogMembers.changed(db, memberID)
      try Self.trace(db, action, memberID, author, now)
      return .done(())
    }
  }

  private static func refused(
    _ refusal: Refusal, _ db: Database, _ action: String, _ memberID: String, _ author: Author?,
    _ now: Timestamp
  ) throws -> Verdict<Void> {
    try trace(db, action, memberID, author, now, answer: refusal.code)
    return .refused(refusal)
  }

  private static func trace(
    _ db: Database, _ action: String, _ memberID: String, _ author: Author?, _ now: Timestamp,
    answer: String = ""
  ) throws {
    let author = author ?? .mailbox
    try Journal.append(
      db, TraceEntry(author: author, action: action, request: memberID, answer: answer), at: now)
  }
}
