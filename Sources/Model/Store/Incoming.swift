public import Domain

/// A header field, decoded, as it stood in the message.
public struct HeaderLine: Hashable, Sendable, Codable {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// One node of the MIME tree.
public struct PartLine: Hashable, Sendable, Codable {
  public var n: Int
  /// nil for the root.
  public var parent: Int?
  public var contentType: String
  public var filename: String?
  /// Decoded size in bytes.
  public var size: Int
  public var disposition: String?

  public init(
    n: Int, parent: Int?, contentType: String, filename: String? = nil, size: Int,
    disposition: String? = nil
  ) {
    self.n = n
    self.parent = parent
    self.contentType = contentType
    self.filename = filename
    self.size = size
    self.disposition = disposition
  }
}

/// Where the sync of one IMAP mailbox stands (RFC 9051 2.3.1, RFC 7162).
public struct MailboxCursor: Hashable, Sendable, Codable {
  public var name: String
  public var uidValidity: UInt32
  /// Everything below is stored or announced.
  public var uidNext: UInt32
  public var modSequence: UInt64?
  /// `\Sent` and the like (RFC 6154).
  public var specialUse: String?

  public init(
    name: String, uidValidity: UInt32, uidNext: UInt32, modSequence: UInt64? = nil,
    specialUse: String? = nil
  ) {
    self.name = name
    self.uidValidity = uidValidity
    self.uidNext = uidNext
    self.modSequence = modSequence
    self.specialUse = specialUse
  }
}

/// A decoded message on its way into the store.
public struct IncomingMessage: Sendable {
  /// `receptionKey` and `thread` are assigned by the store whatever stands here.
  public var message: Message
  /// Kept exactly (invariant 22); `message.digest` is theirs.
  public var raw: [UInt8]
  public var uidValidity: UInt32
  public var text: String
  public var isFromHTML: Bool
  public var headers: [HeaderLine]
  public var parts: [PartLine]
  /// Message-IDs with angle brackets, oldest first, In-Reply-To last.
  public var references: [String]
  /// State `pending` for what must be read later.
  public var documents: [ReadableDocument]
  /// Markers for the demande it opens.
  public var proposed: [Marker]
  /// The message that a receipt or a bounce is about.
  public var reportOriginalMessageID: String?
  /// False for what lies in another mailbox than INBOX: an old archive must not fill « à prendre ».
  /// Such a message is kept and found, and joins the demande of its thread when there is one.
  public var opensDemande: Bool

  public init(
    message: Message, raw: [UInt8], uidValidity: UInt32, text: String, isFromHTML: Bool = false,
    headers: [HeaderLine] = [], parts: [PartLine] = [], references: [String] = [],
    documents: [ReadableDocument] = [], proposed: [Marker] = [],
    reportOriginalMessageID: String? = nil, opensDemande: Bool = true
  ) {
    self.message = message
    self.raw = raw
    self.uidValidity = uidValidity
    self.text = text
    self.isFromHTML = isFromHTML
    self.headers = headers
    self.parts = parts
    self.references = references
    self.documents = documents
    self.proposed = proposed
    self.reportOriginalMessageID = reportOriginalMessageID
    self.opensDemande = opensDemande
  }
}

/// What one transaction of ingest stores; its maker keeps it under 20 messages or 2 MB.
public struct IngestBatch: Sendable {
  public var messages: [IncomingMessage]
  /// Moves in the same transaction (invariant 5).
  public var cursor: MailboxCursor?

  public init(messages: [IncomingMessage], cursor: MailboxCursor? = nil) {
    self.messages = messages
    self.cursor = cursor
  }

  /// What was asked of the server, for the trace: ` uid=3:9`; nothing for what came from a file.
  var numbers: String {
    let uids = messages.compactMap(\.message.uid)
    guard let first = uids.min(), let last = uids.max() else { return "" }
    return first == last ? " uid=\(first)" : " uid=\(first):\(last)"
  }
}

/// What an ingest did, in the order of its messages.
public struct IngestResult: Hashable, Sendable {
  public var stored: [Message.ID] = []
  /// Here before: only a location was added.
  public var alreadyKnown: [Message.ID] = []
  public var opened: [Order.ID] = []
  /// Demandes that existed and got a message or an answer.
  public var touched: [Order.ID] = []

  public init() {}
}

/// A local flag change that the server does not know yet.
public struct FlagChange: Hashable, Sendable, Identifiable {
  public var id: Int64
  public var message: Message.ID
  public var mailbox: String
  public var uidValidity: UInt32
  public var uid: UInt32
  public var add: [String]
  public var remove: [String]
}

/// A document that the confined decoder has not looked at yet.
public struct PendingDocument: Hashable, Sendable {
  public var message: Message.ID
  /// `Attachment.n`
  public var attachment: Int
  /// Index in the MIME tree.
  public var part: Int
  public var kind: AttachmentKind
}
