/// A file to send along. Text or binary, the bytes arrive exactly as given.
public struct OutgoingAttachment: Sendable, Hashable {
  /// As the recipient shall see it; any language, no controls, no slashes.
  public var filename: String
  /// `type/subtype` in ASCII. `message/*` and `multipart/*` leave as `application/octet-stream`,
  /// since RFC 2046 forbids base64 there and anything else could alter the bytes.
  public var contentType: String
  public var bytes: [UInt8]

  public init(filename: String, contentType: String, bytes: [UInt8]) {
    self.filename = filename
    self.contentType = contentType
    self.bytes = bytes
  }
}

/// A message to send, as a value: the same value always builds the same bytes.
///
/// Bcc is not a field here: blind recipients belong to the SMTP envelope only (reliability.md O11).
public struct OutgoingMail: Sendable, Hashable {
  /// `local@domain` without brackets; made once and kept for the life of the item.
  public var messageID: String
  public var date: MailDate
  /// MSSanté wants a meaningful display name here (ECO.2.2.7).
  public var from: MailAddress
  public var to: [MailAddress]
  public var cc: [MailAddress]
  public var subject: String
  /// Any line ends; CR, LF and CRLF all become CRLF.
  public var text: String
  public var inReplyTo: String?
  /// Oldest first; the first and the last 20 are kept.
  public var references: [String]
  /// Only `OutgoingMail.allowedHeaders`, each at most once.
  public var extraHeaders: [(name: String, value: String)] {
    get { extra.map { ($0.name, $0.value) } }
    set { extra = newValue.map { ExtraHeader(name: $0.name, value: $0.value) } }
  }
  public var attachments: [OutgoingAttachment]

  private struct ExtraHeader: Sendable, Hashable {
    let name: String
    let value: String
  }
  private var extra: [ExtraHeader] = []

  public init(
    messageID: String, date: MailDate, from: MailAddress, to: [MailAddress],
    cc: [MailAddress] = [], subject: String, text: String, inReplyTo: String? = nil,
    references: [String] = [], extraHeaders: [(name: String, value: String)] = [],
    attachments: [OutgoingAttachment] = []
  ) {
    self.messageID = messageID
    self.date = date
    self.from = from
    self.to = to
    self.cc = cc
    self.subject = subject
    self.text = text
    self.inReplyTo = inReplyTo
    self.references = references
    self.attachments = attachments
    self.extraHeaders = extraHeaders
  }

  /// Headers a caller may add: MSSanté's (mssante.md 1.60–1.63) and the two of ordinary mail.
  public static let allowedHeaders = [
    "X-MSS-NIL", "X-MSS-INS", "X-MSS-CODECDA", "X-MSS-MES", "Disposition-Notification-To",
    "Reply-To",
  ]
}

/// Why a mail was not built. Carries a field name, never its content.
public enum BuilderError: Error, Sendable, Hashable {
  /// A line end, NUL or another control character in header data (O08).
  case control(field: String)
  /// Not `local@domain` in plain ASCII.
  case address(field: String)
  /// A Message-ID that is not `local@domain`.
  case messageID
  /// A header outside `OutgoingMail.allowedHeaders`, or given twice.
  case header(field: String)
  /// Empty, not ASCII or too long.
  case value(field: String)
  /// A Content-Type that is not `type/subtype`.
  case contentType
  case noRecipient

  public var french: String {
    switch self {
    case .control(let field):
      "Le champ « \(field) » contient un caractère interdit : effacez-le et ressaisissez-le."
    case .address(let field): "Adresse invalide dans « \(field) » : corrigez-la."
    case .messageID: "Identifiant de message invalide : recréez le brouillon."
    case .header(let field): "En-tête « \(field) » non permis ou en double : retirez-le."
    case .value(let field): "Valeur invalide pour « \(field) » : corrigez-la."
    case .contentType: "Type de pièce jointe invalide : retirez la pièce et joignez-la de nouveau."
    case .noRecipient: "Aucun destinataire : ajoutez une adresse."
    }
  }

  public var english: String {
    switch self {
    case .control(let field):
      "The field “\(field)” holds a forbidden character: clear it and type it again."
    case .address(let field): "Invalid address in “\(field)”: correct it."
    case .messageID: "Invalid message identifier: create the draft again."
    case .header(let field): "Header “\(field)” is not allowed or given twice: remove it."
    case .value(let field): "Invalid value for “\(field)”: correct it."
    case .contentType: "Invalid attachment type: remove the file and attach it again."
    case .noRecipient: "No recipient: add an address."
    }
  }
}
