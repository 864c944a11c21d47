import Domain

/// Flag changes that the server would not take, and when each is offered again.
///
/// Of one process: a new one offers all of them once more.
final class HeldFlags {
  private struct Hold {
    var times: Int
    var until: Timestamp
  }

  /// Seconds, by how often it was refused.
  private static let backOff: [Int64] = [60, 300, 900, 3600]
  private var holds: [Int64: Hold] = [:]

  var count: Int { holds.count }
  func contains(_ id: Int64) -> Bool { holds[id] != nil }

  /// A moment further ahead than any wait was set before the clock was set back (S19).
  func isHeld(_ id: Int64, at now: Timestamp) -> Bool {
    guard let hold = holds[id], let longest = Self.backOff.last else { return false }
    return (1...longest).contains(hold.until.secondsSince(now))
  }

  /// True when it was refused for the first time.
  func hold(_ id: Int64, at now: Timestamp) -> Bool {
    let times = (holds[id]?.times ?? 0) + 1
    let wait = Self.backOff[min(times, Self.backOff.count) - 1]
    holds[id] = Hold(times: times, until: now.adding(seconds: wait))
    return times == 1
  }

  func release(_ id: Int64) { holds[id] = nil }

  /// A person wishes that everything is tried now.
  func releaseAll() { holds = [:] }

  /// What does not wait any more was settled or replaced by a newer change.
  func keep(only waiting: Set<Int64>) { holds = holds.filter { waiting.contains($0.key) } }
}
