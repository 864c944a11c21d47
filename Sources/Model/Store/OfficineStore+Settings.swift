public import Domain
import GRDB
import Synchronization

/// When the sync status was last written, and what it said.
struct SyncWrite {
  var status: SyncStatus
  var at: Timestamp
}

extension OfficineStore {
  /// A small setting of the officine, kept in the store.
  public func setting(_ key: String) throws(StoreError) -> String? {
    try read {
      try String.fetchOne($0, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
    }
  }

  /// nil takes the setting away.
  public func setSetting(_ key: String, _ value: String?) throws(StoreError) {
    try write { try Self.store($0, key, value) }
  }

  static func store(_ db: Database, _ key: String, _ value: String?) throws {
    guard let value else {
      try db.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [key])
      return
    }
    try db.execute(
      sql: """
        INSERT INTO setting (key, value) VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """, arguments: [key, value])
  }

  /// What the worker last said; phase `never` in a new store.
  public func syncStatus() throws(StoreError) -> SyncStatus {
    try read { db in
      let text = try String.fetchOne(
        db, sql: "SELECT value FROM setting WHERE key = 'sync.status'")
      guard let text else { return SyncStatus(phase: .never, since: Timestamp(seconds: 0)) }
      return try Codec().value(SyncStatus.self, text)
    }
  }

  /// Written and rung at once when the phase or the failure changes, otherwise once a second:
  /// progress must not wake every poste for each message.
  public func setSyncStatus(_ status: SyncStatus, now: Timestamp) throws(StoreError) {
    let isDue = lastSyncWrite.withLock { last in
      if let last, last.status.phase == status.phase, last.status.failure == status.failure,
        last.status.since == status.since, last.status.sending == status.sending,
        (0..<1000).contains(now.milliseconds - last.at.milliseconds)
      {
        return false
      }
      last = SyncWrite(status: status, at: now)
      return true
    }
    guard isDue else { return }
    try write { try Self.store($0, "sync.status", Codec().text(status)) }
  }

  /// What the worker last knew about the server; all defaults before it said anything.
  public func health() throws(StoreError) -> SyncHealth {
    var health = try mailHealth()
    health.teamLog = try teamLogHealth()
    health.upkeep = try read { try Self.upkeep($0) }
    return health
  }

  private func mailHealth() throws(StoreError) -> SyncHealth {
    try read { db in
      let text = try String.fetchOne(
        db, sql: "SELECT value FROM setting WHERE key = 'sync.health'")
      guard let text else { return SyncHealth() }
      return try Codec().value(SyncHealth.self, text)
    }
  }

  /// Worker only. Written, and rung, only when something changed.
  public func setHealth(_ health: SyncHealth) throws(StoreError) {
    var health = health
    health.teamLog = nil
    health.upkeep = SyncHealth.Upkeep()
    guard try mailHealth() != health else { return }
    try write { try Self.store($0, "sync.health", Codec().text(health)) }
  }

  /// A person's wish that the worker tries at once: after a corrected password, a reopened
  /// session. Rings the bell.
  public func askForRetry(now: Timestamp) throws(StoreError) {
    try setSetting("sync.retry", String(now.milliseconds))
  }

  /// When a person last wished so; the worker compares with what it has seen.
  public func retryAsked() throws(StoreError) -> Timestamp? {
    try setting("sync.retry").flatMap { Int64($0) }.map { Timestamp(milliseconds: $0) }
  }

  /// The same status with a later moment of the next attempt: kept at once, without waiting for
  /// the second that progress waits for.
  public func keepSyncStatus(_ status: SyncStatus) throws(StoreError) {
    try write { try Self.store($0, "sync.status", Codec().text(status)) }
  }
}
