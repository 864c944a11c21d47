/// What happened on a demande since the author of an answer last looked at it (O13).
public struct CollisionReport: Hashable, Sendable {
  /// Oldest first.
  public var events: [OrderEvent]
  /// The first lines of what a mail says, by the identifier of its event.
  public var excerpts: [String: String]
  /// How far this tells, in the store's own count of events: sending « quand même » is sending
  /// knowing so far and no further. nil when nobody can tell.
  public var upTo: Int?

  public init(events: [OrderEvent], excerpts: [String: String] = [:], upTo: Int? = nil) {
    self.events = events
    self.excerpts = excerpts
    self.upTo = upTo
  }

  /// Of `events`, all of one demande in their order, those that stop an answer of `author` who
  /// has seen all but the `unseen` ones.
  ///
  /// One's own gestures at the same poste stop nothing, nor do prints: they change nothing that an
  /// answer could say. `isQueued`: the answer waits in the outbox already; whoever queued another
  /// one since was shown it, so that one stops nothing.
  public static func news(
    in events: [OrderEvent], unseen: Set<String>, by author: Author, isQueued: Bool
  ) -> [OrderEvent] {
    var announced: Set<String> = []
    for event in events where isQueued || !unseen.contains(event.id) {
      if case .answerQueued(let id, _, _) = event.gesture { announced.insert(id) }
    }
    return events.filter { event in
      guard unseen.contains(event.id) else { return false }
      if event.author.isSamePerson(as: author) && event.author.poste == author.poste {
        return false
      }
      switch event.gesture {
      // A reminder is told of by the mail that it is.
      case .printed, .reminded: return false
      case .answerQueued: return !isQueued
      case .answered(let id): return !announced.contains(id)
      default: return true
      }
    }
  }

  /// The first lines a person wrote, without what they quote.
  public static func excerpt(of text: String) -> String {
    var lines: [Substring] = []
    for line in text.split(whereSeparator: \.isNewline) where lines.count < 3 {
      let words = line.drop { $0.isWhitespace }
      if !words.isEmpty && !words.hasPrefix(">") { lines.append(words) }
    }
    let joined = lines.joined(separator: " ")
    return joined.count > 240 ? joined.prefix(239) + "…" : joined
  }
}

/// An answer that was stopped before its first byte left, and what stopped it.
public struct HeldAnswer: Hashable, Sendable {
  public var item: OutgoingItem
  /// Where its demande is now; it may have been attached to another since.
  public var order: Order.ID
  public var report: CollisionReport

  public init(item: OutgoingItem, order: Order.ID, report: CollisionReport) {
    self.item = item
    self.order = order
    self.report = report
  }
}

extension Draft {
  /// The text of an answer that has not left, to be written on; what it was, it stays.
  public init(takingBack item: OutgoingItem, id: String, authorID: String, at now: Timestamp) {
    self.init(
      id: id, replyingTo: item.replyingTo, order: item.order, to: item.to,
      subject: item.subject, body: item.body, attachments: item.attachments,
      endsExchange: item.headers.contains { $0.name == "X-MSS-MES" }, purpose: item.purpose,
      authorID: authorID, updatedAt: now)
  }
}
