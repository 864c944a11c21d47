import Domain
import Foundation
import Store
import TestKit
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What may happen to a terminal while somebody works.
@Suite(.serialized) struct TerminalTroubles {
  @Test func `U03 a storm of sizes under a dialog leaves what a fresh redraw shows`() throws {
    let demo = try TerminalDemo()
    let terminal = try demo.terminal()
    try terminal.press("w")
    try terminal.expect("Nom Prénom")
    for round in 0..<12 {
      for (columns, rows) in [(40, 12), (160, 45), (8 + round, 3), (120, 40), (79, 23)] {
        try terminal.resize(columns: columns, rows: rows)
      }
    }
    try terminal.resize(columns: 40, rows: 12)
    try terminal.expect("Nom Prénom")
    try terminal.resize(columns: 80, rows: 24)
    let after = try terminal.waitForScreen("the dialog in 80 columns") {
      $0.contains("Nom Prénom") && $0.contains("Toutes")
    }
    try terminal.pressAndSettle("C-l")
    // Ages and the clock go on: the digits may differ, nothing else.
    try terminal.waitForScreen("the same screen after a redraw") { still($0) == still(after) }
    try terminal.press("Escape")
    try terminal.expectGone("Nom Prénom")
    try terminal.press("q")
    #expect(try terminal.waitForExit() == 0)
  }

  private func still(_ screen: String) -> [String] {
    screen.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().map { line in
      String(line.map { $0.isNumber ? "0" : $0 })
    }
  }

  @Test func `a BAL that gets full is said on the open screen, and s says more`() throws {
    let files = try TemporaryDirectory()
    let terminal = try TmuxDriver(
      [try Products.binary("mssterm"), "--store", files.path("magasin")])
    try terminal.expect("Rien n'a encore été reçu ici")
    let store = try OfficineStore.open(at: files.path("magasin"), create: false)
    defer { store.close() }
    var health = SyncHealth()
    health.quota = .init(usedKiB: 970, limitKiB: 1_000)
    try store.setHealth(health)
    try terminal.expect("boîte pleine à 97 % (s)")
    try terminal.press("s")
    try terminal.expect("elle refuse les patients")
    try terminal.press("Escape")
    try terminal.expectGone("elle refuse les patients")
    health.quota = .init(usedKiB: 300, limitKiB: 1_000)
    try store.setHealth(health)
    try terminal.expectGone("boîte pleine")
    try terminal.press("q")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `M11 a terminal closed while somebody writes leaves the draft in the store`() throws {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.question)
    let terminal = try demo.terminal()
    try terminal.select(row.message.sender.display)
    try waitUntil("the worker to serve") {
      try Lease.isHeld(directory: demo.directory + "/magasin")
    }
    try terminal.press("r")
    try terminal.expect("Répondre à")
    try terminal.type("Bonjour, venez quand vous voulez")
    try terminal.expect("venez quand vous voulez")
    let pid = try terminal.processID()
    try terminal.closeTerminal()
    try waitUntil("the program to end") { kill(pid, 0) != 0 }
    try demo.waitForStore("the draft") { store in
      try store.drafts(of: "demo-claire").contains {
        $0.order == row.id && $0.body.contains("Bonjour, venez quand vous voulez")
      }
    }
    // The service of a demonstration does not outlive its screen.
    try waitUntil("the worker to end") {
      try !Lease.isHeld(directory: demo.directory + "/magasin")
    }
  }

  @Test func `R01 nothing that a hostile mail says reaches the terminal as a command`() throws {
    let demo = try TerminalDemo()
    let terminal = try demo.terminal(columns: 120, rows: 40)
    var mail = TestMail.hostile()
    mail.text += "prendre \u{202e}g 1\u{202c} ou \u{9b}31mrouge\u{2066}.\n"
    try demo.deliver(mail.bytes, name: "1.hostile.test")
    try terminal.waitForScreen("the hostile mail in the list", within: .seconds(60)) {
      $0.contains("DURAND Paul") || $0.contains("Paul") && $0.contains("fdp.exe")
    }
    try terminal.select("Paul")
    try terminal.press("Enter")
    try terminal.expect("et merci")
    try terminal.press("r")
    try terminal.expect("Répondre à")
    try terminal.press("Escape")
    try terminal.press("F12")
    try terminal.expect("écran caché")
    let screen = try terminal.screen()
    let text = String(decoding: terminal.recorded(), as: UTF8.self)
    #expect(text.contains("et merci"), "the recording is there")
    for seen in [text, screen] { #expect(harm(in: seen).isEmpty) }
    // The eye itself is looked at: what it must find, it finds.
    #expect(harm(in: "a\u{202e}b\u{9b}c\u{1b}]0;x\u{7}").count == 4)
  }

  /// Controls and direction marks, and the starts of titles, clipboards, device strings; a cleared
  /// screen too, which is never how the program's own drawing begins.
  private func harm(in text: String) -> [String] {
    let marks = text.unicodeScalars.filter {
      (0x80...0x9f).contains($0.value) || (0x202a...0x202e).contains($0.value)
        || (0x2066...0x2069).contains($0.value) || $0.value == 0 || $0.value == 7
    }
    return marks.map { "U+\(String($0.value, radix: 16))" }
      + ["]", "P", "X", "^", "_", "[2J"].filter { text.contains("\u{1b}" + $0) }
  }

  @Test func `without a terminal: a sentence, and no demonstration left behind`() throws {
    let outcome = try ChildProcess.run(Products.binary("mssterm"), [], within: .seconds(60))
    #expect(outcome.code == 64)
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.contains("terminal"), "\(outcome.err)")
  }

  @Test func `a terminal that cannot show a screen: a sentence, and exit code 1`() throws {
    let demo = try TerminalDemo()
    let terminal = try TmuxDriver(
      [
        "sh", "-c", "TERM=dumb exec \"$0\" demo --dir \"$1\"", try Products.binary("mssterm"),
        demo.directory,
      ])
    #expect(try terminal.waitForExit() == 1)
    try terminal.expect("TERM=xterm-256color")
  }
}
