import Domain
import Store

/// What the screen looks after between two keys: that somebody syncs, and, in the demonstration,
/// that mail trickles in.
final class Chores {
  private let worker: (() throws -> Void)?
  private let directory: String
  private let arrivals: DemoArrivals?
  private var nextLook = Timestamp(milliseconds: 0)

  /// `worker` starts the sync service; nil when another service does it.
  init(directory: String, arrivals: DemoArrivals?, worker: (() throws -> Void)?) {
    self.directory = directory
    self.arrivals = arrivals
    self.worker = worker
  }

  func run(now: Timestamp) {
    arrivals?.deliver(now: now)
    guard let worker, now >= nextLook else { return }
    nextLook = now.adding(seconds: 5)
    // Not being able to start it shows in the sync cell, which only a running service refreshes.
    guard (try? Lease.isHeld(directory: directory)) == false else { return }
    try? worker()
  }
}
