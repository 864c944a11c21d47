import Domain
import Foundation
import TestKit
import Testing

@testable import Store

/// Machines that share nothing but a mailbox (design 5): the same team, one order of events.
@Suite struct TeamLogTests {
  /// Two machines at rest, one demande on both.
  private struct Pair {
    let folder: TemporaryDirectory
    var server = LogServer()
    let a: Machine
    let b: Machine
    let id = Mail(n: 1).order

    init() throws {
      folder = try TemporaryDirectory()
      a = try Machine("a", in: folder.path("a"))
      b = try Machine("b", in: folder.path("b"))
      try a.store.take(Mail(n: 1))
      try settle()
      try b.store.take(Mail(n: 1))
      try settle()
    }

    mutating func settle() throws {
      for _ in 0..<3 { for machine in [a, b] { try machine.sync(&server) { false } } }
    }
  }

  @Test func `two machines take at once: one has it, the other is told who, both are equal`()
    throws
  {
    var pair = try Pair()
    try pair.a.store.act(.taken(over: nil), on: pair.id, by: claire, event: "take-a")
    try pair.b.store.act(.taken(over: nil), on: pair.id, by: lea, event: "take-b")
    #expect(try pair.b.store.fate(ofEvent: "take-b") == .pending)
    #expect(try pair.b.store.row(of: pair.id)?.isPending == true)
    try pair.settle()
    #expect(try pair.a.store.fate(ofEvent: "take-a") == .confirmed)
    let owner = try #require(try pair.a.store.order(pair.id)?.owner)
    #expect(owner.memberID == claire.member.id)
    #expect(try pair.b.store.order(pair.id)?.owner == owner)
    #expect(try pair.b.store.fate(ofEvent: "take-b") == .refused(.alreadyTaken(by: owner)))
    #expect(try pair.b.store.refusedGestures(of: lea.member.id).map(\.id) == ["take-b"])
    #expect(try pair.a.store.refusedGestures(of: lea.member.id).isEmpty)
    #expect(try pair.b.store.row(of: pair.id)?.isPending == false)
    // What was refused stays readable, marked, on both.
    for machine in [pair.a, pair.b] {
      let told = try machine.store.history(of: pair.id)
      #expect(told.last { $0.id == "take-b" }?.standing == .refused(.alreadyTaken(by: owner)))
      #expect(try machine.store.events(of: pair.id).contains { $0.id == "take-b" } == false)
      #expect(try machine.store.verify().problems == [])
    }
    try pair.b.store.acknowledgeRefusals(["take-b"])
    #expect(try pair.b.store.refusedGestures(of: lea.member.id).isEmpty)
  }

