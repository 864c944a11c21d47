import Domain
import GRDB

/// Gives records their places: the first one of each counts.
struct LogPlacing {
  let db: Database
  let codec = Codec()
  /// From here on the order is new; nil when nothing got a new place.
  private(set) var lowest: LogBook.Spot?
  private(set) var rewritten: Set<Order.ID> = []
  private(set) var hasMembers = false
  private(set) var confirmedMembers = 0

  init(db: Database) { self.db = db }

  mutating func place(_ parcel: LogParcel, uid: UInt32) throws {
    for (index, record) in parcel.records.enumerated() {
      let spot = LogBook.Spot(uid: Int64(uid), place: Int64(index))
      if let seal = try seal(), spot > seal { return }
      switch record.content {
      case .event(let event): try place(record.id, event, spot)
      case .member(let member):
        hasMembers = true
        confirmedMembers += try LogMembers.place(db, record.id, member, spot, codec)
      case .seal: try seal(at: spot)
      }
    }
  }

  mutating func place(_ id: String, _ event: LoggedEvent, _ spot: LogBook.Spot) throws {
    let known = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM event WHERE id = ?"), arguments: [id])
    guard let known else {
      try LogBook.insert(db, id, event, spot, codec)
      lower(spot)
      return
    }
    // Names are given once: the same one elsewhere is not the same thing.
    guard known["demande"] == event.order else { return }
    if let old = LogBook.spot(known), old <= spot { return }
    if try LogBook.said(known, codec).event.gesture != event.gesture {
      try LogBook.rewrite(db, id, event, known["gesture"], codec)
      rewritten.insert(event.order)
    }
    try db.cachedStatement(
      sql: "UPDATE event SET uid = ?, place = ?, parent = ?, view = ?, log_group = ? WHERE id = ?"
    ).execute(arguments: [spot.uid, spot.place, event.parent, event.view, event.group, id])
    lower(spot)
  }

  private func seal() throws -> LogBook.Spot? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT seal_uid AS uid, seal_place AS place FROM log_state"))
    return row.flatMap(LogBook.spot)
  }

  /// What was folded after the seal, because the seal came late, waits again.
  private mutating func seal(at spot: LogBook.Spot) throws {
    try db.execute(
      sql: "UPDATE log_state SET seal_uid = ?, seal_place = ?", arguments: [spot.uid, spot.place])
    for table in ["event", "log_member"] {
      let isAny = try Bool.fetchOne(
        db,
        sql:
          "SELECT EXISTS (SELECT 1 FROM \(table) WHERE uid IS NOT NULL AND (uid, place) > (?, ?))",
        arguments: [spot.uid, spot.place])
      guard isAny == true else { continue }
      lower(spot)
      if table == "log_member" { hasMembers = true }
      if table == "event" {
        rewritten.formUnion(
          try String.fetchAll(
            db,
            sql: "SELECT demande FROM event WHERE uid IS NOT NULL AND (uid, place) > (?, ?)",
            arguments: [spot.uid, spot.place]))
      }
      try db.execute(
        sql: """
          UPDATE \(table) SET standing = 'pending', uid = NULL, place = NULL
          WHERE uid IS NOT NULL AND (uid, place) > (?, ?)
          """, arguments: [spot.uid, spot.place])
    }
    try LogBook.assignParcels(db, prefix: "again:\(spot.uid)")
  }

  private mutating func lower(_ spot: LogBook.Spot) { lowest = min(lowest ?? spot, spot) }
}
