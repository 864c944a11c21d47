import Foundation
import Synchronization

/// A road between a client and a server on loopback that can be cut, held or measured.
///
/// Bytes are counted per direction over all connections, so that a test can say « after the 431st
/// byte of the server ».
public final class CuttingProxy: Sendable {
  public enum Cut: Hashable, Sendable {
    case none
    /// The connection is reset once so many bytes of that side, counted from now, went through.
    case afterServer(Int)
    case afterClient(Int)
    /// The road is held (as by `hold(true)`) at that byte of that side.
    case holdAfterServer(Int)
    case holdAfterClient(Int)
  }

  private struct State {
    var cut = Cut.none
    var server = 0
    var client = 0
    var connections = 0
    var peak = 0
    var isHeld = false
    var isClosed = false
    var isRefusing = false
    var open: [Int32] = []
  }

  public let port: Int
  private let target: Int
  private let listener: Int32
  private let state = Mutex(State())

  /// - Parameter port: of the server, on 127.0.0.1.
  public init(to port: Int) throws {
    target = port
    self.port = try Loopback.freePort()
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    guard listener >= 0, Self.with(self.port, { bind(listener, $0, $1) }) == 0,
      listen(listener, 16) == 0
    else { throw KitError.system("bind", errno) }
    Thread.detachNewThread { [self] in accepting() }
  }

  deinit { end() }

  /// Closes everything; the proxy is not usable afterwards.
  public func end() {
    let wasClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    guard !wasClosed else { return }
    reset()
    // Its thread wakes and closes it: another test may get that number at once.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  public var serverBytes: Int { state.withLock { $0.server } }
  public var clientBytes: Int { state.withLock { $0.client } }
  public var connections: Int { state.withLock { $0.connections } }
  /// The most that were open at one time.
  public var peak: Int { state.withLock { $0.peak } }
  /// Connections that are open now.
  public var standing: Int { state.withLock { $0.open.count / 2 } }

  /// Counts from zero again and cuts where `cut` says, once.
  public func plan(_ cut: Cut) {
    state.withLock { ($0.cut, $0.server, $0.client) = (cut, 0, 0) }
  }

  public var isHeld: Bool { state.withLock { $0.isHeld } }

  /// While held nothing goes through and nothing is closed: a server that fell silent.
  public func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

  /// While refusing, new connections are reset at once: a network that is down.
  public func refuse(_ isRefusing: Bool) { state.withLock { $0.isRefusing = isRefusing } }

  /// Resets every open connection.
  public func reset() {
    state.withLock { state in
      for socket in state.open { Self.kill(socket) }
    }
  }

  private func accepting() {
    defer { close(listener) }
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { return }
      let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      let isRefused = state.withLock { state in
        state.connections += 1
        return state.isRefusing
      }
      guard !isRefused, Self.with(target, { connect(server, $0, $1) }) == 0 else {
        Self.kill(client)
        close(client)
        close(server)
        continue
      }
      state.withLock {
        $0.open += [client, server]
        $0.peak = max($0.peak, $0.open.count / 2)
      }
      let pair = Pair(client: client, server: server)
      Thread.detachNewThread { [self] in pump(pair, fromServer: false) }
      Thread.detachNewThread { [self] in pump(pair, fromServer: true) }
    }
  }

  private final class Pair: Sendable {
    let client: Int32
    let server: Int32
    private let left = Mutex(2)

    init(client: Int32, server: Int32) {
      self.client = client
      self.server = server
    }

    /// True for the second of the two pumps.
    func isLast() -> Bool {
      left.withLock { left in
        left -= 1
        return left == 0
      }
    }
  }

  private func pump(_ pair: Pair, fromServer: Bool) {
    let (from, to) = fromServer ? (pair.server, pair.client) : (pair.client, pair.server)
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(from, &buffer, buffer.count)
      guard count > 0 else { break }
      var passed = 0
      var isCut = false
      while passed < count, !isCut {
        while state.withLock({ $0.isHeld && !$0.isClosed }) { _ = poll(nil, 0, 2) }
        let step = take(count - passed, fromServer: fromServer)
        Self.write(buffer[passed..<passed + step.allowed], to)
        passed += step.allowed
        isCut = step.isCut
      }
      if isCut {
        Self.kill(pair.client)
        Self.kill(pair.server)
        break
      }
    }
    shutdown(to, Int32(SHUT_WR))
    guard pair.isLast() else { return }
    state.withLock { $0.open.removeAll { $0 == pair.client || $0 == pair.server } }
    close(pair.client)
    close(pair.server)
  }

  private static func write(_ bytes: ArraySlice<UInt8>, _ to: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let written = send(to, Array(rest), rest.count, Int32(MSG_NOSIGNAL))
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }

  /// How many of `count` bytes may pass, and whether the road ends there.
  private func take(_ count: Int, fromServer: Bool) -> (allowed: Int, isCut: Bool) {
    state.withLock { state in
      var allowed = count
      var isCut = false
      switch (state.cut, fromServer) {
      case (.afterServer(let limit), true) where state.server + count >= limit:
        (allowed, isCut) = (max(0, limit - state.server), true)
      case (.afterClient(let limit), false) where state.client + count >= limit:
        (allowed, isCut) = (max(0, limit - state.client), true)
      case (.holdAfterServer(let limit), true) where state.server + count >= limit:
        allowed = max(0, limit - state.server)
        (state.cut, state.isHeld) = (.none, true)
      case (.holdAfterClient(let limit), false) where state.client + count >= limit:
        allowed = max(0, limit - state.client)
        (state.cut, state.isHeld) = (.none, true)
      default: break
      }
      if isCut { state.cut = .none }
      if fromServer { state.server += allowed } else { state.client += allowed }
      return (allowed, isCut)
    }
  }

  /// RST instead of FIN: what a dying network looks like.
  private static func kill(_ socket: Int32) {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    shutdown(socket, Int32(SHUT_RDWR))
  }

  private static func with(
    _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
