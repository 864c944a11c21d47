import Domain
import GRDB

/// Folds every demande anew, once, when this program reads its events otherwise than the one that
/// wrote the snapshots.
enum Refolding {
  private static let key = "fold"

  static func isCurrent(_ db: Database) throws -> Bool {
    try String.fetchOne(db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
      == String(Order.foldVersion)
  }

  /// A demande that does not fold, or not to the revision it has, is left as it is: `verify` tells
  /// of it, and the store still opens.
  static func run(_ db: Database) throws {
    let codec = Codec()
    for row in try Row.fetchAll(db, sql: "SELECT id, revision, refolds FROM demande") {
      let id: Order.ID = row["id"]
      let events = try OrderBook.events(db, id, codec)
      guard let order = Order.fold(events, refolds: row["refolds"]),
        order.revision == row["revision"], try OrderBook.order(db, id, codec) != order
      else { continue }
      try OrderBook.update(db, order, seen: order.revision, codec)
    }
    try OfficineStore.store(db, key, String(Order.foldVersion))
  }
}
