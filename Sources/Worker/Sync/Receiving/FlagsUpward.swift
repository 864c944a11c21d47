import Domain
import Store

/// Flags that changed here, on their way to the server.
///
/// Where the server counts, nothing is stored over what somebody else did meanwhile: the message
/// is read again and both are kept. The wish for the one flag that was changed here wins, every
/// other flag is the server's; the journal has both (S09).
struct FlagsUpward {
  let store: OfficineStore
  let session: any MailSession
  let memory: FlagMemory
  let place: MessageReader.Place
  let now: @Sendable () -> Timestamp
  let stop: Stop
  let opened: OpenedFolder

  /// Where the counting stood when the mailbox was opened; nil: the server does not count.
  private var since: UInt64? { opened.modSequence }

  /// Times that a message is read again; then the wish is stored anyhow, which takes nothing but
  /// its one flag from anybody: two machines must not wait for each other.
  static let rounds = 3
  /// Refusals that one pass takes while it looks for the messages that are meant.
  private static let refusals = 24

  private typealias Group = ArraySlice<FlagChange>

  func run(_ report: inout SyncReport) throws(SyncFailure) {
    let (moment, name) = (now(), place.folder.name)
    let limit = SyncLimits.flagChanges + memory.held.count
    let waiting = try stored { () throws(StoreError) in
      try store.pendingFlagChanges(in: name, limit: limit)
    }.filter { $0.uidValidity == place.uidValidity && !memory.held.isHeld($0.id, at: moment) }
    // What would not last there is not even told: kept until that mailbox takes it.
    try hold(waiting.filter { !opened.keeps($0) }[...])
    let changes = waiting.filter(opened.keeps)
    var counts: [UInt32: UInt64] = [:]
    var refusals = Self.refusals
    var start = 0
    while start < changes.count {
      try stop.check()
      // Neighbours with the same change leave in one command; the order of changes stays.
      var end = start + 1
      while end < changes.count, changes[end].add == changes[start].add,
        changes[end].remove == changes[start].remove,
        counts[changes[end].uid] == counts[changes[start].uid]
      {
        end += 1
      }
      try push(changes[start..<end], &counts, &refusals, &report)
      start = end
    }
  }

  /// One message whose flags the server will not change must keep back neither the others nor
  /// the pass: it is looked for by halves, and waits.
  private func push(
    _ group: Group, _ counts: inout [UInt32: UInt64], _ refusals: inout Int,
    _ report: inout SyncReport
  ) throws(SyncFailure) {
    guard refusals > 0 else { return try hold(group) }
    var rest = group
    do throws(SyncFailure) {
      try push(&rest, &counts, &report)
    } catch {
      guard case .refused = error else { throw error }
      refusals -= 1
      guard rest.count > 1 else { return try hold(rest) }
      let middle = rest.startIndex + rest.count / 2
      try push(rest[..<middle], &counts, &refusals, &report)
      try push(rest[middle...], &counts, &refusals, &report)
    }
  }

  private func hold(_ group: Group) throws(SyncFailure) {
    let moment = now()
    let fresh = group.count { memory.held.hold($0.id, at: moment) }
    if fresh > 0 { try trace(fresh, "refused") }
  }

  private func trace(_ count: Int, _ answer: String) throws(SyncFailure) {
    try stored { () throws(StoreError) in
      try store.trace(
        TraceEntry(
          author: .mailbox, action: "flags.push", request: "messages=\(count)",
          answer: answer), now: now())
    }
  }

  /// - Parameters:
  ///   - rest: what is not settled yet, also when this throws.
  ///   - counts: of messages that this pass changed already, or read again.
  private func push(
    _ rest: inout Group, _ counts: inout [UInt32: UInt64], _ report: inout SyncReport
  ) throws(SyncFailure) {
    guard let first = rest.first else { return }
    var pushed = 0
    for round in 0...Self.rounds where !rest.isEmpty {
      let condition = round < Self.rounds ? rest.first.flatMap { counts[$0.uid] } ?? since : nil
      let answer = try session.change(
        FlagPush(
          uids: rest.map(\.uid), add: first.add, remove: first.remove,
          unchangedSince: condition))
      counts.merge(answer.sequences) { _, new in new }
      let isLost = { (change: FlagChange) in answer.modified.contains(change.uid) }
      for change in rest where !isLost(change) { try settle(change) }
      pushed += rest.count { !isLost($0) }
      rest = rest.filter(isLost)[...]
      if !rest.isEmpty { try merge(&rest, &counts) }
    }
    report.flagsOut += pushed
    if pushed > 0 { try trace(pushed, "OK") }
  }

  /// Somebody else was faster: what the server has now comes here, what still differs goes again.
  private func merge(
    _ lost: inout Group, _ counts: inout [UInt32: UInt64]
  ) throws(SyncFailure) {
    let read = try session.reread(lost.map(\.uid))
    // A message that is gone has no flags; the next look at the mailbox says so.
    let flags = Dictionary(read.map { ($0.now.uid, $0.now.flags) }) { _, new in new }
    lost = lost.filter { flags[$0.uid] != nil }
    try stored { () throws(StoreError) in
      try store.mergeServerFlags(flags, with: Array(lost), now: now())
    }
    // All were read at one moment: whatever comes after has a larger count than any of them.
    let highest = read.map(\.sequence).max() ?? 0
    for entry in read { counts[entry.now.uid] = highest }
    var rest: [FlagChange] = []
    for change in lost {
      guard let theirs = flags[change.uid] else { continue }
      memory.set(theirs, change.uid, in: place.folder.name)
      if change.isDone(theirs) { try settle(change) } else { rest.append(change) }
    }
    lost = rest[...]
  }

  private func settle(_ change: FlagChange) throws(SyncFailure) {
    try stored { () throws(StoreError) in try store.flagChangePushed(change.id) }
    memory.held.release(change.id)
    memory.adjust(change, in: place.folder.name)
  }
}

extension FlagChange {
  /// The server has it already.
  fileprivate func isDone(_ flags: Flags) -> Bool {
    flags.names.isSuperset(of: add) && flags.names.isDisjoint(with: remove)
  }
}
