import Domain
import Glibc
import Logging
import Store
import TeamLog

/// Which epoch counts: found, made, sealed, or begun anew on a checkpoint (design 5).
extension LogClerk {
  /// Whether the opened mailbox is not, or no longer, the one where the team speaks.
  func mustMove(_ line: LogLine) throws(SyncFailure) -> Bool {
    guard let state = try state() else { return true }
    return line.opened != state.epoch || state.isSealed || state.isLost
  }

  /// Opens the mailbox of the current epoch, everything in it read; begins one where none is. The
  /// newest epoch that begins with a whole checkpoint counts, whatever this machine read before.
  func settle(_ line: LogLine) throws(SyncFailure) {
    var isSettled = false
    if line.opened != nil { isSettled = try !mustMove(line) }
    if isSettled, let looked = lookedAt, .now - looked < Self.lookEvery { return }
    let epochs = try line.epochs()
    lookedAt = .now
    // Turned on only once the server has shown that it lets us: else one host works as before.
    guard let state = try state() else { return try settleFirst(line, epochs) }
    if isSettled, epochs.last ?? 0 <= state.epoch { return }
    if state.epoch > 0 {
      for epoch in epochs.reversed() where epoch > state.epoch {
        if try adopt(line, epoch) { return }
      }
      if try reopen(line, state) { return try clear(line) }
    }
    try settleNext(line, epochs)
  }

  /// Between two looks for a newer epoch, beside those that a seal or a loss calls for.
  private static let lookEvery = Duration.seconds(60)

  /// The very first look of this machine.
  private func settleFirst(_ line: LogLine, _ epochs: [Int]) throws(SyncFailure) {
    if epochs.isEmpty { try line.create(1) }
    guard try line.open(epochs.last ?? 1) != nil else { throw .refused("SELECT") }
    let machine = Self.fresh()
    let moment = now()
    try stored { () throws(StoreError) in try store.turnOnTeamLog(machine: machine, now: moment) }
    try settleNext(line, epochs.isEmpty ? [1] : epochs)
  }

