import Domain
import Foundation
import GRDB
import Testing

@testable import Store

/// A purge with the team log on: gone on every machine, and nothing newer with it (P05).
@Suite struct PurgeLogTests: TwoMachines {
  let pair: MachinePair
  let id = Mail(n: 2).order
  private let limit = later(10_000)

  init() throws { pair = try MachinePair() }

  private func mail(_ n: Int) -> Mail {
    var mail = Mail(n: n)
    mail.name = "zqxnom\(n)w"
    mail.address = "zqxadr\(n)w@patient.example"
    mail.text = "zqxtexte\(n)w"
    mail.patient = Patient(name: "zqxpatient\(n)w", source: .sender)
    return mail
  }

  /// Both know a finished demande with words everywhere, and a living one.
  private func begin() throws -> LogServer {
    var server = try begin(with: Mail(n: 1), mail(2))
    try a.store.act(.taken(over: nil), on: id, by: claire, event: "take")
    try a.store.act(.noted("zqxnotew"), on: id, by: claire, event: "note")
    try a.store.act(.moved(to: .closed, reason: "zqxmotifw"), on: id, by: claire, event: "close")
    try settle(&server)
    try b.store.act(.noted("zqxautrew"), on: id, by: lea, event: "note-b")
    try settle(&server)
    return server
  }

