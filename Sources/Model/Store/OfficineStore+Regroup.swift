public import Domain
import GRDB

extension OfficineStore {
  /// Brings the messages of `other` into `id`; `other` closes and points here.
  ///
  /// What is owed, promised or asked on `other` goes along, and so do the patients its documents
  /// name and the patients who wrote. Refused as stale when either changed since `expecting`, as
  /// taken when a colleague works on `other` whom `over` does not name, and as still owed when `id`
  /// is finished.
  /// - Parameter eventIDs: of the event on `id` (what goes along is numbered from it), of the one
  ///   on `other`.
  public func attach(
    _ other: Order.ID, to id: Order.ID, expecting: AttachingRevisions = AttachingRevisions(),
    over: Author? = nil, by actor: Actor, eventIDs: (String, String), now: Timestamp
  ) throws(StoreError) -> Order {
    try judged(id, "attach", by: actor, eventID: eventIDs.0, now) { scene in
      let source = try OrderBook.require(scene.db, other, scene.codec)
      let sourceScene = Scene(
        db: scene.db, codec: scene.codec, order: source, member: scene.member)
      if let stale = try sourceScene.stale(since: expecting.source)
        ?? scene.stale(since: expecting.target)
        ?? source.refusalOfTakingAway(by: actor.author, over: over)
      {
        return .refused(stale)
      }
      let author = actor.author
      let gesture = Gesture.attached(from: other, messages: source.messages)
      let role = scene.member.role
      let refusal =
        try scene.order.refusal(of: gesture, by: author, role: role, policy: Policy())
        ?? source.refusal(of: .mergedInto(id), by: author, role: role, policy: Policy())
        ?? source.refusalOfLeaving(for: scene.order)
        ?? (OrderBook.isOpen(scene.db, other, scene.codec) ? nil : .withdrawn)
      if let refusal { return .refused(refusal) }
      // First: it lets go of its messages, and of its place in the queue for as long as it takes.
      _ = try OrderBook.append(
        scene.db, to: other,
        [
          OrderBook.Entry(
            id: eventIDs.1, author: author, at: now, basedOn: source.revision,
            gesture: .mergedInto(id), group: eventIDs.0)
        ], scene.codec)
      let claims = try Self.claims(scene.db, source, scene.codec)
      let carried = source.markers(leavingFor: scene.order).map(Gesture.marked)
      // In this order: the attaching stays what its author did last, which u never takes back.
      let entries = (carried + [gesture] + claims).enumerated().map { n, said in
        OrderBook.Entry(
          id: said == gesture ? eventIDs.0 : "\(eventIDs.0)/\(n + 1)",
          author: said.isArrival ? .mailbox : author, at: now,
          basedOn: said.isArrival ? nil : scene.order.revision + n, gesture: said,
          group: eventIDs.0)
      }
      return .done(try OrderBook.append(scene.db, to: id, entries, scene.codec))
    }
  }

  /// Who is the patient of what `source` brings, as its documents and people there said: the fold
  /// reads these as what may contradict, and never as the answer.
  private static func claims(
    _ db: Database, _ source: Order, _ codec: Codec
  ) throws -> [Gesture] {
    var claims: [Gesture] = []
    // What a document names is an event of the demande; the message itself knows its sender only.
    for event in try OrderBook.events(db, source.id, codec) {
      guard case .messageArrived(let message, let patient?) = event.gesture,
        patient.source != .sender || patient.ins != nil, source.messages.contains(message),
        !claims.contains(event.gesture)
      else { continue }
      claims.append(event.gesture)
    }
    // So is a name that a person gave there, knowing who had written.
    guard let said = source.patient, said.source == .person else { return claims }
    let settled = claims.compactMap { claim -> Message.ID? in
      guard case .messageArrived(let message, let patient?) = claim, patient.source == .sender,
        !source.otherPatients.contains(patient)
      else { return nil }
      return message
    }
    var told: Set<Message.ID> = []
    for message in source.messages.prefix(1) + settled where told.insert(message).inserted {
      claims.append(.messageArrived(message: message, patient: said))
    }
    return claims
  }

