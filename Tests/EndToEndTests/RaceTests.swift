import Domain
import Samples
import Store
import TestKit
import Testing

/// Several processes at one store.
@Suite(.serialized) struct RaceEndToEnd {
  @Test(arguments: 1...5)
  func `D14 eight processes take one demande: one has it, seven are told who`(round: Int) throws {
    let counter = try Counter()
    try counter.deliver(
      SampleOfficine(seed: UInt64(round), now: 1_795_167_720).mail(0).bytes, name: "1.un.test")
    #expect(try counter.mssterm("sync", "--once").code == 0)
    var initials: [String] = []
    for index in 0..<8 {
      initials.append("M\(index)")
      let added = try counter.mssterm(
        "members", "add", "Membre Numéro \(index)", "--role", "preparateur", "--initials",
        "M\(index)")
      #expect(added.code == 0, "\(added.err)")
    }
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    let processes = try initials.map { try counter.start(["take", row, "--as", $0]) }
    let outcomes = try processes.map { try $0.wait(within: .seconds(60)) }
    let codes = outcomes.map(\.code).sorted()
    #expect(codes == [0, 3, 3, 3, 3, 3, 3, 3], "\(outcomes.map(\.err))")
    let store = try counter.store()
    defer { store.close() }
    let order = try #require(try store.order(ofMessage: row))
    let owner = try #require(order.owner)
    #expect(order.status == .preparing)
    // Every loser reads the winner's name.
    for outcome in outcomes where outcome.code == 3 {
      #expect(outcome.err.contains(owner.name), "\(outcome.err)")
    }
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `a stale revision is refused with exit 3 and an unknown ID with exit 2`() throws {
    let counter = try Counter()
    try counter.deliver(
      SampleOfficine(seed: 1, now: 1_795_167_720).mail(0).bytes, name: "1.un.test")
    #expect(try counter.mssterm("sync", "--once").code == 0)
    try counter.addTeam()
    let row = try #require(
      try Counter.objects(counter.mssterm("list", "--json")).first?["id"] as? String)
    #expect(try counter.mssterm("take", row, "--as", "LP").code == 0)
    let stale = try counter.mssterm(
      "status", row, "prepared", "--as", "LP", "--revision", "1")
    #expect(stale.code == 3)
    #expect(try counter.mssterm("take", "dzzzzzzzzzzzz", "--as", "LP").code == 2)
    #expect(try counter.mssterm("take", row).code == 77, "nobody acts")
  }
}
