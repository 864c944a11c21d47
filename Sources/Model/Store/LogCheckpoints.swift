import Crypto
import Domain
import GRDB

/// Checkpoints: what an epoch begins with.
enum LogCheckpoints {
  /// One that has all its parts.
  struct Complete {
    var id: String
    var machine: String
    /// The number of the message that made it complete.
    var completeAt: UInt32
    var records: [LogRecord]
  }

  /// Of the names in their order, demande by demande: the same on every machine that folded the
  /// same events.
  static func digest(of records: [LogRecord]) -> String {
    var lines: [Order.ID: [String]] = [:]
    for record in records {
      guard case .event(let event) = record.content else { continue }
      lines[event.order, default: []].append(line(record.id, event.order, event.elsewhere))
    }
    var hash = SHA256()
    for id in lines.keys.sorted() {
      for line in lines[id] ?? [] { hash.update(data: Array(line.utf8)) }
    }
    return hexadecimal(hash.finalize())
  }

  static func line(_ id: String, _ order: Order.ID, _ elsewhere: Order.ID?) -> String {
    "\(order)\t\(id)\t\(elsewhere ?? "")\n"
  }

  /// The same of what is confirmed in the store.
  static func digest(_ db: Database) throws -> String {
    var hash = SHA256()
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, demande, elsewhere FROM event WHERE standing = 'confirmed'
        ORDER BY demande, uid, place
        """)
    while let row = try rows.next() {
      hash.update(data: Array(line(row["id"], row["demande"], row["elsewhere"]).utf8))
    }
    return hexadecimal(hash.finalize())
  }
}

/// A checkpoint on its way in: it says anew, in one order, what the log had accepted.
struct LogAdopting {
  let db: Database
  let epoch: Int
  let codec = Codec()
  private(set) var changed: [Order.ID] = []
  private(set) var confirmed = 0

  init(db: Database, epoch: Int) {
    self.db = db
    self.epoch = epoch
  }

  mutating func carry(_ records: [LogRecord]) throws {
    let before = try sequences()
    try forget()
    var placing = LogPlacing(db: db)
    for (place, record) in records.enumerated() {
      let spot = LogBook.Spot(uid: 0, place: Int64(place))
      switch record.content {
      case .event(let event):
        try placing.place(record.id, event, spot)
        try accept(record.id, event, spot)
      case .member(let member): _ = try LogMembers.place(db, record.id, member, spot, codec)
      case .seal: break
      }
    }
    // What was confirmed here and is not in the checkpoint waits again, whoever said it.
    try db.execute(
      sql: """
        UPDATE event SET standing = 'pending', was_confirmed = 1
        WHERE standing = 'confirmed' AND uid IS NULL
        """)
    try LogBook.assignParcels(db, prefix: "again:\(epoch)")
    try LogMembers.waitAgain(db)
    try LogMembers.fold(db)
    try fold(before, placing.rewritten)
  }

  private mutating func accept(
    _ id: String, _ event: LoggedEvent, _ spot: LogBook.Spot
  ) throws {
    let before = try String.fetchOne(
      db.cachedStatement(
        sql: "SELECT standing FROM event WHERE id = ? AND is_own = 1 AND uid = ? AND place = ?"),
      arguments: [id, spot.uid, spot.place])
    if before == "pending" { confirmed += 1 }
    if event.gesture.isPurge { try Purges.confirmed(db, event.order, isNew: false) }
    try db.cachedStatement(
      sql: """
        UPDATE event SET standing = 'confirmed', refusal = NULL, elsewhere = ?
        WHERE id = ? AND uid = ? AND place = ?
        """
    ).execute(arguments: [event.elsewhere, id, spot.uid, spot.place])
    for message in event.gesture.placedMessages where event.elsewhere == nil {
      try db.cachedStatement(
        sql: "INSERT OR IGNORE INTO log_home (message, demande, uid, place) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [message, event.order, spot.uid, spot.place])
    }
  }

  /// Places count inside their epoch only.
  private func forget() throws {
    try db.execute(sql: "UPDATE event SET uid = NULL, place = NULL WHERE uid IS NOT NULL")
    try db.execute(sql: "DELETE FROM log_home")
    try LogMembers.forget(db)
  }

  /// What is confirmed, demande by demande.
  private func sequences() throws -> [Order.ID: [String]] {
    var found: [Order.ID: [String]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, demande, elsewhere FROM event WHERE standing = 'confirmed'
        ORDER BY demande, uid, place
        """)
    while let row = try rows.next() {
      let order: Order.ID = row["demande"]
      found[order, default: []].append(
        LogCheckpoints.line(row["id"], order, row["elsewhere"]))
    }
    return found
  }

  /// Only what is not as it was: a store of a hundred thousand demandes begins an epoch at once.
  private mutating func fold(
    _ before: [Order.ID: [String]], _ rewritten: Set<Order.ID>
  ) throws {
    var folding = LogFolding(db: db)
    let after = try sequences()
    for id in Set(before.keys).union(after.keys) where before[id] != after[id] {
      folding.touch(id)
    }
    for id in rewritten { folding.touch(id, isRewritten: true) }
    let waiting = try String.fetchAll(
      db, sql: "SELECT DISTINCT demande FROM event WHERE standing = 'pending'")
    for id in waiting { folding.touch(id) }
    try folding.foldTouched()
    changed = folding.outcome.changed
  }
}
