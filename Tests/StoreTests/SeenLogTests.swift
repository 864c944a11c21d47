import Domain
import TestKit
import Testing

@testable import Store

/// What one machine had not seen is not handled by what it did (D14, between machines).
@Suite struct SeenLogTests: TwoMachines {
  let pair: MachinePair
  let id = Mail(n: 1).order

  init() throws { pair = try MachinePair() }

  private func areEqual() throws {
    // Where it was shown otherwise once, its revision is ahead.
    func shown(_ machine: Machine) throws -> Order? {
      var order = try machine.store.order(id)
      order?.revision = 0
      return order
    }
    #expect(try shown(a) == shown(b))
    for machine in [a, b] { #expect(try machine.store.verify().problems == []) }
  }

  @Test func `m16 whoever takes it without the mail of another machine sees it as new`() throws {
    var server = try begin(with: Mail(n: 1))
    let mail = Mail(n: 2, references: [Mail.header(1)])
    try a.store.take(mail)
    try a.sync(&server) { false }
    // Léa's machine has not looked at the mailbox yet, nor at the log.
    try b.store.act(.taken(over: nil), on: id, by: lea, event: "take")
    #expect(try b.store.order(id)?.hasNews == false)
    try settle(&server)
    try b.store.take(mail)
    try settle(&server)
    try areEqual()
    for machine in [a, b] {
      let order = try #require(try machine.store.order(id))
      #expect(order.owner?.memberID == lea.member.id && order.hasNews)
      let mine = try machine.store.page(of: .mine, member: lea.member.id, after: nil, limit: 9)
      #expect(mine.rows.map(\.id) == [id])
    }
    try b.store.act(.moved(to: .prepared, reason: nil), on: id, by: lea, event: "done")
    try settle(&server)
    #expect(try a.store.order(id)?.hasNews == true, "« préparée » tells of the bag alone")
    try b.store.act(.newsHandled, on: id, by: lea, event: "seen")
    try settle(&server)
    #expect(try a.store.order(id)?.hasNews == false)
    try areEqual()
  }

  @Test func `whoever takes it with every mail in front of them has nothing new`() throws {
    var server = try begin(with: Mail(n: 1), Mail(n: 2, references: [Mail.header(1)]))
    try b.store.act(.taken(over: nil), on: id, by: lea, event: "take")
    try settle(&server)
    #expect(try a.store.order(id)?.hasNews == false)
    try areEqual()
  }

  @Test func `m14 an answer handles the mails it saw, in whatever order the log has them`() throws {
    var server = try begin(with: Mail(n: 1))
    try a.store.act(.moved(to: .closed, reason: "doublon"), on: id, event: "c")
    try settle(&server)
    // Each machine has read another one of two mails; the second one is first in the log.
    let (second, third) = (
      Mail(n: 2, references: [Mail.header(1)]), Mail(n: 3, references: [Mail.header(1)])
    )
    try b.store.take(third)
    try b.sync(&server) { false }
    try a.store.take(second)
    try a.store.enqueue(
      answer("o1", on: id, to: second.id), expecting: nil, draft: nil, by: claire, eventID: "q",
      now: later(200))
    try settle(&server)
    try a.store.take(third)
    try b.store.take(second)
    try settle(&server)
    try areEqual()
    for machine in [a, b] {
      #expect(try machine.store.order(id)?.messages == [Mail.id(1), third.id, second.id])
      let toTake = try machine.store.page(of: .todo, member: nil, after: nil, limit: 9)
      #expect(toTake.rows.map(\.id) == [id], "nobody has read the third mail")
    }
  }

  @Test func `M1 what is owed goes along on every machine, whole or not at all`() throws {
    var server = try begin(with: Mail(n: 1), Mail(n: 2, name: "Paul DURAND"))
    let other = Mail(n: 2).order
    let owed = MissingProduct(product: "Eliquis 5 mg", quantity: 2, due: later(1000))
    try a.store.act(.marked(.missing(owed)), on: other, event: "owed")
    try settle(&server)
    func attach(_ name: String) throws {
      _ = try a.store.attach(
        other, to: id, by: claire, eventIDs: (name, "\(name)-m"), now: later(300))
    }
    try attach("late")
    try b.store.act(.marked(.urgent), on: id, by: lea, event: "urgent")
    try b.sync(&server) { false }
    try settle(&server)
    try areEqual()
    #expect(try a.store.order(id)?.markers.missing == [])
    #expect(try a.store.order(other)?.mergedInto == nil)
    #expect(try a.store.order(other)?.markers.missing == [owed])
    try attach("again")
    try settle(&server)
    try areEqual()
    for machine in [a, b] {
      #expect(try machine.store.order(id)?.markers.missing == [owed])
      #expect(try machine.store.order(other)?.mergedInto == id)
    }
  }
}
