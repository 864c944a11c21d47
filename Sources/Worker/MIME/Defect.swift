/// What a repair rule did or could not do, as a stable code for `defects` in rows and `show
/// --json`.
public enum DefectCode: String, Sendable, Hashable, CaseIterable, Codable {
  case truncated = "mime.truncated"
  case depth = "mime.depth"
  case parts = "mime.parts"
  case headers = "mime.headers"
  case input = "mime.input"
  case memory = "mime.memory"
  case noHeaders = "mime.header.none"
  case badHeader = "mime.header.broken"
  case rawHeader = "mime.header.raw8bit"
  case headerControl = "mime.header.control"
  case longHeader = "mime.header.long"
  case duplicateHeader = "mime.duplicate-header"
  case encodedWordSplit = "mime.encodedword.split"
  case encodedWordBroken = "mime.encodedword.broken"
  case mboxLine = "mime.mbox-line"
  case boundaryMissing = "mime.boundary.missing"
  case contentType = "mime.contenttype.broken"
  case encodingUnknown = "mime.encoding.unknown"
  case parameters = "mime.parameters"
  case parameterDuplicate = "mime.parameter.duplicate"
  case charsetRepaired = "mime.charset.repaired"
  case charsetMissing = "mime.charset.missing"
  case charsetUnknown = "mime.charset.unknown"
  case charsetUTF7 = "mime.charset.utf7"
  case nul = "mime.nul"
  case longText = "mime.text.long"
  case base64 = "mime.base64.broken"
  case quotedPrintable = "mime.qp.broken"
  case uuencode = "mime.uuencode.broken"
  case addresses = "mime.addresses"
  case addressBroken = "mime.address.broken"
  case fromMissing = "mime.from.missing"
  case fromMultiple = "mime.from.multiple"
  case date = "mime.date.broken"

  /// One English sentence for logs and developers; holds no data of the message. What people read
  /// is worded elsewhere, in French and English.
  public var explanation: String {
    switch self {
    case .truncated: "The message ends in the middle of a header or before its last boundary."
    case .depth: "Nested too deep; the deepest container is given as one part."
    case .parts: "Too many parts; the rest is only in the raw message."
    case .headers: "Too many or too long headers; the rest is only in the raw message."
    case .input: "The message is too long; its end is only in the raw message."
    case .memory: "Memory ran out while opening; the whole message is given as one part."
    case .noHeaders: "The message has no headers; everything is body."
    case .badHeader: "Lines that are no header stand among the headers."
    case .rawHeader: "A header holds unencoded 8-bit characters; read as UTF-8 or windows-1252."
    case .headerControl: "A header held control characters; they were dropped."
    case .longHeader: "A header is too long; only its beginning was decoded."
    case .duplicateHeader: "A header that must be unique appears twice; the first one is used."
    case .encodedWordSplit: "A character was cut between two encoded words; it was put together."
    case .encodedWordBroken: "An encoded word could not be decoded and is shown as it came."
    case .mboxLine: "An mbox line came before the headers and was skipped."
    case .boundaryMissing: "A multipart never shows its boundary; all of it is given as text."
    case .contentType: "A Content-Type is unreadable; the part is treated as plain text."
    case .encodingUnknown: "An unknown transfer encoding; the bytes are given as they came."
    case .parameters: "Too many parameters in one header; the rest is ignored."
    case .parameterDuplicate: "A parameter appears twice with different values; the first is used."
    case .charsetRepaired: "The text does not fit its charset; misfit bytes read as windows-1252."
    case .charsetMissing: "No charset given; read as UTF-8 or windows-1252."
    case .charsetUnknown: "Unknown charset; read as UTF-8 or windows-1252."
    case .charsetUTF7: "The text is in UTF-7, which ordinary mail does not use."
    case .nul: "The text holds NUL characters; each is shown as a replacement character."
    case .longText: "The text is too long; only its beginning is shown."
    case .base64: "A base64 part is damaged; what could be decoded is given."
    case .quotedPrintable: "A quoted-printable part holds bad escapes; they are left as they came."
    case .uuencode: "A uuencoded part is damaged; what could be decoded is given."
    case .addresses: "Too many addresses in one header; the rest is ignored."
    case .addressBroken: "An address could not be read."
    case .fromMissing: "No sender."
    case .fromMultiple: "Several senders; the first one is used."
    case .date: "The date is missing or unreadable."
    }
  }
}

/// One defect, and the part it was found in (`nil`: the message as a whole or its headers).
public struct Defect: Sendable, Hashable {
  public let code: DefectCode
  public let part: Int?
  /// Header name in lower case for header defects, from our own list of known names only.
  public let header: String?

  public init(_ code: DefectCode, part: Int? = nil, header: String? = nil) {
    self.code = code
    self.part = part
    self.header = header
  }
}

/// Collects defects once each, up to the cap.
struct DefectLog {
  private(set) var list: [Defect] = []

  mutating func note(_ code: DefectCode, part: Int? = nil, header: String? = nil) {
    let defect = Defect(code, part: part, header: header)
    guard list.count < MIMELimits.defects, !list.contains(defect) else { return }
    list.append(defect)
  }

  mutating func note(_ codes: Set<DefectCode>, part: Int? = nil, header: String? = nil) {
    for code in codes.sorted(by: { $0.rawValue < $1.rawValue }) {
      note(code, part: part, header: header)
    }
  }
}
