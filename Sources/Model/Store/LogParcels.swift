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
  /// How many records there are before each part ends: members, then events.
  static func ends(_ db: Database) throws -> [Int] {
    var ends: [Int] = []
    // One record names all that was purged.
    var count = try 1 + LogMembers.winners(db, waiting: false).count
    var bytes = 0
    var start = 0
    let sizes = try Int.fetchCursor(
      db,
      sql: """
        SELECT length(gesture) FROM event WHERE standing = 'confirmed' ORDER BY uid, place
        """)
    while let size = try sizes.next() {
      let isFull =
        count - start >= LogParcel.recordLimit || bytes + size > LogParcel.byteLimit / 2
      if isFull && count > start {
        ends.append(count)
        start = count
        bytes = 0
      }
      count += 1
      bytes += size
    }
    return ends + [count]
  }

  static func parcel(
    _ db: Database, _ checkpoint: LogCheckpoint, part: Int
  ) throws -> LogParcel {
    let codec = Codec()
    let start = part == 1 ? 0 : checkpoint.ends[part - 2]
    let end = checkpoint.ends[part - 1]
    let purged = try String.fetchAll(db, sql: "SELECT demande FROM log_purged ORDER BY demande")
    let first = [LogRecord(id: "purged:\(checkpoint.id)", content: .purged(purged))]
    let people =
      try first
      + LogMembers.winners(db, waiting: false).map { id, member in
        LogRecord(id: id, content: .member(member))
      }
    var records = Array(people.dropFirst(start).prefix(end - start))
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM event INDEXED BY event_by_place
        WHERE standing = 'confirmed' AND uid IS NOT NULL ORDER BY uid, place LIMIT ? OFFSET ?
        """, arguments: [end - start - records.count, max(0, start - people.count)])
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
}
