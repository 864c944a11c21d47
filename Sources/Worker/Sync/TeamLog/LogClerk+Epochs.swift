import Domain
import Glibc
import Logging
import Store
import TeamLog

/// Which epoch counts: found, made, sealed, or begun anew on a checkpoint (design 5).
extension LogClerk {
  /// Whether the opened mailbox is not, or no longer, the one where the team speaks.
  func mustMove(_ line: any LogRoad) throws(SyncFailure) -> Bool {
    guard let state = try state() else { return true }
    return line.opened != state.epoch || state.isSealed || state.isLost
  }

  /// Opens the mailbox of the current epoch, everything in it read; begins one where none is. The
  /// newest epoch that begins with a whole checkpoint counts, whatever this machine read before.
  func settle(_ line: any LogRoad) throws(SyncFailure) {
    var isSettled = false
    if line.opened != nil { isSettled = try !mustMove(line) }
    if isSettled, let looked = lookedAt, .now - looked < limits.lookEvery { return }
    let epochs = try line.epochs()
    lookedAt = .now
    // Turned on only once the server has shown that it lets us: else one host works as before.
    guard let state = try state() else { return try settleFirst(line, epochs) }
    if isSettled, epochs.last ?? 0 <= state.epoch { return try clear(line, epochs) }
    if state.epoch > 0 {
      for epoch in epochs.reversed() where epoch > state.epoch {
        if try adopt(line, epoch) { return }
      }
      if try reopen(line, state) { return try clear(line, epochs) }
    }
    try settleNext(line, epochs)
  }

  /// The very first look of this machine.
  private func settleFirst(_ line: any LogRoad, _ epochs: [Int]) throws(SyncFailure) {
    if epochs.isEmpty { try line.create(1) }
    guard try line.open(epochs.last ?? 1) != nil else { throw .refused("SELECT") }
    try expectOurKey(line)
    let machine = Self.fresh()
    let moment = now()
    try stored { () throws(StoreError) in try store.turnOnTeamLog(machine: machine, now: moment) }
    try noteReader()
    try settleNext(line, epochs.isEmpty ? [1] : epochs)
  }

  /// A machine whose key, or whose name of the BAL, is another one than the others' would hear
  /// nobody and believe itself alone: it does not begin to speak.
  private func expectOurKey(_ line: any LogRoad) throws(SyncFailure) {
    guard let key, let epoch = line.opened, let present = try line.present() else { return }
    let some = Set(present.prefix(Self.keyLooks)).union(present.suffix(Self.keyLooks)).sorted()
    guard !some.isEmpty else { return }
    var isStrange = false
    for case (_, let bytes?) in try line.fetch(some).messages {
      switch reading(bytes, epoch, key) {
      case .parcel, .ignored(.shape): return
      case .otherAddress(let other): throw .otherAddress(here: address, there: other)
      case .ignored(.proof): isStrange = true
      case .ignored(.size), .ignored(.foreign), .ignored(.version): break
      }
    }
    if isStrange { throw .teamLog(.key) }
  }

  /// Messages at either end of an epoch that tell whose key is used there.
  private static let keyLooks = 8

