import Domain
import Foundation
import TestKit
import Testing

private let screenIsHere = (try? Products.program("screen")) != nil

/// GNU screen instead of tmux: its session goes on without the person too.
@Suite(.serialized, .enabled(if: screenIsHere, "GNU screen is missing: apt-get install screen"))
struct ScreenLockEndToEnd {
  @Test func `P01: leaving GNU screen locks, before anybody comes back`() throws {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.question)
    let sockets = try demo.files.directory("prises")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: sockets)
    let program = try Products.program("screen")
    let outer = ["env", "-u", "TMUX", "-u", "TMUX_PANE", "SCREENDIR=\(sockets)", program, "-U"]
    let session = "officine"
    func screen(_ words: String...) throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        "env", Array(outer.dropFirst()) + ["-S", session] + words,
        environment: ChildProcess.environment(home: demo.files.path("home")))
    }
    let first = try TmuxDriver(
      outer + ["-c", "/dev/null", "-S", session, try Products.binary("mssterm")]
        + ["demo", "--dir", demo.directory])
    defer { _ = try? screen("-X", "quit") }
    try first.expect("À prendre")
    try first.select(row.message.sender.display)
    // Long enough for the program to have seen that somebody is there.
    let turns = first.idleCount
    try waitUntil("the program to look around") { first.idleCount > turns + 2 }
    #expect(try screen("-d").code != 127)
    #expect(try first.waitForExit() == 0, "detached")

    // screen's own picture of the terminal, which nobody is at.
    let picture = demo.files.path("image")
    var seen = ""
    try waitUntil("the lock behind everybody's back", seen: { seen }) {
      _ = try screen("-X", "hardcopy", picture)
      let bytes = FileManager.default.contents(atPath: picture) ?? Data()
      seen = String(decoding: bytes, as: UTF8.self)
      return seen.contains("verrouill")
    }
    #expect(!seen.contains(row.message.sender.display) && !seen.contains(row.message.title))
    let back = try TmuxDriver(outer + ["-S", session, "-r"])
    let screen = try back.waitForScreen("the lock") { $0.contains("verrouill") }
    #expect(!screen.contains(row.message.sender.display))
    #expect(!back.isShowing(row.message.sender.display))
  }
}

extension TmuxDriver {
  fileprivate func isShowing(_ text: String) -> Bool {
    (try? normalScreen().contains(text)) ?? false
  }
}
