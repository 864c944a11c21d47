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

  /// Names what has happened to a demande, alike on every machine that folded the same; revisions
  /// are each machine's own count.
  public func token(of id: Order.ID) throws(StoreError) -> String? {
    try read { try LogBook.seen(OrderBook.events($0, id, Codec())).view }
  }

  /// The revision of this machine while the demande is as the token says; nil when it is not.
  public func revision(of id: Order.ID, token: String) throws(StoreError) -> Order.Revision? {
    try read { db in
      let codec = Codec()
      guard try LogBook.seen(OrderBook.events(db, id, codec)).view == token else { return nil }
      return try OrderBook.order(db, id, codec)?.revision
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
      db.cachedStatement(sql: "SELECT standing, refusal, demande, member FROM event WHERE id = ?"),
      arguments: [id])
    guard let row else { return nil }
    switch try standing(row, Codec()) {
    case nil: return LogFate.none
    case .pending: return .pending
    // A note whose demande was turned down stands where that one came from.
    case .refused(let refusal): return try fate(db, moved(id)) ?? .refused(refusal)
    case .confirmed: return .confirmed
    case .void: return try fate(ofVoid: row, db)
    }
  }

  /// The name of a note that follows its demande.
  static func moved(_ id: String) -> String { "moved:" + id }
}
