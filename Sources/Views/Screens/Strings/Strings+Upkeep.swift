/// Copies, purges and anchors, in the health pane and in the top rule.
public protocol UpkeepStrings {
  /// `Sauvegarde il y a 3 h`; nil: there was never one. Late only where the service makes them.
  func backup(secondsAgo: Int64?, isLate: Bool) -> String
  /// `code` of `SyncHealth.Upkeep`.
  func backupFailed(_ code: String) -> String
  /// For the top rule.
  func lateBackup(secondsAgo: Int64?) -> String
  var purging: String { get }
  /// Purges that wait for the team log since `seconds`.
  func purgesWaiting(_ count: Int, seconds: Int64) -> String
  /// Purges that this machine cannot carry out yet.
  func purgesHeld(_ count: Int) -> String
  /// Demandes older than the retention that nobody finished.
  func unfinishedOld(_ count: Int) -> String
  var anchorFailing: String { get }
}
