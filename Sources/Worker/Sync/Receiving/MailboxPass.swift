import Domain
import Store

/// One pass over one mailbox: what is new, which flags changed, what the server removed.
struct MailboxPass {
  let store: OfficineStore
  let session: any MailSession
  let reader: MessageReader
  let memory: FlagMemory
  let now: @Sendable () -> Timestamp
  let stop: Stop
  /// Called after each message with how many came and how many are expected.
  let progress: (_ done: Int, _ total: Int) throws(SyncFailure) -> Void

  func run(_ folder: Folder, _ report: inout SyncReport) throws(SyncFailure) {
    let known = try stored { () throws(StoreError) in try store.cursor(of: folder.name) }
    if try isUnmoved(folder, known) { return }
    let opened = try session.open(folder, since: known.flatMap(SyncPoint.init))
    let place = MessageReader.Place(folder: folder, uidValidity: opened.uidValidity)
    let (cursor, isNew) = try settleValidity(folder, opened)
    // A UIDNEXT below ours is the server's slip: never ask for a range that runs backwards (I07).
    if isNew || opened.uidNext.map({ $0 > cursor.uidNext }) ?? true {
      try receive(place, opened, cursor, &report)
    }
    if opened.isWritable { try pushFlags(place, &report) }
    if let changes = opened.changes {
      // What came with this pass has its flags already.
      try apply(changes.below(cursor.uidNext), place, &report)
    } else {
      try compare(place, &report)
    }
    try finish(opened, place)
  }

  /// The list of mailboxes said that nothing happened there, and nothing of ours waits: then it
  /// is not even opened, so that a look at a quiet BAL costs one command at any size.
  private func isUnmoved(
    _ folder: Folder, _ known: MailboxCursor?
  ) throws(SyncFailure) -> Bool {
    guard session.tracksRemovals, !session.isDisturbed(folder), let status = folder.status,
      let known, let modSequence = known.modSequence, status.modSequence == modSequence,
      status.uidValidity == known.uidValidity, status.uidNext == known.uidNext
    else { return false }
    return try stored { () throws(StoreError) in
      try store.pendingFlagChanges(limit: SyncLimits.flagChanges)
    }.allSatisfy { $0.mailbox != folder.name }
  }

  /// Everything up to this mod-sequence is here now; kept in the transaction that says so.
  private func finish(
    _ opened: OpenedFolder, _ place: MessageReader.Place
  ) throws(SyncFailure) {
    let cursor = try stored { () throws(StoreError) in try store.cursor(of: place.folder.name) }
    guard var cursor, cursor.uidValidity == place.uidValidity else { return }
    guard cursor.modSequence != opened.modSequence else { return }
    cursor.modSequence = opened.modSequence
    try stored { () throws(StoreError) in
      try store.finishResync(gone: [], cursor: cursor, now: now())
    }
  }

  /// What the server says happened since the last time: flags, then what is gone.
  private func apply(
    _ changes: MailboxChanges, _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    let name = place.folder.name
    let named = changes.listed.map { $0.uid...$0.uid }
    let known = try stored { () throws(StoreError) in
      try store.knownUIDs(in: name, uidValidity: place.uidValidity, within: named)
    }
    report.flagsIn += try apply(changes.listed, known: known, place)
    let missed = Set(changes.listed.map(\.uid)).subtracting(known)
    if !missed.isEmpty { try heal(missed.sorted(), place, &report) }
    let gone: [UInt32]
    if let present = changes.present {
      gone = try stored { () throws(StoreError) in
        try store.knownUIDs(in: name, uidValidity: place.uidValidity)
      }.filter { !present.contains($0) }
    } else {
      gone = try stored { () throws(StoreError) in
        try store.knownUIDs(in: name, uidValidity: place.uidValidity, within: changes.gone)
      }
    }
    guard !gone.isEmpty else { return }
    try stored { () throws(StoreError) in
      try store.markGone(mailbox: name, uidValidity: place.uidValidity, uids: gone, now: now())
    }
    report.gone += gone.count
  }

  /// A new UIDVALIDITY makes every known UID worthless; messages, demandes and notes stay (S07).
  private func settleValidity(
    _ folder: Folder, _ opened: OpenedFolder
  ) throws(SyncFailure) -> (MailboxCursor, isNew: Bool) {
    let known = try stored { () throws(StoreError) in try store.cursor(of: folder.name) }
    if var known, known.uidValidity == opened.uidValidity {
      known.specialUse = folder.specialUse
      return (known, false)
    }
    memory.forget(folder.name)
    if known != nil {
      try stored { () throws(StoreError) in
        try store.resetMailbox(folder.name, uidValidity: opened.uidValidity, now: now())
      }
    }
    let fresh = MailboxCursor(
      name: folder.name, uidValidity: opened.uidValidity, uidNext: 1,
      specialUse: folder.specialUse)
    return (fresh, true)
  }

