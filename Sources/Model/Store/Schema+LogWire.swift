import GRDB

/// What was read of the log's mailboxes.
extension Schema {
  /// Every message by its number, those that say nothing too: only a list tells what was not read
  /// and what was taken away since. Of a piece of a checkpoint also which one it is.
  static func readMessages(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE log_read (
          epoch INTEGER NOT NULL,
          uid INTEGER NOT NULL,
          uid_validity INTEGER NOT NULL,
          is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)),
          checkpoint TEXT, machine TEXT, part INTEGER, parts INTEGER, digest TEXT,
          is_false INTEGER NOT NULL DEFAULT 0 CHECK (is_false IN (0, 1)),
          PRIMARY KEY (epoch, uid)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX log_read_piece ON log_read (epoch, uid) WHERE checkpoint IS NOT NULL;

        ALTER TABLE log_state ADD COLUMN unfinished_epoch INTEGER;
        ALTER TABLE log_state ADD COLUMN unfinished_since INTEGER;
        ALTER TABLE log_state ADD COLUMN reader TEXT;
        -- The epoch is read again from its first message on, and counted as it is read.
        DELETE FROM log_waiting;
        UPDATE log_state SET messages = 0, ignored = 0;
        """)
  }
}
