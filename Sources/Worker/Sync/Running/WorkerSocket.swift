public import Domain
import Foundation
import Glibc
public import Store
import Synchronization

/// The worker's ear beside the store (`STORE/worker.sock`): a person's screen hands over a token,
/// or wishes that it tries again.
///
/// One request per connection, a line each way: `retry`, `token BASE64` or `status`; the answer is
/// `ok`, `refused`, or the sync status as JSON. Only the store's own account (root, or its group)
/// is heard. A client that dawdles is cut off after two seconds.
public final class WorkerSocket: Sendable {
  private let listener: Int32
  private let store: OfficineStore
  private let isShared: Bool
  private let tray: TokenTray
  private let now: @Sendable () -> Timestamp
  private let isOpen = Mutex(true)
  private let ended = DispatchSemaphore(value: 0)

  private static let name = "worker.sock"
  /// Bytes of a request: a token in base64, and its word.
  private static let limit = 32 << 10
  private static let patience = Duration.seconds(2)
  /// Milliseconds after which the listener sees that it was closed.
  private static let turn: Int32 = 200

  /// nil when there can be none: the service does its work without it.
  ///
  /// - Parameters:
  ///   - isShared: the store belongs to a group.
  ///   - now: for the moment of the wish.
  public init?(
    store: OfficineStore, isShared: Bool, tray: TokenTray, now: @escaping @Sendable () -> Timestamp
  ) {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    guard Self.bind(socket, in: store.directory, isShared: isShared), listen(socket, 8) == 0 else {
      Glibc.close(socket)
      return nil
    }
    (listener, self.store, self.isShared, self.tray, self.now) = (
      socket, store, isShared, tray, now
    )
    Thread.detachNewThread { [self] in
      while isOpen.withLock({ $0 }) { turn() }
      ended.signal()
    }
  }

  /// Waits until nobody is being answered any more; then the store may be closed.
  public func close() {
    isOpen.withLock { $0 = false }
    ended.wait()
    Glibc.close(listener)
    unlink(store.directory + "/" + Self.name)
  }

  // MARK: - The place

  /// Through the directory's descriptor: a socket's path holds 107 bytes, a store's may hold more.
  /// Only the holder of the lease comes here: what lies there is left over.
  private static func bind(_ socket: Int32, in directory: String, isShared: Bool) -> Bool {
    let place = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard place >= 0 else { return false }
    defer { Glibc.close(place) }
    unlinkat(place, name, 0)
    // Closed to others from its first moment on; a group is let in afterwards.
    fchmod(socket, 0o600)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array("/proc/self/fd/\(place)/\(name)".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    return isBound && (!isShared || fchmodat(place, name, 0o660, 0) == 0)
  }

  // MARK: - One visitor after the other

  private func turn() {
    var polled = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, Self.turn) == 1 else { return }
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    defer { Glibc.close(client) }
    guard mayAsk(client), let line = Self.line(from: client) else { return }
    let answer = Array((self.answer(line) + "\n").utf8)
    _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
  }

  private func mayAsk(_ client: Int32) -> Bool {
    // struct ucred: pid, uid, gid.
    var peer: [UInt32] = [0, UInt32.max, UInt32.max]
    var size = socklen_t(peer.count * MemoryLayout<UInt32>.size)
    guard getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 else { return false }
    // The socket's mode has let nobody but the group in.
    return isShared || peer[1] == geteuid() || peer[1] == 0
  }

  private static func line(from client: Int32) -> String? {
    let deadline = ContinuousClock.now + patience
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count <= limit {
      if let end = bytes.firstIndex(of: 0x0A) {
        return String(validating: bytes[..<end], as: UTF8.self)
      }
      let left = (deadline - .now).components
      guard left.seconds >= 0, left.attoseconds >= 0 else { return nil }
      var polled = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
      let wait = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      guard poll(&polled, 1, Int32(clamping: wait)) == 1 else { return nil }
      let count = read(client, &buffer, buffer.count)
      guard count > 0 else { return nil }
      bytes += buffer.prefix(count)
    }
    return nil
  }

  private func answer(_ line: String) -> String {
    let words = line.split(separator: " ", maxSplits: 1)
    do throws(StoreError) {
      switch words.first {
      case "retry" where words.count == 1:
        try store.askForRetry(now: now())
        return "ok"
      case "token" where words.count == 2:
        guard let bytes = Data(base64Encoded: String(words[1])),
          let token = String(validating: bytes, as: UTF8.self), tray.offer(token)
        else { return "refused" }
        try store.askForRetry(now: now())
        return "ok"
      case "status" where words.count == 1:
        let status = try store.syncStatus()
        guard let text = try? JSONEncoder().encode(status) else { return "refused" }
        return String(decoding: text, as: UTF8.self)
      default: return "refused"
      }
    } catch {
      return "refused"
    }
  }
}
