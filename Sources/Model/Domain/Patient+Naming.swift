extension Patient {
  /// What a person says at « Pour qui ? ».
  ///
  /// The number of `known` stays only with the same name and the same birth date, or with the same
  /// name and a date that its own year and month confirm: mother and daughter bear one name, and
  /// the number of one must never follow the other (B3).
  public static func named(
    _ name: String, birthDate: BirthDate?, knowing known: Patient?
  ) -> Patient {
    var patient = Patient(name: name, birthDate: birthDate, source: .person)
    guard let known, let ins = known.ins, folded(known.name) == folded(name) else {
      return patient
    }
    let isConfirmed = birthDate.map { ins.confirms($0) } ?? false
    if known.birthDate == birthDate || isConfirmed { patient.ins = ins }
    return patient
  }

  /// Whether naming the patient so takes a known number away.
  public static func losesNumber(
    _ name: String, birthDate: BirthDate?, knowing known: Patient?
  ) -> Bool {
    known?.ins != nil && named(name, birthDate: birthDate, knowing: known).ins == nil
  }
}

extension INS {
  /// Whether its year and month are those of the date; a number that does not tell its month
  /// confirms nothing.
  func confirms(_ date: BirthDate) -> Bool {
    guard let month = birthMonth else { return false }
    return birthYear == date.year % 100 && month == date.month
  }
}
