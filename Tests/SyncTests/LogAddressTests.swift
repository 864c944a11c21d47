import Domain
import Store
import TestKit
import Testing

@testable import Sync

/// Machines that write the BAL's address differently: nobody believes itself heard.
@Suite struct LogAddressTests {
  let team: SimulatedTeam
  private let other = "comptoir@operateur.mssante.example"

  init() throws { team = try SimulatedTeam() }

  @Test func `a machine with another address is told both before it says anything`() throws {
    let (a, b) = try team.pair()
    let stranger = try team.machine("XX")
    stranger.address = other
    let before = team.server.taken
    #expect(
      team.failure(stranger) == .otherAddress(here: other, there: Bureau.address.lowercased()))
    #expect(team.server.taken == before)
    #expect(try stranger.store.teamLog() == nil)
    // Only the case differs: the same address.
    stranger.address = Bureau.address.uppercased()
    try stranger.restart()
    try team.settle([stranger, a, b])
    #expect(try stranger.store.order(team.order) != nil)
    try team.expectEqual([a, b, stranger])
  }

  @Test func `an address that changes on one machine first: the other one confirms nothing`() throws
  {
    let (a, b) = try team.pair()
    try b.act(.taken(over: nil), on: team.order, event: "take-b")
    a.address = other
    try a.restart()
    try a.act(.marked(.urgent), on: team.order, event: "urgent-a")
    try a.sync()
    let failure = SyncFailure.otherAddress(here: Bureau.address, there: other)
    for _ in 1...2 { #expect(team.failure(b) == failure) }
    #expect(try b.store.fate(ofEvent: "take-b") == .pending)
    // A new machine is told too, whichever of the two it has.
    let fresh = try team.machine("CC")
    #expect(team.failure(fresh) == failure)
    // The same everywhere: all is said and heard, nothing was lost.
    for machine in [b, fresh] {
      machine.address = other
      try machine.restart()
    }
    try team.settle([b, fresh, a])
    #expect(try b.store.fate(ofEvent: "take-b") == .confirmed)
    #expect(try fresh.store.order(team.order)?.owner?.memberID == b.member.id)
    #expect(try fresh.store.order(team.order)?.markers.isUrgent == true)
    try team.expectEqual([a, b, fresh])
  }

  @Test func `both were off and changed: what each said before under the former address is heard`()
    throws
  {
    let (a, b) = try team.pair()
    for machine in [a, b] {
      try machine.act(.noted("avant"), on: team.order, event: "note-\(machine.name)")
    }
    // Said, and not heard by the other one yet.
    try a.sync()
    team.server.lateness = { 6 }
    _ = try b.clerk.pass()
    team.server.lateness = { 0 }
    for machine in [a, b] {
      machine.address = other
      try machine.restart()
    }
    try team.settle([a, b])
    #expect(try a.store.order(team.order)?.noteCount == 2)
    try team.expectEqual([a, b])
    // The epoch says it under the new one only.
    let fresh = try team.machine("CC")
    fresh.address = other
    try team.settle([fresh, a, b])
    #expect(try fresh.store.order(team.order)?.noteCount == 2)
  }

  @Test func `a wrong address that is put right again leaves nobody stuck`() throws {
    let (a, b) = try team.pair()
    a.address = "faute@" + Bureau.address
    try a.restart()
    try a.act(.taken(over: nil), on: team.order, event: "take-a")
    try a.sync()
    #expect(team.failure(b) != nil)
    a.address = Bureau.address
    try a.restart()
    try team.settle([a, b])
    #expect(try b.store.order(team.order)?.owner?.memberID == a.member.id)
    try team.expectEqual([a, b])
  }

  @Test func `both addresses are in the health and in the error, in both languages`() throws {
    let machine = try team.machine("AA")
    let failure = SyncFailure.otherAddress(here: "a@un.example", there: "b@deux.example")
    LogHealthDesk(store: machine.store, log: nil, now: { noon }).fail(failure, nextAttempt: nil)
    let health = try #require(try machine.store.teamLogHealth())
    #expect(health.obstacle == .address && health.obstacle?.needsPerson == true)
    #expect(health.address == "a@un.example" && health.otherAddress == "b@deux.example")
    for text in [failure.french, failure.english] {
      #expect(text.contains("a@un.example") && text.contains("b@deux.example"), "\(text)")
    }
    #expect(failure.exitCode == 78 && failure.code == "teamlog.address")
    LogHealthDesk(store: machine.store, log: nil, now: { noon }).confirm(isPushed: false)
    #expect(try machine.store.teamLogHealth()?.otherAddress == nil)
  }
}
