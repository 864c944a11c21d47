public import Domain
import GRDB

/// Folds every demande anew, once, when this program reads its events otherwise than the one that
/// wrote the snapshots.
enum Refolding {
  private static let key = "fold"
  /// Demandes that could not be read then, parted by blanks.
  static let unreadKey = "fold.unread"
  /// Enough to know; a damaged store has thousands.
  private static let unreadLimit = 100
  /// Demandes of one transaction: a screen that is open writes in between.
  private static let batch = 500

  static func isCurrent(_ db: Database) throws -> Bool {
    try String.fetchOne(db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
      == String(Order.foldVersion)
  }

  /// Ended in between it begins anew: what is folded already costs its reading only.
  static func run(_ writer: some DatabaseWriter) throws {
    let ids = try writer.read { db in
      try isCurrent(db) ? nil : String.fetchAll(db, sql: "SELECT id FROM demande ORDER BY id")
    }
    guard let ids else { return }
    let codec = Codec()
    var unread: [Order.ID] = []
    for start in stride(from: 0, to: ids.count, by: batch) {
      try writer.write { db in
        for id in ids[start..<min(ids.count, start + batch)] {
          if try !isRead(db, id, codec), unread.count < unreadLimit { unread.append(id) }
        }
      }
    }
    try writer.write { db in
      try OfficineStore.store(db, unreadKey, unread.isEmpty ? nil : unread.joined(separator: " "))
      try OfficineStore.store(db, key, String(Order.foldVersion))
    }
  }

  /// A demande that turns out unreadable later is told as those that were when it was opened.
  static func note(_ db: Database, unread id: Order.ID) throws {
    let known = try String.fetchOne(
      db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [unreadKey])
    let ids = (known ?? "").split(separator: " ").map(String.init)
    guard !ids.contains(id), ids.count < unreadLimit else { return }
    try OfficineStore.store(db, unreadKey, (ids + [id]).joined(separator: " "))
  }

  /// What this program cannot read is left as it is: `verify` and `doctor` tell of it, and the
  /// store still opens.
  private static func isRead(_ db: Database, _ id: Order.ID, _ codec: Codec) throws -> Bool {
    do {
      try db.inSavepoint {
        try refold(db, id, codec)
        return .commit
      }
      return true
    } catch StoreError.damaged {
      return false
    }
  }

  /// One that does not fold, or not to the revision it has, is left to `verify` too.
  private static func refold(_ db: Database, _ id: Order.ID, _ codec: Codec) throws {
    guard
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT snapshot, revision, refolds FROM demande WHERE id = ?"),
        arguments: [id]),
      let order = Order.fold(try OrderBook.events(db, id, codec), refolds: row["refolds"]),
      order.revision == row["revision"], known(row["snapshot"], codec) != order
    else { return }
    // Purged by a program that wrote no event of it: nothing of it comes back into a view.
    if try order.purgedAt == nil && Purges.isDone(db, id) { return }
    try OrderBook.update(db, order, seen: order.revision, codec)
  }

  /// nil for a snapshot that cannot be read: it is made again from the events.
  private static func known(_ snapshot: String, _ codec: Codec) -> Order? {
    do { return try codec.value(Order.self, snapshot) } catch { return nil }
  }
}

extension OfficineStore {
  /// Demandes that this program could not read when it brought the store up to date, and still
  /// cannot; at most a hundred.
  public func unreadOrders() throws(StoreError) -> [Order.ID] {
    try read { db in
      let noted = try String.fetchOne(
        db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [Refolding.unreadKey])
      let codec = Codec()
      return try (noted ?? "").split(separator: " ").map(String.init).filter { id in
        do {
          _ = try OrderBook.events(db, id, codec)
          return false
        } catch StoreError.damaged {
          return true
        }
      }
    }
  }
}
