import Domain
import Store
import TeamLog
import TestKit
import Testing

@testable import Sync

/// The worker's clerk on an operator that does what the test says.
@Suite struct LogClerkTests {
  let team: SimulatedTeam
  private var server: SimulatedOperator { team.server }
  private var order: Order.ID { team.order }

  init() throws { team = try SimulatedTeam() }

  @Test(arguments: ["APPEND", "SELECT", "CREATE", "UID FETCH"])
  func `a refusal on an established log is a trouble: it waits, is told and tried again`(
    verb: String
  ) throws {
    let (a, b) = try team.pair()
    try a.act(.taken(over: nil), on: order, event: "take-a")
    if verb == "CREATE" {
      try a.store.wishTeamLogRenewal()
      server.refusals["DELETE"] = nil
    }
    a.reconnect()
    server.refusals[verb] = .refused(verb)
    #expect(team.failure(a) == .refused(verb))
    let isOutside = verb == "CREATE"
    #expect(try a.store.fate(ofEvent: "take-a") == (isOutside ? .confirmed : .pending))
    server.refusals = [:]
    try team.settle([a, b])
    #expect(try a.store.fate(ofEvent: "take-a") == .confirmed)
    try team.expectEqual([a, b])
  }

  @Test func `a full quota does not make a machine deaf`() throws {
    let (a, b) = try team.pair()
    try a.act(.marked(.urgent), on: order, event: "urgent-a")
    try b.act(.taken(over: nil), on: order, event: "take-b")
    try b.sync()
    server.refusals["APPEND"] = .refused("APPEND")
    #expect(team.failure(a) == .refused("APPEND"))
    #expect(try a.store.order(order)?.owner?.memberID == b.member.id)
  }

  @Test func `a server that refuses to tell by itself is asked instead`() throws {
    let (a, _) = try team.pair()
    server.canWatch = true
    #expect(a.clerk.beginWatch())
    server.refusals["IDLE"] = .refused("IDLE")
    try a.act(.taken(over: nil), on: order, event: "take-a")
    #expect(team.failure(a) == nil)
    #expect(try a.store.fate(ofEvent: "take-a") == .confirmed)
    #expect(!a.clerk.beginWatch())
    a.reconnect()
    try a.sync()
    #expect(a.clerk.beginWatch(), "the next connection is asked again")
  }

  @Test func `before the log is on the same refusal leaves one host`() throws {
    let a = try team.machine("AA")
    server.refusals["CREATE"] = .refused("CREATE")
    #expect(team.failure(a) == .teamLog(.forbidden))
    #expect(try a.store.teamLog() == nil)
  }

  // MARK: - What was read

  @Test func `what says nothing is read once, whatever the number of connections`() throws {
    let (a, b) = try team.pair()
    for n in 0..<30 { server.put(Array("not ours \(n)".utf8), in: 1) }
    server.skip(3, in: 1)
    try a.act(.noted("vu"), on: order, event: "note")
    try team.settle([a, b])
    // One that took its number long before it showed.
    let late = try #require(server.boxes[1]?.letters.last?.uid) - 2
    server.put(Array("late".utf8), in: 1, at: late)
    for machine in [a, b] {
      machine.reconnect()
      try machine.sync()
    }
    #expect(try b.store.teamLog()?.ignored == 31)
    let before = server.given
    for _ in 1...5 {
      for machine in [a, b] {
        try machine.restart()
        try machine.sync()
      }
    }
    #expect(server.given == before, "\(server.given - before) bodies for nothing")
    #expect(try b.store.teamLog()?.ignored == 31)
  }

  @Test func `a message taken away is seen though a foreign one came: the epoch is renewed`()
    throws
  {
    let (a, b) = try team.pair()
    try a.act(.taken(over: nil), on: order, event: "take-a")
    try team.settle([a, b])
    server.remove(1, of: 1)
    server.put(Array("not ours".utf8), in: 1)
    for machine in [a, b, a] {
      machine.reconnect()
      try machine.sync()
    }
    #expect(try a.store.teamLog()?.epoch == 2)
    try team.settle([a, b])
    let fresh = try team.machine("CC")
    try team.settle([fresh, a, b])
    #expect(try fresh.store.order(order)?.owner?.memberID == a.member.id)
    try team.expectEqual([a, b, fresh])
  }

