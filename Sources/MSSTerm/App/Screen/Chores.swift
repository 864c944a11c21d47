import Domain
import Glibc
import Store

/// What the screen looks after between two keys: that somebody syncs, and, in the demonstration,
/// that mail trickles in.
final class Chores {
  private let worker: (() throws -> pid_t)?
  private let directory: String
  private let arrivals: DemoArrivals?
  private var nextLook = Timestamp(milliseconds: 0)
  /// The service that this screen started and that has not ended yet.
  private var child: pid_t?
  private var startedAt = Timestamp(milliseconds: 0)
  /// Services in a row that did not live, or could not be started.
  private var deaths = 0

  /// A held lease is looked at that often, in seconds.
  private static let interval: Int64 = 5
  /// Seconds before the next start, by the number of deaths: what ends a service at once, such as
  /// a configuration that no longer holds, waits for a person.
  private static let backOff: [Int64] = [5, 15, 60, 300]
  /// A service that lived that long, in seconds, did begin.
  private static let soon: Int64 = 60

  /// `worker` starts the sync service and gives its process; nil when another service does it.
  init(directory: String, arrivals: DemoArrivals?, worker: (() throws -> pid_t)?) {
    self.directory = directory
    self.arrivals = arrivals
    self.worker = worker
  }

  func run(now: Timestamp) {
    arrivals?.deliver(now: now)
    reap(now)
    guard let worker, child == nil, now >= nextLook else { return }
    nextLook = now.adding(seconds: Self.interval)
    // Not being able to start it shows in the sync cell, which only a running service refreshes;
    // one that ends early has written there why.
    guard (try? Lease.isHeld(directory: directory)) == false else { return }
    startedAt = now
    do { child = try worker() } catch { wait(now) }
  }

  /// Takes the ended service off the process table, without ever waiting for it.
  private func reap(_ now: Timestamp) {
    guard let process = child else { return }
    var status: Int32 = 0
    let found = waitpid(process, &status, WNOHANG)
    guard found == process || (found < 0 && errno == ECHILD) else { return }
    child = nil
    if now.secondsSince(startedAt) >= Self.soon { deaths = 0 }
    wait(now)
  }

  private func wait(_ now: Timestamp) {
    nextLook = now.adding(seconds: Self.backOff[min(deaths, Self.backOff.count - 1)])
    deaths += 1
  }
}
