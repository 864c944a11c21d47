import Domain
import GRDB

/// What is about to leave for the log mailbox.
extension LogBook {
  /// Members first: who acted is known before what was done.
  static func parcels(_ db: Database, machine: String, limit: Int) throws -> [LogParcel] {
    let codec = Codec()
    var parcels = try Row.fetchAll(
      db, sql: "SELECT * FROM log_member WHERE standing = 'pending' ORDER BY seq LIMIT ?",
      arguments: [limit]
    ).map { row in
      let member = try codec.decode(LogMember.self, row["content"])
      return LogParcel(
        id: row["parcel"] ?? row["id"], machine: machine,
        records: [LogRecord(id: row["id"], content: .member(member))])
    }
    var seen: Set<String> = []
    let names = try String.fetchCursor(
      db, sql: "SELECT parcel FROM event WHERE standing = 'pending' ORDER BY seq")
    while parcels.count < limit, let name = try names.next() {
      guard seen.insert(name).inserted else { continue }
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT * FROM event WHERE standing = 'pending' AND parcel = ? ORDER BY seq"),
        arguments: [name])
      parcels.append(
        LogParcel(id: name, machine: machine, records: try rows.map { try record($0, codec) }))
    }
    return parcels
  }

  /// An event as it is said; whether its message is elsewhere is for the log to find.
  private static func record(_ row: Row, _ codec: Codec) throws -> LogRecord {
    var said = try said(row, codec)
    said.event.elsewhere = nil
    return LogRecord(id: said.id, content: .event(said.event))
  }
}

extension LogCheckpoints {
  /// What each part carries: whatever is said of people first, then the events in their order.
  static func cuts(_ db: Database, limit: Int) throws -> [LogCheckpoint.Cut] {
    let people = try LogMembers.winners(db, waiting: false).count
    var cuts = stride(from: 0, to: people, by: limit).map {
      LogCheckpoint.Cut(people: $0..<min($0 + limit, people))
    }
    var current = cuts.popLast() ?? LogCheckpoint.Cut(people: 0..<0)
    var bytes = 0
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT uid, place, length(gesture) AS size FROM event INDEXED BY event_by_place
        WHERE standing = 'confirmed' AND uid IS NOT NULL ORDER BY uid, place
        """)
    var last = (uid: Int64(-1), place: Int64(-1))
    while let row = try rows.next() {
      let size: Int = row["size"]
      let count = current.people.count + current.events
      if count >= limit || count > 0 && bytes + size > LogParcel.byteLimit / 2 {
        cuts.append(current)
        current = LogCheckpoint.Cut(
          people: people..<people, afterUID: last.uid, afterPlace: last.place)
        bytes = 0
      }
      current.events += 1
      bytes += size
      last = (row["uid"], row["place"])
    }
    return cuts + [current]
  }

  static func parcel(
    _ db: Database, _ checkpoint: LogCheckpoint, part: Int
  ) throws -> LogParcel {
    let cut = checkpoint.cuts[part - 1]
    var records: [LogRecord] = []
    if !cut.people.isEmpty {
      records = Array(try people(db, checkpoint).dropFirst(cut.people.lowerBound))
      records = Array(records.prefix(cut.people.count))
    }
    let codec = Codec()
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM event INDEXED BY event_by_place
          WHERE standing = 'confirmed' AND uid IS NOT NULL AND (uid, place) > (?, ?)
          ORDER BY uid, place LIMIT ?
          """), arguments: [cut.afterUID, cut.afterPlace, cut.events])
    records += try rows.map { row in
      let said = try LogBook.said(row, codec)
      return LogRecord(id: said.id, content: .event(said.event))
    }
    return LogParcel(
      id: "\(checkpoint.id):\(part)", machine: checkpoint.machine,
      checkpoint: LogCheckpointPart(
        id: checkpoint.id, part: part, parts: checkpoint.parts, digest: checkpoint.digest),
      records: records)
  }

  private static func people(
    _ db: Database, _ checkpoint: LogCheckpoint
  ) throws -> [LogRecord] {
    try LogMembers.winners(db, waiting: false).map { id, member in
      LogRecord(id: id, content: .member(member))
    }
  }
}
