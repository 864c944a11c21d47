import Domain

/// What a CDA document says of itself, and its text (HL7 CDA R2; domain note 4.06–4.12).
struct CDADocument {
  var title = ""
  /// LOINC code and its name.
  var code = ""
  var codeName = ""
  /// `YYYYMMDD…` as written.
  var time = ""
  var author = PersonName()
  var patientName = PersonName()
  var birthTime = ""
  var matricule = ""
  var authority = ""
  /// EPU identifier of an e-prescription.
  var prescriptionNumber = ""
  var narrative = ""
  var embedded: [[UInt8]] = []
  var isClinicalDocument = false

  /// Reads what it can; `end` tells whether the XML was whole.
  static func read(_ bytes: [UInt8]) -> (document: CDADocument, end: MarkupEnd) {
    let handler = CDAHandler()
    let end = Markup.xml(bytes, handler)
    return (handler.finish(), end)
  }

  /// nil when neither name nor matricule is given.
  var patient: Patient? {
    let ins = INS(matricule, oid: authority)
    guard !patientName.shown.isEmpty || ins != nil else { return nil }
    return Patient(
      name: patientName.shown, birthDate: birthDate(fromHL7: birthTime), ins: ins,
      source: .document)
  }
}

/// Parts of a name with the qualifiers that tell the birth name (BR) from the others.
struct PersonName {
  var families: [(qualifier: String, text: String)] = []
  var givens: [(qualifier: String, text: String)] = []
  var prefix = ""

  /// `MARTIN Jeanne`: the birth names of the INS where they are told apart.
  var shown: String {
    let family = Self.choice(families).uppercased()
    return [family, Self.choice(givens)].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// `Dr LE GOFF Hervé`
  var titled: String { [prefix, shown].filter { !$0.isEmpty }.joined(separator: " ") }

  private static func choice(_ parts: [(qualifier: String, text: String)]) -> String {
    let chosen = parts.first { $0.qualifier == "BR" } ?? parts.first
    return oneLine(chosen?.text ?? "")
  }
}

func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

/// `19790314`, `197903`, `1979`, with or without a time after it.
func birthDate(fromHL7 text: String) -> BirthDate? {
  let digits = text.prefix { $0.isNumber }
  switch digits.count {
  case 8...:
    return BirthDate(
      "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6).prefix(2))")
  case 6: return BirthDate("\(digits.prefix(4))-\(digits.dropFirst(4))")
  case 4: return BirthDate(String(digits))
  default: return nil
  }
}

/// `20/11/2026 10:41` of `20261120104107+0100`, as written there; the text itself if it is none.
func shownTime(fromHL7 text: String) -> String {
  guard let day = birthDate(fromHL7: text), day.day != nil else { return text }
  let clock = text.prefix { $0.isNumber }.dropFirst(8).prefix(4)
  return clock.count == 4 ? "\(day.french) \(clock.prefix(2)):\(clock.suffix(2))" : day.french
}

/// Collects a CDA document from its events; the narrative goes through the setter of HTML.
private final class CDAHandler: MarkupHandler {
  private var document = CDADocument()
  private var path: [String] = []
  private var captured = ""
  private var isCapturing = false
  private var qualifier = ""
  private let setter = HTMLSetter()
  /// Depth at which the narrative of the section began; 0 outside.
  private var narrative = 0

  func finish() -> CDADocument {
    document.narrative = setter.finish()
    return document
  }

  func start(_ name: String, _ attributes: [String: String]) {
    let local = localName(name)
    path.append(local)
    if narrative > 0 {
      let (element, changed) = CDANarrative.html(local, attributes)
      setter.start(element, changed)
      return
    }
    if path.count == 1 { document.isClinicalDocument = local == "ClinicalDocument" }
    if ends("section", "text") {
      narrative = path.count
      setter.start("div", [:])
      return
    }
    header(attributes)
    if wantsText(attributes) {
      captured = ""
      isCapturing = true
      qualifier = attributes["qualifier"] ?? ""
    }
  }

