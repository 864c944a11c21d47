import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// What the command line says to people, sentence by sentence.
@Suite("Sentences of the command line")
struct CommandMinorsTests {
  private let counter: Counter

  init() throws {
    counter = try Counter()
    try counter.addTeam()
    for index in 0..<4 {
      try counter.deliver(
        SampleOfficine(seed: 1, now: 1_795_167_720).mail(index).bytes, name: "\(index).un.test")
    }
    #expect(try counter.mssterm("sync", "--once").code == 0)
  }

  /// As Claire, in French.
  private func run(_ words: String...) throws -> ChildProcess.Outcome {
    try counter.start(words + (words.first == "search" ? [] : ["--as", "CM"]))
      .wait(within: .seconds(60))
  }

  private func demandes() throws -> [String] {
    try Counter.objects(run("list", "--json")).compactMap {
      ($0["order"] as? [String: Any])?["id"] as? String
    }
  }

  @Test func `config check says what each dated exception makes of its day`() throws {
    let own = try Counter(
      extra: """
        [hours]
        friday = ["08:30-12:30", "14:00-19:30"]
        closed = ["2027-08-02..2027-08-15"]
        [hours.garde]
        "2026-11-27" = ["20:00-08:00"]
        [hours.open]
        "2026-12-18" = ["08:30-16:00"]
        "2026-12-11" = []
        """)
    let check = try own.mssterm("config", "check")
    #expect(check.code == 0, "\(check.err)")
    #expect(
      check.out.split(separator: "\n").dropFirst() == [
        "2026-11-27 : garde 20:00-08:00 en plus de 08:30-12:30, 14:00-19:30",
        "2026-12-11 : fermé à la place de 08:30-12:30, 14:00-19:30",
        "2026-12-18 : 08:30-16:00 à la place de 08:30-12:30, 14:00-19:30",
        "2027-08-02..2027-08-15 : fermé",
      ], "\(check.out)")
  }

  /// Runs SQL on the store, as a hand would.
  private func touch(_ statements: String...) throws {
    let store = try counter.store()
    let path = store.databasePath
    store.close()
    let script =
      "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\n"
      + "for s in sys.argv[2:]: c.execute(s)\nc.commit()"
    let touched = try ChildProcess.run("python3", ["-c", script, path] + statements)
    try #require(touched.code == 0, "\(touched.err)")
  }

  @Test func `the team alone lists it, and tells a right that was said in vain`() throws {
    let calm = try counter.mssterm("members")
    #expect(calm.code == 0 && calm.err.isEmpty && calm.out.contains("Léa PETITJEAN"))
    let id = try #require(try counter.store().member("PL")?.id ?? counter.store().members()[1].id)
    try touch(
      "INSERT OR IGNORE INTO log_state (one, machine) VALUES (1, 'm1')",
      "INSERT INTO log_member (id, member, content, standing, lost) "
        + "VALUES ('r1', '\(id)', '{}', 'void', '[\"role\"]')")
    for words in [["members"], ["members", "list"]] {
      let told = try counter.start(words).wait(within: .seconds(60))
      #expect(told.code == 0 && told.err.contains("droits non changés"), "\(told.err)")
    }
  }

  @Test func `a birth that cannot be and a promise that is over are told`() throws {
    let id = try #require(demandes().first)
    for date in ["2099-01-01", "1885-01-01"] {
      let refused = try run("patient", id, "--name", "ESSAI Ève", "--birth-date", date)
      #expect(refused.code == 64 && refused.err.contains("1890"), "\(refused.err)")
    }
    let early = try run("mark", id, "promised", "00:00")
    #expect(early.code == 0 && early.err.contains("est passé aujourd’hui"), "\(early.err)")
    let over = try run("mark", id, "promised", "2026-01-02T08:00")
    #expect(over.code == 0 && over.err.contains("déjà passé"), "\(over.err)")
  }

  @Test func `nothing found is a sentence, and one of something is no plural`() throws {
    let none = try run("search", "zqxv")
    #expect(none.code == 0 && none.out.isEmpty && none.err.contains("Rien pour « zqxv »"))
    #expect(try run("search", "zqxv", "--json").err.isEmpty)
    let hour = try run("purge", "--before", "2026-01-02T20:00")
    #expect(hour.out == "Avant le 02/01/2026 à 20:00 : rien à purger.\n", "\(hour.out)")
    #expect(try run("purge", "--before", "2026-01-02").out.contains("02/01/2026 : rien"))
    #expect(try run("sync", "--once").err.contains("0 reçu, 0 demande, 0 envoyé"))
  }

  @Test func `a journal that was touched is told in sentences, with what to do`() throws {
    let store = try counter.store()
    let path = store.databasePath
    store.close()
    let script =
      "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]);"
      + "[c.execute('DROP TRIGGER '+r[0]) for r in c.execute("
      + "\"SELECT name FROM sqlite_master WHERE type='trigger'\""
      + " \" AND tbl_name='journal'\").fetchall()];"
      + "c.execute(\"UPDATE journal SET answer='x' WHERE seq=2\"); c.commit()"
    let touched = try ChildProcess.run(
      "python3", ["-c", script, path])
    try #require(touched.code == 0, "\(touched.err)")
    for words in [["journal", "verify"], ["verify"]] {
      let found = try counter.start(words + ["--as", "CM"]).wait(within: .seconds(60))
      #expect(found.code == 1, "\(found.err)")
      #expect(found.out.contains("La trace 2 n’est plus celle"), "\(found.out)")
      #expect(found.out.contains("(journal.digest 2)") && found.out.contains("→ Ne rien effacer"))
    }
  }

  @Test func `what was attached says where it went; an unknown word of a query is told`() throws {
    let ids = try demandes()
    try #require(ids.count > 2)
    let attached = try run("attach", ids[0], ids[1], "--different-patients")
    #expect(attached.code == 0, "\(attached.err)")
    let shown = try run("show", ids[1])
    #expect(shown.code == 3 && shown.err.contains("rattachée à \(ids[0])"), "\(shown.err)")
    let history = try run("show", ids[0])
    #expect(history.out.contains("1 message venu de"), "\(history.out)")

    let told = try run("list", "--filter", "foo:bar")
    #expect(told.code == 64 && told.err.contains("foo:") && told.err.contains("état:"))
    #expect(try run("search", "foo:bar").code == 64)
    #expect(try run("search", "rdv", "\"foo:bar\"").code == 0)
    #expect(try run("take", ids[2]).code == 0)
    let found = try run("search", "état:préparation", "--json")
    #expect(try Counter.objects(found).count == 1, "\(found.out) \(found.err)")
    let untaken = try run("search", "état:prendre", "--json")
    #expect(try Counter.objects(untaken).count == 3, "\(untaken.out)")
  }

  @Test func `a product, a day and an hour are read as on the screen, or the option is named`()
    throws
  {
    let id = try #require(try demandes().first)
    for text in ["Eliquis 5 mg × 2", "Eliquis 5 mg, 23/11"] {
      let refused = try run("mark", id, "missing", text)
      #expect(refused.code == 64 && refused.err.contains("--due 23/11"), "\(refused.err)")
    }
    let marked = try run("mark", id, "missing", "Levothyrox 12,5 µg", "--due", "demain")
    #expect(marked.code == 0, "\(marked.err)")
    #expect(try run("mark", id, "promised", "23:59").code == 0)
    #expect(try run("mark", id, "promised", "32:00").code == 64)
    let order = try #require(
      try Counter.objects(run("show", id, "--json")).first?["order"] as? [String: Any])
    let markers = try #require(order["markers"] as? [String: Any])
    #expect(markers["promised"] as? String != nil, "\(markers)")
    let other = try #require(try demandes().dropFirst().first)
    let closed = try run("status", other, "closed", "--reason", "doublon")
    #expect(closed.code == 0, "\(closed.err)")
    let again = try run("status", other, "closed", "--reason", "doublon")
    #expect(again.code == 3 && again.err.contains("traitée ou sans suite"), "\(again.err)")
  }

  @Test func `what is written wrong is told in French, and exits with 64`() throws {
    let surplus = try run("members", "disable", "LP", "NA")
    #expect(surplus.code == 64 && surplus.err.contains("Mot en trop : NA"), "\(surplus.err)")
    #expect(surplus.err.contains("Écrire :") && !surplus.err.contains("Error"), "\(surplus.err)")
    let missing = try run("take")
    #expect(missing.code == 64 && missing.err.contains("Il manque"), "\(missing.err)")
    let option = try run("list", "--zorg")
    #expect(option.code == 64 && option.err.contains("Option inconnue : --zorg"), "\(option.err)")
    #expect(try counter.mssterm("list", "--help").code == 0)
  }

  @Test func `undo takes back the mail that still waits when it is what was done last`() throws {
    let id = try #require(try demandes().first)
    #expect(try run("take", id).code == 0)
    let store = try counter.store()
    defer { store.close() }
    let claire = try #require(try store.member(initialsOrName: "CM"))
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let item = OutgoingItem(
      id: "oessai", messageID: "<oessai@pharmacie.example>", order: id,
      from: MailAddress(address: "pharmacie.dumarche@demonstration.mssante.fr"),
      to: [MailAddress(address: "a@demonstration.mssante.fr")], subject: "Essai", body: "Essai",
      author: Author(
        memberID: claire.id, name: "Claire", initials: "CM", poste: "comptoir 1"),
      queuedAt: now, notBefore: now.adding(seconds: 600))
    try store.enqueue(
      item, expecting: nil, draft: nil,
      by: Actor(member: claire, poste: "comptoir 1", isDeclared: true), eventID: "essai",
      now: now.adding(seconds: 1))
    let undone = try run("undo")
    #expect(undone.code == 0 && undone.out.contains("rien n’est parti"), "\(undone)")
    #expect(try store.outbox(states: [.cancelled]).map(\.id) == ["oessai"])
    #expect(try store.order(id)?.owner != nil, "the gesture before it stays")
    #expect(try store.drafts(of: claire.id).map(\.body) == ["Essai"])
    #expect(try run("undo", "--older").code == 0)
    #expect(try store.order(id)?.owner == nil)
  }
}
