import Domain
import Foundation
import Store
import TestKit
import Testing

/// Three BALs in one configuration: each its store, its service, its mail, and one team.
@Suite(.serialized) struct `Several BALs` {
  private let counter: Counter
  private let account: String
  private static let names = ["officine", "petitjean", "machine"]

  init() throws {
    let user = try #require(String(validatingCString: getpwuid(geteuid()).pointee.pw_name))
    counter = try Counter(
      extra: """

        [[bal]]
        name = "petitjean"
        address = "lea.petitjean@pharmacien.mssante.fr"
        kind = "nominative"
        store = "store-petitjean"
        backend = "maildir"
        maildir = "petitjean"
        os_user = "\(user)"
        member = "LP"

        [[bal]]
        name = "machine"
        address = "lgo.dumarche@demonstration.mssante.fr"
        kind = "applicative"
        store = "store-machine"
        backend = "maildir"
        maildir = "machine"
        export_to = "sorties"

        [[bal]]
        name = "ailleurs"
        address = "claire.moreau@pharmacien.mssante.fr"
        kind = "nominative"
        store = "store-ailleurs"
        backend = "maildir"
        maildir = "machine"
        os_user = "quelquun-dautre"

        [[bal]]
        name = "moreau"
        address = "claire.moreau@pharmacien.mssante.fr"
        kind = "nominative"
        store = "store-moreau"
        backend = "maildir"
        maildir = "machine"
        os_user = "\(user)"
        member = "CM"
        """)
    account = user
    for name in ["petitjean", "machine"] {
      for part in ["cur", "new", "tmp"] { try counter.files.directory("\(name)/\(part)") }
    }
    try counter.files.directory("sorties")
  }

  private func place(_ name: String) -> String {
    counter.files.path(name == "officine" ? "store" : "store-\(name)")
  }

  private func deliver(_ n: Int, to name: String) throws {
    let box = name == "officine" ? "bal" : name
    var mail = TestMail.patientQuestion(n)
    mail.subject = "Courrier de \(name)"
    try counter.files.write("\(box)/new/179516766\(n).m\(n)", bytes: mail.bytes)
  }

  @Test func `the team lives in the officine's own store, and opens the nominative BAL`() throws {
    // Added while the nominative BAL is named: kept where everybody's are.
    let words = ["--role", "preparateur", "--initials", "LP", "--pin-stdin", "--responsable"]
    let added = try counter.start(
      ["members", "add", "Léa PETITJEAN", "--bal", "petitjean"] + words,
      input: Array("2468\n".utf8)
    ).wait()
    try #require(added.code == 0, "\(added.err)")
    let pin = try counter.files.write("code", "2468\n")
    let wrong = try counter.files.write("faux", "1357\n")
    for file in [pin, wrong] { chmod(file, 0o600) }
    let claire = try counter.mssterm(
      "members", "add", "Claire MOREAU", "--role", "titulaire", "--as", "LP", "--pin-file", pin)
    try #require(claire.code == 0, "\(claire.err)")
    for name in ["officine", "petitjean"] {
      let listed = try counter.mssterm("members", "list", "--bal", name, "--json")
      #expect(listed.out.split(separator: "\n").count == 2, "\(name): \(listed.out)")
    }
    let own = try OfficineStore.open(at: place("petitjean"), create: false)
    #expect(try own.members(includeDisabled: true).isEmpty)
    own.close()

    try deliver(1, to: "petitjean")
    #expect(try counter.mssterm("sync", "--once", "--bal", "petitjean").code == 0)
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json", "--bal", "petitjean")).first)
    let id = try #require((row["order"] as? [String: Any])?["id"] as? String)
    func take(_ who: String, _ file: String) throws -> ChildProcess.Outcome {
      try counter.mssterm("take", id, "--bal", "petitjean", "--as", who, "--pin-file", file)
    }
    #expect(try take("LP", wrong).code == 77, "the PIN is that of the ORG store")
    #expect(try counter.store().pinFailures(of: try lea().id).count == 1)
    #expect(try take("LP", pin).code == 0)
    let refused = try take("CM", pin)
    #expect(refused.code == 77, "\(refused.err)")
    // Somebody else's account, before anything is made.
    #expect(try counter.mssterm("list", "--bal", "ailleurs").code == 77)
    #expect(!FileManager.default.fileExists(atPath: place("ailleurs")))
  }

