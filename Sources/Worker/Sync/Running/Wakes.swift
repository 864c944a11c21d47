import Glibc
import Platform

/// Everything that may wake the service, in one `poll()`.
final class Wakes {
  struct Reason: OptionSet {
    let rawValue: Int
    static let bell = Reason(rawValue: 1)
    static let mail = Reason(rawValue: 2)
    static let stop = Reason(rawValue: 4)
    /// The server said something by itself, or its connection ended.
    static let server = Reason(rawValue: 8)
    /// An address or a route changed, or the machine woke up.
    static let network = Reason(rawValue: 16)
  }

  private let inotify: Int32
  private let doorbell: Int32
  private let routes: Int32
  private let pulse: Pulse
  private let stop: Stop
  private let parent: Int32?
  private var sleep = SleepGauge()

  init(
    doorbell: String, directories: [String], pulse: Pulse, stop: Stop, parent: Int32?
  ) throws(SyncFailure) {
    inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard inotify >= 0 else { throw .store(.unusable) }
    self.doorbell = inotify_add_watch(inotify, doorbell, UInt32(IN_MODIFY))
    for directory in directories {
      // A directory that is not there yet is looked at by the clock.
      _ = inotify_add_watch(
        inotify, directory, UInt32(IN_MOVED_TO | IN_CREATE | IN_MOVED_FROM | IN_DELETE))
    }
    routes = RouteNews.open()
    self.pulse = pulse
    self.stop = stop
    self.parent = parent
  }

  deinit {
    close(inotify)
    if routes >= 0 { close(routes) }
  }

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
    var polled = [inotify, stop.descriptor, pulse.descriptor, routes].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let count = poll(&polled, nfds_t(polled.count), wait)
    var reason: Reason = sleep.hasSlept() ? .network : []
    guard count > 0 else { return reason.union(.bell) }
    if polled[1].revents != 0 { reason.insert(.stop) }
    if pulse.hear() { reason.insert(.server) }
    if polled[3].revents != 0, RouteNews.drain(routes) { reason.insert(.network) }
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

/// Whether the machine slept: the clock that counts sleep ran ahead of the one that does not.
struct SleepGauge {
  private var lag = SleepGauge.lag()
  /// Seconds; less is the scheduler's jitter.
  private static let shortest = 5.0

  mutating func hasSlept() -> Bool {
    let now = Self.lag()
    defer { lag = now }
    return now - lag > Self.shortest
  }

  private static func lag() -> Double {
    Double(KernelClock.boot.milliseconds - KernelClock.monotonic.milliseconds) / 1000
  }
}

/// What the kernel tells of addresses and routes (netlink(7), rtnetlink(7)).
enum RouteNews {
  /// Negative where that is not allowed: then only the clock brings the service back.
  static func open() -> Int32 {
    let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_NETLINK, type, Int32(0))  // NETLINK_ROUTE
    guard descriptor >= 0 else { return -1 }
    // struct sockaddr_nl: family and padding, port (0: the kernel chooses), groups RTMGRP_LINK,
    // RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE.
    var address: [UInt32] = [UInt32(AF_NETLINK), 0, 0x1 | 0x10 | 0x40 | 0x100 | 0x400]
    let size = socklen_t(address.count * MemoryLayout<UInt32>.size)
    let isBound = address.withUnsafeMutableBytes { bytes in
      bytes.bindMemory(to: sockaddr.self).baseAddress.map { bind(descriptor, $0, size) == 0 }
        ?? false
    }
    guard isBound else {
      close(descriptor)
      return -1
    }
    return descriptor
  }

  /// True when something was said; what exactly does not matter.
  static func drain(_ descriptor: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var isNews = false
    while read(descriptor, &buffer, buffer.count) > 0 { isNews = true }
    return isNews
  }
}
