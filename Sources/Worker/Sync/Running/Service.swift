import Domain
import Glibc
import Store

/// The worker as a service: a pass when there is reason for one, and the truth in between.
///
/// One `poll()` waits for the doorbell, new files in a Maildir, the wish to stop and the clock.
public struct Service {
  /// A server is asked that often while it cannot tell by itself (IDLE is the next issue).
  static let pollSeconds: Int64 = 30
  /// A Maildir tells; this is for what inotify may miss.
  static let maildirSeconds: Int64 = 60
  /// After a refused login or certificate: four postes must not lock a BAL out (T08).
  static let personSeconds: Int64 = 1_800
  private static let backOff: [Int64] = [5, 15, 30, 60, 120, 300]

  private let synchroniser: Synchroniser
  private let stop: Stop
  /// Ends the service when this process is gone (the demonstration); nil for none.
  private let parent: Int32?

  public init(_ synchroniser: Synchroniser, stop: Stop, whilePID parent: Int32?) {
    self.synchroniser = synchroniser
    self.stop = stop
    self.parent = parent
  }

  /// Runs until stopped. Throws only what makes going on senseless: a store or decoder that
  /// cannot be used.
  public func run() throws(SyncFailure) {
    let wakes = try Wakes(
      doorbell: synchroniser.store.doorbellPath, directories: synchroniser.watched, stop: stop,
      parent: parent)
    var due = ContinuousClock.now
    var failures = 0
    var hasDocuments = true
    while !wakes.mustEnd {
      let reason = wakes.wait(until: hasDocuments ? .now : try next(due, failures))
      if reason.contains(.stop) { return }
      do throws(SyncFailure) {
        if ContinuousClock.now >= due || (reason.contains(.mail) && failures == 0) {
          _ = try synchroniser.pass()
          failures = 0
          hasDocuments = true
          due = .now + .seconds(interval)
        } else if failures == 0 {
          _ = try synchroniser.errands()
        }
      } catch {
        if error == .stopped { return }
        if Self.endsService(error) { throw error }
        failures += 1
        due = .now + pause(error, failures)
      }
      if hasDocuments { hasDocuments = try readSome() }
    }
  }

  private static func endsService(_ failure: SyncFailure) -> Bool {
    failure == .store(.unusable) || failure == .decoder
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

  private var interval: Int64 {
    synchroniser.watched.isEmpty ? Self.pollSeconds : Self.maildirSeconds
  }

  /// Jittered, so that the postes of a town do not all come back in the same second.
  private func pause(_ failure: SyncFailure, _ failures: Int) -> Duration {
    let base =
      failure.needsPerson
      ? Self.personSeconds : Self.backOff[min(failures, Self.backOff.count) - 1]
    return .milliseconds(base * 1000 + Int64.random(in: 0...(base * 250)))
  }

  /// A queued answer may leave before the next look at the mailbox.
  private func next(
    _ due: ContinuousClock.Instant, _ failures: Int
  ) throws(SyncFailure) -> ContinuousClock.Instant {
    guard failures == 0, let sending = try synchroniser.nextSending() else { return due }
    let wait = max(0, sending.milliseconds - synchroniser.now().milliseconds)
    return min(due, .now + .milliseconds(wait + 10))
  }
}
