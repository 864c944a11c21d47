import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `Tokens that a screen hands over` {
  private let refusal = "NO [AUTHENTICATIONFAILED] no\r\n"

  private func backend(_ port: Int, _ tray: TokenTray, hosts: [String] = ["localhost"])
    -> Account.Backend
  {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: port, security: .none), smtp: nil, anchors: [],
        login: Login(
          user: "officine", method: .xoauth2(["/bin/sh", "-c", "echo de-la-commande"]),
          tokenHosts: hosts, tray: tray)))
  }

  private func server(_ connections: Int) throws -> ScriptedServer {
    try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] ready\r\n",
      sessions: Array(repeating: [(1, "A1 \(refusal)"), (1, "A2 \(refusal)")], count: connections))
  }

  private func tokens(_ server: ScriptedServer) -> [String] {
    server.wire.split(separator: "\r\n").compactMap { line in
      line.split(separator: " ").last.flatMap { Data(base64Encoded: String($0)) }
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test func `without one the session is closed, calmly, and nothing is said`() throws {
    let bureau = try Bureau()
    let server = try server(1)
    #expect(try bureau.failure(backend(server.port, TokenTray())) == .sessionClosed)
    #expect(try bureau.store.syncStatus().phase == .closed)
    // Neither the command's token nor an attempt without any.
    #expect(!server.wire.uppercased().contains("AUTHENTICATE"))
  }

  @Test func `one that is refused is shown once, and never by the command's`() throws {
    let bureau = try Bureau()
    let server = try server(3)
    let tray = TokenTray()
    #expect(tray.offer("jeton-du-comptoir"))
    for _ in 1...2 { #expect(try bureau.failure(backend(server.port, tray)) == .sessionClosed) }
    #expect(tokens(server).count == 1)
    #expect(tokens(server).first?.contains("Bearer jeton-du-comptoir\u{1}") == true)
    #expect(tray.offer("un-autre"))
    #expect(try bureau.failure(backend(server.port, tray)) == .sessionClosed)
    #expect(tokens(server).count == 2)
  }

  @Test func `one that grew old is not tried, and a foreign host never sees one`() throws {
    let bureau = try Bureau()
    let server = try server(2)
    let tray = TokenTray()
    #expect(tray.offer("vieux", for: .zero))
    #expect(try bureau.failure(backend(server.port, tray)) == .sessionClosed)
    #expect(tray.offer("neuf"))
    #expect(try bureau.failure(backend(server.port, tray, hosts: [])) == .foreignHost)
    #expect(tokens(server) == [])
  }

  @Test func `what is no token is not taken in`() {
    let tray = TokenTray()
    for text in ["", "a b", "a\u{1}", "a\r\n", "é", String(repeating: "a", count: 100_000)] {
      #expect(!tray.offer(text), "\(text.prefix(8))")
    }
  }

  // MARK: - A real server

  private func mail(_ subject: String) -> [UInt8] {
    TestMail(
      from: .officine, subject: subject, text: "x", messageID: "<\(subject)@example.mssante.fr>"
    ).bytes
  }

  @Test(arguments: ["xoauth2", "oauthbearer"])
  func `a good one opens a real server, which stays open when it grows old`(_ method: String) throws
  {
    let provider = try TokenProvider()
    let dovecot = try DovecotServer(extra: provider.configuration)
    try dovecot.deliver(mail("un"))
    let tray = TokenTray()
    let command = ["/bin/false"]
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: dovecot.port, security: .startTLS), smtp: nil,
        anchors: [dovecot.authority.anchor],
        login: Login(
          user: "officine", method: method == "xoauth2" ? .xoauth2(command) : .oauthBearer(command),
          tokenHosts: ["localhost"], tray: tray)))
    let bureau = try Bureau()
    #expect(tray.offer(try provider.token()))
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    #expect(try synchroniser.pass().received == 1, "\(dovecot.log.suffix(900))")
    // Gone from the tray: the connection that it opened still works.
    #expect(tray.offer("vieux", for: .zero))
    try dovecot.deliver(mail("deux"))
    #expect(try synchroniser.pass().received == 1)
    // Nothing of it was written down.
    for key in ["login.refused", "login.salt"] { #expect(try bureau.store.setting(key) == nil) }
    // Too old for the server: calm.
    #expect(tray.offer(try provider.token(seconds: -60)))
    #expect(try Bureau().failure(backend) == .sessionClosed)
  }
}
