import Domain
import Glibc
import Platform
import Store

/// What the screen looks after between two keys: that somebody syncs each BAL, and, in the
/// demonstration, that mail trickles in.
final class Chores {
  private let services: [ServiceMinder]
  private let arrivals: DemoArrivals?

  init(arrivals: DemoArrivals?, services: [ServiceMinder]) {
    self.arrivals = arrivals
    self.services = services
  }

  /// A person wishes that it be tried now.
  func hurry() {
    for service in services { service.hurry() }
  }

  func run(now: Timestamp) {
    arrivals?.deliver(now: now)
    for service in services { service.run() }
  }
}

/// Starts the service of one BAL when nobody holds its lease. A BAL that has no store yet gets
/// one, and then a service, when somebody opens it.
final class ServiceMinder {
  private let start: () throws -> pid_t
  private let directory: String
  // On the clock that nobody can set: a service must not wait ten days for its start (S19).
  private var nextLook = ContinuousClock.now
  /// The service that this screen started and that has not ended yet.
  private var child: pid_t?
  private var startedAt = ContinuousClock.now
  /// Services in a row that did not live, or could not be started.
  private var deaths = 0
  /// Since when nobody holds the lease.
  private var freeSince: ContinuousClock.Instant?

  /// The lease is looked at that often, in seconds: whoever held it is replaced within ten (S17).
  private static let interval = 2
  /// Seconds before the next start, by the number of deaths: what ends a service at once, such as
  /// a configuration that no longer holds, waits for a person.
  private static let backOff = [2, 15, 60, 300]
  /// A service that lived that long, in seconds, did begin.
  private static let soon = Duration.seconds(60)
  /// A store of another account has a service of that account (packaging/systemd), which may be
  /// restarting: it goes first.
  private static let courtesy = Duration.seconds(40)

  /// - Parameters:
  ///   - directory: of the store.
  ///   - start: starts the service and gives its process.
  init(directory: String, start: @escaping () throws -> pid_t) {
    self.directory = directory
    self.start = start
  }

  func run() {
    let now = ContinuousClock.now
    reap(now)
    guard child == nil, now >= nextLook else { return }
    nextLook = now + .seconds(Self.interval)
    // Not being able to start it shows in the sync cell, which only a running service refreshes;
    // one that ends early has written there why.
    guard (try? Lease.isHeld(directory: directory)) == false else { return freeSince = nil }
    let since = freeSince ?? now
    freeSince = since
    guard isOurs || now - since >= Self.courtesy else { return }
    startedAt = now
    do { child = try start() } catch { wait(now) }
  }

  private var isOurs: Bool {
    FileFacts(directory + "/store.sqlite").map { $0.owner == geteuid() } ?? true
  }

  /// Does not wait any longer before the next start.
  func hurry() {
    deaths = 0
    nextLook = .now
    freeSince = freeSince.map { $0 - Self.courtesy }
  }

  /// Takes the ended service off the process table, without ever waiting for it.
  private func reap(_ now: ContinuousClock.Instant) {
    guard let process = child else { return }
    var status: Int32 = 0
    let found = waitpid(process, &status, WNOHANG)
    guard found == process || (found < 0 && errno == ECHILD) else { return }
    child = nil
    if now - startedAt >= Self.soon { deaths = 0 }
    wait(now)
  }

  private func wait(_ now: ContinuousClock.Instant) {
    nextLook = now + .seconds(Self.backOff[min(deaths, Self.backOff.count - 1)])
    deaths += 1
  }
}
