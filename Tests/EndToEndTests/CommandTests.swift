import Domain
import Foundation
import Glibc
import Store
import TestKit
import Testing

/// What the commands say to people, in the terminal of whoever types them.
@Suite("Commands for people")
struct CommandTests {
  /// Jeanne's invented number, with its key.
  static let matricule = "251037505612342"
  static let spaced = "2 51 03 75 056 123 42"

  private static let patient = TestMail.Party("", "\(matricule)@patient.mssante.fr")
  private static let jeanne = TestMail.Party("Jeanne MARTIN", "\(matricule)@patient.mssante.fr")

  private static func mail(
    from: TestMail.Party = jeanne, subject: String = "Ordonnance", text: String = "Bonjour",
    id: String = "un@patient.mssante.fr"
  ) -> TestMail {
    TestMail(from: from, subject: subject, text: text, messageID: id)
  }

  /// A counter that has read these mails.
  private func counter(_ mails: [[UInt8]], extra: String = "") throws -> Counter {
    let counter = try Counter(extra: extra)
    for (index, mail) in mails.enumerated() {
      try counter.deliver(mail, name: "179516772\(index).m\(index).test")
    }
    let pass = try counter.mssterm("sync", "--once")
    try #require(pass.code == 0, "\(pass.err)")
    try counter.addTeam()
    return counter
  }

  private func first(_ counter: Counter, view: String = "all") throws -> (
    id: String, order: String?
  ) {
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--view", view, "--json")).first)
    return (try #require(row["id"] as? String), (row["order"] as? [String: Any])?["id"] as? String)
  }

  @Test func `M14: only a patient is called one; a stranger is unknown, and outside`() throws {
    let nobody = "Subject: Bonjour\r\nMessage-ID: <sans@exemple.example>\r\n\r\nTexte\r\n"
    let counter = try counter([
      Array(nobody.utf8),
      Self.mail(from: Self.patient, subject: "Un", id: "deux@patient.mssante.fr").bytes,
      Self.mail(
        from: .init("Offres", "offres@exemple.example"), subject: "Deux", id: "t@exemple.example"
      ).bytes,
    ])
    let lines = try counter.mssterm("list", "--view", "all").out.split(separator: "\n")
    func line(_ title: String) -> Substring? { lines.first { $0.hasSuffix(title) } }
    #expect(line("Bonjour")?.contains("expéditeur inconnu") == true, "\(lines)")
    #expect(line("Bonjour")?.contains("patient") == false)
    #expect(line("Un")?.contains("patient sans nom") == true)
    #expect(line("Deux")?.contains("Offres (hors MSSanté)") == true)
    for row in try Counter.objects(counter.mssterm("list", "--view", "all", "--json")) {
      let id = try #require(row["id"] as? String)
      let shown = try counter.mssterm("show", id).out
      #expect(!shown.hasPrefix("De : \n"), "\(shown)")
      let name = row["subject"] as? String == "Un" ? "patient sans nom" : "(hors MSSanté)"
      let isStranger = row["subject"] as? String == "Bonjour"
      #expect(shown.contains(isStranger ? "De : expéditeur inconnu" : name), "\(shown)")
    }
  }

  @Test func `S13: thrown away: refused while in work, traced, taken back, done, marked`() throws {
    let counter = try counter([Self.mail().bytes])
    let (id, order) = try first(counter)
    let demande = try #require(order)
    for folder in ["cur", "new", "tmp"] { try counter.files.directory("bal/.Trash/\(folder)") }
    try #require(try counter.mssterm("take", demande, "--as", "LP").code == 0)
    let refused = try counter.mssterm("trash", demande, "--as", "LP")
    #expect(refused.code == 3 && refused.err.contains("en préparation"), "\(refused.err)")
    try #require(try counter.mssterm("release", demande, "--as", "LP").code == 0)
    let wished = try counter.mssterm("trash", demande, "--as", "LP")
    #expect(wished.code == 0 && wished.out.contains("1 message part à la corbeille"))
    #expect(try counter.mssterm("show", id).out.contains("Corbeille : en attente"))
    #expect(try counter.mssterm("trash", demande, "--undo", "--as", "LP").code == 0)
    #expect(try counter.mssterm("trash", demande, "--undo", "--as", "LP").code == 3)
    #expect(try counter.mssterm("trash", demande, "--as", "LP").code == 0)
    try #require(try counter.mssterm("sync", "--once").code == 0)
    let shown = try #require(try Counter.objects(counter.mssterm("show", id, "--json")).first)
    #expect(shown["gone"] as? Bool == true)
    let states = (shown["operations"] as? [[String: Any]])?.compactMap { $0["state"] as? String }
    #expect(states == ["cancelled", "done"])
    #expect((shown["order"] as? [String: Any])?["id"] as? String == demande)
    let text = try counter.mssterm("show", id).out
    #expect(text.contains("Effacé du serveur ; gardé ici."), "\(text)")
    #expect(text.contains("À la corbeille par"))
    #expect(try counter.mssterm("trash", demande, "--as", "LP").out.contains("Rien à jeter"))
    let lines = try counter.store().journal(limit: 1_000)
    let traced = lines.filter { $0.action.hasPrefix("trash") && $0.order == demande }
    #expect(
      traced.map(\.answer) == [
        "refused.not-from-here", "queued", "cancelled", "refused.nothing-to-undo", "queued",
        "nothing",
      ])
    #expect(traced.allSatisfy { $0.author.initials == "LP" })
    #expect(lines.contains { $0.action == "operation.move" && $0.author.initials == "LP" })
  }

