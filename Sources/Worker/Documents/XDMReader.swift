import Domain

/// IHE XDM archives and single CDA documents: who, what, when, then the words.
///
/// The labels are French as the documents are. The embedded PDF comes first (domain note 4.07), the
/// structured text after it: nothing that only one of them says is lost (M13).
struct XDMReader {
  private var blocks: [String] = []
  private var patients: [Patient] = []
  private var codes: [String] = []
  private var defects: [Defect] = []
  private var pages = 0
  private var documents = 0
  private var pdfTexts: Set<String> = []
  private var isToolMissing = false
  private let began = ContinuousClock.now
  /// Less than the client's patience, so that what was read arrives.
  private static let seconds = 12.0

  /// An archive.
  static func read(_ bytes: [UInt8], _ attachment: Attachment) -> DocumentReading {
    var reader = XDMReader()
    let content = Archive.open(bytes)
    reader.noteEnd(content.end, "xdm", "The archive")
    // The metadata name the patient, wherever they lie in the archive.
    let isMetadata = { (entry: Archive.Entry) in
      entry.name.uppercased().hasSuffix("METADATA.XML")
    }
    for entry in content.entries where isMetadata(entry) { reader.takeMetadata(entry.bytes) }
    for entry in content.entries where !isMetadata(entry) { reader.take(entry) }
    return reader.result(attachment, notRead)
  }

  /// A CDA document, or another XML file, attached as it is.
  static func readDocument(_ bytes: [UInt8], _ attachment: Attachment) -> DocumentReading {
    var reader = XDMReader()
    reader.takeXML(bytes)
    let reason = Defect(code: "cda.not-read", text: "The file is not a readable CDA document.")
    return reader.result(attachment, reason)
  }

  private static let notRead = Defect(
    code: "xdm.not-read", text: "No document of the archive could be read.")

  // MARK: - Collecting

  private mutating func take(_ entry: Archive.Entry) {
    let name = entry.name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    if entry.isCut { note("xdm.capped", "A file of the archive is too large; it is cut.") }
    if ["README.TXT", "INDEX.HTM", "INDEX.HTML"].contains(name.uppercased()) { return }
    if entry.bytes.starts(with: Array("%PDF-".utf8)) {
      takePDF(entry.bytes)
    } else if name.uppercased().hasSuffix(".XML") {
      takeXML(entry.bytes)
    } else if name.uppercased().hasSuffix(".TXT") {
      blocks.append(String(decoding: entry.bytes, as: UTF8.self))
      documents += 1
    } else if !name.isEmpty && blocks.count < DocumentLimits.archiveEntries {
      blocks.append("Fichier : \(oneLine(name))")
    }
  }

  private mutating func takeMetadata(_ bytes: [UInt8]) {
    let (metadata, end) = XDMMetadata.read(bytes)
    noteEnd(end, "xml", "METADATA.XML")
    if metadata.isOfSeveralPatients { noteConflict() }
    if let patient = metadata.patient { patients.append(patient) }
    for code in metadata.codes where !codes.contains(code) { codes.append(code) }
  }

  private mutating func takeXML(_ bytes: [UInt8]) {
    guard hasRoom else { return }
    let (document, end) = CDADocument.read(bytes)
    noteEnd(end, "xml", "An XML document")
    guard document.isClinicalDocument, end != .doctype else { return }
    documents += 1
    if let patient = document.patient { patients.append(patient) }
    if !document.code.isEmpty && !codes.contains(document.code) { codes.append(document.code) }
    blocks.append(Self.head(of: document))
    for pdf in document.embedded { takePDF(pdf) }
    if !document.narrative.isEmpty { blocks.append(document.narrative) }
  }

  private mutating func takePDF(_ bytes: [UInt8]) {
    guard hasRoom else { return }
    let left = Self.seconds - (ContinuousClock.now - began) / .seconds(1)
    let read = PDFReader.read(bytes, seconds: min(left, DocumentLimits.pdfSeconds))
    for defect in read.defects { note(defect.code, defect.text) }
    if read.state == .toolMissing { isToolMissing = true }
    guard read.state == .done else { return }
    documents += 1
    // The same pages travel inside the CDA and beside it.
    guard pdfTexts.insert(read.text).inserted else { return }
    pages += read.pages ?? 0
    if !read.text.isEmpty { blocks.append(read.text) }
  }

  private var hasRoom: Bool {
    mutating get {
      if documents < DocumentLimits.archiveDocuments,
        ContinuousClock.now - began < .seconds(Self.seconds)
      {
        return true
      }
      note("xdm.capped", "Not every document of the archive was read.")
      return false
    }
  }

  private mutating func note(_ code: String, _ text: String) {
    if !defects.contains(where: { $0.code == code }) {
      defects.append(Defect(code: code, text: text))
    }
  }

  private mutating func noteEnd(_ end: MarkupEnd, _ room: String, _ what: String) {
    switch end {
    case .done: break
    case .doctype: note("xml.doctype", "\(what) brings a DOCTYPE and was refused.")
    case .broken: note("\(room).broken", "\(what) is damaged; a part of it was read.")
    case .capped, .stopped, .memory:
      note("\(room).capped", "\(what) is too large; a part of it was read.")
    }
  }

  private mutating func noteConflict() {
    note("xdm.patient-conflict", "The documents name different patients.")
  }

  // MARK: - The result

  private mutating func result(_ attachment: Attachment, _ reason: Defect) -> DocumentReading {
    guard documents > 0 || !patients.isEmpty else {
      defects.append(reason)
      return DocumentReader.state(isToolMissing ? .toolMissing : .failed, of: attachment, defects)
    }
    let patient = agreedPatient()
    let shown = patient.map { [$0] } ?? patients
    let text = (shown.compactMap(Self.line) + blocks).filter { !$0.isEmpty }
      .joined(separator: "\n\n")
    var reading = DocumentReader.text(text, attachment, defects)
    reading.document.pages = pages > 0 ? pages : nil
    reading.patient = patient
    reading.codes = codes
    return reading
  }

  /// The one patient that all of them can be; none when two contradict (M15).
  private mutating func agreedPatient() -> Patient? {
    guard var agreed = patients.first(where: { !$0.name.isEmpty }) ?? patients.first else {
      return nil
    }
    for other in patients {
      if !other.mayBeSamePerson(as: agreed) { noteConflict() }
      if agreed.birthDate == nil { agreed.birthDate = other.birthDate }
      if agreed.ins == nil { agreed.ins = other.ins }
    }
    // A number without a name answers « Pour qui ? » for nobody.
    if agreed.name.isEmpty { return nil }
    return defects.contains { $0.code == "xdm.patient-conflict" } ? nil : agreed
  }

  /// Without the matricule: the screen shows it masked from the patient's own record.
  private static func line(_ patient: Patient) -> String? {
    let born = patient.birthDate.map { ", né(e) le \($0.french)" } ?? ""
    return patient.name.isEmpty ? nil : "Patient : \(patient.name)\(born)"
  }

  private static func head(of document: CDADocument) -> String {
    var lines = [document.title]
    let type = [document.codeName, document.code.isEmpty ? "" : "(\(document.code))"]
      .filter { !$0.isEmpty }.joined(separator: " ")
    if !type.isEmpty { lines.append("Type : \(oneLine(type))") }
    if !document.time.isEmpty { lines.append("Date : \(shownTime(fromHL7: document.time))") }
    if !document.author.titled.isEmpty { lines.append("Auteur : \(document.author.titled)") }
    if !document.prescriptionNumber.isEmpty {
      lines.append("N° d’ordonnance numérique : \(oneLine(document.prescriptionNumber))")
    }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
