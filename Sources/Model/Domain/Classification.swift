/// The facts of a message that decide what it is for; made by the decoder, judged here.
public struct MessageFacts: Sendable, Hashable {
  public var sender: SenderKind
  public var isOutgoing: Bool
  public var subject: String
  public var attachments: [AttachmentKind]
  public var filenames: [String]
  /// `disposition-notification`, `delivery-status` or nil.
  public var reportType: String?
  /// `Auto-Submitted` says other than `no` (RFC 3834).
  public var isAutomatic: Bool
  /// LOINC codes of X-MSS-CODECDA and of the CDA documents.
  public var documentCodes: [String]
  /// False when no tree could be made of the bytes.
  public var isReadable: Bool

  public init(
    sender: SenderKind, isOutgoing: Bool = false, subject: String = "",
    attachments: [AttachmentKind] = [], filenames: [String] = [], reportType: String? = nil,
    isAutomatic: Bool = false, documentCodes: [String] = [], isReadable: Bool = true
  ) {
    self.sender = sender
    self.isOutgoing = isOutgoing
    self.subject = subject
    self.attachments = attachments
    self.filenames = filenames
    self.reportType = reportType
    self.isAutomatic = isAutomatic
    self.documentCodes = documentCodes
    self.isReadable = isReadable
  }
}

extension MessageKind {
  /// LOINC types that are prescriptions (domain note 4.08).
  static let prescriptionCodes: Set<String> = ["57833-6", "57832-8", "57828-6"]

  /// Decides by the strongest fact first: report, error notice, document code, then words.
  ///
  /// « C'est une ordonnance / ce n'en est pas une » corrects it in one gesture, so a doubtful
  /// document from a patient counts as a prescription: better looked at than missed.
  public static func classify(_ facts: MessageFacts) -> MessageKind {
    guard facts.isReadable else { return .unreadable }
    switch facts.reportType?.lowercased() {
    case "disposition-notification": return .receipt
    case "delivery-status": return .bounce
    default: break
    }
    let subject = folded(facts.subject)
    if subject.hasPrefix("undelivered mail returned") || subject.hasPrefix("message non distribue")
    {
      return .bounce
    }
    // Domain note 1.83: failed integrations come back under this subject.
    if subject.hasPrefix("[ko integration") { return .notice }
    if facts.isAutomatic && facts.attachments.isEmpty { return .notice }
    if facts.documentCodes.contains(where: prescriptionCodes.contains) { return .prescription }
    // A mail that a patient forwards may hold the ordonnance; anybody else's is correspondence.
    let papers = facts.attachments.filter {
      $0 != .text && $0 != .html && ($0 != .message || facts.sender == .patient)
    }
    guard !papers.isEmpty else { return facts.attachments.isEmpty ? .message : .document }
    if facts.sender == .patient { return .prescription }
    if !facts.documentCodes.isEmpty { return .document }
    let words = subject + " " + facts.filenames.map(folded).joined(separator: " ")
    return words.contains("prescription") || words.contains("ordonnance")
      ? .prescription : .document
  }

  /// Whether a message of this kind that arrives wants a person (design 4).
  ///
  /// A bounce does: something that was sent did not arrive. An unreadable one is listed under
  /// quarantine, where it is counted on every screen.
  public var opensOrder: Bool {
    switch self {
    case .prescription, .document, .message, .bounce, .notice: true
    case .receipt, .unreadable: false
    }
  }

  public var orderKind: Order.Kind {
    switch self {
    case .prescription: .prescription
    case .document: .document
    case .message, .receipt, .bounce, .notice, .unreadable: .question
    }
  }
}

extension AttachmentKind {
  /// A precise content type decides; the name does where the type is generic or says plain text,
  /// since senders label PDF as octet-stream.
  public static func of(contentType: String, filename: String) -> AttachmentKind {
    let parts = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false)
    let type = parts.first.map { String($0.filter { !$0.isWhitespace }) } ?? ""
    let name = filename.lowercased().trimmingBlanksAndDots
    switch type {
    case "application/pdf", "application/x-pdf", "image/pdf", "text/pdf": return .pdf
    case "application/zip", "application/x-zip-compressed", "application/x-zip":
      return name.contains("xdm") ? .xdm : .other
    case "message/rfc822": return .message
    case "text/html", "application/xhtml+xml": return .html
    default: break
    }
    if type.hasPrefix("image/") { return .image }
    if type.hasSuffix("/xml") || type.hasSuffix("+xml") { return .cda }
    return ofName(name) ?? (type.hasPrefix("text/") ? .text : .other)
  }

  private static func ofName(_ name: String) -> AttachmentKind? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...] {
    case "pdf": return .pdf
    case "zip": return name.contains("xdm") ? .xdm : .other
    case "jpg", "jpeg", "jpe", "jfif", "png", "heic", "heif", "tif", "tiff", "webp", "gif", "bmp":
      return .image
    case "eml": return .message
    case "xml": return .cda
    case "html", "htm", "xhtml": return .html
    case "txt": return .text
    default: return nil
    }
  }
}

extension String {
  /// Without the blanks and dots that some senders leave at the end of a name.
  fileprivate var trimmingBlanksAndDots: String {
    var rest = Substring(self)
    while let last = rest.last, last.isWhitespace || last == "." { rest.removeLast() }
    return String(rest)
  }
}

/// Lower case without French accents, for comparing words; not for showing.
public func folded(_ text: String) -> String {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
  var result = ""
  for character in text.lowercased() {
    switch character {
    case "œ": result += "oe"
    case "æ": result += "ae"
    case "ß": result += "ss"
    case "’": result += "'"
    default: result.unicodeScalars.append(baseScalar(character))
    }
  }
  return result
}

private func baseScalar(_ character: Character) -> Unicode.Scalar {
  switch character {
  case "à", "â", "ä", "á", "ã", "å": "a"
  case "é", "è", "ê", "ë": "e"
  case "î", "ï", "í", "ì": "i"
  case "ô", "ö", "ó", "ò", "õ": "o"
  case "ù", "û", "ü", "ú": "u"
  case "ç": "c"
  case "ñ": "n"
  case "ÿ", "ý": "y"
  default: character.unicodeScalars.first ?? "?"
  }
}