  @Test func `another account does not even start a worker on a nominative BAL`() throws {
    let attempts = [
      ["sync", "--once"], ["import", counter.files.path("machine")], ["config", "find"],
      ["config", "check"], ["verify"],
    ]
    for words in attempts {
      let refused = try counter.start(words + ["--bal", "ailleurs"]).wait()
      #expect(refused.code == 77, "\(words) \(refused.err)")
    }
    let doctor = try counter.mssterm("doctor", "--bal", "ailleurs")
    #expect(doctor.code == 1 && doctor.out.contains("✘ configuration"), "\(doctor.out)")
    #expect(doctor.out.contains("depuis le compte de son titulaire"), "\(doctor.out)")
    // Nor the worker itself, with a store of its own choice or without.
    for own in [[], ["--store", place("ailleurs")]] {
      for verb in [["sync", "--once"], ["sync"], ["doctor"], ["find"], ["import", "bal"]] {
        let words = ["--config", counter.configuration, "--bal", "ailleurs"] + own
        let refused = try ChildProcess(
          Products.binary("mssterm-worker"), [verb[0]] + words + verb.dropFirst(),
          environment: counter.environment
        ).wait()
        #expect(refused.code == 77, "\(verb) \(own) \(refused.err)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: place("ailleurs")))
  }

  @Test func `another member's account reads nothing of a nominative BAL`() throws {
    let code = Array("2468\n".utf8)
    for (name, more) in [
      ("Claire MOREAU", ["--role", "titulaire", "--responsable"]),
      ("Léa PETITJEAN", ["--role", "preparateur", "--os-user", account]),
    ] {
      let proof = name.hasPrefix("L") ? try ["--as", "CM", "--pin-file", secret()] : []
      let added = try counter.start(
        ["members", "add", name, "--pin-stdin"] + more + proof, input: code
      ).wait()
      try #require(added.code == 0, "\(added.err)")
    }
    // Hers was set by Claire: it opens nothing before it is her own.
    let chosen = try counter.start(
      ["members", "change-pin", "--as", "LP", "--pin-file", secret(), "--pin-stdin"],
      input: Array("1357\n".utf8)
    ).wait()
    try #require(chosen.code == 0, "\(chosen.err)")
    try deliver(3, to: "machine")
    try #require(try counter.mssterm("sync", "--once", "--bal", "moreau").code == 0)
    func read(_ words: [String], as proof: [String] = []) throws -> ChildProcess.Outcome {
      try counter.start(words + ["--bal", "moreau"] + proof).wait()
    }
    let claire = try ["--as", "CM", "--pin-file", secret()]
    let row = try #require(try Counter.objects(read(["list", "--json"], as: claire)).first)
    let id = try #require((row["order"] as? [String: Any])?["id"] as? String)
    for words in [["list"], ["show", id], ["search", "Courrier"], ["journal", "show"]] {
      #expect(try read(words, as: claire).code == 0, "\(words)")
      for proof in [[], try ["--as", "LP", "--pin-file", secret("1357")]] {
        let refused = try read(words, as: proof)
        #expect(refused.code == 77, "\(words) \(proof) \(refused.err)")
        #expect(refused.out.isEmpty, "\(words)")
        #expect(refused.err.contains("seul son titulaire la lit"), "\(refused.err)")
      }
    }
    #expect(try read(["take", id], as: claire).code == 0)
    #expect(try read(["list"], as: ["--as", "CM"]).code == 77, "a name is no proof")
    // Her own BAL, and everybody's, are open to her as before.
    #expect(try counter.mssterm("sync", "--once", "--bal", "petitjean").code == 0)
    #expect(try counter.mssterm("list", "--bal", "petitjean").code == 0)
    #expect(try counter.mssterm("sync", "--once").code == 0)
    #expect(try counter.mssterm("list").code == 0)
  }

  @Test func `D08 the people are asked before a damaged nominative BAL is restored`() throws {
    let claire = ["--as", "CM", "--pin-file", try secret()]
    let added = try counter.start(
      [
        "members", "add", "Claire MOREAU", "--role", "titulaire", "--responsable", "--pin-stdin",
      ], input: Array("2468\n".utf8)
    ).wait()
    try #require(added.code == 0, "\(added.err)")
    try deliver(3, to: "machine")
    func code(_ words: [String]) throws -> Int32 {
      try counter.start(words + ["--bal", "moreau"]).wait().code
    }
    try #require(try code(["sync", "--once"]) == 0)
    let file = counter.files.path("copie")
    try #require(try code(["backup", file, "--plain"] + claire) == 0)
    try counter.files.write("store-moreau/store.sqlite", String(repeating: "x", count: 8192))
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: place("moreau") + "/store.sqlite" + suffix)
    }
    #expect(try code(["list"] + claire) != 0)
    #expect(try code(["restore", file, "--replace"]) == 77)
    #expect(try code(["restore", file, "--replace"] + claire) == 0)
    #expect(try code(["verify"] + claire) == 0)
    let store = try OfficineStore.open(at: place("moreau"), create: false)
    #expect(try store.journal(limit: 999).last { $0.action == "restore" }?.author.initials == "CM")
  }

