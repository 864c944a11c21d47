import Foundation
import Synchronization
import TestKit

/// A server that says what it is told and notes what it hears: for what no honest server does.
final class ScriptedServer: Sendable {
  let port: Int
  private let listener: Int32
  private let heard = Mutex<[UInt8]>([])

  /// - Parameter script: what is written, and before each but the first how many lines of the
  ///   client are awaited. Then the connection stays open until the client closes it.
  /// - Parameter cuts: the connection ends with the script instead.
  convenience init(
    _ greeting: String, then script: [(after: Int, say: String)] = [], cuts: Bool = false
  ) throws {
    try self.init(greeting, sessions: [script], cuts: cuts)
  }

  /// One script for each connection, in their order.
  init(
    _ greeting: String, sessions: [[(after: Int, say: String)]], cuts: Bool = false
  ) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard listener >= 0 else { throw KitError.system("socket", errno) }
    self.listener = listener
    let port = try Loopback.freePort()
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0, listen(listener, 4) == 0 else { throw KitError.system("bind", errno) }
    self.port = port
    Thread.detachNewThread { [self] in
      for script in sessions { serve(greeting, script, cuts) }
    }
  }

  deinit { close(listener) }

  /// Everything that clients have sent.
  var wire: String { heard.withLock { String(decoding: $0, as: UTF8.self) } }

  private func serve(_ greeting: String, _ script: [(after: Int, say: String)], _ cuts: Bool) {
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return }
    defer { close(client) }
    say(greeting, client)
    var lines = 0
    for step in script {
      while lines < step.after {
        guard let more = hear(client) else { return }
        lines += more
      }
      lines = 0
      say(step.say, client)
    }
    while !cuts, hear(client) != nil {}
  }

  private func say(_ text: String, _ client: Int32) {
    let bytes = Array(text.utf8)
    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// How many lines came; nil at the end.
  private func hear(_ client: Int32) -> Int? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(client, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let bytes = Array(buffer.prefix(count))
    heard.withLock { $0 += bytes }
    return bytes.count { $0 == 0x0A }
  }
}
