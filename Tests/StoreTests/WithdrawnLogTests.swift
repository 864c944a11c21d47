import Domain
import Foundation
import GRDB
import Testing

@testable import Store

/// Mail and documents for demandes to which nothing can happen any more: none of it stops the mail
/// or the log.
@Suite struct WithdrawnLogTests: TwoMachines {
  let pair: MachinePair
  let id = Mail(n: 1).order

  init() throws { pair = try MachinePair() }

  private var reply: Mail {
    var reply = Mail(n: 3)
    reply.references = ["<o1@officine.example>"]
    return reply
  }

  /// A demande that is split on one machine, answered there, and moved on elsewhere meanwhile.
  private func begin() throws -> LogServer {
    var server = try begin(with: Mail(n: 1), Mail(n: 2, answering: 1))
    _ = try b.store.split(
      Mail.id(2), from: id, newID: "dnew", by: lea, eventIDs: ("split", "open", "arrive"),
      now: later(100))
    try b.store.enqueue(
      answer("o1", on: "dnew", by: lea), expecting: nil, draft: nil, by: lea, eventID: "queued",
      now: later(101))
    try a.store.act(.marked(.urgent), on: id, by: claire, event: "urgent")
    try a.sync(&server) { false }
    return server
  }

  private func expectTogether() throws {
    guard case .refused = try b.store.fate(ofEvent: "split") else {
      Issue.record("the split was accepted")
      return
    }
    for machine in [a, b] {
      #expect(try machine.store.order(ofMessage: reply.id)?.id == id)
      #expect(try machine.store.order(id)?.messages == [1, 2, 3].map(Mail.id))
      #expect(try machine.store.verify().problems == [])
    }
    #expect(try b.store.order("dnew")?.messages == [])
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }

  @Test func `what the log turned down is no damage once there is no log any more`() throws {
    var server = try begin()
    try settle(&server)
    #expect(try b.store.order("dnew")?.messages == [])
    try b.store.turnOffTeamLog(by: .mailbox, now: later(500))
    #expect(try b.store.verify().problems == [])
  }

  @Test
  func `a reply to what was sent from a split that was turned down goes to where it was split`()
    throws
  {
    var server = try begin()
    try settle(&server)
    try b.store.take(reply)
    try settle(&server)
    try a.store.take(reply)
    try settle(&server)
    try expectTogether()
  }

  @Test func `a reply that came before the split was turned down goes there too`() throws {
    var server = try begin()
    try b.store.take(reply)
    #expect(try b.store.order(ofMessage: reply.id)?.id == "dnew")
    try settle(&server)
    try a.store.take(reply)
    try settle(&server)
    try expectTogether()
  }

  @Test func `a reply for a split whose own demande was purged meanwhile is a new demande`() throws
  {
    var server = try begin()
    try settle(&server)
    try a.store.act(.moved(to: .closed, reason: "fini"), on: id, by: claire, event: "close")
    try settle(&server)
    _ = try a.store.beginPurge(before: later(10_000), by: claire.author, now: later(20_000))
    try finish(a)
    try settle(&server)
    try b.store.take(reply)
    try settle(&server)
    for machine in [a, b] { #expect(try machine.store.order(reply.order)?.messages == [reply.id]) }
  }

  @Test func `what was turned down goes with its answer when it is as old as what is purged`()
    throws
  {
    var server = try begin()
    try b.store.act(.noted("zqxnotew"), on: "dnew", by: lea, event: "note")
    try b.store.act(.marked(.shelf("zqxbacw")), on: "dnew", by: lea, event: "shelf")
    try settle(&server)
    #expect(try b.store.fate(ofEvent: "split") != .confirmed)
    _ = try b.store.claimOutgoing(now: later(300))
    try b.store.storeBuilt("o1", bytes: [1])
    try b.store.markFinalDot("o1", now: later(300))
    try b.store.settle("o1", .sent(answer: "250"), now: later(301))
    let limit = later(10_000)
    #expect(try b.store.retentionSurvey(before: limit, now: later(20_000)).demandes == 1)
    #expect(try b.store.beginPurge(before: limit, by: claire.author, now: later(20_000)))
    try finish(b)
    #expect(try b.store.outgoing("o1")?.body == "")
    let left = try b.store.read {
      try String.fetchAll(
        $0,
        sql: """
          SELECT gesture FROM event WHERE demande = 'dnew'
          UNION SELECT snapshot FROM demande WHERE id = 'dnew'
          """)
    }
    #expect(!left.joined().contains("zqx"), "\(left)")
    #expect(try b.store.retentionSurvey(before: limit, now: later(20_000)).demandes == 0)
    #expect(try b.store.order("dnew")?.status == .closed)
    // Its other machines never had it, and nothing is said to them.
    #expect(try b.store.teamLog()?.pending == 0)
    for machine in [a, b] { #expect(try machine.store.verify().problems == []) }
    try settle(&server)
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }

  @Test func `a document that is read while its demande waits for its purge is stored`() throws {
    var server = LogServer()
    try a.store.take(Mail(n: 1))
    try settle(&server)
    try a.store.act(.moved(to: .closed, reason: "fini"), on: id, by: claire, event: "close")
    try settle(&server)
    _ = try a.store.beginPurge(before: later(10_000), by: claire.author, now: later(20_000))
    try finish(a)
    #expect(try a.store.purgesWaiting() == 1)
    let document = ReadableDocument(
      attachment: 1, kind: .xdm, state: .done, text: "Amoxicilline")
    try a.store.storeDocument(
      document, of: Mail.id(1), patient: Patient(name: "Jeanne MARTIN", source: .document),
      now: later(20_001))
    #expect(try a.store.order(id)?.patient == nil)
    try settle(&server)
    #expect(try a.store.beginToldPurge(now: later(20_002)))
    try finish(a)
    #expect(try a.store.raw(Mail.id(1)) == nil)
    #expect(try a.store.verify().problems == [])
  }

  @Test func `a demande, its purge and a note that was refused for it may be heard at once`() throws
  {
    var server = try begin(with: Mail(n: 1))
    try a.store.act(.moved(to: .closed, reason: "fini"), on: id, by: claire, event: "close")
    try settle(&server)
    _ = try a.store.beginPurge(before: later(10_000), by: claire.author, now: later(20_000))
    try finish(a)
    try a.sync(&server) { false }
    try b.store.act(.noted("zqxtardw"), on: id, by: lea, event: "late", at: 15_000)
    try settle(&server)
    let c = try machine("c")
    for _ in 0..<3 { try c.sync(&server) { false } }
    #expect(try c.store.teamLogDigest() == a.store.teamLogDigest())
    #expect(try c.store.order(id)?.purgedAt != nil)
    #expect(try c.store.history(of: id).first { $0.id == "late" }?.gesture == .noted(""))
    #expect(try c.store.search("zqxtardw", limit: 9).isEmpty)
    #expect(try c.store.verify().problems == [])
  }
}
