import Foundation
import Synchronization

/// Sockets on 127.0.0.1, for servers that must be told their port beforehand.
public enum Loopback {
  /// A port that was free a moment ago, below those that the kernel lends to outgoing connections:
  /// no other connection of the tests takes it between this look and the server's own, and no
  /// other server of this run is told it.
  public static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<32_000)
      guard given.withLock({ $0.insert(port).inserted }) else { continue }
      let socket = try open()
      defer { close(socket) }
      var address = address(port: port)
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      if code == 0 { return port }
    }
    throw KitError.child("no free port between 20000 and 32000 on 127.0.0.1")
  }

  /// The servers of one run are some hundred; a soak that has more comes round again.
  private static let given = Mutex<Ports>(Ports())

  private struct Ports {
    private var numbers: Set<Int> = []

    mutating func insert(_ port: Int) -> (inserted: Bool, memberAfterInsert: Int) {
      if numbers.count > 6_000 { numbers = [] }
      return numbers.insert(port)
    }
  }

  /// The first line that a server says on `port` within a second, or nil.
  public static func greeting(port: Int) -> String? {
    // No socket is no greeting: the caller asks again until its own limit.
    guard let socket = try? open() else { return nil }
    defer { close(socket) }
    var address = address(port: port)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    var line = [UInt8](repeating: 0, count: 512)
    guard connected, poll(&ready, 1, 1000) == 1 else { return nil }
    let count = read(socket, &line, line.count)
    return count > 0 ? String(decoding: line[..<count], as: UTF8.self) : nil
  }

  /// A connection to a server that listens there; the caller closes it.
  public static func connection(to port: Int) throws -> Int32 {
    let socket = try open()
    var address = address(port: port)
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      close(socket)
      throw KitError.system("connect", errno)
    }
    return socket
  }

  private static func open() throws -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, type, 0)
    guard descriptor >= 0 else { throw KitError.system("socket", errno) }
    return descriptor
  }

  static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}
