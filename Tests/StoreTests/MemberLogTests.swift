import Domain
import Testing

@testable import Store

/// Members between machines: nobody comes back by an older word of theirs.
@Suite struct MemberLogTests: TwoMachines {
  let pair: MachinePair
  private let boss = claire.author

  init() throws { pair = try MachinePair() }

  private func begin() throws -> LogServer {
    var server = LogServer()
    var chief = member("id-claire", "Claire BONNEFOY")
    chief.isResponsable = true
    try a.store.addMember(chief, pinHash: "h0", by: nil, now: later(0))
    try a.store.addMember(
      member("id-lea", "Léa PETITJEAN", .preparateur), pinHash: "h1", by: boss, now: later(0))
    try settle(&server)
    return server
  }

  private var stores: [OfficineStore] { [a.store, b.store] }

  @Test func `an older word about a code or a name does not bring back who was disabled`() throws {
    var server = try begin()
    try a.store.setDisabled("id-lea", true, by: boss, now: later(1))
    try b.store.setPIN(of: "id-lea", hash: "h2", by: lea.author, now: later(2))
    var renamed = try #require(try b.store.member("id-lea"))
    renamed.name = "Léa DUPRÉ"
    renamed.role = .adjoint
    try b.store.updateMember(renamed, by: boss, now: later(3))
    try a.sync(&server) { false }
    try settle(&server)
    for store in stores {
      let now = try #require(try store.member("id-lea"))
      #expect(now.isDisabled && now.name == "Léa DUPRÉ" && now.role == .adjoint)
      #expect(try store.pinHash(of: "id-lea") == "h2")
    }
  }

  @Test func `a new code of an older view brings no older name back`() throws {
    var server = try begin()
    var renamed = try #require(try a.store.member("id-lea"))
    renamed.name = "Léa DUPRÉ"
    try a.store.updateMember(renamed, by: boss, now: later(1))
    try b.store.setPIN(of: "id-lea", hash: "h2", by: lea.author, now: later(2))
    try a.sync(&server) { false }
    try settle(&server)
    for store in stores {
      #expect(try store.member("id-lea")?.name == "Léa DUPRÉ")
      #expect(try store.pinHash(of: "id-lea") == "h2")
    }
  }

