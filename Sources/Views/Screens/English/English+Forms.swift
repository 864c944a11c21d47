public import Desk
public import Domain

extension English {
  public func warning(_ warning: FormWarning, now: Timestamp) -> String {
    switch warning {
    case .numberWillGo: "Another name or birth date: the known number will not follow."
    case .otherPatients(let patients): otherPatients(patients)
    case .namesake(let born):
      "Namesake known here, born \(birthDate(born)): check who it is."
    case .namesakeWithoutNumber(let born):
      "Namesake, born \(birthDate(born)); the known number will not follow."
    case .newNotes(let count, let author):
      count == 1
        ? "A note of \(author.name) since this was opened: read it first."
        : "\(count) notes since this was opened, the last by \(author.name): read them."
    case .unread(let count, let at):
      count == 1
        ? "Message of \(moment(at, now: now)) not dealt with: read it first."
        : "\(count) messages not dealt with, last \(moment(at, now: now)): read them first."
    case .tomorrow(let at):
      "That hour is over: it will be tomorrow, \(weekday(at)) \(CivilTime(at).dayMonth), "
        + "\(CivilTime(at).hourMinute)."
    }
  }

  private func weekday(_ at: Timestamp) -> Substring { day(at).prefix { $0 != " " } }

  public func otherPatients(_ patients: [Patient]) -> String {
    let names = patients.map { [$0.name] + ($0.birthDate.map { [birthDate($0)] } ?? []) }
      .map { $0.joined(separator: " ") }
    return "Another patient is named here: \(names.joined(separator: "; ")). Check for whom."
  }
}

extension English {
  func regrouping(_ question: Confirm.Question) -> Asked {
    switch question {
    case .attach(let attaching):
      Asked(
        question: "Attach the demande of \(identity(attaching.source)) to that of "
          + "\(identity(attaching.target))?",
        consequence: working(attaching.over, losesIt: true) + owed(attaching)
          + "Its messages go there. u cannot undo it; splitting a message off does the "
          + "reverse.",
        yes: "Attach", no: "Do nothing")
    case .split(_, let row, let over):
      Asked(
        question: "Split this message off the demande of \(identity(row))?",
        consequence: working(over, losesIt: false)
          + "It becomes a demande to take. u cannot undo it; attaching does the reverse.",
        yes: "Split off", no: "Do nothing")
    case .closeOver(_, let owner, let news):
      Asked(
        question: "Close \(owner.name)'s demande?",
        consequence:
          unread(news) + "\(owner.name) has it in charge and will see it; the history names them. "
          + "u undoes it, in two steps: the closing, then the taking over.",
        yes: "Close", no: "Leave to \(owner.name)")
    default: preconditionFailure("asked elsewhere")
    }
  }

  public func alert(_ question: Confirm.Question) -> String? {
    guard case .attach(let attaching) = question else { return nil }
    if attaching.isOfTwoPatients { return "CAREFUL: these do not seem to be the same person." }
    return attaching.isOfOnePatient ? going(attaching) : nil
  }

  public func going(_ attaching: Attaching) -> String {
    "Check for whom: the mail of \(name(attaching.source)) goes with that of "
      + "\(name(attaching.target))."
  }

  private func name(_ row: QueueRow) -> String {
    Identity(row.order, row.message, self).name
  }

  private func unread(_ count: Int) -> String {
    switch count {
    case 0: ""
    case 1: "1 message not dealt with: read it first. "
    default: "\(count) messages not dealt with: read them first. "
    }
  }

  private func owed(_ attaching: Attaching) -> String {
    let source = attaching.source.order
    if source.status.isFinished { return "" }
    let marks = source.markers
    var follows = marks.missing.map { "\($0.product) (owed)" }
    if let at = marks.promisedAt { follows.append("promise of \(CivilTime(at).hourMinute)") }
    if let text = marks.questionPrescriber { follows.append("question to prescriber (\(text))") }
    if let text = marks.questionPatient { follows.append("question to patient (\(text))") }
    return follows.isEmpty ? "" : "Goes along: \(follows.joined(separator: ", ")). "
  }

  private func working(_ colleague: Author?, losesIt: Bool) -> String {
    guard let name = colleague?.name else { return "" }
    return losesIt ? "\(name) works on it and will not have it any more. " : "\(name) works on it. "
  }

  private func identity(_ row: QueueRow) -> String {
    let identity = Identity(row.order, row.message, self)
    let name = identity.traits.isEmpty ? identity.name : "\(identity.name) (\(identity.traits))"
    // Who wrote is not the patient: what the mail is called often names them.
    let title = INS.masking(row.message.title)
    return identity.isConfirmed || title.isEmpty ? name : "\(name), “\(title)”"
  }
}
