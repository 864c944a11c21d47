/// Who is said to be the patient, by whom: what a person said stands, then documents, then senders.
///
/// What another demande said of messages that an attaching brought never answers here: it may only
/// contradict, or photos of one patient would be somebody else's, confirmed and unasked.
struct PatientClaims {
  private struct Claim {
    var message: Message.ID
    var patient: Patient
    var isBrought: Bool
  }

  private var person: Patient?
  private var claims: [Claim] = []

  var best: Patient? {
    let own = claims.filter { !$0.isBrought }
    return person ?? own.first { $0.patient.source != .sender }?.patient ?? own.first?.patient
  }

  /// Patients that documents, or people elsewhere, name and that are somebody else than the best.
  var contradictions: [Patient] {
    let best = best
    var others: [Patient] = []
    for claim in claims where claim.patient.source != .sender {
      let isKnown = best.map { claim.patient.mayBeSamePerson(as: $0) } ?? false
      if !isKnown && !others.contains(claim.patient) { others.append(claim.patient) }
    }
    return others
  }

  mutating func add(_ patient: Patient, from message: Message.ID, isBrought: Bool) {
    claims.append(Claim(message: message, patient: patient, isBrought: isBrought))
  }

  /// A person decided. What contradicted before was in sight, and is settled; a document that names
  /// somebody else than the person typed was not said to contradict yet, and is told now.
  mutating func settle(_ patient: Patient) {
    let wasTold = !contradictions.isEmpty
    person = patient
    if wasTold { claims = [] }
  }

  mutating func forget(_ messages: Set<Message.ID>) {
    claims.removeAll { messages.contains($0.message) }
  }
}
