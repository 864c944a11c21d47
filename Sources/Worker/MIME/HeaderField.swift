/// One header as it came, and as a person reads it.
public struct HeaderField: Sendable, Hashable {
  /// As written, without blanks; compare without case.
  public let name: String
  /// Unfolded, RFC 2047 decoded, without controls.
  public let value: String
  /// The bytes between the colon and the last line end, folds and leading blank included.
  public let raw: [UInt8]

  public init(name: String, value: String, raw: [UInt8]) {
    self.name = name
    self.value = value
    self.raw = raw
  }

  func named(_ other: String) -> Bool {
    name.utf8.count == other.utf8.count && name.lowercased() == other.lowercased()
  }
}

/// What identifies and routes a message; read once at parsing.
public struct Envelope: Sendable, Hashable {
  public var subject = ""
  /// All senders; the first one is shown, more than one is the defect `mime.from.multiple`.
  public var from: [MailAddress] = []
  public var sender: MailAddress?
  public var to: [MailAddress] = []
  public var cc: [MailAddress] = []
  public var replyTo: [MailAddress] = []
  public var date: MailDate?
  /// Without angle brackets; `nil` when missing.
  public var messageID: String?
  public var inReplyTo: String?
  /// Oldest first, without brackets.
  public var references: [String] = []
  /// Who asks for a receipt (RFC 8098 2.1).
  public var dispositionNotificationTo: [MailAddress] = []

  init() {}
}

/// Reads `Envelope` from headers: of a header that must be unique, the first one counts.
struct EnvelopeReader {
  private static let unique = [
    "subject", "from", "sender", "to", "cc", "reply-to", "date", "message-id", "in-reply-to",
    "references", "content-type", "content-transfer-encoding", "disposition-notification-to",
    "mime-version",
  ]

  static func read(_ headers: [HeaderField], log: inout DefectLog) -> Envelope {
    var first: [String: HeaderField] = [:]
    for header in headers {
      let name = header.name.lowercased()
      guard unique.contains(name) else { continue }
      if first[name] == nil {
        first[name] = header
      } else {
        log.note(.duplicateHeader, header: name)
      }
    }
    func addresses(_ name: String) -> [MailAddress] {
      guard let header = first[name] else { return [] }
      var defects: Set<DefectCode> = []
      let list = AddressReader.read(header.raw, defects: &defects)
      log.note(defects, header: name)
      return list
    }
    var envelope = Envelope()
    envelope.subject = first["subject"]?.value ?? ""
    envelope.from = addresses("from")
    envelope.sender = addresses("sender").first
    envelope.to = addresses("to")
    envelope.cc = addresses("cc")
    envelope.replyTo = addresses("reply-to")
    envelope.dispositionNotificationTo = addresses("disposition-notification-to")
    envelope.date = first["date"].flatMap { MailDate(parsing: $0.value) }
    envelope.messageID = first["message-id"].flatMap { messageIDs($0.value).first }
    envelope.inReplyTo = first["in-reply-to"].flatMap { messageIDs($0.value).first }
    envelope.references = first["references"].map { messageIDs($0.value) } ?? []
    if envelope.from.isEmpty { log.note(.fromMissing) }
    if envelope.from.count > 1 { log.note(.fromMultiple) }
    if envelope.date == nil { log.note(.date) }
    return envelope
  }

  /// Ids between angle brackets; a lone word without brackets is taken as an id too.
  static func messageIDs(_ value: String) -> [String] {
    var ids: [String] = []
    var rest = value[...]
    while ids.count < MIMELimits.references, let open = rest.firstIndex(of: "<"),
      let close = rest[open...].firstIndex(of: ">")
    {
      let id = rest[rest.index(after: open)..<close].filter { $0 != " " }
      if !id.isEmpty { ids.append(id) }
      rest = rest[rest.index(after: close)...]
    }
    if ids.isEmpty, !value.isEmpty, !value.contains(" ") {
      ids = [value.filter { $0 != "<" && $0 != ">" }].filter { !$0.isEmpty }
    }
    return ids
  }
}