  /// Gives one message a demande of its own, with the patient that the message itself names.
  ///
  /// Refused as stale when it changed since `expecting`, and as taken when a colleague works on it
  /// whom `over` does not name.
  /// - Parameter eventIDs: of the event on `id`, of the opening and of the arrival on the new one.
  public func split(
    _ message: Message.ID, from id: Order.ID, newID: Order.ID,
    expecting: Order.Revision? = nil, over: Author? = nil, by actor: Actor,
    eventIDs: (String, String, String), now: Timestamp
  ) throws(StoreError) -> (rest: Order, new: Order) {
    let rest = try judged(id, "split", by: actor, eventID: eventIDs.0, now) { scene in
      let author = actor.author
      if let stale = try scene.stale(since: expecting)
        ?? scene.order.refusalOfTakingAway(by: author, over: over)
      {
        return .refused(stale)
      }
      let gesture = Gesture.split(message: message, into: newID)
      let refusal = scene.order.refusal(
        of: gesture, by: author, role: scene.member.role, policy: Policy())
      if let refusal { return .refused(refusal) }
      guard let mail = try MessageShelf.message(scene.db, id: message) else {
        throw StoreError.notFound
      }
      let rest = try OrderBook.append(
        scene.db, to: id,
        [
          OrderBook.Entry(
            id: eventIDs.0, author: author, at: now, basedOn: scene.order.revision,
            gesture: gesture, group: eventIDs.0)
        ], scene.codec)
      _ = try OrderBook.open(
        scene.db, newID,
        [
          OrderBook.Entry(
            id: eventIDs.1, author: author, at: mail.receivedAt, basedOn: nil,
            gesture: .opened(kind: mail.kind.orderKind, proposed: []), group: eventIDs.0),
          OrderBook.Entry(
            id: eventIDs.2, author: .mailbox, at: mail.receivedAt, basedOn: nil,
            gesture: .messageArrived(message: message, patient: mail.patient),
            group: eventIDs.0),
        ], scene.codec)
      return .done(rest)
    }
    guard let new = try order(newID) else { throw .notFound }
    return (rest, new)
  }

  /// Same ordonnance, new dispensing: a new demande with the same messages and patient, at the
  /// top of the queue. What came on a finished old one is handled by it: its author has just
  /// decided about that; otherwise the old one stays as it is.
  ///
  /// Refused as stale when it changed since `expecting`.
  /// - Parameter eventIDs: of the opening, of the arrivals (numbered from it), of `renewed` (and,
  ///   numbered from it, of what is handled).
  public func renew(
    _ id: Order.ID, newID: Order.ID, expecting: Order.Revision? = nil, by actor: Actor,
    eventIDs: (String, String, String), now: Timestamp
  ) throws(StoreError) -> Order {
    _ = try judged(id, "renew", by: actor, eventID: eventIDs.0, now) { scene in
      let author = actor.author
      if let stale = try scene.stale(since: expecting) { return .refused(stale) }
      let refusal = scene.order.refusal(
        of: .renewed(from: id), by: author, role: scene.member.role, policy: Policy())
      if let refusal { return .refused(refusal) }
      var entries = [
        OrderBook.Entry(
          id: eventIDs.0, author: author, at: now, basedOn: nil,
          gesture: .opened(kind: scene.order.kind, proposed: []), group: eventIDs.0)
      ]
      for (n, message) in scene.order.messages.enumerated() {
        entries.append(
          OrderBook.Entry(
            id: "\(eventIDs.1)/\(n + 1)", author: .mailbox, at: now, basedOn: nil,
            gesture: .messageArrived(message: message, patient: scene.order.patient),
            group: eventIDs.0))
      }
      // Two patients are named and nobody has settled it: the new one asks as well.
      for (n, other) in scene.order.otherPatients.enumerated() {
        guard let message = scene.order.messages.last else { break }
        var other = other
        // Its mail was attached to the old one, and is not to the new one: it contradicts what is
        // confirmed all the same, and never answers for what is not.
        if other.source == .sender && scene.order.patient?.isConfirmed == true {
          other.source = .document
        }
        entries.append(
          OrderBook.Entry(
            id: "\(eventIDs.1)/other/\(n + 1)", author: .mailbox, at: now, basedOn: nil,
            gesture: .messageArrived(message: message, patient: other), group: eventIDs.0))
      }
      entries.append(
        OrderBook.Entry(
          id: eventIDs.2, author: author, at: now, basedOn: nil, gesture: .renewed(from: id),
          group: eventIDs.0))
      if scene.order.hasNews && scene.order.status.isFinished {
        // Before the opening, which stays what its author did last; and by itself: a colleague's
        // word on the old one may refuse it, and never the renewal that somebody prepares.
        _ = try OrderBook.append(
          scene.db, to: id,
          [
            OrderBook.Entry(
              id: "\(eventIDs.2)/1", author: author, at: now, basedOn: scene.order.revision,
              gesture: .newsHandled, parcel: eventIDs.0)
          ], scene.codec)
      }
      return .done(try OrderBook.open(scene.db, newID, entries, scene.codec))
    }
    guard let new = try order(newID) else { throw .notFound }
    return new
  }
}
