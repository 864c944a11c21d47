import Domain
import Testing

@testable import Store

/// A patient's mail attached to somebody else's demande.
@Suite struct WriterTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  private let benoit = Patient(
    name: "PRÉVOST Benoît", ins: INS("179035121518989"), source: .sender)
  private let andre = Patient(name: "CREPIN André", source: .person)
  private let his = Mail(n: 1, name: "Benoît PRÉVOST")
  private let doctors = Mail(n: 2, name: "Dr BARRÉ", address: "nora.barre@medecin.example")

  init() throws {
    officine = try Officine()
    var his = his
    his.patient = benoit
    try officine.store.take(his, doctors)
  }

  private func attach() throws {
    _ = try store.attach(
      his.order, to: doctors.order, by: claire, eventIDs: ("a", "b"), now: later(300))
  }

  private func found(_ text: String) throws -> [Order.ID] {
    let query = try ViewQuery.parse(text, now: later(400))
    return try store.matching(
      query, member: nil, clock: WorkClock(now: later(400)), limit: 9
    ).rows.map(\.id)
  }

  @Test func `it is told, and the demande is found under the name of who wrote`() throws {
    try store.act(.patientNamed(andre), on: doctors.order, event: "n")
    try attach()
    let order = try #require(try store.order(doctors.order))
    #expect(order.patient == andre && order.otherPatients == [benoit])
    #expect(try found("pour:prevost") == [doctors.order])
    // A person settles it: whose mail is here is still said and found.
    try store.act(.patientNamed(andre), on: doctors.order, event: "n2", at: 310)
    #expect(try store.order(doctors.order)?.otherPatients == [])
    #expect(try store.order(doctors.order)?.writers == [benoit])
    #expect(try found("pour:prevost") == [doctors.order])
    #expect(try found("pour:crepin") == [doctors.order])
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `a doctor's demande without a patient asks too`() throws {
    try attach()
    let order = try #require(try store.order(doctors.order))
    #expect(order.patient == nil && order.otherPatients == [benoit])
  }

  @Test func `for whom a person said on it before is not asked anew`() throws {
    try store.act(.patientNamed(andre), on: his.order, event: "s")
    try store.act(.patientNamed(andre), on: doctors.order, event: "n")
    try attach()
    let order = try #require(try store.order(doctors.order))
    #expect(order.otherPatients == [] && order.writers == [benoit])
  }

  @Test func `a renewal before anybody settled it asks again`() throws {
    try store.act(.patientNamed(andre), on: doctors.order, event: "n")
    try attach()
    try store.act(.moved(to: .closed, reason: "x"), on: doctors.order, event: "c", at: 310)
    let new = try store.renew(
      doctors.order, newID: "dnew", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(320))
    #expect(new.patient?.name == andre.name && new.patient?.isConfirmed == true)
    #expect(new.otherPatients.map(\.name) == [benoit.name])
  }
}
