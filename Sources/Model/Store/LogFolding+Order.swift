import Domain
import GRDB

/// One demande, folded again.
extension LogFolding {
  /// `events` in their order, `opened` first; none when the log knows no such demande.
  mutating func fold(_ id: Order.ID, _ events: [OrderEvent]) throws {
    let known = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT id, number FROM event WHERE demande = ? AND number IS NOT NULL ORDER BY number"
      ), arguments: [id])
    let before = try OrderBook.order(db, id, codec)
    let old: [String] = known.map { $0["id"] }
    try number(id, old, events.map(\.id))
    let isLonger = events.map(\.id).starts(with: old) && !rewritten.contains(id)
    guard let order = try folded(id, events, before, isLonger: isLonger) else {
      if before != nil { try withdraw(id) }
      return
    }
    if let before {
      if before != order { outcome.changed.append(id) }
      try OrderBook.update(db, order, seen: before.revision, codec)
    } else {
      outcome.changed.append(id)
      try OrderBook.insert(db, order, codec)
    }
    try db.cachedStatement(sql: "UPDATE demande SET refolds = ? WHERE id = ?").execute(
      arguments: [order.revision - events.count { $0.gesture.countsAsRevision }, id])
  }

  /// Whoever looked at the demande before must not act on it unawares: what is not simply longer
  /// than it was gets a revision that nobody has seen.
  private func folded(
    _ id: Order.ID, _ events: [OrderEvent], _ before: Order?, isLonger: Bool
  ) throws -> Order? {
    let refolds =
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT refolds FROM demande WHERE id = ?"), arguments: [id]) ?? 0
    guard var order = Order.fold(events, refolds: refolds) else { return nil }
    if let before, before != order, !isLonger {
      order.revision = max(order.revision, before.revision + 1)
    }
    return order
  }

  private func number(_ id: Order.ID, _ old: [String], _ new: [String]) throws {
    guard old != new else { return }
    let kept = new.starts(with: old) ? old.count : 0
    if kept < old.count {
      try db.cachedStatement(
        sql: "UPDATE event SET number = NULL WHERE demande = ? AND number IS NOT NULL"
      ).execute(arguments: [id])
    }
    let statement = try db.cachedStatement(sql: "UPDATE event SET number = ? WHERE id = ?")
    for place in kept..<new.count {
      try statement.execute(arguments: [place + 1, new[place]])
    }
  }

  /// A demande that the log does not know: a split that was refused. What hangs on it stays.
  private mutating func withdraw(_ id: Order.ID) throws {
    outcome.changed.append(id)
    try OrderBook.unbindMessages(db, id)
    do {
      try db.execute(sql: "DELETE FROM demande WHERE id = ?", arguments: [id])
      return
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      // An answer was written on it: it stays, closed.
    }
    guard var order = try OrderBook.order(db, id, codec) else { return }
    let seen = order.revision
    order.withdraw(after: seen)
    try OrderBook.update(db, order, seen: seen, codec)
  }

  /// The message is here and in no demande any more: it goes where the one that it was in went,
  /// else where a mail of its thread goes.
  mutating func rebind(_ message: Message.ID, from id: Order.ID) throws {
    guard let key = try MessageShelf.key(db, message),
      try OrderBook.demande(db, ofMessage: key) == nil
    else { return }
    let mail = try MessageShelf.message(db, key: key, codec)
    guard mail.kind.opensOrder && !mail.isOutgoing else { return }
    let references = try String.fetchAll(
      db, sql: "SELECT message_id FROM reference WHERE message = ? ORDER BY place",
      arguments: [key])
    var binding = Binding(db: db, policy: Policy())
    try binding.bindAgain(mail, from: id, references: references)
    outcome.changed += binding.opened + binding.touched
  }
}

extension Order {
  /// The log knows no such demande: nobody works on it.
  mutating func withdraw(after seen: Revision) {
    messages = []
    status = .closed
    owner = nil
    hasNews = false
    newMessages = nil
    revision = seen + 1
  }
}

extension Gesture {
  /// Messages that the gesture brings into its demande.
  var placedMessages: [Message.ID] {
    switch self {
    case .messageArrived(let message, _): [message]
    case .attached(_, let messages): messages
    default: []
    }
  }
}
