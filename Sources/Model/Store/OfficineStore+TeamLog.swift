public import Domain
import GRDB

/// The team log between machines (design 5): what waits, what the log said, what became of it.
extension OfficineStore {
  /// nil while it is off.
  public func teamLog() throws(StoreError) -> TeamLogState? {
    try read { try LogBook.state($0) }
  }

  /// From now on every gesture is said to the other machines, and so is all that was done before.
  /// Once: a second call changes nothing.
  /// - Parameter machine: a random name, different on every machine.
  public func turnOnTeamLog(machine: String, now: Timestamp) throws(StoreError) {
    guard try teamLog() == nil else { return }
    try write { try LogBook.turnOn($0, machine: machine, now) }
  }

  /// What this machine has to say, oldest first; the same parcels until the log has them, so one
  /// may be appended again after a doubt. None while the epoch is sealed or lost. Worker only.
  public func pendingParcels(limit: Int) throws(StoreError) -> [LogParcel] {
    try read { db in
      guard let state = try LogBook.state(db), state.isOpen else { return [] }
      return try LogBook.parcels(db, machine: state.machine, limit: limit)
    }
  }

  /// Takes in what a look at a log mailbox brought, in one transaction with everything it means:
  /// places, judgements, folds, members (design 5). The same batch again changes nothing.
  ///
  /// A later epoch than the current one is kept until its first checkpoint is complete; it is
  /// read from its first message on (``teamLogThrough(epoch:)``). Worker only.
  public func absorb(_ batch: LogBatch, now: Timestamp) throws(StoreError) -> LogOutcome {
    guard let state = try teamLog() else { return LogOutcome() }
    if batch.entries.isEmpty, batch.epoch == state.epoch, batch.through <= state.through,
      batch.uidValidity == state.uidValidity, !state.isLost
    {
      return LogOutcome()
    }
    return try write { db in
      guard let state = try LogBook.state(db) else { return LogOutcome() }
      var absorbing = LogAbsorbing(db: db, state: state, now: now)
      try absorbing.take(batch)
      let outcome = absorbing.outcome
      if !batch.entries.isEmpty || outcome.isAdopted || outcome.isLost {
        try Journal.append(
          db,
          TraceEntry(
            author: .mailbox, action: "team-log.absorb",
            request: "epoch=\(batch.epoch) messages=\(batch.entries.count)",
            answer: "changed=\(Set(outcome.changed).count) confirmed=\(outcome.confirmed)"
              + " refused=\(outcome.refused)"), at: now)
      }
      return outcome
    }
  }

  /// Up to which number an epoch was read; 0 when nothing of it is here. Worker only.
  public func teamLogThrough(epoch: Int, uidValidity: UInt32) throws(StoreError) -> UInt32 {
    try read { db in
      guard let state = try LogBook.state(db) else { return 0 }
      if epoch == state.epoch { return state.uidValidity == uidValidity ? state.through : 0 }
      return try UInt32.fetchOne(
        db, sql: "SELECT max(uid) FROM log_read WHERE epoch = ? AND uid_validity = ?",
        arguments: [epoch, uidValidity]) ?? 0
    }
  }

  /// Every message of an epoch that was read, those that say nothing too. Worker only.
  public func teamLogRead(epoch: Int, uidValidity: UInt32) throws(StoreError) -> Set<UInt32> {
    try read { try LogReading.numbers($0, epoch: epoch, uidValidity: uidValidity) }
  }

  /// The mailbox of the current epoch is gone: a new epoch must begin. Worker only.
  public func markTeamLogLost(now: Timestamp) throws(StoreError) {
    try write { db in
      try db.execute(sql: "UPDATE log_state SET is_lost = 1")
      try Journal.append(db, TraceEntry(author: .mailbox, action: "team-log.lost"), at: now)
    }
  }

  /// What has become of a gesture of this machine.
  public func fate(ofEvent id: String) throws(StoreError) -> LogFate {
    try read { db in
      try LogBook.fate(db, id) ?? .none
    }
  }

  /// SHA-256 over the names of all confirmed events, demande by demande: equal on all machines
  /// that folded the same log.
  public func teamLogDigest() throws(StoreError) -> String {
    try read { try LogCheckpoints.digest($0) }
  }

  /// Cuts what is confirmed into the parts of a checkpoint; nil while the log is off. To be
  /// written whole into the mailbox of the next epoch, when this one is sealed or lost: while it
  /// is open the parts could change between two calls. Worker only.
  /// - Parameters:
  ///   - id: a random name.
  ///   - limit: records of one part.
  public func planCheckpoint(
    id: String, limit: Int = LogParcel.recordLimit
  ) throws(StoreError) -> LogCheckpoint? {
    try redactPurges()
    return try read { db in
      guard let machine = try LogBook.machine(db) else { return nil }
      return LogCheckpoint(
        id: id, machine: machine, digest: try LogCheckpoints.digest(db),
        cuts: try LogCheckpoints.cuts(db, limit: limit))
    }
  }

  /// - Parameter part: 1 … `checkpoint.parts`.
  public func checkpointParcel(
    _ checkpoint: LogCheckpoint, part: Int
  ) throws(StoreError) -> LogParcel {
    precondition((1...checkpoint.parts).contains(part), "a checkpoint has no such part")
    return try read { try LogCheckpoints.parcel($0, checkpoint, part: part) }
  }

  /// The whole history of a demande as it is told: what the fold is made of in its order, and
  /// what the log refused, marked by `standing`.
  public func history(of id: Order.ID) throws(StoreError) -> [OrderEvent] {
    try read { try LogBook.history($0, id, Codec()) }
  }

  /// Gestures of that member on this machine that the log refused and that were not seen yet,
  /// oldest first; of a gesture on two demandes both events.
  public func refusedGestures(of member: String) throws(StoreError) -> [OrderEvent] {
    try read { db in
      let codec = Codec()
      return try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM event
          WHERE standing = 'refused' AND is_seen = 0 AND member = ? ORDER BY seq
          """, arguments: [member]
      ).map { try OrderBook.event($0, codec) }
    }
  }

  /// What the log has to tell that member; nothing while it is off.
  public func logNotices(of member: String?) throws(StoreError) -> LogNotices {
    let isOn = try read { try LogBook.machine($0) != nil }
    guard isOn else { return LogNotices() }
    let refused = try member.map { id throws(StoreError) in try refusedGestures(of: id) } ?? []
    return try read { db in
      let milliseconds = try Int64.fetchOne(db, sql: "SELECT reordered_at FROM log_state")
      let gone = try Set(refused.map(\.order)).filter { id in
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM demande WHERE id = ?)", arguments: [id]) != true
      }
      return LogNotices(
        refused: refused, gone: gone,
        reorderedAt: milliseconds.map(Timestamp.init(milliseconds:)),
        lostRights: try member.map { try LogMembers.lost(db, for: $0) } ?? [])
    }
  }

  /// The author has read them: refused gestures, words about rights that did not count.
  public func acknowledgeRefusals(_ ids: [String]) throws(StoreError) {
    guard !ids.isEmpty else { return }
    try write { db in
      for id in ids {
        try db.cachedStatement(
          sql: "UPDATE event SET is_seen = 1 WHERE id = ? AND standing = 'refused'"
        ).execute(arguments: [id])
        try LogMembers.acknowledgeLost(db, id)
      }
    }
  }
}
