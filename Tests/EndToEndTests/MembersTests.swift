import Domain
import Foundation
import Glibc
import Samples
import Store
import TestKit
import Testing

/// The team, its PINs and its traces from the command line.
@Suite(.serialized) struct MembersEndToEnd {
  let counter: Counter
  /// 0600 files with a PIN each.
  let right: String
  let wrong: String

  init() throws {
    counter = try Counter()
    right = try counter.files.write("right", "4817\n")
    wrong = try counter.files.write("wrong", "1111\n")
    for path in [right, wrong] {
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
  }

  /// Claire is responsable and has a PIN; Léa has neither.
  private func addGuardedTeam() throws {
    let claire = try counter.mssterm(
      "members", "add", "Claire MOREAU", "--role", "titulaire", "--responsable", "--pin-stdin",
      input: Array("4817\n".utf8))
    try #require(claire.code == 0, "\(claire.err)")
    let lea = try counter.mssterm(
      "members", "add", "Léa PETITJEAN", "--role", "preparateur", "--as", "CM", "--pin-file",
      right)
    try #require(lea.code == 0, "\(lea.err)")
  }

  private func withStore<T>(_ body: (OfficineStore) throws -> T) throws -> T {
    let store = try counter.store()
    defer { store.close() }
    return try body(store)
  }

  /// From the one that a responsable set to a code of their own; its file.
  private func chooseOwn(_ initials: String) throws -> String {
    let chosen = try counter.mssterm(
      "members", "change-pin", "--as", initials, "--pin-file", right, "--pin-stdin",
      input: Array("5926\n".utf8))
    try #require(chosen.code == 0, "\(chosen.err)")
    let own = try counter.files.write("own-\(initials)", "5926\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: own)
    return own
  }

  private func team() throws -> [String] {
    try withStore { store in
      try store.members(includeDisabled: true).map { "\($0.initials) \($0.isDisabled)" }
    }
  }

  @Test func `a wrong PIN, or none, never changes the team`() throws {
    try addGuardedTeam()
    let before = try team()
    let attempts = [
      ["disable", "LP", "--as", "CM", "--pin-file", wrong], ["remove", "LP"],
      ["remove", "LP", "--as", "LP"], ["remove", "LP", "--as", "XX"],
      ["add", "Noé ROUX", "--role", "apprenti", "--as", "CM", "--pin-file", wrong],
    ]
    for words in attempts {
      let outcome = try counter.start(["members"] + words).wait(within: .seconds(60))
      #expect(outcome.code == 77 || outcome.code == 2, "\(words) \(outcome.err)")
      #expect(try team() == before, "\(words)")
    }
    // Proved, and yet not a responsable.
    let pin = try counter.mssterm(
      "members", "reset-pin", "LP", "--pin-stdin", "--as", "CM", "--pin-file", right,
      input: Array("4817\n".utf8))
    #expect(pin.code == 0, "\(pin.err)")
    let own = try chooseOwn("LP")
    let lea = try counter.mssterm("members", "remove", "CM", "--as", "LP", "--pin-file", own)
    #expect(lea.code == 77 && lea.err.contains("responsable"), "\(lea.err)")
    #expect(try team() == before)
    let done = try counter.mssterm("members", "disable", "LP", "--as", "CM", "--pin-file", right)
    #expect(done.code == 0, "\(done.err)")
    #expect(try team() != before)
  }

  @Test func `P02 the account's own member proves it for codes, the team, a purge and a check`()
    throws
  {
    let counter = try Counter(
      extra: "\n[poste.bureau]\nshared = false\n[poste.guichet]\nshared = true\n")
    func run(_ words: [String], _ typed: String? = nil) throws -> ChildProcess.Outcome {
      try counter.start(words, input: typed.map { Array(($0 + "\n").utf8) })
        .wait(within: .seconds(60))
    }
    let account = try #require(String(validatingCString: getpwuid(geteuid()).pointee.pw_name))
    let claire = [
      "members", "add", "Claire MOREAU", "--role", "titulaire", "--responsable", "--os-user",
      account,
    ]
    try #require(try run(claire).code == 0)
    // Nobody has a code yet: the account is enough, for the first one too.
    try #require(try run(["members", "add", "Léa PETITJEAN", "--role", "préparateur"]).code == 0)
    try #require(try run(["members", "reset-pin", "CM", "--pin-stdin"], "4817").code == 0)
    try counter.deliver(
      SampleOfficine(seed: 1, now: 1_795_167_720).mail(0).bytes, name: "0.un.test")
    try #require(try run(["sync", "--once"]).code == 0)
    let row = try #require(try Counter.objects(run(["list", "--json"])).first)
    let id = try #require((row["order"] as? [String: Any])?["id"] as? String)

    for poste in ["comptoir 1", "bureau"] {
      for (words, typed) in Self.grave {
        let named = words + ["--poste", poste]
        let refused = try run(named, typed)
        #expect(refused.code == 77 && refused.err.contains("Code"), "\(named) \(refused.err)")
        let proved = try run(named + ["--pin-file", wrong], typed)
        #expect(proved.code == 77 || proved.code == 75, "\(named) \(proved.err)")
        let store = try counter.store()
        try store.clearPINFailures(of: #require(try store.member(initialsOrName: "CM")).id)
        store.close()
      }
    }
    // Ordinary work asks on a shared poste only, and naming another one changes nothing; a check
    // asks where the screen does.
    for poste in ["comptoir 1", "bureau"] {
      for words in [["take", id], ["status", id, "checked"]] {
        let refused = try run(words + ["--poste", poste])
        #expect(refused.code == 77, "\(words) \(poste) \(refused.err)")
      }
    }
    try configure("[poste]\n", "[poste]\nshared = false\n", counter)
    #expect(try run(["take", id, "--poste", "guichet"]).code == 77)
    #expect(try run(["take", id]).code == 0)
    #expect(try run(["status", id, "checked"]).code != 77)
    try configure("[officine]\n", "[officine]\ncheck_pin = \"always\"\n", counter)
    for state in ["checked", "to-redo"] {
      #expect(try run(["status", id, state]).code == 77)
    }
    let changed = try run(
      ["members", "change-pin", "--pin-stdin", "--pin-file", right], "7777")
    #expect(changed.code == 0, "\(changed.err)")
    #expect(try run(["members", "disable", "LP", "--pin-file", right]).code == 77)
  }

  /// What is asked for a code wherever there is one, and what is typed.
  private static let grave = [
    (["members", "reset-pin", "LP", "--pin-stdin"], "9999"),
    (["members", "reset-pin", "CM", "--pin-stdin"], "9999"),
    (["members", "change-pin", "--pin-stdin"], "7777"),
    (["members", "disable", "LP"], ""),
    (["members", "add", "Noé ROUX", "--role", "apprenti"], ""),
    (["purge", "--before", "2020-01-01", "--confirm"], ""),
  ]

  private func configure(_ old: String, _ new: String, _ counter: Counter) throws {
    let text = try String(contentsOfFile: counter.configuration, encoding: .utf8)
    try text.replacing(old, with: new)
      .write(toFile: counter.configuration, atomically: true, encoding: .utf8)
  }

  @Test func `without a responsable, a person who is named is proved all the same`() throws {
    let lea = try counter.mssterm(
      "members", "add", "Léa PETITJEAN", "--role", "preparateur", "--pin-stdin",
      input: Array("4817\n".utf8))
    #expect(lea.code == 0, "\(lea.err)")
    let add = ["members", "add", "Noé ROUX", "--role", "apprenti"]
    let refused = try counter.start(add + ["--as", "LP", "--pin-file", wrong])
      .wait(within: .seconds(60))
    #expect(refused.code == 77, "\(refused.err)")
    #expect(try team() == ["LP false"])
    #expect(try counter.start(add).wait(within: .seconds(60)).code == 0)
  }

  @Test func `the last responsable stays, and a responsable has the first PIN`() throws {
    let claire = try counter.mssterm(
      "members", "add", "Claire MOREAU", "--role", "titulaire", "--responsable")
    #expect(claire.code == 0, "\(claire.err)")
    let first = try counter.mssterm(
      "members", "add", "Léa PETITJEAN", "--role", "preparateur", "--pin-stdin", "--as", "CM",
      input: Array("4817\n".utf8))
    #expect(first.code == 3 && first.err.contains("reset-pin CM"), "\(first.err)")
    for verb in ["disable", "remove"] {
      let outcome = try counter.mssterm("members", verb, "CM", "--as", "CM")
      #expect(outcome.code == 3, "\(outcome.err)")
      #expect(outcome.err.contains("dernier responsable"), "\(outcome.err)")
    }
    #expect(try team() == ["CM false"])
  }

  /// A try so many seconds ago, as this machine counts them.
  private func trial(_ secondsAgo: Int64) throws -> PINTry {
    let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8)
    let seconds = try #require(Double(uptime.prefix { $0 != " " }))
    return PINTry(
      poste: "p\(secondsAgo)", account: "a\(secondsAgo)",
      boot: boot.trimmingCharacters(in: .whitespacesAndNewlines),
      uptime: Int64(seconds * 1000) - secondsAgo * 1000, now: Timestamp(seconds: 1_795_000_000))
  }

  /// Twelve wrong ones, the last so long ago.
  private func failTwelveTimes(_ id: String, last secondsAgo: Int64) throws {
    try withStore { store in
      for n in (0..<12).reversed() {
        let trial = try trial(secondsAgo + Int64(n) * 400)
        guard case .open = try store.beginPIN(of: id, trial) else { continue }
        _ = try store.refusePIN(of: id, trial)
      }
    }
  }

  private func id(_ initials: String) throws -> String {
    try withStore { try #require(try $0.member(initialsOrName: initials)).id }
  }

  @Test func `P02 after wrong PINs the right one is not even tried, and later it is`() throws {
    try addGuardedTeam()
    let act = ["members", "enable", "LP", "--as", "CM", "--pin-file"]
    #expect(try counter.start(act + [wrong]).wait(within: .seconds(60)).code == 77)
    let claire = try id("CM")
    #expect(try withStore { try $0.pinFailures(of: claire).count } == 1)
    try failTwelveTimes(claire, last: 0)
    let early = try counter.start(act + [right]).wait(within: .seconds(60))
    #expect(early.code == 75 && early.err.contains("réessayer dans"), "\(early.err)")
    #expect(try withStore { try $0.pinFailures(of: claire).count } > 10)
    // A variable of one's own environment gives a program any clock: not this one.
    if let faketime = try? Products.program("faketime") {
      let words = ["-f", "+400d", try Products.binary("mssterm")] + act
      let faked = try ChildProcess(
        faketime, words + [right, "--config", counter.configuration],
        environment: counter.environment
      ).wait(within: .seconds(60))
      #expect(faked.code == 75, "\(faked.err)")
    }
    try withStore { try $0.clearPINFailures(of: claire) }
    try failTwelveTimes(claire, last: 301)
    let late = try counter.start(act + [right]).wait(within: .seconds(60))
    #expect(late.code == 0, "\(late.err)")
    #expect(try withStore { try $0.pinFailures(of: claire).count } == 0)
  }

  @Test func `P02 eight commands at once: three wrong codes are looked at, all right ones are`()
    throws
  {
    try addGuardedTeam()
    let act = ["members", "enable", "LP", "--as", "CM", "--pin-file"]
    func all(_ file: String) throws -> [Int32] {
      let started = try (0..<8).map { _ in try counter.start(act + [file]) }
      return try started.map { try $0.wait(within: .seconds(120)).code }
    }
    #expect(try all(right).allSatisfy { $0 == 0 })
    let before = try withStore { try $0.journal(limit: 9_999).count { $0.action == "pin.wrong" } }
    let codes = try all(wrong)
    let looked = codes.count { $0 == 77 }
    // A slow machine lets the first waits of one second and two go by.
    #expect((3...5).contains(looked) && codes.count { $0 == 75 } == 8 - looked, "\(codes)")
    let after = try withStore { try $0.journal(limit: 9_999).count { $0.action == "pin.wrong" } }
    #expect(before == 0 && after == looked)
  }

  @Test func `a code that a responsable set is good for choosing one's own, and for nothing else`()
    throws
  {
    try addGuardedTeam()
    let added = try counter.mssterm(
      "members", "add", "Noé ROUX", "--role", "adjoint", "--pin-stdin", "--as", "CM",
      "--pin-file", right, input: Array("4817\n".utf8))
    #expect(added.code == 0, "\(added.err)")
    let actions = try withStore { try $0.journal(limit: 999).map(\.action) }
    #expect(actions.suffix(2) == ["member.add", "member.pin.reset"])
    let mine = ["list", "--view", "mine", "--as", "NR", "--pin-file"]
    let refused = try counter.start(mine + [right]).wait(within: .seconds(60))
    #expect(refused.code == 77 && refused.err.contains("change-pin"), "\(refused.err)")
    let own = try chooseOwn("NR")
    #expect(try counter.start(mine + [own]).wait(within: .seconds(60)).code == 0)
    // Names are not tried freely either, and what was typed stays out of the traces.
    var codes: [Int32] = []
    for _ in 0..<12 {
      let words = ["list", "--view", "mine", "--as", "zqnom", "--pin-file", right]
      codes.append(try counter.start(words).wait(within: .seconds(60)).code)
    }
    #expect(codes.prefix(9).allSatisfy { $0 == 2 } && codes.contains(75), "\(codes)")
    let lines = try withStore { try $0.journal(limit: 999) }
    #expect(lines.contains { $0.action == "pin.unknown" })
    #expect(!lines.contains { "\($0)".contains("zqnom") })
    // What was typed is told back, a matricule in its place is not.
    for typed in ["279035121518989", "2 79 03 51 215 189 89"] {
      let told = try counter.mssterm("show", typed)
      #expect(told.code != 0 && told.err.contains("inconnu"), "\(told.err)")
      #expect(!told.err.filter(\.isNumber).contains("790351215189"), "\(told.err)")
    }
  }

  @Test func `taken and blank names get a sentence, and free initials are found`() throws {
    func add(_ words: String...) throws -> ChildProcess.Outcome {
      try counter.start(["members", "add"] + words + ["--role", "autre"])
        .wait(within: .seconds(60))
    }
    #expect(try add("Claire MOREAU", "--os-user", "comptoir").code == 0)
    #expect(try add("Camille  MARCHAND ").code == 0)
    #expect(try team() == ["CM2 false", "CM false"])
    for (words, code, sentence) in [
      (["Chloé MARTIN", "--initials", "cm"], 3, "initiales"),
      (["Chloé MARTIN", "--os-user", "comptoir"], 3, "compte"),
      ([""], 64, "Le nom"), ([" \t "], 64, "Le nom"),
      (["Chloé MARTIN", "--initials", " "], 64, "initiales"),
      (["Chloé MARTIN", "--os-user", ""], 64, "compte"),
    ] as [([String], Int32, String)] {
      let outcome = try counter.start(["members", "add"] + words + ["--role", "autre"])
        .wait(within: .seconds(60))
      #expect(outcome.code == code && outcome.err.contains(sentence), "\(words) \(outcome.err)")
      #expect(!outcome.err.contains("19"), "\(outcome.err)")
    }
    #expect(try team().count == 2)
  }

  @Test func `a responsable reads the traces, which tell two Claires apart`() throws {
    try addGuardedTeam()
    let other = try counter.mssterm(
      "members", "add", "Claire MERCIER", "--role", "adjoint", "--responsable", "--pin-stdin",
      "--as", "CM", "--pin-file", right, input: Array("4817\n".utf8))
    #expect(other.code == 0, "\(other.err)")
    for (initials, file) in [("CM", right), ("CM2", try chooseOwn("CM2"))] {
      let act = try counter.mssterm(
        "members", "enable", "LP", "--as", initials, "--pin-file", file)
      #expect(act.code == 0, "\(act.err)")
    }
    for words in [[], ["--as", "CM", "--pin-file", wrong]] {
      let refused = try counter.start(["journal", "show"] + words).wait(within: .seconds(60))
      #expect(refused.code == 77 && refused.out.isEmpty, "\(refused.err)")
    }
    let shown = try counter.mssterm("journal", "show", "--as", "CM", "--pin-file", right)
    #expect(shown.code == 0 && shown.out.contains("  CM2 Claire  "), "\(shown.out)")
    #expect(shown.out.contains("  CM Claire  "), "\(shown.out)")
    let lines = try Counter.objects(
      counter.mssterm("journal", "show", "--json", "--as", "CM", "--pin-file", right))
    let claires = lines.filter { $0["by"] as? String == "Claire" }
    #expect(Set(claires.compactMap { $0["member"] as? String }).count == 2, "\(lines)")
    #expect(claires.allSatisfy { $0["member"] is String })
    #expect(lines.contains { $0["action"] as? String == "journal.show" }, "readers are traced too")
  }

  @Test func `a filtered view asks who acts once, and an unknown one is a usage error`() throws {
    for index in 0..<4 {
      try counter.deliver(
        SampleOfficine(seed: 1, now: 1_795_167_720).mail(index).bytes, name: "\(index).un.test")
    }
    #expect(try counter.mssterm("sync", "--once").code == 0)
    let bogus = try counter.mssterm("list", "--view", "bogus", "--filter", "zzzz")
    #expect(bogus.code == 64, "\(bogus.err)")
    // No row is found, and the question is asked all the same.
    let nobody = try counter.mssterm("list", "--view", "mine", "--filter", "zzzz")
    #expect(nobody.code == 77, "\(nobody.err)")
    try counter.addTeam()
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    #expect(try counter.mssterm("take", row, "--as", "LP").code == 0)
    let word = try withStore { try #require(try $0.message(row)).sender.display }
    let mine = try Counter.objects(
      counter.mssterm("list", "--view", "mine", "--filter", word, "--json", "--as", "LP"))
    #expect(mine.map { $0["id"] as? String } == [row])
  }
}
