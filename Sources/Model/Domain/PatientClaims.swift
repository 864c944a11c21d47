/// Who is said to be the patient, by whom: what a person said stands, then documents, then senders.
///
/// What another demande said of messages that an attaching brought never answers here: it may only
/// contradict, or photos of one patient would be somebody else's, confirmed and unasked.
struct PatientClaims {
  private struct Claim {
    var message: Message.ID
    var patient: Patient
    var isBrought: Bool

    /// A patient wrote the mail from an address of their own, and it was filed here.
    var isStranger: Bool { isBrought && patient.source == .sender && patient.ins != nil }
  }

  private var person: Patient?
  private var claims: [Claim] = []
  /// Settling says whose demande it is; who wrote stays true.
  private var strangers: [Claim] = []

  var best: Patient? {
    let own = claims.filter { !$0.isBrought }
    return person ?? own.first { $0.patient.source != .sender }?.patient ?? own.first?.patient
  }

  /// Patients that documents, people elsewhere, or attached mails of their own name, and that are
  /// somebody else than the best.
  var contradictions: [Patient] { others(claims.filter(contradicts)) }

  /// Patients who wrote what was attached and are somebody else than the best, settled or not.
  var writers: [Patient] { others(strangers) }

  mutating func add(_ patient: Patient, from message: Message.ID, isBrought: Bool) {
    let claim = Claim(message: message, patient: patient, isBrought: isBrought)
    claims.append(claim)
    if claim.isStranger { strangers.append(claim) }
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
    strangers.removeAll { messages.contains($0.message) }
  }

  /// A first mail's sender is a hint only; and a parent writes for the child that the papers, or
  /// somebody of the team, named.
  private func contradicts(_ claim: Claim) -> Bool {
    if claim.patient.source != .sender { return true }
    return claim.isStranger
      && !claims.contains { $0.message == claim.message && $0.patient.source != .sender }
  }

  private func others(_ claims: [Claim]) -> [Patient] {
    let best = best
    var others: [Patient] = []
    for claim in claims {
      let isKnown = best.map { claim.patient.mayBeSamePerson(as: $0) } ?? false
      if !isKnown && !others.contains(claim.patient) { others.append(claim.patient) }
    }
    return others
  }
}
