import Domain
import Foundation
import Store
import TestKit
import Testing

@testable import Sync

@Suite struct `The worker's ear` {
  private let bureau: Bureau
  private let tray = TokenTray()

  init() throws { bureau = try Bureau() }

  private func listening() throws -> WorkerSocket {
    let clock = bureau.clock
    return try #require(
      WorkerSocket(store: bureau.store, isShared: false, tray: tray) { clock.now })
  }

  private func connect() throws -> Int32 {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array("\(bureau.store.directory)/worker.sock".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0 else { throw KitError.system("connect", errno) }
    return socket
  }

  /// What comes back until the worker hangs up.
  private func answer(_ socket: Int32) -> String {
    defer { close(socket) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(socket, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func ask(_ line: String) throws -> String {
    let socket = try connect()
    let bytes = Array(line.utf8)
    _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    return answer(socket)
  }

  @Test func `a wish, a token, the status`() throws {
    let socket = try listening()
    defer { socket.close() }
    #expect(try ask("retry\n") == "ok\n")
    #expect(try bureau.store.retryAsked() == bureau.clock.now)
    #expect(tray.current() == nil)
    bureau.clock.advance(5)
    #expect(try ask("token \(Data("jeton".utf8).base64EncodedString())\n") == "ok\n")
    #expect(tray.current() == "jeton")
    #expect(try bureau.store.retryAsked() == bureau.clock.now)
    let status = try JSONDecoder().decode(
      SyncStatus.self, from: Data(try ask("status\n").utf8))
    #expect(status.phase == .never)
  }

  @Test func `what is no request changes nothing`() throws {
    let socket = try listening()
    defer { socket.close() }
    for line in [
      "", "token", "token ", "token %%%", "retry now", "RETRY", "stop", "\u{1B}[2J",
      "token " + Data("a b".utf8).base64EncodedString(),
      "token " + Data("a\r\nA2 LOGOUT".utf8).base64EncodedString(),
    ] {
      #expect(try ask(line + "\n") == "refused\n", "\(line)")
    }
    // Too long, or never ended: cut off.
    #expect(try ask("token " + String(repeating: "A", count: 60_000) + "\n") != "ok\n")
    #expect(tray.current() == nil)
    #expect(try bureau.store.retryAsked() == nil)
  }

  @Test func `a visitor that dawdles is cut off, and the next one is heard`() throws {
    let socket = try listening()
    let began = ContinuousClock.now
    let slow = try connect()
    _ = send(slow, "ret", 3, Int32(MSG_NOSIGNAL))
    #expect(try ask("retry\n") == "ok\n")
    #expect(ContinuousClock.now - began < .seconds(10))
    #expect(answer(slow) == "")
    socket.close()
    #expect(throws: KitError.self) { try connect() }
    // A socket left over by a worker that was killed is no obstacle.
    close(try leftover())
    let next = try listening()
    #expect(try ask("retry\n") == "ok\n")
    next.close()
  }

  private func leftover() throws -> Int32 {
    let path = "\(bureau.store.directory)/worker.sock"
    return open(path, O_CREAT | O_WRONLY, 0o600)
  }
}
