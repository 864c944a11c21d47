/// Who is said to be the patient, by whom: what a person said stands, then documents, then senders.
struct PatientClaims {
  private var person: Patient?
  private var claims: [(message: Message.ID, patient: Patient)] = []

  var best: Patient? {
    person ?? claims.first { $0.patient.source != .sender }?.patient ?? claims.first?.patient
  }

  /// Patients that documents name and that are somebody else than the best one.
  var contradictions: [Patient] {
    guard let best else { return [] }
    var others: [Patient] = []
    for claim in claims where claim.patient.source != .sender {
      if !claim.patient.mayBeSamePerson(as: best) && !others.contains(claim.patient) {
        others.append(claim.patient)
      }
    }
    return others
  }

  mutating func add(_ patient: Patient, from message: Message.ID) {
    claims.append((message, patient))
  }

  /// A person decided, knowing every claim made so far.
  mutating func settle(_ patient: Patient) {
    person = patient
    claims = []
  }

  mutating func forget(_ messages: Set<Message.ID>) {
    claims.removeAll { messages.contains($0.message) }
  }
}
