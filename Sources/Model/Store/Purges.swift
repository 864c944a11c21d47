public import Domain
import GRDB

/// From the wish to purge a demande to its tombstone.
///
/// The wish is an event like any other. Without a team log it is carried out at once; with one,
/// only when it has its place there, on every machine: whatever a colleague did before it that its
/// author had not seen makes it stale, whatever comes after it is refused, so nothing newer than
/// the purge is taken away unseen.
enum Purges {
  static let tables = """
    ALTER TABLE demande ADD COLUMN purged_at INTEGER GENERATED ALWAYS AS (
      json_extract(snapshot, '$.purgedAt')) VIRTUAL;

    DROP TABLE log_purged;

    -- Purges that are certain and not carried out here, and demandes of which something came back
    -- into the files.
    CREATE TABLE purge_due (
      demande TEXT NOT NULL PRIMARY KEY,
      is_redacted INTEGER NOT NULL CHECK (is_redacted IN (0, 1))
    ) STRICT, WITHOUT ROWID;

    -- It was confirmed once, in an epoch that was lost.
    ALTER TABLE event ADD COLUMN was_confirmed INTEGER NOT NULL DEFAULT 0
      CHECK (was_confirmed IN (0, 1));

    -- What was written on a purged demande afterwards: it goes when it is old itself.
    CREATE TABLE purge_later (
      event INTEGER PRIMARY KEY,
      at INTEGER NOT NULL
    ) STRICT;
    """

  /// Days that what somebody is writing keeps a purge of another machine from its content here.
  static let patience: Int64 = 30 * 86_400

  /// Says that the demandes are to be purged, in one message of the log. What the log turned down
  /// is known to nobody else, and goes at once.
  static func wish(
    _ db: Database, _ ids: [Order.ID], _ state: inout PurgeState, at now: Timestamp
  ) throws {
    let codec = Codec()
    let machine = try LogBook.machine(db)
    var parcel: String?
    for id in ids {
      guard try OrderBook.isOpen(db, id, codec) else {
        state.messages += try Tombstone.demande(db, id, before: state.before, at: now)
        state.demandes += 1
        state.hasTaken = true
        continue
      }
      var name = "purged:\(id)" + (machine.map { ":" + $0 } ?? "")
      // One that was refused once is wished again.
      while try isEvent(db, name) { name += "+" }
      parcel = parcel ?? name
      let entry = OrderBook.Entry(
        id: name, author: state.author, at: now, basedOn: nil,
        gesture: .purged(before: state.before), parcel: parcel)
      _ = try OrderBook.append(db, to: id, [entry], codec)
      if machine == nil { try add(db, id) }
    }
  }

  static func isEvent(_ db: Database, _ name: String) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM event WHERE id = ?)"),
      arguments: [name]) == true
  }

  /// The log has given a purge its place. What an epoch before had confirmed and lost may have
  /// been said anew by a machine that did not know it: then it goes once more.
  static func confirmed(_ db: Database, _ id: Order.ID, isNew: Bool) throws {
    if try isNew || !isDone(db, id) { try add(db, id) }
  }

  private static func add(_ db: Database, _ id: Order.ID) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO purge_due (demande, is_redacted) VALUES (?, 0)"
    ).execute(arguments: [id])
  }

  /// Something that was purged came in again on its way through the log: traces of it may lie in
  /// the files.
  static func met(_ db: Database, _ id: Order.ID) throws {
    try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO purge_due (demande, is_redacted) VALUES (?, 1)"
    ).execute(arguments: [id])
  }

  /// Whether the content of the demande went once.
  static func isDone(_ db: Database, _ id: Order.ID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM purged_demande WHERE demande = ?)"),
      arguments: [id]) == true
  }

  /// An event of another machine on a demande whose content is gone.
  static func note(_ db: Database, event seq: Int64, on id: Order.ID, at: Timestamp) throws {
    guard try isDone(db, id) else { return }
    try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO purge_later (event, at) VALUES (?, ?)"
    ).execute(arguments: [seq, at.milliseconds])
  }

  /// Those that can go now, a few; what waits for the server, or is being written, stays.
  static func due(_ db: Database, limit: Int, now: Timestamp) throws -> [Order.ID] {
    var found: [Order.ID] = []
    let ids = try String.fetchCursor(db, sql: "SELECT demande FROM purge_due ORDER BY demande")
    while found.count < limit, let id = try ids.next() {
      guard let before = try before(db, id) else {
        found.append(id)
        continue
      }
      let fresh = max(before, now.adding(seconds: -patience))
      let isHeld = try Bool.fetchOne(
        db, sql: "SELECT \(Retention.held(fresh: fresh)) FROM demande d WHERE d.id = ?",
        arguments: [id])
      if isHeld != true { found.append(id) }
    }
    return found
  }

  /// What waits for the team log, and what is held here.
  static func note(_ db: Database, _ upkeep: inout SyncHealth.Upkeep) throws {
    let waiting = try Row.fetchOne(
      db,
      sql: """
        SELECT count(*) AS count, min(at) AS since FROM event
        WHERE standing = 'pending' AND gesture LIKE '{"purged":%'
        """)
    upkeep.purgesWaiting = waiting?["count"] ?? 0
    upkeep.purgesWaitingSince = (waiting?["since"] as Int64?).map { Timestamp(milliseconds: $0) }
    upkeep.purgesHeld =
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM purge_due WHERE demande NOT IN (SELECT demande FROM purged_demande)
          """) ?? 0
  }

  /// Carries it out; the number of messages that went with it, nil when only traces of it did.
  static func carryOut(_ db: Database, _ id: Order.ID, at now: Timestamp) throws -> Int? {
    try db.execute(sql: "DELETE FROM purge_due WHERE demande = ?", arguments: [id])
    guard let before = try before(db, id) else { return nil }
    let messages = try Tombstone.demande(db, id, before: before, at: now)
    try LogBook.purged(db, id)
    return messages
  }

  /// Its gestures lose their words; the rest of it goes later.
  static func redact(_ db: Database, _ id: Order.ID) throws {
    try db.execute(
      sql: "UPDATE purge_due SET is_redacted = 1 WHERE demande = ?", arguments: [id])
    guard let before = try before(db, id) else { return }
    try Tombstone.open(db, id)
    try Tombstone.redactEvents(db, id, before: before, Codec())
    try db.execute(sql: "DELETE FROM permit")
  }

  /// What the purge that counts takes; nil when none does.
  private static func before(_ db: Database, _ id: Order.ID) throws -> Timestamp? {
    let gesture = try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT gesture FROM event WHERE demande = ? AND gesture LIKE '{"purged":%'
            AND number IS NOT NULL AND coalesce(standing, 'confirmed') = 'confirmed'
          """), arguments: [id])
    guard let gesture, case .purged(let before) = try Codec().value(Gesture.self, gesture) else {
      return nil
    }
    return before
  }

  /// The content of one event that came to a purged demande, and is for nobody here to read.
  static func redact(_ db: Database, event seq: Int64, on id: Order.ID) throws {
    try Tombstone.open(db, id)
    var redaction = Redaction()
    try Tombstone.redact(db, event: seq, &redaction, Codec())
    try db.execute(sql: "DELETE FROM purge_later WHERE event = ?", arguments: [seq])
    try db.execute(sql: "DELETE FROM permit")
  }
}

