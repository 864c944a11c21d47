import Domain
import Foundation
import Store
import TestKit
import Testing

/// `token_from = "screen"`: the service waits, a person's command brings the token.
@Suite(.serialized) struct `Tokens from a person` {
  private let provider: TokenProvider
  private let dovecot: DovecotServer
  private let files: TemporaryDirectory
  private let configuration: String

  init() throws {
    provider = try TokenProvider()
    dovecot = try DovecotServer(extra: provider.configuration)
    files = try TemporaryDirectory()
    let (calls, token) = (files.path("appels"), files.path("jeton"))
    configuration = try files.write(
      "config.toml",
      """
      [[bal]]
      name = "officine"
      address = "pharmacie@officine.mssante.fr"
      store = "store"
      imap = { host = "localhost", port = \(dovecot.port), tls = "starttls" }
      token_hosts = ["localhost"]
      trust = ["\(dovecot.authority.anchor)"]
      [bal.auth]
      method = "xoauth2"
      user = "officine"
      token_from = "screen"
      token_command = ["/bin/sh", "-c", "echo x >> $0; cat $1", "\(calls)", "\(token)"]
      """)
  }

  private func start(_ words: String...) throws -> ChildProcess {
    try ChildProcess(
      Products.binary("mssterm"), words + ["--config", configuration],
      environment: ChildProcess.environment(home: files.path))
  }

  private var calls: Int {
    (try? files.bytes("appels").count { $0 == 0x0A }) ?? 0
  }

  @Test func `the service never runs the command; reconnect does, and the mail comes`() throws {
    let service = try start("sync")
    try waitUntil("the store", seen: { service.errSoFar }) {
      (try? OfficineStore.open(at: files.path("store"), create: false).syncStatus().phase)
        == .closed
    }
    let store = try OfficineStore.open(at: files.path("store"), create: false)
    defer { store.close() }
    #expect(calls == 0)
    let socket = files.path("store/worker.sock")
    var facts = stat()
    #expect(lstat(socket, &facts) == 0 && facts.st_mode & 0o777 == 0o600)

    // No session yet: the command gives nothing, and says so to the person, calmly.
    let early = try start("reconnect").wait()
    #expect(early.code == 1)
    #expect(early.err.contains("token_command"), "\(early.err)")
    #expect(calls == 1)
    // A token that is too old is shown to the server once, then it is calm again.
    try files.write("jeton", try provider.token(seconds: -60) + "\n")
    #expect(try start("reconnect").wait().code == 0)
    try waitUntil("the refusal", seen: { dovecot.log }) { dovecot.log.contains("auth failed") }
    try waitUntil("calm") { try store.syncStatus().phase == .closed }

    try files.write("jeton", try provider.token() + "\n")
    let good = try start("reconnect").wait()
    #expect(good.code == 0, "\(good.err)")
    try waitUntil("up to date", seen: { dovecot.log }) {
      try store.syncStatus().phase == .upToDate
    }
    #expect(calls == 3)
    // The doctor has no tray: it asks the service that has one, and runs no command either.
    let doctor = try start("doctor").wait()
    #expect(doctor.out.contains("✔ login : le service est connecté"), "\(doctor.out)")
    #expect(calls == 3)
    // Not one byte of it on the disk.
    let token = try files.bytes("jeton").dropLast()
    for name in try FileManager.default.contentsOfDirectory(atPath: files.path("store")) {
      let bytes = FileManager.default.contents(atPath: files.path("store/\(name)")) ?? Data()
      #expect(bytes.firstRange(of: Data(token)) == nil, "\(name)")
    }
    #expect(try service.stop().code == 0)
    #expect(try start("doctor").wait().out.contains("✘ login : La session est fermée"))
    #expect(lstat(socket, &facts) != 0, "gone with the service")
  }
}
