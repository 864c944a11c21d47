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
  let tally: Tally
  let lessons: Lessons

  /// True when it is to be run again at once: bodies are still owed, or so much time went by with
  /// them that there may be news.
  func run(_ folder: Folder, _ report: inout SyncReport) throws(SyncFailure) -> Bool {
    let known = try stored { () throws(StoreError) in try store.cursor(of: folder.name) }
    var owed = try known.map { (known) throws(SyncFailure) in try self.owed(known) } ?? Debts()
    if owed.isEmpty, try isUnmoved(folder, known) { return false }
    let opened = try session.open(folder, since: known.flatMap(SyncPoint.init))
    let place = MessageReader.Place(folder: folder, uidValidity: opened.uidValidity)
    let (cursor, isNew) = try settleValidity(folder, opened)
    if isNew { owed = Debts() }
    // A UIDNEXT below ours is the server's slip: never ask for a range that runs backwards (I07).
    if isNew || opened.uidNext.map({ $0 > cursor.uidNext }) ?? true {
      try Obstacles.listing(on: road(place)) { () throws(SyncFailure) in
        if let next = opened.uidNext, isAnnounced(folder, opened, next, cursor, owed.open) {
          try Announcing(
            store: store, session: session, reader: reader, place: place, now: now, stop: stop
          ).run(upTo: next, count: opened.count, cursor, owed: owed.open)
        } else {
          try receive(place, opened, cursor, &report)
        }
      }
      owed = try self.owed(cursor)
    }
    let awaited = owed.uids
    let upward = FlagsUpward(
      store: store, session: session, memory: memory, place: place, now: now, stop: stop,
      opened: opened)
    if let changes = opened.changes {
      // What came with this pass has its flags already.
      try apply(changes.below(cursor.uidNext), awaited, place, &report)
      try upward.run(&report)
    } else {
      // Ours first, so that the comparison which follows finds the server agreeing.
      try upward.run(&report)
      try compare(awaited, place, &report)
    }
    try finish(opened, place)
    if try bring(owed.open, place, &report) { return true }
    try askAgain(owed.due, place, &report)
    return false
  }

  private func owed(_ cursor: MailboxCursor) throws(SyncFailure) -> Debts {
    let rows = try stored { () throws(StoreError) in
      try store.announced(in: cursor.name, uidValidity: cursor.uidValidity, limit: .max)
    }
    return Debts(rows, at: now())
  }

  /// A few messages come straight. Many are listed first, and so is whatever comes while others
  /// are owed: an answer must not open the demande of a thread that began before it.
  private func isAnnounced(
    _ folder: Folder, _ opened: OpenedFolder, _ next: UInt32, _ cursor: MailboxCursor,
    _ owed: [AnnouncedMessage]
  ) -> Bool {
    guard session.announces, folder.role == .inbox else { return false }
    guard owed.isEmpty else { return true }
    return next - min(next, cursor.uidNext) > SyncLimits.straight
      && opened.count > Int(SyncLimits.straight)
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
    let (limit, moment) = (memory.held.count + 1, now())
    return try stored { () throws(StoreError) in
      try store.pendingFlagChanges(in: folder.name, limit: limit)
    }.allSatisfy { memory.held.isHeld($0.id, at: moment) }
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

  // MARK: - Bodies

  private func receive(
    _ place: MessageReader.Place, _ opened: OpenedFolder, _ cursor: MailboxCursor,
    _ report: inout SyncReport
  ) throws(SyncFailure) {
    var batcher = Batcher(
      store: store, reader: reader, place: place, cursor: cursor, now: now)
    let expected = cursor.uidNext == 1 ? opened.count : 0
    try session.list(from: cursor.uidNext) { (window, end) throws(SyncFailure) in
      tally.expect(max(expected - tally.done, window.count), window)
      try Obstacles.bodies(window, on: road(place)) { (listed, body) throws(SyncFailure) in
        if case .withheld(let reason) = body {
          // Everything below is stored now, so that the cursor may pass it with its announcement.
          try batcher.flush()
          var passed = cursor
          passed.uidNext = max(cursor.uidNext, listed.uid < .max ? listed.uid + 1 : .max)
          try withhold(listed, reason, place, passed)
        } else {
          try take(listed, body, place, &batcher)
        }
      }
      try batcher.flush(end: max(end, cursor.uidNext))
    }
    count(batcher, &report)
  }

  private func bring(
    _ owed: [AnnouncedMessage], _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) -> Bool {
    guard !owed.isEmpty else { return false }
    var batcher = Batcher(store: store, reader: reader, place: place, cursor: nil, now: now)
    try bodies(place).run(owed) { (listed, body) throws(SyncFailure) in
      try take(listed, body, place, &batcher)
    }
    try batcher.flush()
    count(batcher, &report)
    // A server that lists messages and never sends them must not keep the pass here.
    return batcher.taken > 0
  }

  /// Last of all, one by one: whatever they do to the connection, all else is here.
  private func askAgain(
    _ due: [AnnouncedMessage], _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    var again = bodies(place)
    again.isAgain = true
    for message in due {
      var batcher = Batcher(store: store, reader: reader, place: place, cursor: nil, now: now)
      let message = try look(at: message, place)
      try again.run([message]) { (listed, body) throws(SyncFailure) in
        try take(listed, body, place, &batcher)
      }
      try batcher.flush()
      count(batcher, &report)
    }
  }

  /// Who wrote about what and when, where the server can say at least that now.
  private func look(
    at message: AnnouncedMessage, _ place: MessageReader.Place
  ) throws(SyncFailure) -> AnnouncedMessage {
    // Every other time: whatever this does to the connection, the body has its turns too.
    guard session.announces, message.attempts % 2 == 1 else { return message }
    session.modesty = .withoutSizes
    defer { session.modesty = .none }
    var seen = message
    do throws(SyncFailure) {
      try session.envelopes(in: message.uid...message.uid, newestFirst: false) {
        (envelopes, _) throws(SyncFailure) in
        let named = try reader.announcements(envelopes, in: place)
        if let listed = named.first?.withMoment(or: message.receivedAt) {
          try stored { () throws(StoreError) in
            try store.announce([listed], cursor: nil, now: nil)
          }
          seen.receivedAt = listed.receivedAt
        }
        return true
      }
    } catch {
      guard error.endsAtBody else { throw error }
      try Withheld(store: store, place: place, now: now)
        .note(message.uid, .cut, attempts: message.attempts)
      lessons.learned()
      throw error
    }
    return seen
  }

  private func bodies(_ place: MessageReader.Place) -> OwedBodies {
    OwedBodies(
      store: store, session: session, place: place, stop: stop, tally: tally, lessons: lessons,
      withheld: Withheld(store: store, place: place, now: now))
  }

  private func road(_ place: MessageReader.Place) -> Obstacles.Road {
    Obstacles.Road(store: store, session: session, place: place, lessons: lessons)
  }

  /// Kept by the little that is known of it, and asked for again: never lost from sight.
  private func withhold(
    _ listed: Listed, _ reason: Withholding, _ place: MessageReader.Place,
    _ cursor: MailboxCursor?
  ) throws(SyncFailure) {
    let bare = try reader.announcements([Envelope(listed: listed, header: [])], in: place)
    let moment = now()
    try stored { () throws(StoreError) in
      try store.announce(bare.map { $0.withMoment(or: moment) }, cursor: cursor, now: nil)
    }
    try Withheld(store: store, place: place, now: now).note(listed.uid, reason, attempts: 0)
  }

  /// Messages on the server that the cursor has passed without storing them: a file that could
  /// not be read, a body that came late.
  func heal(
    _ uids: [UInt32], _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    var batcher = Batcher(store: store, reader: reader, place: place, cursor: nil, now: now)
    try Obstacles.listing(on: road(place)) { () throws(SyncFailure) in
      let listed = try session.describe(uids)
      tally.expect(listed.count, listed)
      try Obstacles.bodies(listed, on: road(place)) { (listed, body) throws(SyncFailure) in
        if case .withheld(let reason) = body {
          try withhold(listed, reason, place, nil)
        } else {
          try take(listed, body, place, &batcher)
        }
      }
    }
    try batcher.flush()
    count(batcher, &report)
  }

  private func take(
    _ listed: Listed, _ body: Body, _ place: MessageReader.Place, _ batcher: inout Batcher
  ) throws(SyncFailure) {
    try stop.check()
    guard let arrival = Arrival(listed, body) else { return }
    memory.set(listed.flags, listed.uid, in: place.folder.name)
    try batcher.add(arrival)
    try tally.came(listed)
  }

  private func count(_ batcher: Batcher, _ report: inout SyncReport) {
    report.received += batcher.result.stored.count
    report.known += batcher.result.alreadyKnown.count
    report.orders += batcher.result.opened.count
    report.quarantine += batcher.quarantine
  }
}