  @Test func `S01: no matricule in show, list, print or printed names; JSON has it`() throws {
    var mail = Self.mail(
      subject: "Ordonnance \(Self.matricule)", text: "Mon numéro : \(Self.spaced)\nMerci")
    mail.attachments = [
      .init(
        name: "\(Self.matricule).pdf", type: "application/pdf", bytes: Array("%PDF-1.4".utf8))
    ]
    let counter = try counter([mail.bytes])
    let (id, order) = try first(counter)
    let demande = try #require(order)
    let printed = try counter.mssterm("print", demande, "--as", "LP")
    try #require(printed.code == 0, "\(printed.err)")
    let impressions = counter.files.path("impressions")
    let names = try FileManager.default.subpathsOfDirectory(atPath: impressions)
    let cover = try #require(names.first { $0.hasSuffix("couverture.txt") })
    let people = [
      try counter.mssterm("list").out, try counter.mssterm("show", id).out,
      try counter.mssterm("print", demande, "--as", "LP", "--dry-run").out,
      names.joined(separator: "\n"),
      try String(contentsOfFile: impressions + "/" + cover, encoding: .utf8),
    ]
    #expect(names.contains { $0.hasSuffix(".pdf") })
    for text in people {
      #expect(!text.isEmpty && !text.filter(\.isNumber).contains(Self.matricule), "\(text)")
      #expect(!text.contains("056 123"), "\(text)")
    }
    // Where exactness is the contract, it stays.
    for exact in ["--json", "--headers"] {
      #expect(try counter.mssterm("show", id, exact).out.contains(Self.matricule), "\(exact)")
    }
  }

  @Test func `the configured language reaches errors, doctor and keys`() throws {
    let counter = try counter([], extra: "\n[screen]\nlanguage = \"en\"\n")
    let missing = try counter.mssterm("show", "mzzzz")
    #expect(missing.code == 2)
    #expect(missing.err.contains("is not known here"), "\(missing.err)")
    #expect(try counter.mssterm("doctor").out.contains("this account is mapped"))
    #expect(try counter.mssterm("keys").out.contains("Next demande"))
  }

  @Test func `states and roles are words of the counter; JSON keeps its own`() throws {
    let counter = try counter([Self.mail().bytes])
    let (id, _) = try first(counter)
    #expect(try counter.mssterm("list").out.contains("à prendre"))
    #expect(try counter.mssterm("list", "--json").out.contains("\"status\":\"received\""))
    #expect(try counter.mssterm("members", "list").out.contains("préparateur"))
    let body = try counter.files.write("corps.txt", "Bonjour\n")
    let queued = try counter.mssterm("send", "--reply-to", id, "--body", body, "--as", "LP")
    #expect(queued.out.contains("en attente  MARTIN Jeanne"), "\(queued.out)\(queued.err)")
    #expect(try counter.mssterm("outbox", "list", "--json").out.contains("\"state\":\"queued\""))
  }

