import Domain
import GRDB

/// Events in, snapshots out: the only place that writes `event` and `demande`.
///
/// A snapshot is always the fold of all its events; the columns beside it repeat what the views
/// ask for, judged by `QueueView.contains` itself.
enum OrderBook {
  /// A gesture on its way into a demande's history.
  struct Entry {
    var id: String
    var author: Author
    var at: Timestamp
    var basedOn: Order.Revision?
    var gesture: Gesture
    /// In the team log: what is accepted whole or not at all, and the message it travels in.
    var group: String?
    var parcel: String?
  }

  static func order(_ db: Database, _ id: Order.ID, _ codec: Codec) throws -> Order? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT snapshot FROM demande WHERE id = ?"), arguments: [id]
    )
    .map { try codec.value(Order.self, $0) }
  }

  static func require(_ db: Database, _ id: Order.ID, _ codec: Codec) throws -> Order {
    guard let order = try order(db, id, codec) else { throw StoreError.notFound }
    return order
  }

  /// What the fold is made of; what the team log refused has no number (``LogBook/history``).
  static func events(_ db: Database, _ id: Order.ID, _ codec: Codec) throws -> [OrderEvent] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT * FROM event WHERE demande = ? AND number IS NOT NULL ORDER BY number"),
      arguments: [id]
    ).map { try event($0, codec) }
  }

  static func event(_ row: Row, _ codec: Codec) throws -> OrderEvent {
    let elsewhere: Order.ID? = row["elsewhere"]
    return OrderEvent(
      id: row["id"], order: row["demande"], number: row["number"] ?? 0,
      author: Author(
        memberID: row["member"], name: row["name"], initials: row["initials"],
        poste: row["poste"], isDeclared: row["is_declared"]),
      at: Timestamp(milliseconds: row["at"]), basedOn: row["based_on"],
      // Its message is in another demande: this one only points there.
      gesture: try elsewhere.map(Gesture.mergedInto)
        ?? codec.value(Gesture.self, row["gesture"]),
      standing: try LogBook.standing(row, codec))
  }

  /// Whether anything can still happen to it: neither purged nor turned down by the team log.
  static func isOpen(_ db: Database, _ id: Order.ID, _ codec: Codec) throws -> Bool {
    guard try order(db, id, codec)?.purgedAt == nil else { return false }
    return try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM event WHERE demande = ? AND number IS NOT NULL)"),
      arguments: [id]) == true
  }

  /// Appends to an existing demande and folds it again.
  static func append(
    _ db: Database, to id: Order.ID, _ entries: [Entry], _ codec: Codec
  ) throws -> Order {
    let known = try events(db, id, codec)
    // The team log turned its opening down: nothing can happen to it, and nothing may get lost.
    if known.isEmpty { throw StoreError.refused(.withdrawn) }
    let refolds =
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT refolds FROM demande WHERE id = ?"), arguments: [id]) ?? 0
    guard let before = Order.fold(known, refolds: refolds) else {
      throw StoreError.damaged("order.fold")
    }
    if let at = before.purgedAt { throw StoreError.refused(.purged(at: at)) }
    let added = try write(db, id, entries, after: known, codec)
    guard let order = Order.fold(known + added, refolds: refolds) else {
      throw StoreError.damaged("order.fold")
    }
    try update(db, order, seen: before.revision, codec)
    return order
  }

  /// Opens a demande; `entries` begins with `opened` and brings at least one message.
  static func open(
    _ db: Database, _ id: Order.ID, _ entries: [Entry], _ codec: Codec
  ) throws -> Order {
    let added = try write(db, id, entries, after: [], codec)
    guard let order = Order.fold(added) else { throw StoreError.damaged("order.fold") }
    try insert(db, order, codec)
    return order
  }

  static func insert(_ db: Database, _ order: Order, _ codec: Codec) throws {
    let (place, message) = try self.place(db, order)
    try db.cachedStatement(
      sql: """
        INSERT INTO demande (id, snapshot, kind, status, revision, owner, merged_into, last_key,
          last_message, in_todo, in_mine, in_preparing, in_check, in_ready, in_promised,
          in_questions, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: try [order.id] + columns(order, codec) + [place, message] + views(order)
        + [order.dueProduct?.milliseconds])
    try bindMessages(db, order)
  }

  /// Folds the events of a demande anew, after their content was purged.
  static func refold(_ db: Database, _ id: Order.ID, _ codec: Codec) throws {
    let refolds =
      try Int.fetchOne(db, sql: "SELECT refolds FROM demande WHERE id = ?", arguments: [id]) ?? 0
    let known = try events(db, id, codec)
    if known.isEmpty { return try refoldWithdrawn(db, id, codec) }
    guard let order = Order.fold(known, refolds: refolds) else {
      throw StoreError.damaged("order.fold")
    }
    try update(db, order, seen: order.revision, codec)
  }

  /// The same of one that the team log turned down: what was done on it, none of which counts.
  private static func refoldWithdrawn(_ db: Database, _ id: Order.ID, _ codec: Codec) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM event WHERE demande = ? ORDER BY seq", arguments: [id])
    guard let before = try order(db, id, codec),
      var order = Order.fold(try rows.map { try event($0, codec) })
    else { throw StoreError.damaged("order.fold") }
    order.withdraw(after: before.revision)
    try update(db, order, seen: before.revision, codec)
  }

  static func update(
    _ db: Database, _ order: Order, seen: Order.Revision, _ codec: Codec
  ) throws {
    let (place, message) = try self.place(db, order)
    try db.cachedStatement(
      sql: """
        UPDATE demande SET snapshot = ?, kind = ?, status = ?, revision = ?, owner = ?,
          merged_into = ?, last_key = ?, last_message = ?, in_todo = ?, in_mine = ?,
          in_preparing = ?, in_check = ?, in_ready = ?, in_promised = ?, in_questions = ?,
          due_at = ?
        WHERE id = ? AND revision = ?
        """
    ).execute(
      arguments: try columns(order, codec) + [place, message] + views(order)
        + [order.dueProduct?.milliseconds, order.id, seen])
    // The IMMEDIATE transaction read the events it folded: nobody can have come between.
    guard db.changesCount == 1 else { throw StoreError.damaged("order.revision") }
    try unbindMessages(db, order.id)
    try bindMessages(db, order)
  }

  private static func write(
    _ db: Database, _ id: Order.ID, _ entries: [Entry], after known: [OrderEvent],
    _ codec: Codec
  ) throws -> [OrderEvent] {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO event (id, demande, number, member, name, initials, poste, is_declared, at,
          based_on, gesture, standing, parent, view, log_group, parcel)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    let isLogged = try LogBook.machine(db) != nil
    var (head, view) = isLogged ? LogBook.seen(known) : (nil, nil)
    var whole = isLogged ? LogBook.whole(known) : nil
    var events: [OrderEvent] = []
    for entry in entries {
      let event = OrderEvent(
        id: entry.id, order: id, number: known.count + events.count + 1, author: entry.author,
        at: entry.at, basedOn: entry.basedOn, gesture: entry.gesture,
        standing: isLogged ? .pending : nil)
      let author = entry.author
      let parcel = entry.parcel ?? entry.group ?? entries[0].id
      try statement.execute(arguments: [
        event.id, id, event.number, author.memberID, author.name, author.initials, author.poste,
        author.isDeclared, event.at.milliseconds, event.basedOn, try codec.text(event.gesture),
        isLogged ? "pending" : nil, event.gesture.hasParent ? head : nil,
        event.gesture.isPurge ? whole : event.gesture.hasParent ? view : nil,
        isLogged ? entry.group : nil, isLogged ? parcel : nil,
      ])
      whole = TeamLogJudge.view(whole, adding: event.id)
      if isLogged && event.gesture.countsAsRevision {
        head = event.id
        view = TeamLogJudge.view(view, adding: event.id)
      }
      if let words = SearchIndex.words(of: event.gesture) {
        try SearchIndex.insertNote(db, seq: db.lastInsertedRowID, words)
      }
      try Mentions.add(db, event.id, event.gesture, on: id, by: author, at: event.at)
      events.append(event)
    }
    return events
  }

  private static func columns(_ order: Order, _ codec: Codec) throws -> StatementArguments {
    [
      try codec.text(order), order.kind.rawValue, order.status.rawValue, order.revision,
      order.owner?.memberID, order.mergedInto,
    ]
  }

  /// In the order of the columns `in_…`.
  static func views(_ order: Order) -> StatementArguments {
    StatementArguments(
      [QueueView.todo, .mine, .preparing, .check, .ready, .promised, .questions].map {
        $0.contains(order, member: order.owner?.memberID)
      })
  }

  /// Where the demande stands in the queue, and the message that gives the row its text.
  ///
  /// The place is that of its newest message, or of a later arrival such as a renewal's. No two
  /// demandes share one, or a page could lose a row; one that lost its messages keeps its own.
  private static func place(_ db: Database, _ order: Order) throws -> (Int64, Int64?) {
    var newest: Int64?
    if !order.messages.isEmpty {
      newest = try Int64.fetchOne(
        db,
        sql: """
          SELECT max(key) FROM message
          WHERE id IN (\(databaseQuestionMarks(count: order.messages.count)))
          """, arguments: StatementArguments(order.messages))
    }
    if newest == nil {
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT last_key, last_message FROM demande WHERE id = ?"),
        arguments: [order.id])
      if let row, order.messages.isEmpty { return (row["last_key"], row["last_message"]) }
    }
    var place = max(newest ?? 0, MessageShelf.placeOf(order.lastMessageAt))
    while let other = try String.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM demande WHERE last_key = ?"), arguments: [place]),
      other != order.id
    {
      place -= 1
    }
    return (place, newest)
  }

  private static func bindMessages(_ db: Database, _ order: Order) throws {
    for message in order.messages {
      try db.cachedStatement(
        sql: """
          INSERT INTO demande_message (message, demande)
          SELECT key, ? FROM message WHERE id = ?
          """
      ).execute(arguments: [order.id, message])
      if db.changesCount > 0 { continue }
      // Another machine has it: « message absent » until it comes.
      try db.cachedStatement(
        sql: "INSERT INTO demande_absent (demande, message) VALUES (?, ?)"
      ).execute(arguments: [order.id, message])
    }
  }

  /// A message that the team log spoke of before it came: the demandes that wait for it have it
  /// now.
  static func bindAbsent(
    _ db: Database, _ message: Message, _ codec: Codec
  ) throws -> [Order.ID] {
    let ids = try String.fetchAll(
      db.cachedStatement(sql: "SELECT demande FROM demande_absent WHERE message = ?"),
      arguments: [message.id])
    for id in ids {
      let order = try require(db, id, codec)
      try update(db, order, seen: order.revision, codec)
    }
    return ids
  }

  static func unbindMessages(_ db: Database, _ id: Order.ID) throws {
    for table in ["demande_message", "demande_absent"] {
      try db.cachedStatement(sql: "DELETE FROM \(table) WHERE demande = ?").execute(
        arguments: [id])
    }
  }

  /// The demande that a message is in now: the newest when it was renewed.
  static func demande(_ db: Database, ofMessage key: Int64) throws -> Order.ID? {
    try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT d.id FROM demande_message b JOIN demande d ON d.id = b.demande
          WHERE b.message = ? ORDER BY d.last_key DESC LIMIT 1
          """), arguments: [key])
  }

  /// Follows what was attached elsewhere to where it is now.
  static func current(_ db: Database, _ id: Order.ID) throws -> Order.ID {
    var id = id
    // A demande is merged once and never into itself; the bound only guards a damaged file.
    for _ in 0..<64 {
      let next = try String.fetchOne(
        db.cachedStatement(sql: "SELECT merged_into FROM demande WHERE id = ?"), arguments: [id])
      guard let next else { return id }
      id = next
    }
    return id
  }
}
