import Domain
import Foundation
import Store
import TestKit
import Testing

/// Traces, purges and copies as commands, with two binaries and a Maildir.
@Suite(.serialized) struct VaultTests {
  private let counter: Counter
  private let identity: String

  init() throws {
    let files = try TemporaryDirectory()
    let key = files.path("key")
    let made = try ChildProcess.run("age-keygen", ["-o", key])
    try #require(made.code == 0, "\(made.err)")
    let text = try String(contentsOfFile: key, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("# public key: ") })
    counter = try Counter(
      extra: """

        [journal]
        anchor = "ancres"

        [backup]
        recipients = ["\(line.dropFirst(14))"]
        """)
    identity = try counter.files.write("clef", text)
    for words in [
      ["members", "add", "Léa PETITJEAN", "--role", "preparateur"],
      ["members", "add", "Claire MOREAU", "--role", "titulaire", "--responsable"],
    ] { _ = try run(words) }
  }

  /// Its output; it must succeed.
  @discardableResult
  private func run(_ words: [String]) throws -> String {
    let outcome = try counter.start(words).wait()
    try #require(outcome.code == 0, "\(words) \(outcome.err) \(outcome.out)")
    return outcome.out
  }

  private func code(_ words: String...) throws -> Int32 {
    try counter.start(words).wait().code
  }

  private static let words = (1...40).map { "zqcanari\($0)x" }

  /// Eight mails of patients with five of the words in each.
  private func deliver() throws {
    for n in 0..<8 {
      let w = Array(Self.words[(n * 5)..<(n * 5 + 5)])
      let text = """
        From: "\(w[0])" <27903512151898\(n)@patient.mssante.fr>
        To: pharmacie.dumarche@demonstration.mssante.fr
        Subject: \(w[1])
        Message-ID: <m\(n)@patient.mssante.fr>
        Date: Fri, 20 Nov 2026 10:0\(n):00 +0100
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8

        \(w[2])
        --b
        Content-Type: text/plain; name="\(w[3]).txt"
        Content-Disposition: attachment; filename="\(w[3]).txt"

        \(w[4])
        --b--

        """
      try counter.deliver(Array(text.replacing("\n", with: "\r\n").utf8), name: "c\(n)")
    }
  }

  private func ids() throws -> [String] {
    try Counter.objects(try counter.mssterm("list", "--view", "all", "--json")).compactMap {
      $0["id"] as? String
    }
  }

  @Test func `P03 no word of forty stands in the exported traces or in the log`() throws {
    try deliver()
    let log = counter.files.path("log")
    var environment = counter.environment
    environment["MSSTERM_LOG"] = log
    let synced = try ChildProcess(
      Products.binary("mssterm"), ["sync", "--once", "--config", counter.configuration],
      environment: environment
    ).wait()
    try #require(synced.code == 0, "\(synced.err)")
    let ids = try ids()
    try #require(ids.count == 8)
    for (n, id) in ids.prefix(2).enumerated() {
      let word = Self.words[n]
      for gesture in [
        ["take", id], ["note", id, word], ["patient", id, "--name", word],
        ["mark", id, "missing", word], ["mark", id, "question-patient", word],
        // Closing settles nothing that is owed.
        ["mark", id, "missing", word, "--clear"],
        ["status", id, "closed", "--reason", word],
      ] { try run(gesture + ["--as", "CM"]) }
    }
    let out = counter.files.path("traces.csv")
    try run(["journal", "export", "--to", out, "--as", "CM"])
    let shown = try run(["journal", "show", "--limit", "0", "--json", "--as", "CM"])
    let exported = try String(contentsOfFile: out, encoding: .utf8)
    let text = try exported + shown + String(contentsOfFile: log, encoding: .utf8)
    for word in Self.words { #expect(!text.contains(word), "\(word)") }
    #expect(!text.contains("2790351215") && !text.contains("patient.mssante.fr"))
    // Each has its author, its local time with the offset, what was asked and what came of it.
    let take = try #require(exported.split(separator: "\r\n").first { $0.contains(",take,") })
    #expect(take.contains(",Claire,CM,"), "\(take)")
    #expect(
      take.split(separator: ",").dropFirst().first?.contains("T") == true
        && exported.contains(",ingest,"))
    // The digest of the bytes is in the chain itself.
    let digest = try String(contentsOfFile: out + ".sha256", encoding: .utf8)
    #expect(shown.contains("journal.export") && shown.contains(digest.prefix(71)))
    #expect(try code("journal", "export", "--to", out, "--as", "CM") == 1, "never over a file")
    #expect(try code("journal", "export", "--to", out + "2", "--as", "LP") == 77)
  }

  @Test func `D09 journal verify finds a changed byte, a removed line and a cut tail`() throws {
    try deliver()
    try run(["sync", "--once"])
    try run(["take", try #require(try ids().first), "--as", "CM"])
    try run(["sync", "--once"])
    #expect(try run(["journal", "verify", "--as", "LP"]).contains("ancres"))
    #expect(try code("verify") == 0)
    for attack in [
      "UPDATE journal SET answer = 'revision=9' WHERE action = 'take'",
      "DELETE FROM journal WHERE seq = 2",
      """
      DELETE FROM journal WHERE seq > 2;
      UPDATE sqlite_sequence SET seq = 2 WHERE name = 'journal'
      """,
    ] {
      let copy = try counter.files.directory("kept")
      for name in ["store.sqlite", "store.sqlite-wal"] {
        try? FileManager.default.copyItem(
          atPath: counter.storePath + "/" + name, toPath: copy + "/" + name)
      }
      let outcome = try ChildProcess.run(
        "python3",
        [
          "-c",
          """
          import sqlite3, sys
          c = sqlite3.connect(sys.argv[1])
          for (n,) in c.execute("select name from sqlite_master where type='trigger'").fetchall():
            c.execute("drop trigger " + n)
          c.executescript(sys.argv[2]); c.commit()
          c.execute("pragma wal_checkpoint(truncate)")
          """, counter.storePath + "/store.sqlite", attack,
        ])
      try #require(outcome.code == 0, "\(outcome.err)")
      #expect(try code("journal", "verify", "--as", "LP") == 1, "\(attack)")
      #expect(try code("verify") == 1, "\(attack)")
      for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
        try? FileManager.default.removeItem(atPath: counter.storePath + "/" + name)
        try? FileManager.default.moveItem(
          atPath: copy + "/" + name, toPath: counter.storePath + "/" + name)
      }
      try FileManager.default.removeItem(atPath: copy)
      #expect(try code("journal", "verify", "--as", "LP") == 0)
    }
  }

  @Test func `P05 purge shows first, takes only what is finished, and wants a responsable`() throws
  {
    try deliver()
    try run(["sync", "--once"])
    let ids = try ids()
    for id in ids.prefix(4) {
      try run(["status", id, "closed", "--reason", "double", "--as", "CM"])
    }
    #expect(try code("purge") == 78, "no retention was chosen")
    // Whole seconds: the last gesture is over when its second is.
    var now = ""
    try waitUntil("the gestures to be a second old") {
      now = ISO8601DateFormatter().string(from: Date())
      let dry = try? Counter.objects(
        try counter.mssterm("purge", "--before", now, "--dry-run", "--json")
      ).first
      return dry?["orders"] as? Int == 4 && dry?["unfinished"] as? Int == 4
    }
    #expect(try code("purge", "--before", now, "--confirm", "--as", "LP") == 77)
    try run(["purge", "--before", now, "--confirm", "--as", "CM"])
    #expect(try code("verify") == 0)
    let rows = try Counter.objects(try counter.mssterm("list", "--view", "all", "--json"))
    #expect(rows.count == 8, "tombstones stay")
    let shown = try counter.mssterm("show", ids[0])
    #expect(shown.code == 0 && shown.out.hasPrefix("Purgée le "), "\(shown.out)")
    #expect(!shown.out.contains("De :") && !shown.out.contains("« »"), "\(shown.out)")
    #expect(try counter.store().journal(limit: 999).contains { $0.action == "purge.end" })
    // What the mailbox still holds opens nothing.
    try run(["sync", "--once"])
    #expect(try self.ids().count == 8)
    // The unfinished ones: announced as they go.
    let dry = try counter.mssterm("purge", "--before", now, "--unfinished")
    let announced = try #require(
      try Counter.objects(
        counter.mssterm("purge", "--before", now, "--unfinished", "--json")
      ).first)
    #expect(announced["orders"] as? Int == 4 && announced["unfinished_going"] as? Int == 4)
    #expect(dry.out.contains("4 demandes, dont 4 pas finies") && dry.err.isEmpty)
    // While one is under way that another machine asked for: that one ends, then this one is done.
    try beginTold()
    let purged = try #require(
      try Counter.objects(
        counter.mssterm(
          "purge", "--before", now, "--unfinished", "--confirm", "--json", "--as", "CM")
      ).first)
    #expect(purged["orders"] as? Int == 4)
    #expect(purged["messages"] as? Int == announced["messages"] as? Int)
  }

  /// A purge that the team log told, in the middle of it.
  private func beginTold() throws {
    let moment = Timestamp(milliseconds: 1)
    #expect(try counter.store().beginPurge(before: moment, by: .mailbox, now: moment))
    let outcome = try ChildProcess.run(
      "python3",
      [
        "-c",
        """
        import json, sqlite3, sys
        c = sqlite3.connect(sys.argv[1])
        state = json.loads(c.execute(
          "select value from setting where key = 'purge.state'").fetchone()[0])
        state.update(isToldOnly=True, phase='words')
        c.execute("update setting set value = ? where key = 'purge.state'", [json.dumps(state)])
        c.commit()
        """, counter.storePath + "/store.sqlite",
      ])
    try #require(outcome.code == 0, "\(outcome.err)")
  }

  @Test func `D08 a damaged store is restored from its copy, set aside and never overwritten`()
    throws
  {
    try deliver()
    try run(["sync", "--once"])
    let id = try #require(try ids().first)
    try run(["take", id, "--as", "CM"])
    let file = counter.files.path("copie.age")
    try run(["backup", file, "--as", "LP"])
    let bytes = try counter.files.bytes("copie.age")
    #expect(String(decoding: bytes.prefix(21), as: UTF8.self) == "age-encryption.org/v1")
    #expect(try code("backup", file, "--as", "LP") == 3, "never over a file")
    #expect(try code("backup", file + ".plain", "--plain", "--as", "LP") == 77)
    #expect(try code("backup", file + "2") == 77, "nobody")
    let restore = ["restore", file, "--identity", identity]
    #expect(try code("restore", file, "--as", "CM") == 64, "a key is wanted")
    #expect(try counter.start(restore + ["--as", "CM"]).wait().code == 3, "a store is there")
    for words in [["--replace"], ["--replace", "--as", "LP"], ["--into", file + ".d"]] {
      #expect(try counter.start(restore + words).wait().code == 77, "\(words)")
    }
    // Nor does the worker believe a name, or nobody's.
    let worker = try ChildProcess(
      Products.binary("mssterm-worker"),
      ["restore", "--config", counter.configuration, "--identity", identity, "--replace", file],
      environment: counter.environment)
    #expect(try worker.wait().code == 77)
    let plain = try ChildProcess(
      Products.binary("mssterm-worker"),
      ["backup", "--config", counter.configuration, "--plain", file + ".plain"],
      environment: counter.environment)
    #expect(try plain.wait().code == 77)
    #expect(!FileManager.default.fileExists(atPath: file + ".plain"))
    // One page of random bytes, and no log to mend it from.
    let database = counter.storePath + "/store.sqlite"
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: database + suffix)
    }
    let handle = try #require(FileHandle(forUpdatingAtPath: database))
    try handle.write(contentsOf: Data((0..<4096).map { _ in UInt8.random(in: 1...255) }))
    try handle.close()
    #expect(try code("list") != 0, "said, never an empty store")
    let told = try #require(
      try Counter.objects(
        counter.mssterm("restore", file, "--identity", identity, "--replace", "--json")
      ).first)
    let aside = try #require(told["set_aside"] as? String)
    #expect(FileManager.default.fileExists(atPath: aside + "/store.sqlite"))
    #expect(try code("verify") == 0 && ids().count == 8)
    #expect(try run(["show", id, "--json"]).contains("preparing"))
    let other = counter.files.path("ailleurs")
    try run(["restore", file, "--identity", identity, "--into", other, "--as", "CM"])
    #expect(try OfficineStore.open(at: other, create: false).verify().isSound)
    #expect(try code("restore", file, "--identity", identity, "--into", other, "--as", "CM") == 3)
    let line = try #require(
      try OfficineStore.open(at: other, create: false).journal(limit: 999).last)
    #expect(line.action == "restore" && line.author.initials == "CM")
  }
}
