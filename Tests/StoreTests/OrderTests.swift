import Domain
import Foundation
import Synchronization
import Testing

@testable import Store

@Suite struct OrderTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let id = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1))
  }

  @Test func `D14 eight postes take one demande and one has it`() throws {
    let postes = try (1...8).map { n in
      (try officine.another(), actor("Membre\(n) X", poste: "poste \(n)"))
    }
    let id = id
    let wins = Mutex<[Order]>([])
    let losses = Mutex<[StoreError]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { place in
      let (store, actor) = postes[place]
      do {
        let order = try store.perform(
          .taken(over: nil), on: id, expecting: nil, by: actor, policy: Policy(),
          eventID: "take-\(place)", now: later(50))
        wins.withLock { $0.append(order) }
      } catch {
        losses.withLock { $0.append(StoreError(error)) }
      }
    }
    let owner = try #require(wins.withLock { $0 }.first?.owner)
    #expect(wins.withLock { $0.count } == 1)
    #expect(
      losses.withLock { $0 }
        == Array(repeating: .refused(.alreadyTaken(by: owner)), count: 7))
    #expect(try store.order(id)?.owner == owner)
    // Both the winner and the losers are traced.
    let takes = try store.journal(limit: 99).filter { $0.action == "take" }
    #expect(takes.count == 8)
    #expect(takes.filter { $0.answer == "refused.already-taken" }.count == 7)
    #expect(try store.verify().problems == [])
  }

  @Test func `D13 the second of two updates is told who was first`() throws {
    let seen = try #require(try store.order(id)).revision
    try store.act(.marked(.urgent), on: id, by: lea, expecting: seen, event: "a", at: 60)
    let error = problem {
      try store.act(.marked(.shelf("bac 12")), on: id, by: claire, expecting: seen, event: "b")
    }
    #expect(error == .refused(.stale(by: lea.author, at: later(60), now: .received)))
    #expect(try store.order(id)?.markers.shelf == nil)
    #expect(try store.events(of: id).count == 3)
  }

  @Test func `D15 notes of four postes are all kept and make nobody stale`() throws {
    let seen = try #require(try store.order(id)).revision
    let postes = try (1...4).map { _ in try officine.another() }
    let id = id
    let failures = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4) { place in
      for n in 1...25 {
        do {
          try postes[place].act(
            .noted("note \(place) \(n)"), on: id, expecting: 1, event: "n-\(place)-\(n)")
        } catch {
          failures.withLock { $0 += 1 }
        }
      }
    }
    #expect(failures.withLock { $0 } == 0)
    let order = try #require(try store.order(id))
    #expect(order.noteCount == 100 && order.revision == seen)
    #expect(try store.events(of: id).map(\.number) == Array(1...102))
  }

  @Test func `the same event identifier again changes nothing`() throws {
    let first = try store.act(.marked(.urgent), on: id, event: "same")
    let second = try store.act(.marked(.urgent), on: id, expecting: 1, event: "same")
    #expect(first == second)
    #expect(try store.events(of: id).count == 3)
  }

  @Test func `a disabled member does nothing, whatever the session believes`() throws {
    try store.addMember(claire.member, pinHash: nil, by: nil, now: later(1))
    try store.setDisabled(claire.member.id, true, by: nil, now: later(2))
    let error = problem { try store.act(.taken(over: nil), on: id, event: "e") }
    #expect(error == .refused(.memberInactive))
  }

  @Test func `undo takes back one's own last gesture and names it`() throws {
    try store.act(.taken(over: nil), on: id, event: "take")
    let (order, undone) = try store.undo(on: id, by: claire, eventID: "undo", now: later(110))
    #expect(order.owner == nil && order.status == .received && undone.id == "take")
    #expect(order.revision == 4)
    let error = problem { _ = try store.undo(on: id, by: lea, eventID: "u2", now: later(111)) }
    #expect(error == .refused(.nothingToUndo))
  }

  @Test func `attaching moves the messages and closes the other demande`() throws {
    try store.take(Mail(n: 2))
    let order = try store.attach(
      Mail(n: 2).order, to: id, by: claire, eventIDs: ("a", "b"), now: later(100))
    #expect(order.messages == [Mail.id(1), Mail.id(2)])
    let other = try #require(try store.order(Mail(n: 2).order))
    #expect(other.mergedInto == id && other.status == .closed && other.messages.isEmpty)
    // An answer to the moved message finds its new place.
    let result = try store.take(Mail(n: 3, references: [Mail.header(2)]))
    #expect(result.touched == [id])
    let again = problem {
      _ = try store.attach(
        Mail(n: 2).order, to: id, by: lea, eventIDs: ("c", "d"), now: later(101))
    }
    #expect(again == .refused(.merged(into: id)))
    #expect(try store.everyOrder().count == 2)
    #expect(try store.verify().problems == [])
  }

  @Test func `splitting and renewing open demandes of their own`() throws {
    try store.take(Mail(n: 2, references: [Mail.header(1)]), Mail(n: 3))
    let (rest, new) = try store.split(
      Mail.id(2), from: id, newID: "dsplit", by: claire, eventIDs: ("s1", "s2", "s3"),
      now: later(100))
    #expect(rest.messages == [Mail.id(1)] && new.messages == [Mail.id(2)])
    let last = problem {
      _ = try store.split(
        Mail.id(1), from: id, newID: "dx", by: claire, eventIDs: ("t1", "t2", "t3"),
        now: later(100))
    }
    #expect(last == .refused(.lastMessage))
    let person = Patient(name: "MARTIN Jeanne", source: .person)
    try store.act(.patientNamed(person), on: id, event: "p")
    try store.act(.moved(to: .closed, reason: "remise"), on: id, event: "closed")
    let renewed = try store.renew(
      id, newID: "drenew", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(500))
    #expect(renewed.messages == [Mail.id(1)] && renewed.patient == person)
    #expect(renewed.status == .received && renewed.kind == .prescription)
    #expect(try store.order(ofMessage: Mail.id(1))?.id == "drenew")
    let ids = try store.page(of: .all, member: nil, after: nil, limit: 9).rows.map(\.id)
    #expect(ids.first == "drenew" && Set(ids).count == 4)
    #expect(try store.verify().problems == [])
  }

  @Test func `identifiers are found by their beginning`() throws {
    #expect(try store.resolve(Mail.id(1)) == .message(Mail.id(1)))
    #expect(try store.resolve("DAAA") == .order(id))
    try store.take(Mail(n: 2))
    #expect(problem { _ = try store.resolve("maaa") } == .notFound)
    #expect(problem { _ = try store.resolve("ma") } == .notFound)
    #expect(problem { _ = try store.resolve("m%aa' --") } == .notFound)
  }
}
