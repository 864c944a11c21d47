public import Domain
import GRDB

extension OfficineStore {
  public func order(_ id: Order.ID) throws(StoreError) -> Order? {
    try read { try OrderBook.order($0, id, Codec()) }
  }

  /// The demande that the message is in; the newest when it was renewed.
  public func order(ofMessage id: Message.ID) throws(StoreError) -> Order? {
    try read { db in
      guard let key = try MessageShelf.key(db, id),
        let demande = try OrderBook.demande(db, ofMessage: key)
      else { return nil }
      return try OrderBook.order(db, demande, Codec())
    }
  }

  /// Its whole history, oldest first.
  public func events(of id: Order.ID) throws(StoreError) -> [OrderEvent] {
    try read { try OrderBook.events($0, id, Codec()) }
  }

  /// One gesture of one person on one demande: at most one of several postes wins (D13, D14).
  ///
  /// Refused as stale when somebody changed the demande since `expecting` (nil skips the
  /// comparison; notes, prints and answers are never stale), otherwise as `Order.refusal` says.
  /// A refused attempt is a line of the journal too. The same `eventID` again changes nothing.
  public func perform(
    _ gesture: Gesture, on id: Order.ID, expecting: Order.Revision?, by actor: Actor,
    policy: Policy, eventID: String, now: Timestamp
  ) throws(StoreError) -> Order {
    try judged(id, gesture.action, by: actor, eventID: eventID, now) { scene in
      if gesture.countsAsRevision, let expecting, expecting != scene.order.revision {
        return .refused(try scene.stale())
      }
      let author = actor.author
      let refusal =
        try scene.refusalOfColleague(gesture, at: now)
        ?? scene.refusalOfCorrection(gesture)
        ?? scene.order.refusal(
          of: gesture, by: author, role: scene.member.role, policy: policy)
      if let refusal { return .refused(refusal) }
      let basedOn = gesture.countsAsRevision ? expecting ?? scene.order.revision : nil
      let entry = OrderBook.Entry(
        id: eventID, author: author, at: now, basedOn: basedOn,
        gesture: try scene.said(scene.freed(scene.order.asTold(gesture), at: now)))
      return .done(try OrderBook.append(scene.db, to: id, [entry], scene.codec))
    }
  }

  /// Takes back the actor's own last gesture on the demande, and names it.
  ///
  /// - Parameter event: the gesture the person was shown; refused when another one came after it.
  public func undo(
    on id: Order.ID, event shown: String? = nil, by actor: Actor, eventID: String, now: Timestamp
  ) throws(StoreError) -> (order: Order, undone: OrderEvent) {
    var undone: OrderEvent?
    let order = try judged(id, "undo", by: actor, eventID: eventID, now) { scene in
      let events = try OrderBook.events(scene.db, id, scene.codec)
      switch Order.undoable(events, by: actor.author) {
      case .failure(let refusal): return .refused(refusal)
      case .success(let event):
        if let shown, shown != event.id { return .refused(try scene.stale()) }
        undone = event
        let entry = OrderBook.Entry(
          id: eventID, author: actor.author, at: now, basedOn: scene.order.revision,
          gesture: .undone(event: event.id))
        return .done(try OrderBook.append(scene.db, to: id, [entry], scene.codec))
      }
    }
    // nil when the same undo was asked for twice: there is nothing more to take back.
    guard let undone else { throw .refused(.nothingToUndo) }
    return (order, undone)
  }

  /// What a gesture is judged on, inside its transaction.
  struct Scene {
    let db: Database
    let codec: Codec
    let order: Order
    /// As the store knows the person now, whatever the session thought.
    let member: Member

    /// Other machines may know of messages that this one does not have yet.
    func said(_ gesture: Gesture) throws -> Gesture {
      try LogBook.machine(db) == nil ? gesture : gesture.having(order.messages)
    }

    /// nil while it is as `expected`, or when nothing was.
    func stale(since expected: Order.Revision?) throws -> Refusal? {
      expected == nil || expected == order.revision ? nil : try stale()
    }

    /// Who changed it last, when, and what it is now.
    func stale() throws -> Refusal {
      let last = try OrderBook.events(db, order.id, codec)
        .last { $0.gesture.countsAsRevision }
      return .stale(
        by: last?.author ?? .mailbox, at: last?.at ?? order.openedAt, now: order.status)
    }
  }

  /// One IMMEDIATE transaction around a person's gesture, with its journal line.
  func judged(
    _ id: Order.ID, _ action: String, by actor: Actor, eventID: String, _ now: Timestamp,
    _ body: (Scene) throws -> Verdict<Order>
  ) throws(StoreError) -> Order {
    try writeJudged { db -> Verdict<Order> in
      let codec = Codec()
      let order = try OrderBook.require(db, id, codec)
      let isRepeated =
        try String.fetchOne(
          db, sql: "SELECT id FROM event WHERE id = ?", arguments: [eventID]) != nil
      if isRepeated { return .done(order) }
      var verdict = Verdict<Order>.refused(.memberInactive)
      if let at = order.purgedAt {
        verdict = .refused(.purged(at: at))
      } else if try !OrderBook.isOpen(db, id, codec) {
        verdict = .refused(.withdrawn)
      } else if let member = try Members.current(db, actor.member), member.isActive(at: now) {
        verdict = try body(Scene(db: db, codec: codec, order: order, member: member))
      }
      var entry = TraceEntry(
        author: actor.author, action: action, order: id, request: "revision=\(order.revision)")
      switch verdict {
      case .done(let order): entry.answer = "revision=\(order.revision)"
      case .refused(let refusal): entry.answer = refusal.code
      }
      try Journal.append(db, entry, at: now)
      return verdict
    }
  }
}
