import Domain
import Testing

@testable import Store

/// Attaching, splitting and renewing cannot be undone: they happen on what their author saw.
@Suite struct RegroupTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let source = Mail(n: 1).order
  let target = Mail(n: 2).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1), Mail(n: 2))
  }

  private func revision(_ id: Order.ID) throws -> Order.Revision {
    try #require(try store.order(id)).revision
  }

  private func attach(
    _ seen: AttachingRevisions = AttachingRevisions(), over: Author? = nil, by who: Actor = claire,
    event: String = "a"
  ) throws {
    _ = try store.attach(
      source, to: target, expecting: seen, over: over, by: who, eventIDs: (event, event + "2"),
      now: later(300))
  }

  private func isStale(_ error: StoreError?) -> Bool {
    if case .refused(.stale(let by, _, _)) = error { return by == lea.author }
    return false
  }

  @Test func `M5 attaching is refused when either demande changed since it was seen`() throws {
    let seen = AttachingRevisions(source: try revision(source), target: try revision(target))
    try store.act(.marked(.urgent), on: target, by: lea, event: "t")
    #expect(isStale(problem { try attach(seen) }))
    let later = AttachingRevisions(source: seen.source, target: try revision(target))
    try store.act(.marked(.shelf("3")), on: source, by: lea, event: "s")
    #expect(isStale(problem { try attach(later) }))
    #expect(try store.order(source)?.mergedInto == nil)
    try attach(AttachingRevisions(source: try revision(source), target: try revision(target)))
    #expect(try store.order(source)?.mergedInto == target)
  }

  @Test func `M5 what a colleague works on goes away only when they are named`() throws {
    try store.act(.taken(over: nil), on: source, by: lea, event: "t")
    let owner = try #require(try store.order(source)?.owner)
    #expect(problem { try attach() } == .refused(.alreadyTaken(by: owner)))
    #expect(problem { try attach(over: claire.author) } == .refused(.alreadyTaken(by: owner)))
    try store.act(.moved(to: .prepared, reason: nil), on: source, by: lea, event: "p")
    #expect(problem { try attach() } == .refused(.alreadyTaken(by: owner)))
    try attach(over: lea.author)
    #expect(try store.order(source)?.mergedInto == target)
  }

  @Test func `splitting and renewing are refused when the demande changed since it was seen`()
    throws
  {
    try attach()
    let seen = try revision(target)
    try store.act(.taken(over: nil), on: target, by: lea, event: "t")
    func split(_ seen: Order.Revision?, over: Author? = nil) throws {
      _ = try store.split(
        Mail.id(1), from: target, newID: "dnew", expecting: seen, over: over, by: claire,
        eventIDs: ("s1", "s2", "s3"), now: later(310))
    }
    #expect(isStale(problem { try split(seen) }))
    let now = try revision(target)
    let owner = try #require(try store.order(target)?.owner)
    #expect(problem { try split(now) } == .refused(.alreadyTaken(by: owner)))
    try split(now, over: lea.author)
    #expect(try store.order("dnew")?.messages == [Mail.id(1)])
    func renew(_ seen: Order.Revision?) throws {
      _ = try store.renew(
        target, newID: "dre", expecting: seen, by: claire, eventIDs: ("r1", "r2", "r3"),
        now: later(320))
    }
    #expect(problem { try renew(now) } != nil)
    try renew(try revision(target))
    #expect(try store.order("dre") != nil)
  }

  @Test func `notes and the name that a person gave are read where they went`() throws {
    let mother = Patient(name: "MARTIN Odette", source: .person)
    try store.act(.noted("ne pas délivrer avant rappel du Dr"), on: source, by: lea, event: "n")
    try store.act(.patientNamed(mother), on: source, by: lea, event: "p")
    try store.act(.marked(.urgent), on: source, by: lea, event: "m")
    try attach()
    let told = try store.history(of: target).map(\.gesture)
    let attached = try #require(
      told.firstIndex {
        if case .attached = $0 { true } else { false }
      })
    #expect(
      told[..<attached].suffix(2)
        == [.noted("ne pas délivrer avant rappel du Dr"), .patientNamed(mother)])
    #expect(!told.contains(.marked(.urgent)))
    #expect(try store.events(of: target).count == told.count - 2, "the fold knows nothing of it")
  }

  @Test func `O13 what reaches the demande under its new name stops an answer written before`()
    throws
  {
    // Claire's answer to the source waits, and she attaches it herself, at her own poste.
    let seen = try store.lastEvent(of: source)
    try store.enqueue(
      answer("o1", on: source, to: Mail.id(1)),
      expecting: ThreadStamp(revision: 0, lastMessage: nil, lastEvent: seen, order: source),
      draft: nil, by: claire, eventID: "q", now: later(200))
    try attach()
    #expect(try store.collision(on: source, since: seen, by: claire.author) == nil)
    try store.take(Mail(n: 3, references: [Mail.header(1)]))
    #expect(try store.order(target)?.messages.last == Mail.id(3))
    let report = try #require(try store.collision(on: source, since: seen, by: claire.author))
    #expect(report.events.map(\.order) == [target])
    #expect(report.upTo == (try store.lastEvent(of: target)))
    #expect(try store.claimOutgoing(now: later(400)) == nil)
    #expect(try store.heldAnswers(of: target).map(\.item.id) == ["o1"])
  }
}
