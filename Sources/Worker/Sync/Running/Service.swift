import Domain
import Glibc
import Store

/// The worker as a service: a pass when there is reason for one, and the truth in between.
///
/// One `poll()` waits for the doorbell, the server's own word (IDLE), new files in a Maildir, a
/// change of the network, the wish to stop and the clock.
public struct Service {
  private let synchroniser: Synchroniser
  private let stop: Stop
  private let rhythm: Rhythm
  private let upkeep: Upkeep?
  /// Ends the service when this process is gone (the demonstration); nil for none.
  private let parent: Int32?

  public init(
    _ synchroniser: Synchroniser, stop: Stop, whilePID parent: Int32?, rhythm: Rhythm = Rhythm(),
    upkeep: Upkeep? = nil
  ) {
    self.upkeep = upkeep
    self.synchroniser = synchroniser
    self.stop = stop
    self.parent = parent
    self.rhythm = rhythm
    synchroniser.rhythm = rhythm
    synchroniser.sendingPatience = rhythm.sendingPatience
  }

  /// What the service is waiting for.
  private struct Plan {
    /// When the mailbox is looked at as a whole.
    var pass = ContinuousClock.now
    /// When a watched server is asked whether it is still there.
    var probe = ContinuousClock.now
    var failures = 0
    var isWatching = false
    var isWaitingForPerson = false
    var hasDocuments = true
    /// An errand that brought nothing about is not repeated before that.
    var errand = ContinuousClock.now
    /// When what arrived is handed over; nil: nothing waits for it.
    var export: ContinuousClock.Instant? = .now
  }

  /// Runs until stopped. Throws only what makes going on senseless: a store or decoder that
  /// cannot be used.
  public func run() throws(SyncFailure) {
    let wakes = try Wakes(
      doorbell: synchroniser.store.doorbellPath, directories: synchroniser.watched,
      pulse: synchroniser.pulse, stop: stop, parent: parent)
    try synchroniser.beginTeamLog()
    var plan = Plan()
    var seenRetry = try synchroniser.retryAsked()
    // A mail behind its dot is waited for although the screen is gone; another screen finds its
    // mail coming in meanwhile.
    while !wakes.mustEnd || (!stop.isRequested && synchroniser.outbox.isRunning) {
      upkeep?.runIfDue()
      let reason = wakes.wait(until: plan.hasDocuments ? .now : try next(plan))
      if reason.contains(.stop) { return }
      synchroniser.life.moved()
      let retry = try synchroniser.retryAsked()
      if retry != seenRetry || (reason.contains(.network) && !plan.isWaitingForPerson) {
        // A person, or the network, says that it is worth trying now.
        let wasHeld = try synchroniser.releaseHold(byWish: retry != seenRetry)
        if plan.failures > 0 || retry != seenRetry || wasHeld { plan.pass = .now }
        if retry != seenRetry { synchroniser.heedWish() }
        plan.probe = .now
        if plan.export != nil { plan.export = .now }
        seenRetry = retry
      }
      do throws(SyncFailure) {
        try act(reason, &plan)
      } catch {
        if error == .stopped { return }
        if Self.endsService(error) { throw error }
        try fail(error, &plan)
      }
      try export(&plan)
      if plan.hasDocuments { plan.hasDocuments = try readSome() }
    }
  }

  private func act(_ reason: Wakes.Reason, _ plan: inout Plan) throws(SyncFailure) {
    let now = ContinuousClock.now
    if now >= plan.pass || (plan.failures == 0 && !reason.isDisjoint(with: [.mail, .server])) {
      if plan.isWaitingForPerson, now < plan.pass { return }
      _ = try synchroniser.pass()
      plan.export = plan.export ?? .now
      plan.failures = 0
      plan.isWaitingForPerson = false
      plan.hasDocuments = true
      try watch(&plan)
    } else if plan.failures == 0 {
      if now >= plan.errand, let report = try synchroniser.errands() {
        plan.export = plan.export ?? .now
        if report.isFruitless { plan.errand = .now + Self.errandPause }
        try watch(&plan)
      } else if plan.isWatching, now >= plan.probe {
        try synchroniser.probe(patience: rhythm.probePatience)
        try watch(&plan)
      }
    }
  }

  /// Goes to IDLE where there is one, and says when the next look is due.
  private func watch(_ plan: inout Plan) throws(SyncFailure) {
    plan.isWatching = try synchroniser.beginWatch()
    plan.probe = .now + .seconds(rhythm.probe)
    let interval =
      plan.isWatching
      ? rhythm.watchedPass
      : synchroniser.watched.isEmpty ? rhythm.poll : rhythm.maildir
    plan.pass = .now + .seconds(interval)
  }

