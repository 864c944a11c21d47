import Foundation
import Synchronization

/// A DNS server on loopback (UDP) that knows what a test tells it.
public final class ZoneServer: Sendable {
  public enum Record: Sendable {
    case service(priority: Int = 0, weight: Int = 0, port: Int, target: String)
    case address([UInt8])
  }

  public let port: Int
  private let zone: Zone

  public init() throws {
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(AF_INET, type, 0)
    guard socket >= 0 else { throw KitError.system("socket", errno) }
    // The kernel's choice: nobody else can take it between a look and this.
    var address = Loopback.address(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 ? getsockname(socket, $0, &size) : -1
      }
    }
    guard code == 0 else { throw KitError.system("bind", errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    zone = Zone(socket)
    Thread.detachNewThread { [zone] in zone.serve() }
  }

  deinit { zone.end() }

  /// For `nameserver` of a configuration.
  public var address: String { "127.0.0.1:\(port)" }

  /// Names that were asked for, in their order.
  public var questions: [String] { zone.heard.withLock { $0 } }

  public func set(_ name: String, _ records: Record...) {
    zone.records.withLock { $0[name] = records }
  }

  /// Hears, and says nothing.
  public func fallSilent() { zone.silent.withLock { $0 = true } }
}

/// What the thread of a ``ZoneServer`` answers from.
private final class Zone: Sendable {
  let records = Mutex<[String: [ZoneServer.Record]]>([:])
  let heard = Mutex<[String]>([])
  let silent = Mutex(false)
  private let socket: Int32

  init(_ socket: Int32) { self.socket = socket }

  /// Only the thread that listens closes the socket: another test may get its number at once, and
  /// would lose its questions to a thread that listens there still.
  func serve() {
    defer { close(socket) }
    while let (question, sender) = Self.hear(socket) { answer(question, to: sender) }
  }

  /// Wakes the thread, which then ends.
  func end() { shutdown(socket, Int32(SHUT_RDWR)) }

  private static func hear(_ socket: Int32) -> ([UInt8], sockaddr_in)? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var sender = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &sender) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(socket, &bytes, bytes.count, 0, $0, &size)
      }
    }
    return count > 0 ? (Array(bytes.prefix(count)), sender) : nil
  }

  private func answer(_ question: [UInt8], to sender: sockaddr_in) {
    guard question.count > 16, let end = question[12...].firstIndex(of: 0),
      end + 4 < question.count
    else { return }
    var labels: [String] = []
    var at = 12
    while at < end {
      let length = Int(question[at])
      guard at + 1 + length <= end else { return }
      labels.append(String(decoding: question[(at + 1)...(at + length)], as: UTF8.self))
      at += 1 + length
    }
    let name = labels.joined(separator: ".").lowercased()
    let type = Int(question[end + 1]) << 8 | Int(question[end + 2])
    heard.withLock { $0.append(name) }
    guard !silent.withLock({ $0 }) else { return }
    let known = records.withLock { $0[name] }
    let found = (known ?? []).compactMap { Self.record($0, type) }
    var reply = Array(question.prefix(2))
    reply += [0x81, known == nil ? 0x83 : 0x80, 0, 1]
    reply += [0, UInt8(found.count), 0, 0, 0, 0]
    reply += question[12...(end + 4)]
    reply += found.joined()
    var sender = sender
    _ = withUnsafePointer(to: &sender) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          socket, reply, reply.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// A pointer to the question's name, type, class IN, a minute, and the data.
  private static func record(_ record: ZoneServer.Record, _ asked: Int) -> [UInt8]? {
    let type: Int
    let data: [UInt8]
    switch record {
    case .service(let priority, let weight, let port, let target):
      type = 33
      let labels = target.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
      data = [priority, weight, port].flatMap(two) + labels + [0]
    case .address(let bytes):
      type = bytes.count == 4 ? 1 : 28
      data = bytes
    }
    guard type == asked else { return nil }
    return [0xC0, 12] + two(type) + [0, 1, 0, 0, 0, 60] + two(data.count) + data
  }

  private static func two(_ number: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
  }
}
