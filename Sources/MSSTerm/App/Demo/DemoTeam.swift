import Domain
import Store

/// The team of the demonstration and what it did this morning.
extension DemoOfficine {
  /// Gives the older demandes their states through the same methods as everybody's gestures.
  func populate() throws {
    let store = try OfficineStore.open(at: directory + "/magasin", create: true)
    defer { store.close() }
    let now = environment.now()
    var team: [String: Actor] = [:]
    for member in Self.members(osUser: environment.osUser) {
      try store.addMember(member, pinHash: nil, by: nil, now: now)
      team[member.initials] = Actor(
        member: member, poste: member.initials == "SH" ? "comptoir 2" : "comptoir 1",
        isDeclared: true)
    }
    guard let claire = team["CM"], let lea = team["LP"], let sami = team["SH"] else { return }
    let rows = try store.page(of: .todo, member: nil, after: nil, limit: 12).rows
    // The newest five wait for whoever tries the program.
    let prescriptions = rows.dropFirst(5).filter { $0.order.kind == .prescription }
    let stories: [[(Actor, Gesture)]] = [
      [(sami, .taken(over: nil))],
      [
        (lea, .taken(over: nil)),
        (lea, .marked(.missing(MissingProduct(product: "Eliquis 5 mg", due: nil)))),
      ],
      [(lea, .taken(over: nil)), (lea, .moved(to: .prepared, reason: nil))],
      [
        (sami, .taken(over: nil)), (sami, .patientNamed(Self.named(prescriptions, 3))),
        (sami, .moved(to: .prepared, reason: nil)), (claire, .moved(to: .checked, reason: nil)),
        (claire, .marked(.shelf("bac 12"))),
      ],
      [
        (lea, .taken(over: nil)), (lea, .patientNamed(Self.named(prescriptions, 4))),
        (lea, .moved(to: .prepared, reason: nil)), (claire, .moved(to: .checked, reason: nil)),
        (lea, .moved(to: .collected, reason: nil)),
      ],
    ]
    for (row, story) in zip(prescriptions, stories) {
      for (actor, gesture) in story {
        _ = try store.perform(
          gesture, on: row.id, expecting: nil, by: actor, policy: Policy(),
          eventID: environment.uuid(), now: now)
      }
    }
  }

  /// « Pour qui ? » answered with the sender's own name.
  private static func named(_ rows: [QueueRow], _ index: Int) -> Patient {
    let row = rows.dropFirst(index).first
    return Patient(
      name: row?.message.sender.display ?? "MARTIN Jeanne",
      birthDate: birthDate(row?.message.sender.ins), ins: row?.message.sender.ins,
      source: .person)
  }

  /// One that goes with the number: the demonstration must not teach to overlook a contradiction.
  private static func birthDate(_ ins: INS?) -> BirthDate? {
    guard let ins else { return nil }
    return BirthDate(year: 1900 + ins.birthYear, month: ins.birthMonth ?? 3, day: 14)
  }

  private static func members(osUser: String) -> [Member] {
    [
      Member(
        id: "demo-claire", name: "Claire MOREAU", initials: "CM", role: .titulaire,
        osUser: osUser, isResponsable: true),
      Member(id: "demo-lea", name: "Léa PETITJEAN", initials: "LP", role: .preparateur),
      Member(id: "demo-sami", name: "Sami HADDAD", initials: "SH", role: .preparateur),
      Member(id: "demo-nour", name: "Nour ADAM", initials: "NA", role: .adjoint),
    ]
  }
}
