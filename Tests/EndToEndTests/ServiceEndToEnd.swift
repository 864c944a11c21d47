import Domain
import Foundation
import Store
import TestKit
import Testing

/// The service as the counter meets it: who starts it, what survives, what the doctor finds.
@Suite(.serialized) struct ServiceEndToEnd {
  private func line(_ out: String, _ check: String) -> String {
    out.split(separator: "\n").filter { $0.contains("\"check\":\"\(check)\"") }
      .joined(separator: "\n")
  }

  @Test func `the doctor connects for real: name, certificate, login, capabilities`() throws {
    let dovecot = try DovecotServer()
    let counter = try Counter(dovecot: dovecot)
    try counter.addTeam()
    let out = try counter.mssterm("doctor", "--json").out
    #expect(line(out, "dns").contains("\"ok\":true"), "\(out)")
    #expect(line(out, "tls").contains("\"ok\":false"), "30 days are too few: \(out)")
    #expect(line(out, "login").contains("\"ok\":true"))
    #expect(line(out, "capability").contains("IDLE"))
    for check in ["dns", "login", "capability", "clock", "lease", "log"] {
      #expect(!line(out, check).isEmpty, "\(check): \(out)")
    }
    #expect(line(out, "tls").contains("\"level\":\"warning\""))
    #expect(line(out, "lease").contains("personne ne synchronise"))
    #expect(line(out, "log").contains("\"ok\":true"))
    // A wrong password: said, tried once, and not once more however often the doctor comes.
    try counter.files.write("secret", "faux\n")
    for _ in 1...2 {
      let refused = try counter.mssterm("doctor", "--json").out
      #expect(line(refused, "login").contains("\"ok\":false"), "\(refused)")
    }
    #expect(dovecot.log.components(separatedBy: "auth failed").count <= 2, "\(dovecot.log)")
    try counter.files.write("secret", "secret\n")
    #expect(line(try counter.mssterm("doctor", "--json").out, "login").contains("\"ok\":true"))
    // Somebody serves: the doctor says who. Mail from the future says that our clock is late.
    let service = try counter.start(["sync"])
    try waitUntil("the service") { try Lease.isHeld(directory: counter.storePath) }
    let held = try counter.mssterm("doctor")
    #expect(held.out.contains("✔ lease : tenu par le processus \(service.pid)"), "\(held.out)")
    #expect(try service.stop().code == 0)
    let text = try String(contentsOfFile: counter.configuration, encoding: .utf8)
    try counter.files.write(
      "config.toml",
      text.replacing(
        "[[bal]]",
        with: """
          [[bal]]
          team_log = "MSSTerm/Journal"
          team_key_command = ["sh", "-c", "printf '%064d' 7"]
          """))
    let logged = try counter.mssterm("doctor")
    #expect(logged.out.contains("✔ log : MSSTerm/Journal n’existe pas encore"), "\(logged.out)")
    let english = try ChildProcess(
      Products.binary("mssterm"), ["doctor", "--config", counter.configuration],
      environment: counter.environment.merging(["LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8"]) {
        $1
      }
    ).wait()
    #expect(english.out.contains("· lease : nobody synchronises this mailbox"), "\(english.out)")
    try counter.files.write(
      "config.toml",
      text.replacing("host = \"localhost\"", with: "host = \"192.0.2.7\"")
        .replacing("port = \(dovecot.port)", with: "port = 9"))
    let literal = try counter.mssterm("doctor")
    #expect(literal.out.contains("✘ host : 192.0.2.7 est une adresse"), "\(literal.out)")
    try counter.files.write("config.toml", text)
    try dovecot.stop()
    #expect(line(try counter.mssterm("doctor", "--json").out, "server").contains("\"ok\":false"))
  }

