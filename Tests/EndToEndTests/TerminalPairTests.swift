import Domain
import Foundation
import Store
import TestKit
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Two terminals on one officine.
@Suite(.serialized) struct TerminalPairs {
  @Test func `S01 both press p on one demande: one has it, the other reads who`() throws {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.prescription)
    let (claire, lea) = try pair(demo, on: row)
    try claire.press("p")
    try lea.press("p")
    try demo.waitForStore("one of them to have it") { try $0.order(row.id)?.owner != nil }
    let owner = try #require(try demo.order(row.id).owner)
    let loser = owner.name == "Claire" ? lea : claire
    // Whoever saw it taken before the key was asked instead.
    try loser.waitForScreen("who has it") {
      $0.contains("Prise par \(owner.name)") || $0.contains("la demande à \(owner.name) ?")
    }
    let store = try demo.store()
    defer { store.close() }
    let takes = try store.events(of: row.id).count {
      if case .taken = $0.gesture { true } else { false }
    }
    #expect(takes == 1)
    #expect(try store.verify().problems.isEmpty)
  }

  /// The design asks for 60 ms: `MSSTERM_SOAK=1`, on a quiet machine, holds it to that. Shared ones
  /// get a wide bound, still well under the 2 s of the fallback. The figures are printed.
  @Test func `D02 a change in one terminal is on the other's screen at once`() throws {
    let demo = try TerminalDemo()
    let row = try demo.waiting(.question)
    let (claire, lea) = try pair(demo, on: row)
    var delays: [Duration] = []
    for _ in 0..<(Self.isSoak ? 100 : 20) {
      try claire.press("m")
      try claire.expect("Repères")
      let before = lea.recorded().count
      try claire.press("Enter")
      let pressed = ContinuousClock.now
      try spin("the marker on the other screen") {
        lea.recorded().dropFirst(before).firstRange(of: Array("urgent".utf8)) != nil
      }
      delays.append(ContinuousClock.now - pressed)
      try claire.expect("u pour annuler")
      try claire.press("u")
      try claire.expect("Annulé")
      try lea.waitForScreen("the marker to go") { !TmuxDriver.selectedLine($0).contains("urgent") }
    }
    delays.sort()
    let (count, median) = (delays.count, delays[delays.count / 2])
    let late = (p95: delays[count * 95 / 100], worst: delays[count - 1])
    print("two terminals: seen after \(median) (median of \(count)), \(late)")
    #expect(median < .milliseconds(500))
    if Self.isSoak { #expect(median <= .milliseconds(60), "\(delays)") }
  }

  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  /// Claire and Léa, both with that demande selected in the queue.
  private func pair(
    _ demo: TerminalDemo, on row: QueueRow
  ) throws -> (claire: TmuxDriver, lea: TmuxDriver) {
    let claire = try demo.terminal()
    let lea = try demo.terminal()
    try lea.act(as: "Léa PETITJEAN")
    for terminal in [claire, lea] { try terminal.select(row.message.sender.display) }
    return (claire, lea)
  }

  /// `waitUntil` looks every 5 ms, which is too coarse for a figure.
  private func spin(_ what: String, _ condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while !condition() {
      guard ContinuousClock.now < deadline else {
        throw WaitTimedOut(what: what, limit: .seconds(30))
      }
      sched_yield()
    }
  }
}
