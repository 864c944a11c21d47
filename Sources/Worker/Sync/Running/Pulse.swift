import Glibc
import Synchronization

/// A bell between the network's thread and the service's `poll()`: rung any number of times, it
/// is heard once.
final class Pulse: Sendable {
  /// Readable while it was rung and not heard; negative when no pipe could be had, and then the
  /// service still looks every two seconds.
  let descriptor: Int32
  private let bell: Int32
  private let isRung = Mutex(false)

  init() { (descriptor, bell) = Descriptors.pipe() ?? (-1, -1) }

  deinit {
    for end in [descriptor, bell] where end >= 0 { close(end) }
  }

  /// Any thread.
  func ring() {
    isRung.withLock { isRung in
      guard !isRung else { return }
      isRung = true
      var one: UInt8 = 1
      _ = write(bell, &one, 1)
    }
  }

  /// True when it was rung since the last time.
  func hear() -> Bool {
    isRung.withLock { wasRung in
      guard wasRung else { return false }
      wasRung = false
      var byte: UInt8 = 0
      _ = read(descriptor, &byte, 1)
      return true
    }
  }
}