  private func wish(_ machine: Machine) throws {
    #expect(
      try machine.store.beginPurge(before: limit, by: claire.author, now: later(20_000)))
    try finish(machine)
  }

  private func told(_ machine: Machine) throws {
    #expect(try machine.store.beginToldPurge(now: later(20_000)))
    try finish(machine)
    try clean(machine)
  }

  /// What is done at night.
  private func clean(_ machine: Machine) throws {
    _ = try machine.store.beginCleaning(now: later(20_000))
    try finish(machine)
  }

  /// What can be read of the purged demande in the files of a store.
  private func traces(_ machine: Machine) throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(atPath: machine.folder).map {
      String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: machine.folder + "/" + $0)),
        as: UTF8.self
      ).lowercased()
    }
    return ["nom2", "adr2", "texte2", "patient2", "note", "motif", "autre"].filter { word in
      files.contains { $0.contains("zqx\(word)w") }
    }
  }

  private func letters(_ server: LogServer, _ epoch: Int) -> String {
    (server.boxes[epoch]?.letters ?? []).map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
  }

  private func expectEqual() throws {
    #expect(try a.store.teamLogDigest() == b.store.teamLogDigest())
    for machine in [a, b] { #expect(try machine.store.verify().problems == []) }
    func folds(_ store: OfficineStore) throws -> [Order] {
      try store.everyOrder().map { order in
        var order = order
        order.revision = 0
        return order
      }
    }
    #expect(try folds(a.store) == folds(b.store))
  }

  @Test func `a purge is carried out by every machine once it has its place, and not before`()
    throws
  {
    var server = try begin()
    try wish(a)
    // Nobody has heard of it yet: nothing is gone, and nothing can be done to it here.
    #expect(try a.store.raw(mail(2).id) != nil)
    #expect(try a.store.purgesWaiting() == 1)
    #expect(try a.store.order(id)?.purgedAt != nil)
    // Nothing went yet: the files are left alone, and people are told what it waits for.
    #expect(try !a.store.beginCleaning(now: later(20_000)))
    let seen = try a.store.health().upkeep
    #expect(seen.purgesWaiting == 1 && seen.purgesWaitingSince == later(20_000))
    #expect(!seen.isPurging && seen.purgesHeld == 0)
    #expect(!seen.arePurgesStuck(now: later(21_000)) && seen.arePurgesStuck(now: later(200_000)))
    try settle(&server)
    #expect(try a.store.purgesWaiting() == 0)
    #expect(try a.store.health().upkeep.purgesWaitingSince == nil)
    try told(a)
    try told(b)
    for machine in [a, b] {
      #expect(try traces(machine) == [])
      #expect(try machine.store.raw(mail(2).id) == nil)
      #expect(try machine.store.order(id)?.purgedAt == later(20_000))
      #expect(try machine.store.message(Mail(n: 1).id)?.subject == Mail(n: 1).subject)
      #expect(try !machine.store.beginToldPurge(now: later(20_000)))
    }
    try expectEqual()
  }

  @Test func `a purge that waits when the log is turned off is carried out alone`() throws {
    _ = try begin()
    try wish(a)
    #expect(try a.store.raw(mail(2).id) != nil)
    try a.store.turnOffTeamLog(by: .mailbox, now: later(20_000))
    try told(a)
    #expect(try traces(a) == [])
    #expect(try a.store.raw(mail(2).id) == nil)
    #expect(try a.store.order(id)?.purgedAt == later(20_000))
  }

  @Test func `the next checkpoint says nothing of it, whoever writes it and however early`()
    throws
  {
    var server = try begin()
    try wish(a)
    try settle(&server)
    try told(a)
    // The purging machine sees to it that what the operator still has goes too; the other one does
    // not even know when it writes.
    #expect(try a.store.teamLogRenewalWish() == 1)
    #expect(try b.store.teamLogRenewalWish() == nil)
    #expect(letters(server, 1).contains("zqxnotew"))
    try a.seal(&server)
    try b.sync(&server) { false }
    try settle(&server)
    #expect(try a.store.teamLog()?.keeper == "b")
    #expect(letters(server, 2).contains(id))
    #expect(!letters(server, 2).contains("zqx"))
    #expect(try a.store.teamLogRenewalWish() == nil)
    #expect(try a.store.teamLog()?.hasPurged == false)
    try told(b)
    for machine in [a, b] { #expect(try traces(machine) == []) }
    try expectEqual()
    // A new machine is told of it, and reads its mail only to forget it.
    let c = try machine("c")
    for _ in 0..<4 { try c.sync(&server) { false } }
    try c.store.take(Mail(n: 1), mail(2))
    for _ in 0..<4 { try c.sync(&server) { false } }
    _ = try c.store.beginToldPurge(now: later(20_000))
    try finish(c)
    #expect(try c.store.raw(mail(2).id) == nil)
    #expect(try c.store.order(id)?.purgedAt != nil)
    #expect(try c.store.teamLogDigest() == a.store.teamLogDigest())
  }

  @Test func `a checkpoint of a machine that never heard of it brings nothing back`() throws {
    var server = try begin()
    try wish(a)
    try a.sync(&server) { false }
    try told(a)
    #expect(try traces(a) == [])
    // The mailbox is gone before the other machine looked, and that one begins the next.
    server.boxes[1] = nil
    try b.sync(&server) { false }
    try b.sync(&server) { false }
    #expect(letters(server, 2).contains("zqxnotew"))
    // Before the purge is said again: what is stored here stays without words.
    let batch = try #require(try server.look(2, after: 0, also: []))
    #expect(try a.store.absorb(batch, now: later(0)).isAdopted)
    let stored = try a.store.read {
      try String.fetchAll($0, sql: "SELECT gesture FROM event UNION SELECT snapshot FROM demande")
    }
    #expect(!stored.joined().contains("zqx"))
    try settle(&server)
    #expect(try a.store.teamLog()?.keeper == "b")
    #expect(try a.store.search("zqxnotew", limit: 9).isEmpty)
    try told(a)
    #expect(try traces(a) == [])
    // Said again, and confirmed: that machine purges too, and the epoch that told it ends.
    try told(b)
    #expect(try traces(b) == [])
    #expect(try a.store.teamLogRenewalWish() == 2)
    try a.seal(&server)
    try settle(&server)
    #expect(!letters(server, 3).contains("zqx"))
    try expectEqual()
  }

  @Test func `what a colleague did unseen before the purge is not purged with it`() throws {
    var server = try begin()
    try wish(a)
    try b.store.act(.noted("encore"), on: id, by: lea, event: "late")
    try b.sync(&server) { false }
    try settle(&server)
    #expect(try b.store.fate(ofEvent: "late") == .confirmed)
    for machine in [a, b] {
      #expect(try !machine.store.beginToldPurge(now: later(20_000)))
      #expect(try machine.store.raw(mail(2).id) != nil)
      #expect(try machine.store.order(id)?.purgedAt == nil)
      #expect(try machine.store.order(id)?.noteCount == 3)
    }
    try expectEqual()
    // The next one knows of it.
    try wish(a)
    try settle(&server)
    try told(a)
    #expect(try traces(a) == [])
  }

  @Test func `what a colleague says after it is refused, told, and kept where it was written`()
    throws
  {
    var server = try begin()
    try wish(a)
    try a.sync(&server) { false }
    try b.store.act(.noted("zqxtardw"), on: id, by: lea, event: "late", at: 15_000)
    try settle(&server)
    guard case .refused(.purged) = try b.store.fate(ofEvent: "late") else {
      Issue.record("it was accepted")
      return
    }
    try told(a)
    try told(b)
    #expect(try b.store.refusedGestures(of: lea.member.id).map(\.gesture) == [.noted("zqxtardw")])
    #expect(try traces(b) == [])
    let said = try a.store.history(of: id).first { $0.id == "late" }
    #expect(said?.gesture == .noted(""))
    #expect(try a.store.search("zqxtardw", limit: 9).isEmpty)
    try expectEqual()
    // It goes when it is old itself, and read or not by then.
    _ = try b.store.beginPurge(before: later(16_000), by: .mailbox, now: later(40_000))
    try finish(b)
    #expect(try b.store.history(of: id).first { $0.id == "late" }?.gesture == .noted(""))
    #expect(try b.store.verify().problems == [])
  }

  @Test func `a mail that comes for it opens another demande, the same on every machine`() throws {
    var server = try begin()
    try wish(a)
    try a.sync(&server) { false }
    var next = Mail(n: 3)
    next.references = [Mail.header(2)]
    // One machine has placed it in the old demande before it hears of the purge.
    try b.store.take(next)
    #expect(try b.store.order(ofMessage: next.id)?.id == id)
    try settle(&server)
    try a.store.take(next)
    try settle(&server)
    for machine in [a, b] {
      let order = try #require(try machine.store.order(ofMessage: next.id))
      #expect(order.id == next.order && order.status == .received)
      _ = try machine.store.beginToldPurge(now: later(20_000))
      try finish(machine)
      #expect(try machine.store.raw(next.id) != nil)
      #expect(try machine.store.raw(mail(2).id) == nil)
    }
    try expectEqual()
  }

  @Test func `what waits for the server, or is being written, holds the purge back on its machine`()
    throws
  {
    var server = try begin()
    let item = answer("o2", on: id, to: mail(2).id, by: lea)
    try b.store.enqueue(
      item, expecting: nil, draft: nil, by: lea, eventID: "answer", now: later(200))
    try settle(&server)
    try wish(a)
    try settle(&server)
    try told(a)
    #expect(try !b.store.beginToldPurge(now: later(20_000)))
    #expect(try b.store.health().upkeep.purgesHeld == 1)
    #expect(try b.store.outgoing(item.id)?.body == item.body)
    // Held like any answer whose demande moved: a person sends it all the same.
    #expect(try b.store.claimOutgoing(now: later(20_001)) == nil)
    let held = try #require(try b.store.heldAnswers(of: id).first)
    try b.store.releaseOutgoing(
      item.id, seen: held.report.upTo, notBefore: later(20_001), by: lea, now: later(20_001))
    _ = try b.store.claimOutgoing(now: later(20_001))
    try b.store.storeBuilt(item.id, bytes: [1])
    try b.store.markFinalDot(item.id, now: later(20_001))
    try b.store.settle(item.id, .sent(answer: "250"), now: later(20_002))
    try b.store.saveDraft(
      Draft(
        id: "dr", order: id, subject: "encore", authorID: lea.member.id, updatedAt: later(20_003)))
    #expect(try !b.store.beginToldPurge(now: later(20_004)))
    let now = later(20_004 + Purges.patience)
    #expect(try b.store.beginToldPurge(now: now))
    try finish(b, now: now)
    // In no table any more, at once; in the files until the night.
    #expect(try b.store.raw(mail(2).id) == nil)
    #expect(try b.store.health().upkeep.purgesHeld == 0)
    #expect(try b.store.health().upkeep.isPurging && b.store.purgeState() == nil)
    try clean(b)
    #expect(try !b.store.health().upkeep.isPurging)
    try settle(&server)
    #expect(try traces(b) == [])
    try expectEqual()
  }
}