  @Test func `what is built on a refused gesture is refused too, notes are not`() throws {
    var pair = try Pair()
    try pair.a.store.act(.taken(over: nil), on: pair.id, by: claire, event: "take-a")
    try pair.a.sync(&pair.server) { false }
    try pair.b.store.act(.taken(over: nil), on: pair.id, by: lea, event: "take-b")
    try pair.b.store.act(
      .moved(to: .prepared, reason: nil), on: pair.id, by: lea, event: "done-b")
    try pair.b.store.act(.noted("appeler le médecin"), on: pair.id, by: lea, event: "note-b")
    let seen = try #require(try pair.b.store.order(pair.id)).revision
    try pair.settle()
    guard case .refused(.stale(let by, _, _)) = try pair.b.store.fate(ofEvent: "done-b") else {
      Issue.record("not refused")
      return
    }
    #expect(by == claire.author)
    #expect(try pair.b.store.fate(ofEvent: "note-b") == .confirmed)
    let order = try #require(try pair.a.store.order(pair.id))
    #expect(order.status == .preparing && order.noteCount == 1)
    // Whoever still looks at what was shown is told that it changed.
    let error = problem {
      try pair.b.store.act(
        .marked(.urgent), on: pair.id, by: lea, expecting: seen, event: "late")
    }
    guard case .refused(.stale) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `B1 an answer from a machine without the mail leaves that mail to be taken on both`()
    throws
  {
    var pair = try Pair()
    try pair.a.store.act(
      .moved(to: .closed, reason: "doublon"), on: pair.id, by: claire, event: "c")
    try pair.settle()
    let mail = Mail(n: 2, references: [Mail.header(1)])
    try pair.a.store.take(mail)
    try pair.a.sync(&pair.server) { false }
    // Léa's machine has not looked at the server yet.
    try pair.b.store.enqueue(
      answer("o1", on: pair.id, to: Mail.id(1), by: lea), expecting: nil, draft: nil, by: lea,
      eventID: "q", now: later(200))
    try pair.settle()
    try pair.b.store.take(mail)
    try pair.settle()
    for machine in [pair.a, pair.b] {
      let gestures = try machine.store.events(of: pair.id).map(\.gesture)
      let queued = Gesture.answerQueued(
        messageID: "<o1@officine.example>", seen: Mail.id(1), having: [Mail.id(1)])
      #expect(gestures.last == queued)
      #expect(try machine.store.order(pair.id)?.hasNews == true)
      let toTake = try machine.store.page(of: .todo, member: nil, after: nil, limit: 9)
      #expect(toTake.rows.map(\.id) == [pair.id])
      #expect(try machine.store.verify().problems == [])
    }
    #expect(try pair.a.store.order(pair.id) == pair.b.store.order(pair.id))
  }

  @Test func `an event before its message makes a demande without one, and the mail finds it`()
    throws
  {
    var pair = try Pair()
    try pair.a.store.take(Mail(n: 2, name: "Paul DURAND"))
    try pair.a.store.act(.taken(over: nil), on: Mail(n: 2).order, by: claire, event: "take-2")
    try pair.settle()
    let row = try #require(try pair.b.store.row(of: Mail(n: 2).order))
    #expect(row.isMessageAbsent && row.order.owner?.memberID == claire.member.id)
    #expect(try pair.b.store.verify().problems == [])
    let result = try pair.b.store.take(Mail(n: 2, name: "Paul DURAND"))
    #expect(result.touched == [Mail(n: 2).order] && result.opened.isEmpty)
    let found = try #require(try pair.b.store.row(of: Mail(n: 2).order))
    #expect(!found.isMessageAbsent && found.message.id == Mail(n: 2).id)
    #expect(try pair.b.store.teamLog()?.pending == 0)
    #expect(try pair.b.store.verify().problems == [])
  }

  @Test func `one mail that two machines file differently ends in one demande`() throws {
    var pair = try Pair()
    // On a the answer joins its thread; b reads it first and opens a demande for it.
    try pair.a.store.take(Mail(n: 3))
    try pair.a.store.take(Mail(n: 4, references: [Mail.header(3)]))
    try pair.b.store.take(Mail(n: 4, references: [Mail.header(3)]))
    let lost = Mail(n: 4).order
    try pair.b.store.act(.taken(over: nil), on: lost, by: lea, event: "take-lost")
    try pair.b.store.act(.noted("vue"), on: lost, by: lea, event: "note-lost")
    try pair.settle()
    let home = try #require(try pair.b.store.order(Mail(n: 3).order))
    #expect(home.messages == [Mail(n: 3).id, Mail(n: 4).id])
    let pointer = try #require(try pair.b.store.order(lost))
    #expect(pointer.mergedInto == home.id && pointer.messages.isEmpty)
    #expect(try pair.b.store.fate(ofEvent: "take-lost") == .refused(.merged(into: home.id)))
    #expect(try pair.b.store.fate(ofEvent: "note-lost") == .confirmed)
    try pair.b.store.take(Mail(n: 3))
    try pair.settle()
    // A mail that comes for the pointer goes where it points.
    try pair.b.store.take(Mail(n: 5, references: [Mail.header(4)]))
    try pair.settle()
    #expect(try pair.b.store.order(ofMessage: Mail(n: 5).id)?.id == home.id)
    for machine in [pair.a, pair.b] { #expect(try machine.store.verify().problems == []) }
    #expect(try pair.a.store.teamLogDigest() == pair.b.store.teamLogDigest())
  }

  @Test func `a mail that came to a demande while it was attached elsewhere follows it`() throws {
    var pair = try Pair()
    try pair.a.store.take(Mail(n: 2))
    try pair.settle()
    try pair.b.store.take(Mail(n: 2))
    try pair.settle()
    _ = try pair.a.store.attach(
      Mail(n: 2).order, to: pair.id, by: claire, eventIDs: ("at-1", "at-2"), now: later(100))
    try pair.a.sync(&pair.server) { false }
    // b does not know yet.
    try pair.b.store.take(Mail(n: 6, references: [Mail.header(2)]))
    #expect(try pair.b.store.order(ofMessage: Mail(n: 6).id)?.id == Mail(n: 2).order)
    try pair.settle()
    #expect(try pair.b.store.order(ofMessage: Mail(n: 6).id)?.id == pair.id)
    #expect(try pair.a.store.order(pair.id)?.messages.contains(Mail(n: 6).id) == true)
    #expect(try pair.b.store.verify().problems == [])
  }

  @Test func `a gesture on two demandes is accepted whole or not at all`() throws {
    var pair = try Pair()
    try pair.a.store.take(Mail(n: 2))
    try pair.settle()
    try pair.b.store.take(Mail(n: 2))
    try pair.a.store.act(.marked(.urgent), on: pair.id, by: claire, event: "urgent")
    try pair.a.sync(&pair.server) { false }
    _ = try pair.b.store.attach(
      Mail(n: 2).order, to: pair.id, by: lea, eventIDs: ("at-1", "at-2"), now: later(100))
    #expect(try pair.b.store.order(Mail(n: 2).order)?.mergedInto == pair.id)
    try pair.settle()
    for machine in [pair.a, pair.b] {
      #expect(try machine.store.order(Mail(n: 2).order)?.mergedInto == nil)
      #expect(try machine.store.order(pair.id)?.messages == [Mail(n: 1).id])
      #expect(try machine.store.verify().problems == [])
    }
    guard case .refused = try pair.b.store.fate(ofEvent: "at-2") else {
      Issue.record("half of it stands")
      return
    }
  }

  @Test func `a refused split leaves no demande behind`() throws {
    var pair = try Pair()
    try pair.a.store.take(Mail(n: 7, references: [Mail.header(1)]))
    try pair.settle()
    try pair.b.store.take(Mail(n: 7, references: [Mail.header(1)]))
    try pair.a.store.act(.marked(.urgent), on: pair.id, by: claire, event: "urgent")
    try pair.a.sync(&pair.server) { false }
    _ = try pair.b.store.split(
      Mail(n: 7).id, from: pair.id, newID: "dsplitsplitsp", by: lea,
      eventIDs: ("s1", "s2", "s3"), now: later(90))
    try pair.settle()
    #expect(try pair.b.store.order("dsplitsplitsp") == nil)
    #expect(try pair.b.store.order(ofMessage: Mail(n: 7).id)?.id == pair.id)
    #expect(try pair.b.store.refusedGestures(of: lea.member.id).map(\.id).contains("s1"))
    #expect(try pair.b.store.verify().problems == [])
  }

  @Test func `members and their PIN are the same everywhere, two with one name keep apart`()
    throws
  {
    var pair = try Pair()
    try pair.a.store.addMember(
      member("m-a", "Léa PETITJEAN"), pinHash: "$y$a", by: nil, now: later(1))
    try pair.b.store.addMember(
      member("m-b", "Luc PERRIN"), pinHash: nil, by: nil, now: later(1))
    try pair.settle()
    for machine in [pair.a, pair.b] {
      #expect(try machine.store.members().map(\.initials).sorted() == ["LP", "LP2"])
      #expect(try machine.store.pinHash(of: "m-a") == "$y$a")
    }
    #expect(try pair.a.store.members() == pair.b.store.members())
    try pair.b.store.setPIN(
      of: "m-a", hash: "$y$b", isProvisional: true, by: nil, now: later(2))
    try pair.settle()
    #expect(try pair.a.store.pinHash(of: "m-a") == "$y$b")
    #expect(try pair.a.store.isPINProvisional(of: "m-a"), "somebody else chose it, on B")
    try pair.a.store.setPIN(of: "m-a", hash: "$y$c", by: nil, now: later(3))
    try pair.settle()
    #expect(try !pair.b.store.isPINProvisional(of: "m-a"))
    #expect(try pair.a.store.teamLog()?.pending == 0)
  }
}
