import Cells
import Domain

/// How much the last word of the worker can be believed.
enum SyncTruth {
  /// After so long without a word, « à jour » would be a lie: nobody may be listening.
  static let patience: Int64 = 300

  static func isStale(_ status: SyncStatus, now: Timestamp) -> Bool {
    status.phase == .upToDate && now.secondsSince(status.lastSuccess ?? status.since) > patience
  }

  static func role(_ status: SyncStatus, now: Timestamp) -> Cells.Role {
    switch status.phase {
    case .never, .offline: .barSyncOffline
    case .working: .barSyncWorking
    case .upToDate: isStale(status, now: now) ? .barSyncOffline : .barSyncOk
    case .refused: .barSyncDown
    }
  }
}
