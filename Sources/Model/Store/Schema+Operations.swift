extension Schema {
  /// What is to be done with mail on the server, in order. A UID stands nowhere here: the message
  /// is found again by its identity when its turn comes (S07).
  static let operations = """
    CREATE TABLE operation (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('move', 'delete', 'append')),
      message INTEGER REFERENCES message (key),
      demande TEXT REFERENCES demande (id),
      mailbox TEXT NOT NULL,
      destination TEXT,
      message_id TEXT NOT NULL,
      digest TEXT NOT NULL CHECK (digest LIKE 'sha256:%'),
      bytes BLOB,
      author TEXT NOT NULL,
      queued_at INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN (
        'waiting', 'working', 'done', 'refused', 'lost', 'cancelled')),
      attempts INTEGER NOT NULL DEFAULT 0,
      places INTEGER NOT NULL DEFAULT 0, marked_places INTEGER NOT NULL DEFAULT 0,
      next_attempt_at INTEGER,
      begun_validity INTEGER, begun_next INTEGER,
      settled_at INTEGER, reason TEXT, words TEXT,
      CHECK ((kind = 'append') = (bytes IS NOT NULL)),
      CHECK ((kind = 'append') = (message IS NULL)),
      CHECK ((kind = 'delete') = (destination IS NULL)),
      CHECK ((begun_validity IS NULL) = (begun_next IS NULL)),
      CHECK ((state IN ('waiting', 'working')) = (settled_at IS NULL))
    ) STRICT;
    CREATE INDEX operation_open ON operation (id) WHERE state IN ('waiting', 'working');
    CREATE INDEX operation_of_message ON operation (message);
    CREATE INDEX operation_of_demande ON operation (demande) WHERE demande IS NOT NULL;
    CREATE TRIGGER operation_fixed BEFORE UPDATE OF
      id, kind, message, demande, destination, message_id, digest, bytes, author,
      queued_at ON operation
    BEGIN SELECT RAISE(ABORT, 'what was wished is fixed'); END;
    CREATE TRIGGER operation_kept BEFORE DELETE ON operation
    BEGIN SELECT RAISE(ABORT, 'what was wished is history'); END;
    """
}
