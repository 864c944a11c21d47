import Domain
import GRDB

/// Which messages of an epoch were read, and what its checkpoints are made of.
enum LogReading {
  /// What a batch brought that was not there before.
  struct Fresh {
    var entries: [LogBatch.Entry] = []
    var ignored = 0
    /// The lowest piece of a checkpoint among them.
    var firstPiece: UInt32?
  }

  static func note(_ db: Database, _ batch: LogBatch) throws -> Fresh {
    for table in ["log_waiting", "log_read"] {
      try db.execute(
        sql: "DELETE FROM \(table) WHERE epoch = ? AND uid_validity <> ?",
        arguments: [batch.epoch, batch.uidValidity])
    }
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO log_read
          (epoch, uid, uid_validity, is_ours, checkpoint, machine, part, parts, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    var fresh = Fresh()
    for entry in batch.entries where entry.uid <= batch.through {
      let piece = entry.parcel?.checkpoint
      try statement.execute(arguments: [
        batch.epoch, entry.uid, batch.uidValidity, entry.parcel != nil, piece?.id,
        piece == nil ? nil : entry.parcel?.machine, piece?.part, piece?.parts, piece?.digest,
      ])
      guard db.changesCount > 0 else { continue }
      fresh.entries.append(entry)
      if entry.parcel == nil { fresh.ignored += 1 }
      if piece != nil { fresh.firstPiece = min(fresh.firstPiece ?? entry.uid, entry.uid) }
    }
    return fresh
  }

  static func numbers(
    _ db: Database, epoch: Int, uidValidity: UInt32
  ) throws -> Set<UInt32> {
    Set(
      try UInt32.fetchAll(
        db, sql: "SELECT uid FROM log_read WHERE epoch = ? AND uid_validity = ?",
        arguments: [epoch, uidValidity]))
  }

  /// A checkpoint of which every piece was read.
  struct Whole {
    var id: String
    var machine: String
    var digest: String
    /// The number of the message that made it complete.
    var completeAt: UInt32
    /// Numbers of its pieces, first part first.
    var pieces: [UInt32]
  }

  /// The first one that is complete, in the order of the log; those that proved false left out.
  static func firstWhole(_ db: Database, epoch: Int) throws -> Whole? {
    struct Name: Hashable {
      var id: String
      var parts: Int
      var digest: String
    }
    var machines: [Name: String] = [:]
    var found: [Name: [Int: UInt32]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT uid, checkpoint, machine, part, parts, digest FROM log_read
        WHERE epoch = ? AND checkpoint IS NOT NULL AND is_false = 0 ORDER BY uid
        """, arguments: [epoch])
    while let row = try rows.next() {
      let name = Name(id: row["checkpoint"], parts: row["parts"], digest: row["digest"])
      let (machine, part): (String, Int) = (row["machine"], row["part"])
      guard machines[name, default: machine] == machine, (1...max(name.parts, 1)).contains(part)
      else { continue }
      machines[name] = machine
      let uid: UInt32 = row["uid"]
      if found[name]?[part] == nil { found[name, default: [:]][part] = uid }
      guard let parts = found[name], parts.count == name.parts else { continue }
      return Whole(
        id: name.id, machine: machine, digest: name.digest, completeAt: uid,
        pieces: parts.sorted { $0.key < $1.key }.map(\.value))
    }
    return nil
  }

  /// The first complete checkpoint whose records are what it says; others never count again.
  static func firstTrue(
    _ db: Database, epoch: Int, _ codec: Codec
  ) throws -> LogCheckpoints.Complete? {
    while let whole = try firstWhole(db, epoch: epoch) {
      var records: [LogRecord] = []
      for uid in whole.pieces {
        let text = try String.fetchOne(
          db.cachedStatement(sql: "SELECT parcel FROM log_waiting WHERE epoch = ? AND uid = ?"),
          arguments: [epoch, uid])
        if let text { records += try codec.decode(LogParcel.self, text).records }
      }
      if LogCheckpoints.digest(of: records) == whole.digest {
        return LogCheckpoints.Complete(
          id: whole.id, machine: whole.machine, completeAt: whole.completeAt, records: records)
      }
      try db.execute(
        sql: "UPDATE log_read SET is_false = 1 WHERE epoch = ? AND checkpoint = ? AND digest = ?",
        arguments: [epoch, whole.id, whole.digest])
    }
    return nil
  }

  /// The epoch is read again from its first message on.
  static func startOver(_ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM log_waiting WHERE epoch = (SELECT epoch FROM log_state);
        DELETE FROM log_read WHERE epoch = (SELECT epoch FROM log_state);
        UPDATE log_state SET epoch = epoch - 1, uid_validity = NULL, is_lost = 1
        """)
  }
}
