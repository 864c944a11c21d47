/// What stays of a demande's gestures when its content is purged: kinds, people of the team and
/// times, so that counts stay true; no word of a patient, a product or a note.
///
/// Equal values become equal signs, so that the fold of what is left goes through the same states.
public struct Redaction {
  private var patients: [Patient] = []
  private var words: [String] = []

  public init() {}

  public mutating func redacted(_ gesture: Gesture) -> Gesture {
    switch gesture {
    case .opened(let kind, let proposed):
      .opened(kind: kind, proposed: proposed.map { redacted($0) })
    case .messageArrived(let message, let patient):
      .messageArrived(message: message, patient: patient.map { redacted($0) })
    case .moved(let status, let reason): .moved(to: status, reason: reason.map { _ in "" })
    case .refused(_, let isFree): .refused(reason: "", isFree: isFree)
    case .patientNamed(let patient): .patientNamed(redacted(patient))
    case .marked(let marker): .marked(redacted(marker))
    case .unmarked(let name, let value):
      .unmarked(name, value: value.map { sign($0) })
    case .productCorrected(let product, let corrected):
      .productCorrected(sign(product), to: redacted(corrected))
    case .noted: .noted("")
    case .handedOver(let handOver): .handedOver(redacted(handOver))
    case .taken, .assigned, .released, .reminded, .answerWithdrawn, .kindChanged, .printed,
      .attached, .mergedInto, .split, .renewed,
      .newsHandled, .notHandedOver, .answerQueued, .answered, .undone, .purged:
      // States, people of the team and identifiers only.
      gesture
    }
  }

  private mutating func redacted(_ handOver: HandOver) -> HandOver {
    HandOver(
      originalSeen: handOver.originalSeen, owed: handOver.owed.map { redacted($0) },
      givenTo: handOver.givenTo.map { _ in "" })
  }

  private mutating func redacted(_ product: MissingProduct) -> MissingProduct {
    MissingProduct(product: sign(product.product), quantity: product.quantity, due: product.due)
  }

  private mutating func redacted(_ marker: Marker) -> Marker {
    switch marker {
    case .missing(let product): .missing(redacted(product))
    case .questionPrescriber: .questionPrescriber("")
    case .questionPatient: .questionPatient("")
    case .shelf: .shelf("")
    case .urgent, .originalAwaited, .promised: marker
    }
  }

  /// One dash for the first person of the demande, two for the second, and so on.
  private mutating func redacted(_ patient: Patient) -> Patient {
    var bare = patient
    bare.source = .sender
    let place = patients.firstIndex(of: bare) ?? patients.count
    if place == patients.count { patients.append(bare) }
    return Patient(name: Self.dashes(place), source: patient.source)
  }

  /// The same for the names of products.
  private mutating func sign(_ word: String) -> String {
    let word = folded(word)
    let place = words.firstIndex(of: word) ?? words.count
    if place == words.count { words.append(word) }
    return Self.dashes(place)
  }

  private static func dashes(_ place: Int) -> String {
    String(repeating: "—", count: place + 1)
  }
}
