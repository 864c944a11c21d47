/// A file that leaves with an answer; its bytes were read when it was joined.
public struct DraftAttachment: Hashable, Sendable, Codable {
  public var filename: String
  public var contentType: String
  public var bytes: [UInt8]

  public init(filename: String, contentType: String, bytes: [UInt8]) {
    self.filename = filename
    self.contentType = contentType
    self.bytes = bytes
  }
}

/// A message being written: one buffer, which nothing but sending turns into mail.
public struct Draft: Hashable, Sendable, Codable, Identifiable {
  public var id: String
  /// The message it answers; nil for a new one.
  public var replyingTo: Message.ID?
  public var order: Order.ID?
  /// Revision of the demande and its last message when the writing began: a send is held when
  /// they moved (invariant 12).
  public var basedOn: Order.Revision?
  public var lastMessage: Message.ID?
  /// How far the author has seen the history of the demande, in the store's own count.
  public var lastEvent: Int?
  public var to: [MailAddress]
  public var subject: String
  public var body: String
  public var attachments: [DraftAttachment]
  /// Adds `X-MSS-MES: FIN` (domain note 2.14); never remembered for the next one.
  public var endsExchange: Bool
  /// What it is for, when that is more than an answer.
  public var purpose: Purpose?
  public var authorID: String
  public var updatedAt: Timestamp

  public enum Purpose: String, Hashable, Sendable, Codable {
    /// « Votre ordonnance est prête »
    case reminder
  }

  public init(
    id: String, replyingTo: Message.ID? = nil, order: Order.ID? = nil,
    basedOn: Order.Revision? = nil, lastMessage: Message.ID? = nil, to: [MailAddress] = [],
    subject: String = "", body: String = "", attachments: [DraftAttachment] = [],
    endsExchange: Bool = false, purpose: Purpose? = nil, authorID: String, updatedAt: Timestamp
  ) {
    self.id = id
    self.replyingTo = replyingTo
    self.order = order
    self.basedOn = basedOn
    self.lastMessage = lastMessage
    self.to = to
    self.subject = subject
    self.body = body
    self.attachments = attachments
    self.endsExchange = endsExchange
    self.purpose = purpose
    self.authorID = authorID
    self.updatedAt = updatedAt
  }

  /// `[heure]`-like blanks of a template that nobody filled yet; sending waits for them.
  ///
  /// Words in brackets on one line; quoted lines hold the correspondent's own brackets.
  public var blanks: [String] {
    var found: [String] = []
    for line in body.split(whereSeparator: \.isNewline) {
      guard line.first(where: { $0 != " " }) != ">" else { continue }
      var open: Substring.Index?
      for place in line.indices {
        if line[place] == "[" { open = place }
        guard line[place] == "]", let start = open else { continue }
        open = nil
        let inner = line[line.index(after: start)..<place]
        if Self.isBlank(inner) { found.append("[\(inner)]") }
      }
    }
    return found
  }

  private static func isBlank(_ inner: Substring) -> Bool {
    let isWords = inner.allSatisfy { $0.isLetter || " '’/-°.…".contains($0) }
    return isWords && inner.count <= 40 && inner.contains(where: \.isLetter)
  }

  /// `Re: ` once, whatever the subject already carries, on one line.
  ///
  /// Without `XDM/1.0/DDM+`: an answer brings no archive, and a client would look for one.
  public static func replySubject(_ subject: String) -> String {
    var text = Substring(Message.title(ofSubject: subject))
    while text.prefix(4).filter({ $0 != " " }).lowercased().hasPrefix("re:"),
      let colon = text.firstIndex(of: ":")
    {
      text = text[text.index(after: colon)...].drop { $0 == " " }
    }
    return "Re: " + text
  }
}

/// Something on its way out. What leaves is fixed when it is queued (invariant 11).
public struct OutgoingItem: Hashable, Sendable, Codable, Identifiable {
  /// Three outcomes and the way there; `uncertain` is never retried by the machine (invariant 10).
  public enum State: String, Sendable, Codable, CaseIterable {
    case queued, sending, sent, refused, uncertain, cancelled
    /// Something happened on its demande: a person decides (invariant 12).
    case held
  }

  /// `o` and 12 characters.
  public var id: String
  /// With angle brackets; one for life (invariant 9).
  public var messageID: String
  public var state: State
  public var order: Order.ID?
  public var replyingTo: Message.ID?
  public var from: MailAddress
  public var to: [MailAddress]
  public var subject: String
  public var body: String
  public var inReplyTo: String?
  public var references: [String]
  /// Whitelisted `X-MSS-…` and receipt headers, in order.
  public var headers: [HeaderField]
  public var attachments: [DraftAttachment]
  public var author: Author
  /// What it is for, when that is more than an answer.
  public var purpose: Draft.Purpose?
  public var queuedAt: Timestamp
  /// Not before: the time to take it back (design 9, « 12 s pour annuler »).
  public var notBefore: Timestamp
  public var attempts: Int
  public var nextAttemptAt: Timestamp?
  /// Reply code and enhanced code only, never the server's text.
  public var lastAnswer: String?
  public var sentAt: Timestamp?
  /// The copy in Sent exists.
  public var hasSentCopy: Bool
  /// What the server last said to each recipient, in their order; empty when it was never asked
  /// (O05). Nothing left as long as one of them is refused.
  public var results: [RecipientResult]

  /// Milliseconds; no wait of a queued item is longer, neither the time to take it back nor the
  /// pause before another attempt.
  public static let longestWait: Int64 = 3_700_000

  /// When it may leave. A moment further away than any wait was set by a clock that has been set
  /// back since: then it may leave now (S19).
  public func due(at now: Timestamp) -> Timestamp {
    let moment = max(notBefore, nextAttemptAt ?? notBefore)
    return moment.milliseconds - now.milliseconds > Self.longestWait ? now : moment
  }

  /// What one recipient got.
  public struct RecipientResult: Hashable, Sendable, Codable {
    public var address: String
    public var isAccepted: Bool
    /// Reply code and enhanced code only, never the server's text.
    public var answer: String
    public init(address: String, isAccepted: Bool, answer: String) {
      self.address = address
      self.isAccepted = isAccepted
      self.answer = answer
    }
  }

  public struct HeaderField: Hashable, Sendable, Codable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    id: String, messageID: String, state: State = .queued, order: Order.ID? = nil,
    replyingTo: Message.ID? = nil, from: MailAddress, to: [MailAddress], subject: String,
    body: String, inReplyTo: String? = nil, references: [String] = [],
    headers: [HeaderField] = [], attachments: [DraftAttachment] = [], author: Author,
    purpose: Draft.Purpose? = nil, queuedAt: Timestamp, notBefore: Timestamp, attempts: Int = 0,
    nextAttemptAt: Timestamp? = nil,
    lastAnswer: String? = nil, sentAt: Timestamp? = nil, hasSentCopy: Bool = false,
    results: [RecipientResult] = []
  ) {
    self.id = id
    self.messageID = messageID
    self.state = state
    self.order = order
    self.replyingTo = replyingTo
    self.from = from
    self.to = to
    self.subject = subject
    self.body = body
    self.inReplyTo = inReplyTo
    self.references = references
    self.headers = headers
    self.attachments = attachments
    self.author = author
    self.purpose = purpose
    self.queuedAt = queuedAt
    self.notBefore = notBefore
    self.attempts = attempts
    self.nextAttemptAt = nextAttemptAt
    self.lastAnswer = lastAnswer
    self.sentAt = sentAt
    self.hasSentCopy = hasSentCopy
    self.results = results
  }
}
