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
    if try isEarlierCheckpoint(batch) {
      // Another checkpoint was complete first: the epoch is read again from its beginning.
      try db.execute(
        sql: "UPDATE log_state SET epoch = epoch - 1, uid_validity = NULL, is_lost = 1")
      outcome.isReordered = true
      return
    }
    try db.execute(sql: "UPDATE log_state SET is_lost = 0 WHERE is_lost = 1")
    try fold(batch.entries.filter { $0.uid <= batch.through }, through: batch.through)
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
    let fresh = entries.filter { $0.uid > state.through }
    try db.execute(
      sql: """
        UPDATE log_state SET through = max(through, ?), messages = messages + ?,
          ignored = ignored + ?
        """,
      arguments: [through, fresh.count, fresh.count { $0.parcel == nil }])
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
    try db.execute(
      sql: "DELETE FROM log_waiting WHERE epoch = ? AND uid_validity <> ?",
      arguments: [batch.epoch, batch.uidValidity])
    for entry in batch.entries where entry.uid <= batch.through {
      guard let parcel = entry.parcel else { continue }
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO log_waiting (epoch, uid, uid_validity, parcel)
          VALUES (?, ?, ?, ?)
          """,
        arguments: [batch.epoch, entry.uid, batch.uidValidity, try codec.text(parcel)])
    }
    let rows = try Row.fetchAll(
      db, sql: "SELECT uid, parcel FROM log_waiting WHERE epoch = ? ORDER BY uid",
      arguments: [batch.epoch])
    let entries = try rows.map {
      LogBatch.Entry(uid: $0["uid"], parcel: try codec.decode(LogParcel.self, $0["parcel"]))
    }
    let checkpoint = LogCheckpoints.first(in: entries)
    // The first epoch of all begins with nothing.
    guard checkpoint != nil || batch.epoch == 1 else { return }
    var ordinary = batch
    ordinary.entries = entries
    try adopt(ordinary, checkpoint)
  }

  private mutating func adopt(_ batch: LogBatch, _ checkpoint: LogCheckpoints.Complete?) throws {
    try db.execute(sql: "DELETE FROM log_waiting WHERE epoch <= ?", arguments: [batch.epoch])
    try db.execute(
      sql: """
        UPDATE log_state SET epoch = ?, uid_validity = ?, through = 0, messages = 0,
          seal_uid = NULL, seal_place = NULL, is_lost = 0, has_purged = 0,
          checkpoint = ?, keeper = ?, checkpoint_uid = ?
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
    try fold(batch.entries, through: batch.through)
  }

  /// A piece of a checkpoint that lies before the end of the one that this epoch began with.
  private func isEarlierCheckpoint(_ batch: LogBatch) throws -> Bool {
    let row = try Row.fetchOne(db, sql: "SELECT checkpoint, checkpoint_uid FROM log_state")
    guard let row, let known: String = row["checkpoint"] else { return false }
    let end: Int64 = row["checkpoint_uid"]
    return batch.entries.contains { entry in
      guard let part = entry.parcel?.checkpoint, entry.uid <= state.through else { return false }
      return part.id != known && Int64(entry.uid) < end
    }
  }
}
