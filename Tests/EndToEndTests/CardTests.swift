import Domain
import Foundation
import Store
import TestKit
import Testing

/// A BAL whose operator wants a certificate from a card, as `mssterm-worker` meets it.
@Suite(.serialized) struct CardsEndToEnd {
  /// A server that asks for a certificate, a configuration, a reader.
  private final class Desk {
    let authority: CertificateAuthority
    let dovecot: DovecotServer
    let token: SoftToken
    let files: TemporaryDirectory
    let configuration: String
    private let address: String

    init(without mechanisms: [String] = [], address: String = "pkcs11:token=CPS") throws {
      authority = try CertificateAuthority()
      token = try SoftToken(without: mechanisms)
      files = try TemporaryDirectory()
      dovecot = try DovecotServer(
        authority: authority,
        extra: """
          auth_mechanisms = external
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
      try dovecot.deliver(TestMail.patientQuestion(1).bytes)
      self.address = address
      try files.write("pin", "1234\n")
      configuration = try files.write(
        "config.toml",
        """
        [officine]
        name = "Pharmacie du Marché"
        [[bal]]
        name = "officine"
        address = "pharmacie.dumarche@demonstration.mssante.fr"
        kind = "organisationnelle"
        store = "store"
        backend = "imap"
        imap = { host = "localhost", port = \(dovecot.tlsPort), tls = "implicit" }
        trust = ["\(authority.anchor)"]
        auth = { method = "certificate", user = "officine", pkcs11 = "\(address)", \
        pkcs11_module = "\(token.module)", pin_command = ["/bin/cat", "\(files.path("pin"))"] }
        """ + "\n")
    }

    func pass() throws -> ChildProcess.Outcome {
      try worker(["sync", "--once"]).wait()
    }

    func worker(_ words: [String]) throws -> ChildProcess {
      try ChildProcess(
        Products.binary("mssterm-worker"), words + ["--config", configuration],
        environment: ChildProcess.environment(home: files.path, adding: token.environment))
    }

    func status() throws -> SyncStatus {
      let store = try OfficineStore.open(at: files.path("store"), create: false)
      defer { store.close() }
      return try store.syncStatus()
    }

    func pin(_ text: String) throws { try files.write("pin", text + "\n") }
  }

  @Test(arguments: [
    (SoftToken.Key.rsa, []), (.rsa, ["CKM_RSA_PKCS_PSS"]), (.curve, []),
  ])
  func `a card opens the mailbox, and its key stays on it`(
    _ key: SoftToken.Key, _ without: [String]
  ) throws {
    let desk = try Desk(
      without: without, address: "pkcs11:token=CPS;object=authentification;id=%01")
    try desk.token.add("CPS", pin: "1234", key, of: "officine", by: desk.authority)
    try desk.token.add("Autre", pin: "9876", key, of: "autre", by: desk.authority)
    let outcome = try desk.pass()
    #expect(outcome.code == 0, "\(outcome.err)\(desk.dovecot.log.suffix(400))")
    #expect(desk.token.calls("C_Login") == 1)
    #expect(desk.token.calls("C_Sign") == 1)
    #expect(try desk.status().phase == .upToDate)
  }

  @Test func `a wrong PIN is shown to the card once, whoever starts again`() throws {
    let desk = try Desk()
    try desk.token.add("CPS", pin: "1234", .curve, of: "officine", by: desk.authority)
    try desk.pin("4321")
    for _ in 1...3 {
      #expect(try desk.pass().code == 69)
      #expect(try desk.status().failure == "tls.pin")
    }
    #expect(desk.token.calls("C_Login") == 1)
    // Corrected: tried, and forgotten as wrong.
    try desk.pin("1234")
    let outcome = try desk.pass()
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(desk.token.calls("C_Login") == 2)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: desk.files.path("store/store.sqlite")))
    #expect(bytes.range(of: Data("4321".utf8)) == nil, "no PIN is kept")
  }

  @Test func `no card, another card, two that fit: named, and no PIN is tried`() throws {
    for (address, code) in [
      ("pkcs11:token=CPS", "tls.card"), ("pkcs11:object=authentification", "tls.client"),
    ] {
      let desk = try Desk(address: address)
      #expect(try desk.pass().code == 69)
      #expect(try desk.status().failure == "tls.card")
      for label in ["Une", "Autre"] {
        try desk.token.add(label, pin: "1234", .curve, of: "officine", by: desk.authority)
      }
      #expect(try desk.pass().code == 69)
      #expect(try desk.status().failure == code)
      #expect(desk.token.calls("C_Login") == 0)
      #expect(!desk.dovecot.log.contains("Login:"))
    }
  }

  @Test func `a card taken out meanwhile is said, and the card put back is used again`() throws {
    let desk = try Desk()
    try desk.token.add("CPS", pin: "1234", .curve, of: "officine", by: desk.authority)
    let worker = try desk.worker(["sync"])
    func failure() throws -> String? { try desk.status().failure }
    try waitUntil("the store", seen: { worker.errSoFar + desk.token.log }) {
      FileManager.default.fileExists(atPath: desk.files.path("store/store.sqlite"))
    }
    try waitUntil("the first pass", seen: { worker.errSoFar + desk.token.log }) {
      try desk.status().phase == .upToDate
    }
    try desk.token.takeOut()
    try desk.dovecot.stop()
    try waitUntil("the loss", seen: { worker.errSoFar }) { try failure() != nil }
    try desk.dovecot.start()
    let store = try OfficineStore.open(at: desk.files.path("store"), create: false)
    defer { store.close() }
    try store.askForRetry(now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    try waitUntil("tls.card", seen: { worker.errSoFar + desk.token.log }) {
      try failure() == "tls.card"
    }
    try desk.token.putBack()
    try store.askForRetry(now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    try waitUntil("the card again", seen: { worker.errSoFar + desk.token.log }) {
      try desk.status().phase == .upToDate
    }
    #expect(try worker.stop().code == 0)
  }
}