  /// A name nobody else has.
  private static func fresh() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      String(UInt32.random(in: .min ... .max, using: &generator), radix: 36)
    }.joined()
  }

  /// The epoch that was read last, as long as it lasts; false when another one must be found.
  private func reopen(_ line: any LogRoad, _ state: TeamLogState) throws(SyncFailure) -> Bool {
    guard !state.isLost else { return false }
    guard let validity = try line.open(state.epoch) else {
      try lose()
      return false
    }
    guard state.uidValidity == nil || validity == state.uidValidity else {
      try lose()
      return false
    }
    try catchUp(line, state.epoch)
    return try !mustMove(line)
  }

  func lose() throws(SyncFailure) {
    log?.warning("the mailbox of the team log is not the one it was")
    let moment = now()
    try stored { () throws(StoreError) in try store.markTeamLogLost(now: moment) }
  }

  /// Reads what is in the opened mailbox and was not read yet, wherever it lies.
  func catchUp(_ line: any LogRoad, _ epoch: Int) throws(SyncFailure) {
    // A list that is not whole is no list: the next look asks again.
    guard let present = try line.present() else { throw .violation }
    seen = Set(present)
    let validity = line.validity
    let known = try stored { () throws(StoreError) in
      try store.teamLogRead(epoch: epoch, uidValidity: validity)
    }
    if !known.isSubset(of: seen), try state()?.epoch == epoch, mayRenew {
      // What was read stays read; but no new machine could rebuild it from this mailbox.
      log?.warning("messages of the team log were taken away")
      renewedAt = .now
      return try lose()
    }
    try readAll(present.filter { !known.contains($0) }, line, epoch: epoch)
  }

  /// A server that cannot count must not make us begin an epoch at each look.
  private var mayRenew: Bool { renewedAt.map { .now - $0 > limits.renewEvery } ?? true }

  /// The newest epoch that can be begun, or a new one on a checkpoint of ours.
  private func settleNext(_ line: any LogRoad, _ epochs: [Int]) throws(SyncFailure) {
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
    try clear(line, epochs)
  }

  /// Reads an epoch from its beginning; true when it is the one that counts now.
  private func adopt(_ line: any LogRoad, _ epoch: Int) throws(SyncFailure) -> Bool {
    guard let validity = try line.open(epoch) else { return false }
    // The first epoch of all begins with nothing.
    if epoch == 1 { try absorb(LogBatch(epoch: 1, uidValidity: validity, through: 0, entries: [])) }
    try catchUp(line, epoch)
    return try !mustMove(line)
  }

  /// Whoever began it is most likely at it now, and what was said may not show yet: two checkpoints
  /// would only be one too many.
  private func awaitOther(_ line: any LogRoad, _ epoch: Int) throws(SyncFailure) -> Bool {
    for _ in 0..<limits.otherLooks {
      try stop.check()
      _ = poll(nil, 0, limits.otherPause)
      if try adopt(line, epoch) { return true }
    }
    return false
  }

  private func through(_ line: any LogRoad, _ epoch: Int) throws(SyncFailure) -> UInt32 {
    try stored { () throws(StoreError) in
      try store.teamLogThrough(epoch: epoch, uidValidity: line.validity)
    }
  }

  /// An empty machine meets an epoch that nobody finished. Whoever began it, or has read the one
  /// before, finishes it. With nothing it is begun by a person's word alone: a machine that is only
  /// switched off would have to say months of work again, behind everything else.
  private func settleEmpty(_ line: any LogRoad, _ epochs: [Int]) throws(SyncFailure) {
    guard let last = epochs.last else { throw .teamLog(.unfinished) }
    let moment = now()
    let (since, mayBegin) = try stored { () throws(StoreError) in
      (try store.noteUnfinished(epoch: last, now: moment), try store.mayBeginTeamLogEmpty())
    }
    guard mayBegin else {
      let isLong = moment.secondsSince(since) >= limits.patience
      throw .teamLog(isLong ? .abandoned : .unfinished)
    }
    try writeCheckpoint(line, last)
  }

  /// Parts of a checkpoint that leave in one breath, each at most a quarter of a megabyte.
  private static let partsAtOnce = 4

  /// Says everything that was accepted so far at the beginning of an epoch. The first whole
  /// checkpoint counts, whoever wrote it.
  private func writeCheckpoint(_ line: any LogRoad, _ epoch: Int) throws(SyncFailure) {
    // Another machine was faster and took it away again: no refusal, the next look sees what is
    // there now.
    guard try line.open(epoch) != nil else { throw .connectionLost }
    try catchUp(line, epoch)
    let name = Self.fresh()
    let plan = try stored { () throws(StoreError) in try store.planCheckpoint(id: name) }
    guard let plan, plan.parts > 0 else { throw .teamLog(.unfinished) }
    for first in stride(from: 1, through: plan.parts, by: Self.partsAtOnce)
    where try state()?.epoch != epoch {
      try stop.check()
      let numbers = first...min(first + Self.partsAtOnce - 1, plan.parts)
      let parcels = try stored { () throws(StoreError) in
        try numbers.map { part throws(StoreError) in
          try store.checkpointParcel(plan, part: part)
        }
      }
      var messages: [[UInt8]] = []
      for parcel in parcels { messages.append(try bytes(parcel, epoch)) }
      let found = try line.exchange(messages, from: try through(line, epoch) &+ 1)
      try take(found.messages, epoch: epoch, validity: line.validity)
      seen.formUnion(found.messages.map(\.uid))
      if let refusal = found.refusal { throw refusal }
    }
    if try state()?.epoch != epoch { try catchUp(line, epoch) }
    // What was taken and does not show yet will: saying it once more would only make it longer.
    if try state()?.epoch != epoch, try !awaitOther(line, epoch) { throw .teamLog(.unfinished) }
    try stored { () throws(StoreError) in try store.forgetTeamLogBeginning() }
  }

  // MARK: - The end of an epoch

  /// The word that closes the epoch, when it is full or somebody wishes it (a purge).
  func farewell(_ state: TeamLogState) throws(SyncFailure) -> [LogParcel] {
    let isWished = try isWished(state)
    guard state.isOpen, state.messages >= limits.fullAt || isWished else { return [] }
    let parcel = LogParcel(
      id: "seal:\(state.epoch):\(state.machine)", machine: state.machine,
      records: [LogRecord(id: "seal:\(state.epoch)", content: .seal)])
    return said.contains(parcel.id) ? [] : [parcel]
  }

  func isWished(_ state: TeamLogState) throws(SyncFailure) -> Bool {
    let wish = try stored { () throws(StoreError) in try store.teamLogRenewalWish() }
    return state.epoch > 0 && wish ?? 0 >= state.epoch
  }

  /// Takes older epochs away: everything in them is said anew here, or was purged. Whoever wrote
  /// the checkpoint of this epoch does it at once. Where that machine is gone, or bears another
  /// name since it was restored, any other one does after a while (design 5).
  func clear(_ line: any LogRoad, _ epochs: [Int]) throws(SyncFailure) {
    guard mayClear, let state = try state(), state.isOpen else { return }
    let older = epochs.filter { $0 < state.epoch }
    guard !older.isEmpty else { return }
    if state.keeper != state.machine {
      let moment = now()
      let since = try stored { () throws(StoreError) in
        try store.noteTeamLogLeftovers(epoch: state.epoch, now: moment)
      }
      guard moment.secondsSince(since) >= limits.keeperPatience else { return }
    }
    for epoch in older {
      do throws(SyncFailure) {
        try line.delete(epoch)
      } catch {
        guard error == .refused("DELETE") else { throw error }
        // They stay, and nothing else waits for that; the next connection asks once more.
        mayClear = false
        log?.warning("the server keeps older epochs of the team log")
        return
      }
    }
  }
}
