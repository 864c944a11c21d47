import Domain
import Foundation
import Samples
import Store
import TestKit
import Testing

/// What two people at two terminals see of each other.
@Suite(.serialized) struct TalkEndToEnd {
  /// Claire and Léa, both with that demande selected.
  private func pair(
    _ demo: TerminalDemo, on row: QueueRow
  ) throws -> (claire: TmuxDriver, lea: TmuxDriver) {
    let claire = try demo.terminal()
    let lea = try demo.terminal(columns: 120, rows: 40)
    try lea.act(as: "Léa PETITJEAN")
    for terminal in [claire, lea] { try terminal.select(row.message.sender.display) }
    return (claire, lea)
  }

  @Test func `presence is seen on the other screen, and gone after kill -9`() throws {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.prescription)
    let (claire, lea) = try pair(demo, on: row)
    try claire.expect("Léa lit")
    try lea.press("r")
    try lea.expect("Répondre à")
    try claire.expect("Léa répond")
    #expect(TmuxDriver.selectedLine(try claire.screen()).hasSuffix("»"))
    // Known before one starts writing, and while one does.
    try claire.press("r")
    try claire.expect("Léa répond aussi (")
    try lea.expect("Claire répond aussi (")
    let folder = demo.directory + "/magasin/presence"
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    let killed = try ChildProcess.run("kill", ["-9", "\(lea.processID())"])
    #expect(killed.code == 0)
    try claire.expectGone("Léa répond aussi")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    // Esc keeps the draft; nobody is left.
    try claire.press("Escape")
    try claire.expectGone("Répondre à")
    let alone = try claire.screen()
    #expect(!alone.contains("Léa lit") && !alone.contains("Léa répond"), "\(alone)")
  }

  @Test func `O13: a note stops the answer twice, is read, mentions its reader and never leaves`()
    throws
  {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.question)
    let (claire, lea) = try pair(demo, on: row)
    try claire.press("r")
    try claire.expect("Répondre à")
    try claire.type("Bonjour, c'est noté.")
    try write("@cla", completed: "@Claire", "elle passe demain", lea)
    try claire.press("C-e")
    // The review itself says so, and Enter does not send over it.
    try claire.expect("Relire avant d'envoyer")
    try claire.expect("Depuis que vous avez ouvert cette réponse")
    try claire.press("Enter")
    let stopped = try claire.expect("Envoyer quand même")
    #expect(
      stopped.contains("note par Léa") && stopped.contains("elle passe"), "\(stopped)")
    #expect(stopped.contains("Envoyer quand même"))
    try demo.waitForStore("nothing to be queued") { try $0.outbox(states: [.queued]).isEmpty }
    // Knowing that, she sends; then something else happens in the time of grace.
    try claire.press("Enter")
    try claire.expect("u pour annuler")
    try write("", completed: "", "finalement ce soir", lea)
    try claire.expect("réponse retenue", within: .seconds(60))
    let left = demo.directory + "/envois/new"
    #expect(try FileManager.default.contentsOfDirectory(atPath: left).isEmpty)
    #expect(try claire.screen().contains("1 note pour vous"))
    try claire.press("r")
    let held = try claire.expect("Réponse retenue : rien n'est parti")
    #expect(held.contains("finalement ce soir") && !held.contains("elle passe demain"))
    try claire.press("b")
    try claire.expectGone("rien n'est parti")
    try demo.waitForStore("the answer to be taken back") {
      try $0.outbox(states: [.cancelled]).count == 1 && $0.outbox(states: [.held]).isEmpty
    }
    // The mention is read where it was written.
    try claire.press("F8")
    try claire.expect("Léa vous écrit")
    try claire.press("Escape")
    try claire.expectGone("1 note pour vous")
    #expect(try FileManager.default.contentsOfDirectory(atPath: left).isEmpty)
  }

  private func write(
    _ begun: String, completed: String, _ text: String, _ terminal: TmuxDriver
  ) throws {
    try terminal.press("n")
    try terminal.expect("Note interne, jamais envoyée")
    if !begun.isEmpty {
      try terminal.type(begun)
      try terminal.expect("Tab \(completed)")
      try terminal.press("Tab")
      try terminal.expect(completed)
    }
    try terminal.type(text)
    try terminal.expect(text)
    try terminal.press("Enter")
    try terminal.expectGone("jamais envoyée")
  }

  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  @Test func `D15 four processes write notes at once: all are kept, in one order`() throws {
    let counter = try Counter()
    try counter.deliver(
      SampleOfficine(seed: 3, now: 1_795_167_720).mail(0).bytes, name: "1.un.test")
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    let each = Self.isSoak ? 250 : 4
    for round in 0..<each {
      let writers = try (0..<4).map { writer in
        try counter.start([
          "note", row, "note", "\(writer)-\(round)", "--as", writer % 2 == 0 ? "LP" : "CM",
        ])
      }
      for writer in writers { #expect(try writer.wait(within: .seconds(60)).code == 0) }
    }
    let store = try counter.store()
    defer { store.close() }
    let order = try #require(try store.order(ofMessage: row))
    let notes = try store.events(of: order.id).compactMap {
      if case .noted(let note) = $0.gesture { note.forTheTeam } else { nil }
    }
    #expect(notes.count == 4 * each && Set(notes).count == 4 * each)
    #expect(order.noteCount == 4 * each)
    for writer in 0..<4 {
      let own = notes.filter { $0.hasPrefix("note \(writer)-") }
      #expect(own == (0..<each).map { "note \(writer)-\($0)" })
    }
    #expect(try store.events(of: order.id).map(\.number) == Array(1...(4 * each + 2)))
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `a mention is listed for its member by the command too`() throws {
    let counter = try Counter()
    try counter.deliver(
      SampleOfficine(seed: 3, now: 1_795_167_720).mail(0).bytes, name: "1.un.test")
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    let noted = try counter.mssterm("note", row, "@LP", "tu peux voir ?", "--as", "CM")
    #expect(noted.code == 0 && !noted.err.contains("@"), "\(noted.err)")
    let unknown = try counter.mssterm("note", row, "@Samy vois", "--as", "CM")
    #expect(unknown.code == 0 && unknown.err.contains("@Samy"), "\(unknown.err)")
    func mentions(_ initials: String) throws -> [String] {
      try Counter.objects(
        counter.mssterm("list", "--view", "mentions", "--json", "--as", initials)
      ).compactMap { $0["id"] as? String }
    }
    #expect(try mentions("LP") == [row])
    #expect(try mentions("CM").isEmpty)
  }
}
