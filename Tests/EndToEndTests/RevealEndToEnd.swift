import Domain
import Foundation
import Store
import TestKit
import Testing

/// The one key that shows a number whole.
@Suite(.serialized) struct RevealEndToEnd {
  @Test func `P03: h shows it for a while that is counted down; the journal names who and which`()
    throws
  {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.question)
    let ins = try #require(row.message.sender.ins)
    let terminal = try demo.terminal()
    try terminal.select(row.message.sender.display)
    try terminal.expect(ins.masked())
    #expect(try reveals(demo).isEmpty)
    try terminal.press("h")
    try terminal.expect(ins.grouped)
    try terminal.expect("Numéros en clair encore")
    let line = try #require(try reveals(demo).first)
    #expect(line.author.memberID == "demo-claire" && line.order == row.id)
    #expect(!"\(line)".contains(ins.matricule.prefix(13)) && line.request.isEmpty)
    // Nobody presses anything: its time runs by itself.
    try terminal.waitForScreen("the seconds to run") { seconds($0).map { $0 <= 17 } ?? false }
    if Self.isSoak {
      try terminal.expectGone("Numéros en clair encore")
      #expect(try terminal.screen().contains(ins.masked()))
      try terminal.press("h")
      try terminal.expect(ins.grouped)
    }
    // Another demande, and back: hidden again, and a new line for a new look.
    try terminal.press("Up")
    try terminal.expectGone("Numéros en clair encore")
    try terminal.select(row.message.sender.display)
    try terminal.expect(ins.masked())
    #expect(try !terminal.screen().contains(ins.grouped))
    let before = try reveals(demo).count
    try terminal.press("h")
    try terminal.expect(ins.grouped)
    try terminal.press("h")
    try terminal.expect(ins.masked())
    #expect(try reveals(demo).count == before + 1, "hiding is no look")
    // The lock takes it away at once.
    try terminal.press("h")
    try terminal.expect(ins.grouped)
    try terminal.press("C-k")
    try terminal.expect("écran verrouillé")
    for screen in [try terminal.screen(), try terminal.normalScreen()] {
      #expect(!screen.contains(ins.grouped) && !screen.contains(ins.matricule))
    }
  }

  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  private func seconds(_ screen: String) -> Int? {
    screen.firstMatch(of: /en clair encore ([0-9]+) s/).flatMap { Int($0.output.1) }
  }

  private func reveals(_ demo: TerminalDemo) throws -> [JournalLine] {
    let store = try demo.store()
    defer { store.close() }
    return try store.journal(limit: 10_000).filter { $0.action == "ins.reveal" }
  }
}
