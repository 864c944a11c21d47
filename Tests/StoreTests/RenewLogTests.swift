import Domain
import TestKit
import Testing

@testable import Store

/// A renewal and what happens to its old demande meanwhile, on another machine.
@Suite struct RenewLogTests: TwoMachines {
  let pair: MachinePair
  private let id = Mail(n: 1).order

  init() throws { pair = try MachinePair() }

  @Test func `a colleague's word on the old demande never takes a renewal back`() throws {
    var server = try begin(with: Mail(n: 1))
    try a.store.act(.moved(to: .closed, reason: "remise"), on: id, by: claire, event: "close")
    for machine in [a, b] { try machine.store.take(Mail(n: 3, answering: 1)) }
    try settle(&server)
    try #require(try a.store.order(id)?.hasNews == true)
    // Here the log waits; there somebody speaks first.
    _ = try a.store.renew(
      id, newID: "dre", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(320))
    try a.store.act(.taken(over: nil), on: "dre", by: claire, event: "take")
    try b.store.act(.marked(.shelf("4")), on: id, by: lea, event: "urgent")
    try b.sync(&server) { false }
    try settle(&server)
    for machine in [a, b] {
      #expect(try machine.store.order("dre")?.owner?.memberID == claire.member.id)
      #expect(try machine.store.order(id)?.hasNews == true, "nobody saw it with that mark")
      #expect(try machine.store.verify().problems == [])
    }
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }
}
