import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `An operator that counts connections` {
  /// A plain session of somebody else, held until it goes away.
  private final class Visitor {
    private let socket: Int32
    init(_ port: Int) throws {
      socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(code == 0)
      try hear("* OK")
      let line = Array("a LOGIN officine secret\r\n".utf8)
      _ = send(socket, line, line.count, Int32(MSG_NOSIGNAL))
      try hear("a OK")
    }

    private func hear(_ word: String) throws {
      var text = ""
      while !text.contains(word) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(socket, &buffer, buffer.count)
        try #require(count > 0, "\(text)")
        text += String(decoding: buffer.prefix(count), as: UTF8.self)
      }
    }

    func leave() {
      shutdown(socket, Int32(SHUT_RDWR))
      close(socket)
    }
  }

  @Test func `[LIMIT] is a named state, never a wrong password, and heals by itself`() throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer(extra: "mail_max_userip_connections = 10")
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: dovecot.port, security: .none), smtp: nil,
        anchors: [], login: Login(user: "officine", method: .password("secret"))))
    var visitors = try (1...9).map { _ in try Visitor(dovecot.port) }
    // The tenth is ours, and one is all a pass takes.
    #expect(try bureau.failure(backend) == nil)
    // The server counts the session that the pass has left until it has noticed its end.
    try waitUntil("the end of our session") { dovecot.log.contains("body_count=") }
    visitors.append(try Visitor(dovecot.port))
    for _ in 1...3 { #expect(try bureau.failure(backend) == .limit) }
    let status = try bureau.store.syncStatus()
    #expect(status.phase == .offline && status.failure == "server.limit")
    #expect(try bureau.store.setting("login.refused") == nil, "nobody was called wrong")
    visitors.removeLast().leave()
    try waitUntil("a free place") { try bureau.failure(backend) == nil }
    #expect(try bureau.messages().count == 1)
    visitors.forEach { $0.leave() }
  }
}
