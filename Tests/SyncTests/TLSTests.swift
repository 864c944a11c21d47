import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A server of one certificate, and what it heard.
final class Doorway {
  let port: Int
  private let child: ChildProcess

  init(_ proto: String, _ mode: String, _ identity: CertificateAuthority.Identity) throws {
    port = try Loopback.freePort()
    child = try ChildProcess(
      "/usr/bin/env",
      [
        "python3", Products.sourceRoot + "/Tests/TestKit/Servers/tlsserver.py", "\(port)", proto,
        mode,
        identity.certificate, identity.key,
      ])
    let child = child
    try waitUntil("the server", seen: { child.errSoFar }) { child.outSoFar.contains("ready") }
  }

  /// Without the word of its end that each connection leaves.
  var heard: String {
    child.outSoFar.split(whereSeparator: \.isNewline)
      .filter { $0 != "ready" && $0 != "closed" }.joined(separator: "\n")
  }

  deinit { _ = try? child.stop() }

  /// The first words of what was heard on all connections, once these have ended.
  func words(connections: Int = 1) throws -> [String] {
    func lines() -> [String] {
      child.outSoFar.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    }
    try waitUntil("the end of the connection", seen: { lines().joined(separator: "\n") }) {
      lines().count { $0 == "closed" } >= connections
    }
    return lines()
  }
}

@Suite(.serialized) struct `Which servers are believed` {
  /// What is wrong, and the code that the person's sentence hangs on.
  enum Fault: String, CaseIterable, Sendable {
    case expired, notYet, selfSigned, unknownAuthority, otherHost, commonNameOnly, addressOnly
    case wildcardTwoDeep, oldProtocol, plaintext

    var code: String {
      switch self {
      case .expired: "tls.expired"
      case .notYet: "tls.not-yet"
      case .selfSigned: "tls.self-signed"
      case .unknownAuthority: "tls.authority"
      case .otherHost, .commonNameOnly, .addressOnly, .wildcardTwoDeep: "tls.host"
      case .oldProtocol: "tls.protocol"
      case .plaintext: "tls.plaintext"
      }
    }

    var wish: CertificateAuthority.Wish {
      var wish = CertificateAuthority.Wish()
      switch self {
      case .expired: wish.until = "200601000000Z"
      case .notYet: (wish.from, wish.until) = ("480101000000Z", "490101000000Z")
      case .selfSigned: wish.isSelfSigned = true
      case .otherHost: wish.names = "DNS:imap.autre.example"
      case .commonNameOnly: wish.names = "DNS:autre.example"
      case .addressOnly: wish.names = "IP:127.0.0.1"
      case .wildcardTwoDeep: wish.names = "DNS:*.*.localhost,DNS:*"
      case .unknownAuthority, .oldProtocol, .plaintext: break
      }
      return wish
    }
  }