  /// A name nobody else has.
  private static func fresh() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      String(UInt32.random(in: .min ... .max, using: &generator), radix: 36)
    }.joined()
  }

  /// The epoch that was read last, as long as it lasts; false when another one must be found.
  private func reopen(_ line: LogLine, _ state: TeamLogState) throws(SyncFailure) -> Bool {
    guard !state.isLost else { return false }
    guard let validity = try line.open(state.epoch) else {
      try lose()
      return false
    }
    guard state.uidValidity == nil || validity == state.uidValidity else {
      try lose()
      return false
    }
    try catchUp(line, state.epoch, from: state.through, known: state.messages)
    return try !mustMove(line)
  }

  private func lose() throws(SyncFailure) {
    log?.warning("the mailbox of the team log is not the one it was")
    let moment = now()
    try stored { () throws(StoreError) in try store.markTeamLogLost(now: moment) }
  }

  /// Reads what lies above a number, and below it what the store cannot have read.
  ///
  /// - Parameter known: how many messages up to that number were read.
  private func catchUp(
    _ line: LogLine, _ epoch: Int, from uid: UInt32, known: Int
  ) throws(SyncFailure) {
    // A list that is not whole is no list: the next look asks again.
    guard let present = try line.present() else { throw .violation }
    let below = present.count { $0 <= uid }
    seen = Set(present)
    if below < known, mayRenew {
      // What was read stays read; but no new machine could rebuild it from this mailbox.
      log?.warning("messages of the team log were taken away")
      renewedAt = .now
      return try lose()
    }
    try readAll(below > known ? present : present.filter { $0 > uid }, line, epoch: epoch)
  }

  /// A server that cannot count must not make us begin an epoch at each look.
  private var mayRenew: Bool { renewedAt.map { .now - $0 > Self.patience } ?? true }

  /// The newest epoch that can be begun, or a new one on a checkpoint of ours.
  private func settleNext(_ line: LogLine, _ epochs: [Int]) throws(SyncFailure) {
    let current = try state()?.epoch ?? 0
    for epoch in epochs.reversed() where epoch > current {
      if try adopt(line, epoch) { return }
    }
    guard let state = try state() else { return }
    if state.epoch == 0 { return try settleEmpty(line, epochs) }
    // The newest was begun and not finished: it is finished here; else there is none yet.
    let next = max(epochs.last ?? 0, state.epoch + 1)
    if epochs.contains(next), try awaitOther(line, next) { return }
    try line.create(next)
    try writeCheckpoint(line, next)
    try clear(line)
  }

  /// Reads an epoch from its beginning; true when it is the one that counts now.
  private func adopt(_ line: LogLine, _ epoch: Int) throws(SyncFailure) -> Bool {
    guard let validity = try line.open(epoch) else { return false }
    // The first epoch of all begins with nothing.
    if epoch == 1 { try absorb(LogBatch(epoch: 1, uidValidity: validity, through: 0, entries: [])) }
    try catchUp(line, epoch, from: try through(line, epoch), known: 0)
    return try !mustMove(line)
  }

  /// Whoever began it is most likely at it now: two checkpoints would only be one too many.
  private func awaitOther(_ line: LogLine, _ epoch: Int) throws(SyncFailure) -> Bool {
    for _ in 0..<Self.otherLooks {
      try stop.check()
      _ = poll(nil, 0, Self.otherPause)
      if try adopt(line, epoch) { return true }
    }
    return false
  }

  private static let otherLooks = 8
  /// Milliseconds.
  private static let otherPause: Int32 = 250

  private func through(_ line: LogLine, _ epoch: Int) throws(SyncFailure) -> UInt32 {
    try stored { () throws(StoreError) in
      try store.teamLogThrough(epoch: epoch, uidValidity: line.validity)
    }
  }

  /// An empty machine meets an epoch that nobody finished. Whoever began it, or has read the one
  /// before, finishes it; after a while an empty beginning is better than none.
  private func settleEmpty(_ line: LogLine, _ epochs: [Int]) throws(SyncFailure) {
    let since = waitingSince ?? .now
    waitingSince = since
    guard let last = epochs.last, .now - since >= Self.patience else {
      throw .teamLog(.unfinished)
    }
    try writeCheckpoint(line, last)
  }

  private static let patience = Duration.seconds(600)

  /// Says everything that was accepted so far at the beginning of an epoch. The first whole
  /// checkpoint counts, whoever wrote it.
  private func writeCheckpoint(_ line: LogLine, _ epoch: Int) throws(SyncFailure) {
    guard try line.open(epoch) != nil else { throw .refused("SELECT") }
    try catchUp(line, epoch, from: try through(line, epoch), known: 0)
    let name = Self.fresh()
    let plan = try stored { () throws(StoreError) in try store.planCheckpoint(id: name) }
    guard let plan, plan.parts > 0 else { throw .teamLog(.unfinished) }
    for part in 1...plan.parts where try state()?.epoch != epoch {
      try stop.check()
      let parcel = try stored { () throws(StoreError) in
        try store.checkpointParcel(plan, part: part)
      }
      let found = try line.exchange(
        [try bytes(parcel, epoch)], from: try through(line, epoch) &+ 1)
      try take(found.messages, epoch: epoch, validity: line.validity)
      seen.formUnion(found.messages.map(\.uid))
      if let refusal = found.refusal { throw refusal }
    }
    if try state()?.epoch != epoch {
      try catchUp(line, epoch, from: try through(line, epoch), known: 0)
    }
    guard try state()?.epoch == epoch else { throw .teamLog(.unfinished) }
    waitingSince = nil
  }

  // MARK: - The end of an epoch

  /// Messages after which an epoch is closed and everything said anew in a shorter one.
  static let fullAt = 20_000

  /// The word that closes the epoch, when it is full or somebody wishes it (a purge).
  func farewell(_ state: TeamLogState) throws(SyncFailure) -> [LogParcel] {
    let isWished = try isWished(state)
    guard state.isOpen, state.messages >= Self.fullAt || isWished else { return [] }
    let parcel = LogParcel(
      id: "seal:\(state.epoch):\(state.machine)", machine: state.machine,
      records: [LogRecord(id: "seal:\(state.epoch)", content: .seal)])
    return said.contains(parcel.id) ? [] : [parcel]
  }

  func isWished(_ state: TeamLogState) throws(SyncFailure) -> Bool {
    let wish = try stored { () throws(StoreError) in try store.teamLogRenewalWish() }
    return state.epoch > 0 && wish ?? 0 >= state.epoch
  }

  /// Whoever wrote the checkpoint of this epoch takes the older ones away: everything in them is
  /// said anew here, or was purged.
  func clear(_ line: LogLine) throws(SyncFailure) {
    guard let state = try state(), state.isOpen, state.keeper == state.machine else { return }
    for epoch in try line.epochs() where epoch < state.epoch { try line.delete(epoch) }
  }
}
