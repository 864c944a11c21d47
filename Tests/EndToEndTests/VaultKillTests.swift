import Domain
import Foundation
import Store
import TestKit
import Testing

/// A purge and a restore that are killed at their system calls, and what is found afterwards.
@Suite(.serialized) struct VaultKillTests {
  /// `make soak` takes every step; `make test` a few, spread over the whole run.
  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"
  private static let sample = 7

  private let counter: Counter
  private let ids: [String]
  /// The store as it is before each run, nobody having it open.
  private let kept: String

  private static func word(_ n: Int, _ part: Int) -> String { "zqkill\(n)x\(part)q" }

  init() throws {
    counter = try Counter(extra: "\n[journal]\nanchor = \"ancres\"\n")
    for words in [
      ["members", "add", "Léa PETITJEAN", "--role", "preparateur"],
      ["members", "add", "Claire MOREAU", "--role", "titulaire", "--responsable"],
    ] { try #require(try counter.start(words).wait().code == 0) }
    for n in 0..<6 {
      let text = """
        From: "\(Self.word(n, 0))" <27903512151898\(n)@patient.mssante.fr>
        To: pharmacie.dumarche@demonstration.mssante.fr
        Subject: \(Self.word(n, 1))
        Message-ID: <m\(n)@patient.mssante.fr>
        Date: Fri, 20 Nov 2026 10:0\(n):00 +0100

        \(Self.word(n, 2))

        """
      try counter.deliver(Array(text.replacing("\n", with: "\r\n").utf8), name: "c\(n)")
    }
    try #require(try counter.mssterm("sync", "--once").code == 0)
    let rows = try Counter.objects(try counter.mssterm("list", "--view", "all", "--json"))
    ids = rows.compactMap { $0["id"] as? String }
    try #require(ids.count == 6)
    kept = counter.files.path("kept")
  }

  private func keep() throws {
    try FileManager.default.copyItem(atPath: counter.storePath, toPath: kept)
    try FileManager.default.copyItem(
      atPath: counter.files.path("ancres"), toPath: kept + ".ancres")
  }

  /// Everything as it was kept, and nothing beside it.
  private func putBack() throws {
    let folder = (counter.storePath as NSString).deletingLastPathComponent
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name == "store" || name.hasPrefix("store.") || name == "ancres" {
      try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
    try FileManager.default.copyItem(atPath: kept, toPath: counter.storePath)
    try FileManager.default.copyItem(
      atPath: kept + ".ancres", toPath: counter.files.path("ancres"))
  }

  private func traced(_ expression: [String], _ words: [String]) throws -> Int32 {
    let trace = counter.files.path("trace")
    let command =
      ["-qq", "-o", trace] + expression.flatMap { ["-e", $0] }
      + [try Products.binary("mssterm")] + words + ["--config", counter.configuration]
    return try ChildProcess(
      Products.program("strace"), command, environment: counter.environment
    ).wait(within: .seconds(120)).code
  }

  /// The steps of a command that nobody disturbs, or a part of them with every rename.
  private func steps(_ words: [String], _ calls: [String]) throws -> [(call: String, number: Int)] {
    try putBack()
    try #require(try traced(["trace=\(calls.joined(separator: ","))"], words) == 0)
    let lines = try String(contentsOfFile: counter.files.path("trace"), encoding: .utf8)
      .split(separator: "\n")
    let all = calls.flatMap { call in
      (0..<lines.count { $0.hasPrefix(call + "(") }).map { (call, $0 + 1) }
    }
    if Self.isSoak { return all }
    let places = (0..<Self.sample).map { $0 * all.count / Self.sample }
    return all.enumerated().filter { place, step in
      places.contains(place) || step.0.hasPrefix("rename")
    }.map(\.element)
  }

  private func isKilled(_ words: [String], at step: (call: String, number: Int)) throws -> Bool {
    try traced(
      ["trace=\(step.call)", "inject=\(step.call):signal=KILL:when=\(step.number)"], words) != 0
  }

  private func open(_ path: String? = nil) throws -> OfficineStore {
    try OfficineStore.open(at: path ?? counter.storePath, create: false)
  }

  private func texts(_ store: OfficineStore) throws -> Set<Int> {
    Set(
      try (0..<6).filter { n in
        let found = try store.messages(.all, after: nil, limit: 99)
        return try found.contains {
          try store.body($0.message.id)?.text.contains(Self.word(n, 2)) == true
        }
      })
  }

  @Test(.timeLimit(.minutes(20)))
  func `P05 a purge killed anywhere goes on, loses nothing unfinished and leaves nothing`() throws {
    for id in ids.prefix(4) {
      let words = ["status", id, "closed", "--reason", "double", "--as", "CM"]
      try #require(try counter.start(words).wait().code == 0)
    }
    var now = ""
    try waitUntil("the gestures to be a second old") {
      now = ISO8601DateFormatter().string(from: Date())
      let dry = try? Counter.objects(
        try counter.mssterm("purge", "--before", now, "--dry-run", "--json")
      ).first
      return dry?["orders"] as? Int == 4
    }
    let whole = try open()
    let finished = try ids.prefix(4).flatMap { try whole.order(ofMessage: $0)?.messages ?? [] }
    let staying = try texts(whole).subtracting(
      try finished.compactMap { id in
        let text = try whole.body(id)?.text ?? ""
        return (0..<6).first { text.contains(Self.word($0, 2)) }
      })
    whole.close()
    try #require(staying.count == 2)
    try keep()
    let words = ["purge", "--before", now, "--confirm", "--as", "CM"]
    var killed = 0
    for step in try steps(words, ["pwrite64", "fdatasync", "ftruncate"]) {
      try putBack()
      if try isKilled(words, at: step) { killed += 1 }
      let store = try open()
      #expect(try store.verify().problems == [], "\(step)")
      #expect(try texts(store).isSuperset(of: staying), "\(step)")
      // Begun is begun: whoever comes next, a service or a person, goes on with it.
      while try store.purgeState() != nil {
        _ = try store.continuePurge(now: Timestamp(seconds: 1_795_200_000))
      }
      store.close()
      #expect(try counter.start(words).wait().code == 0, "\(step)")
      let after = try open()
      #expect(try texts(after) == staying && after.verify().problems == [], "\(step)")
      #expect(try after.messages(.all, after: nil, limit: 99).count == 6, "\(step)")
      after.close()
      for name in ["store.sqlite", "store.sqlite-wal"] {
        let data = FileManager.default.contents(atPath: counter.storePath + "/" + name) ?? Data()
        for n in Set(0..<6).subtracting(staying) {
          for part in 0..<3 {
            #expect(data.range(of: Data(Self.word(n, part).utf8)) == nil, "\(step) \(name)")
          }
        }
      }
    }
    #expect(killed >= 5)
  }

  @Test(.timeLimit(.minutes(20)))
  func `D08 a restore killed anywhere leaves a whole store in its place, and loses neither`()
    throws
  {
    let file = counter.files.path("copie")
    try #require(
      try counter.start(["backup", file, "--plain", "--as", "CM"]).wait().code == 0)
    try #require(try counter.start(["take", ids[0], "--as", "LP"]).wait().code == 0)
    try keep()
    let words = ["restore", file, "--replace", "--as", "CM"]
    var killed = 0
    let calls = ["rename", "renameat2", "pwrite64", "fdatasync", "fsync", "unlink"]
    for step in try steps(words, calls) {
      try putBack()
      if try isKilled(words, at: step) { killed += 1 }
      // The service is the first to come: it may make an empty one of nothing.
      let store = try OfficineStore.open(at: counter.storePath, create: true)
      #expect(try store.messages(.all, after: nil, limit: 99).count == 6, "\(step)")
      let book = AnchorBook(path: counter.files.path("ancres/officine.log"))
      let anchors = book.anchors(now: Timestamp(seconds: 1_795_200_000))
      #expect(try store.verify(anchors: anchors).problems == [], "\(step)")
      store.close()
      #expect(try holdsTheTaking(), "\(step)")
      let again = try counter.start(words).wait()
      #expect(again.code == 0, "\(step) \(again.err)")
      #expect(try counter.start(["verify"]).wait().code == 0, "\(step)")
      let restored = try open()
      #expect(try restored.order(ofMessage: ids[0])?.owner == nil, "\(step)")
      restored.close()
      #expect(try holdsTheTaking(), "\(step)")
    }
    #expect(killed >= 5)
  }

  /// Whether what was done after the copy is in one of the stores that are there.
  private func holdsTheTaking() throws -> Bool {
    let folder = (counter.storePath as NSString).deletingLastPathComponent
    let places = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0 == "store" || $0.hasPrefix("store.")
    }
    return places.contains { name in
      guard let store = try? OfficineStore.open(at: folder + "/" + name, create: false) else {
        return false
      }
      defer { store.close() }
      return (try? store.order(ofMessage: ids[0]))?.owner != nil
    }
  }
}
