import Domain
import Foundation
import Store
import TestKit
import Testing

/// Who has it, what is ready and what is taken back, from the command line.
@Suite("Team commands")
struct TeamEndToEnd {
  private let counter: Counter
  private let ids: [String]

  init() throws {
    counter = try Counter()
    for number in 1...3 {
      let mail = TestMail(
        from: .init("Jeanne MARTIN", "\(CommandTests.matricule)@patient.mssante.fr"),
        subject: "Ordonnance \(number)", text: "Bonjour",
        messageID: "\(number)@patient.mssante.fr")
      try counter.deliver(mail.bytes, name: "179516772\(number).m\(number).test")
    }
    try #require(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    try #require(
      try counter.mssterm("members", "add", "Sami HADDAD", "--role", "preparateur").code == 0)
    ids = try Counter.objects(counter.mssterm("list", "--view", "all", "--json")).compactMap {
      ($0["order"] as? [String: Any])?["id"] as? String
    }
    try #require(ids.count == 3)
  }

  private func owner(_ id: String) throws -> [String: Any]? {
    let shown = try Counter.objects(counter.mssterm("show", id, "--json")).first
    return (shown?["order"] as? [String: Any])?["owner"] as? [String: Any]
  }

  @Test func `D13 assign, reassign and undo without an ID`() throws {
    let given = try counter.mssterm("assign", ids[0], "--to", "LP", "--as", "CM")
    #expect(given.code == 0, "\(given.err)")
    #expect(try owner(ids[0])?["given_by"] as? String == "Claire")
    // What Léa has is not given away without saying so.
    let held = try counter.mssterm("assign", ids[0], "--to", "SH", "--as", "CM")
    #expect(held.code == 3 && held.err.contains("Léa"), "\(held.err)")
    #expect(try counter.mssterm("assign", ids[0], "--to", "ZZ", "--as", "CM").code == 2)
    #expect(try counter.mssterm("take", ids[1], "--as", "LP").code == 0)
    let all = try counter.mssterm("reassign", "--from", "LP", "--to", "SH", "--as", "CM")
    #expect(all.code == 0 && all.out.split(separator: "\n").count == 2, "\(all.out)\(all.err)")
    for id in ids.prefix(2) { #expect(try owner(id)?["initials"] as? String == "SH") }
    // One step back a time, each named.
    for _ in 1...2 {
      let undone = try counter.mssterm("undo", "--as", "CM")
      #expect(undone.code == 0 && undone.out.contains("Annulé : confiée à Sami"), "\(undone.out)")
    }
    for id in ids.prefix(2) { #expect(try owner(id)?["initials"] as? String == "LP") }
    #expect(try counter.mssterm("undo", "--as", "SH").code == 3, "Sami did nothing")
    let shown = try counter.mssterm("show", ids[0]).out
    #expect(shown.contains("[annulé] confiée à Sami (était chez Léa) par Claire"), "\(shown)")
    #expect(shown.contains("annule : confiée à Sami"))
    #expect(try counter.mssterm("verify").code == 0)
  }

  @Test func `D13 a last gesture that stays is not skipped in silence`() throws {
    #expect(try counter.mssterm("take", ids[0], "--as", "CM").code == 0)
    let attached = try counter.mssterm(
      "attach", ids[1], ids[2], "--different-patients", "--as", "CM")
    #expect(attached.code == 0)
    let refused = try counter.mssterm("undo", "--as", "CM")
    #expect(refused.code == 3 && refused.err.contains("--older"), "\(refused.err)")
    #expect(try owner(ids[0])?["initials"] as? String == "CM")
    let older = try counter.mssterm("undo", "--older", "--as", "CM")
    #expect(older.code == 0 && older.out.contains("Annulé : prise"), "\(older.out)\(older.err)")
    #expect(try owner(ids[0]) == nil)
  }

  @Test func `two persons are never put together unasked`() throws {
    let (one, two) = (ids[0], ids[1])
    for (id, name) in [(one, "MOREL Anaïs"), (two, "ROUX André")] {
      let named = try counter.mssterm("patient", id, "--name", name, "--as", "CM")
      try #require(named.code == 0, "\(named.err)")
    }
    let all = try counter.store()
    let before = try all.events(of: two).count
    let refused = try counter.mssterm("attach", one, two, "--as", "CM")
    #expect(refused.code == 3, "\(refused.err)")
    #expect(refused.err.contains("--different-patients"), "\(refused.err)")
    #expect(try all.events(of: two).count == before, "nothing was done")
    let meant = try counter.mssterm("attach", one, two, "--different-patients", "--as", "CM")
    #expect(meant.code == 0, "\(meant.err)")
    // Nobody looks at a form here: which of the two it is for is said before the check.
    for words in [
      ["kind", one, "prescription"], ["take", one], ["status", one, "prepared"],
    ] {
      let outcome = try counter.start(words + ["--as", "CM"]).wait(within: .seconds(60))
      try #require(outcome.code == 0, "\(words) \(outcome.err)")
    }
    let checked = try counter.mssterm("status", one, "checked", "--as", "CM")
    #expect(checked.code == 3 && checked.err.contains("mssterm patient"), "\(checked.err)")
    #expect(!checked.err.contains("ROUX"), "no patient in a sentence about one")
    let said = try counter.mssterm("patient", one, "--name", "MOREL Anaïs", "--as", "CM")
    #expect(said.code == 0, "\(said.err)")
    #expect(try counter.mssterm("status", one, "checked", "--as", "CM").code == 0)
  }

  @Test func `a reminder is queued once, and its bytes can be read before`() throws {
    let id = ids[0]
    #expect(try counter.mssterm("remind", id, "--as", "LP").code == 3, "not ready")
    for words in [
      ["kind", id, "prescription", "--as", "LP"], ["take", id, "--as", "LP"],
      ["patient", id, "--name", "MARTIN Jeanne", "--as", "LP"],
      ["status", id, "prepared", "--as", "LP"], ["status", id, "checked", "--as", "CM"],
    ] {
      let outcome = try counter.start(words).wait(within: .seconds(60))
      try #require(outcome.code == 0, "\(words) \(outcome.err)")
    }
    let bytes = try counter.mssterm("remind", id, "--dry-run", "--as", "LP")
    #expect(bytes.code == 0 && bytes.out.contains("Subject: Re: Ordonnance"), "\(bytes.err)")
    #expect(try counter.store().outbox(states: [.queued]).isEmpty)
    let queued = try counter.mssterm("remind", id, "--as", "LP")
    #expect(queued.code == 0, "\(queued.err)")
    let item = try #require(try counter.store().outbox(states: [.queued]).first)
    #expect(item.purpose == .reminder && item.body.contains("prête"))
    let again = try counter.mssterm("remind", id, "--as", "CM")
    #expect(again.code == 3 && again.err.contains("Léa"), "\(again.err)")
    let anew = try counter.mssterm("remind", id, "--again", "--as", "CM")
    #expect(anew.code == 0, "\(anew.err)")
  }

  @Test func `the three lines of a handing over are in the history`() throws {
    let id = ids[0]
    for words in [
      ["kind", id, "prescription", "--as", "LP"], ["take", id, "--as", "LP"],
      ["patient", id, "--name", "MARTIN Jeanne", "--as", "LP"],
      ["status", id, "prepared", "--as", "LP"], ["status", id, "checked", "--as", "CM"],
      [
        "status", id, "partial", "--owed", "Eliquis 5 mg", "--original-seen", "yes",
        "--given-to", "sa fille", "--as", "LP",
      ],
    ] {
      let outcome = try counter.start(words).wait(within: .seconds(60))
      try #require(outcome.code == 0, "\(words) \(outcome.err)")
    }
    let shown = try counter.mssterm("show", id).out
    #expect(shown.contains("original ou QR vu"), "\(shown)")
    #expect(shown.contains("reste dû : Eliquis 5 mg × 1") && shown.contains("sa fille"))
    let promised = try Counter.objects(counter.mssterm("list", "--view", "promised", "--json"))
    #expect(promised.count == 1)
    #expect(try counter.mssterm("status", id, "collected", "--owed", "X", "--as", "LP").code == 64)
    // M10: what was promised does not go out of sight because nobody was asked.
    for options in [[], ["--given-to", "elle"]] {
      let silent = try counter.start(["status", id, "collected", "--as", "LP"] + options).wait()
      #expect(silent.code == 3 && silent.err.contains("--nothing-owed"), "\(silent.err)")
    }
    #expect(try counter.store().order(id)?.status == .partial)
    let whole = try counter.mssterm(
      "status", id, "collected", "--nothing-owed", "--given-to", "elle", "--as", "LP")
    #expect(whole.code == 0, "\(whole.err)")
    let event = try #require(try counter.store().events(of: id).last)
    #expect(event.gesture == .handedOver(HandOver(givenTo: "elle")))
  }

  @Test func `M5, M13 what a colleague works on is closed and attached only over them, by name`()
    throws
  {
    let (mine, other) = (ids[0], ids[1])
    #expect(try counter.start(["take", mine, "--as", "LP"]).wait().code == 0)
    for words in [
      ["status", mine, "closed", "--reason", "doublon"],
      ["attach", other, mine, "--different-patients"],
    ] {
      let refused = try counter.start(words + ["--as", "CM"]).wait()
      #expect(refused.code == 3 && refused.err.contains("Léa"), "\(words) \(refused.err)")
    }
    let closing = ["status", mine, "closed", "--reason", "doublon", "--over", "--as", "CM"]
    let closed = try counter.start(closing).wait()
    #expect(closed.code == 0, "\(closed.err)")
    let gestures = try counter.store().events(of: mine).map(\.gesture).suffix(2)
    guard case .taken(over: .some, _)? = gestures.first else {
      Issue.record("\(gestures)")
      return
    }
    #expect(gestures.last == .moved(to: .closed, reason: "doublon"))
    #expect(try counter.start(["status", mine, "seen", "--as", "CM"]).wait().code == 3, "no news")
  }
}
