public import Domain
import GRDB

/// What the keeper of a store remembers between two rounds.
public enum UpkeepNote: String, Sendable {
  case anchorFailed = "anchor.failed"
  case purgedAt = "purge.last"
  /// When the files were cleaned of what was purged, and since when there is something again.
  case cleanedAt = "purge.cleaned"
  case uncleanedSince = "purge.uncleaned"
  case journalPurgedAt = "journal.purge.last"
  /// Demandes older than the limit that nobody finished.
  case unfinished = "purge.unfinished"
  /// Seconds; nil while no copies are made by themselves.
  case backupEvery = "backup.every"
  /// What the configuration says of keeping and ringing, when it was looked at last.
  case configured
}

extension OfficineStore {
  public func upkeepNote(_ note: UpkeepNote) throws(StoreError) -> String? {
    try setting(note.rawValue)
  }

  /// Written, and rung, only when it changes.
  public func noteUpkeep(_ note: UpkeepNote, _ value: String?) throws(StoreError) {
    guard try setting(note.rawValue) != value else { return }
    try setSetting(note.rawValue, value)
  }

  /// The configuration is a file: whoever may write it may change how long mail and traces are
  /// kept and what rings. That it changed is traced, once, before and after.
  ///
  /// - Parameter next: words and numbers, no content.
  public func noteConfigured(_ next: String, now: Timestamp) throws(StoreError) {
    let known = try upkeepNote(.configured)
    guard known != next else { return }
    try writeQuietly { db in
      try Self.store(db, UpkeepNote.configured.rawValue, next)
      try Journal.append(
        db,
        TraceEntry(author: .mailbox, action: "configured", request: next, answer: known ?? ""),
        at: now)
    }
  }

  /// What the health pane says of traces, purges and copies.
  static func upkeep(_ db: Database) throws -> SyncHealth.Upkeep {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT key, value FROM setting WHERE key IN ('backup.last', 'backup.failed',
          'backup.every', 'purge.unfinished', 'anchor.failed', 'purge.state', 'purge.uncleaned')
        """)
    let values = [String: String](rows.map { ($0["key"], $0["value"]) }) { _, new in new }
    func number(_ key: String) -> Int64? { values[key].flatMap { Int64($0) } }
    var upkeep = SyncHealth.Upkeep()
    upkeep.lastBackup = number(backupKey).map { Timestamp(milliseconds: $0) }
    upkeep.backupFailure = values[backupFailureKey]
    upkeep.backupEvery = number(UpkeepNote.backupEvery.rawValue)
    upkeep.unfinished = Int(number(UpkeepNote.unfinished.rawValue) ?? 0)
    upkeep.isAnchorFailing = values[UpkeepNote.anchorFailed.rawValue] != nil
    upkeep.isPurging =
      values[Retention.key] != nil || values[UpkeepNote.uncleanedSince.rawValue] != nil
    try Purges.note(db, &upkeep)
    return upkeep
  }
}
