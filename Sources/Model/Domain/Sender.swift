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
  /// First label of the domains where every box belongs to a person (domain note 6.04).
  public var professionLabels: Set<String>

  public init(
    patientDomains: Set<String> = ["patient.mssante.fr"],
    suffixes: Set<String> = ["mssante.fr"],
    organisationWords: Set<String> = [
      "pharmacie", "labo", "laboratoire", "ch", "chu", "clinique", "hopital", "service",
      "secretariat", "cabinet", "msp", "cpts", "ehpad", "ssiad", "had", "contact", "accueil",
      "urgences", "pui", "officine", "imagerie", "radiologie", "biologie", "centre", "maison",
      "reseau", "unite", "selarl",
    ],
    applicationWords: Set<String> = [
      "noreply", "no-reply", "nepasrepondre", "ne-pas-repondre", "app", "automate", "robot",
      "mailer-daemon", "postmaster",
    ],
    professionLabels: Set<String> = [
      "medecin", "pharmacien", "infirmier", "sage-femme", "chirurgien-dentiste",
      "masseur-kinesitherapeute", "pedicure-podologue",
    ]
  ) {
    self.patientDomains = patientDomains
    self.suffixes = suffixes
    self.organisationWords = organisationWords
    self.applicationWords = applicationWords
    self.professionLabels = professionLabels
  }

  /// True when mail may be written to this address (white list of MSSanté domains).
  ///
  /// Only a plain address is inside: one `@`, no blank, control character, comma or bracket that
  /// another program could read as a second address (Mailsploit, M14).
  public func contains(_ address: String) -> Bool {
    let domain = MailAddress(address: address).domain
    guard Self.isPlain(address), !domain.hasPrefix("."), !domain.contains("..") else {
      return false
    }
    if patientDomains.contains(domain) { return true }
    return suffixes.contains { domain == $0 || domain.hasSuffix("." + $0) }
  }

  private static func isPlain(_ address: String) -> Bool {
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
    return address.unicodeScalars.allSatisfy { scalar in
      if scalar.value >= 0x80 { return scalar.properties.isAlphabetic }
      return scalar.value > 0x20 && scalar.value < 0x7F
        && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
    }
  }

  public func kind(of address: String) -> SenderKind {
    let mail = MailAddress(address: address)
    guard contains(address) else { return .unknown }
    // Before the domain: bounces come from a machine of the patients' domain too.
    if isApplication(mail.localPart.lowercased()) { return .application }
    if patientDomains.contains(mail.domain) { return .patient }
    let words = mail.localPart.lowercased().split { ".-_0123456789".contains($0) }
    guard let first = words.first.map(String.init) else { return .organisation }
    if organisationWords.contains(first) { return .organisation }
    // People are `prenom.nom`; a single word or a number is a service, except where only one
    // profession has its boxes (`medecin.mssante.fr`).
    let label = mail.domain.split(separator: ".").first.map(String.init) ?? ""
    return words.count >= 2 || professionLabels.contains(label) ? .professional : .organisation
  }

  /// The local part is one of the words, alone or followed by something that is no letter.
  private func isApplication(_ local: String) -> Bool {
    applicationWords.contains { word in
      local.hasPrefix(word) && local.dropFirst(word.count).first?.isLetter != true
    }
  }

  public func sender(_ mail: MailAddress) -> Sender {
    let kind = kind(of: mail.address)
    return Sender(
      name: mail.name, address: mail.address, kind: kind,
      display: DisplayName.of(mail, kind: kind))
  }
}
