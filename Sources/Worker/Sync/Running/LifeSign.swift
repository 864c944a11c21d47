import Synchronization

/// Says that this process moves on, to whoever would end one that hangs (a watchdog).
///
/// Bytes that come or go are a sign too: a large mail on a slow line must not look like a hang.
/// What blocks without a sign has a limit of its own; the longest is the verdict on a mail that was
/// sent (``Patience/verdict``).
public final class LifeSign: Sendable {
  private let last = Mutex<ContinuousClock.Instant?>(nil)
  private let tell: @Sendable () -> Void

  /// - Parameter tell: called seldom, on any thread.
  public init(_ tell: @escaping @Sendable () -> Void = {}) { self.tell = tell }

  /// Any thread, as often as it likes.
  public func moved() {
    let isDue = last.withLock { last in
      let now = ContinuousClock.now
      guard last.map({ now - $0 >= Self.interval }) ?? true else { return false }
      last = now
      return true
    }
    if isDue { tell() }
  }

  private static let interval = Duration.seconds(2)
}
