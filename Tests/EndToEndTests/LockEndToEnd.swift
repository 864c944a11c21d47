import Domain
import Foundation
import Store
import TestKit
import Testing

/// A whole visit of the demonstration, byte by byte, and what a lock leaves of it.
@Suite(.serialized) struct LockEndToEnd {
  /// Text without the terminal's own sequences; they become a mark that no number crosses.
  private func plain(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let sequence = /\u{1B}(\[[0-9;?<>=]*[A-Za-z]|\][^\u{07}]*\u{07}|[()][A-Z0-9]|[=>78cM])/
    return text.replacing(sequence, with: "\u{1}")
  }

  /// Every place of 13 or 15 characters in the shape of a matricule, one separator at most
  /// between two of them.
  private func shapes(in text: String) -> [String] {
    let gap = "[ .\u{A0}-]?"
    let fields = [
      "(?:^|[^0-9])[12]", "[0-9]{2}", "(?:0[1-9]|1[0-2]|[2-9][0-9])", "(?:[0-9]{2}|2[AB])",
      "[0-9]{3}", "[0-9]{3}",
    ]
    let pattern = fields.joined(separator: gap) + "(?:\(gap)[0-9]{2})?(?![0-9])"
    guard let shape = try? Regex(pattern) else { return ["the pattern is broken"] }
    return text.matches(of: shape).map { String(text[$0.range]) }
  }

  /// Digits and Corsica's letters alone: a known number is found in any spacing.
  private func squeezed(_ text: String) -> String {
    String(text.filter { $0.isNumber || $0 == "A" || $0 == "B" })
  }

