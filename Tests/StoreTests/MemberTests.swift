import Domain
import Store
import Testing

@Suite struct MemberTests {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws { officine = try Officine() }

  @Test func `PIN hashes are yescrypt, salted, and fit one PIN`() throws {
    let hash = try PIN.hash("4817")
    #expect(hash.hasPrefix("$y$"))
    #expect(try PIN.hash("4817") != hash)
    #expect(PIN.verify("4817", hash: hash))
    for wrong in ["4818", "", "48170", "4817\u{0}", " 4817"] {
      #expect(!PIN.verify(wrong, hash: hash), "\(wrong)")
    }
    for broken in ["", "$y$", "*0", "4817", "$1$abc$def", String(hash.dropLast())] {
      #expect(!PIN.verify("4817", hash: broken), "\(broken)")
    }
  }

  @Test func `members are found by initials, name, first name and account`() throws {
    var claire = member("1", "Claire BONNEFOY")
    claire.osUser = "claire"
    try store.addMember(claire, pinHash: "$y$x", by: nil, now: later(1))
    try store.addMember(
      member("2", "Zoé LAMBERT", .preparateur), pinHash: nil, by: nil, now: later(1))
    claire.hasPIN = true
    for text in ["cb", "CB", "claire bonnefoy", "Claire"] {
      #expect(try store.member(initialsOrName: text) == claire, "\(text)")
    }
    #expect(try store.member(initialsOrName: "zoe")?.id == "2")
    #expect(try store.member(initialsOrName: "x") == nil)
    #expect(try store.member(osUser: "claire")?.id == "1")
    #expect(try store.pinHash(of: "1") == "$y$x")
    let double = problem {
      try store.addMember(member("3", "Carole BLIN"), pinHash: nil, by: nil, now: later(2))
    }
    #expect(double == .refused(.initialsTaken))
  }

  @Test func `a removed member leaves the lists and frees the initials`() throws {
    let claire = member("1", "Claire BONNEFOY")
    try store.addMember(claire, pinHash: nil, by: nil, now: later(1))
    try store.removeMember("1", by: nil, now: later(2))
    #expect(try store.members(includeDisabled: true).isEmpty)
    #expect(problem { try store.setDisabled("1", true, by: nil, now: later(3)) } == .notFound)
    try store.addMember(member("2", "Carole BLIN"), pinHash: nil, by: nil, now: later(3))
    try store.take(Mail(n: 1))
    let error = problem {
      try store.act(
        .taken(over: nil), on: Mail(n: 1).order,
        by: Actor(member: claire, poste: "p", isDeclared: false), event: "t")
    }
    #expect(error == .refused(.memberInactive))
  }