  @Test func `who was disabled comes back when a responsable who knows it says so`() throws {
    var server = try begin()
    try a.store.setDisabled("id-lea", true, by: boss, now: later(1))
    try settle(&server)
    try b.store.setDisabled("id-lea", false, by: boss, now: later(2))
    try settle(&server)
    for store in stores { #expect(try store.member("id-lea")?.isDisabled == false) }
  }

  @Test func `an older enabling does not undo a newer disabling, across epochs too`() throws {
    var server = try begin()
    try a.store.setDisabled("id-lea", true, by: boss, now: later(1))
    try settle(&server)
    // Both enable; one disables again before the other's word has come.
    try b.store.setDisabled("id-lea", false, by: boss, now: later(2))
    try a.store.setDisabled("id-lea", false, by: boss, now: later(2))
    try a.store.setDisabled("id-lea", true, by: boss, now: later(3))
    try a.sync(&server) { false }
    try settle(&server)
    for store in stores { #expect(try store.member("id-lea")?.isDisabled == true) }
    try a.seal(&server)
    try settle(&server)
    for store in stores { #expect(try store.member("id-lea")?.isDisabled == true) }
    let c = try machine("c")
    for _ in 0..<4 { try c.sync(&server) { false } }
    #expect(try c.store.member("id-lea")?.isDisabled == true)
    // From there on it goes on as before.
    try c.store.setDisabled("id-lea", false, by: boss, now: later(4))
    for _ in 0..<3 { try c.sync(&server) { false } }
    try settle(&server)
    for store in stores { #expect(try store.member("id-lea")?.isDisabled == false) }
  }

  @Test func `a word about one right takes nothing from another responsable's word about another`()
    throws
  {
    var server = try begin()
    var promoted = try #require(try a.store.member("id-lea"))
    promoted.role = .adjoint
    try a.store.updateMember(promoted, by: boss, now: later(1))
    var leaving = try #require(try b.store.member("id-lea"))
    leaving.until = later(90_000)
    try b.store.updateMember(leaving, by: boss, now: later(1))
    try b.sync(&server) { false }
    try settle(&server)
    for store in stores {
      let now = try #require(try store.member("id-lea"))
      #expect(now.role == .adjoint && now.until == later(90_000))
    }
    // The same in a new epoch, and of two words about one right the first counts.
    try a.seal(&server)
    try settle(&server)
    try a.store.setDisabled("id-lea", true, by: boss, now: later(2))
    try settle(&server)
    for (store, role) in zip(stores, [Role.remplacant, .etudiant]) {
      var next = try #require(try store.member("id-lea"))
      next.role = role
      try store.updateMember(next, by: boss, now: later(3))
    }
    try b.sync(&server) { false }
    try settle(&server)
    for store in stores { #expect(try store.member("id-lea")?.role == .etudiant) }
    // Whoever decides on the machine where it was said in vain is told, until it was read.
    let told = try a.store.logNotices(of: "id-claire").lostRights
    #expect(told.map(\.name) == ["Léa PETITJEAN"] && told.first?.rights == [.role])
    #expect(try a.store.logNotices(of: "id-lea").lostRights.isEmpty)
    #expect(try b.store.logNotices(of: "id-claire").lostRights.isEmpty)
    try a.store.acknowledgeRefusals(told.map(\.id))
    try a.seal(&server)
    try settle(&server)
    #expect(try a.store.logNotices(of: "id-claire").lostRights.isEmpty)
  }

  @Test func `what a responsable changes of somebody is so on every machine`() throws {
    var server = try begin()
    try a.store.editMember(
      "id-lea", MemberEdit(role: .adjoint, isResponsable: true), by: boss, now: later(1))
    // Another machine, at the same time, another field.
    try b.store.editMember(
      "id-lea", MemberEdit(until: later(90_000), rpps: "10001234567"), by: boss, now: later(1))
    try settle(&server)
    for store in stores {
      let now = try #require(try store.member("id-lea"))
      #expect(now.role == .adjoint && now.isResponsable && now.until == later(90_000))
      #expect(now.rpps == "10001234567")
    }
  }

  @Test func `a code that somebody else chose is provisional on every machine`() throws {
    var server = try begin()
    try a.store.setPIN(of: "id-lea", hash: "h3", isProvisional: true, by: boss, now: later(1))
    try settle(&server)
    for store in stores { #expect(try store.isPINProvisional(of: "id-lea")) }
    try b.store.setPIN(of: "id-lea", hash: "h4", by: lea.author, now: later(2))
    try settle(&server)
    for store in stores { #expect(try !store.isPINProvisional(of: "id-lea")) }
  }

  @Test func `a machine that was away and comes back brings no older code and no older name`()
    throws
  {
    var server = try begin()
    try b.store.turnOffTeamLog(by: .mailbox, now: later(1))
    var renamed = try #require(try a.store.member("id-lea"))
    renamed.name = "Léa DUPRÉ"
    try a.store.updateMember(renamed, by: boss, now: later(2))
    try a.store.setPIN(of: "id-lea", hash: "h5", isProvisional: true, by: boss, now: later(3))
    try settle(&server)
    try b.store.turnOnTeamLog(machine: "b2", now: later(4))
    for _ in 0..<3 { try settle(&server) }
    for store in stores {
      #expect(try store.pinHash(of: "id-lea") == "h5")
      #expect(try store.isPINProvisional(of: "id-lea"))
      #expect(try store.member("id-lea")?.name == "Léa DUPRÉ")
    }
    // What was done since by whoever knows counts as before.
    try b.store.setPIN(of: "id-lea", hash: "h6", by: lea.author, now: later(5))
    try settle(&server)
    for store in stores { #expect(try store.pinHash(of: "id-lea") == "h6") }
  }

  @Test
  func `a code that she chose herself takes nothing from what a responsable says of her rights`()
    throws
  {
    var server = try begin()
    try a.store.setDisabled("id-lea", true, by: boss, now: later(1))
    try settle(&server)
    try a.store.setDisabled("id-lea", false, by: boss, now: later(2))
    try b.store.setPIN(of: "id-lea", hash: "h2", by: lea.author, now: later(2))
    try b.sync(&server) { false }
    try settle(&server)
    for store in stores {
      #expect(try store.member("id-lea")?.isDisabled == false)
      #expect(try store.pinHash(of: "id-lea") == "h2")
    }
  }
}
