/// A view of the queue. The raw values are the words of `list --view`.
public enum QueueView: String, Sendable, Codable, CaseIterable, Hashable {
  case todo, mine, preparing, check, ready, uncollected, promised, questions, alarm, all, archive

  /// Whether time alone moves a demande in and out of it: then nothing of it is stored.
  public var isTimed: Bool { self == .uncollected || self == .alarm }
}

/// A row's place in reception order, newest largest; the key of paging.
public struct RowKey: Hashable, Comparable, Sendable {
  public var value: Int64
  public init(_ value: Int64) { self.value = value }
  public static func < (a: RowKey, b: RowKey) -> Bool { a.value < b.value }
}

/// One line of the queue: the demande and its last message.
public struct QueueRow: Hashable, Sendable, Identifiable {
  public var id: Order.ID { order.id }
  public var key: RowKey
  public var order: Order
  /// A stand-in without content when `isMessageAbsent`.
  public var message: Message
  /// A person's gesture on it is not known to the other machines yet.
  public var isPending = false
  /// Another machine has its mail; this one will have it with a later look at the server.
  public var isMessageAbsent = false

  public init(key: RowKey, order: Order, message: Message) {
    self.key = key
    self.order = order
    self.message = message
  }

  /// A demande whose mail has not come to this machine.
  public init(key: RowKey, messageAbsentFrom order: Order) {
    self.key = key
    self.order = order
    message = Message(
      id: order.messages.last ?? "", receptionKey: key.value, messageID: "", digest: "",
      mailbox: "", uid: nil, receivedAt: order.lastMessageAt, date: nil,
      sender: Sender(name: "", address: "", kind: .unknown, display: ""), to: [], subject: "",
      kind: .message, isOutgoing: false, flags: Flags(["\\Seen"]), thread: "", preview: "",
      attachments: [])
    isMessageAbsent = true
  }
}

/// A page of a view, and whether more follows.
public struct QueuePage: Hashable, Sendable {
  public var rows: [QueueRow]
  public var hasMore: Bool

  public init(rows: [QueueRow] = [], hasMore: Bool = false) {
    self.rows = rows
    self.hasMore = hasMore
  }
}

/// One alarm of one demande: the same demande may ring again for another reason.
public struct RaisedAlarm: Hashable, Sendable {
  public var order: Order.ID
  public var alarm: Alarm

  public init(order: Order.ID, alarm: Alarm) {
    self.order = order
    self.alarm = alarm
  }
}

/// How many demandes each view holds, for the acting member.
public struct QueueCounts: Hashable, Sendable {
  public var byView: [QueueView: Int]
  public var quarantine: Int
  /// Mails that the server lists and does not give.
  public var withheld = 0
  /// Answers that wait, were refused or are uncertain.
  public var outboxWaiting: Int
  public var outboxTrouble: Int
  /// The newest alarms, at most `alarmLimit` of each sort, for telling a new one from those
  /// already heard.
  public var alarms: [RaisedAlarm] = []
  public static let alarmLimit = 100
  /// How many each custom view holds, in their order; `countLimit` is that many or more.
  public var custom: [Int] = []
  public static let countLimit = 1000
  /// Answers that something on their demande stopped.
  public var outboxHeld = 0

  public init(
    byView: [QueueView: Int] = [:], quarantine: Int = 0, outboxWaiting: Int = 0,
    outboxTrouble: Int = 0
  ) {
    self.byView = byView
    self.quarantine = quarantine
    self.outboxWaiting = outboxWaiting
    self.outboxTrouble = outboxTrouble
  }

  public subscript(view: QueueView) -> Int { byView[view] ?? 0 }
}

extension QueueView {
  /// Whether a demande belongs to this view for that member; the store's SQL says the same and a
  /// test compares them. Without a clock the views that only time fills are empty.
  public func contains(_ order: Order, member: String?, clock: WorkClock? = nil) -> Bool {
    if order.mergedInto != nil { return self == .all }
    switch self {
    case .todo:
      if order.status == .received && order.owner == nil { return true }
      // A new message comes back whatever the state (design 4); while somebody prepares, it is
      // that person's, under « les miennes ».
      return order.hasNews && (order.status != .preparing || order.owner == nil)
    case .mine:
      return order.owner?.memberID == member && member != nil
        && (order.status == .received || order.status == .preparing || order.hasNews)
    case .preparing: return order.status == .preparing
    case .check: return order.status == .prepared
    case .ready: return order.status == .checked
    case .promised:
      return order.status == .partial || order.duePromise != nil
        || (!order.markers.missing.isEmpty && !order.status.isFinished)
    case .questions:
      return !order.status.isFinished
        && (order.kind == .question || order.markers.questionPatient != nil
          || order.markers.questionPrescriber != nil)
    case .uncollected: return clock?.isUncollected(order) ?? false
    case .alarm: return clock?.alarm(of: order) != nil
    case .archive: return order.status.isFinished
    case .all: return true
    }
  }
}
