import Domain
import GRDB

/// What a message means for the work of the team (design 4): which demande it belongs to.
struct Binding {
  let db: Database
  let policy: Policy
  private let codec = Codec()
  private(set) var opened: [Order.ID] = []
  private(set) var touched: [Order.ID] = []
  /// What one batch says travels together in the team log.
  private var parcel: String?

  init(db: Database, policy: Policy) {
    self.db = db
    self.policy = policy
  }

  /// A new message. Where another machine has placed it already, it goes there and says nothing.
  mutating func bind(
    _ message: Message, references: [String], opens: Bool, proposed: [Marker]
  ) throws {
    let expected = try OrderBook.bindAbsent(db, message, codec)
    if !expected.isEmpty {
      for id in expected { touch(id) }
      return try forget(message, of: expected)
    }
    let demande = try self.demande(of: message, references: references)
    if message.isOutgoing {
      try answer(message, demande)
    } else if message.kind.opensOrder {
      if let demande {
        try attach(message, to: demande)
      } else if opens {
        try open(message, proposed)
      }
    }
  }

  /// A message that lost its place to what the team log said: to where its demande went, else
  /// where a mail of its thread goes, else to a demande of its own.
  mutating func bindAgain(_ message: Message, from id: Order.ID, references: [String]) throws {
    for first in [id, Order.ID(forFirstMessage: message.id)] {
      if let demande = try living(first) { return try attach(message, to: demande) }
    }
    if let demande = try self.demande(of: message, references: references) {
      return try attach(message, to: demande)
    }
    try open(message, [])
  }

  /// What its demandes were purged with goes as it comes.
  private func forget(_ message: Message, of demandes: [Order.ID]) throws {
    let marks = databaseQuestionMarks(count: demandes.count)
    let times = try Int64.fetchAll(
      db, sql: "SELECT at FROM purged_demande WHERE demande IN (\(marks))",
      arguments: StatementArguments(demandes))
    guard times.count == demandes.count, let at = times.max() else { return }
    try Tombstone.message(db, message.receptionKey, at: Timestamp(milliseconds: at))
  }

  /// The demande as it is now; the one that it was split from when the team log turned that down.
  /// nil when nothing goes there any more, for it was purged.
  private func living(_ id: Order.ID) throws -> Order.ID? {
    var id = id
    // Each was split off before the next one; the bound only guards a damaged file.
    for _ in 0..<64 {
      let current = try OrderBook.current(db, id)
      if try OrderBook.isOpen(db, current, codec) { return current }
      guard let origin = try LogBook.origin(db, ofWithdrawn: current, codec) else { return nil }
      id = origin
    }
    return nil
  }

  /// The demande of the message it answers, else of what it is about, else of its thread.
  private func demande(of message: Message, references: [String]) throws -> Order.ID? {
    for reference in references.reversed() where !reference.isEmpty {
      let found =
        try String.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT d.id FROM message m JOIN demande_message b ON b.message = m.key
              JOIN demande d ON d.id = b.demande
              WHERE m.message_id = ? AND m.message_id <> '' AND d.purged_at IS NULL
              ORDER BY d.last_key DESC LIMIT 1
              """), arguments: [reference])
        // What was sent from here counts before its copy is seen.
        ?? String.fetchOne(
          db.cachedStatement(
            sql: "SELECT demande FROM outbox WHERE message_id = ? AND demande IS NOT NULL"),
          arguments: [reference])
      if let found = try found.flatMap(living) { return found }
    }
    if message.isOutgoing, !message.messageID.isEmpty,
      let own = try String.fetchOne(
        db.cachedStatement(
          sql: "SELECT demande FROM outbox WHERE message_id = ? AND demande IS NOT NULL"),
        arguments: [message.messageID])
    {
      return try living(own)
    }
    return try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT d.id FROM thread t JOIN demande_message b ON b.message = t.message
          JOIN demande d ON d.id = b.demande
          WHERE t.thread = ? AND d.purged_at IS NULL ORDER BY d.last_key DESC LIMIT 1
          """), arguments: [message.thread]
    ).flatMap(living)
  }

  private mutating func open(_ message: Message, _ proposed: [Marker]) throws {
    var id = Order.ID(forFirstMessage: message.id)
    // The one that it opened first was purged after the mail had left it, or turned down.
    while try OrderBook.order(db, id, codec) != nil || Purges.isEvent(db, "opened:\(id)") {
      id += "z"
    }
    var proposed = proposed
    if !policy.proposeOriginalAwaited { proposed.removeAll { $0 == .originalAwaited } }
    let arrival = try arrival(message, in: id)
    let opening = OrderBook.Entry(
      id: "opened:\(id)", author: .mailbox, at: message.receivedAt, basedOn: nil,
      gesture: .opened(kind: message.kind.orderKind, proposed: proposed), parcel: arrival.parcel)
    _ = try OrderBook.open(db, id, [opening, arrival], codec)
    opened.append(id)
  }

  private mutating func attach(_ message: Message, to id: Order.ID) throws {
    // Read before anything is written: what this program cannot read keeps no mail from coming,
    // which opens a demande of its own. `doctor` names the other one.
    guard try isRead(id) else { return try open(message, []) }
    _ = try OrderBook.append(db, to: id, [try arrival(message, in: id)], codec)
    touch(id)
  }

  private func isRead(_ id: Order.ID) throws -> Bool {
    do {
      _ = try OrderBook.events(db, id, codec)
      return true
    } catch StoreError.damaged {
      try Refolding.note(db, unread: id)
      return false
    }
  }

  /// The same on every machine, so that one arrival is one event (design 5).
  private mutating func arrival(
    _ message: Message, in id: Order.ID
  ) throws -> OrderBook.Entry {
    var name = "arrived:\(message.id):\(id)"
    // The log may have turned it down once, when the demande was not open yet.
    while try String.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM event WHERE id = ?"), arguments: [name]) != nil
    {
      name += "+"
    }
    if parcel == nil { parcel = "\(name):\(message.receptionKey)" }
    return OrderBook.Entry(
      id: name, author: .mailbox, at: message.receivedAt, basedOn: nil,
      gesture: .messageArrived(message: message.id, patient: message.patient), parcel: parcel)
  }

  /// Mail of ours, seen in a mailbox: it closes an open question about its sending, and it is an
  /// answer when it belongs to a demande.
  private mutating func answer(_ message: Message, _ demande: Order.ID?) throws {
    let sentAt = message.date ?? message.receivedAt
    let sender = try Outbox.reconcile(db, messageID: message.messageID, sentAt: sentAt)
    guard let demande, !message.messageID.isEmpty, try isRead(demande) else { return }
    let isNew = try Outbox.recordAnswer(
      db, messageID: message.messageID, in: demande, by: sender ?? .mailbox, at: sentAt, codec)
    if isNew { touch(demande) }
  }

  private mutating func touch(_ id: Order.ID) {
    if !touched.contains(id) && !opened.contains(id) { touched.append(id) }
  }
}
