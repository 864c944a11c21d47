import Domain
import Foundation
import Store
import TestKit
import Testing

/// Who is believed when a screen is started, again and again.
@Suite struct OpeningEndToEnd {
  @Test func `P01 P02: starting it again goes round no lock where several people take turns`()
    throws
  {
    let demo = try TerminalDemo()
    let store = try demo.store()
    defer { store.close() }
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    try store.setPIN(
      of: "demo-claire", hash: PIN.hash("4817"), isProvisional: false, by: nil, now: now)
    let names = try store.page(of: .todo, member: nil, after: nil, limit: 50).rows
      .map(\.message.sender.display).filter { $0.count > 4 }

    let terminal = try demo.terminal(isLocked: true)
    let locked = try terminal.expect("Code")
    #expect(!locked.contains("À prendre") && !names.contains { locked.contains($0) }, "\(locked)")
    #expect(try !store.journal(limit: 10_000).contains { $0.action == "unlock" })
    try terminal.type("CM4817")
    try terminal.press("Enter")
    try terminal.expect("Claire MOREAU agit à ce poste")
    #expect(try store.journal(limit: 10_000).contains { $0.action == "unlock" })
    // The account's own member goes on as if nothing had stood before: a row is selected.
    #expect(!TmuxDriver.selectedLine(try terminal.screen()).isEmpty)
    // A second terminal of the same account proves nothing either.
    _ = try demo.terminal(isLocked: true)

    // One person's own: the account is enough.
    let path = demo.directory + "/config.toml"
    try String(contentsOfFile: path, encoding: .utf8)
      .replacing("[poste]\n", with: "[poste]\nshared = false\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    _ = try demo.terminal()
    _ = try demo.terminal(environment: ["MSSTERM_POSTE": "bureau"])
  }
}
