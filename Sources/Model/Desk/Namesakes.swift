public import Domain

/// Who bears the name that is being typed at « Pour qui ? », in any state and view.
public struct Namesakes: Equatable, Sendable {
  public struct Person: Equatable, Sendable {
    public var order: Order.ID
    public var patient: Patient
    public init(order: Order.ID, patient: Patient) {
      (self.order, self.patient) = (order, patient)
    }
  }
  /// As it was asked.
  public var name: String
  public var people: [Person]
  public init(name: String, people: [Person]) { (self.name, self.people) = (name, people) }
}

extension State {
  /// Asked when the form opens and with each letter of the name.
  mutating func askNamesakes() -> [Effect] {
    guard case .form(let form)? = layers.last, form.kind == .patient else { return [] }
    let name = form.fields[0].buffer.text
    guard name != namesakes?.name else { return [] }
    namesakes = nil
    return folded(name).count >= Self.leastName ? [.loadNamesakes(name)] : []
  }

  /// An answer to an older name is dropped.
  mutating func receive(_ found: Namesakes) {
    guard case .form(let form)? = layers.last, form.kind == .patient,
      form.fields[0].buffer.text == found.name
    else { return }
    namesakes = found
  }

  /// Letters below which half of the officine bears the name.
  private static let leastName = 3

  /// What Enter would do, or whom it could be taken for, that the lines do not show.
  public func warning(of form: Form) -> FormWarning? {
    let warning = form.warning(on: form.order.flatMap(order), now: now)
    // A number that stays behind harms nobody; a namesake's treatment does.
    if let born = namesake(of: form) {
      return warning == .numberWillGo ? .namesakeWithoutNumber(born: born) : .namesake(born: born)
    }
    // What the mails say is worse, and is told first.
    return warning ?? newNotes(since: form)
  }

  /// The same name with another birth date, accents and capitals apart.
  private func namesake(of form: Form) -> BirthDate? {
    guard form.kind == .patient, let namesakes,
      let birth = BirthDate(words(form.fields[1].buffer.text))
    else { return nil }
    let name = folded(words(form.fields[0].buffer.text))
    let others = namesakes.people.filter {
      $0.order != form.order && folded(words($0.patient.name)) == name
    }.compactMap(\.patient.birthDate)
    // The person is known by that date as well: two demandes of one patient.
    if others.contains(birth) { return nil }
    return others.first
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
