import Documents
import Domain
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `A server that is not what it says` {
  let bureau: Bureau
  let authority: CertificateAuthority

  init() throws {
    bureau = try Bureau()
    authority = try CertificateAuthority()
  }

  private func failure(
    of server: ScriptedServer, _ security: Server.Security
  ) throws -> SyncFailure? {
    try bureau.failure(
      .imap(
        IMAPAccount(
          imap: Server(host: "localhost", port: server.port, security: security), smtp: nil,
          anchors: [authority.anchor],
          login: Login(user: "officine", method: .password("s3cret-mot")))))
  }

  private func expectNoSecret(_ server: ScriptedServer) {
    #expect(!server.wire.contains("s3cret-mot"))
    #expect(!server.wire.uppercased().contains("LOGIN"))
    #expect(!server.wire.uppercased().contains("AUTHENTICATE"))
  }

  @Test func `T01: an expired certificate is told apart from an unknown authority`() throws {
    let identity = try authority.issue(for: ["localhost"], days: -1)
    let port = try Loopback.freePort()
    let server = try ChildProcess(
      "openssl",
      [
        "s_server", "-quiet", "-accept", "\(port)", "-cert", identity.certificate, "-key",
        identity.key, "-naccept", "50",
      ])
    try waitUntil("openssl to listen", seen: { server.errSoFar }) {
      try ChildProcess.run("sh", ["-c", "grep -qi \":$(printf %04X \(port)) \" /proc/net/tcp*"])
        .code
        == 0
    }
    let account = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: port, security: .implicit), smtp: nil,
        anchors: [authority.anchor], login: Login(user: "officine", method: .password("x"))))
    #expect(try bureau.failure(account) == .tls(.expired))
    #expect(server.outSoFar.isEmpty)
  }

  @Test func `T05: an answer injected behind STARTTLS ends the connection`() throws {
    let server = try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n",
      then: [(1, "A1 OK begin TLS\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA2 OK injected\r\n")])
    #expect(try failure(of: server, .startTLS) == .violation)
    expectNoSecret(server)
  }

  @Test func `T03: STARTTLS taken out of the capabilities sends nothing in clear`() throws {
    let server = try ScriptedServer("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
    #expect(try failure(of: server, .startTLS) == .tls(.notOffered))
    expectNoSecret(server)
  }

  @Test func `T04: PREAUTH that would skip TLS is refused`() throws {
    let server = try ScriptedServer("* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n")
    #expect(try failure(of: server, .startTLS) == .violation)
    expectNoSecret(server)
  }

  @Test func `A greeting of BYE is a limit, to be tried later`() throws {
    let server = try ScriptedServer("* BYE too many connections\r\n")
    #expect(try failure(of: server, .startTLS) == .limit)
    #expect(SyncFailure.limit.needsPerson == false)
  }

  @Test func `What is no IMAP is a violation, and its words reach no status`() throws {
    let server = try ScriptedServer("HTTP/1.1 400 Bad Request\u{1B}[31m\r\n\r\n")
    #expect(try failure(of: server, .startTLS) == .violation)
    #expect(try bureau.store.syncStatus().failure == "server.protocol")
  }

  @Test func `An anchor file that cannot be read opens no connection`() throws {
    let server = try ScriptedServer("* OK ready\r\n")
    for anchors in [["/nonexistent/igc.pem"], []] {
      let account = Account.Backend.imap(
        IMAPAccount(
          imap: Server(host: "localhost", port: server.port, security: .startTLS), smtp: nil,
          anchors: anchors, login: Login(user: "officine", method: .password("x"))))
      #expect(try bureau.failure(account) == .anchors)
    }
    #expect(server.wire.isEmpty)
  }
}