  @Test func `a corrected password is tried when a person says so`() throws {
    let dovecot = try DovecotServer()
    let counter = try Counter(dovecot: dovecot)
    try counter.files.write("secret", "faux\n")
    let service = try counter.start(["sync"])
    try waitUntil("the refusal", seen: { service.errSoFar }) {
      (try? OfficineStore.open(at: counter.storePath, create: false).syncStatus().phase)
        == .refused
    }
    try counter.files.write("secret", "secret\n")
    let asked = try counter.mssterm("reconnect")
    #expect(asked.code == 0 && asked.out.contains("réessaie"), "\(asked.out)\(asked.err)")
    let store = try OfficineStore.open(at: counter.storePath, create: false)
    try waitUntil("up to date") { try store.syncStatus().phase == .upToDate }
    try waitUntil("IDLE") { try store.health().isPushed }
    let began = Date()
    let ended = try service.stop()
    #expect(ended.code == 0, "\(ended.err)")
    #expect(Date().timeIntervalSince(began) < 2)
  }

  @Test func `without the secret the lease is given back; a wait for it ends at once`() throws {
    let dovecot = try DovecotServer()
    let counter = try Counter(dovecot: dovecot)
    let secret = counter.files.path("secret")
    try FileManager.default.removeItem(atPath: secret)
    let service = try counter.start(["sync"])
    let ended = try service.wait()
    #expect(ended.code == 75, "a service manager comes back: \(ended.err)")
    let store = try OfficineStore.open(at: counter.storePath, create: false)
    #expect(try store.syncStatus().failure == "login.secret")
    #expect(try !Lease.isHeld(directory: counter.storePath))
    // A password manager that waits for somebody.
    guard mkfifo(secret, 0o600) == 0 else { throw KitError.system("mkfifo", errno) }
    let waiting = try counter.start(["sync"])
    var writer: Int32 = -1
    defer { close(writer) }
    try waitUntil("its wait", seen: { waiting.errSoFar }) {
      // Possible once the command reads, and then it reads on.
      writer = open(secret, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      return writer >= 0
    }
    let began = ContinuousClock.now
    #expect(try waiting.stop().code == 0)
    #expect(ContinuousClock.now - began < .seconds(8), "not the 30 s of the command")
  }

  @Test func `a nominative BAL refuses another account and another member`() throws {
    let foreign = try Counter(
      extra: """

        [[bal]]
        name = "petitjean"
        address = "lea.petitjean@medecin.mssante.example"
        kind = "nominative"
        store = "nominative"
        backend = "maildir"
        maildir = "bal"
        os_user = "quelquun-dautre"

        [[bal]]
        name = "mienne"
        address = "claire.bonnefoy@medecin.mssante.example"
        kind = "nominative"
        store = "mienne"
        backend = "maildir"
        maildir = "bal"
        member = "CB"
        """)
    let refused = try foreign.mssterm("list", "--bal", "petitjean")
    #expect(refused.code == 77, "\(refused.out)\(refused.err)")
    #expect(refused.err.contains("nominative"))
    #expect(!FileManager.default.fileExists(atPath: foreign.files.path("nominative")))
    func add(_ name: String, _ initials: String, by actor: [String]) throws -> Int32 {
      let words =
        ["members", "add", name, "--role", "titulaire", "--initials", initials, "--responsable"]
        + ["--bal", "mienne"] + actor
      return try foreign.start(words).wait().code
    }
    #expect(try add("Claire BONNEFOY", "CB", by: []) == 0)
    #expect(try add("Léa PETITJEAN", "LP", by: ["--as", "CB"]) == 0)
    #expect(try add("Paul DURAND", "PD", by: ["--as", "LP"]) == 77, "only its owner acts there")
  }

  @Test func `readiness and life signs reach the manager that asked for them`() throws {
    let counter = try Counter()
    let path = counter.files.path("notify")
    let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(manager) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(manager, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    var environment = counter.environment
    environment["NOTIFY_SOCKET"] = path
    let service = try ChildProcess(
      Products.binary("mssterm-worker"), ["sync", "--config", counter.configuration],
      environment: environment)
    var heard = ""
    try waitUntil("READY and WATCHDOG", seen: { heard + service.errSoFar }) {
      var buffer = [UInt8](repeating: 0, count: 512)
      let count = recv(manager, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count > 0 { heard += String(decoding: buffer.prefix(count), as: UTF8.self) + "\n" }
      return heard.contains("READY=1") && heard.contains("WATCHDOG=1")
    }
    #expect(try service.stop().code == 0)
  }
}
