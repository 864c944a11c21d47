import Domain
import Foundation
import Store
import TestKit
import Testing

/// A revocation list that a web server gives, as the whole program takes it.
@Suite(.serialized) struct `Revocation lists from the web` {
  private let dovecot: DovecotServer
  private let web: WebPage
  private let files: TemporaryDirectory
  private let configuration: String

  init() throws {
    dovecot = try DovecotServer()
    web = try WebPage(nil, path: "/igc.crl", bytes: [])
    files = try TemporaryDirectory()
    configuration = try files.write(
      "config.toml",
      """
      [[bal]]
      name = "officine"
      address = "pharmacie@officine.mssante.fr"
      store = "store"
      loopback_autoconfig = true
      autoconfig = false
      imap = { host = "localhost", port = \(dovecot.tlsPort), tls = "implicit" }
      trust = ["\(dovecot.authority.anchor)"]
      crl = ["http://localhost:\(web.port)/igc.crl"]
      auth = { method = "password", user = "officine", password_command = ["echo", "secret"] }
      """)
  }

  private func mssterm(_ words: String...) throws -> ChildProcess.Outcome {
    try ChildProcess(
      Products.binary("mssterm"), words + ["--config", configuration],
      environment: ChildProcess.environment(home: files.path)
    ).wait()
  }

  private func show(_ list: String) throws {
    try web.show(Array(try Data(contentsOf: URL(fileURLWithPath: list))))
  }

  private func status() throws -> (SyncStatus, SyncHealth) {
    let store = try OfficineStore.open(at: files.path("store"), create: false)
    defer { store.close() }
    return (try store.syncStatus(), try store.health())
  }

  private var kept: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: files.path("store"))
        .filter { $0.hasPrefix("revocation-") }
    }
  }

  /// The kept list was fetched so many seconds ago.
  private func age(_ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
      ofItemAtPath: files.path("store/" + (try #require(try kept.first))))
  }

  private func logins() -> Int { dovecot.log.components(separatedBy: "Login: user=").count - 1 }

  @Test func `a good one is kept, renewed in time, and counts while nobody answers`() throws {
    try show(try dovecot.authority.revocationList())
    let first = try mssterm("sync", "--once")
    #expect(first.code == 0, "\(first.err)")
    #expect(try kept.count == 1)
    let path = files.path("store/" + (try #require(try kept.first)))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(web.requests.count == 1)
    #expect(try mssterm("sync", "--once").code == 0)
    #expect(web.requests.count == 1, "it is young")
    try age(25 * 3_600)
    #expect(try mssterm("sync", "--once").code == 0)
    #expect(web.requests.count == 2, "a day is over")
    #expect(try status().1.crl != nil)
    #expect(try status().1.crl?.failingSince == nil)

    // Nobody answers: calm, as long as what is here counts.
    try web.stop()
    try age(25 * 3_600)
    #expect(try mssterm("sync", "--once").code == 0)
    let (truth, health) = try status()
    #expect(truth.phase == .upToDate)
    #expect(health.crl?.failingSince != nil)
    let doctor = try mssterm("doctor")
    #expect(doctor.out.contains("ne la renouvelle plus"), "\(doctor.out)")
    #expect(doctor.out.contains("✔ login"), "\(doctor.out)")
    // Its own end is the end.
    let stale = try dovecot.authority.revocationList(until: "200601000000Z")
    try Data(contentsOf: URL(fileURLWithPath: stale)).write(to: URL(fileURLWithPath: path))
    let before = logins()
    let refused = try mssterm("sync", "--once")
    #expect(refused.code == 69)
    #expect(refused.err.contains("n’a pas pu être reprise"), "\(refused.err)")
    #expect(try status().0.phase == .offline)
    #expect(try status().0.failure == "tls.crl-fetch")
    #expect(logins() == before)
  }

  @Test func `in a group's store it is the group's, and a doctor leaves it alone`() throws {
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    try files.write(
      "config.toml",
      text.replacing("store = \"store\"", with: "store = \"store\"\ngroup = true"))
    try show(try dovecot.authority.revocationList())
    #expect(try mssterm("sync", "--once").code == 0)
    let path = files.path("store/" + (try #require(try kept.first)))
    #expect(
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o660)

    // Due, and the web has a newer one: it counts for the doctor, and stays the service's to keep.
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    try age(25 * 3_600)
    try show(try dovecot.authority.revocationList(from: "260101000000Z"))
    func number() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }
    let place = try number()
    let doctor = try mssterm("doctor")
    #expect(doctor.out.contains("✔ crl") && doctor.out.contains("✔ login"), "\(doctor.out)")
    #expect(web.requests.count == 2)
    #expect(try number() == place && kept.count == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try mssterm("sync", "--once").code == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != before)
    // The doctor's own look at revoked certificates is as sharp.
    try show(
      try dovecot.authority.revocationList(revoking: [dovecot.identity], from: "260201000000Z"))
    try age(25 * 3_600)
    let revoked = try mssterm("doctor")
    #expect(revoked.out.contains("✘ tls"), "\(revoked.out)")
  }

  @Test func `half of what was left is the time to renew`() throws {
    let format = DateFormatter()
    format.dateFormat = "yyMMddHHmmss'Z'"
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    let end = format.string(from: Date(timeIntervalSinceNow: 4 * 3_600))
    try show(try dovecot.authority.revocationList(until: end))
    #expect(try mssterm("sync", "--once").code == 0)
    // Fetched 3 h ago, of 7: not yet; 5 h ago, of 9: now.
    try age(3 * 3_600)
    #expect(try mssterm("sync", "--once").code == 0)
    #expect(web.requests.count == 1)
    try age(5 * 3_600)
    #expect(try mssterm("sync", "--once").code == 0)
    #expect(web.requests.count == 2)
  }

  @Test func `revoked, stale, of a stranger, an older one: each is seen before any login`() throws {
    func refusal() throws -> String? {
      #expect(try mssterm("sync", "--once").code == 69)
      let (status, _) = try status()
      #expect(status.phase == .refused)
      return status.failure
    }
    let stranger = try CertificateAuthority()
    try show(try dovecot.authority.revocationList(until: "200601000000Z"))
    #expect(try refusal() == "tls.crl")
    try show(try stranger.revocationList())
    #expect(try refusal() == "tls.crl")
    try web.show(Array("<html>".utf8))
    #expect(try refusal() == "tls.crl")
    #expect(try kept == [], "none of these is kept")
    #expect(logins() == 0)

    let older = try dovecot.authority.revocationList()
    try show(
      try dovecot.authority.revocationList(
        revoking: [dovecot.identity], from: "260101000000Z"))
    #expect(try refusal() == "tls.revoked")
    #expect(try kept.count == 1)
    // A stranger's word does not push the good one out.
    try age(25 * 3_600)
    try show(try stranger.revocationList())
    #expect(try refusal() == "tls.revoked")
    // Nor does one of our own that is older, and knows nothing yet.
    try show(older)
    #expect(try refusal() == "tls.revoked")
    #expect(logins() == 0)
  }
}
