import Glibc

/// Everything that may wake the service, in one `poll()`.
final class Wakes {
  struct Reason: OptionSet {
    let rawValue: Int
    static let bell = Reason(rawValue: 1)
    static let mail = Reason(rawValue: 2)
    static let stop = Reason(rawValue: 4)
  }

  private let inotify: Int32
  private let doorbell: Int32
  private let stop: Stop
  private let parent: Int32?

  init(
    doorbell: String, directories: [String], stop: Stop, parent: Int32?
  ) throws(SyncFailure) {
    inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard inotify >= 0 else { throw .store(.unusable) }
    self.doorbell = inotify_add_watch(inotify, doorbell, UInt32(IN_MODIFY))
    for directory in directories {
      // A directory that is not there yet is looked at by the clock.
      _ = inotify_add_watch(
        inotify, directory, UInt32(IN_MOVED_TO | IN_CREATE | IN_MOVED_FROM | IN_DELETE))
    }
    self.stop = stop
    self.parent = parent
  }

  deinit { close(inotify) }

  /// The wish to stop, or the end of the process that this service belongs to.
  var mustEnd: Bool {
    if stop.isRequested { return true }
    guard let parent else { return false }
    return kill(parent, 0) != 0 && errno == ESRCH
  }

  /// Waits until something happens or the moment comes; several reasons may come at once.
  func wait(until moment: ContinuousClock.Instant) -> Reason {
    let left = moment - .now
    let milliseconds =
      left.components.seconds * 1000
      + left.components.attoseconds / 1_000_000_000_000_000
    // Never longer than two seconds without a look: a bell can be missed, a
    // parent end.
    let wait = Int32(clamping: min(max(0, milliseconds), 2_000))
    var polled = [
      pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&polled, nfds_t(polled.count), wait) > 0 else { return .bell }
    var reason: Reason = []
    if polled[1].revents != 0 { reason.insert(.stop) }
    if polled[0].revents != 0 { reason.formUnion(drain()) }
    return reason
  }

  private func drain() -> Reason {
    var reason: Reason = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(inotify, &buffer, buffer.count)
      guard count > 0 else { return reason }
      buffer.withUnsafeBytes { bytes in
        var offset = 0
        // struct inotify_event: wd, mask, cookie, len, then the name.
        while offset + 16 <= count {
          let watch = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
          let length = bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)
          reason.insert(watch == doorbell ? .bell : .mail)
          offset += 16 + Int(length)
        }
      }
    }
  }
}
