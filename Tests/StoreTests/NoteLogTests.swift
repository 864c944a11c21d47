import Domain
import Foundation
import GRDB
import Testing

@testable import Store

/// Notes between machines: never refused without a word, never nowhere.
@Suite struct NoteLogTests: TwoMachines {
  let pair: MachinePair
  let id = Mail(n: 1).order

  init() throws { pair = try MachinePair() }

  private func begin() throws -> LogServer {
    try begin(with: Mail(n: 1), Mail(n: 2, answering: 1))
  }

  private func split(_ store: OfficineStore) throws {
    _ = try store.split(
      Mail.id(2), from: id, newID: "dnew", by: lea, eventIDs: ("split", "open", "arrive"),
      now: later(100))
  }

  @Test func `a note on a split that is turned down goes to where it was split from`() throws {
    var server = try begin()
    try split(b.store)
    try b.store.act(.noted("vu avec le médecin"), on: "dnew", by: lea, event: "note")
    try a.store.act(.marked(.urgent), on: id, by: claire, event: "urgent")
    try a.sync(&server) { false }
    try settle(&server)
    guard case .refused = try b.store.fate(ofEvent: "split") else {
      Issue.record("the split was accepted")
      return
    }
    #expect(try b.store.fate(ofEvent: "note") == .confirmed)
    for machine in [a, b] {
      let notes = try machine.store.events(of: id).filter {
        $0.gesture == .noted("vu avec le médecin")
      }
      #expect(notes.map(\.author.name) == ["Léa"])
      #expect(try machine.store.order(id)?.noteCount == 1)
      #expect(try machine.store.verify().problems == [])
    }
    let told = try b.store.refusedGestures(of: lea.member.id).map(\.id)
    #expect(told.contains("split") && !told.contains("note"))
  }

  @Test func `nothing is acknowledged on a demande that was turned down and only an answer keeps`()
    throws
  {
    var server = try begin()
    try split(b.store)
    try b.store.enqueue(
      answer("o1", on: "dnew", by: lea), expecting: nil, draft: nil, by: lea, eventID: "queued",
      now: later(101))
    try a.store.act(.marked(.urgent), on: id, by: claire, event: "urgent")
    try a.sync(&server) { false }
    try settle(&server)
    #expect(try b.store.order("dnew") != nil)
    #expect(
      problem { try b.store.act(.noted("perdu ?"), on: "dnew", by: lea, event: "lost") }
        == .refused(.withdrawn))
    #expect(try b.store.journal(limit: 9).last?.answer == "refused.withdrawn")
    #expect(
      problem {
        _ = try b.store.attach(
          "dnew", to: id, by: lea, eventIDs: ("x", "y"), now: later(200))
      } == .refused(.withdrawn))
    #expect(try b.store.fate(ofEvent: "lost") == .none)
    // Its answer still leaves, and is settled.
    _ = try b.store.claimOutgoing(now: later(300))
    try b.store.storeBuilt("o1", bytes: [1])
    try b.store.markFinalDot("o1", now: later(300))
    try b.store.settle("o1", .sent(answer: "250"), now: later(301))
    #expect(try b.store.outgoing("o1")?.state == .sent)
    #expect(try b.store.verify().problems == [])
  }

  @Test func `what was confirmed and came too late after a lost log is told as taken back`() throws
  {
    var server = try begin()
    try b.store.act(.marked(.urgent), on: id, by: lea, event: "first")
    try b.sync(&server) { false }
    #expect(try b.store.fate(ofEvent: "first") == .confirmed)
    server.boxes[1] = nil
    // The other machine never saw it, begins anew, and goes on.
    try a.sync(&server) { false }
    try a.sync(&server) { false }
    try a.store.act(.marked(.originalAwaited), on: id, by: claire, event: "second")
    try a.sync(&server) { false }
    try settle(&server)
    guard case .refused(.takenBack(.stale)) = try b.store.fate(ofEvent: "first") else {
      Issue.record("\(try b.store.fate(ofEvent: "first"))")
      return
    }
    #expect(try b.store.refusedGestures(of: lea.member.id).map(\.id) == ["first"])
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }
}
