import Glibc

/// A clock of the kernel: clock_gettime(2) in plain values.
public enum KernelClock: Sendable {
  /// The time of day: may be set.
  case wall
  /// Stands still while the machine sleeps; never set.
  case monotonic
  /// Like `monotonic`, but runs on while the machine sleeps.
  case boot

  /// Milliseconds: since 1970 for `wall`, since some start for the others.
  public var milliseconds: Int64 {
    var time = timespec()
    clock_gettime(identifier, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec / 1_000_000)
  }

  private var identifier: clockid_t {
    switch self {
    case .wall: CLOCK_REALTIME
    case .monotonic: CLOCK_MONOTONIC
    case .boot: CLOCK_BOOTTIME
    }
  }
}
