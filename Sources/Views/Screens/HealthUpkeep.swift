import Cells
import Desk
import Domain

/// Copies, purges and anchors as the health pane says them.
extension Canvas {
  /// What a person should do something about.
  func upkeepTroubles(_ upkeep: SyncHealth.Upkeep) -> [String] {
    var sentences: [String] = []
    if let failure = upkeep.backupFailure { sentences.append(strings.backupFailed(failure)) }
    if upkeep.isBackupLate(now: now) {
      sentences.append(strings.backup(secondsAgo: backupAge(upkeep), isLate: true))
    }
    if upkeep.unfinished > 0 { sentences.append(strings.unfinishedOld(upkeep.unfinished)) }
    if upkeep.arePurgesStuck(now: now) { sentences += waitingPurges(upkeep) }
    if upkeep.isAnchorFailing { sentences.append(strings.anchorFailing) }
    return sentences
  }

  /// What is merely so.
  func upkeepFacts(_ upkeep: SyncHealth.Upkeep) -> [String] {
    var sentences: [String] = []
    // Also without automatic copies: how old the last one is, or that there is none.
    if !upkeep.isBackupLate(now: now) {
      sentences.append(strings.backup(secondsAgo: backupAge(upkeep), isLate: false))
    }
    if upkeep.isPurging { sentences.append(strings.purging) }
    if upkeep.purgesHeld > 0 { sentences.append(strings.purgesHeld(upkeep.purgesHeld)) }
    if !upkeep.arePurgesStuck(now: now) { sentences += waitingPurges(upkeep) }
    return sentences
  }

  private func waitingPurges(_ upkeep: SyncHealth.Upkeep) -> [String] {
    guard let since = upkeep.purgesWaitingSince else { return [] }
    return [strings.purgesWaiting(upkeep.purgesWaiting, seconds: max(0, now.secondsSince(since)))]
  }

  private func backupAge(_ upkeep: SyncHealth.Upkeep) -> Int64? {
    upkeep.lastBackup.map { max(0, now.secondsSince($0)) }
  }

  /// For the top rule; nil while copies are made, and while the pane itself tells.
  func backupAlarm() -> String? {
    let upkeep = state.health.health.upkeep
    let isTold = state.layers.contains { if case .health = $0 { true } else { false } }
    guard !isTold, upkeep.isBackupLate(now: now) else { return nil }
    return strings.lateBackup(secondsAgo: backupAge(upkeep))
  }
}