  private func receive(
    _ place: MessageReader.Place, _ opened: OpenedFolder, _ cursor: MailboxCursor,
    _ report: inout SyncReport
  ) throws(SyncFailure) {
    var batcher = Batcher(
      store: store, reader: reader, place: place, cursor: cursor, now: now)
    var done = 0
    let expected = cursor.uidNext == 1 ? opened.count : 0
    try session.list(from: cursor.uidNext) { (window, end) throws(SyncFailure) in
      let total = max(expected, done + window.count)
      try Giants.bodies(window, from: session, store, place) {
        (listed, body) throws(SyncFailure) in
        try stop.check()
        done += 1
        guard let arrival = Self.arrival(listed, body) else { return }
        memory.set(listed.flags, listed.uid, in: place.folder.name)
        try batcher.add(arrival)
        try progress(done, total)
      }
      try batcher.flush(end: max(end, cursor.uidNext))
    }
    count(batcher, &report)
  }

  private static func arrival(_ listed: Listed, _ body: Body) -> Arrival? {
    switch body {
    case .whole(let raw): Arrival(listed: listed, raw: raw, isHeaderOnly: false)
    case .headerOnly(let raw): Arrival(listed: listed, raw: raw, isHeaderOnly: true)
    case .gone: nil
    }
  }

  private func count(_ batcher: Batcher, _ report: inout SyncReport) {
    report.received += batcher.result.stored.count
    report.known += batcher.result.alreadyKnown.count
    report.orders += batcher.result.opened.count
    report.quarantine += batcher.quarantine
  }

  // MARK: - Flags

  /// Local changes first, so that the comparison which follows finds the server agreeing.
  private func pushFlags(
    _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    let changes = try stored { () throws(StoreError) in
      try store.pendingFlagChanges(limit: SyncLimits.flagChanges)
    }.filter { $0.mailbox == place.folder.name && $0.uidValidity == place.uidValidity }
    var start = 0
    while start < changes.count {
      try stop.check()
      // Neighbours with the same change leave in one command; the order of changes stays.
      var end = start + 1
      while end < changes.count, changes[end].add == changes[start].add,
        changes[end].remove == changes[start].remove
      {
        end += 1
      }
      let group = changes[start..<end]
      try session.change(
        FlagPush(uids: group.map(\.uid), add: group[start].add, remove: group[start].remove))
      for change in group { try settle(change, place) }
      report.flagsOut += group.count
      try stored { () throws(StoreError) in
        try store.trace(
          TraceEntry(
            author: .mailbox, action: "flags.push", request: "messages=\(group.count)",
            answer: "OK"), now: now())
      }
      start = end
    }
  }

  private func settle(
    _ change: FlagChange, _ place: MessageReader.Place
  ) throws(SyncFailure) {
    try stored { () throws(StoreError) in try store.flagChangePushed(change.id) }
    memory.adjust(change, in: place.folder.name)
  }

  /// The server's own list: flags that differ are taken over, what is absent from a complete list
  /// is gone there (invariant 6), and what was missed before is fetched now.
  private func compare(
    _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    let name = place.folder.name
    let known = try stored { () throws(StoreError) in
      try store.knownUIDs(in: name, uidValidity: place.uidValidity)
    }
    let before = try memory.flags(in: name, place.uidValidity)
    var changed = 0
    let seen = try session.flags(known: known) { (listed) throws(SyncFailure) in
      try stop.check()
      let different = listed.filter { before[$0.uid] != $0.flags }
      changed += try apply(different, known: known, place)
    }
    report.flagsIn += changed
    let missed = seen.uids.subtracting(known)
    if !missed.isEmpty { try heal(missed.sorted(), place, &report) }
    guard seen.isComplete else { return }
    let gone = known.filter { !seen.uids.contains($0) }
    guard !gone.isEmpty else { return }
    try stored { () throws(StoreError) in
      try store.markGone(
        mailbox: name, uidValidity: place.uidValidity, uids: gone, now: now())
    }
    report.gone += gone.count
  }

  /// In transactions as short as those of ingest.
  private func apply(
    _ listed: [Listed], known: [UInt32], _ place: MessageReader.Place
  ) throws(SyncFailure) -> Int {
    let known = Set(known)
    let changes = listed.filter { known.contains($0.uid) }
    for start in stride(from: 0, to: changes.count, by: Self.flagsAtOnce) {
      let part = changes[start..<min(start + Self.flagsAtOnce, changes.count)]
      try stored { () throws(StoreError) in
        try store.applyServerFlags(
          part.map { ($0.uid, $0.flags) }, mailbox: place.folder.name,
          uidValidity: place.uidValidity)
      }
      for change in part { memory.set(change.flags, change.uid, in: place.folder.name) }
    }
    return changes.count
  }

  private static let flagsAtOnce = 200

  /// Messages on the server that the cursor has passed without storing them: a file that could
  /// not be read, a body that came late.
  private func heal(
    _ uids: [UInt32], _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    var batcher = Batcher(store: store, reader: reader, place: place, cursor: nil, now: now)
    let listed = try session.describe(uids)
    try Giants.bodies(listed, from: session, store, place) {
      (listed, body) throws(SyncFailure) in
      try stop.check()
      guard let arrival = Self.arrival(listed, body) else { return }
      memory.set(listed.flags, listed.uid, in: place.folder.name)
      try batcher.add(arrival)
    }
    try batcher.flush()
    count(batcher, &report)
  }
}
