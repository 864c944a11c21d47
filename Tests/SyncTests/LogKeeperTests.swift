import Domain
import Store
import TestKit
import Testing

@testable import Sync

/// What becomes of epochs that nobody needs any more.
@Suite struct LogKeeperTests {
  let team: SimulatedTeam

  init() throws { team = try SimulatedTeam() }

  @Test func `older epochs whose keeper is gone are taken away by another machine, after a while`()
    throws
  {
    let (a, b) = try team.pair()
    // The machine that wrote the checkpoint never comes back.
    team.server.refusals["DELETE"] = .connectionLost
    try a.store.wishTeamLogRenewal()
    #expect(team.failure(a) == .connectionLost)
    team.server.refusals = [:]
    for _ in 1...2 { try b.sync() }
    #expect(try b.store.teamLog()?.epoch == 2)
    #expect(try b.store.teamLog()?.keeper == a.store.teamLog()?.machine)
    #expect(team.server.boxes[1] != nil, "its keeper may be at it")
    b.clock.advance(LogLimits().keeperPatience - 1)
    try b.restart()
    try b.sync()
    #expect(team.server.boxes[1] != nil)
    b.clock.advance(2)
    try b.sync()
    #expect(team.server.boxes[1] == nil)
    #expect(team.server.boxes[2] != nil, "the one that counts stays")
    let fresh = try team.machine("CC")
    try team.settle([fresh, b, a])
    try team.expectEqual([a, b, fresh])
  }

  @Test func `a server that keeps older epochs does not keep the log from going on`() throws {
    let (a, b) = try team.pair()
    team.server.refusals["DELETE"] = .refused("DELETE")
    try a.store.wishTeamLogRenewal()
    try team.settle([a, b])
    try a.act(.taken(over: nil), on: team.order, event: "take-a")
    for machine in [a, b] { machine.reconnect() }
    try team.settle([a, b])
    #expect(try a.store.fate(ofEvent: "take-a") == .confirmed)
    try team.expectEqual([a, b])
    team.server.refusals = [:]
    a.reconnect()
    try a.sync()
    #expect(team.server.boxes[1] == nil)
  }
}
