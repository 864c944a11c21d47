/// A person's own gesture that the next « annuler » may take back, and on which demande.
public struct LastGesture: Hashable, Sendable, Identifiable {
  /// Older ones are history: a slip is noticed within the day.
  public static let lifetime: Int64 = 12 * 3600

  /// The event's.
  public var id: String { event.id }
  public var event: OrderEvent
  public var order: Order
  /// Whom its row names, such as « MARTIN Jeanne »; empty when nobody is.
  public var name: String
  /// Why it cannot be taken back; nil when it can.
  public var refusal: Refusal?

  public init(event: OrderEvent, order: Order, name: String, refusal: Refusal? = nil) {
    self.event = event
    self.order = order
    self.name = name
    self.refusal = refusal
  }
}

extension Order {
  /// What `author` did last here, and why it cannot be taken back when it cannot; nil when nothing
  /// of theirs stands.
  public static func lastGesture(
    _ events: [OrderEvent], by author: Author
  ) -> (event: OrderEvent, refusal: Refusal?)? {
    switch undoable(events, by: author) {
    case .success(let event): return (event, nil)
    case .failure(let refusal):
      let undone = undoneIDs(events)
      let own = events.last {
        if case .undone = $0.gesture { return false }
        return $0.author.isSamePerson(as: author) && $0.gesture.countsAsRevision
          && !undone.contains($0.id)
      }
      return own.map { ($0, refusal) }
    }
  }

  /// What `author` did here after their last gesture and nobody takes back: a note, a print, an
  /// answer that was not withdrawn. It was the last thing they did, and stays.
  public static func lastDeedBeside(_ events: [OrderEvent], by author: Author) -> OrderEvent? {
    let last = lastGesture(events, by: author)?.event.id
    let own = events.reversed().prefix { $0.id != last }.filter {
      $0.author.isSamePerson(as: author)
    }
    let withdrawn = events.compactMap { event -> String? in
      guard case .answerWithdrawn(let id) = event.gesture else { return nil }
      return id
    }
    return own.first { event in
      switch event.gesture {
      case .noted, .printed: true
      case .answerQueued(let id, _, _), .reminded(let id): !withdrawn.contains(id)
      default: false
      }
    }
  }
}

extension Author {
  /// The person who has a demande.
  public init(_ owner: Order.Owner) {
    self.init(
      memberID: owner.memberID, name: owner.name, initials: owner.initials, poste: owner.poste)
  }

  /// A colleague who is given something; the poste is not known.
  public init(_ member: Member) {
    self.init(memberID: member.id, name: member.shortName, initials: member.initials, poste: "")
  }
}

extension LastGesture {
  /// The line that a mail of that demande left in the history: it may be younger than the mail by
  /// the time of writing it.
  public func queued(mailOn demande: Order.ID?) -> Bool {
    switch event.gesture {
    case .answerQueued, .reminded: demande == order.id
    default: false
    }
  }
}
