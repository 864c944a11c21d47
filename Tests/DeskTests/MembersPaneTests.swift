import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("The pane of the team")
struct MembersPaneTests {
  private let team = [Officine.claire, Officine.lea, Officine.sami].map {
    TeamMember(member: $0, isPINProvisional: false)
  }

  private func opened() -> DeskTrace {
    var desk = DeskTrace(.fixture(actor: Officine.claire))
    #expect(desk.send(.commanded(.members)) == [.loadTeam])
    desk.send(.teamLoaded(team))
    return desk
  }

  private func form(_ desk: DeskTrace) -> Form? {
    guard case .form(let form)? = desk.state.layers.last else { return nil }
    return form
  }

  @Test func `P03: whoever is no responsable is told so, and nothing is asked of the store`() {
    var desk = DeskTrace(.fixture())
    #expect(desk.send(.commanded(.members)).isEmpty && desk.state.layers.isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.members, .notResponsable))
    desk = DeskTrace(.fixture(actor: nil))
    desk.send(.commanded(.members))
    #expect(desk.state.notice?.content == .unavailable(.members, .nobodyActs))
  }

  @Test func `a new code is typed twice, with the responsable's own, and the list comes back`() {
    var desk = opened()
    desk.press(.down, .enter)
    desk.press(.enter)
    #expect(form(desk)?.kind == .team(.resetPIN(Officine.lea)))
    desk.type("2468\n2469\n1111\n")
    #expect(form(desk)?.problem == .identity(.pinsDiffer))
    desk.press(.control("u"))
    desk.type("2468\n")
    let change = TeamChange.resetPIN(Officine.lea, to: "2468")
    #expect(desk.press(.enter) == [.changeTeam(change, ownPIN: "1111")], "\(desk.report)")
    desk.send(.teamRefused(.identity(.wrongPIN)))
    #expect(form(desk)?.problem == .identity(.wrongPIN))
    #expect(form(desk)?.text(of: .team(.ownPIN))?.isEmpty == true)
    #expect(form(desk)?.text(of: .team(.newPIN)) == "2468", "the rest stays")
    desk.type("4711\n")
    let effects = desk.send(.teamChanged(.codeSet(Officine.lea)))
    #expect(effects == [.loadTeam, .loadMembers])
    guard case .menu(let menu)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(menu.kind == .team && desk.state.layers.count == 1)
    #expect(!String(describing: desk.state).contains("2468"), "no code stays in the state")
    desk.press(.escape)
    #expect(desk.state.layers.isEmpty)
  }

  @Test func `disabling asks with No under the cursor, and the list shows what became of it`() {
    var desk = opened()
    desk.press(.down, .down, .enter)
    desk.press(.down, .enter)
    #expect(desk.press(.enter).isEmpty, "Enter changes nothing")
    desk.press(.enter, .down, .enter, .left)
    let change = TeamChange.setDisabled(Officine.sami, true)
    #expect(desk.press(.enter).isEmpty, "an open screen is not a responsable")
    #expect(form(desk)?.kind == .team(.setDisabled(Officine.sami, true)))
    desk.press(.enter)
    #expect(form(desk)?.problem == .empty(.team(.ownPIN)))
    desk.type("1111")
    #expect(desk.press(.enter) == [.changeTeam(change, ownPIN: "1111")], "\(desk.report)")
    var sami = Officine.sami
    sami.isDisabled = true
    desk.send(.teamChanged(.stopped(sami)))
    desk.send(.teamLoaded([TeamMember(member: sami, isPINProvisional: false)]))
    guard case .menu(let menu)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(menu.choices.first == .team(.person(TeamMember(member: sami, isPINProvisional: false))))
    desk.send(.teamRefused(.team(.refused(.lastResponsable))))
    #expect(desk.state.notice?.content == .refused(.lastResponsable))
  }

  @Test func `somebody new has a name; the rest is judged where it is given`() {
    var desk = opened()
    desk.press(.end, .enter, .end, .enter)
    #expect(form(desk)?.kind == .team(.add(.autre)))
    desk.type("\n\n\n\n\n1111\n")
    #expect(form(desk)?.problem == .empty(.team(.name)))
    desk.type("Inès  DUVAL\n\n123\n\n\n\n")
    #expect(form(desk)?.problem == .team(.notAnRPPS) && form(desk)?.focus == 2)
    desk.press(.control("u"))
    desk.type("10001234567\n31/12/2026\n9\n\n")
    #expect(form(desk)?.problem == .identity(.pinLength))
    desk.type("753\n")
    guard case .changeTeam(.add(let new), "1111")? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(new.name == "Inès DUVAL" && new.initials == nil && new.role == .autre)
    #expect(new.rpps == "10001234567" && new.pin == "9753")
    #expect(new.until.map { CivilTime($0).dayMonthYear } == "31/12/2026", "the day is theirs")
    desk.send(.teamRefused(.team(.refused(.initialsTaken))))
    #expect(form(desk)?.problem == .team(.refused(.initialsTaken)))
    desk.press(.control("k"))
    #expect(!String(describing: desk.state).contains("9753"))
  }

  @Test func `A5 role, right and last day of somebody who is there, each with the own code`() {
    var desk = opened()
    desk.press(.down, .enter)
    desk.press(.down, .down, .enter)
    guard case .menu(let roles)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(roles.kind == .newRole(Officine.lea))
    #expect(roles.choices.count == Role.allCases.count - 1, "not the one she has")
    desk.press(.down, .enter)
    desk.type("1111")
    let role = MemberEdit(role: .adjoint)
    #expect(
      desk.press(.enter) == [.changeTeam(.edit(Officine.lea, role), ownPIN: "1111")],
      "\(desk.report)")
    desk.send(.teamChanged(.edited(Officine.lea)))
    desk.press(.enter)
    desk.press(.down, .down, .down, .enter)
    desk.type("1111")
    let right = MemberEdit(isResponsable: true)
    #expect(desk.press(.enter) == [.changeTeam(.edit(Officine.lea, right), ownPIN: "1111")])
    desk.send(.teamRefused(.team(.refused(.lastResponsable))))
    #expect(form(desk)?.problem == .team(.refused(.lastResponsable)))
    desk.press(.escape)
    desk.press(.enter, .end, .enter)
    desk.type("20/11/2020\n1111\n")
    #expect(form(desk)?.problem == .team(.dayOver), "\(desk.report)")
    desk.press(.control("u"))
    desk.type("20/12/2099\n")
    guard case .changeTeam(.edit(Officine.lea, let edit), "1111")? = desk.press(.enter).first,
      case .some(.some(let end)) = edit.until
    else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(CivilTime(end).dayMonthYear == "20/12/2099", "the day is theirs")
  }

  @Test func `the list does not open over what was begun meanwhile`() {
    var desk = DeskTrace(.fixture(actor: Officine.claire))
    desk.send(.commanded(.members))
    desk.press(.character("n"))
    desk.send(.teamLoaded(team))
    #expect(desk.state.context == .note)
    desk.press(.escape)
    desk.send(.teamLoaded(team))
    #expect(desk.state.layers.isEmpty)
  }
}
