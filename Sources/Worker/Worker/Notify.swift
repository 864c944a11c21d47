import Glibc

/// Tells systemd how the service is doing (sd_notify(3)): one datagram to the socket it named.
/// Without such a socket it does nothing.
struct Notify {
  private let path: String?

  init(environment: [String: String]) { path = environment["NOTIFY_SOCKET"] }

  /// - Parameter state: lines such as `READY=1`, `STATUS=…`, `WATCHDOG=1`, `STOPPING=1`.
  func say(_ state: String) {
    guard let path, !path.isEmpty else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    // `@` names a socket without a file: its first byte is NUL.
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    let offset = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let text = Array(state.utf8)
    // A manager that does not listen is none of the service's business.
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0,
          socklen_t(offset + bytes.count))
      }
    }
  }
}
