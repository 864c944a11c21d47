import Domain
import Foundation
import Store
import TestKit
import Testing

/// A whole visit of the demonstration, byte by byte, and what a lock leaves of it.
@Suite(.serialized) struct LockEndToEnd {
  @Test(arguments: [(80, 24), (120, 40)])
  func `P01 P10: a visit shows no matricule, and after the lock nothing of it is left`(
    columns: Int, rows: Int
  ) throws {
    let demo = try TerminalDemo()
    let visit = try Visit(demo, columns: columns, rows: rows)
    let terminal = visit.terminal
    try visit.walk()
    visit.showedNoMatricule()

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
    let locked = MatriculeShapes.plain(Array(terminal.recorded().dropFirst(seen)))
    for word in try canaries(demo) { #expect(!locked.contains(word), "\(word)") }
    // Another member: the queue, and nothing of what was open.
    try terminal.type("SH")
    try terminal.press("Enter")
    try terminal.expect("Sami HADDAD agit à ce poste")
    let other = MatriculeShapes.plain(Array(terminal.recorded().dropFirst(seen)))
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
    return names.filter { $0.count > 4 } + (try texts(demo)) + [Visit.note, Visit.answer]
  }

  private func texts(_ demo: TerminalDemo) throws -> [String] {
    let store = try demo.store()
    defer { store.close() }
    let rows = try store.page(of: .all, member: nil, after: nil, limit: 100).rows
    let bodies = try rows.compactMap { try store.body($0.message.id)?.text }
    return Array(Set(bodies.flatMap { $0.split(separator: "\n") }.map(String.init)))
      .filter { $0.count > 20 }
  }

  /// A preparer's own code is right and signs no check; that it was tried is traced.
  private func preparerSignsNothing(
    _ terminal: TmuxDriver, _ store: OfficineStore, _ id: Order.ID
  ) throws {
    try terminal.type("LP1357")
    try terminal.press("Enter")
    try terminal.expect("Il faut un pharmacien")
    let lines = try store.journal(limit: 10_000).filter {
      $0.order == id && $0.answer == "refused.needs-pharmacist"
    }
    #expect(lines.map(\.author.initials) == ["LP"] && lines.map(\.action) == ["move.checked"])
    try terminal.pressAndSettle("Escape")
    try terminal.press("c")
    try terminal.expect("Contrôler l'ordonnance")
  }

  @Test func `P01 K09: an alarm rings behind the lock, and tells nothing of whom it is about`()
    throws
  {
    let demo = try TerminalDemo()
    // It came a moment ago: nothing about it is late yet.
    let row = try demo.waiting(.prescription)
    let terminal = try demo.terminal()
    let before = try terminal.expect("alarmes")
    try terminal.press("C-k")
    let locked = try terminal.expect("écran verrouillé")
    let seen = terminal.recorded().count
    func since() -> String { MatriculeShapes.plain(Array(terminal.recorded().dropFirst(seen))) }
    // On another poste a promise is noted whose time has passed.
    let store = try demo.store()
    defer { store.close() }
    let lea = try #require(try store.member("demo-lea"))
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    _ = try store.perform(
      .marked(.promised(now.adding(seconds: -60))), on: row.id, expecting: nil,
      by: Actor(member: lea, poste: "comptoir 2", isDeclared: true), policy: Policy(),
      eventID: "promesse-1", now: now)
    // The bell itself; that which ends a title is no bell and was taken out.
    try waitUntil("the bell", seen: since) { since().contains("\u{7}") }
    let after = try terminal.expect("écran verrouillé")
    #expect(after.contains("à prendre") == locked.contains("à prendre"))
    for text in [after, since(), try terminal.normalScreen()] {
      for word in try canaries(demo) { #expect(!text.contains(word), "\(word)\n\(text)") }
    }
    try terminal.type("CM")
    try terminal.press("Enter")
    let open = try terminal.expect("alarmes")
    #expect(alarms(open) == alarms(before).map { $0 + 1 }, "\(open)")
  }

  private func alarms(_ screen: String) -> Int? {
    screen.firstMatch(of: /⚠ ([0-9]+) alarmes/).flatMap { Int($0.output.1) }
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
    let row = try waiting(in: store, now)
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
    try goToCheck(terminal)
    try terminal.press("c")
    try terminal.expect("Contrôler l'ordonnance")
    try preparerSignsNothing(terminal, store, row.id)
    try terminal.type("CM4817")
    try terminal.press("Enter")
    try demo.waitForStore("the check") { try $0.order(row.id)?.status == .checked }
    let last = try #require(try store.events(of: row.id).last)
    #expect(last.author.memberID == "demo-claire" && !last.author.isDeclared)
    try terminal.expect("Léa P.")
  }

  /// What waits for a check, its patient named: nothing but the signature is missing.
  private func waiting(in store: OfficineStore, _ now: Timestamp) throws -> QueueRow {
    let claire = try #require(try store.member("demo-claire"))
    let row = try #require(
      try store.page(of: .check, member: nil, after: nil, limit: 5).rows.first)
    _ = try store.perform(
      .patientNamed(Patient(name: "ESSAI Ève", source: .person)), on: row.id, expecting: nil,
      by: Actor(member: claire, poste: "x", isDeclared: false), policy: Policy(),
      eventID: "essai-1", now: now)
    return row
  }

  private func goToCheck(_ terminal: TmuxDriver) throws {
    for _ in 0..<40 {
      if try terminal.screen().contains("[À contrôler") { break }
      try terminal.pressAndSettle("Tab")
    }
    try terminal.pressAndSettle("Home")
  }

  @Test func `P02: a screen that was open before the first code asks for it all the same`() throws {
    let demo = try TerminalDemo()
    let store = try demo.store()
    defer { store.close() }
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let row = try waiting(in: store, now)
    let terminal = try demo.terminal()
    try terminal.act(as: "Claire MOREAU")
    try goToCheck(terminal)
    try store.setPIN(
      of: "demo-claire", hash: PIN.hash("4817"), isProvisional: false, by: nil, now: now)
    try terminal.press("c")
    try terminal.expect("Contrôler l'ordonnance")
    #expect(try store.order(row.id)?.status == .prepared)
    try terminal.type("4817")
    try terminal.press("Enter")
    try demo.waitForStore("the check") { try $0.order(row.id)?.status == .checked }
    let last = try #require(try store.events(of: row.id).last)
    #expect(last.author.memberID == "demo-claire" && !last.author.isDeclared)
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