  private func fail(_ failure: SyncFailure, _ plan: inout Plan) throws(SyncFailure) {
    plan.failures += 1
    plan.isWatching = false
    plan.isWaitingForPerson = failure.waitsForWish
    let pause = rhythm.pause(failure, plan.failures)
    plan.pass = .now + .milliseconds(pause)
    try synchroniser.announce(
      nextAttempt: failure.waitsForWish
        ? nil : synchroniser.now().adding(seconds: pause / 1_000))
  }

  /// Some of what arrived; what cannot be handed over is tried again after a while.
  private func export(_ plan: inout Plan) throws(SyncFailure) {
    guard let due = plan.export, .now >= due else { return }
    var report = SyncReport()
    do throws(SyncFailure) {
      let hasMore = try synchroniser.exportArrivals(atMost: Self.documentsAtOnce, &report)
      plan.export =
        hasMore ? .now : synchroniser.hasHeldExports ? .now + .seconds(rhythm.exportPause) : nil
    } catch {
      plan.export = .now + .seconds(rhythm.exportPause)
      if Self.endsService(error) { throw error }
    }
  }

  private static func endsService(_ failure: SyncFailure) -> Bool {
    // Whoever cannot even get the secret leaves the lease to one that can, such as the account
    // that the operator of this machine meant; whoever starts services tries again.
    failure == .store(.unusable) || failure == .decoder || failure == .secret
  }

  /// A few documents, then the mailbox is looked at again: an answer to send never waits behind
  /// a thousand PDFs.
  private func readSome() throws(SyncFailure) -> Bool {
    var report = SyncReport()
    do throws(SyncFailure) {
      return try synchroniser.readDocuments(atMost: Self.documentsAtOnce, &report)
    } catch {
      if error == .stopped || !Self.endsService(error) { return false }
      throw error
    }
  }

  private static let documentsAtOnce = 8
  /// Whatever this side believes to be due, a server is not asked more often for nothing.
  private static let errandPause = Duration.seconds(1)

  /// A queued answer may leave before the next look at the mailbox.
  private func next(_ plan: Plan) throws(SyncFailure) -> ContinuousClock.Instant {
    var due = plan.isWatching ? min(plan.pass, plan.probe) : plan.pass
    if let export = plan.export { due = min(due, export) }
    if let upkeep { due = min(due, upkeep.next) }
    // A bell that came meanwhile is answered then.
    if plan.errand > .now { due = min(due, plan.errand) }
    guard plan.failures == 0, let sending = try synchroniser.nextErrand() else { return due }
    let wait = max(0, sending.milliseconds - synchroniser.now().milliseconds)
    return min(due, max(plan.errand, .now + .milliseconds(wait + 10)))
  }
}

/// How often, and how patiently; in seconds. A test makes it faster.
public struct Rhythm: Sendable {
  /// A server that cannot tell by itself is asked that often.
  public var poll: Int64 = 30
  /// A Maildir tells; this is for what inotify may miss.
  public var maildir: Int64 = 60
  /// A watched BAL is looked at as a whole that often: Sent and what a push may have missed.
  public var watchedPass: Int64 = 300
  /// A watched server that said nothing for so long is asked. With `probePatience` a dead one is
  /// known within a minute (S18), and IDLE is renewed long before its 29 minutes (RFC 2177).
  public var probe: Int64 = 42
  public var probePatience: Int64 = 15
  /// A pass waits so long for what is being sent; then mail comes in beside it (O07).
  public var sendingPatience: Int64 = 5
  /// A directory that receives exports and was missing or full is tried again that often.
  public var exportPause: Int64 = 30
  /// Before the next attempt, by how many failed; `server.limit` has its own.
  public var backOff: [Int64] = [1, 2, 5, 15, 30, 60, 120, 300]
  public var limitBackOff: [Int64] = [60, 120, 300]
  /// A certificate may be renewed, or a clock set right, without anybody telling.
  public var refusedPause: Int64 = 300

  public init() {}

  /// Milliseconds, jittered so that the postes of a town do not all come back together.
  func pause(_ failure: SyncFailure, _ failures: Int) -> Int64 {
    // Four postes must not lock a BAL out (T08): only a person's wish tries again.
    if failure.waitsForWish { return 365 * 86_400_000 }
    let steps = failure == .limit ? limitBackOff : backOff
    let base = failure.needsPerson ? refusedPause : steps[min(failures, steps.count) - 1]
    return base * 1_000 + Int64.random(in: 0...(base * 250))
  }
}
