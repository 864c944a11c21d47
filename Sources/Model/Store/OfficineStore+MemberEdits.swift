public import Domain
import GRDB

extension OfficineStore {
  /// Another role, right, last day and so on of somebody who is in the team; what `edit` does not
  /// say stays as it is in the store. Refused as `updateMember` is.
  ///
  /// - Returns: the member as they are now. Nothing is written where nothing changes.
  @discardableResult
  public func editMember(
    _ memberID: String, _ edit: MemberEdit, by author: Author?, now: Timestamp
  ) throws(StoreError) -> Member {
    try writeJudged { db -> Verdict<Member> in
      let all = try Members.all(db)
      guard let old = all.first(where: { $0.id == memberID }) else { throw StoreError.notFound }
      let next = edit.applied(to: old)
      guard next != old else { return .done(old) }
      var entry = TraceEntry(
        author: author ?? .mailbox, action: "member.update",
        request: "\(memberID) \(edit.traced)")
      if let refusal = Members.refusal(of: next, replacing: old, among: all, at: now) {
        entry.answer = refusal.code
        try Journal.append(db, entry, at: now)
        return .refused(refusal)
      }
      try Members.update(db, next)
      try LogMembers.changed(db, memberID)
      try Journal.append(db, entry, at: now)
      return .done(next)
    }
  }

  /// Those that were removed and are meant by initials or a name, case and accents apart: their
  /// work may still wait for an heir. By name.
  public func formerMembers(initialsOrName text: String) throws(StoreError) -> [Member] {
    let wanted = folded(text)
    return try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM member WHERE is_removed = 1 ORDER BY name, id")
        .map(Members.member)
    }.filter { [$0.initials, $0.name, $0.shortName].map(folded).contains(wanted) }
  }
}
