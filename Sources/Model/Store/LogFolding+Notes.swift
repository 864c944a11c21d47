import Domain
import GRDB

/// Notes are never refused: one on a demande that was split off, and was turned down, goes to the
/// demande it was split from.
extension LogFolding {
  /// Remembers an own note that has no demande any more, and where that one came from.
  mutating func follow(_ row: Row, _ event: LoggedEvent) throws {
    guard case .noted = event.gesture,
      let origin = try LogBook.origin(db, ofWithdrawn: event.order, codec)
    else { return }
    homeless.append(
      (
        origin,
        OrderBook.Entry(
          id: LogBook.moved(row["id"]), author: event.author, at: event.at, basedOn: nil,
          gesture: event.gesture)
      ))
  }

  /// After the fold: the note is said anew, there; its author has nothing to be told.
  mutating func settleNotes() throws {
    for (order, note) in homeless {
      let home = try OrderBook.current(db, order)
      guard try OrderBook.isOpen(db, home, codec), try !Purges.isEvent(db, note.id) else {
        continue
      }
      _ = try OrderBook.append(db, to: home, [note], codec)
      outcome.changed.append(home)
      outcome.refused -= 1
      try db.execute(
        sql: "UPDATE event SET is_seen = 1 WHERE ? = 'moved:' || id", arguments: [note.id])
    }
    homeless = []
  }
}

extension LogBook {
  /// The demande that it was split from; nil unless the log turned that down, or will.
  static func origin(
    _ db: Database, ofWithdrawn id: Order.ID, _ codec: Codec
  ) throws -> Order.ID? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT s.demande, s.gesture FROM event o JOIN event s ON s.id = o.log_group
        WHERE o.demande = ? AND o.log_group IS NOT NULL
          AND (o.standing = 'refused' OR o.number IS NULL) LIMIT 1
        """, arguments: [id])
    guard let row, case .split(_, let into) = try codec.value(Gesture.self, row["gesture"]),
      into == id
    else { return nil }
    return row["demande"]
  }
}