  @Test func `S09: a subject of a megabyte is one short row`() throws {
    let long = String(repeating: "ordonnance ", count: 90_000)
    let raw =
      "From: Jeanne MARTIN <\(Self.matricule)@patient.mssante.fr>\r\nSubject: \(long)\r\n"
      + "Message-ID: <long@patient.mssante.fr>\r\n\r\nBonjour\r\n"
    let counter = try counter([Array(raw.utf8)])
    let out = try counter.mssterm("list", "--view", "all").out
    #expect(out.split(separator: "\n").count == 1)
    #expect(out.hasSuffix("…\n"))
    #expect(out.count < 260, "\(out.count)")
  }

  @Test func `demandes renewed from one message are told apart, each by an id that works`() throws {
    var mail = Self.mail()
    mail.attachments = [
      .init(name: "ordonnance.pdf", type: "application/pdf", bytes: Array("%PDF-1.4".utf8))
    ]
    let counter = try counter([mail.bytes])
    let (_, order) = try first(counter)
    let demande = try #require(order)
    for state in ["take", "prepared", "checked", "collected"] {
      var words = state == "take" ? ["take", demande] : ["status", demande, state]
      if state == "collected" {
        // A PDF without an e-prescription number: the original is awaited, and asked for.
        #expect(try counter.start(words + ["--as", "LP"]).wait().code == 3)
        words += ["--original-seen", "yes"]
      }
      let actor = state == "checked" ? "CM" : "LP"
      if state == "checked" {
        let named = try counter.mssterm("patient", demande, "--name", "MARTIN Jeanne", "--as", "LP")
        try #require(named.code == 0, "\(named.err)")
      }
      let done = try counter.start(words + ["--as", actor]).wait()
      try #require(done.code == 0, "\(state) \(done.err)")
    }
    let renewed = try counter.mssterm("renew", demande, "--as", "LP")
    try #require(renewed.code == 0, "\(renewed.err)")
    let rows = try ["all", "todo"].flatMap {
      try counter.mssterm("list", "--view", $0).out.split(separator: "\n")
    }
    let fields = rows.map { $0.components(separatedBy: "  ") }
    #expect(fields.allSatisfy { $0.count > 2 && $0[0].hasPrefix("m") && $0[1].hasPrefix("d") })
    let new = try #require(renewed.out.components(separatedBy: "  ").first)
    #expect(fields.contains { $0[1] == new }, "\(rows)")
    // The old one is neither hidden nor taken for the new one.
    #expect(fields.contains { $0[1] == demande }, "\(rows)")
    for id in [demande, new] {
      let shown = try #require(
        try Counter.objects(try counter.mssterm("show", id, "--json")).first)
      #expect((shown["order"] as? [String: Any])?["id"] as? String == id)
      let text = try counter.mssterm("show", id).out
      #expect(text.contains("remise") == (id == demande), "\(text)")
    }
    let undone = try counter.mssterm("undo", new, "--as", "LP")
    #expect(undone.code == 3)
    #expect(undone.err.contains("ne s'annule pas"), "\(undone.err)")
    #expect(!undone.err.contains("sorti"))
  }

  @Test func `undo names what it undid`() throws {
    let counter = try counter([Self.mail().bytes])
    let (id, _) = try first(counter)
    try #require(try counter.mssterm("take", id, "--as", "LP").code == 0)
    let undone = try counter.mssterm("undo", id, "--as", "LP")
    #expect(undone.code == 0)
    #expect(undone.out.contains("Annulé : prise"), "\(undone.out)")
  }

  @Test func `an unreadable message is not dumped; show says how to see its bytes`() throws {
    let counter = try counter([[UInt8](repeating: 0xFF, count: 5000)])
    let (id, _) = try first(counter, view: "quarantine")
    let shown = try counter.mssterm("show", id).out
    #expect(shown.contains("Message illisible : mssterm show \(id) --raw"), "\(shown)")
    #expect(!shown.contains("�"))
    let row = try counter.mssterm("list", "--view", "quarantine").out
    #expect(row.contains("expéditeur inconnu"), "\(row)")
  }

  @Test func `outbox: retry sends nothing that was stopped, release does`() throws {
    let counter = try counter([Self.mail().bytes])
    let (id, _) = try first(counter)
    let body = try counter.files.write("corps.txt", "Bonjour\n")
    let queued = try counter.mssterm("send", "--reply-to", id, "--body", body, "--as", "LP")
    let item = try #require(queued.out.components(separatedBy: "  ").first)
    try #require(try counter.mssterm("note", id, "allergie", "--as", "CM").code == 0)
    let store = try counter.store()
    #expect(try store.claimOutgoing(now: Timestamp(seconds: 4_000_000_000)) == nil)
    try #require(try store.outgoing(item)?.state == .held)
    let retried = try counter.start(["outbox", "retry", item, "--as", "LP"]).wait()
    #expect(retried.code == 3 && retried.err.contains("release"), "\(retried.err)")
    #expect(try store.outgoing(item)?.state == .held)
    let meant = try counter.start(["outbox", "release", item, "--as", "LP"]).wait()
    #expect(meant.code == 0, "\(meant.err)")
    #expect(try store.outgoing(item)?.state == .queued)
  }

  @Test func `outbox: what is not a verb is usage, a wrong state is named`() throws {
    let counter = try counter([Self.mail().bytes])
    let (id, _) = try first(counter)
    let body = try counter.files.write("corps.txt", "Bonjour\n")
    let queued = try counter.mssterm("send", "--reply-to", id, "--body", body, "--as", "LP")
    let item = try #require(queued.out.components(separatedBy: "  ").first)
    #expect(try counter.mssterm("outbox", "settle", item, "maybe", "--as", "LP").code == 64)
    #expect(try counter.mssterm("outbox", "bogus", item, "--as", "LP").code == 64)
    #expect(try counter.mssterm("outbox", "retry", "ozzz", "--as", "LP").code == 2)
    #expect(try counter.mssterm("outbox", "cancel", item, "--as", "LP").code == 0)
    for words in [["retry", item], ["settle", item, "sent"], ["cancel", item]] {
      let refused = try counter.start(["outbox"] + words + ["--as", "LP"]).wait()
      #expect(refused.code == 3)
      #expect(refused.err.contains("« annulé »"), "\(words) \(refused.err)")
    }
  }

  @Test func `doctor sees a file open to others, and --fix closes it`() throws {
    let counter = try counter([])
    let database = counter.storePath + "/store.sqlite"
    chmod(database, 0o644)
    chmod(counter.storePath, 0o755)
    let seen = try counter.mssterm("doctor")
    #expect(seen.code == 1)
    #expect(seen.out.contains("store.sqlite"), "\(seen.out)")
    let mended = try counter.mssterm("doctor", "--fix")
    #expect(mended.code == 0, "\(mended.out)")
    #expect(mode(database) == 0o600)
    #expect(mode(counter.storePath) == 0o700)
    #expect(try counter.mssterm("doctor").code == 0)
  }

  private func mode(_ path: String) -> Int {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_mode & 0o777) : -1
  }

  @Test func `a demonstration is for a terminal or a directory, and for its owner alone`() throws {
    let counter = try Counter()
    let environment = counter.environment
    let binary = try Products.binary("mssterm")
    let piped = try ChildProcess.run(binary, ["demo"], environment: environment)
    #expect(piped.code == 64)
    #expect(piped.out.isEmpty && piped.err.contains("--dir"), "\(piped.err)")
    let place = counter.files.path("demo")
    let made = try ChildProcess.run(
      binary, ["demo", "--dir", place, "--messages", "3"], environment: environment,
      within: .seconds(120))
    #expect(made.code == 0, "\(made.err)")
    for name in try FileManager.default.subpathsOfDirectory(atPath: place) {
      var facts = stat()
      try #require(stat(place + "/" + name, &facts) == 0)
      #expect(facts.st_mode & 0o077 == 0, "\(name)")
    }
  }

  @Test func `an unknown --color is a usage error of every command`() throws {
    let counter = try counter([])
    for words in [["list"], ["keys"], ["members", "list"], ["sync", "--once"]] {
      let refused = try counter.start(words + ["--color", "bogus"]).wait()
      #expect(refused.code == 64, "\(words)")
      #expect(refused.err.contains("auto, always, never"))
    }
    #expect(try counter.mssterm("list", "--color", "never").code == 0)
  }

  @Test func `a full disk under the output is said`() throws {
    let counter = try counter([Self.mail().bytes])
    let shell = try ChildProcess.run(
      "sh",
      [
        "-c", "\"$0\" list --view all --config \"$1\" > /dev/full",
        try Products.binary("mssterm"), counter.configuration,
      ], environment: counter.environment)
    #expect(shell.code == 1)
    #expect(shell.err.contains("le disque est plein"), "\(shell.err)")
  }
}
