/// What a message is for, decided once at ingest.
public enum MessageKind: String, Sendable, Codable, CaseIterable {
  case prescription, document, message, receipt, bounce, notice, unreadable
}

/// What an attachment is, decided by its content type and name.
public enum AttachmentKind: String, Sendable, Codable, CaseIterable {
  case pdf, image, xdm, cda, message, text, html, other
}

/// One attachment as a list may show it; its bytes stay in the raw message.
public struct Attachment: Hashable, Sendable, Codable {
  /// 1-based place among the attachments of the message.
  public var n: Int
  /// Index of the part in the MIME tree.
  public var part: Int
  public var filename: String
  public var contentType: String
  /// Decoded size in bytes.
  public var size: Int
  public var kind: AttachmentKind

  public init(
    n: Int, part: Int, filename: String, contentType: String, size: Int, kind: AttachmentKind
  ) {
    self.n = n
    self.part = part
    self.filename = filename
    self.contentType = contentType
    self.size = size
    self.kind = kind
  }
}

/// Something that had to be repaired or refused while a message was read.
public struct Defect: Hashable, Sendable, Codable {
  /// Stable, such as `mime.truncated`.
  public var code: String
  /// English, without data of the message.
  public var text: String

  public init(code: String, text: String) {
    self.code = code
    self.text = text
  }
}

/// Flags as IMAP names them, in the spelling of RFC 9051 2.3.2; other keywords as they came.
public struct Flags: Hashable, Sendable, Codable {
  public var names: Set<String>

  public init(_ names: some Sequence<String> = []) {
    self.names = Set(names.map(Self.canonical))
  }

  public static func canonical(_ name: String) -> String {
    let system = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"]
    return system.first { $0.lowercased() == name.lowercased() } ?? name
  }

  public var isSeen: Bool { names.contains("\\Seen") }
  public var isAnswered: Bool { names.contains("\\Answered") }
  public var sorted: [String] { names.sorted() }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    try box.encode(sorted)
  }
}

/// One stored mail, without its bytes: what lists, search results and the reader's head need.
public struct Message: Hashable, Sendable, Identifiable {
  /// `m` and 12 characters of base32, derived from the message identity: the same mail has the
  /// same id on every machine (design 5).
  public typealias ID = String

  public var id: ID
  /// Reception order: INTERNALDATE seconds << 20 | sequence. Newest first is largest first.
  public var receptionKey: Int64
  /// Message-ID header with its angle brackets, empty when there was none.
  public var messageID: String
  /// `sha256:` and 64 hexadecimal digits over the raw bytes.
  public var digest: String
  public var mailbox: String
  public var uid: UInt32?
  public var receivedAt: Timestamp
  public var date: Timestamp?
  public var sender: Sender
  public var to: [MailAddress]
  public var cc: [MailAddress]
  /// Decoded and raw: the XDM prefix is still there.
  public var subject: String
  public var kind: MessageKind
  public var isOutgoing: Bool
  public var flags: Flags
  /// Id of the first message of its thread.
  public var thread: ID
  /// First line of the text.
  public var preview: String
  public var attachments: [Attachment]
  public var defects: [Defect]
  /// Codes such as `ins.key`.
  public var warnings: [String]
  public var patient: Patient?
  /// True once the server said positively that it removed the message (invariant 6).
  public var isGoneFromServer: Bool

  public init(
    id: ID, receptionKey: Int64, messageID: String, digest: String, mailbox: String, uid: UInt32?,
    receivedAt: Timestamp, date: Timestamp?, sender: Sender, to: [MailAddress],
    cc: [MailAddress] = [], subject: String, kind: MessageKind, isOutgoing: Bool, flags: Flags,
    thread: ID, preview: String, attachments: [Attachment], defects: [Defect] = [],
    warnings: [String] = [], patient: Patient? = nil, isGoneFromServer: Bool = false
  ) {
    self.id = id
    self.receptionKey = receptionKey
    self.messageID = messageID
    self.digest = digest
    self.mailbox = mailbox
    self.uid = uid
    self.receivedAt = receivedAt
    self.date = date
    self.sender = sender
    self.to = to
    self.cc = cc
    self.subject = subject
    self.kind = kind
    self.isOutgoing = isOutgoing
    self.flags = flags
    self.thread = thread
    self.preview = preview
    self.attachments = attachments
    self.defects = defects
    self.warnings = warnings
    self.patient = patient
    self.isGoneFromServer = isGoneFromServer
  }

  /// What a list shows for the subject: without the XDM prefix (ECO.3.1.3, domain note 1.72).
  public var title: String { Self.title(ofSubject: subject) }

  /// Removes `XDM/1.0/DDM+`, also behind `Re:`, the French `TR :` and a tag such as
  /// `[Annule et remplace]` (domain note 1.76); case does not matter. One line.
  public static func title(ofSubject subject: String) -> String {
    let words = subject.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    var rest = Substring(words)
    while let mark = leadingMark(rest) { rest = rest.dropFirst(mark.count).drop { $0 == " " } }
    let prefix = "xdm/1.0/ddm+"
    guard rest.prefix(prefix.count).lowercased() == prefix else { return words }
    let title = rest.dropFirst(prefix.count).drop { $0 == " " }
    let head = words[..<rest.startIndex]
    return String(head.isEmpty || head.last == " " ? head + title : head + " " + title)
  }

  /// `Re:`, `TR :` or `[…]` at the very start; marks are short.
  private static func leadingMark(_ text: Substring) -> Substring? {
    if text.first == "[", let close = text.prefix(60).firstIndex(of: "]") { return text[...close] }
    guard let colon = text.prefix(6).firstIndex(of: ":") else { return nil }
    let word = text[..<colon].filter { $0 != " " }.lowercased()
    return ["re", "fw", "fwd", "tr"].contains(word) ? text[...colon] : nil
  }
}

/// The readable form of one document of a message, made once by the confined decoder.
public struct ReadableDocument: Hashable, Sendable, Codable {
  /// How far the decoder came; every state is shown, none is silent.
  public enum State: String, Sendable, Codable {
    case pending, done, failed
    /// The program that could read it is not installed.
    case toolMissing
    /// Over a documented cap: readable raw only.
    case tooLarge
  }

  /// `Attachment.n`
  public var attachment: Int
  public var kind: AttachmentKind
  public var state: State
  public var text: String
  public var pages: Int?
  /// True for text that a machine guessed from a picture.
  public var isMachineRead: Bool
  public var defects: [Defect]

  public init(
    attachment: Int, kind: AttachmentKind, state: State, text: String = "", pages: Int? = nil,
    isMachineRead: Bool = false, defects: [Defect] = []
  ) {
    self.attachment = attachment
    self.kind = kind
    self.state = state
    self.text = text
    self.pages = pages
    self.isMachineRead = isMachineRead
    self.defects = defects
  }
}

/// What the reader shows of one message.
public struct MessageBody: Hashable, Sendable {
  public var message: Message
  public var text: String
  /// True when the text was made from HTML.
  public var isFromHTML: Bool
  public var documents: [ReadableDocument]

  public init(
    message: Message, text: String, isFromHTML: Bool = false, documents: [ReadableDocument] = []
  ) {
    self.message = message
    self.text = text
    self.isFromHTML = isFromHTML
    self.documents = documents
  }
}
