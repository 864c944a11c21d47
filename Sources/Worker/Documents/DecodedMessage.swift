import Crypto
public import Domain

/// What the confined child made of one raw message: plain values, no type of the MIME room.
public struct DecodedMessage: Hashable, Sendable {
  /// A header as it is read, in the order of the message.
  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A node of the MIME tree, numbered from 1 in depth-first order.
  public struct Part: Hashable, Sendable {
    public var n: Int
    public var parent: Int?
    public var contentType: String
    /// Hostile: never a path.
    public var filename: String?
    /// Decoded bytes.
    public var size: Int
    public var disposition: String?

    public init(
      n: Int, parent: Int?, contentType: String, filename: String?, size: Int, disposition: String?
    ) {
      self.n = n
      self.parent = parent
      self.contentType = contentType
      self.filename = filename
      self.size = size
      self.disposition = disposition
    }
  }

  /// False when there is not one header that says from whom, to whom, when or about what.
  public var isReadable = false
  public var headers: [Header] = []
  public var parts: [Part] = []
  /// With angle brackets, empty when absent.
  public var messageID = ""
  public var inReplyTo: String?
  /// With angle brackets, oldest first.
  public var references: [String] = []
  /// The Date header.
  public var date: Timestamp?
  /// The first one is shown; may be empty.
  public var from: [MailAddress] = []
  public var to: [MailAddress] = []
  public var cc: [MailAddress] = []
  public var replyTo: [MailAddress] = []
  public var subject = ""
  /// What the reader shows and the search finds; HTML is already rendered.
  public var text = ""
  public var isFromHTML = false
  /// First line with words, at most 200 characters.
  public var preview = ""
  public var attachments: [Attachment] = []
  public var defects: [Defect] = []
  /// `disposition-notification`, `delivery-status` or another word of a multipart/report.
  public var reportType: String?
  /// Of the mail that a receipt or a bounce is about, with angle brackets.
  public var reportOriginalMessageID: String?
  /// `failed`, `delayed`… of a bounce; the disposition of a receipt.
  public var reportAction: String?
  /// `Auto-Submitted` other than `no` (RFC 3834).
  public var isAutomatic = false
  /// LOINC codes of `X-MSS-CODECDA`.
  public var documentCodes: [String] = []
  /// `X-MSS-MES: FIN` (domain note 2.14).
  public var endsExchange = false
  /// `sha256:` and 64 hexadecimal digits over the raw bytes.
  public var rawDigest = ""
  /// 32 bytes: SHA-256 over Message-ID without brackets, a zero byte, and SHA-256 of the identity
  /// material (design 5). `MessageIdentity.id(fromDigest:)` makes the id of it.
  public var identity: [UInt8] = []

  public init() {}

  /// The facts that decide what the message is for.
  public func facts(sender: SenderKind, isOutgoing: Bool) -> MessageFacts {
    MessageFacts(
      sender: sender, isOutgoing: isOutgoing, subject: subject,
      attachments: attachments.map(\.kind), filenames: attachments.map(\.filename),
      reportType: reportType, isAutomatic: isAutomatic, documentCodes: documentCodes,
      isReadable: isReadable)
  }

  /// Stands for a message that the child could not decode: not interpreted, only hashed here.
  ///
  /// To be stored raw and listed under quarantine; the identity is the digest of the raw bytes.
  public static func unreadable(raw: [UInt8], because error: DecoderError) -> DecodedMessage {
    var message = DecodedMessage()
    let digest = SHA256.hash(data: raw)
    message.identity = Array(digest)
    message.rawDigest = "sha256:" + hexadecimal(message.identity)
    message.defects = [error.defect]
    return message
  }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// One document as text, and who it says it is about.
public struct DocumentReading: Hashable, Sendable {
  /// To be stored as it is.
  public var document: ReadableDocument
  /// Source `.document`; nil when the document names nobody, or two persons.
  public var patient: Patient?
  /// LOINC types found in it.
  public var codes: [String]

  public init(document: ReadableDocument, patient: Patient? = nil, codes: [String] = []) {
    self.document = document
    self.patient = patient
    self.codes = codes
  }
}
