import GRDB

/// What the team log between machines needs (design 5).
extension Schema {
  /// An event may wait for its number, or never get one; its demande may still be unknown; a
  /// demande may be known before its message is here.
  ///
  /// Constraints go the way SQLite describes for that ("Making Other Kinds Of Table Schema
  /// Changes"): no row is rewritten, so a store of any size opens at once.
  static func addTeamLog(_ db: Database) throws {
    try db.execute(sql: teamLog)
    try loosen(
      db, "event", "number INTEGER NOT NULL CHECK (number > 0)",
      "number INTEGER CHECK (number > 0)")
    try loosen(
      db, "event",
      "demande TEXT NOT NULL REFERENCES demande (id) DEFERRABLE INITIALLY DEFERRED",
      "demande TEXT NOT NULL")
    try loosen(db, "demande", "merged_into TEXT REFERENCES demande (id)", "merged_into TEXT")
    try loosen(
      db, "demande", "last_message INTEGER NOT NULL REFERENCES message (key)",
      "last_message INTEGER REFERENCES message (key)")
    let version = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
    try db.execute(sql: "PRAGMA schema_version = \(version + 1)")
    try db.execute(sql: "PRAGMA writable_schema = RESET")
  }

  private static func loosen(
    _ db: Database, _ table: String, _ old: String, _ new: String
  ) throws {
    try db.execute(sql: "PRAGMA writable_schema = ON")
    try db.execute(
      sql: """
        UPDATE sqlite_schema SET sql = replace(sql, ?, ?)
        WHERE type = 'table' AND name = ? AND instr(sql, ?) > 0
        """, arguments: [old, new, table, old])
    guard db.changesCount == 1 else { throw StoreError.damaged("schema.\(table)") }
    try db.execute(sql: "PRAGMA writable_schema = OFF")
  }

  /// `standing` is NULL for what was done while the log was off. Of the content, what a person
  /// did is never rewritten; what the mailbox did is as the log says it first (two machines may
  /// read one message differently).
  private static let teamLog = """
    ALTER TABLE event ADD COLUMN standing TEXT
      CHECK (standing IN ('pending', 'confirmed', 'refused', 'void'));
    ALTER TABLE event ADD COLUMN is_own INTEGER NOT NULL DEFAULT 1 CHECK (is_own IN (0, 1));
    ALTER TABLE event ADD COLUMN parent TEXT;
    ALTER TABLE event ADD COLUMN view TEXT;
    ALTER TABLE event ADD COLUMN log_group TEXT;
    ALTER TABLE event ADD COLUMN parcel TEXT;
    ALTER TABLE event ADD COLUMN uid INTEGER;
    ALTER TABLE event ADD COLUMN place INTEGER;
    ALTER TABLE event ADD COLUMN elsewhere TEXT;
    ALTER TABLE event ADD COLUMN refusal TEXT;
    ALTER TABLE event ADD COLUMN is_seen INTEGER NOT NULL DEFAULT 0 CHECK (is_seen IN (0, 1));
    CREATE UNIQUE INDEX event_by_place ON event (uid, place) WHERE uid IS NOT NULL;
    CREATE INDEX event_pending ON event (seq) WHERE standing = 'pending';
    CREATE INDEX event_parcel ON event (parcel, seq) WHERE standing = 'pending';
    CREATE INDEX event_group ON event (log_group)
      WHERE standing = 'pending' AND log_group IS NOT NULL;
    CREATE INDEX event_refused ON event (seq) WHERE standing = 'refused' AND is_seen = 0;

    ALTER TABLE demande ADD COLUMN refolds INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE demande_absent (
      demande TEXT NOT NULL,
      message TEXT NOT NULL,
      PRIMARY KEY (demande, message)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX demande_absent_message ON demande_absent (message);

    CREATE TABLE log_state (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      machine TEXT NOT NULL CHECK (machine <> ''),
      epoch INTEGER NOT NULL DEFAULT 0,
      uid_validity INTEGER,
      through INTEGER NOT NULL DEFAULT 0,
      messages INTEGER NOT NULL DEFAULT 0,
      checkpoint TEXT, keeper TEXT, checkpoint_digest TEXT,
      checkpoint_uid INTEGER NOT NULL DEFAULT 0,
      seal_uid INTEGER, seal_place INTEGER,
      is_lost INTEGER NOT NULL DEFAULT 0 CHECK (is_lost IN (0, 1)),
      has_purged INTEGER NOT NULL DEFAULT 0 CHECK (has_purged IN (0, 1)),
      ignored INTEGER NOT NULL DEFAULT 0,
      reordered_at INTEGER
    ) STRICT;

    CREATE TABLE log_home (
      message TEXT NOT NULL,
      demande TEXT NOT NULL,
      uid INTEGER NOT NULL,
      place INTEGER NOT NULL,
      PRIMARY KEY (message, demande)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX log_home_by_place ON log_home (uid, place);

    CREATE TABLE log_purged (
      demande TEXT NOT NULL PRIMARY KEY
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE log_member (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      member TEXT NOT NULL,
      content TEXT NOT NULL,
      standing TEXT NOT NULL CHECK (standing IN ('pending', 'confirmed', 'void')),
      parcel TEXT,
      uid INTEGER,
      place INTEGER
    ) STRICT;
    CREATE INDEX log_member_of ON log_member (member);

    CREATE TABLE log_waiting (
      epoch INTEGER NOT NULL,
      uid INTEGER NOT NULL,
      uid_validity INTEGER NOT NULL,
      parcel TEXT NOT NULL,
      PRIMARY KEY (epoch, uid)
    ) STRICT, WITHOUT ROWID;

    DROP TRIGGER event_no_update;
    CREATE TRIGGER event_named BEFORE UPDATE OF seq, id, demande ON event
    BEGIN SELECT RAISE(ABORT, 'event is written in ink'); END;
    CREATE TRIGGER event_no_update BEFORE UPDATE OF
      member, name, initials, poste, is_declared, at, based_on, gesture ON event
    WHEN OLD.id NOT LIKE 'opened:%' AND OLD.id NOT LIKE 'arrived:%'
      AND OLD.id NOT LIKE 'document:%' AND OLD.id NOT LIKE 'answered:%'
    BEGIN SELECT RAISE(ABORT, 'event is written in ink'); END;
    """
}
