/// What kind of correspondent an address is.
public enum SenderKind: String, Sendable, Codable, CaseIterable {
  case patient, professional, organisation, application
  /// Outside the trust space.
  case unknown
}

/// Who wrote, as a list may show it.
public struct Sender: Hashable, Sendable, Codable {
  public var name: String
  public var address: String
  public var kind: SenderKind
  /// `MARTIN Jeanne`, `Dr DURAND Camille`, or the address's local part when no name came; for a
  /// patient without a name it is empty rather than the matricule.
  public var display: String

  public init(name: String, address: String, kind: SenderKind, display: String) {
    self.name = name
    self.address = address
    self.kind = kind
    self.display = display
  }

  /// The matricule a patient's address is made of (domain note 2.01).
  public var ins: INS? {
    kind == .patient ? INS(MailAddress(address: address).localPart) : nil
  }
}

/// Which domains belong to MSSanté, and the hints that tell people from services in it.
///
/// The hints are conventions seen, not rules (domain note 6.04 and section 10): the configuration
/// may replace them.
public struct TrustSpace: Hashable, Sendable {
  public var patientDomains: Set<String>
  /// A domain is inside when it equals one of these or ends with `.` and one of these.
  public var suffixes: Set<String>
  /// First word of a local part that says "a service, not a person".
  public var organisationWords: Set<String>
  public var applicationWords: Set<String>

  public init(
    patientDomains: Set<String> = ["patient.mssante.fr"],
    suffixes: Set<String> = ["mssante.fr"],
    organisationWords: Set<String> = [
      "pharmacie", "labo", "laboratoire", "ch", "chu", "clinique", "hopital", "service",
      "secretariat", "cabinet", "msp", "cpts", "ehpad", "ssiad", "had", "contact", "accueil",
      "urgences", "pui",
    ],
    applicationWords: Set<String> = [
      "noreply", "no-reply", "nepasrepondre", "ne-pas-repondre", "app", "automate", "robot",
      "mailer-daemon", "postmaster",
    ]
  ) {
    self.patientDomains = patientDomains
    self.suffixes = suffixes
    self.organisationWords = organisationWords
    self.applicationWords = applicationWords
  }

  /// True when mail may be written to this address (white list of MSSanté domains).
  public func contains(_ address: String) -> Bool {
    let domain = MailAddress(address: address).domain
    guard !domain.isEmpty else { return false }
    if patientDomains.contains(domain) { return true }
    return suffixes.contains { domain == $0 || domain.hasSuffix("." + $0) }
  }

  public func kind(of address: String) -> SenderKind {
    let mail = MailAddress(address: address)
    guard contains(address) else { return .unknown }
    if patientDomains.contains(mail.domain) { return .patient }
    let words = mail.localPart.lowercased().split { ".-_0123456789".contains($0) }
    guard let first = words.first.map(String.init) else { return .organisation }
    let local = mail.localPart.lowercased()
    if applicationWords.contains(first) || applicationWords.contains(local) {
      return .application
    }
    if organisationWords.contains(first) { return .organisation }
    // People are `prenom.nom`; a single word or a number is a service.
    return words.count >= 2 ? .professional : .organisation
  }

  public func sender(_ mail: MailAddress) -> Sender {
    let kind = kind(of: mail.address)
    return Sender(
      name: mail.name, address: mail.address, kind: kind,
      display: DisplayName.of(mail, kind: kind))
  }
}

/// How names are written on screen: family name first, in capitals.
public enum DisplayName {
  /// `Jeanne MARTIN` → `MARTIN Jeanne`; `Dr_Camille_DURAND_Cabinet` → `Dr DURAND Camille`.
  public static func of(_ mail: MailAddress, kind: SenderKind) -> String {
    let name = mail.name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if name.isEmpty { return kind == .patient ? "" : mail.localPart }
    // A display name that is itself an address says nothing and can deceive (M14).
    if name.contains("@") { return kind == .patient ? "" : mail.address }
    switch kind {
    case .patient, .professional: return personName(name)
    case .organisation, .application, .unknown: return name
    }
  }

  /// Puts the run of capital words first. Names without capitals keep their order: a guess about
  /// which word is the family name could confuse two patients.
  public static func personName(_ text: String) -> String {
    var words = text.split { $0 == " " || $0 == "_" }.map(String.init)
    var title: [String] = []
    if let first = words.first, titles.contains(first.lowercased()) {
      title = [words.removeFirst()]
    }
    let capitals = words.filter(isCapitals)
    let others = words.filter { !isCapitals($0) }
    guard !capitals.isEmpty, !others.isEmpty else {
      return (title + words).joined(separator: " ")
    }
    return (title + capitals + others).joined(separator: " ")
  }

  private static let titles: Set<String> = [
    "dr", "dr.", "docteur", "pr", "pr.", "professeur", "mme", "m.", "mr", "monsieur", "madame",
  ]

  private static func isCapitals(_ word: String) -> Bool {
    let letters = word.filter(\.isLetter)
    return letters.count >= 2 && letters.allSatisfy(\.isUppercase)
  }
}
