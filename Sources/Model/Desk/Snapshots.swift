public import Domain

/// A demande as the reader shows it.
public struct OpenedOrder: Equatable, Sendable {
  public var order: Order
  /// In order of arrival.
  public var bodies: [MessageBody]
  public var events: [OrderEvent]
  /// The events as they are told, with those that the team log refused; nil when it refused none.
  public var told: [OrderEvent]?
  public var history: [OrderEvent] { told ?? events }
  /// Another demande under way that has the same matricule, with its age.
  public var samePatient: QueueRow?
  /// More of them, older.
  public var alsoSamePatient: [QueueRow] = []
  /// An answer to it that was stopped before its first byte.
  public var heldAnswer: HeldAnswer?

  public init(
    order: Order, bodies: [MessageBody], events: [OrderEvent], told: [OrderEvent]? = nil,
    samePatient: QueueRow? = nil
  ) {
    self.order = order
    self.bodies = bodies
    self.events = events
    self.told = told
    self.samePatient = samePatient
  }
}

extension OpenedOrder {
  /// Lines that stay above what is scrolled: whose demande it is, and at most two alerts.
  public static let linesAbove = 3

  /// Where reading begins: the first mail that nobody dealt with or read; nil when there is none,
  /// or when that is the top.
  var firstToRead: Message.ID? {
    let incoming = bodies.map(\.message).filter { !$0.isOutgoing }
    let new = Set(order.newMessages ?? [])
    let found =
      incoming.first { new.contains($0.id) } ?? incoming.first { !$0.flags.isSeen }
    return found?.id == bodies.first?.message.id ? nil : found?.id
  }
}

/// One document card of the reader.
public struct DocumentRef: Hashable, Sendable {
  public var message: Message.ID
  public var attachment: Int
  public init(message: Message.ID, attachment: Int) {
    self.message = message
    self.attachment = attachment
  }
}

/// An answer in its time of grace.
public struct HeldSend: Equatable, Sendable {
  public var item: String
  public var order: Order.ID?
  /// Whom it goes to, in words.
  public var display: String
  public var until: Timestamp
  /// When the person let it go; nil when this screen does not know.
  public var queuedAt: Timestamp?
  public init(
    item: String, order: Order.ID?, display: String, until: Timestamp, queuedAt: Timestamp? = nil
  ) {
    self.item = item
    self.order = order
    self.display = display
    self.until = until
    self.queuedAt = queuedAt
  }
}

/// Search across every state, as you type.
public struct Search: Equatable, Sendable {
  public var query: TextBuffer
  public var isTyping: Bool
  /// nil while the answer to the current query is on its way.
  public var rows: [QueueRow]?
  /// Older demandes hold it too and are not listed.
  public var hasMore = false
  public var answered: String
  /// Why what is typed cannot be looked for.
  public var problem: QueryProblem?
  public init(query: TextBuffer = TextBuffer(), isTyping: Bool = true) {
    self.query = query
    self.isTyping = isTyping
    rows = nil
    answered = ""
  }
}

/// A canned answer; `[heure]`-like blanks must be filled before it leaves.
public struct Template: Equatable, Sendable {
  public var name: String
  public var body: String
  public init(name: String, body: String) {
    self.name = name
    self.body = body
  }
}
