import Glibc

/// A moment of this machine's running, which no person sets: proc(5), not the C library, whose
/// clocks a variable of the environment can replace.
public struct BootMoment: Hashable, Sendable {
  /// Names this boot; another one after every start.
  public var boot: String
  /// Since then, sleep included.
  public var milliseconds: Int64

  public init() {
    boot = Self.text("/proc/sys/kernel/random/boot_id")
    let seconds = Self.text("/proc/uptime").split(separator: " ").first.flatMap { Double($0) }
    milliseconds = seconds.map { Int64($0 * 1000) } ?? KernelClock.boot.milliseconds
  }

  /// The first line; empty when there is none to read.
  private static func text(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
  }
}
