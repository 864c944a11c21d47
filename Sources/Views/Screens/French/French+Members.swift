public import Desk
public import Domain

extension French {
  public func team(_ choice: TeamChoice) -> String {
    switch choice {
    case .person(let person): person.member.name
    case .add: "Ajouter quelqu'un"
    case .role(let role): self.role(role).capitalizedFirst
    case .resetPIN(let member):
      member.hasPIN ? "Donner un nouveau code, provisoire" : "Donner un code, provisoire"
    case .setDisabled(_, let isDisabled): isDisabled ? "Désactiver" : "Réactiver"
    case .changeRole: "Changer le rôle…"
    case .lastDay: "Dernier jour…"
    case .edit(_, let edit): self.edit(edit)
    }
  }

  public func title(_ form: TeamForm) -> String {
    switch form {
    case .add(let role): "Ajouter quelqu'un : \(self.role(role))"
    case .resetPIN(let member): "Code provisoire de \(member.name)"
    case .setDisabled(let member, let isDisabled):
      (isDisabled ? "Désactiver " : "Réactiver ") + member.name
    case .lastDay(let member): "Dernier jour de \(member.name)"
    case .edit(let member, let edit): title(edit, of: member)
    }
  }

  public func explanation(_ form: TeamForm) -> String {
    switch form {
    case .add: "Seul le nom est nécessaire. C'est tracé, avec votre nom."
    case .setDisabled, .edit: "C'est tracé, avec votre nom."
    case .lastDay: "Vide : sans fin. C'est tracé, avec votre nom."
    case .resetPIN(let member):
      "\(member.shortName) choisira le sien en ouvrant un écran. C'est tracé, avec votre nom."
    }
  }

  public func label(_ field: TeamField) -> String {
    switch field {
    case .name: "Prénom NOM"
    case .initials: "Initiales"
    case .rpps: "RPPS"
    case .until: "Dernier jour"
    case .newPIN: "Code provisoire"
    case .newPINAgain: "Encore une fois"
    case .ownPIN: "Votre code"
    }
  }

  public func example(_ field: TeamField) -> String? {
    switch field {
    case .name: "ex. Léa PETITJEAN"
    case .initials: "les premières libres"
    case .rpps: "11 chiffres, ou rien"
    case .until: "ex. 31/12/2026, ou rien"
    case .newPIN, .newPINAgain: "de 4 à 64 caractères"
    case .ownPIN: nil
    }
  }

  public func problem(_ problem: TeamProblem, now: Timestamp) -> String {
    switch problem {
    case .tooLong: "C'est trop long : le raccourcir."
    case .notAnRPPS: "Un numéro RPPS a 11 chiffres ; laisser vide sinon."
    case .dayOver: "Ce jour est passé ; « Désactiver » arrête tout de suite."
    case .notResponsable: "Il faut être responsable de la BAL."
    case .responsableFirst: "Donner d'abord son code à un responsable."
    case .refused(let refusal): self.refusal(refusal, now: now)
    }
  }

  public func news(_ news: TeamNews) -> String {
    switch news {
    case .added(let member):
      "\(member.name) (\(member.initials)) est dans l'équipe"
        + (member.hasPIN ? ", avec un code provisoire" : ", sans code encore")
    case .codeSet(let member): "Nouveau code de \(member.name) : le lui dire de vive voix"
    case .stopped(let member): "\(member.name) n'agit plus ici"
    case .resumed(let member): "\(member.name) peut de nouveau agir"
    case .stillOver(let member):
      "\(member.name) reste sans accès : son dernier jour est passé (« Dernier jour… »)"
    case .edited(let member): edited(member)
    }
  }

  public func standing(_ person: TeamMember, isShort: Bool) -> String {
    let member = person.member
    let day = member.until.map { CivilTime($0) }
    return [
      member.isDisabled ? "désactivé" : nil,
      !member.hasPIN
        ? "sans code"
        : person.isPINProvisional ? (isShort ? "provisoire" : "code provisoire") : nil,
      day.map { isShort ? "→ \($0.dayMonthYear)" : "jusqu'au \($0.dayMonthYear)" },
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
        question: "Désactiver \(member.name) ?",
        consequence: "N'ouvre plus d'écran et n'agit plus ; son nom reste sur ce qui est fait, et "
          + "sur ce qui est en cours (« Tout réattribuer de… »). C'est tracé.",
        yes: "Désactiver", no: "Ne rien faire")
      : Asked(
        question: "Réactiver \(member.name) ?",
        consequence: "Peut de nouveau agir, avec le même code. C'est tracé.",
        yes: "Réactiver", no: "Ne rien faire")
  }
  private func edit(_ edit: MemberEdit) -> String {
    if let role = edit.role { return self.role(role).capitalizedFirst }
    return edit.isResponsable == true ? "Nommer responsable" : "Retirer responsable"
  }

  private func title(_ edit: MemberEdit, of member: Member) -> String {
    if let role = edit.role { return "\(member.name) devient \(self.role(role))" }
    return edit.isResponsable == true
      ? "Nommer \(member.name) responsable" : "\(member.name) ne sera plus responsable"
  }

  /// « Léa PETITJEAN : adjoint, jusqu'au 31/12/2026, responsable »
  private func edited(_ member: Member) -> String {
    let standing = standing(TeamMember(member: member, isPINProvisional: false), isShort: false)
    return "\(member.name) : \(role(member.role))"
      + (standing.isEmpty ? "" : ", \(standing)")
  }
}
