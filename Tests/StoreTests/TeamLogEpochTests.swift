import Domain
import Foundation
import GRDB
import Testing

@testable import Store

/// What becomes of the log when its mailbox does not behave (design 5).
@Suite struct TeamLogEpochTests: TwoMachines {
  let pair: MachinePair
  let id = Mail(n: 1).order

  init() throws { pair = try MachinePair() }

  private func begin() throws -> LogServer {
    var server = LogServer()
    try a.store.take(Mail(n: 1))
    try settle(&server)
    try b.store.take(Mail(n: 1))
    try settle(&server)
    return server
  }

  @Test func `a message that shows late changes the order, and says so`() throws {
    var server = try begin()
    try a.store.act(.taken(over: nil), on: id, by: claire, event: "take-a")
    try a.sync(&server, late: 3) { false }
    try b.store.act(.taken(over: nil), on: id, by: lea, event: "take-b")
    try b.sync(&server) { false }
    #expect(try b.store.fate(ofEvent: "take-b") == .confirmed)
    let seen = try #require(try b.store.order(id)).revision
    #expect(try b.store.teamLog()?.reorderedAt == nil)
    try settle(&server)
    #expect(try b.store.teamLog()?.reorderedAt != nil)
    #expect(try b.store.order(id)?.owner?.memberID == claire.member.id)
    #expect(try b.store.order(id)?.revision ?? 0 > seen)
    #expect(try b.store.refusedGestures(of: lea.member.id).map(\.id) == ["take-b"])
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
    #expect(try b.store.verify().problems == [])
  }

  @Test func `what comes after the seal is void and is said again in the next epoch`() throws {
    var server = try begin()
    try a.seal(&server)
    try b.store.act(.taken(over: nil), on: id, by: lea, event: "take-b")
    let parcel = try #require(try b.store.pendingParcels(limit: 9).first)
    #expect(try server.append(parcel, epoch: 1))
    try settle(&server)
    #expect(server.boxes[2]?.letters.isEmpty == false)
    #expect(try b.store.fate(ofEvent: "take-b") == .confirmed)
    for machine in [a, b] {
      #expect(try machine.store.teamLog()?.epoch == 2)
      #expect(try machine.store.order(id)?.owner?.memberID == lea.member.id)
      #expect(try machine.store.verify().problems == [])
    }
    #expect(try b.store.teamLog()?.keeper == a.store.teamLog()?.keeper)
  }