extension OfficineStore {
  /// Carries out what another machine purged, as far as nothing holds it: begins a purge of that
  /// alone. False when there is nothing, or a purge is under way, which takes it along.
  public func beginToldPurge(now: Timestamp) throws(StoreError) -> Bool {
    let isAny = try read { db in
      try Retention.state(db) == nil && !Purges.due(db, limit: 1, now: now).isEmpty
    }
    guard isAny else { return false }
    return try write { db in
      guard try Retention.state(db) == nil else { return false }
      var state = PurgeState(
        phase: .told, before: now, isUnfinishedToo: false, isServerToo: false, author: .mailbox,
        since: now)
      (state.isToldOnly, state.isCleanedLater) = (true, true)
      try Self.storePurge(db, state)
      try Journal.append(
        db, TraceEntry(author: .mailbox, action: "purge.begin", request: "team-log"), at: now)
      return true
    }
  }

  /// Begins to clean the files of what was purged since they were cleaned last: words in the
  /// indexes, fragments in the pages, the database's log. Writing the pages anew keeps writers
  /// waiting for as long as that takes. False when there is nothing, or a purge is under way.
  public func beginCleaning(now: Timestamp) throws(StoreError) -> Bool {
    guard try upkeepNote(.uncleanedSince) != nil, try purgeState() == nil else { return false }
    return try write { db in
      guard try Retention.state(db) == nil else { return false }
      try Self.storePurge(
        db,
        PurgeState(
          phase: .words, before: now, isUnfinishedToo: false, isServerToo: false,
          author: .mailbox, since: now))
      try Journal.append(
        db, TraceEntry(author: .mailbox, action: "purge.begin", request: "files"), at: now)
      return true
    }
  }

  /// Gives up a cleaning that was interrupted, before it keeps people waiting in the middle of
  /// their work: it begins anew at a quiet hour, for what is to be cleaned stays noted. False when
  /// none is under way, or only the log is still to be emptied.
  public func putOffCleaning(now: Timestamp) throws(StoreError) -> Bool {
    guard let state = try purgeState(), state.isCleaning, state.phase != .log else { return false }
    return try write { db in
      guard let state = try Retention.state(db), state.isCleaning, state.phase != .log else {
        return false
      }
      try Self.store(db, Retention.key, nil)
      try Journal.append(
        db, TraceEntry(author: .mailbox, action: "purge.wait", request: "files"), at: now)
      return true
    }
  }

  /// Demandes whose purge waits for its place in the team log.
  public func purgesWaiting() throws(StoreError) -> Int {
    try read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM event WHERE standing = 'pending' AND gesture LIKE '{"purged":%'
          """) ?? 0
    }
  }

  /// Before a checkpoint is written, for it tells what is stored here: what people wrote on
  /// purged demandes goes first, a few at a time, also where something else of them still waits.
  func redactPurges() throws(StoreError) {
    let due = "SELECT demande FROM purge_due WHERE is_redacted = 0 LIMIT \(Retention.batch)"
    while try read({ try String.fetchOne($0, sql: due) }) != nil {
      try write { db in
        for id in try String.fetchAll(db, sql: due) { try Purges.redact(db, id) }
      }
    }
  }
}
