/// The mailbox of an invented officine, message by message.
public struct SampleOfficine: Sendable {
  public static let name = "Pharmacie du Marché"
  public static let address = "pharmacie.dumarche@demonstration.mssante.fr"

  private let seed: UInt64
  /// Seconds since 1970 of the newest message.
  private let now: Int64

  public init(seed: UInt64, now: Int64) {
    self.seed = seed
    self.now = now
  }

  /// Message `index` of this seed; 0 is the newest. The same index gives the same people and
  /// words whatever the count is, only dates follow `now`.
  public func mail(_ index: Int) -> SampleMail {
    var random = SampleRandom(seed: seed &* 1_000_003 &+ UInt64(bitPattern: Int64(index)))
    let age = Self.age(index)
    switch index < Self.opening.count ? Self.opening[index] : random.pick(Self.mixture) {
    case .scan: return scan(index, age, &random)
    case .photos: return photos(index, age, &random)
    case .question: return question(index, age, &random)
    case .doctor: return doctor(index, age, &random)
    case .laboratory: return laboratory(index, age, &random)
    }
  }

  private enum Kind { case scan, photos, question, doctor, laboratory }

  /// A first screen with one of each.
  private static let opening: [Kind] = [
    .photos, .doctor, .question, .scan, .laboratory, .scan, .photos, .scan, .question, .scan,
  ]
  private static let mixture: [Kind] = [
    .scan, .scan, .scan, .photos, .photos, .question, .question, .doctor, .doctor, .laboratory,
  ]

  /// Minutes: a morning's work first, then one message every half hour.
  private static func age(_ index: Int) -> Int64 {
    let morning: [Int64] = [4, 11, 38, 52, 70, 85, 96, 118, 140, 171]
    return index < morning.count ? morning[index] : 180 + Int64(index) * 31
  }

  private func make(
    _ index: Int, _ age: Int64, from: (String, String), subject: String, body: String,
    files: [SampleMail.File]
  ) -> SampleMail {
    SampleMail(
      fromName: from.0, fromAddress: from.1, to: Self.address, subject: subject, body: body,
      files: files, messageID: "demo.\(seed).\(index)@demonstration.mssante.fr",
      date: now - age * 60)
  }

  private func scan(_ index: Int, _ age: Int64, _ random: inout SampleRandom) -> SampleMail {
    let patient = random.patient()
    let pdf = Self.prescription(for: patient.displayName, by: random.doctor(), &random)
    return make(
      index, age, from: (patient.displayName, patient.address),
      subject: random.pick(["Ordonnance", "Ordonnance à préparer", "Renouvellement"]),
      body: random.pick(SampleWords.greetings),
      files: [.init(name: "ordonnance.pdf", contentType: "application/pdf", bytes: pdf)])
  }

  private func photos(_ index: Int, _ age: Int64, _ random: inout SampleRandom) -> SampleMail {
    let patient = random.patient()
    let count = random.number(1...2)
    let files = (0..<count).map { place in
      SampleMail.File(
        name: "IMG_\(2041 + index * 2 + place).png", contentType: "image/png",
        bytes: SampleDocuments.photo(random: &random))
    }
    return make(
      index, age, from: (patient.displayName, patient.address),
      subject: random.pick(["Photo de mon ordonnance", "Ordonnance", "Ma prescription"]),
      body: random.pick(SampleWords.greetings), files: files)
  }

  private func question(_ index: Int, _ age: Int64, _ random: inout SampleRandom) -> SampleMail {
    let patient = random.patient()
    let question = random.pick(SampleWords.questions)
    return make(
      index, age, from: (patient.displayName, patient.address), subject: question.0,
      body: question.1, files: [])
  }

  private func doctor(_ index: Int, _ age: Int64, _ random: inout SampleRandom) -> SampleMail {
    let doctor = random.doctor()
    let patient = random.patient()
    let pdf = Self.prescription(for: patient.displayName, by: doctor, &random)
    return make(
      index, age, from: (doctor.displayName, doctor.address),
      subject: "XDM/1.0/DDM+Prescription \(patient.family.uppercased()) \(patient.given)",
      body: "Chère consœur, cher confrère,\n\nVeuillez trouver ci-joint la prescription de "
        + "\(patient.displayName).\n\nConfraternellement,\n\(doctor.displayName)",
      files: [.init(name: "prescription.pdf", contentType: "application/pdf", bytes: pdf)])
  }

  private func laboratory(_ index: Int, _ age: Int64, _ random: inout SampleRandom) -> SampleMail {
    let patient = random.patient()
    let pdf = SampleDocuments.pdf([
      "Laboratoire du Port", "", "Patient : \(patient.displayName)", "",
      "INR 2,4    Créatinine 78 µmol/L    HbA1c 6,\(random.number(1...9)) %",
    ])
    return make(
      index, age, from: ("Laboratoire du Port", "laboratoire.duport@biologie.mssante.fr"),
      subject: "Résultats de biologie", body: "Résultats du jour en pièce jointe.",
      files: [.init(name: "resultats.pdf", contentType: "application/pdf", bytes: pdf)])
  }

  private static func prescription(
    for patient: String, by doctor: SampleDoctor, _ random: inout SampleRandom
  ) -> [UInt8] {
    var lines = [
      "\(doctor.displayName)   \(doctor.speciality)", "", "Patient : \(patient)", "",
    ]
    for _ in 0..<random.number(2...4) {
      lines.append("\(random.pick(SampleWords.drugs))    \(random.pick(SampleWords.doses))")
    }
    return SampleDocuments.pdf(lines + ["", "DÉMONSTRATION : document inventé"])
  }
}
