import Domain
import Foundation
import Logging
import Store

/// Keeps the team log beside the mail, on a thread and a connection of its own, so that « Je
/// prends » never waits behind a thousand mails, nor mail behind the log.
///
/// A new gesture leaves at once (doorbell), a colleague's is folded at once (the server's own
/// word), and a silent server is asked now and then, like the one of the mail.
final class LogThread: Sendable {
  private let stop: Stop
  private let ended = DispatchGroup()

  /// Begins at once.
  ///
  /// - Parameters:
  ///   - make: the clerk of that thread; its stop is this thread's own.
  ///   - isPushed: whether the server is listened to (IDLE).
  init(
    store: OfficineStore, rhythm: Rhythm, isPushed: Bool, log: Logger?,
    now: @escaping @Sendable () -> Timestamp,
    make: @escaping @Sendable (_ stop: Stop) throws -> LogClerk
  ) {
    let stop = Stop()
    self.stop = stop
    ended.enter()
    Thread.detachNewThread { [ended] in
      defer { ended.leave() }
      let desk = LogHealthDesk(store: store, log: log, now: now)
      do {
        let clerk = try make(stop)
        defer { clerk.close() }
        try LogService(clerk, desk, rhythm: rhythm, isPushed: isPushed, stop: stop).run()
      } catch let failure as SyncFailure {
        desk.fail(failure, nextAttempt: nil)
      } catch {
        log?.error("the team log ended")
      }
    }
  }

  /// Ends the connection and waits for the thread.
  func end() {
    stop.request()
    ended.wait()
  }
}

/// Writes how the log is where every screen reads it; a store that cannot be written now is told
/// about by the work itself.
final class LogHealthDesk {
  private let store: OfficineStore
  private let log: Logger?
  private let now: @Sendable () -> Timestamp
  private var health: TeamLogHealth
  /// Milliseconds; « à jour » is written again after so long, before it would count as old.
  private static let interval: Int64 = 120_000

  init(store: OfficineStore, log: Logger?, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.log = log
    self.now = now
    let known = try? store.teamLogHealth()
    health = known ?? TeamLogHealth(status: SyncStatus(phase: .never, since: now()))
    health.isPushed = false
  }

  func confirm(isPushed: Bool) {
    let moment = now()
    let isSame = health.status.phase == .upToDate && health.isPushed == isPushed
    let age = health.status.lastSuccess.map { moment.milliseconds - $0.milliseconds }
    let counts = self.counts()
    if isSame, counts == (health.pending, health.ignored),
      age.map({ (0..<Self.interval).contains($0) }) ?? false
    {
      return
    }
    if health.status.phase != .upToDate { log?.info("team log in touch") }
    health.status = SyncStatus(
      phase: .upToDate, since: isSame ? health.status.since : moment, lastSuccess: moment)
    health.isPushed = isPushed
    (health.address, health.otherAddress) = (nil, nil)
    write(counts)
  }

  func fail(_ failure: SyncFailure, nextAttempt: Timestamp?) {
    guard failure != .stopped else { return close() }
    let last = health.status
    let isSame = last.phase == failure.phase && last.failure == failure.code
    if !isSame { log?.warning("team log: \(failure.code)") }
    health.status = SyncStatus(
      phase: failure.phase, since: isSame ? last.since : now(), lastSuccess: last.lastSuccess,
      failure: failure.code, nextAttempt: nextAttempt)
    health.isPushed = false
    (health.address, health.otherAddress) = (nil, nil)
    if case .otherAddress(let here, let there) = failure {
      (health.address, health.otherAddress) = (here, there)
    }
    write(counts())
  }

  /// From now on nobody hears of colleagues.
  func close() {
    guard health.isPushed else { return }
    health.isPushed = false
    write(counts())
  }

  private func counts() -> (pending: Int, ignored: Int) {
    let state = (try? store.teamLog()) ?? nil
    return (state?.pending ?? 0, state?.ignored ?? 0)
  }

  private func write(_ counts: (pending: Int, ignored: Int)) {
    (health.pending, health.ignored) = counts
    do { try store.setTeamLogHealth(health) } catch {
      log?.warning("the health of the team log was not kept")
    }
  }
}

/// When the log is looked at: a loop around one `poll()`.
struct LogService {
  private let clerk: LogClerk
  private let desk: LogHealthDesk
  private let rhythm: Rhythm
  private let isPushed: Bool
  private let stop: Stop

  init(
    _ clerk: LogClerk, _ desk: LogHealthDesk, rhythm: Rhythm, isPushed: Bool, stop: Stop
  ) {
    (self.clerk, self.desk, self.rhythm) = (clerk, desk, rhythm)
    (self.isPushed, self.stop) = (isPushed, stop)
  }

  private struct Plan {
    var next = ContinuousClock.now
    var failures = 0
    var isWaitingForPerson = false
    var isWatching = false
  }

  /// Milliseconds between two looks for what was said and not seen yet.
  private static let soon: Int64 = 500

  /// Runs until stopped, or until the store cannot be used.
  func run() throws(SyncFailure) {
    let wakes = try Wakes(
      doorbell: clerk.store.doorbellPath, directories: [], pulse: clerk.pulse, stop: stop,
      parent: nil)
    var plan = Plan()
    var seenRetry = try retryAsked()
    while !wakes.mustEnd {
      let reason = wakes.wait(until: plan.next)
      if reason.contains(.stop) { break }
      do throws(SyncFailure) {
        let retry = try retryAsked()
        if retry != seenRetry {
          plan.next = .now
          clerk.key = nil
          clerk.renewedAt = nil
        } else if reason.contains(.network), !plan.isWaitingForPerson {
          plan.next = .now
        }
        seenRetry = retry
        try act(reason, &plan)
      } catch {
        if error == .stopped { break }
        if error == .store(.unusable) { throw error }
        fail(error, &plan)
      }
    }
    desk.close()
  }

  private func retryAsked() throws(SyncFailure) -> Timestamp? {
    try stored { () throws(StoreError) in try clerk.store.retryAsked() }
  }

  private func act(_ reason: Wakes.Reason, _ plan: inout Plan) throws(SyncFailure) {
    var isDue = ContinuousClock.now >= plan.next
    if !isDue, plan.failures == 0 {
      isDue = reason.contains(.server)
      if !isDue, reason.contains(.bell) { isDue = try clerk.hasErrand() }
    }
    guard isDue else { return }
    let owesALook = try clerk.pass()
    plan.failures = 0
    plan.isWaitingForPerson = false
    plan.isWatching = isPushed && clerk.beginWatch()
    desk.confirm(isPushed: plan.isWatching)
    plan.next =
      owesALook
      ? .now + .milliseconds(Self.soon)
      : .now + .seconds(plan.isWatching ? rhythm.probe : rhythm.poll)
  }

  private func fail(_ failure: SyncFailure, _ plan: inout Plan) {
    plan.failures += 1
    plan.isWatching = false
    plan.isWaitingForPerson = failure.waitsForWish
    let pause = rhythm.pause(failure, plan.failures)
    plan.next = .now + .milliseconds(pause)
    desk.fail(
      failure,
      nextAttempt: failure.waitsForWish
        ? nil : clerk.now().adding(seconds: pause / 1_000))
  }
}