  @Test func `messages in an epoch that was adopted are counted too`() throws {
    let (a, b) = try team.pair()
    try a.store.wishTeamLogRenewal()
    server.create(2)
    for n in 0..<7 { server.put(Array("not ours \(n)".utf8), in: 2) }
    try team.settle([a, b])
    #expect(try a.store.teamLog()?.epoch == 2)
    #expect(try b.store.teamLog()?.ignored == 7)
    let before = server.given
    for machine in [a, b] {
      try machine.restart()
      try machine.sync()
    }
    #expect(server.given == before)
  }

  // MARK: - Checkpoints of two

  @Test func `a rival checkpoint that began first and lost is read once and resets nothing`()
    throws
  {
    let (a, b) = try team.pair()
    for n in 1...9 { try a.act(.noted(NoteText("n\(n)")), on: order, event: "n\(n)") }
    try team.settle([a, b])
    try a.store.wishTeamLogRenewal()
    // a seals; its checkpoint is cut in pieces by hand: A1, then b whole, then A2.
    let seal = LogParcel(
      id: "seal:1:x", machine: "x", records: [LogRecord(id: "seal:1", content: .seal)])
    server.put(try bytes(seal, 1), in: 1)
    server.create(2)
    let plan = try #require(try a.store.planCheckpoint(id: "rival", limit: 8))
    try #require(plan.parts > 1)
    server.put(try bytes(a.store.checkpointParcel(plan, part: 1), 2), in: 2)
    try b.sync()
    #expect(try b.store.teamLog()?.epoch == 2)
    for part in 2...plan.parts {
      server.put(try bytes(a.store.checkpointParcel(plan, part: part), 2), in: 2)
    }
    try team.settle([a, b])
    #expect(try a.store.teamLog()?.keeper == b.store.teamLog()?.machine)
    let before = server.given
    for _ in 1...4 {
      for machine in [a, b] {
        machine.reconnect()
        try machine.sync()
      }
    }
    #expect(server.given == before, "\(server.given - before) bodies read again")
    #expect(try a.store.teamLog()?.reorderedAt == nil)
    try team.expectEqual([a, b])
  }

  @Test func `a checkpoint that was complete first and showed late is the one that counts`()
    throws
  {
    let (a, b) = try team.pair()
    try team.settle([a, b])
    let plan = try #require(try b.store.planCheckpoint(id: "early"))
    let parcel = try b.store.checkpointParcel(plan, part: 1)
    try b.act(.taken(over: nil), on: order, event: "take-b")
    try team.settle([a, b])
    try a.store.wishTeamLogRenewal()
    server.create(2)
    server.skip(1, in: 2)
    try team.settle([a, b])
    #expect(try b.store.teamLog()?.epoch == 2)
    server.put(try bytes(parcel, 2), in: 2, at: 1)
    for machine in [a, b, a, b] {
      machine.reconnect()
      try machine.sync()
    }
    try team.settle([a, b])
    #expect(try b.store.fate(ofEvent: "take-b") == .confirmed)
    #expect(try a.store.order(order)?.owner?.memberID == b.member.id)
    try team.expectEqual([a, b])
    for machine in [a, b] {
      #expect(try machine.store.teamLog()?.keeper == parcel.machine, "\(machine.name)")
    }
    let before = server.given
    for machine in [a, b] {
      machine.reconnect()
      try machine.sync()
    }
    #expect(server.given == before)
  }

