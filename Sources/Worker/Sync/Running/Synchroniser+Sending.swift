import Domain
import Logging
import Store

/// The outbox stands still because of the way out, not because of one mail: mail goes on coming in.
struct OutboxHold {
  var failure: SyncFailure
  /// How often in a row.
  var failures: Int
  /// When it is tried again by itself; nil: not before a person wishes so (T08).
  var until: ContinuousClock.Instant?
}

/// Sending within a pass: what is due, its copy, its flag. A trouble of sending alone is kept apart
/// from the pass, which receives and confirms all the same (O07).
extension Synchroniser {
  /// Why the outbox stands still although mail comes in; nil while it does not.
  public var sendingFailure: SyncFailure? { hold?.failure }

  var sender: OutboxSender {
    OutboxSender(
      store: store, carrier: backend.carrier, settlements: settlements, now: now, stop: stop)
  }

  /// When the next queued item may leave; nil when none waits, or all wait for a person.
  func nextSending() throws(SyncFailure) -> Timestamp? {
    // It looks for what is due itself, and rings when it has done.
    if outbox.isRunning { return nil }
    let moment = now()
    let due = try stored { () throws(StoreError) in try store.outbox(states: [.queued]) }
      .map { $0.due(at: moment) }.min()
    guard let due, let hold else { return due }
    guard let until = hold.until else { return nil }
    let left = max(.zero, until - .now).components
    let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
    return max(due, Timestamp(milliseconds: moment.milliseconds + milliseconds))
  }

  /// What is due leaves, unless the way out is held; also between two parts of a large reception.
  func deliver(_ report: inout SyncReport) throws(SyncFailure) {
    try collect(&report)
    guard let due = try nextSending(), due <= now() else { return try forgetIdleHold() }
    if let sendingPatience {
      outbox.start(sender)
      outbox.wait(atMost: sendingPatience)
    } else {
      outbox.run(sender)
    }
    try collect(&report)
  }

  /// What a round came to that has ended meanwhile.
  private func collect(_ report: inout SyncReport) throws(SyncFailure) {
    guard let round = outbox.take() else { return }
    report.sent += round.report.sent
    report.refused += round.report.refused
    report.uncertain += round.report.uncertain
    if let failure = round.failure {
      try holdOutbox(failure)
    } else {
      (hold, sending) = (nil, nil)
    }
  }

  /// Nothing waits any more: then there is no trouble to tell.
  private func forgetIdleHold() throws(SyncFailure) {
    guard hold != nil || sending != nil else { return }
    let waiting = try stored { () throws(StoreError) in
      try store.outbox(states: [.queued, .sending])
    }
    if waiting.isEmpty { (hold, sending) = (nil, nil) }
  }

  private func holdOutbox(_ failure: SyncFailure) throws(SyncFailure) {
    switch failure {
    case .store, .stopped, .decoder: throw failure
    default: break
    }
    let failures = (hold?.failures ?? 0) + 1
    // A command that gave nothing asked no server: it may be tried again without locking anybody.
    let waits = failure.waitsForWish && failure != .secret
    let pause = rhythm.pause(waits || failure != .secret ? failure : .limit, failures)
    hold = OutboxHold(
      failure: failure, failures: failures, until: waits ? nil : .now + .milliseconds(pause))
    let isSame = sending?.failure == failure.code
    if !isSame { log?.warning("sending waits: \(failure.code)") }
    sending = SendingTrouble(
      phase: failure.phase, failure: failure.code,
      since: isSame ? sending?.since ?? now() : now(), nextAttempt: try nextSending())
  }

  /// A person, or the network, says that sending is worth trying now; true when it was held.
  func releaseHold(byWish isWish: Bool) throws(SyncFailure) -> Bool {
    guard isWish || hold.map({ $0.until != nil }) ?? false else { return false }
    try stored { () throws(StoreError) in try store.hastenOutgoing() }
    hold = nil
    return true
  }

  /// What is due leaves; then proof for what is uncertain, copies, operations.
  func send(
    _ session: any MailSession, _ folders: [Folder], _ report: inout SyncReport
  ) throws(SyncFailure) -> Bool {
    let found = folders.first { $0.role == .sent }
    let shelf = SentShelf(
      store: store, session: session, carrier: backend.carrier,
      sent: found ?? Folder(name: "Sent", role: .sent), isThere: found != nil, now: now)
    let before = report
    try shelf.settleUncertain(&report)
    try deliver(&report)
    let copies = try shelf.storeCopies()
    report.operations += try OperationsRunner(
      store: store, session: session, folders: folders, trash: account.trash, now: now, stop: stop
    ).run()
    return copies > 0 || report.sent > before.sent || report.operations > before.operations
  }
}
