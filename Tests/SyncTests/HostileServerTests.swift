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
    #expect(try failure(of: server, .startTLS) == .tls(.tampered))
    expectNoSecret(server)
  }

  @Test func `T03: STARTTLS taken out of the capabilities sends nothing in clear`() throws {
    let server = try ScriptedServer("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
    #expect(try failure(of: server, .startTLS) == .tls(.notOffered))
    expectNoSecret(server)
  }

  @Test(arguments: [Server.Security.startTLS, .none])
  func `T04: PREAUTH is refused before any command`(_ security: Server.Security) throws {
    let server = try ScriptedServer("* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n")
    #expect(try failure(of: server, security) == .tls(.tampered))
    #expect(server.wire == "")
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

  /// A session up to the bodies of two messages, which `bodies` brings.
  private func dialogue(_ bodies: String, _ rest: [(after: Int, say: String)] = [])
    -> [(after: Int, say: String)]
  {
    [
      (1, "A1 OK [CAPABILITY IMAP4rev1] in\r\n"),
      (1, "* LIST () \"/\" INBOX\r\nA2 OK\r\n"),
      (1, "* 2 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 3]\r\nA3 OK [READ-WRITE]\r\n"),
      (
        1,
        "* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 60)\r\n"
          + "* 2 FETCH (UID 2 FLAGS () RFC822.SIZE 60)\r\nA4 OK\r\n"
      ), (1, bodies),
    ] + rest
  }

  private func mail(_ n: Int) -> String {
    "From: a@b.mssante.fr\r\nMessage-ID: <\(n)@b.example>\r\n\r\ntext \(n)\r\n"
  }

  private func fetched(_ n: Int, uid: Int) -> String {
    "* \(n) FETCH (UID \(uid) BODY[] {\(mail(uid).utf8.count)}\r\n\(mail(uid)))\r\n"
  }

  @Test func `S03: a body cut within is not stored; the next pass brings it whole`() throws {
    let cut = "* 2 FETCH (UID 2 BODY[] {500}\r\nFrom: a@b.mssante.fr\r\n"
    let torn = try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1] hello\r\n", then: dialogue(fetched(1, uid: 1) + cut), cuts: true)
    #expect(try failure(of: torn, .none) == .connectionLost)
    #expect(try bureau.messages().isEmpty)
    #expect(try bureau.store.cursor(of: "INBOX") == nil)
    // Whole this time, in the other order, with an expunge of somebody else's in between (S12).
    let bodies = fetched(2, uid: 2) + "* 3 EXISTS\r\n* 3 EXPUNGE\r\n" + fetched(1, uid: 1)
    let flags = "* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 FLAGS ())\r\nA6 OK\r\n"
    let sound = try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1] hello\r\n", then: dialogue(bodies + "A5 OK\r\n", [(1, flags)]))
    #expect(try failure(of: sound, .none) == nil, "\(sound.wire)")
    for message in try bureau.messages() {
      let raw = try #require(try bureau.store.raw(message.id))
      #expect(String(decoding: raw, as: UTF8.self) == mail(Int(message.uid ?? 0)))
    }
    #expect(try bureau.messages().count == 2)
  }

  @Test func `I02: a message that floods in spite of its size is passed by its header`() throws {
    let flood = "* 2 FETCH (UID 2 BODY[] {99999999}\r\nFrom"
    let head = "From: a@b.mssante.fr\r\nSubject: gros\r\nMessage-ID: <2@b.example>\r\n\r\n"
    let first = fetched(1, uid: 1) + "A5 OK\r\n"
    let header = "* 2 FETCH (UID 2 BODY[HEADER] {\(head.utf8.count)}\r\n\(head))\r\nA6 OK\r\n"
    let flags = "* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 FLAGS ())\r\nA7 OK\r\n"
    let server = try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1] hello\r\n",
      sessions: [
        dialogue(fetched(1, uid: 1) + flood), dialogue(first, [(1, flood)]),
        dialogue(first, [(1, header), (1, flags)]),
      ])
    #expect(try failure(of: server, .none) == nil, "\(server.wire)")
    // Asked for whole twice, then only by its header.
    #expect(server.wire.contains("A6 UID FETCH 2 (UID FLAGS BODY.PEEK[HEADER])"))
    let giant = try #require(try bureau.message("gros"))
    #expect(giant.kind == .unreadable)
    #expect(giant.defects.contains { $0.code == "mail.too-large" })
    #expect(try bureau.messages().count == 2)
    try bureau.expectCursorCoversOnlyWhatIsStored()
  }

  @Test func `Invariant 6: an incomplete list of messages marks nothing as gone`() throws {
    let bodies = fetched(1, uid: 1) + fetched(2, uid: 2) + "A5 OK\r\n"
    // Two exist, and the server forgets to speak of one.
    let flags = "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\nA6 OK\r\n"
    let server = try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1] hello\r\n", then: dialogue(bodies, [(1, flags)]))
    #expect(try failure(of: server, .none) == nil, "\(server.wire)")
    let messages = try bureau.messages()
    #expect(messages.count == 2)
    #expect(messages.filter(\.isGoneFromServer).isEmpty)
    #expect(messages.first { $0.uid == 1 }?.flags.isSeen == true)
  }

  @Test func `An anchor file that cannot be read opens no connection`() throws {
    let server = try ScriptedServer("* OK ready\r\n")
    let cases = [(["/nonexistent/igc.pem"], "/nonexistent/igc.pem"), ([], "")]
    for (anchors, named) in cases {
      let account = Account.Backend.imap(
        IMAPAccount(
          imap: Server(host: "localhost", port: server.port, security: .startTLS), smtp: nil,
          anchors: anchors, login: Login(user: "officine", method: .password("x"))))
      #expect(try bureau.failure(account) == .anchors(named))
      // It ends before any pass: the sync cell is the only place where a screen can see it.
      let status = try bureau.store.syncStatus()
      #expect(status.phase == .refused && status.failure == "tls.anchors")
      #expect(SyncFailure.anchors(named).french.contains(named))
    }
    #expect(server.wire.isEmpty)
  }
}