  private func bytes(_ parcel: LogParcel, _ epoch: Int) throws -> [UInt8] {
    try LogMessage.bytes(
      of: parcel, epoch: epoch, address: Bureau.address,
      key: #require(LogKey(SimulatedMachine.key)), at: noon)
  }

  // MARK: - Beginnings

  @Test func `an epoch that is full is closed by itself`() throws {
    let (a, b) = try team.pair()
    a.limits.fullAt = 6
    try a.restart()
    for n in 1...8 {
      try a.act(.noted(NoteText("n\(n)")), on: order, event: "n\(n)")
      try a.sync()
    }
    try team.settle([a, b])
    #expect(try a.store.teamLog()?.epoch ?? 0 >= 2)
    #expect(server.boxes[1] == nil, "the one before is taken away")
    #expect(try b.store.order(order)?.noteCount == 8)
    try team.expectEqual([a, b])
  }

  @Test func `an empty machine waits for whoever knows more, over any number of passes`() throws {
    server.create(2)
    let empty = try team.machine("ZZ")
    #expect(team.failure(empty) == .teamLog(.unfinished))
    empty.clock.advance(700)
    try empty.restart()
    #expect(team.failure(empty) == .teamLog(.abandoned))
    try empty.restart()
    #expect(team.failure(empty) == .teamLog(.abandoned))
    #expect(server.boxes[2]?.letters.isEmpty == true, "nothing empty was written")
    // A person says that there is nobody else.
    try empty.store.beginTeamLogEmpty(by: empty.actor.author, now: empty.clock.now)
    try empty.restart()
    try empty.sync()
    #expect(try empty.store.teamLog()?.epoch == 2)
    #expect(try empty.store.mayBeginTeamLogEmpty() == false)
  }

  @Test func `a full machine that was off finds its work where it was`() throws {
    let (a, b) = try team.pair()
    try a.act(.taken(over: nil), on: order, event: "take-a")
    try team.settle([a, b])
    // b began the next epoch and was never seen again; a is off for a weekend.
    server.create(2)
    server.delete(1)
    let empty = try team.machine("ZZ")
    for _ in 1...3 {
      empty.clock.advance(100_000)
      try empty.restart()
      #expect(team.failure(empty) != nil)
    }
    try a.restart()
    try team.settle([a, empty])
    #expect(try a.store.fate(ofEvent: "take-a") == .confirmed)
    #expect(try a.store.teamLog()?.pending == 0)
    #expect(try empty.store.order(order)?.owner?.memberID == a.member.id)
    try team.expectEqual([a, empty])
  }

  // MARK: - Keys

  @Test func `another key than the others' is told before anything is said`() throws {
    let (a, _) = try team.pair()
    let stranger = try team.machine("XX")
    stranger.key = String(repeating: "00", count: 32)
    try stranger.restart()
    let before = server.taken
    #expect(team.failure(stranger) == .teamLog(.key))
    #expect(server.taken == before)
    #expect(try stranger.store.teamLog() == nil)
    stranger.key = SimulatedMachine.key
    try stranger.restart()
    try team.settle([stranger, a])
    #expect(try stranger.store.order(order) != nil)
  }

  @Test func `with a new key everything is said and read anew`() throws {
    let (a, b) = try team.pair()
    try a.act(.taken(over: nil), on: order, event: "take-a")
    try team.settle([a, b])
    for machine in [a, b] {
      machine.key = String(repeating: "11", count: 32)
      try machine.restart()
    }
    try team.settle([a, b])
    #expect(try a.store.fate(ofEvent: "take-a") == .confirmed)
    let fresh = try team.machine("CC")
    fresh.key = a.key
    try fresh.restart()
    try team.settle([fresh, a, b])
    #expect(try fresh.store.order(order)?.owner?.memberID == a.member.id)
    try team.expectEqual([a, b, fresh])
  }

  // MARK: - The end

  @Test func `turned off, nothing waits any more; turned on again, all is said and equal`() throws {
    let (a, b) = try team.pair()
    try a.act(.taken(over: nil), on: order, event: "take-a")
    try team.settle([a, b])
    try b.act(.noted("hors ligne"), on: order, event: "note-b")
    try b.act(.marked(.shelf("bac 2")), on: order, event: "shelf-b")
    try a.act(.marked(.urgent), on: order, event: "urgent-a")
    try a.sync()
    #expect(try b.store.row(order)?.isPending == true)
    try b.store.turnOffTeamLog(by: .mailbox, now: b.clock.now)
    #expect(try b.store.teamLog() == nil)
    #expect(try b.store.fate(ofEvent: "note-b") == LogFate.none)
    #expect(try b.store.row(order)?.isPending == false)
    #expect(try b.store.verify().problems == [])
    #expect(try b.store.events(of: order).contains { $0.id == "note-b" })
    #expect(try b.store.journal(limit: 500).contains { $0.action == "team-log.off" })
    try b.act(.noted("seule"), on: order, event: "alone-b")
    #expect(try b.store.fate(ofEvent: "alone-b") == .none)
    try b.restart()
    try team.settle([b, a])
    #expect(try a.store.order(order)?.noteCount == 2)
    guard case .refused = try b.store.fate(ofEvent: "shelf-b") else {
      Issue.record("built on what it had not seen: \(try b.store.fate(ofEvent: "shelf-b"))")
      return
    }
    #expect(try b.store.order(order)?.markers.isUrgent == true)
    #expect(try b.store.teamLog()?.pending == 0)
    try team.expectEqual([a, b])
  }
}

extension OfficineStore {
  fileprivate func row(_ id: Order.ID) throws -> QueueRow? {
    try page(of: .all, member: nil, after: nil, limit: 50).rows.first { $0.order.id == id }
  }
}
