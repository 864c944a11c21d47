public import Domain

/// What an identifier typed by a person names.
public enum ResolvedID: Hashable, Sendable {
  case message(Message.ID)
  case order(Order.ID)
}

/// The lists of messages besides the queue.
public enum MessageList: String, Hashable, Sendable, CaseIterable {
  case all, sent, quarantine
}

/// One line of a list of messages, with the demande it belongs to.
public struct MessageRow: Hashable, Sendable, Identifiable {
  public var id: Message.ID { message.id }
  public var key: RowKey
  public var message: Message
  public var order: Order?
  /// As ``QueueRow``.
  public var isPending: Bool
  public var isMessageAbsent: Bool

  public init(
    key: RowKey, message: Message, order: Order?, isPending: Bool = false,
    isMessageAbsent: Bool = false
  ) {
    self.key = key
    self.message = message
    self.order = order
    self.isPending = isPending
    self.isMessageAbsent = isMessageAbsent
  }
}

/// What the author of an answer had seen when the writing began (invariant 12).
public struct ThreadStamp: Hashable, Sendable {
  public var revision: Order.Revision
  /// Last of `Order.messages`.
  public var lastMessage: Message.ID?
  /// `lastEvent(of:)` when the author looked, when known: then it alone counts. Without it
  /// notes are not seen, and any answer that a colleague queued since that revision holds the
  /// send: rather once too often.
  public var lastEvent: Int?
  /// The demande that `lastEvent` counts in, when it may have been attached to another meanwhile.
  public var order: Order.ID?

  public init(
    revision: Order.Revision, lastMessage: Message.ID?, lastEvent: Int? = nil,
    order: Order.ID? = nil
  ) {
    self.revision = revision
    self.lastMessage = lastMessage
    self.lastEvent = lastEvent
    self.order = order
  }
}

/// How an attempt to send ended. Answers are codes (`250 2.0.0`), never the server's text.
public enum SendOutcome: Hashable, Sendable {
  case sent(answer: String)
  case refused(answer: String)
  /// A temporary refusal, or the dot never left.
  case retry(at: Timestamp, answer: String)
  /// The dot left and no answer came (invariant 10).
  case uncertain
}

/// Wrong PINs in a row, and when the last one was typed.
public struct PINFailures: Hashable, Sendable {
  public var count: Int
  /// Seconds.
  public static let longestWait: Int64 = 300

  /// Seconds after the last one; none before `free` of them.
  public static func wait(_ count: Int, free: Int) -> Int64 {
    count < free ? 0 : min(longestWait, Int64(1) << min(count - free, 10))
  }
}

/// A line for the journal from outside the store: what was asked of the server and its answer.
///
/// Codes and counts only, never content (domain note 1.95, ECO.4.1.1).
public struct TraceEntry: Hashable, Sendable {
  public var author: Author
  /// Stable, such as `send`, `export`, `unlock`.
  public var action: String
  public var order: Order.ID?
  public var request: String
  public var answer: String

  public init(
    author: Author, action: String, order: Order.ID? = nil, request: String = "",
    answer: String = ""
  ) {
    self.author = author
    self.action = action
    self.order = order
    self.request = request
    self.answer = answer
  }
}

/// One line of the journal.
public struct JournalLine: Hashable, Sendable, Identifiable {
  public var id: Int64 { seq }
  public var seq: Int64
  public var at: Timestamp
  /// Seconds east of UTC of the machine's clock then.
  public var offset: Int
  public var author: Author
  public var action: String
  public var order: Order.ID?
  public var request: String
  public var answer: String
  /// Whose access to the operator was used, where that is not the author.
  public var holder: String?
  /// SHA-256 over the previous digest and this line, hexadecimal.
  public var digest: String

  /// ISO 8601 as the clock on the wall was then, whatever the machine's zone is now.
  public var localTime: String { CivilTime.iso8601(at, offset: offset) }
}

/// Length and head of the journal, to be kept outside the store (invariant 15).
public struct JournalAnchor: Hashable, Sendable, Codable {
  public var seq: Int64
  public var digest: String

  public init(seq: Int64, digest: String) {
    self.seq = seq
    self.digest = digest
  }
}

/// What `verify` looked at and what it found.
public struct VerifyReport: Hashable, Sendable {
  public struct Problem: Hashable, Sendable {
    /// Stable, such as `journal.digest`, `order.fold`, `raw.digest`, `search.count`.
    public var code: String
    /// Identifiers and numbers, no content.
    public var detail: String
  }

  public var messages = 0
  public var orders = 0
  public var events = 0
  public var journal = 0
  public var problems: [Problem] = []
  public var isSound: Bool { problems.isEmpty }
}
