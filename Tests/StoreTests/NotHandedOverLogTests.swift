import Domain
import TestKit
import Testing

@testable import Store

/// « Pas remise » said on one machine while something else happens on another.
@Suite struct NotHandedOverLogTests: TwoMachines {
  let pair: MachinePair
  private let id = Mail(n: 1).order

  init() throws { pair = try MachinePair() }

  /// Known to both as handed over by Claire.
  private func handedOver() throws -> LogServer {
    var server = try begin(with: Mail(n: 1))
    try a.store.act(.taken(over: nil), on: id, by: claire, event: "take")
    try a.store.act(
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: id, by: claire,
      event: "who")
    try a.store.act(.moved(to: .prepared, reason: nil), on: id, by: claire, event: "prepared")
    try a.store.act(.moved(to: .checked, reason: nil), on: id, by: claire, event: "checked")
    try a.store.act(.handedOver(HandOver(givenTo: "sa fille")), on: id, by: claire, event: "given")
    try settle(&server)
    return server
  }

  private func correction(_ machine: Machine) throws -> Gesture {
    try #require(try machine.store.order(id)?.handed).correction
  }

  private func areEqual() throws {
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
    #expect(try a.store.order(id)?.status == b.store.order(id)?.status)
    for machine in [a, b] { #expect(try machine.store.verify().problems == []) }
  }

  @Test func `said on another machine it is ready again on both, and its undoing stands on both`()
    throws
  {
    var server = try handedOver()
    try b.store.act(try correction(b), on: id, by: lea, event: "wrong")
    try settle(&server)
    #expect(try a.store.order(id)?.status == .checked)
    try areEqual()
    _ = try b.store.undo(on: id, by: lea, eventID: "u", now: later(300))
    try settle(&server)
    #expect(try a.store.order(id)?.status == .collected)
    #expect(try a.store.order(id)?.handed?.event == "given")
    try areEqual()
  }

  @Test func `its author takes the « remise » back at the same moment: one counts, both agree`()
    throws
  {
    var server = try handedOver()
    _ = try a.store.undo(on: id, by: claire, eventID: "u", now: later(300))
    try b.store.act(try correction(b), on: id, by: lea, event: "wrong")
    try settle(&server)
    #expect(try a.store.order(id)?.status == .checked)
    try areEqual()
  }

  @Test func `what came since stays new on both`() throws {
    var server = try handedOver()
    try a.store.take(Mail(n: 2, answering: 1))
    try a.sync(&server) { false }
    try b.store.act(try correction(b), on: id, by: lea, event: "wrong")
    try settle(&server)
    try b.store.take(Mail(n: 2, answering: 1))
    try settle(&server)
    for machine in [a, b] { #expect(try machine.store.order(id)?.hasNews == true) }
    try areEqual()
  }

  @Test func `begun again at the same moment it stays begun, and both agree`() throws {
    var server = try handedOver()
    for machine in [a, b] { try machine.store.take(Mail(n: 2, answering: 1)) }
    try settle(&server)
    try a.store.act(.taken(over: nil), on: id, by: claire, event: "again")
    try b.store.act(try correction(b), on: id, by: lea, event: "wrong")
    try a.sync(&server) { false }
    try settle(&server)
    for machine in [a, b] {
      let order = try machine.store.order(id)
      #expect(order?.status == .preparing && order?.owner?.memberID == claire.member.id)
    }
    try areEqual()
  }
}
