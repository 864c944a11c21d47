import Domain
import Foundation
import Store
import Testing

@Suite("Who has it, in the store")
struct TeamStoreTests {
  private let officine: Officine
  private var store: OfficineStore { officine.store }
  private let ids: [Order.ID]
  private let sami = actor("Sami HADDAD", .preparateur, poste: "comptoir 3")

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1), Mail(n: 2), Mail(n: 3))
    ids = (1...3).map { Mail(n: $0).order }
    for one in [claire, lea, sami] {
      try officine.store.addMember(one.member, pinHash: nil, by: nil, now: later(1))
    }
  }

  private func names() -> () -> String {
    var count = 0
    return {
      count += 1
      return "given-\(count)"
    }
  }

  @Test func `D13 what was given is among the colleague's own, and says by whom`() throws {
    let given = try store.act(
      .assigned(to: Author(lea.member), over: nil), on: ids[0], event: "g")
    #expect(given.owner?.memberID == lea.member.id && given.owner?.givenBy == "Claire")
    let mine = try store.page(of: .mine, member: lea.member.id, after: nil, limit: 9)
    #expect(mine.rows.map(\.id) == [ids[0]])
    #expect(try store.verify().problems == [])
  }

  @Test func `m11 what is sent back to somebody who left is to be taken`() throws {
    try store.act(.moved(to: .prepared, reason: nil), on: ids[0], by: lea, event: "p")
    try store.act(.refused(reason: "dosage"), on: ids[0], event: "r1")
    #expect(try store.order(ids[0])?.owner?.memberID == lea.member.id, "she is there: it is hers")
    try store.act(.moved(to: .prepared, reason: nil), on: ids[0], by: lea, event: "p2")
    try store.setDisabled(lea.member.id, true, by: nil, now: later(2))
    let back = try store.act(.refused(reason: "dosage"), on: ids[0], event: "r2")
    #expect(back.owner == nil && back.redoReason == "dosage")
    let toTake = try store.page(of: .todo, member: nil, after: nil, limit: 9).rows
    #expect(toTake.contains { $0.id == ids[0] })
  }

  @Test func `what an absent one prepared comes, turned down, to whoever got the rest`() throws {
    for (n, id) in ids.enumerated() {
      try store.act(.taken(over: nil), on: id, by: sami, event: "t\(n)")
    }
    try store.act(.moved(to: .prepared, reason: nil), on: ids[0], by: sami, event: "p0")
    try store.act(.moved(to: .prepared, reason: nil), on: ids[1], by: sami, event: "p1")
    // Nobody has that one: a « à reprendre » would look for Sami all the same.
    try store.act(.released, on: ids[1], by: sami, event: "r1")
    #expect(Set(try store.held(by: sami.member.id).map(\.id)) == Set(ids))
    let holding = try #require(try store.holdings().first)
    #expect(try store.holdings().count == 1 && Set(holding.demandes.map(\.id)) == Set(ids))
    // Claire gets it all: what she turns down herself is hers too, not the absent one's.
    let outcomes = try store.reassign(
      ids, from: sami.member.id, to: claire.member, by: lea, eventID: names(), now: later(200))
    #expect(outcomes.map(\.refusal) == [nil, nil, nil])
    #expect(try store.held(by: sami.member.id) == [])
    for id in ids.prefix(2) {
      #expect(try store.order(id)?.status == .prepared)
      let back = try store.act(.refused(reason: "dosage"), on: id, event: "no-" + id, at: 300)
      #expect(back.owner?.memberID == claire.member.id && back.status == .preparing)
      // Prepared again it is whoever prepared it.
      try store.act(
        .taken(over: claire.author), on: id, by: lea, event: "again-" + id, at: 301)
      try store.act(.moved(to: .prepared, reason: nil), on: id, by: lea, event: "p-" + id, at: 302)
      let own = try store.act(.refused(reason: "x"), on: id, event: "no2-" + id, at: 303)
      #expect(own.owner?.memberID == lea.member.id)
    }
    #expect(try store.verify().problems == [])
  }

  @Test func `a « prête » and what a colleague checks come back to the heir too, turned down`()
    throws
  {
    for (n, id) in ids.prefix(2).enumerated() {
      try store.act(
        .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: id, event: "w\(n)")
      try store.act(.taken(over: nil), on: id, by: sami, event: "t\(n)")
      try store.act(.moved(to: .prepared, reason: nil), on: id, by: sami, event: "p\(n)")
    }
    try store.act(.moved(to: .checked, reason: nil), on: ids[0], event: "c")
    // Claire has this one, to check it.
    try store.act(.taken(over: sami.author), on: ids[1], event: "over")
    let both = Set(ids.prefix(2))
    #expect(Set(try store.held(by: sami.member.id).map(\.id)) == both)
    let holding = try #require(
      try store.holdings().first { $0.owner.memberID == sami.member.id })
    #expect(Set(holding.demandes.map(\.id)) == both)
    let moved = try store.order(ids[1])?.lastGestureAt
    let outcomes = try store.reassign(
      ids, from: sami.member.id, to: lea.member, by: claire, eventID: names(), now: later(200))
    #expect(outcomes.map(\.refusal) == [nil, nil, .notHeld])
    let checking = try #require(try store.order(ids[1]))
    #expect(checking.owner?.memberID == claire.member.id, "she keeps what she checks")
    #expect(checking.lastGestureAt == moved, "nothing was done to it")
    #expect(try store.order(ids[0])?.status == .checked)
    #expect(try store.held(by: sami.member.id).isEmpty)
    for id in both {
      let back = try store.act(.refused(reason: "dosage"), on: id, event: "no-" + id, at: 300)
      #expect(back.owner?.memberID == lea.member.id && back.status == .preparing)
    }
    #expect(try store.verify().problems == [])
  }

  @Test func `« pas remise » is refused once it was renewed`() throws {
    let id = ids[0]
    try store.act(
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: id, event: "w")
    try store.act(.moved(to: .prepared, reason: nil), on: id, by: lea, event: "p")
    try store.act(.moved(to: .checked, reason: nil), on: id, event: "c")
    try store.act(.handedOver(HandOver()), on: id, by: lea, event: "d")
    let handed = try #require(try store.order(id)?.handed)
    let back = try store.act(handed.correction, on: id, by: sami, event: "not")
    #expect(back.status == .checked && back.handed == nil)
    #expect(
      problem { try store.act(handed.correction, on: id, by: sami, event: "not2") }
        == .refused(.notFromHere(.checked)))
    try store.act(.handedOver(HandOver()), on: id, by: lea, event: "d2")
    _ = try store.renew(
      id, newID: "dre", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(320))
    let again = try #require(try store.order(id)?.handed)
    #expect(
      problem { try store.act(again.correction, on: id, by: sami, event: "not3") }
        == .refused(.renewedSince))
    #expect(try store.verify().problems == [])
  }

  @Test func `m12 a demande that is gone does not stop the others from changing hands`() throws {
    for id in ids { try store.act(.taken(over: nil), on: id, by: sami, event: "t-" + id) }
    let outcomes = try store.reassign(
      ["dgone"] + ids, from: sami.member.id, to: lea.member, by: claire, eventID: names(),
      now: later(200))
    #expect(outcomes.map(\.refusal) == [.notHeld, nil, nil, nil])
  }

  @Test func `m13 each of many gestures is found again for undo, one after the other`() throws {
    let all = (1...12).map { Mail(n: $0).order }
    for n in 4...12 { try store.take(Mail(n: n)) }
    for id in all { try store.act(.taken(over: nil), on: id, by: sami, event: "t-" + id) }
    _ = try store.reassign(
      all, from: sami.member.id, to: lea.member, by: claire, eventID: names(), now: later(200))
    for n in 1...12 {
      let mine = try store.lastGestures(of: claire.author, now: later(300))
      let last = try #require(mine.first { $0.refusal == nil }, "undo \(n)")
      _ = try store.undo(
        on: last.order.id, event: last.event.id, by: claire, eventID: "u\(n)",
        now: later(300))
    }
    #expect(try store.held(by: sami.member.id).count == 12)
  }

  @Test func `nothing is given to somebody who left`() throws {
    try store.setDisabled(lea.member.id, true, by: nil, now: later(2))
    let error = problem {
      try store.act(.assigned(to: Author(lea.member), over: nil), on: ids[0], event: "g")
    }
    #expect(error == .refused(.colleagueInactive(name: "Léa")))
    #expect(try store.order(ids[0])?.owner == nil)
  }

  @Test func `all of an absent one change hands at once, and what was lost meanwhile is told`()
    throws
  {
    for id in ids { try store.act(.taken(over: nil), on: id, by: sami, event: "t-" + id) }
    #expect(try store.held(by: sami.member.id).count == 3)
    // Léa took one over before Claire confirmed.
    try store.act(.taken(over: sami.author), on: ids[1], by: lea, event: "over")
    let before = try store.journal(limit: 500).count
    let outcomes = try store.reassign(
      ids, from: sami.member.id, to: lea.member, by: claire, eventID: names(), now: later(200))
    #expect(outcomes.map(\.order) == ids)
    #expect(outcomes[0].refusal == nil && outcomes[2].refusal == nil)
    guard case .alreadyTaken(let owner)? = outcomes[1].refusal else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(owner.memberID == lea.member.id)
    for id in [ids[0], ids[2]] {
      let order = try #require(try store.order(id))
      #expect(order.owner?.memberID == lea.member.id && order.owner?.givenBy == "Claire")
      #expect(
        try store.events(of: id).last?.gesture
          == .assigned(
            to: Author(lea.member), over: Author(try #require(try earlier(id)?.owner)),
            whole: true))
    }
    // One line each, the refused one too (D13).
    #expect(try store.journal(limit: 500).count == before + 3)
    #expect(try store.verify().problems == [])
    // Each is taken back by itself.
    _ = try store.undo(on: ids[0], by: claire, eventID: "u", now: later(201))
    #expect(try store.order(ids[0])?.owner?.memberID == sami.member.id)
    #expect(try store.order(ids[2])?.owner?.memberID == lea.member.id)
  }

  private func earlier(_ id: Order.ID) throws -> Order? {
    Order.fold(try store.events(of: id).dropLast())
  }

  @Test func `my last gestures are known to the store, newest first, whatever the demande`() throws
  {
    try store.act(.taken(over: nil), on: ids[0], event: "a", at: 100)
    try store.act(.taken(over: nil), on: ids[1], event: "b", at: 101)
    try store.act(.marked(.urgent), on: ids[0], event: "c", at: 102)
    try store.act(.taken(over: nil), on: ids[2], by: lea, event: "d", at: 103)
    // Another process, as after quitting.
    let again = try officine.another()
    func mine(_ at: Int64 = 110) throws -> [String] {
      try again.lastGestures(of: claire.author, now: later(at)).map(\.event.id)
    }
    #expect(try mine() == ["c", "b"])
    #expect(try again.lastGestures(of: claire.author, now: later(110)).first?.name != "")
    var steps: [String] = []
    while let last = try again.lastGestures(of: claire.author, now: later(110)).first {
      let (_, undone) = try again.undo(
        on: last.order.id, event: last.event.id, by: claire, eventID: "u-" + last.event.id,
        now: later(120))
      steps.append(undone.id)
    }
    #expect(steps == ["c", "b", "a"], "several steps back, across demandes")
    try store.act(.taken(over: nil), on: ids[1], event: "e", at: 130)
    #expect(try mine(131) == ["e"])
    #expect(try mine(130 + LastGesture.lifetime + 1).isEmpty, "yesterday's slip is history")
  }

  @Test func `a note or an answer done last is named as what stays, before what can go`() throws {
    try store.act(.taken(over: nil), on: ids[0], event: "a", at: 100)
    try store.act(.noted("vu"), on: ids[1], event: "n", at: 101)
    try store.act(.noted("encore"), on: ids[0], event: "m", at: 102)
    func mine() throws -> [LastGesture] {
      try store.lastGestures(of: claire.author, now: later(110))
    }
    #expect(try mine().map(\.event.id) == ["m", "n", "a"])
    #expect(try mine().map(\.refusal) == [.cannotBeUndone, .cannotBeUndone, nil])
    try store.act(.marked(.urgent), on: ids[0], event: "b", at: 103)
    #expect(try mine().map(\.event.id) == ["b", "n"])
  }

  @Test func `undo takes back what was named and nothing else`() throws {
    try store.act(.taken(over: nil), on: ids[0], event: "a")
    try store.act(.marked(.urgent), on: ids[0], event: "b")
    let error = problem {
      _ = try store.undo(on: ids[0], event: "a", by: claire, eventID: "u", now: later(200))
    }
    guard case .refused(.stale) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try store.order(ids[0])?.markers.isUrgent == true)
  }

  @Test func `a reminder is traced when it is queued, sent, or taken back`() throws {
    var item = answer("o1", on: ids[0], to: Mail.id(1))
    item.purpose = .reminder
    try store.enqueue(
      item, expecting: nil, draft: nil, by: claire, eventID: "q", now: later(200))
    #expect(try store.outgoing("o1")?.purpose == .reminder)
    #expect(try store.order(ids[0])?.reminder?.queued.author.name == "Claire")
    try store.cancelOutgoing("o1", by: claire, now: later(201))
    #expect(try store.order(ids[0])?.reminder == nil)
    item = answer("o2", on: ids[0], to: Mail.id(1))
    item.purpose = .reminder
    try store.enqueue(
      item, expecting: nil, draft: nil, by: claire, eventID: "q2", now: later(210))
    _ = try store.claimOutgoing(now: later(300))
    try store.settle("o2", .sent(answer: "250"), now: later(301))
    #expect(try store.order(ids[0])?.reminder?.sentAt == later(301))
    #expect(try store.verify().problems == [])
  }
}
