import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `Who logs in, and how often` {
  private func backend(
    _ port: Int, _ login: Login, _ security: Server.Security = .none, anchors: [String] = [],
    identity: Identity? = nil, smtp: Server? = nil
  ) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: port, security: security), smtp: smtp,
        anchors: anchors, identity: identity, login: login))
  }

  private func attempts(_ wire: String) -> Int {
    wire.split(separator: "\r\n").count {
      $0.uppercased().contains(" AUTHENTICATE ") || $0.uppercased().contains(" LOGIN ")
    }
  }

  /// A server that refuses every login, for so many connections.
  private func refusing(_ connections: Int, tries: Int = 1) throws -> ScriptedServer {
    var script: [(after: Int, say: String)] = []
    for n in 1...tries { script.append((1, "A\(n) NO [AUTHENTICATIONFAILED] no\r\n")) }
    return try ScriptedServer(
      "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR] ready\r\n",
      sessions: Array(repeating: script, count: connections))
  }

  @Test func `T08: a refused password is tried once, by four postes and after restarts`() throws {
    let bureau = try Bureau()
    let server = try refusing(8)
    let wrong = backend(server.port, Login(user: "officine", method: .password("faux")))
    for _ in 1...4 {
      #expect(try bureau.failure(wrong) == .loginRefused)
    }
    #expect(attempts(server.wire) == 1)
    #expect(try bureau.store.syncStatus().phase == .refused)
    // A person corrected something elsewhere and wishes it tried again: once.
    bureau.clock.advance(60)
    try bureau.store.askForRetry(now: bureau.clock.now)
    bureau.clock.advance(60)
    for _ in 1...2 { #expect(try bureau.failure(wrong) == .loginRefused) }
    #expect(attempts(server.wire) == 2)
    // Another password is another matter.
    let other = backend(server.port, Login(user: "officine", method: .password("autre")))
    for _ in 1...2 { #expect(try bureau.failure(other) == .loginRefused) }
    #expect(attempts(server.wire) == 3)
    #expect(try bureau.store.setting("login.refused")?.contains("autre") == false)
  }

  @Test(arguments: [864_000, -864_000] as [Int64])
  func `T08, S19: a clock that was wrong neither repeats a refused password nor keeps a wish back`(
    seconds: Int64
  ) throws {
    let bureau = try Bureau()
    let server = try refusing(8)
    let wrong = backend(server.port, Login(user: "officine", method: .password("faux")))
    #expect(try bureau.failure(wrong) == .loginRefused)
    // The clock was ten days off when somebody wished it tried again; then it is put right.
    bureau.clock.advance(seconds)
    try bureau.store.askForRetry(now: bureau.clock.now)
    #expect(try bureau.failure(wrong) == .loginRefused)
    #expect(attempts(server.wire) == 2)
    bureau.clock.advance(-seconds)
    for _ in 1...3 { #expect(try bureau.failure(wrong) == .loginRefused) }
    #expect(attempts(server.wire) == 2, "no wish, no attempt")
    try bureau.store.askForRetry(now: bureau.clock.now.adding(seconds: 1))
    for _ in 1...2 { #expect(try bureau.failure(wrong) == .loginRefused) }
    #expect(attempts(server.wire) == 3, "a wish is heard")
  }

  @Test func `A password that works again is forgotten as refused`() throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    let wrong = backend(dovecot.port, Login(user: "officine", method: .password("faux")))
    #expect(try bureau.failure(wrong) == .loginRefused)
    let right = backend(dovecot.port, Login(user: "officine", method: .password("secret")))
    #expect(try bureau.failure(right) == nil)
    #expect(try bureau.store.setting("login.refused") == nil)
  }

  @Test func `SCRAM-SHA-256 with a real server, and a wrong password`() throws {
    let dovecot = try DovecotServer(extra: "auth_mechanisms = scram-sha-256")
    let right = backend(dovecot.port, Login(user: "officine", method: .scram("secret")))
    #expect(try Bureau().failure(right) == nil)
    // Where nothing simpler is offered, a plain password goes that way too.
    let plain = backend(dovecot.port, Login(user: "officine", method: .password("secret")))
    #expect(try Bureau().failure(plain) == nil)
    let wrong = backend(dovecot.port, Login(user: "officine", method: .scram("faux")))
    #expect(try Bureau().failure(wrong) == .loginRefused)
  }

  @Test func `A token goes to no host outside the trust space`() throws {
    let bureau = try Bureau()
    let server = try refusing(2)
    let login = Login(user: "officine", method: .xoauth2(["/bin/echo", "jeton"]))
    #expect(try bureau.failure(backend(server.port, login)) == .foreignHost)
    #expect(!server.wire.uppercased().contains("AUTHENTICATE"))
    let other = Login(
      user: "officine", method: .xoauth2(["/bin/echo", "jeton"]),
      tokenHosts: ["localhost.example"])
    #expect(try bureau.failure(backend(server.port, other)) == .foreignHost)
    #expect(!server.wire.uppercased().contains("AUTHENTICATE"))
  }

  @Test func `A closed session: one fresh token, then calm until somebody reopens it`() throws {
    let bureau = try Bureau()
    let server = try refusing(4, tries: 2)
    let counter = bureau.files.path("compteur")
    let command = [
      "/bin/sh", "-c", "echo x >> \(counter); echo jeton-$(wc -l < \(counter))",
    ]
    let login = Login(
      user: "officine", method: .xoauth2(command), tokenHosts: ["localhost"])
    #expect(try bureau.failure(backend(server.port, login)) == .sessionClosed)
    #expect(attempts(server.wire) == 2)
    let status = try bureau.store.syncStatus()
    #expect(status.phase == .closed)
    #expect(status.failure == "login.session")
    let lines = try String(contentsOfFile: counter, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2, "each attempt had a token of its own")
    // Nothing of a token is kept.
    for key in ["login.refused", "login.salt"] {
      #expect(try bureau.store.setting(key) == nil)
    }
    let empty = Login(
      user: "officine", method: .xoauth2(["/bin/false"]), tokenHosts: ["localhost"])
    #expect(try bureau.failure(backend(server.port, empty)) == .sessionClosed)
    #expect(attempts(server.wire) == 2)
  }

  @Test func `EXTERNAL: a certificate of ours, as two PEM files or one PKCS#12`() throws {
    let authority = try CertificateAuthority()
    let files = try TemporaryDirectory()
    let own = try authority.issueClient(name: "officine", passphrase: "phrase")
    let dovecot = try DovecotServer(
      authority: authority,
      extra: """
        auth_mechanisms = external plain
        ssl_ca = <\(authority.anchor)
        ssl_verify_client_cert = yes
        ssl_require_crl = no
        auth_ssl_require_client_cert = yes
        auth_ssl_username_from_cert = yes
        ssl_cert_username_field = commonName
        passdb {
          driver = static
          args = nopassword
        }
        """)
    let phrase = try files.write("phrase", "phrase\n")
    func code(_ source: Identity.Source, _ command: [String]) throws -> String? {
      let identity = Identity(source: source, passphraseCommand: command)
      return try Bureau().failure(
        backend(
          dovecot.tlsPort, Login(user: "officine", method: .certificate), .implicit,
          anchors: [authority.anchor], identity: identity))?.code
    }
    let read = ["/bin/cat", phrase]
    let byPEM = try code(.pem(certificate: own.certificate, key: own.key), read)
    #expect(byPEM == nil, "\(dovecot.log.suffix(600))")
    let byBundle = try code(.pkcs12(own.bundle), read)
    #expect(byBundle == nil)
    // A wrong passphrase, a missing file: ours to mend, and nothing was said to anybody.
    #expect(try code(.pkcs12(own.bundle), ["/bin/echo", "faux"]) == "tls.client")
    #expect(
      try code(.pem(certificate: own.certificate, key: files.path("absent")), read)
        == "tls.client")
    // Another's certificate is no identity here.
    let elsewhere = try CertificateAuthority()
    let stranger = try elsewhere.issueClient(name: "officine", passphrase: "phrase")
    let refused = try code(.pkcs12(stranger.bundle), read)
    #expect(refused != nil && refused != "tls.client")
  }
}
