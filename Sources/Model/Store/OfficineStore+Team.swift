public import Domain
import GRDB

/// What became of one demande that was to change hands.
public struct Reassignment: Sendable {
  public var order: Order.ID
  /// The event, when it was given.
  public var event: String
  /// nil when it was given; otherwise why it was not.
  public var refusal: Refusal?
}

extension OfficineStore {
  /// What a member has and has not finished, and what would come back to them when the check turns
  /// it down, newest first.
  public func held(by memberID: String) throws(StoreError) -> [Order] {
    try read { db in
      try Self.unfinished(db).filter { $0.holders.contains { $0.memberID == memberID } }
    }
  }

  /// A « prête » too may still be turned down.
  private static func unfinished(_ db: Database) throws -> [Order] {
    let codec = Codec()
    return try String.fetchAll(
      db,
      sql: """
        SELECT snapshot FROM demande WHERE in_mine = 1 OR in_check = 1 OR in_ready = 1
        ORDER BY last_key DESC
        """
    ).map { try codec.value(Order.self, $0) }
  }

  /// Who has something unfinished, and what.
  public func holdings() throws(StoreError) -> [Holding] {
    try read { db in
      var holdings: [String: Holding] = [:]
      for order in try Self.unfinished(db) {
        let demande = HeldDemande(id: order.id, name: try Self.name(db, order))
        for holder in order.holders {
          holdings[holder.memberID, default: Holding(owner: holder, demandes: [])]
            .demandes.append(demande)
        }
      }
      return holdings.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  /// Gives what an absent person has to a colleague: each demande its own event and its own journal
  /// line, all in one transaction, so that nobody ever sees half of it.
  ///
  /// A demande that the person no longer has is refused by itself and the others go on.
  /// - Parameter eventID: asked once for each demande.
  public func reassign(
    _ ids: [Order.ID], from memberID: String, to colleague: Member, by actor: Actor,
    eventID: () -> String, now: Timestamp
  ) throws(StoreError) -> [Reassignment] {
    try writeJudged { db -> Verdict<[Reassignment]> in
      let codec = Codec()
      let author = actor.author
      guard let member = try Members.current(db, actor.member), member.isActive(at: now) else {
        try Journal.append(
          db,
          TraceEntry(
            author: author, action: "assign", answer: Refusal.memberInactive.code), at: now)
        return .refused(.memberInactive)
      }
      var outcomes: [Reassignment] = []
      for id in ids {
        // What was purged meanwhile is nobody's any more, and keeps nothing else where it is.
        guard let order = try OrderBook.order(db, id, codec) else {
          outcomes.append(Reassignment(order: id, event: eventID(), refusal: .notHeld))
          continue
        }
        let gesture = order.giving(from: memberID, to: Author(colleague))
        let scene = Scene(db: db, codec: codec, order: order, member: member)
        let refusal =
          try scene.refusalOfColleague(gesture, at: now)
          ?? order.refusalOfLoss(from: memberID)
          ?? order.refusal(of: gesture, by: author, role: member.role, policy: Policy())
          ?? (OrderBook.isOpen(db, id, codec) ? nil : .withdrawn)
        var entry = TraceEntry(
          author: author, action: gesture.action, order: id, request: "revision=\(order.revision)")
        entry.answer = refusal?.code ?? ""
        let event = eventID()
        if refusal == nil {
          let given = try OrderBook.append(
            db, to: id,
            [
              OrderBook.Entry(
                id: event, author: author, at: now, basedOn: order.revision, gesture: gesture)
            ], codec)
          entry.answer = "revision=\(given.revision)"
        }
        try Journal.append(db, entry, at: now)
        outcomes.append(Reassignment(order: id, event: event, refusal: refusal))
      }
      return .done(outcomes)
    }
  }

  /// The member's last gesture on each of the demandes touched lately, newest first, and what they
  /// did there afterwards that stays, such as a note: the first one without a refusal is what
  /// « annuler » takes back.
  ///
  /// - Parameter limit: how many are given, of the demandes touched last.
  public func lastGestures(
    of author: Author, now: Timestamp, limit: Int = 8
  ) throws(StoreError) -> [LastGesture] {
    guard let memberID = author.memberID else { return [] }
    return try read { db in
      let codec = Codec()
      // More than asked for: what was undone leaves room for what came before it.
      let demandes = try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT demande FROM (
              SELECT demande, at, seq FROM event WHERE member = ? AND number IS NOT NULL
              ORDER BY seq DESC LIMIT 200)
            WHERE at >= ? GROUP BY demande ORDER BY max(seq) DESC LIMIT ?
            """),
        arguments: [
          memberID, now.adding(seconds: -LastGesture.lifetime).milliseconds, max(limit, 64),
        ])
      let found = try demandes.flatMap { id -> [LastGesture] in
        let events = try OrderBook.events(db, id, codec)
        guard let order = try OrderBook.order(db, id, codec) else { return [] }
        let name = try Self.name(db, order)
        let beside = Order.lastDeedBeside(events, by: author).map { ($0, Refusal.cannotBeUndone) }
        let last = Order.lastGesture(events, by: author).map { ($0.event, $0.refusal) }
        return [beside, last].compactMap { deed in
          deed.map { LastGesture(event: $0.0, order: order, name: name, refusal: $0.1) }
        }.filter { now.secondsSince($0.event.at) <= LastGesture.lifetime }
      }
      return Array(found.sorted { $0.event.at > $1.event.at }.prefix(limit))
    }
  }

  /// Whom the row of a demande names.
  private static func name(_ db: Database, _ order: Order) throws -> String {
    if let patient = order.patient, patient.isConfirmed { return patient.name }
    guard let last = order.messages.last else { return order.patient?.name ?? "" }
    return try String.fetchOne(
      db.cachedStatement(sql: "SELECT sender_display FROM message WHERE id = ?"), arguments: [last]
    ) ?? ""
  }
}

extension OfficineStore.Scene {
  /// Nothing is given to somebody who was removed, disabled or has left.
  func refusalOfColleague(_ gesture: Gesture, at now: Timestamp) throws -> Refusal? {
    guard case .assigned(let colleague, _, _) = gesture, let id = colleague.memberID else {
      return nil
    }
    return try isGone(id, at: now) ? .colleagueInactive(name: colleague.name) : nil
  }

  /// Its bag is on a new dispensing by now; on one machine: elsewhere two demandes stay in sight.
  func refusalOfCorrection(_ gesture: Gesture) throws -> Refusal? {
    guard case .notHandedOver = gesture, let last = order.messages.last,
      let key = try MessageShelf.key(db, last),
      let home = try OrderBook.demande(db, ofMessage: key)
    else { return nil }
    return home == order.id ? nil : .renewedSince
  }

  /// « À reprendre » gives nothing back to whoever prepared it and has left since.
  func freed(_ gesture: Gesture, at now: Timestamp) throws -> Gesture {
    guard case .refused(let reason, _) = gesture,
      let preparer = order.comesBackTo?.memberID,
      try isGone(preparer, at: now)
    else { return gesture }
    return .refused(reason: reason, isFree: true)
  }

  /// A store that keeps no people takes the caller's word, as it does for who acts.
  private func isGone(_ memberID: String, at now: Timestamp) throws -> Bool {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM member WHERE id = ?", arguments: [memberID])
    guard let row else { return false }
    let isRemoved: Bool = row["is_removed"]
    return try isRemoved || !Members.member(row).isActive(at: now)
  }
}

extension Order {
  /// The person it is to be taken from must still have it.
  fileprivate func refusalOfLoss(from memberID: String) -> Refusal? {
    if holders.contains(where: { $0.memberID == memberID }) { return nil }
    return owner.map { .alreadyTaken(by: $0) } ?? .notHeld
  }

  /// Where a colleague has it by now, such as for the check, it stays with them.
  fileprivate func giving(from memberID: String, to colleague: Author) -> Gesture {
    if let owner, owner.memberID != memberID {
      return .assigned(to: colleague, over: comesBackTo, whole: false)
    }
    return .assigned(to: colleague, over: owner.map { Author($0) }, whole: true)
  }

  /// Whose work comes next: who has it, and to whom it would come back when the check turns it
  /// down.
  fileprivate var holders: [Owner] {
    let redoer = comesBackTo.flatMap { Owner($0, since: prepared?.at ?? openedAt) }
    guard let redoer, redoer.memberID != owner?.memberID else { return [owner].compactMap(\.self) }
    return [owner, redoer].compactMap(\.self)
  }
}
