import Domain
import GRDB

/// Rows of the team log: its state, and what waits to be said.
enum LogBook {
  static func state(_ db: Database) throws -> TeamLogState? {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM log_state") else { return nil }
    func count(_ sql: String) throws -> Int {
      try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM \(sql)")) ?? 0
    }
    var state = TeamLogState(machine: row["machine"])
    state.epoch = row["epoch"]
    state.uidValidity = row["uid_validity"]
    state.through = row["through"]
    state.keeper = row["keeper"]
    state.isSealed = row["seal_uid"] != nil
    state.isLost = row["is_lost"]
    state.hasPurged = row["has_purged"]
    state.pending =
      try count("event WHERE standing = 'pending'")
      + count("log_member WHERE standing = 'pending'")
    state.refused = try count("event WHERE standing = 'refused' AND is_seen = 0 AND is_own = 1")
    state.ignored = row["ignored"]
    state.messages = row["messages"]
    let reordered: Int64? = row["reordered_at"]
    state.reorderedAt = reordered.map(Timestamp.init(milliseconds:))
    return state
  }

  /// For a purge, in its transaction, after the content of that demande went: the epoch still
  /// tells it at the operator, so it should end. The machine that wished it sees to that.
  static func purged(_ db: Database, _ id: Order.ID) throws {
    try db.execute(
      sql: """
        UPDATE log_state SET has_purged = 1 WHERE EXISTS (SELECT 1 FROM event
          WHERE demande = ? AND is_own = 1 AND standing = 'confirmed'
            AND gesture LIKE '{"purged":%')
        """, arguments: [id])
  }

  /// One look at a row of one line: every gesture asks.
  static func machine(_ db: Database) throws -> String? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT machine FROM log_state"))
  }

  static func turnOn(_ db: Database, machine: String, _ now: Timestamp) throws {
    guard try self.machine(db) == nil else { return }
    try db.execute(sql: "INSERT INTO log_state (one, machine) VALUES (1, ?)", arguments: [machine])
    try parentHistory(db)
    try db.execute(sql: "UPDATE event SET standing = 'pending' WHERE standing IS NULL")
    try assignParcels(db, prefix: "history:\(machine)")
    let members = try String.fetchAll(db, sql: "SELECT id FROM member ORDER BY id")
    for member in members { try LogMembers.changed(db, member) }
    try Journal.append(db, TraceEntry(author: .mailbox, action: "team-log.on"), at: now)
  }

  /// What was done before the log: each event that counts was built on the one before it.
  private static func parentHistory(_ db: Database) throws {
    let codec = Codec()
    var order: Order.ID?
    var head: String?
    var view: String?
    var whole: String?
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, demande, gesture FROM event WHERE number IS NOT NULL ORDER BY demande, number
        """)
    var parents: [(String, String, String?)] = []
    while let row = try rows.next() {
      let demande: String = row["demande"]
      if demande != order {
        order = demande
        (head, view, whole) = (nil, nil, nil)
      }
      let gesture = try codec.decode(Gesture.self, row["gesture"])
      let id: String = row["id"]
      if gesture.hasParent, let head { parents.append((id, head, gesture.isPurge ? whole : view)) }
      whole = TeamLogJudge.view(whole, adding: id)
      if gesture.countsAsRevision {
        head = id
        view = TeamLogJudge.view(view, adding: id)
      }
    }
    let statement = try db.cachedStatement(
      sql: "UPDATE event SET parent = ?, view = ? WHERE id = ?")
    for (id, parent, view) in parents { try statement.execute(arguments: [parent, view, id]) }
  }

  /// Parcels for what waits without one: whole groups, at most so many records and bytes. Named
  /// after their first event, so that what is assigned later never joins one that was said.
  static func assignParcels(_ db: Database, prefix: String) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT seq, id, log_group, length(gesture) AS size FROM event
        WHERE standing = 'pending' AND parcel IS NULL ORDER BY seq
        """)
    var name = prefix
    var records = LogParcel.recordLimit
    var bytes = 0
    var group: String?
    let statement = try db.cachedStatement(sql: "UPDATE event SET parcel = ? WHERE seq = ?")
    for row in rows {
      let next: String? = row["log_group"]
      let size: Int = row["size"]
      let isFull = records >= LogParcel.recordLimit || bytes + size > LogParcel.byteLimit / 2
      if isFull && (next == nil || next != group) {
        name = "\(prefix):\(row["id"] as String)"
        records = 0
        bytes = 0
      }
      group = next
      records += 1
      bytes += size
      try statement.execute(arguments: [name, row["seq"] as Int64])
    }
  }
}
