import Domain
import Testing

@testable import Store

@Suite struct MentionTests {
  let officine: Officine
  var store: OfficineStore { officine.store }
  let order = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1))
    for person in [claire, lea] {
      try officine.store.addMember(person.member, pinHash: nil, by: nil, now: later(1))
    }
  }

  @Test func `a note that names a member is unread for them alone, on every poste`() throws {
    try store.act(.noted("@Léa peux-tu voir ? @claire"), on: order, by: claire, event: "n1")
    try store.act(.noted("sans personne"), on: order, by: claire, event: "n2")
    let other = try officine.another()
    let found = try #require(try other.mentions(of: lea.member.id).first)
    #expect(found.event == "n1" && found.order == order && found.by.name == "Claire")
    #expect(try store.mentions(of: lea.member.id).count == 1)
    #expect(try store.mentions(of: claire.member.id).isEmpty, "nobody is told of their own words")
    let before = try other.dataVersion()
    try store.readMentions(["n1"], by: lea.member.id, now: later(200))
    #expect(try other.mentions(of: lea.member.id).isEmpty)
    #expect(try other.dataVersion() != before)
    #expect(try store.verify().problems == [])
  }

  @Test func `a refused or repeated note mentions once, a disabled member never`() throws {
    try store.act(.noted("@LP"), on: order, by: claire, event: "n1")
    try store.act(.noted("@LP"), on: order, by: claire, event: "n1")
    #expect(problem { try store.act(.noted("  "), on: order, by: claire, event: "n2") } != nil)
    #expect(try store.mentions(of: lea.member.id).map(\.event) == ["n1"])
    try store.readMentions(["n1"], by: claire.member.id, now: later(200))
    #expect(try store.mentions(of: lea.member.id).count == 1, "only they can read theirs")
    try store.setDisabled(lea.member.id, true, by: nil, now: later(2))
    try store.act(.noted("@LP encore"), on: order, by: claire, event: "n3")
    #expect(try store.mentions(of: lea.member.id).map(\.event) == ["n1"])
  }
}
