import Glibc
import Synchronization

/// The wish to end, from a signal or a test: seen between two steps, and at once by a connection.
public final class Stop: Sendable {
  private struct State {
    var isRequested = false
    var next = 0
    var closers: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())
  /// Readable once stopping was asked: for the `poll()` of the service.
  let descriptor: Int32
  private let bell: Int32

  public init() {
    // Without a pipe the service still sees the wish within two seconds.
    (descriptor, bell) = Descriptors.pipe() ?? (-1, -1)
  }

  deinit {
    for end in [descriptor, bell] where end >= 0 { close(end) }
  }

  public var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Any thread. Closes what is open; the pass then ends with `stopped`.
  public func request() {
    let closers = state.withLock { state in
      state.isRequested = true
      return Array(state.closers.values)
    }
    var one: UInt8 = 1
    _ = write(bell, &one, 1)
    closers.forEach { $0() }
  }

  func check() throws(SyncFailure) {
    if isRequested { throw .stopped }
  }

  /// `close` runs when stopping is asked, at once if it was already; gives a ticket to forget it.
  func onRequest(_ close: @escaping @Sendable () -> Void) -> Int {
    let (ticket, isLate) = state.withLock { state in
      state.next += 1
      state.closers[state.next] = close
      return (state.next, state.isRequested)
    }
    if isLate { close() }
    return ticket
  }

  func forget(_ ticket: Int) {
    _ = state.withLock { $0.closers.removeValue(forKey: ticket) }
  }
}
