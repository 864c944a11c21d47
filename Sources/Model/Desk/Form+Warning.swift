public import Domain

/// What Enter would do that the lines of a form do not show.
public enum FormWarning: Equatable, Sendable {
  /// The number that is known belongs to another name or another birth date.
  case numberWillGo
  /// What came names somebody else than the patient about to be checked for.
  case otherPatients([Patient])
  /// Somebody else bears the name.
  case namesake(born: BirthDate)
}

extension Form {
  /// nil while the lines say nothing whole yet.
  public func warning(on order: Order?) -> FormWarning? {
    if kind == .check, let others = order?.otherPatients, !others.isEmpty {
      return .otherPatients(others)
    }
    guard kind == .patient, let known = order?.patient else { return nil }
    let typed = fields[1].buffer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let birthDate = BirthDate(typed)
    guard typed.isEmpty || birthDate != nil else { return nil }
    let name = fields[0].buffer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Patient.losesNumber(name, birthDate: birthDate, knowing: known) ? .numberWillGo : nil
  }
}
