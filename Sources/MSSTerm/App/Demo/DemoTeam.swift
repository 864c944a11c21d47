import Domain
import Store

/// The team of the demonstration and what it did this morning.
extension DemoOfficine {
  /// The older demandes get their states through the same methods as everybody's gestures.
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
    try DemoDay(store: store, environment: environment, hasColleague: hasColleague, team: team)
      .live()
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