  @Test func `taken initials and accounts are refused, and the journal tells it`() throws {
    var emma = member("1", "Émma MORIN")
    emma.osUser = "comptoir"
    try store.addMember(emma, pinHash: nil, by: nil, now: later(1))
    var zoe = member("2", "Zoé LAMBERT")
    zoe.initials = "em"
    let add = { try store.addMember(zoe, pinHash: nil, by: nil, now: later(2)) }
    #expect(problem(add) == .refused(.initialsTaken))
    zoe.initials = "ZL"
    zoe.osUser = "comptoir"
    #expect(problem(add) == .refused(.accountTaken))
    zoe.osUser = nil
    #expect(problem(add) == nil)
    zoe.osUser = "comptoir"
    let update = { try store.updateMember(zoe, by: nil, now: later(3)) }
    #expect(problem(update) == .refused(.accountTaken))
    zoe.osUser = nil
    zoe.initials = "ÉM"
    #expect(problem(update) == .refused(.initialsTaken))
    #expect(try store.member("2")?.initials == "ZL")
    let refused = try store.journal(limit: 99).map(\.answer).filter { $0.hasPrefix("refused.") }
    #expect(
      refused == [
        "refused.initials-taken", "refused.account-taken", "refused.account-taken",
        "refused.initials-taken",
      ])
  }

  @Test func `one that is there is changed field by field, and traced with what changed`() throws {
    var claire = member("1", "Claire BONNEFOY")
    claire.isResponsable = true
    try store.addMember(claire, pinHash: "$y$x", by: nil, now: later(1))
    try store.addMember(
      member("2", "Zoé LAMBERT", .preparateur), pinHash: nil, by: nil, now: later(1))
    try store.setDisabled("2", true, by: nil, now: later(2))
    // What somebody else changed meanwhile stays.
    let edit = MemberEdit(
      role: .adjoint, isResponsable: true, until: later(90_000), rpps: "10001234567")
    let zoe = try store.editMember("2", edit, by: Author(claire), now: later(3))
    #expect(try store.member("2") == zoe && zoe.isDisabled && zoe.isResponsable)
    #expect(zoe.role == .adjoint && zoe.until == later(90_000) && zoe.rpps == "10001234567")
    let trace = try #require(try store.journal(limit: 9).last)
    #expect(trace.action == "member.update" && trace.author.memberID == "1")
    #expect(trace.request.hasPrefix("2 role=adjoint responsable=true until="))
    #expect(trace.request.hasSuffix(" rpps"), "a number is not for the trace")
    let lines = try store.journal(limit: 99).count
    try store.editMember("2", edit, by: Author(claire), now: later(4))
    #expect(try store.journal(limit: 99).count == lines, "nothing changes, nothing is written")
    let back = try store.editMember("2", MemberEdit(until: .some(nil)), by: nil, now: later(5))
    #expect(back.until == nil && back.rpps == "10001234567")
    // She is disabled: Claire is the last one that decides.
    for edit in [MemberEdit(isResponsable: false), MemberEdit(until: later(6))] {
      #expect(
        problem { try store.editMember("1", edit, by: Author(claire), now: later(6)) }
          == .refused(.lastResponsable))
    }
    #expect(
      problem { try store.editMember("2", MemberEdit(initials: "cb"), by: nil, now: later(7)) }
        == .refused(.initialsTaken))
    try store.setDisabled("2", false, by: nil, now: later(8))
    try store.editMember("1", MemberEdit(isResponsable: false), by: nil, now: later(9))
    #expect(try store.pinHash(of: "1") == "$y$x", "the code stays")
    #expect(problem { try store.editMember("3", edit, by: nil, now: later(9)) } == .notFound)
  }

  @Test func `whoever was removed is found again by what they were called`() throws {
    try store.addMember(member("1", "Léa PETITJEAN"), pinHash: nil, by: nil, now: later(1))
    #expect(try store.formerMembers(initialsOrName: "LP").isEmpty)
    try store.removeMember("1", by: nil, now: later(2))
    try store.addMember(member("2", "Léa PETITJEAN"), pinHash: nil, by: nil, now: later(3))
    for text in ["lp", "lea", "Léa Petitjean"] {
      #expect(try store.formerMembers(initialsOrName: text).map(\.id) == ["1"], "\(text)")
    }
    #expect(try store.formerMembers(initialsOrName: "x").isEmpty)
  }

  @Test func `the last active responsable stays`() throws {
    var claire = member("1", "Claire BONNEFOY")
    claire.isResponsable = true
    var zoe = member("2", "Zoé LAMBERT")
    zoe.isResponsable = true
    try store.addMember(claire, pinHash: nil, by: nil, now: later(1))
    try store.addMember(zoe, pinHash: nil, by: nil, now: later(1))
    try store.setDisabled("2", true, by: nil, now: later(2))
    var demoted = claire
    demoted.isResponsable = false
    var gone = claire
    gone.until = later(3)
    let last = StoreError.refused(.lastResponsable)
    #expect(problem { try store.setDisabled("1", true, by: nil, now: later(3)) } == last)
    #expect(problem { try store.removeMember("1", by: nil, now: later(3)) } == last)
    #expect(problem { try store.updateMember(demoted, by: nil, now: later(3)) } == last)
    #expect(problem { try store.updateMember(gone, by: nil, now: later(3)) } == last)
    #expect(try store.member("1") == claire)
    // Not the last one, or no responsable at all: nothing holds them.
    try store.setDisabled("2", false, by: nil, now: later(4))
    try store.setDisabled("1", true, by: nil, now: later(5))
    #expect(problem { try store.removeMember("2", by: nil, now: later(6)) } == last)
    try store.addMember(member("3", "Noé ROUX"), pinHash: nil, by: nil, now: later(7))
    try store.removeMember("3", by: nil, now: later(8))
    try store.removeMember("1", by: nil, now: later(9))
    #expect(try store.members(includeDisabled: true).map(\.id) == ["2"])
  }
}
