import Domain

/// METADATA.XML of an XDM archive (IHE ITI volume 3, ebRIM): whom it is about, and which types.
///
/// The patient of a mail is taken from here, not from its subject (ECO.2.1.2).
struct XDMMetadata {
  /// Matricule and OID, each pair once.
  var identities: [INS] = []
  /// `NOM^Prénom^…` of PID-5.
  var names: [String] = []
  var birthTimes: [String] = []
  var codes: [String] = []
  var titles: [String] = []

  static func read(_ bytes: [UInt8]) -> (metadata: XDMMetadata, end: MarkupEnd) {
    let handler = MetadataHandler()
    let end = Markup.xml(bytes, handler)
    return (handler.metadata, end)
  }

  /// One patient, or none when it names nobody or two.
  var patient: Patient? {
    guard !isOfSeveralPatients, !identities.isEmpty || !names.isEmpty else { return nil }
    return Patient(
      name: Self.shown(names.first ?? ""),
      birthDate: birthTimes.first.flatMap { birthDate(fromHL7: $0) }, ins: identities.first,
      source: .document)
  }

  var isOfSeveralPatients: Bool { Set(identities.map(\.matricule)).count > 1 }

  /// `MARTIN^Jeanne^^^^^L` as `MARTIN Jeanne`.
  private static func shown(_ name: String) -> String {
    let fields = name.split(separator: "^", omittingEmptySubsequences: false)
    let family = fields.first.map { $0.uppercased() } ?? ""
    let given = fields.count > 1 ? String(fields[1]) : ""
    return oneLine("\(family) \(given)")
  }
}

private final class MetadataHandler: MarkupHandler {
  var metadata = XDMMetadata()
  private var captured = ""
  private var isValue = false
  private static let typeCode = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
  private static let most = 1_000

  func start(_ name: String, _ attributes: [String: String]) {
    switch localName(name) {
    case "Value":
      isValue = true
      captured = ""
    case "ExternalIdentifier": take(attributes["value"] ?? "")
    case "Classification":
      if attributes["classificationScheme"] == Self.typeCode,
        let code = attributes["nodeRepresentation"]
      {
        add(code, to: \.codes)
      }
    case "LocalizedString": add(oneLine(attributes["value"] ?? ""), to: \.titles)
    default: break
    }
  }

  func end(_ name: String) {
    guard localName(name) == "Value", isValue else { return }
    isValue = false
    take(captured)
  }

  func text(_ text: String) {
    if isValue && captured.utf8.count < 4_096 { captured += text }
  }

  private func add(_ text: String, to list: WritableKeyPath<XDMMetadata, [String]>) {
    guard !text.isEmpty, metadata[keyPath: list].count < Self.most,
      !metadata[keyPath: list].contains(text)
    else { return }
    metadata[keyPath: list].append(text)
  }

  /// A value is known by its shape: `matricule^^^&OID&ISO^NH` (domain note 4.05) or `PID-n|…`.
  private func take(_ value: String) {
    let text = oneLine(value)
    if text.hasPrefix("PID-5|") { return add(String(text.dropFirst(6)), to: \.names) }
    if text.hasPrefix("PID-7|") { return add(String(text.dropFirst(6)), to: \.birthTimes) }
    let number = text.hasPrefix("PID-3|") ? text.dropFirst(6) : text[...]
    let fields = number.split(separator: "^", omittingEmptySubsequences: false)
    guard fields.count >= 4 else { return }
    let authority = fields[3].split(separator: "&", omittingEmptySubsequences: false)
    guard authority.count >= 2, INSAuthorities.all.contains(String(authority[1])),
      let ins = INS(String(fields[0]), oid: String(authority[1])),
      metadata.identities.count < Self.most, !metadata.identities.contains(ins)
    else { return }
    metadata.identities.append(ins)
  }
}
