public import Desk
public import Domain

extension English {
  public func team(_ choice: TeamChoice) -> String {
    switch choice {
    case .person(let person): person.member.name
    case .add: "Add somebody"
    case .role(let role): self.role(role).capitalizedFirst
    case .resetPIN(let member):
      member.hasPIN ? "Give a new code, provisional" : "Give a code, provisional"
    case .setDisabled(_, let isDisabled): isDisabled ? "Disable" : "Enable again"
    case .changeRole: "Change the role…"
    case .lastDay: "Last day…"
    case .edit(_, let edit): self.edit(edit)
    }
  }

  public func title(_ form: TeamForm) -> String {
    switch form {
    case .add(let role): "Add somebody: \(self.role(role))"
    case .resetPIN(let member): "Provisional code of \(member.name)"
    case .setDisabled(let member, let isDisabled):
      (isDisabled ? "Disable " : "Enable ") + member.name
    case .lastDay(let member): "Last day of \(member.name)"
    case .edit(let member, let edit): title(edit, of: member)
    }
  }

  public func explanation(_ form: TeamForm) -> String {
    switch form {
    case .add: "Only the name is needed. It is traced, with your name."
    case .setDisabled, .edit: "It is traced, with your name."
    case .lastDay: "Empty: no end. It is traced, with your name."
    case .resetPIN(let member):
      "\(member.shortName) chooses their own when opening a screen. It is traced, with your name."
    }
  }

  public func label(_ field: TeamField) -> String {
    switch field {
    case .name: "First LAST"
    case .initials: "Initials"
    case .rpps: "RPPS"
    case .until: "Last day"
    case .newPIN: "Provisional code"
    case .newPINAgain: "Once more"
    case .ownPIN: "Your code"
    }
  }

  public func example(_ field: TeamField) -> String? {
    switch field {
    case .name: "e.g. Léa PETITJEAN"
    case .initials: "the first free ones"
    case .rpps: "11 digits, or nothing"
    case .until: "e.g. 31/12/2026, or nothing"
    case .newPIN, .newPINAgain: "4 to 64 characters"
    case .ownPIN: nil
    }
  }

  public func problem(_ problem: TeamProblem, now: Timestamp) -> String {
    switch problem {
    case .tooLong: "That is too long: shorten it."
    case .notAnRPPS: "An RPPS number has 11 digits; leave it empty otherwise."
    case .dayOver: "That day is over; “Disable” stops them at once."
    case .notResponsable: "Only a responsable of the BAL may."
    case .responsableFirst: "Give a responsable their code first."
    case .refused(let refusal): self.refusal(refusal, now: now)
    }
  }

  public func news(_ news: TeamNews) -> String {
    switch news {
    case .added(let member):
      "\(member.name) (\(member.initials)) is in the team"
        + (member.hasPIN ? ", with a provisional code" : ", without a code yet")
    case .codeSet(let member): "New code of \(member.name): tell them in person"
    case .stopped(let member): "\(member.name) does not act here any more"
    case .resumed(let member): "\(member.name) may act again"
    case .stillOver(let member):
      "\(member.name) may not act yet: their last day is over (“Last day…”)"
    case .edited(let member): edited(member)
    }
  }

  public func standing(_ person: TeamMember, isShort: Bool) -> String {
    let member = person.member
    let day = member.until.map { CivilTime($0) }
    return [
      member.isDisabled ? "disabled" : nil,
      !member.hasPIN
        ? "no code"
        : person.isPINProvisional ? (isShort ? "provisional" : "provisional code") : nil,
      day.map { isShort ? "→ \($0.dayMonthYear)" : "until \($0.dayMonthYear)" },
      member.isResponsable ? "responsable" : nil,
    ].compactMap(\.self).joined(separator: ", ")
  }

  public func title(_ person: TeamMember) -> String {
    let standing = standing(person, isShort: false)
    return person.member.name + (standing.isEmpty ? "" : " · \(standing)")
  }

  func askedOfTeam(_ member: Member, isDisabled: Bool) -> Asked {
    isDisabled
      ? Asked(
        question: "Disable \(member.name)?",
        consequence: "Opens no screen and acts no more; the name stays on what was done, and on "
          + "what is under way (“Reassign everything of…”). It is traced.",
        yes: "Disable", no: "Do nothing")
      : Asked(
        question: "Enable \(member.name) again?",
        consequence: "May act again, with the same code. It is traced.",
        yes: "Enable", no: "Do nothing")
  }
  private func edit(_ edit: MemberEdit) -> String {
    if let role = edit.role { return self.role(role).capitalizedFirst }
    return edit.isResponsable == true ? "Make responsable" : "Responsable no more"
  }

  private func title(_ edit: MemberEdit, of member: Member) -> String {
    if let role = edit.role { return "\(member.name) becomes \(self.role(role))" }
    return edit.isResponsable == true
      ? "Make \(member.name) responsable" : "\(member.name) will no longer be responsable"
  }

  /// “Léa PETITJEAN: adjoint, until 31/12/2026, responsable”
  private func edited(_ member: Member) -> String {
    let standing = standing(TeamMember(member: member, isPINProvisional: false), isShort: false)
    return "\(member.name): \(role(member.role))"
      + (standing.isEmpty ? "" : ", \(standing)")
  }
}
