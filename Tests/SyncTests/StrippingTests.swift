import Domain
import Store
import Sync
import TestKit
import Testing

/// Somebody on the road would like to hear us in clear: each case tells the exact words that were
/// heard before the connection ended.
@Suite(.serialized) struct `Nobody talks us out of TLS` {
  private let bureau: Bureau
  private let authority: CertificateAuthority

  init() throws {
    bureau = try Bureau()
    authority = try CertificateAuthority()
  }

  private func account(
    imap: Int, _ security: Server.Security, smtp: Server? = nil, lists: [String] = []
  ) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: imap, security: security), smtp: smtp,
        anchors: [authority.anchor], revocationLists: lists,
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func door(_ proto: String, _ mode: String) throws -> Doorway {
    try Doorway(proto, mode, try authority.issue())
  }

  @Test(arguments: [
    ("bare", "tls.not-offered", ["closed"]),
    ("refused", "tls.not-offered", ["A1 STARTTLS", "closed"]),
    ("inject", "tls.tampered", ["A1 STARTTLS", "closed"]),
    ("twofaced", "login.mechanism", ["A1 STARTTLS", "A2 CAPABILITY", "closed"]),
  ])
  func `T03, T05: IMAP says not a word too much`(
    _ mode: String, _ code: String, _ words: [String]
  ) throws {
    let door = try door("imap", mode)
    #expect(try bureau.failure(account(imap: door.port, .startTLS))?.code == code)
    #expect(try door.words() == words)
  }

  @Test func `T03: a server that grants STARTTLS and goes on in clear hears only a handshake`()
    throws
  {
    let imap = try door("imap", "clear")
    let failure = try bureau.failure(account(imap: imap.port, .startTLS))
    #expect([.tls(.plaintext), .tls(.handshake)].contains(failure))
    #expect(try imap.words() == ["A1 STARTTLS", "closed"])
  }

  @Test func `T04: PREAUTH behind TLS is refused before any command`() throws {
    let door = try door("imap", "preauth")
    #expect(try bureau.failure(account(imap: door.port, .implicit))?.code == "tls.tampered")
    #expect(try door.words() == ["closed"])
    #expect(try bureau.store.syncStatus().phase == .refused)
  }

  /// Queues an answer and lets it meet such a submission server.
  private func send(_ door: Doorway, _ security: Server.Security, lists: [String] = []) throws
    -> SyncFailure?
  {
    let dovecot = try DovecotServer(authority: authority)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try bureau.pass(account(imap: dovecot.tlsPort, .implicit, lists: lists))
    try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    let failure = try bureau.failure(
      account(
        imap: dovecot.tlsPort, .implicit,
        smtp: Server(host: "localhost", port: door.port, security: security), lists: lists))
    #expect(try bureau.store.outbox(states: [.queued]).count == 1, "it waits for a good server")
    return failure
  }

  @Test(
    arguments: [
      ("bare", "tls.not-offered", ["EHLO", "QUIT", "closed"]),
      ("refused", nil, ["EHLO", "STARTTLS", "QUIT", "closed"]),
      ("inject", "tls.tampered", ["EHLO", "STARTTLS", "closed"]),
      ("twofaced", "login.mechanism", ["EHLO", "STARTTLS", "EHLO", "QUIT", "closed"]),
    ] as [(String, String?, [String])])
  func `T06: nor does submission`(_ mode: String, _ code: String?, _ words: [String]) throws {
    let door = try door("smtp", mode)
    #expect(try send(door, .startTLS)?.code == code)
    #expect(try door.words().map { String($0.prefix { $0 != " " }) } == words)
  }

  @Test func `T06: submission granted in clear hears only a handshake`() throws {
    let door = try door("smtp", "clear")
    let failure = try send(door, .startTLS)
    #expect([.tls(.plaintext), .tls(.handshake)].contains(failure))
    #expect(try door.words().dropFirst() == ["STARTTLS", "closed"])
  }

  @Test(arguments: [Server.Security.startTLS, .implicit])
  func `a certificate is judged before a word is said behind TLS`(_ security: Server.Security)
    throws
  {
    let mode = security == .implicit ? "implicit" : "starttls"
    let bad = try authority.issue()
    let list = try authority.revocationList(revoking: [bad])
    let imap = try Doorway("imap", mode, bad)
    let failure = try bureau.failure(account(imap: imap.port, security, lists: [list]))
    #expect(failure == .tls(.revoked))
    #expect(try imap.words() == (security == .implicit ? [] : ["A1 STARTTLS"]) + ["closed"])

    let smtp = try Doorway("smtp", mode, bad)
    #expect(try send(smtp, security, lists: [list]) == .tls(.revoked))
    let words = try smtp.words().map { String($0.prefix { $0 != " " }) }
    #expect(words == (security == .implicit ? [] : ["EHLO", "STARTTLS"]) + ["closed"])
  }
}
