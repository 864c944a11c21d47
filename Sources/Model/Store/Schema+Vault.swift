import GRDB

extension Schema {
  /// What is kept about traces and purges, and the one door through the ink.
  ///
  /// `permit` has rows inside a purge's transaction only: what a trigger lets pass is what that
  /// transaction named beforehand (P04).
  static func vault(_ db: Database) throws {
    try db.execute(
      sql: """
        -- Whose access it was where the operator was asked: NULL in lines written before.
        ALTER TABLE journal ADD COLUMN holder TEXT;

        CREATE TABLE journal_base (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          seq INTEGER NOT NULL CHECK (seq > 0),
          digest TEXT NOT NULL CHECK (length(digest) = 64),
          purge_line INTEGER NOT NULL CHECK (purge_line > seq)
        ) STRICT;

        CREATE TABLE permit (
          what TEXT NOT NULL CHECK (what IN (
            'journal', 'message', 'demande', 'outbox', 'operation')),
          key INTEGER NOT NULL,
          PRIMARY KEY (what, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE purged_message (
          message INTEGER PRIMARY KEY REFERENCES message (key),
          at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE purged_demande (
          demande TEXT NOT NULL PRIMARY KEY REFERENCES demande (id),
          at INTEGER NOT NULL
        ) STRICT;
        """)
    for name in [
      "journal_no_delete", "message_no_update", "raw_no_delete", "event_no_update",
      "outbox_fixed", "outbox_built_once", "outbox_attachment_kept", "operation_fixed",
    ] { try db.execute(sql: "DROP TRIGGER \(name)") }
    try db.execute(sql: doors)
  }

  private static let doors = """
    CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    WHEN NOT EXISTS (SELECT 1 FROM permit WHERE what = 'journal' AND key >= OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'journal is written in ink'); END;

    CREATE TRIGGER message_no_update BEFORE UPDATE ON message
    WHEN NOT EXISTS (SELECT 1 FROM permit WHERE what = 'message' AND key = OLD.key)
      OR NEW.key <> OLD.key OR NEW.id <> OLD.id OR NEW.digest <> OLD.digest
      OR NEW.received_at <> OLD.received_at OR NEW.mailbox <> OLD.mailbox
      OR NEW.is_outgoing <> OLD.is_outgoing OR NEW.kind <> OLD.kind
    BEGIN SELECT RAISE(ABORT, 'message is written in ink'); END;

    CREATE TRIGGER raw_no_delete BEFORE DELETE ON raw
    WHEN NOT EXISTS (SELECT 1 FROM permit WHERE what = 'message' AND key = OLD.message)
    BEGIN SELECT RAISE(ABORT, 'raw is written in ink'); END;

    -- As the team log's, with the door for content.
    CREATE TRIGGER event_no_update BEFORE UPDATE OF
      member, name, initials, poste, is_declared, at, based_on, gesture ON event
    WHEN OLD.id NOT LIKE 'opened:%' AND OLD.id NOT LIKE 'arrived:%'
      AND OLD.id NOT LIKE 'document:%' AND OLD.id NOT LIKE 'answered:%'
      AND (NOT EXISTS (SELECT 1 FROM permit p JOIN demande d ON d.rowid = p.key
          WHERE p.what = 'demande' AND d.id = OLD.demande)
        OR NEW.member IS NOT OLD.member OR NEW.name <> OLD.name OR NEW.initials <> OLD.initials
        OR NEW.poste <> OLD.poste OR NEW.is_declared <> OLD.is_declared OR NEW.at <> OLD.at
        OR NEW.based_on IS NOT OLD.based_on)
    BEGIN SELECT RAISE(ABORT, 'event is written in ink'); END;

    CREATE TRIGGER outbox_fixed BEFORE UPDATE OF id, message_id, content, queued_at ON outbox
    WHEN NOT EXISTS (SELECT 1 FROM permit WHERE what = 'outbox' AND key = OLD.rowid)
      OR NEW.id <> OLD.id OR NEW.message_id <> OLD.message_id OR NEW.queued_at <> OLD.queued_at
    BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;

    CREATE TRIGGER outbox_built_once BEFORE UPDATE OF built ON outbox
    WHEN OLD.built IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM permit WHERE what = 'outbox' AND key = OLD.rowid)
    BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;

    CREATE TRIGGER outbox_attachment_kept BEFORE DELETE ON outbox_attachment
    WHEN NOT EXISTS (SELECT 1 FROM permit p JOIN outbox o ON o.rowid = p.key
        WHERE p.what = 'outbox' AND o.id = OLD.item)
    BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;

    CREATE TRIGGER operation_fixed BEFORE UPDATE OF
      id, kind, message, demande, destination, message_id, digest, bytes, author,
      queued_at ON operation
    WHEN OLD.settled_at IS NULL
      OR NOT EXISTS (SELECT 1 FROM permit WHERE what = 'operation' AND key = OLD.id)
      OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.message IS NOT OLD.message
      OR NEW.digest <> OLD.digest OR NEW.author <> OLD.author
    BEGIN SELECT RAISE(ABORT, 'what was wished is fixed'); END;
    """
}
