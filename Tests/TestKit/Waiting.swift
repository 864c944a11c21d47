// The one place in the tests that lets time pass: a bounded wait for a condition.

import Dispatch

#if canImport(Glibc)
  import Glibc
#endif

/// A wait that reached its limit: what was awaited, and for how long.
public struct WaitTimedOut: Error, CustomStringConvertible {
  /// What was awaited, as the caller named it.
  public let what: String
  /// The limit that was reached.
  public let limit: Duration
  /// What could be seen at the end, for the reader of a failed test.
  public let seen: String

  public var description: String { "waited \(limit) for \(what), in vain\n\(seen)" }

  public init(what: String, limit: Duration, seen: String = "") {
    self.what = what
    self.limit = limit
    self.seen = seen
  }
}

/// The usual limit of a wait: long, because a slow machine is not a failure.
public let patience = Duration.seconds(30)

/// Blocks until `condition` holds, looking again every 5 ms; throws `WaitTimedOut` at the limit.
///
/// For conditions that the world outside this process brings about (a child, a file, a port). What
/// another task of this process must bring about is awaited with `eventually`, which leaves the
/// thread to that task.
public func waitUntil(
  _ what: String, within limit: Duration = patience, seen: () -> String = { "" },
  condition: () throws -> Bool
) throws {
  let deadline = ContinuousClock.now + limit
  while try !condition() {
    guard ContinuousClock.now < deadline else {
      throw WaitTimedOut(what: what, limit: limit, seen: seen())
    }
    // No descriptor: poll is only the pause between two looks.
    _ = poll(nil, 0, 5)
  }
}

/// As `waitUntil`, for a condition that another task of this process brings about.
public func eventually(
  _ what: String, within limit: Duration = patience,
  condition: @escaping @Sendable () throws -> Bool
) async throws {
  try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
    DispatchQueue.global().async {
      done.resume(with: Result { try waitUntil(what, within: limit, condition: condition) })
    }
  }
}
