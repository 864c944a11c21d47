public import Domain
import GRDB

/// What the log's own thread last said; kept apart from the health of the mail, which another
/// thread writes as a whole.
extension OfficineStore {
  static let teamLogHealthKey = "teamlog.health"
  static let renewalKey = "teamlog.renewal"

  /// nil while this store has no team log.
  public func teamLogHealth() throws(StoreError) -> TeamLogHealth? {
    guard let text = try setting(Self.teamLogHealthKey) else { return nil }
    return try read { _ in try Codec().value(TeamLogHealth.self, text) }
  }

  /// Worker only; written, and rung, when something changed. nil: this BAL has no log any more.
  public func setTeamLogHealth(_ health: TeamLogHealth?) throws(StoreError) {
    guard try teamLogHealth() != health else { return }
    let text = try read { _ in try health.map { try Codec().text($0) } }
    try setSetting(Self.teamLogHealthKey, text)
  }

  /// Wishes that the log is said anew, and everything older taken away at the server: what was
  /// purged here then leaves it too. Rings the bell; this machine's worker does it when it can.
  public func wishTeamLogRenewal() throws(StoreError) {
    guard let epoch = try teamLog()?.epoch, epoch > 0 else { return }
    try setSetting(Self.renewalKey, String(epoch))
  }

  /// Epochs up to this number are to be closed; nil when nobody wished it and nothing that they
  /// tell was purged from here.
  public func teamLogRenewalWish() throws(StoreError) -> Int? {
    if let state = try teamLog(), state.hasPurged { return state.epoch }
    return try setting(Self.renewalKey).flatMap { Int($0) }
  }
}
