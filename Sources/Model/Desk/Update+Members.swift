public import Domain

/// A person of the team as a responsable sees them.
public struct TeamMember: Equatable, Sendable {
  public var member: Member
  /// Their code was chosen by somebody else, and they have not chosen their own yet.
  public var isPINProvisional: Bool
  public init(member: Member, isPINProvisional: Bool) {
    self.member = member
    self.isPINProvisional = isPINProvisional
  }
}

/// Somebody who joins the team.
public struct NewMember: Equatable, Sendable {
  public var name: String
  /// nil: the first free ones of the name.
  public var initials: String?
  public var role: Role
  public var rpps: String?
  /// The first moment after their last day.
  public var until: Timestamp?
  /// Provisional: they choose their own when they first open a screen.
  public var pin: String?
}

/// What a responsable changes in the team.
public enum TeamChange: Equatable, Sendable {
  case add(NewMember)
  /// The new code is provisional.
  case resetPIN(Member, to: String)
  case setDisabled(Member, Bool)
  case edit(Member, MemberEdit)
}

/// What became of it, without any code.
public enum TeamNews: Equatable, Sendable {
  case added(Member)
  case codeSet(Member)
  case stopped(Member)
  case resumed(Member)
  /// Enabled, and their last day is over all the same.
  case stillOver(Member)
  case edited(Member)
}

/// Why a change of the team was not made, or cannot be asked yet.
public enum TeamProblem: Equatable, Sendable {
  case tooLong
  case notAnRPPS
  /// A last day that is over.
  case dayOver
  case notResponsable
  /// From the first code on nobody acts by name alone: a responsable has theirs first.
  case responsableFirst
  case refused(Refusal)
}

/// Lines of the menus of the team.
public enum TeamChoice: Equatable, Sendable {
  case person(TeamMember)
  case add
  case role(Role)
  case resetPIN(Member)
  case setDisabled(Member, Bool)
  case changeRole(Member)
  case lastDay(Member)
  /// Another role, or the right of a responsable.
  case edit(Member, MemberEdit)
}

/// Forms of the team.
public enum TeamForm: Equatable, Sendable {
  case add(Role)
  case resetPIN(Member)
  case setDisabled(Member, Bool)
  case lastDay(Member)
  /// Nothing but one's own code.
  case edit(Member, MemberEdit)
}

/// Lines of those forms.
public enum TeamField: Equatable, Sendable {
  case name, initials, rpps, until, newPIN, newPINAgain
  /// The code of whoever changes the team: an open screen is not a responsable.
  case ownPIN
}

extension State {
  /// Every responsable's, and everybody's until there is one.
  var teamUnavailability: Unavailability? {
    if let reason = actingUnavailability { return reason }
    let mayManage = actor?.member.may(.manageMembers, among: members, at: now) == true
    return mayManage ? nil : .notResponsable
  }

  mutating func askTeam() -> [Effect] {
    awaitsTeam = true
    // There it is seen what counts.
    let lost = log.lostRights.map(\.id)
    return [.loadTeam] + (lost.isEmpty ? [] : [.acknowledgeRefusals(lost)])
  }

  /// The list opens, or is drawn again where it was.
  mutating func receive(team: [TeamMember]) {
    let choices = team.map { Menu.Choice.team(.person($0)) } + [.team(.add)]
    for (place, layer) in layers.enumerated() {
      guard case .menu(var menu) = layer, menu.kind == .team else { continue }
      menu.choices = choices
      menu.selected = min(menu.selected, choices.count - 1)
      layers[place] = .menu(menu)
      awaitsTeam = false
    }
    defer { awaitsTeam = false }
    // A person who moved on meanwhile is not interrupted.
    guard awaitsTeam, canLookElsewhere else { return }
    layers.append(.menu(Menu(kind: .team, choices: choices, order: nil)))
  }

  /// The list stays under what it leads to.
  mutating func choose(_ choice: TeamChoice, from menu: Menu) -> [Effect] {
    switch choice {
    case .person(let person):
      layers.append(.menu(menu))
      let member = person.member
      let choices: [TeamChoice] = [
        .resetPIN(member), .setDisabled(member, !member.isDisabled), .changeRole(member),
        .edit(member, MemberEdit(isResponsable: !member.isResponsable)), .lastDay(member),
      ]
      openMenu(.person(person), choices.map { .team($0) }, nil)
    case .add:
      layers.append(.menu(menu))
      openMenu(.roles, Role.allCases.map { .team(.role($0)) }, nil)
    case .role(let role):
      openTeamForm(.add(role), [.name, .initials, .rpps, .until, .newPIN])
    case .resetPIN(let member): openTeamForm(.resetPIN(member), [.newPIN, .newPINAgain])
    case .changeRole(let member):
      let roles = Role.allCases.filter { $0 != member.role }
      openMenu(
        .newRole(member), roles.map { .team(.edit(member, MemberEdit(role: $0))) }, nil)
    case .lastDay(let member): openTeamForm(.lastDay(member), [.until])
    case .edit(let member, let edit):
      guard asksOwnPIN else { return [.changeTeam(.edit(member, edit), ownPIN: nil)] }
      openTeamForm(.edit(member, edit), [])
    case .setDisabled(let member, let isDisabled):
      ask(.setDisabled(member, isDisabled), expecting: nil, isYesSelected: !isDisabled)
    }
    return []
  }

  /// Said Yes to: an open screen is not a responsable, so whoever has a code shows it.
  mutating func setDisabled(_ member: Member, _ isDisabled: Bool) -> [Effect] {
    guard asksOwnPIN else { return [.changeTeam(.setDisabled(member, isDisabled), ownPIN: nil)] }
    openTeamForm(.setDisabled(member, isDisabled), [])
    return []
  }

