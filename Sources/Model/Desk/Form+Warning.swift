public import Domain

/// What Enter would do that the lines of a form do not show.
public enum FormWarning: Equatable, Sendable {
  /// The number that is known belongs to another name or another birth date.
  case numberWillGo
  /// What came names somebody else than the patient about to be checked for.
  case otherPatients([Patient])
  /// Somebody else bears the name.
  case namesake(born: BirthDate)
  /// The same, and the number that is known will not follow either.
  case namesakeWithoutNumber(born: BirthDate)
  /// Colleagues wrote that many notes since it was opened, the last one by that author.
  case newNotes(Int, by: Author)
  /// Nobody has dealt with that many messages, the last one of that time.
  case unread(Int, Timestamp)
  /// The hour that was typed is over today.
  case tomorrow(Timestamp)
}

extension Form {
  /// nil while the lines say nothing whole yet.
  public func warning(on order: Order?, now: Timestamp) -> FormWarning? {
    switch kind {
    case .check, .collect, .closeReason:
      guard let order else { return nil }
      if kind == .check && !order.otherPatients.isEmpty {
        return .otherPatients(order.otherPatients)
      }
      let count = max(1, order.newMessages?.count ?? 1)
      return order.hasNews ? .unread(count, order.lastMessageAt) : nil
    case .promised:
      return Timestamp.tomorrow(promised: fields[0].buffer.text, now: now).map { .tomorrow($0) }
    case .patient:
      return order.flatMap { warning(besides: $0.otherPatients) }
        ?? order?.patient.flatMap { warning(knowing: $0) }
    default: return nil
    }
  }

  /// Enter settles for whom it is: whoever is set aside by it is told here too.
  private func warning(besides others: [Patient]) -> FormWarning? {
    let typed = fields[1].buffer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let patient = Patient(
      name: fields[0].buffer.text, birthDate: BirthDate(typed), source: .person)
    let strangers = others.filter { !$0.mayBeSamePerson(as: patient) }
    return strangers.isEmpty ? nil : .otherPatients(strangers)
  }

  private func warning(knowing known: Patient) -> FormWarning? {
    let typed = fields[1].buffer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let birthDate = BirthDate(typed)
    guard typed.isEmpty || birthDate != nil else { return nil }
    let name = fields[0].buffer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Patient.losesNumber(name, birthDate: birthDate, knowing: known) ? .numberWillGo : nil
  }
}
