import Domain
import GRDB

/// What a look at a log mailbox brought, on its way in, inside its transaction.
struct LogAbsorbing {
  let db: Database
  let now: Timestamp
  let codec = Codec()
  var state: TeamLogState
  var outcome = LogOutcome()

  init(db: Database, state: TeamLogState, now: Timestamp) {
    self.db = db
    self.state = state
    self.now = now
  }

  mutating func take(_ batch: LogBatch) throws {
    if batch.epoch < state.epoch { return }
    if batch.epoch > state.epoch {
      try hold(batch)
      return
    }
    guard state.uidValidity == batch.uidValidity else {
      try db.execute(sql: "UPDATE log_state SET is_lost = 1")
      outcome.isLost = true
      return
    }
    let fresh = try LogReading.note(db, batch)
    if try isBegunElsewhere(fresh) {
      // Another checkpoint was complete first: the epoch is read again from its beginning.
      try LogReading.startOver(db)
      outcome.isReordered = true
      return
    }
    try db.execute(sql: "UPDATE log_state SET is_lost = 0 WHERE is_lost = 1")
    try fold(batch.entries.filter { $0.uid <= batch.through }, through: batch.through)
    try db.execute(
      sql: "UPDATE log_state SET messages = messages + ?, ignored = ignored + ?",
      arguments: [fresh.entries.count, fresh.ignored])
  }

  /// Messages of the current epoch; pieces of checkpoints are known or of no use.
  private mutating func fold(_ entries: [LogBatch.Entry], through: UInt32) throws {
    let entries = entries.sorted { $0.uid < $1.uid }
    var placing = LogPlacing(db: db)
    var folding = LogFolding(db: db)
    for entry in entries {
      guard let parcel = entry.parcel, parcel.checkpoint == nil else { continue }
      try placing.place(parcel, uid: entry.uid)
    }
    for id in placing.rewritten { folding.touch(id, isRewritten: true) }
    if let spot = placing.lowest {
      if spot.uid <= Int64(state.through), try isLate(spot) { try noteReordering() }
      try folding.judge(from: spot)
    }
    try folding.foldTouched()
    if placing.hasMembers { try LogMembers.fold(db) }
    outcome.changed += folding.outcome.changed
    outcome.confirmed += folding.outcome.confirmed + placing.confirmedMembers
    outcome.refused += folding.outcome.refused
    try db.execute(
      sql: "UPDATE log_state SET through = max(through, ?)", arguments: [through])
  }

  /// Whether something that was folded already lies after that place.
  private func isLate(_ spot: LogBook.Spot) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM event INDEXED BY event_by_place
          WHERE uid IS NOT NULL AND (uid, place) > (?, ?) AND uid <= ?)
        """, arguments: [spot.uid, spot.place, state.through]) == true
  }

  private mutating func noteReordering() throws {
    outcome.isReordered = true
    try db.execute(
      sql: "UPDATE log_state SET reordered_at = ?", arguments: [now.milliseconds])
  }

  /// Of an epoch that has not begun here: kept until its checkpoint is complete.
  private mutating func hold(_ batch: LogBatch) throws {
    let fresh = try LogReading.note(db, batch)
    for entry in fresh.entries {
      guard let parcel = entry.parcel else { continue }
      try db.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO log_waiting (epoch, uid, uid_validity, parcel)
          VALUES (?, ?, ?, ?)
          """
      ).execute(
        arguments: [batch.epoch, entry.uid, batch.uidValidity, try codec.text(parcel)])
    }
    // The first epoch of all begins with nothing.
    if batch.epoch == 1 { return try adopt(batch, nil) }
    guard fresh.firstPiece != nil,
      let checkpoint = try LogReading.firstTrue(db, epoch: batch.epoch, codec)
    else { return }
    try adopt(batch, checkpoint)
  }

  private mutating func adopt(_ batch: LogBatch, _ checkpoint: LogCheckpoints.Complete?) throws {
    let entries = try waiting(batch.epoch)
    try db.execute(sql: "DELETE FROM log_waiting WHERE epoch <= ?", arguments: [batch.epoch])
    try db.execute(sql: "DELETE FROM log_read WHERE epoch < ?", arguments: [batch.epoch])
    try db.execute(
      sql: """
        UPDATE log_state SET epoch = ?1, uid_validity = ?2, through = 0,
          seal_uid = NULL, seal_place = NULL, is_lost = 0, has_purged = 0,
          checkpoint = ?3, keeper = ?4, checkpoint_uid = ?5,
          unfinished_epoch = NULL, unfinished_since = NULL,
          messages = (SELECT count(*) FROM log_read WHERE epoch = ?1),
          ignored = (SELECT count(*) FROM log_read WHERE epoch = ?1 AND is_ours = 0)
        """,
      arguments: [
        batch.epoch, batch.uidValidity, checkpoint?.id, checkpoint?.machine,
        checkpoint?.completeAt ?? 0,
      ])
    var adopting = LogAdopting(db: db, epoch: batch.epoch)
    try adopting.carry(checkpoint?.records ?? [])
    outcome.changed += adopting.changed
    outcome.confirmed += adopting.confirmed
    outcome.isAdopted = true
    guard let begun = try LogBook.state(db) else { return }
    state = begun
    let through = try UInt32.fetchOne(
      db, sql: "SELECT max(uid) FROM log_read WHERE epoch = ?", arguments: [batch.epoch])
    try fold(entries, through: max(through ?? 0, batch.through))
  }

  /// What was read of an epoch before it began, without the pieces of checkpoints.
  private func waiting(_ epoch: Int) throws -> [LogBatch.Entry] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT w.uid, w.parcel FROM log_waiting w JOIN log_read r USING (epoch, uid)
        WHERE w.epoch = ? AND r.checkpoint IS NULL ORDER BY w.uid
        """, arguments: [epoch]
    ).map {
      LogBatch.Entry(uid: $0["uid"], parcel: try codec.decode(LogParcel.self, $0["parcel"]))
    }
  }

  /// Whether another checkpoint than the one that this epoch began with was complete before it: a
  /// rival that only began first changes nothing.
  private func isBegunElsewhere(_ fresh: LogReading.Fresh) throws -> Bool {
    guard let piece = fresh.firstPiece else { return false }
    let row = try Row.fetchOne(db, sql: "SELECT checkpoint, checkpoint_uid FROM log_state")
    guard let row, let known: String = row["checkpoint"], piece < row["checkpoint_uid"] as UInt32,
      let first = try LogReading.firstWhole(db, epoch: state.epoch)
    else { return false }
    return first.id != known && first.completeAt < row["checkpoint_uid"] as UInt32
  }
}
