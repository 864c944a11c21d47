import Domain
import Store
import Testing

@Suite struct KeptNoteTests {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws { officine = try Officine() }

  @Test func `O14: a note half written is its author's, and an older text replaces nothing`() throws
  {
    try store.keepNote("elle a appelé", on: "d1", of: "lea", now: later(2))
    try store.keepNote("elle a", on: "d1", of: "lea", now: later(1))
    try store.keepNote("autre", on: "d1", of: "sami", now: later(1))
    #expect(try store.keptNotes(of: "lea") == ["d1": "elle a appelé"])
    try store.keepNote(" \n", on: "d1", of: "lea", now: later(3))
    #expect(try store.keptNotes(of: "lea").isEmpty)
    #expect(try store.keptNotes(of: "sami") == ["d1": "autre"])
    #expect(try store.drafts(of: "lea").isEmpty, "it is no mail")
  }

  @Test func `P01: what waits is counted by times alone`() throws {
    try store.take(Mail(n: 1), Mail(n: 2))
    #expect(try store.waitingSince(limit: 10).count == 2)
    #expect(try store.waitingSince(limit: 1).count == 1)
    let claire = member("1", "Claire BONNEFOY")
    try store.addMember(claire, pinHash: nil, by: nil, now: later(1))
    try store.act(
      .taken(over: nil), on: Mail(n: 1).order,
      by: Actor(member: claire, poste: "p", isDeclared: false), event: "t")
    #expect(try store.waitingSince(limit: 10).count == 1)
  }

  @Test func `a code that somebody else chose is provisional until the member's own`() throws {
    try store.addMember(
      member("1", "Claire BONNEFOY"), pinHash: "$y$a", by: nil, now: later(1))
    #expect(try !store.isPINProvisional(of: "1"))
    try store.setPIN(of: "1", hash: "$y$b", isProvisional: true, by: nil, now: later(2))
    #expect(try store.isPINProvisional(of: "1"))
    try store.setPIN(of: "1", hash: "$y$c", by: nil, now: later(3))
    #expect(try !store.isPINProvisional(of: "1"))
    let actions = try store.journal(limit: 100).map(\.action)
    #expect(actions.suffix(2) == ["member.pin.reset", "member.pin"])
  }
}
