import Cells
import Domain

/// How much the last word of the worker can be believed.
enum SyncTruth {
  /// After so long without a word, « à jour » would be a lie: nobody may be listening.
  static let patience: Int64 = 300

  /// A word from far ahead was said before the clock was set back: it is as old as it is far.
  static func isStale(_ status: SyncStatus, now: Timestamp) -> Bool {
    let last = status.lastSuccess ?? status.since
    return status.phase == .upToDate
      && (now.secondsSince(last) > patience || last.secondsSince(now) > patience)
  }

  /// Somebody should look: not for what heals by itself, nor for a session that was closed.
  static func isTrouble(_ status: SyncStatus, now: Timestamp) -> Bool {
    status.phase == .refused || isStale(status, now: now)
  }

  /// A trouble of sending alone, while reception can be believed: then it is what must be said.
  static func sending(_ status: SyncStatus, now: Timestamp) -> SendingTrouble? {
    guard status.phase == .upToDate, !isStale(status, now: now) else { return nil }
    return status.sending
  }

  /// For the sync cell: the worst that is known, in few words.
  static func words(_ status: SyncStatus, _ strings: any Strings, now: Timestamp) -> String {
    sending(status, now: now).map { strings.sending($0, now: now) }
      ?? strings.sync(status, now: now)
  }

  static func role(_ status: SyncStatus, now: Timestamp) -> Cells.Role {
    if let trouble = sending(status, now: now) { return role(trouble.status, now: now) }
    return switch status.phase {
    case .never, .offline: .barSyncOffline
    // A closed session is no alarm: one key opens it again.
    case .working, .closed: .barSyncWorking
    case .upToDate: isStale(status, now: now) ? .barSyncOffline : .barSyncOk
    case .refused: .barSyncDown
    }
  }
}