  private func account(
    imap: Int, smtp: Server? = nil, _ security: Server.Security = .implicit,
    anchor: String, lists: [String] = []
  ) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: imap, security: security), smtp: smtp,
        anchors: [anchor], revocationLists: lists,
        login: Login(user: "officine", method: .password("secret"))))
  }

  @Test(arguments: Fault.allCases)
  func `T01, T02: a wrong certificate has its own sentence and no byte of a login`(
    _ fault: Fault
  ) throws {
    let authority = try CertificateAuthority()
    let believed = fault == .unknownAuthority ? try CertificateAuthority() : authority
    let identity = try authority.issue(fault.wish)
    let mode = fault == .oldProtocol ? "old" : fault == .plaintext ? "plain" : "implicit"
    let door = try Doorway("imap", mode, identity)
    let failure = try Bureau().failure(account(imap: door.port, anchor: believed.anchor))
    #expect(failure?.code == fault.code)
    // A handshake that merely fails proves nothing against the server: it is tried again soon.
    #expect(failure?.needsPerson == (failure != .tls(.handshake)))
    #expect(!door.heard.uppercased().contains("LOGIN"))
    #expect(!door.heard.uppercased().contains("AUTH"))
  }

  @Test(arguments: [Fault.otherHost, .addressOnly, .expired, .unknownAuthority])
  func `T03: the same after STARTTLS`(_ fault: Fault) throws {
    let authority = try CertificateAuthority()
    let believed = fault == .unknownAuthority ? try CertificateAuthority() : authority
    let door = try Doorway("imap", "starttls", try authority.issue(fault.wish))
    let failure = try Bureau().failure(
      account(imap: door.port, .startTLS, anchor: believed.anchor))
    #expect(failure?.code == fault.code)
    #expect(!door.heard.uppercased().contains("AUTHENTICATE"))
    #expect(!door.heard.uppercased().contains(" LOGIN"))
  }

  @Test(arguments: Fault.allCases, [Server.Security.implicit, .startTLS])
  func `T06: a mail is not given to such a server either`(
    _ fault: Fault, _ security: Server.Security
  ) throws {
    // On STARTTLS the port speaks in clear by right.
    if fault == .plaintext, security == .startTLS { return }
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    let authority = dovecot.authority
    let signer = fault == .unknownAuthority ? try CertificateAuthority() : authority
    let mode =
      fault == .oldProtocol && security == .implicit
      ? "old" : fault == .plaintext ? "plain" : security == .implicit ? "implicit" : "starttls"
    if fault == .oldProtocol, security == .startTLS { return }
    let door = try Doorway("smtp", mode, try signer.issue(fault.wish))
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    let backend = account(
      imap: dovecot.tlsPort, smtp: Server(host: "localhost", port: door.port, security: security),
      anchor: authority.anchor)
    try bureau.pass(backend)
    try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    let failure = try bureau.failure(backend)
    #expect(failure?.code == fault.code)
    #expect(!door.heard.uppercased().contains("AUTH"))
    #expect(!door.heard.uppercased().contains("MAIL FROM"))
    #expect(try bureau.store.outbox(states: [.queued]).count == 1, "it waits for a good server")
  }

  @Test func `A certificate that was revoked, and lists that prove nothing`() throws {
    let authority = try CertificateAuthority()
    let (good, bad) = (
      try authority.issue(CertificateAuthority.Wish()),
      try authority.issue(CertificateAuthority.Wish())
    )
    let list = try authority.revocationList(revoking: [bad])
    let goodDoor = try Doorway("imap", "implicit", good)
    let badDoor = try Doorway("imap", "implicit", bad)
    func code(_ door: Doorway, _ lists: [String]) throws -> String? {
      let backend = account(imap: door.port, anchor: authority.anchor, lists: lists)
      return try Bureau().failure(backend)?.code
    }
    #expect(try code(badDoor, [list]) == "tls.revoked")
    // A good one reaches the login, which this server then breaks off in its own way.
    _ = try code(goodDoor, [list])
    #expect(goodDoor.heard.uppercased().contains("AUTHENTICATE"))
    #expect(!badDoor.heard.uppercased().contains("AUTH"))
    let before = goodDoor.heard
    let stale = try authority.revocationList(until: "200601000000Z")
    #expect(try code(goodDoor, [stale]) == "tls.crl")
    #expect(try code(goodDoor, [list + ".missing"]) == "tls.crl")
    let stranger = try CertificateAuthority().revocationList()
    #expect(try code(goodDoor, [stranger]) == "tls.crl")
    #expect(goodDoor.heard == before, "nothing was said to a server that could not be judged")
  }

  @Test func `The health pane learns until when the certificate is good`() throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    let list = try dovecot.authority.revocationList()
    try bureau.pass(
      account(imap: dovecot.tlsPort, anchor: dovecot.authority.anchor, lists: [list]))
    let health = try bureau.store.health()
    #expect(health.certificates.map(\.host) == ["localhost"])
    let days =
      (health.certificates.first?.notAfter.secondsSince(
        Timestamp(seconds: Int64(Date().timeIntervalSince1970))) ?? 0) / 86_400
    #expect((28...30).contains(days))
    #expect(health.crl?.nextUpdate != nil)
    #expect(health.mailboxes.first?.name == "INBOX")
    #expect(health.capabilities.contains("IDLE"))
  }
}
