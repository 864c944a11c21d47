import Dispatch
import Synchronization

/// A serial queue whose work can be counted: the runtime is idle when nothing is under way.
final class WorkQueue: Sendable {
  private let queue: DispatchQueue
  private let underWay = Mutex(0)

  init(_ label: String) { queue = DispatchQueue(label: label) }

  var isIdle: Bool { underWay.withLock { $0 == 0 } }

  func run(_ work: @escaping @Sendable () -> Void) {
    underWay.withLock { $0 += 1 }
    queue.async {
      work()
      self.underWay.withLock { $0 -= 1 }
    }
  }

  /// Returns when everything queued before is done; for leaving only.
  func finish() { queue.sync {} }
}