  @Test func `a half checkpoint begins nothing; of two the first complete one counts`() throws {
    var server = try begin()
    for n in 1...3 { try a.store.act(.noted("n\(n)"), on: id, by: claire, event: "n\(n)") }
    try settle(&server)
    try a.seal(&server)
    _ = try a.store.absorb(#require(try server.look(1, after: 3, also: [])), now: later(0))
    let cut = try #require(try a.store.planCheckpoint(id: "half", limit: 4))
    try #require(cut.parts == 2)
    server.create(2)
    #expect(try server.append(a.store.checkpointParcel(cut, part: 1), epoch: 2))
    let half = try #require(try server.look(2, after: 0, also: []))
    #expect(try b.store.absorb(half, now: later(0)).isAdopted == false)
    #expect(try b.store.teamLog()?.epoch == 1)
    try b.writeCheckpoint(&server, 2)
    #expect(try server.append(a.store.checkpointParcel(cut, part: 2), epoch: 2))
    let whole = try #require(try server.look(2, after: 0, also: []))
    #expect(try b.store.absorb(whole, now: later(0)).isAdopted)
    #expect(try b.store.teamLog()?.keeper == "b")
    try settle(&server)
    #expect(try a.store.teamLog()?.keeper == "b")
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }

  @Test func `a deleted log mailbox loses nothing that any machine had confirmed`() throws {
    var server = try begin()
    try b.store.act(.taken(over: nil), on: id, by: lea, event: "take-b")
    try b.sync(&server) { false }
    #expect(try b.store.fate(ofEvent: "take-b") == .confirmed)
    // a never saw it, and is the first to miss the mailbox.
    server.boxes[1] = nil
    try a.sync(&server) { false }
    try a.sync(&server) { false }
    #expect(try a.store.teamLog()?.epoch == 2)
    #expect(try a.store.order(id)?.owner == nil)
    try settle(&server)
    #expect(try a.store.order(id)?.owner?.memberID == lea.member.id)
    #expect(try b.store.fate(ofEvent: "take-b") == .confirmed)
    server.renumber(2)
    try b.store.act(.marked(.urgent), on: id, by: lea, event: "urgent")
    try settle(&server)
    #expect(try a.store.teamLog()?.epoch == 3)
    #expect(try a.store.order(id)?.markers.isUrgent == true)
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }

  @Test func `a machine that was off brings no taking back that was refused meanwhile`() throws {
    var server = try begin()
    let c = try machine("c")
    for _ in 0..<3 { try c.sync(&server) { false } }
    try a.store.act(.taken(over: nil), on: id, by: claire, event: "take-a")
    try a.sync(&server) { false }
    try c.sync(&server) { false }
    #expect(try c.store.order(id)?.owner?.memberID == claire.member.id)
    // The mailbox is lost before the third machine looked; there somebody else takes it.
    server.boxes[1] = nil
    for _ in 0..<2 { try b.sync(&server) { false } }
    try b.store.act(.taken(over: nil), on: id, by: lea, event: "take-b")
    try b.sync(&server) { false }
    try settle(&server)
    #expect(try a.store.refusedGestures(of: claire.member.id).map(\.id) == ["take-a"])
    try b.store.act(.released, on: id, by: lea, event: "release-b")
    try settle(&server)
    try b.seal(&server)
    try settle(&server)
    #expect(try a.store.teamLog()?.epoch == 3)
    // Where it was refused is taken away before the third machine comes back.
    server.boxes[2] = nil
    for _ in 0..<3 { try c.sync(&server) { false } }
    try settle(&server)
    for machine in [a, b, c] {
      #expect(try machine.store.order(id)?.owner == nil, "\(machine.name)")
      #expect(try machine.store.teamLog()?.pending == 0)
      #expect(try machine.store.verify().problems == [])
      #expect(try machine.store.teamLogDigest() == a.store.teamLogDigest())
    }
    #expect(try a.store.fate(ofEvent: "take-a") != .confirmed)
  }

  @Test func `turned off, a gesture built on what is gone by then is told as refused`() throws {
    var server = try begin()
    try a.store.act(.marked(.urgent), on: id, by: claire, event: "urgent-a")
    try a.sync(&server) { false }
    try b.store.act(.marked(.shelf("bac 2")), on: id, by: lea, event: "shelf-b")
    // It is heard, and nothing is said before the log is turned off.
    let through = try #require(try b.store.teamLog()).through
    let batch = try #require(try server.look(1, after: through, also: []))
    _ = try b.store.absorb(batch, now: later(0))
    #expect(try b.store.order(id)?.markers.shelf == nil)
    try b.store.turnOffTeamLog(by: .mailbox, now: later(9))
    #expect(try b.store.refusedGestures(of: lea.member.id).map(\.id) == ["shelf-b"])
    #expect(try b.store.verify().problems == [])
  }

  @Test func `a taking that only a colleague's machine still knows is said again by that one`()
    throws
  {
    var server = try begin()
    let c = try machine("c")
    for _ in 0..<3 { try c.sync(&server) { false } }
    try a.store.act(.taken(over: nil), on: id, by: claire, event: "take-a")
    try a.store.act(.moved(to: .prepared, reason: nil), on: id, by: claire, event: "prepared-a")
    try a.sync(&server) { false }
    try c.sync(&server) { false }
    // The machine of its author is gone, and so is the mailbox.
    server.boxes[1] = nil
    for _ in 0..<2 { try b.sync(&server) { false } }
    #expect(try b.store.order(id)?.owner == nil)
    for _ in 0..<3 { for machine in [c, b] { try machine.sync(&server) { false } } }
    for machine in [b, c] {
      #expect(try machine.store.order(id)?.owner?.memberID == claire.member.id)
      #expect(try machine.store.order(id)?.status == .prepared)
    }
  }

  @Test func `an epoch that is read again after an upgrade is counted once`() throws {
    var server = try begin()
    for n in 1...5 { try a.store.act(.noted("n\(n)"), on: id, by: claire, event: "n\(n)") }
    try settle(&server)
    let before = try #require(try b.store.teamLog()).messages
    #expect(before > 4)
    // As a store was before it remembered what it read.
    try b.store.pool.write {
      try $0.execute(
        sql: """
          DROP TABLE log_read;
          ALTER TABLE log_state DROP COLUMN unfinished_epoch;
          ALTER TABLE log_state DROP COLUMN unfinished_since;
          ALTER TABLE log_state DROP COLUMN reader;
          DELETE FROM grdb_migrations WHERE identifier = 'v4.logwire';
          """)
    }
    try b.restart()
    try settle(&server)
    #expect(try b.store.teamLog()?.messages == before)
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
  }

  @Test
  func `what was done before the log is said in few messages, one demande at a time in order`()
    throws
  {
    let old = try OfficineStore.open(at: folder("old"), create: true)
    for n in 20..<70 { try old.take(Mail(n: n)) }
    for n in 20..<70 {
      try old.act(.taken(over: nil), on: Mail(n: n).order, event: "t\(n)")
      try old.act(.moved(to: .prepared, reason: nil), on: Mail(n: n).order, event: "p\(n)")
      try old.act(.noted("vu"), on: Mail(n: n).order, event: "n\(n)")
    }
    old.close()
    let machine = try machine("old")
    var server = try begin()
    let before = server.appended
    for _ in 0..<3 { try machine.sync(&server) { false } }
    #expect(try machine.store.teamLog()?.pending == 0)
    #expect(server.appended - before == 2)
    try settle(&server)
    #expect(try a.store.order(Mail(n: 33).order)?.status == .prepared)
    #expect(try a.store.teamLogDigest() == machine.store.teamLogDigest())
    #expect(try machine.store.verify().problems == [])
  }
}