  func end(_ name: String) {
    let local = localName(name)
    if narrative > 0 {
      if path.count == narrative {
        narrative = 0
        setter.end("div")
      } else {
        setter.end(CDANarrative.names[local] ?? local)
      }
    } else if isCapturing {
      take()
    }
    path.removeLast(path.isEmpty ? 0 : 1)
  }

  func text(_ text: String) {
    if narrative > 0 {
      setter.text(text)
    } else if isCapturing && captured.utf8.count < DocumentLimits.archiveEntryBytes * 4 / 3 {
      captured += text
    }
  }

  private func ends(_ names: String...) -> Bool { path.suffix(names.count).elementsEqual(names) }

  private var isInPatient: Bool {
    path.starts(with: ["ClinicalDocument", "recordTarget", "patientRole"])
  }

  private func header(_ attributes: [String: String]) {
    let value = attributes["value"] ?? ""
    if path == ["ClinicalDocument", "code"] {
      document.code = attributes["code"] ?? ""
      document.codeName = attributes["displayName"] ?? ""
    } else if path == ["ClinicalDocument", "effectiveTime"] {
      document.time = value
    } else if isInPatient && ends("patientRole", "id") {
      takeMatricule(attributes)
    } else if isInPatient && ends("patient", "birthTime") {
      document.birthTime = value
    } else if ends("documentationOf", "serviceEvent", "id"), document.prescriptionNumber.isEmpty {
      document.prescriptionNumber = attributes["extension"] ?? ""
    }
  }

  /// Hospitals give their own number first: the one of the INS authority wins.
  private func takeMatricule(_ attributes: [String: String]) {
    let root = attributes["root"] ?? ""
    guard let number = attributes["extension"], INS(number, oid: root) != nil else { return }
    if document.matricule.isEmpty || INSAuthorities.all.contains(root) {
      document.matricule = number
      document.authority = root
    }
  }

  private func wantsText(_ attributes: [String: String]) -> Bool {
    if path == ["ClinicalDocument", "title"] || ends("section", "title") { return true }
    if ends("name", "family") || ends("name", "given") || ends("name", "prefix") { return true }
    let holdsData = ends("nonXMLBody", "text") || ends("observationMedia", "value")
    return holdsData && attributes["representation"] == "B64"
      && attributes["mediaType"] == "application/pdf"
  }

  private func take() {
    isCapturing = false
    if path == ["ClinicalDocument", "title"] {
      document.title = oneLine(captured)
    } else if ends("section", "title") {
      setter.start("h3", [:])
      setter.text(captured)
      setter.end("h3")
    } else if ends("nonXMLBody", "text") || ends("observationMedia", "value") {
      if document.embedded.count < DocumentLimits.archiveDocuments {
        document.embedded.append(decodedBase64(captured))
      }
    } else if isInPatient && path.contains("patient") {
      name(\.patientName)
    } else if path.starts(with: ["ClinicalDocument", "author"]), path.contains("assignedPerson") {
      name(\.author)
    }
    captured = ""
  }

  private func name(_ target: WritableKeyPath<CDADocument, PersonName>) {
    switch path.last {
    case "family": document[keyPath: target].families.append((qualifier, captured))
    case "given": document[keyPath: target].givens.append((qualifier, captured))
    default: document[keyPath: target].prefix = oneLine(captured)
    }
  }
}

/// The elements of CDA narrative that HTML calls otherwise.
private enum CDANarrative {
  static let names: [String: String] = [
    "paragraph": "p", "list": "ul", "item": "li", "content": "span", "linkHtml": "a",
    "footnote": "p", "renderMultiMedia": "span",
  ]

  static func html(
    _ name: String, _ attributes: [String: String]
  ) -> (String, [String: String]) {
    var attributes = attributes
    if attributes["styleCode"]?.lowercased().contains("strike") == true {
      attributes["style"] = "text-decoration:line-through"
    }
    return (names[name] ?? name, attributes)
  }
}

enum INSAuthorities {
  /// NIR, NIA, test, demonstration (domain note 3.09).
  static let all: Set<String> = Set((8...11).map { "1.2.250.1.213.1.4.\($0)" })
}

func localName(_ name: String) -> String {
  name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
}
