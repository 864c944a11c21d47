public import Domain
import GRDB

/// What became of the gestures of one command.
extension OfficineStore {
  /// Of each event that the store has: its fate, `none` for what was done while the log is off. A
  /// name that the store does not have is not in the answer.
  public func fates(ofEvents ids: [String]) throws(StoreError) -> [String: LogFate] {
    try read { db in
      var found: [String: LogFate] = [:]
      for id in ids { found[id] = try LogBook.fate(db, id) }
      return found
    }
  }

  /// Whether this machine speaks in the team log.
  public func isTeamLogOn() throws(StoreError) -> Bool {
    try read { try LogBook.machine($0) != nil }
  }
}

extension LogBook {
  /// nil when there is no such event.
  static func fate(_ db: Database, _ id: String) throws -> LogFate? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT standing, refusal FROM event WHERE id = ?"), arguments: [id])
    guard let row else { return nil }
    switch try standing(row, Codec()) {
    case nil: return LogFate.none
    case .pending: return .pending
    case .refused(let refusal): return .refused(refusal)
    case .confirmed, .void: return .confirmed
    }
  }
}
