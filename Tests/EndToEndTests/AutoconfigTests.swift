import Domain
import Foundation
import Store
import TestKit
import Testing

/// A BAL whose servers nobody typed: its domain names them.
@Suite(.serialized) struct `Servers found by the domain` {
  private let dns: ZoneServer
  private let dovecot: DovecotServer
  private let files: TemporaryDirectory
  private let configuration: String
  private static let domain = "officine.mssante.fr"

  init() throws {
    dns = try ZoneServer()
    dovecot = try DovecotServer()
    files = try TemporaryDirectory()
    try dovecot.deliver(Array("From: a@patient.mssante.fr\r\nSubject: un\r\n\r\nx\r\n".utf8))
    dns.set("localhost", .address([127, 0, 0, 1]))
    dns.set("_imap._tcp.\(Self.domain)", .service(port: dovecot.port, target: "localhost"))
    dns.set("_submission._tcp.\(Self.domain)", .service(port: 587, target: "localhost"))
    configuration = try files.write(
      "config.toml",
      """
      [[bal]]
      name = "officine"
      address = "pharmacie@\(Self.domain)"
      store = "store"
      nameserver = "\(dns.address)"
      loopback_autoconfig = true
      token_hosts = ["localhost"]
      trust = ["\(dovecot.authority.anchor)"]
      auth = { method = "password", user = "officine", password_command = ["echo", "secret"] }
      """)
  }

  private func mssterm(_ words: String...) throws -> ChildProcess.Outcome {
    try ChildProcess(
      Products.binary("mssterm"), words + ["--config", configuration],
      environment: ChildProcess.environment(home: files.path)
    ).wait()
  }

  @Test func `they are asked once, kept, used, and a new answer is told before it is taken`() throws
  {
    let first = try mssterm("sync", "--once", "--json")
    #expect(first.code == 0, "\(first.err)")
    #expect(first.out.contains("\"received\":1"))
    let asked = dns.questions.count
    #expect(try mssterm("sync", "--once").code == 0)
    #expect(dns.questions.count == asked, "the second start asks nobody")
    let check = try mssterm("config", "check")
    #expect(check.code == 0, "\(check.err)")
    #expect(check.out.contains("imap  localhost \(dovecot.port) STARTTLS"), "\(check.out)")
    #expect(dns.questions.count == asked)

    dns.set("_imap._tcp.\(Self.domain)", .service(port: 1, target: "localhost"))
    let changed = try mssterm("config", "find", "--json")
    #expect(changed.code == 1)
    #expect(changed.out.contains("\"changed\":true"))
    #expect(changed.err.contains("rien n’a été changé"))
    #expect(try mssterm("sync", "--once").code == 0, "the old answer still holds")
    let doctor = try mssterm("doctor")
    #expect(doctor.out.contains("✘ autoconfig : le domaine annonce d’autres serveurs"))
    #expect(doctor.out.contains("✔ login"), "\(doctor.out)")
    #expect(try mssterm("config", "find", "--take").code == 0)
    #expect(try mssterm("sync", "--once").code == 69, "the new answer leads nowhere")
  }

  @Test func `a failure has its sentence, its code, and a word on the screen`() throws {
    dns.set("_imap._tcp.\(Self.domain)", .service(port: 143, target: "imap.pirate.example"))
    let refused = try mssterm("sync", "--once")
    #expect(refused.code == 78)
    #expect(refused.err.contains("« imap.pirate.example », n’est pas sous mssante.fr"))
    let store = try OfficineStore.open(at: files.path("store"), create: false)
    defer { store.close() }
    let status = try store.syncStatus()
    #expect(status.phase == .refused)
    #expect(status.failure == "autoconfig.host")
    #expect(try store.setting("autoconfig.servers") == nil)
    let doctor = try mssterm("doctor")
    #expect(doctor.out.contains("✘ autoconfig : Le serveur annoncé, « imap.pirate.example »"))
    // Addresses and private networks have sentences of their own.
    for (host, sentence) in [
      ("203.0.113.7", "est une adresse et non un nom"),
      ("prive.mssante.fr", "est dans un réseau privé"),
    ] {
      dns.set("prive.mssante.fr", .address([192, 168, 1, 4]))
      dns.set("_imap._tcp.\(Self.domain)", .service(port: 143, target: host))
      let doctor = try mssterm("doctor")
      #expect(doctor.out.contains("✘ autoconfig : "), "\(doctor.out)")
      #expect(doctor.out.contains(sentence) && doctor.code == 1, "\(doctor.out)")
    }
    // Nothing of the person was said to the name servers of strangers.
    #expect(!dns.questions.contains { $0.contains("pharmacie") || $0.contains("pirate") })
  }

  @Test func `what was kept is asked anew when the configuration no longer allows it`() throws {
    #expect(try mssterm("sync", "--once").code == 0)
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    try files.write("config.toml", text.replacing("token_hosts = [\"localhost\"]", with: ""))
    let refused = try mssterm("sync", "--once")
    #expect(refused.code == 78)
    #expect(refused.err.contains("« localhost »"))
  }
}
