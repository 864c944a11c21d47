import Domain
import Foundation
import Synchronization

/// Empties the outbox beside reception, so that a server that thinks about a mail for ten minutes
/// keeps no other from coming in (O07).
///
/// One round at a time, so one item at a time. What became of an item is written by the round
/// itself, durably and before anything else; only the counts are handed over here.
final class OutboxThread: Sendable {
  /// How a round ended.
  struct Round: Sendable {
    var report = SyncReport()
    var failure: SyncFailure?
  }

  private struct State {
    var isRunning = false
    /// Nobody waits for the end any more: it must be told.
    var rings = false
    var ended: Round?
  }

  private let state = Mutex(State())
  private let running = DispatchGroup()
  /// Rung at the end of a round that nobody waits for.
  private let pulse: Pulse

  init(_ pulse: Pulse) { self.pulse = pulse }

  /// True while an item may be in somebody's hands.
  var isRunning: Bool { state.withLock { $0.isRunning } }

  /// Begins a round, unless one is under way or its end was not looked at yet.
  func start(_ sender: OutboxSender) {
    let isFree = state.withLock { state in
      guard !state.isRunning, state.ended == nil else { return false }
      state.isRunning = true
      return true
    }
    guard isFree else { return }
    running.enter()
    Thread.detachNewThread { [self] in
      let ended = Self.round(sender)
      let rings = state.withLock { state in
        defer { state.rings = false }
        (state.isRunning, state.ended) = (false, ended)
        return state.rings
      }
      if rings { pulse.ring() }
      running.leave()
    }
  }

  /// A round on the caller's own thread, for a pass that waits for it anyway; not while another is
  /// under way.
  func run(_ sender: OutboxSender) {
    let ended = Self.round(sender)
    state.withLock { $0.ended = ended }
  }

  private static func round(_ sender: OutboxSender) -> Round {
    var round = Round()
    do throws(SyncFailure) {
      try sender.run(&round.report)
    } catch {
      round.failure = error
    }
    return round
  }

  /// Waits for the end of the round; nil: as long as it takes. Returns at once without one. A
  /// round that takes longer rings when it ends.
  func wait(atMost seconds: Int64?) {
    guard let seconds else { return running.wait() }
    guard running.wait(timeout: .now() + .seconds(Int(seconds))) == .timedOut else { return }
    state.withLock { $0.rings = $0.isRunning }
  }

  /// What the round that ended came to; once.
  func take() -> Round? {
    state.withLock { state in
      defer { state.ended = nil }
      return state.ended
    }
  }
}