  private func walk(_ terminal: TmuxDriver, note: String, answer: String) throws {
    var views: Set<String> = []
    for _ in 0..<40 {
      let screen = try terminal.pressAndSettle("Tab")
      let isNew = views.insert(String(screen.drop { $0 != "[" }.prefix { $0 != "]" })).inserted
      if !isNew, screen.contains("[À prendre") { break }
    }
    try terminal.expect("[À prendre")
    try terminal.pressAndSettle("Home")
    try terminal.pressAndSettle("Enter")
    for key in ["v", "PageDown", "End", "Escape"] { try terminal.pressAndSettle(key) }
    for key in ["e", "m", "t", ":", "w", "F2", "F1", "s"] {
      try terminal.pressAndSettle(key)
      try terminal.pressAndSettle("Escape")
    }
    try terminal.press("F3")
    for text in ["martin", "2", "7", " ", "9"] {
      try terminal.type(text)
      try terminal.pressAndSettle("Down")
    }
    try terminal.pressAndSettle("Escape")
    try terminal.pressAndSettle("Home")
    try terminal.pressAndSettle("n")
    try terminal.type(note)
    try terminal.expect(note)
    try terminal.pressAndSettle("Escape")
    try terminal.pressAndSettle("Enter")
    try terminal.pressAndSettle("r")
    try terminal.expect("Répondre à")
    try terminal.type(answer)
    try terminal.expect(answer)
    try terminal.pressAndSettle("C-e")
    try terminal.pressAndSettle("Escape")
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func `P01 P10: a visit shows no matricule, and after the lock nothing of it is left`(
    columns: Int, rows: Int
  ) throws {
    let demo = try TerminalDemo()
    let terminal = try demo.terminal(columns: columns, rows: rows)
    try walk(terminal, note: "noteCanari", answer: "reponseCanari")
    let visit = plain(terminal.recorded())
    #expect(shapes(in: visit).isEmpty, "\(shapes(in: visit))")
    let digits = squeezed(visit.replacing("\u{1}", with: ""))
    for number in Set(demo.matricules) {
      #expect(!digits.contains(number.prefix(13)), "\(number)")
    }
    #expect(visit.contains("noteCanari") && visit.contains("reponseCanari"), "the canaries sang")

    try terminal.press("C-k")
    try terminal.expect("écran verrouillé")
    let seen = terminal.recorded().count
    for screen in [try terminal.screen(), try terminal.normalScreen()] {
      for word in try canaries(demo) { #expect(!screen.contains(word), "\(word)\n\(screen)") }
    }
    // Keys do nothing: neither a letter nor a paste brings anything back.
    try terminal.type("pq")
    try terminal.paste("noteCanari")
    try terminal.press("Down", "F3", "F12", "C-z", "Escape")
    try terminal.expect("écran verrouillé")
    let locked = plain(Array(terminal.recorded().dropFirst(seen)))
    for word in try canaries(demo) { #expect(!locked.contains(word), "\(word)") }
    // Another member: the queue, and nothing of what was open.
    try terminal.type("SH")
    try terminal.press("Enter")
    try terminal.expect("Sami HADDAD agit à ce poste")
    let other = plain(Array(terminal.recorded().dropFirst(seen)))
    for word in ["reponseCanari", "Répondre à"] + (try texts(demo)) {
      #expect(!other.contains(word), "\(word)")
    }
    // The author finds both again.
    try terminal.press("C-k")
    try terminal.expect("écran verrouillé")
    try terminal.type("CM")
    try terminal.press("Enter")
    try terminal.expect("Claire MOREAU agit à ce poste")
    try demo.waitForStore("the note and the draft") { store in
      try store.keptNotes(of: "demo-claire").values.contains("noteCanari")
        && store.drafts(of: "demo-claire").contains { $0.body.contains("reponseCanari") }
    }
    try terminal.press("q")
    #expect(try terminal.waitForExit() == 0)
    let left = try terminal.screen()
    for word in try canaries(demo) { #expect(!left.contains(word), "\(word)\n\(left)") }
  }

  /// Names, subjects and texts of everything in the demonstration.
  private func canaries(_ demo: TerminalDemo) throws -> [String] {
    let store = try demo.store()
    defer { store.close() }
    let rows = try store.page(of: .all, member: nil, after: nil, limit: 100).rows
    let names = rows.map(\.message.sender.display) + rows.map(\.message.title)
    return names.filter { $0.count > 4 } + (try texts(demo)) + ["noteCanari", "reponseCanari"]
  }

  private func texts(_ demo: TerminalDemo) throws -> [String] {
    let store = try demo.store()
    defer { store.close() }
    let rows = try store.page(of: .all, member: nil, after: nil, limit: 100).rows
    let bodies = try rows.compactMap { try store.body($0.message.id)?.text }
    return Array(Set(bodies.flatMap { $0.split(separator: "\n") }.map(String.init)))
      .filter { $0.count > 20 }
  }

  @Test func `P02: codes, the growing wait, a provisional code, and a pharmacist who signs`() throws
  {
    let demo = try TerminalDemo()
    let store = try demo.store()
    defer { store.close() }
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    for (id, pin) in [("demo-claire", "4817"), ("demo-lea", "2468")] {
      try store.setPIN(
        of: id, hash: PIN.hash(pin), isProvisional: id == "demo-lea", by: nil, now: now)
    }
    let claire = try #require(try store.member("demo-claire"))
    let row = try #require(
      try store.page(of: .check, member: nil, after: nil, limit: 5).rows.first)
    _ = try store.perform(
      .patientNamed(Patient(name: "ESSAI Ève", source: .person)), on: row.id, expecting: nil,
      by: Actor(member: claire, poste: "x", isDeclared: false), policy: Policy(),
      eventID: "essai-1", now: now)
    let terminal = try demo.terminal(isLocked: true)
    try terminal.expect("Code")
    for _ in 0..<3 {
      try terminal.type("CM0000")
      try terminal.press("Enter")
      try terminal.waitForScreen("the answer") {
        $0.contains("Code faux") || $0.contains("réessayer dans")
      }
      // Settled: an Escape right before a letter would be Alt with that letter.
      try terminal.pressAndSettle("Escape")
    }
    #expect(try store.journal(limit: 10_000).filter { $0.action == "pin.wrong" }.count == 3)
    // Léa's code was given by a responsable: she chooses her own.
    try terminal.type("LP2468")
    try terminal.press("Enter")
    try terminal.expect("provisoire")
    try terminal.type("1357")
    try terminal.press("Enter")
    try terminal.type("1357")
    try terminal.press("Enter")
    try terminal.expect("Léa PETITJEAN agit à ce poste")
    #expect(try !store.isPINProvisional(of: "demo-lea"))
    #expect(try store.journal(limit: 10_000).contains { $0.action == "unlock" })
    try store.clearPINFailures(of: "demo-claire")
    for _ in 0..<40 {
      if try terminal.screen().contains("[À contrôler") { break }
      try terminal.pressAndSettle("Tab")
    }
    try terminal.pressAndSettle("Home")
    try terminal.press("c")
    try terminal.expect("Contrôler l'ordonnance")
    try terminal.type("CM4817")
    try terminal.press("Enter")
    try demo.waitForStore("the check") { try $0.order(row.id)?.status == .checked }
    let last = try #require(try store.events(of: row.id).last)
    #expect(last.author.memberID == "demo-claire" && !last.author.isDeclared)
    try terminal.expect("Léa P.")
  }

  @Test func `P01: leaving tmux locks, also while somebody is attached to another session`() throws
  {
    let demo = try TerminalDemo()
    let terminal = try demo.terminal()
    _ = try terminal.command("new-session", "-d", "-s", "autre", "sleep", "600")
    let neighbour = try TmuxDriver(terminal.attaching(to: "autre"))
    let person = try TmuxDriver(terminal.attaching())
    try person.expect("À prendre")
    // Long enough for the screen to have asked tmux who is there.
    try waitUntil("both to be attached") {
      try terminal.command("list-clients", "-F", "x").filter { $0 == "x" }.count == 2
    }
    let (turns, asked) = (terminal.idleCount, ContinuousClock.now + .seconds(8))
    try waitUntil("the screen to have asked tmux") {
      terminal.idleCount > turns + 4 && .now > asked
    }
    _ = try terminal.command("detach-client", "-s", "0")
    try terminal.expect("écran verrouillé")
    _ = (neighbour, person)
  }
}