  /// As the team is now: one's first code may be a minute old.
  private var asksOwnPIN: Bool {
    guard asksPIN, let own = actor?.member else { return false }
    return (members.first { $0.id == own.id } ?? own).hasPIN
  }

  private mutating func openTeamForm(_ kind: TeamForm, _ fields: [TeamField]) {
    let own: [TeamField] = asksOwnPIN ? [.ownPIN] : []
    layers.append(
      .form(
        Form(
          kind: .team(kind), order: nil, expecting: nil,
          fields: (fields + own).map { Form.Field(.team($0), Self.known(of: kind, $0)) })))
  }

  /// What is corrected stands there.
  private static func known(of kind: TeamForm, _ field: TeamField) -> String {
    guard case .lastDay(let member) = kind, field == .until, let end = member.until else {
      return ""
    }
    return CivilTime(end).dayMonthYear
  }

  mutating func submitTeam(_ form: Form, _ kind: TeamForm) -> [Effect] {
    var form = form
    let change: TeamChange
    do {
      change = try form.teamChange(kind, now: now)
    } catch {
      form.problem = error.problem
      form.focus = error.field
      if error.problem == .identity(.pinsDiffer) { form.clearSecondPIN() }
      replaceTop(.form(form))
      return []
    }
    form.isSubmitted = true
    replaceTop(.form(form))
    return [.changeTeam(change, ownPIN: form.text(of: .team(.ownPIN)))]
  }

  // MARK: Answers

  mutating func finish(_ news: TeamNews) -> [Effect] {
    layers.removeAll {
      guard case .form(let form) = $0, case .team = form.kind else { return false }
      return form.isSubmitted
    }
    say(.teamChanged(news))
    return [.loadTeam, .loadMembers]
  }

  /// The text of the form stays, but for the codes.
  mutating func refuseTeam(_ problem: FormProblem) -> [Effect] {
    for (place, layer) in layers.enumerated() {
      guard case .form(var form) = layer, case .team = form.kind else { continue }
      form.isSubmitted = false
      form.problem = problem
      if case .identity = problem, let own = form.place(of: .team(.ownPIN)) {
        form.fields[own].buffer.clear()
        form.focus = own
      }
      layers[place] = .form(form)
      return []
    }
    switch problem {
    case .team(.refused(let refusal)): say(.refused(refusal))
    case .identity(.failed(let failure)): say(.failed(failure))
    default: say(.unavailable(.members, .notResponsable))
    }
    return [.loadTeam]
  }
}

extension Form {
  /// What the lines say.
  func teamChange(_ kind: TeamForm, now: Timestamp) throws(FormError) -> TeamChange {
    func text(_ field: TeamField) -> String {
      let typed = self.text(of: .team(field)) ?? ""
      return typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    func fail(_ problem: FormProblem, _ field: TeamField) -> FormError {
      FormError(problem: problem, field: place(of: .team(field)) ?? 0)
    }
    if place(of: .team(.ownPIN)) != nil, text(.ownPIN).isEmpty {
      throw fail(.empty(.team(.ownPIN)), .ownPIN)
    }
    let code = self.text(of: .team(.newPIN)) ?? ""
    switch kind {
    case .resetPIN(let member):
      guard (4...64).contains(code.count) else { throw fail(.identity(.pinLength), .newPIN) }
      guard code == self.text(of: .team(.newPINAgain)) else {
        throw fail(.identity(.pinsDiffer), .newPINAgain)
      }
      return .resetPIN(member, to: code)
    case .setDisabled(let member, let isDisabled): return .setDisabled(member, isDisabled)
    case .edit(let member, let edit): return .edit(member, edit)
    case .lastDay(let member):
      return .edit(member, MemberEdit(until: .some(try lastDay(text(.until), now))))
    case .add(let role):
      guard !text(.name).isEmpty else { throw fail(.empty(.team(.name)), .name) }
      guard text(.name).count <= 100 else { throw fail(.team(.tooLong), .name) }
      guard text(.initials).count <= 6 else { throw fail(.team(.tooLong), .initials) }
      let rpps = text(.rpps).filter { !$0.isWhitespace }
      guard rpps.isEmpty || Member.looksLikeRPPS(rpps) else { throw fail(.team(.notAnRPPS), .rpps) }
      guard code.isEmpty || (4...64).contains(code.count) else {
        throw fail(.identity(.pinLength), .newPIN)
      }
      let until = try lastDay(text(.until), now)
      let initials = text(.initials).uppercased()
      return .add(
        NewMember(
          name: text(.name), initials: initials.isEmpty ? nil : initials, role: role,
          rpps: rpps.isEmpty ? nil : rpps, until: until, pin: code.isEmpty ? nil : code))
    }
  }

  /// The end of it: their last day is a whole one. nil for nothing typed.
  private func lastDay(_ text: String, _ now: Timestamp) throws(FormError) -> Timestamp? {
    func fail(_ problem: FormProblem) -> FormError {
      FormError(problem: problem, field: place(of: .team(.until)) ?? 0)
    }
    if text.isEmpty { return nil }
    guard let day = Timestamp(day: text, now: now) else {
      throw fail(Timestamp.needsYear(text, now: now) ? .yearNeeded : .notADate)
    }
    let end = CivilDay(day).instant(minute: 1440).adding(seconds: -1)
    guard end > now else { throw fail(.team(.dayOver)) }
    return end
  }
}
