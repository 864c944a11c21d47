import Domain
import Foundation
import Store
import TestKit
import Testing

/// What the doctor says of servers and secrets, and how little it does to find out.
@Suite(.serialized) struct `The doctor and the servers` {
  private let dovecot: DovecotServer
  private let sink: MailSink
  private let counter: Counter

  init() throws {
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
    counter = try Counter(dovecot: dovecot, sink: sink)
    try counter.addTeam()
  }

  private func doctor() throws -> (code: Int32, lines: [String]) {
    let outcome = try counter.mssterm("doctor")
    return (outcome.code, outcome.out.split(separator: "\n").map(String.init))
  }

  private func attempts() -> Int { sink.wire.components(separatedBy: "C: AUTH").count - 1 }

  @Test func `the sending server is asked like the other, and gets no mail`() throws {
    let well = try doctor()
    #expect(well.lines.contains { $0.hasPrefix("✔ smtp : localhost accepte la connexion") })
    #expect(well.code == 0, "\(well.lines)")
    #expect(attempts() == 1 && sink.wire.contains("C: QUIT"))
    #expect(!sink.wire.contains("MAIL FROM") && !sink.wire.contains("RCPT"), "\(sink.wire)")
    #expect(try sink.received().isEmpty)

    // Without TLS there is no login.
    try sink.fail(.noStartTLS)
    let bare = try doctor()
    #expect(bare.lines.contains { $0.hasPrefix("✘ smtp : localhost : ") }, "\(bare.lines)")
    #expect(bare.code == 1 && attempts() == 1)
    // « Later » is no success.
    try sink.fail(.auth454)
    #expect(try doctor().lines.contains { $0.hasPrefix("✘ smtp") })
    try sink.clearFault()

    // A refused password is tried once, however often the doctor comes, and is mended by another.
    try sink.fail(.auth535)
    let before = attempts()
    for _ in 1...2 {
      let refused = try doctor()
      #expect(refused.lines.contains { $0.hasPrefix("✘ smtp") }, "\(refused.lines)")
      #expect(refused.lines.contains { $0.hasPrefix("✔ login") }, "receiving has its own say")
    }
    #expect(attempts() == before + 1)
    try sink.clearFault()

    // What the mailbox refuses is not shown to the other server as well.
    try counter.files.write("secret", "faux\n")
    let wrong = try doctor()
    #expect(wrong.lines.contains { $0.hasPrefix("✘ login") }, "\(wrong.lines)")
    #expect(wrong.lines.contains { $0.hasPrefix("✔ smtp : localhost répond") }, "\(wrong.lines)")
    #expect(attempts() == before + 1)

    // Nobody there.
    try counter.files.write("secret", "secret\n")
    let text = try String(contentsOfFile: counter.configuration, encoding: .utf8)
    try counter.files.write(
      "config.toml", text.replacing("port = \(sink.port)", with: "port = 9"))
    let gone = try doctor()
    #expect(gone.lines.contains { $0.hasPrefix("✘ smtp : localhost : ") }, "\(gone.lines)")
    #expect(gone.lines.contains { $0.hasPrefix("✔ login") } && gone.code == 1)
  }

  @Test func `without the secret, the word of the service that has it counts`() throws {
    let service = try counter.start(["sync"])
    try waitUntil("up to date", seen: { service.errSoFar }) {
      (try? OfficineStore.open(at: counter.storePath, create: false).syncStatus().phase)
        == .upToDate
    }
    // As from an account that may not read the file: the command gives nothing.
    try counter.files.write("secret", "")
    let served = try doctor()
    #expect(
      served.lines.contains { $0.hasPrefix("✔ login : le service est connecté") },
      "\(served.lines)")
    #expect(served.lines.contains { $0.contains("capability : IDLE") })
    #expect(served.lines.contains { $0.contains("tls : certificat de localhost") })
    #expect(served.lines.contains { $0.hasPrefix("✔ smtp : localhost répond") })
    #expect(served.code == 0 && attempts() == 0)
    #expect(try service.stop().code == 0)
    // Nobody else has it: then it is this account's trouble.
    let alone = try doctor()
    #expect(alone.lines.contains { $0.hasPrefix("✘ login : La commande") }, "\(alone.lines)")
    #expect(alone.code == 1)
  }

  @Test func `a read of the store that fails is told, and does not pass for « nothing waits »`()
    throws
  {
    #expect(try doctor().lines.contains { $0.hasPrefix("✔ sending : 0 en attente") })
    let database = try counter.store().databasePath
    let gone = try ChildProcess.run(
      "python3",
      [
        "-c",
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA "
          + "legacy_alter_table=ON'); c.execute('ALTER TABLE outbox RENAME TO x'); c.commit()",
        database,
      ])
    try #require(gone.code == 0, "\(gone.err)")
    let found = try doctor()
    #expect(found.code == 1)
    #expect(
      found.lines.contains { $0.hasPrefix("✘ store : une lecture a échoué") }, "\(found.lines)")
  }
}
