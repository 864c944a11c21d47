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
    let open = try revision(target)
    #expect(problem { try renew(open) } == .refused(.notFromHere(.preparing)), "one bag is enough")
    try store.act(.moved(to: .closed, reason: "remise"), on: target, by: lea, event: "closed")
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
    #expect(told.count { $0 == .marked(.urgent) } == 1, "it went along, and is told once")
    #expect(try store.order(target)?.markers.isUrgent == true)
    #expect(try store.events(of: target).count == told.count - 2, "the fold knows nothing of it")
  }

  @Test func `M1 what is owed, promised and asked goes along, and stays in sight`() throws {
    let eliquis = MissingProduct(product: "Eliquis 5 mg", quantity: 2, due: later(1000))
    let kardegic = MissingProduct(product: "Kardegic", quantity: 1)
    try store.act(.marked(.missing(eliquis)), on: source, by: lea, event: "m1")
    try store.act(.marked(.missing(kardegic)), on: source, by: lea, event: "m2")
    try store.act(.marked(.promised(later(900))), on: source, by: lea, event: "m3")
    try store.act(.marked(.questionPrescriber("dose ?")), on: source, by: lea, event: "m4")
    try store.act(.marked(.originalAwaited), on: source, by: lea, event: "m5")
    try store.act(.marked(.shelf("12")), on: source, by: lea, event: "m6")
    try store.act(.marked(.shelf("3")), on: target, by: lea, event: "t3")
    try store.act(.marked(.missing(kardegic)), on: target, by: lea, event: "t1")
    try store.act(.marked(.promised(later(800))), on: target, by: lea, event: "t2")
    try attach()
    let order = try #require(try store.order(target))
    #expect(
      Set(order.markers.missing) == [eliquis, kardegic], "one box for both is one box")
    #expect(order.markers.shelf == "3 / 12")
    #expect(order.markers.promisedAt == later(800))
    #expect(order.markers.questionPrescriber == "dose ?" && order.markers.isOriginalAwaited)
    #expect(order.dueProduct == later(1000))
    let promised = try store.page(of: .promised, member: nil, after: nil, limit: 9).rows
    #expect(promised.map(\.id) == [target])
    #expect(
      problem { _ = try store.undo(on: target, by: claire, eventID: "u", now: later(310)) }
        == .refused(.cannotBeUndone), "u would take away only what is owed")
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `M1 what is owed does not go into work that is finished`() throws {
    try store.act(
      .marked(.missing(MissingProduct(product: "Eliquis"))), on: source, by: lea, event: "m1")
    try store.act(.moved(to: .closed, reason: "doublon"), on: target, by: lea, event: "t1")
    #expect(problem { try attach() } == .refused(.stillOwed))
    #expect(try store.order(source)?.mergedInto == nil)
  }

  @Test func `M7 what an attaching brings may name another patient, and it is told`() throws {
    let odette = Patient(name: "MARTIN Odette", source: .person)
    let paul = Patient(name: "DURAND Paul", source: .person)
    try store.act(.patientNamed(paul), on: source, by: lea, event: "s")
    try store.act(.patientNamed(odette), on: target, by: lea, event: "t")
    try attach()
    let order = try #require(try store.order(target))
    #expect(order.patient == odette && order.otherPatients == [paul])
    // Renewing what nobody settled asks again.
    try store.act(.moved(to: .closed, reason: "x"), on: target, by: claire, event: "rc")
    let new = try store.renew(
      target, newID: "drenewed", by: claire, eventIDs: ("ro", "ra", "rr"), now: later(400))
    #expect(new.patient == odette && new.otherPatients == [paul])
    try store.act(.patientNamed(odette), on: target, by: lea, event: "t2")
    #expect(try store.order(target)?.otherPatients == [], "a person decided, knowing it")
  }

  @Test func `M8 a renewal asked for by mail is one demande to take, not two`() throws {
    try store.act(.moved(to: .closed, reason: "remise"), on: source, by: lea, event: "c")
    try store.take(Mail(n: 3, references: [Mail.header(1)]))
    #expect(try store.order(source)?.hasNews == true)
    _ = try store.renew(
      source, newID: "dre", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(320))
    let rows = try store.page(of: .todo, member: nil, after: nil, limit: 9).rows
    #expect(Set(rows.map(\.id)) == ["dre", target])
    #expect(try store.order(source)?.status == .closed)
    // It stays, and is what was done last: u offers nothing that nobody did.
    let last = try #require(try store.lastGestures(of: claire.author, now: later(330)).first)
    #expect(last.event.gesture == .renewed(from: source) && last.refusal == .cannotBeUndone)
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `M8 renewing what is still owed leaves the new message on it, in sight`() throws {
    try store.act(.taken(over: nil), on: source, by: lea, event: "t")
    try store.take(Mail(n: 3, references: [Mail.header(1)]))
    func renew() throws {
      _ = try store.renew(
        source, newID: "dre", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(320))
    }
    #expect(problem { try renew() } == .refused(.notFromHere(.preparing)))
    try store.act(.newsHandled, on: source, by: lea, event: "v")
    try store.act(
      .patientNamed(Patient(name: "MARTIN Odette", source: .person)), on: source, by: lea,
      event: "w")
    try store.act(.moved(to: .prepared, reason: nil), on: source, by: lea, event: "s1")
    try store.act(.moved(to: .checked, reason: nil), on: source, event: "s2")
    let handing = HandOver(owed: [MissingProduct(product: "Eliquis")])
    try store.act(.handedOver(handing), on: source, event: "h")
    try store.take(Mail(n: 4, references: [Mail.header(1)]))
    try #require(try store.order(source)?.hasNews == true)
    try renew()
    #expect(try store.order(source)?.hasNews == true && store.order(source)?.status == .partial)
    #expect(try store.order("dre")?.status == .received)
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `what one demande confirmed never answers for another one it is attached to`() throws {
    let (remi, elodie) = (Mail(n: 8), Mail(n: 9))
    var sent = [remi, elodie]
    sent[0].patient = Patient(name: "MOREL Rémi", source: .sender)
    sent[1].patient = Patient(name: "MOREL Élodie", source: .sender)
    for mail in sent { try store.take(mail) }
    try store.act(
      .patientNamed(Patient(name: "MOREL Rémi", source: .person)), on: remi.order, event: "w")
    // A renewal bears the confirmed name with its messages.
    try store.act(.moved(to: .closed, reason: "remise"), on: remi.order, event: "c")
    _ = try store.renew(
      remi.order, newID: "dre", by: claire, eventIDs: ("r1", "r2", "r3"), now: later(320))
    for (n, source) in ["dre", remi.order].enumerated() {
      guard
        problem({
          _ = try store.attach(
            source, to: elodie.order, by: claire, eventIDs: ("x\(n)", "y\(n)"), now: later(330))
        }) == nil
      else { continue }
      let order = try #require(try store.order(elodie.order))
      #expect(order.patient?.name == "MOREL Élodie" && order.patient?.isConfirmed == false)
      #expect(order.otherPatients.map(\.name) == ["MOREL Rémi"])
    }
    try #require(try store.order("dre")?.mergedInto == elodie.order)
    // Nobody checks it before somebody said for whom, knowing both.
    try store.act(.moved(to: .prepared, reason: nil), on: elodie.order, by: lea, event: "p")
    func check(_ event: String) throws {
      try store.act(.moved(to: .checked, reason: nil), on: elodie.order, event: event)
    }
    #expect(problem { try check("c1") } == .refused(.needsPatient))
    try store.act(
      .patientNamed(Patient(name: "MOREL Élodie", source: .person)), on: elodie.order, event: "w2")
    try check("c2")
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `what turns out to be missing after the remise is owed, in sight and rings`() throws {
    try store.act(
      .patientNamed(Patient(name: "MARTIN Odette", source: .person)), on: source, event: "w")
    for (n, status) in [Order.Status.prepared, .checked, .collected].enumerated() {
      try store.act(.moved(to: status, reason: nil), on: source, event: "s\(n)")
    }
    let due = later(1000)
    try store.act(
      .marked(.missing(MissingProduct(product: "Eliquis", due: due))), on: source, event: "m")
    let order = try #require(try store.order(source))
    #expect(order.status == .partial && order.dueProduct == due)
    let promised = try store.page(of: .promised, member: nil, after: nil, limit: 9).rows
    #expect(promised.map(\.id) == [source])
    // What no view of finished work would show is refused.
    try store.act(.moved(to: .closed, reason: "doublon"), on: target, event: "c")
    for marker in [
      Marker.missing(MissingProduct(product: "Eliquis")), .promised(due), .questionPatient("?"),
    ] {
      #expect(
        problem { try store.act(.marked(marker), on: target, event: "x") }
          == .refused(.notFromHere(.closed)))
    }
    #expect(try store.verify().problems.isEmpty)
  }

  @Test func `two patients named on one demande are settled by a person before the check`() throws {
    for (n, name) in [(1, "DURAND Paul"), (2, "MARTIN Odette")] {
      try store.storeDocument(
        ReadableDocument(attachment: 1, kind: .xdm, state: .done, text: "x"), of: Mail.id(n),
        patient: Patient(name: name, source: .document), now: later(10))
    }
    try attach()
    try store.act(.moved(to: .prepared, reason: nil), on: target, by: lea, event: "p")
    #expect(
      problem { try store.act(.moved(to: .checked, reason: nil), on: target, event: "c1") }
        == .refused(.needsPatient))
  }

  @Test func `M7 the patient that a document names comes along, and is told`() throws {
    let odette = Patient(name: "MARTIN Odette", source: .document)
    let paul = Patient(name: "DURAND Paul", source: .document)
    for (n, patient) in [(1, paul), (2, odette)] {
      try store.storeDocument(
        ReadableDocument(attachment: 1, kind: .xdm, state: .done, text: "Amoxicilline"),
        of: Mail.id(n), patient: patient, now: later(10))
    }
    try attach()
    let order = try #require(try store.order(target))
    #expect(order.patient?.name == odette.name && order.otherPatients.map(\.name) == [paul.name])
    #expect(try store.verify().problems.isEmpty)
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
