public import Desk
public import Domain

extension French {
  public func warning(_ warning: FormWarning, now: Timestamp) -> String {
    switch warning {
    case .numberWillGo: "Autre nom ou autre naissance : le matricule connu ne suivra pas."
    case .otherPatients(let patients): otherPatients(patients)
    case .namesake(let born):
      "Homonyme déjà connu, naissance \(birthDate(born)) : bien vérifier."
    case .namesakeWithoutNumber(let born):
      "Homonyme, naissance \(birthDate(born)) ; le matricule ne suivra pas."
    case .newNotes(let count, let author):
      count == 1
        ? "Note de \(author.name) depuis l'ouverture : la lire d'abord."
        : "\(count) notes depuis l'ouverture, la dernière de \(author.name) : à lire."
    case .unread(let count, let at):
      count == 1
        ? "Message de \(moment(at, now: now)) non traité : le lire d'abord."
        : "\(count) messages non traités, dernier \(moment(at, now: now)) : les lire d'abord."
    case .tomorrow(let at):
      "Heure passée : ce sera demain, \(weekday(at)) \(CivilTime(at).dayMonth) à "
        + "\(CivilTime(at).hourMinute)."
    }
  }

  private func weekday(_ at: Timestamp) -> Substring { day(at).prefix { $0 != " " } }

  public func otherPatients(_ patients: [Patient]) -> String {
    let names = patients.map { [$0.name] + ($0.birthDate.map { [birthDate($0)] } ?? []) }
      .map { $0.joined(separator: " ") }
    return "Autre patient nommé ici : \(names.joined(separator: " ; ")). Vérifier pour qui."
  }
}

extension French {
  func regrouping(_ question: Confirm.Question) -> Asked {
    switch question {
    case .attach(let attaching):
      Asked(
        question: "Rattacher la demande de \(identity(attaching.source)) à celle de "
          + "\(identity(attaching.target)) ?",
        consequence: working(attaching.over, losesIt: true) + owed(attaching)
          + "Ses messages y passent. Ne pourra pas être annulé avec u ; « Séparer un message » "
          + "fait l'inverse.",
        yes: "Rattacher", no: "Ne rien faire")
    case .split(_, let row, let over):
      Asked(
        question: "Séparer ce message de la demande de \(identity(row)) ?",
        consequence: working(over, losesIt: false)
          + "Il devient une demande à prendre. Ne pourra pas être annulé avec u ; "
          + "« Rattacher » fait l'inverse.",
        yes: "Séparer", no: "Ne rien faire")
    case .closeOver(_, let owner, let news):
      Asked(
        question: "Fermer la demande de \(owner.name) ?",
        consequence: unread(news)
          + "\(owner.name) l'a en charge, le verra, et son nom reste dans l'histoire. "
          + "Annulable avec u, en deux fois : la fermeture, puis la reprise.",
        yes: "Fermer", no: "Laisser à \(owner.name)")
    default: preconditionFailure("asked elsewhere")
    }
  }

  public func alert(_ question: Confirm.Question) -> String? {
    guard case .attach(let attaching) = question else { return nil }
    if attaching.isOfTwoPatients { return "ATTENTION : deux personnes différentes, semble-t-il." }
    return attaching.isOfOnePatient ? going(attaching) : nil
  }

  public func going(_ attaching: Attaching) -> String {
    "Vérifier pour qui : le mail de \(name(attaching.source)) ira avec celui de "
      + "\(name(attaching.target))."
  }

  private func name(_ row: QueueRow) -> String {
    Identity(row.order, row.message, self).name
  }

  private func unread(_ count: Int) -> String {
    switch count {
    case 0: ""
    case 1: "1 message non traité, à lire d'abord. "
    default: "\(count) messages non traités, à lire d'abord. "
    }
  }

  private func owed(_ attaching: Attaching) -> String {
    let source = attaching.source.order
    if source.status.isFinished { return "" }
    let marks = source.markers
    var follows = marks.missing.map { "\($0.product) (dû)" }
    if let at = marks.promisedAt { follows.append("promesse de \(CivilTime(at).hourMinute)") }
    if let text = marks.questionPrescriber { follows.append("question au prescripteur (\(text))") }
    if let text = marks.questionPatient { follows.append("question au patient (\(text))") }
    let verb = follows.count > 1 ? "Suivent" : "Suit"
    return follows.isEmpty ? "" : "\(verb) avec elle : \(follows.joined(separator: ", ")). "
  }

  private func working(_ colleague: Author?, losesIt: Bool) -> String {
    guard let name = colleague?.name else { return "" }
    return losesIt ? "\(name) y travaille et ne l'aura plus. " : "\(name) y travaille. "
  }

  private func identity(_ row: QueueRow) -> String {
    let identity = Identity(row.order, row.message, self)
    let name = identity.traits.isEmpty ? identity.name : "\(identity.name) (\(identity.traits))"
    // Who wrote is not the patient: what the mail is called often names them.
    let title = INS.masking(row.message.title)
    return identity.isConfirmed || title.isEmpty ? name : "\(name), « \(title) »"
  }
}