  private func secret(_ code: String = "2468") throws -> String {
    let path = try counter.files.write("code-\(code)", code + "\n")
    chmod(path, 0o600)
    return path
  }

  private func lea() throws -> Member {
    try #require(try counter.store().member(initialsOrName: "LP"))
  }

  @Test func `one screen serves them all, and b shows each one its own mail`() throws {
    try counter.addTeam()
    for (n, name) in Self.names.enumerated() { try deliver(n + 1, to: name) }
    // A store that is there is served from the first screen on.
    #expect(try counter.mssterm("sync", "--once", "--bal", "machine").code == 0)
    let screen = try TmuxDriver(
      [try Products.binary("mssterm"), "--config", counter.configuration], columns: 100, rows: 30)
    defer { for name in ["officine", "petitjean", "machine"] { stop(name) } }
    try screen.expect("Courrier de officine")
    try waitUntil("the services of both") {
      try ["officine", "machine"].allSatisfy { try Lease.isHeld(directory: place($0)) }
    }
    #expect(!FileManager.default.fileExists(atPath: place("petitjean")))
    try deliver(7, to: "machine")
    try waitUntil("the machine's mail, handed over while another BAL is shown") {
      try FileManager.default.contentsOfDirectory(atPath: counter.files.path("sorties"))
        .count { !$0.hasPrefix(".") } == 2
    }

    try go(screen, to: "machine")
    try screen.expect("Courrier de machine")
    // Nobody acts yet: a nominative BAL stays closed, and says for whom it is.
    try go(screen, to: "petitjean")
    try screen.expect("Réservée à LP")
    try screen.act(as: "Claire MOREAU")
    try go(screen, to: "petitjean")
    try screen.expect("Réservée à LP")
    try screen.act(as: "Léa PETITJEAN")
    try go(screen, to: "petitjean")
    try screen.expect("Courrier de petitjean")
    try waitUntil("its own service") { try Lease.isHeld(directory: place("petitjean")) }
    try screen.press("F2")
    let people = try screen.expect("Qui agit ?")
    #expect(people.contains("Léa") && !people.contains("Claire"), "\(people)")
    try screen.press("Escape")
    // Escape and a key in one breath would be Alt with that key.
    try screen.expectGone("Qui agit ?")
    try go(screen, to: "officine")
    try screen.expect("Courrier de officine")
    try screen.press("q")
    #expect(try screen.waitForExit() == 0)
    // Services outlive the screen.
    for name in Self.names { #expect(try Lease.isHeld(directory: place(name))) }
  }

  /// The menu of BALs, then the one of that name.
  private func go(_ screen: TmuxDriver, to name: String) throws {
    try screen.press("b")
    try screen.waitForScreen("the menu of BALs") { $0.contains("ailleurs") }
    let place = ["officine", "petitjean", "machine"].firstIndex(of: name) ?? 0
    try screen.press("Home")
    for _ in 0..<place { try screen.press("Down") }
    try screen.press("Enter")
  }

  /// Services of this test are found by the name of their store, which nobody else has.
  private func stop(_ name: String) {
    let own = Set([place(name)])
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = Int32(entry),
        let line = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
      else { continue }
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      if words.first?.hasSuffix("mssterm-worker") == true, !own.isDisjoint(with: words) {
        kill(pid, SIGTERM)
      }
    }
  }
}
