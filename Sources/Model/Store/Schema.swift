import GRDB

/// The tables. Migrations are only ever appended: a released one is history.
enum Schema {
  /// `MSST`: tells a store from another program's SQLite file.
  static let applicationID = 0x4D53_5354

  static func migrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      for statement in [mail, mailboxes, search, orders, sending, people, journal, immutability()] {
        try db.execute(sql: statement)
      }
    }
    migrator.registerMigration("v2") { db in try db.execute(sql: announced) }
    migrator.registerMigration("v2.recipients") { db in
      // What the server said to each recipient, as JSON; the column may be rewritten at will.
      try db.execute(sql: "ALTER TABLE outbox ADD COLUMN recipients TEXT")
    }
    migrator.registerMigration("v2.exports") { db in try db.execute(sql: exported) }
    migrator.registerMigration("v2.operations") { db in
      try db.execute(sql: operations)
      // Since when the server does not list the mailbox any more.
      try db.execute(sql: "ALTER TABLE mailbox ADD COLUMN missing_since INTEGER")
    }
    migrator.registerMigration("v3.withheld") { db in
      // Why a body that is owed did not come, how often it was asked for, and when it is again.
      try db.execute(
        sql: """
          ALTER TABLE announced ADD COLUMN withheld TEXT;
          ALTER TABLE announced ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE announced ADD COLUMN ask_again_at INTEGER;
          """)
    }
    migrator.registerMigration("v4.gestures") { db in
      // The last gestures of one person, whatever the demande.
      try db.execute(sql: "CREATE INDEX event_of_member ON event (member) WHERE member IS NOT NULL")
    }
    migrator.registerMigration("v4.teamlog") { db in try addTeamLog(db) }
    migrator.registerMigration("v4.views") { db in try db.execute(sql: viewFacts) }
    migrator.registerMigration("v4.lock") { db in try db.execute(sql: lock) }
    migrator.registerMigration("v4.vault", migrate: vault)
    migrator.registerMigration("v4.held") { db in
      // The last event of the demande that the author saw, and since when it is held back.
      try db.execute(
        sql: """
          ALTER TABLE outbox ADD COLUMN seen_event INTEGER;
          ALTER TABLE outbox ADD COLUMN held_at INTEGER;
          CREATE INDEX outbox_held ON outbox (queued_at) WHERE held_at IS NOT NULL;
          """)
    }
    migrator.registerMigration("v4.mentions") { db in try db.execute(sql: Mentions.table) }
    migrator.registerMigration("v4.pins") { db in try db.execute(sql: pinGate) }
    migrator.registerMigration("v4.due") { db in try db.execute(sql: due) }
    migrator.registerMigration("v4.renewed", migrate: SearchIndex.addPatientsOfArrivals)
    migrator.registerMigration("v4.logwire", migrate: readMessages)
    migrator.registerMigration("v4.purges") { db in try db.execute(sql: Purges.tables) }
    migrator.registerMigration("v4.slips") { db in try db.execute(sql: pinSlip) }
    migrator.registerMigration("v4.owed", migrate: SearchIndex.addCorrectedAndOwed)
    migrator.registerMigration("v4.rights") { db in try db.execute(sql: LogMembers.lost) }
    migrator.registerMigration("v4.news") { db in try db.execute(sql: newsTaken) }
    migrator.registerMigration("v4.ready") { db in try db.execute(sql: readySince) }
    return migrator
  }

  /// A message never changes; what does has its own table (invariant 1).
  private static let mail = """
    CREATE TABLE message (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      message_id TEXT NOT NULL,
      digest TEXT NOT NULL CHECK (digest LIKE 'sha256:%'),
      mailbox TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      date INTEGER,
      sender_name TEXT NOT NULL, sender_address TEXT NOT NULL,
      sender_kind TEXT NOT NULL, sender_display TEXT NOT NULL,
      recipients TEXT NOT NULL, cc TEXT NOT NULL,
      subject TEXT NOT NULL,
      kind TEXT NOT NULL,
      is_outgoing INTEGER NOT NULL CHECK (is_outgoing IN (0, 1)),
      preview TEXT NOT NULL,
      attachments TEXT NOT NULL, defects TEXT NOT NULL, warnings TEXT NOT NULL,
      patient TEXT
    ) STRICT;
    CREATE INDEX message_by_message_id ON message (message_id) WHERE message_id <> '';
    CREATE INDEX message_sent ON message (key) WHERE is_outgoing = 1;
    CREATE INDEX message_quarantine ON message (key) WHERE kind = 'unreadable';

    CREATE TABLE raw (
      message INTEGER PRIMARY KEY REFERENCES message (key),
      bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE body (
      message INTEGER PRIMARY KEY REFERENCES message (key),
      text TEXT NOT NULL,
      is_from_html INTEGER NOT NULL CHECK (is_from_html IN (0, 1)),
      headers TEXT NOT NULL, parts TEXT NOT NULL
    ) STRICT;

    CREATE TABLE reference (
      message INTEGER NOT NULL REFERENCES message (key),
      place INTEGER NOT NULL,
      message_id TEXT NOT NULL,
      is_parent INTEGER NOT NULL CHECK (is_parent IN (0, 1)),
      PRIMARY KEY (message, place)
    ) STRICT;
    CREATE INDEX reference_by_message_id ON reference (message_id);

    CREATE TABLE thread (
      message INTEGER PRIMARY KEY REFERENCES message (key),
      thread TEXT NOT NULL
    ) STRICT;
    CREATE INDEX thread_members ON thread (thread, message);

    CREATE TABLE document (
      message INTEGER NOT NULL REFERENCES message (key),
      attachment INTEGER NOT NULL,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      text TEXT NOT NULL,
      pages INTEGER,
      is_machine_read INTEGER NOT NULL CHECK (is_machine_read IN (0, 1)),
      defects TEXT NOT NULL,
      PRIMARY KEY (message, attachment)
    ) STRICT;
    CREATE INDEX document_pending ON document (message DESC) WHERE state = 'pending';
    """

  /// UIDs are hints, valid for one (mailbox, UIDVALIDITY).
  private static let mailboxes = """
    CREATE TABLE mailbox (
      name TEXT NOT NULL PRIMARY KEY,
      uid_validity INTEGER NOT NULL,
      uid_next INTEGER NOT NULL,
      mod_sequence INTEGER,
      special_use TEXT
    ) STRICT;

    CREATE TABLE location (
      id INTEGER PRIMARY KEY,
      message INTEGER NOT NULL REFERENCES message (key),
      mailbox TEXT NOT NULL,
      uid_validity INTEGER NOT NULL,
      uid INTEGER NOT NULL CHECK (uid > 0),
      is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1)),
      UNIQUE (mailbox, uid_validity, uid)
    ) STRICT;
    CREATE INDEX location_of_message ON location (message, is_gone);

    CREATE TABLE flags (
      message INTEGER PRIMARY KEY REFERENCES message (key),
      names TEXT NOT NULL
    ) STRICT;

    CREATE TABLE flag_change (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      message INTEGER NOT NULL REFERENCES message (key),
      flag TEXT NOT NULL,
      is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
      UNIQUE (message, flag)
    ) STRICT;
    """

  /// What the server listed and whose body is still owed.
  private static let announced = """
    CREATE TABLE announced (
      mailbox TEXT NOT NULL,
      uid_validity INTEGER NOT NULL,
      uid INTEGER NOT NULL CHECK (uid > 0),
      size INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      message_id TEXT NOT NULL,
      in_reply_to TEXT,
      sender_name TEXT NOT NULL, sender_address TEXT NOT NULL,
      sender_kind TEXT NOT NULL, sender_display TEXT NOT NULL,
      subject TEXT NOT NULL,
      flags TEXT NOT NULL,
      preview TEXT,
      PRIMARY KEY (mailbox, uid_validity, uid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX announced_by_reception ON announced (received_at);
    """

  /// What an applicative BAL hands over: begun when the folder is about to get its name, done when
  /// it has it.
  private static let exported = """
    CREATE TABLE exported (
      message INTEGER PRIMARY KEY REFERENCES message (key),
      directory TEXT NOT NULL,
      begun_at INTEGER NOT NULL,
      done_at INTEGER
    ) STRICT;
    """

  /// Contentless: the words only, the text stays where it is. `SearchIndex` fills them.
  private static let search = """
    CREATE VIRTUAL TABLE search USING fts5 (
      people, subject, body, documents,
      content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
    );
    CREATE VIRTUAL TABLE note_search USING fts5 (
      text,
      content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
    );
    """

  /// `snapshot` is the fold of the events; the columns beside it serve the views.
  private static let orders = """
    CREATE TABLE demande (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      snapshot TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('prescription', 'question', 'document')),
      status TEXT NOT NULL CHECK (status IN (
        'received', 'preparing', 'prepared', 'checked', 'partial', 'collected', 'closed')),
      revision INTEGER NOT NULL CHECK (revision > 0),
      owner TEXT,
      merged_into TEXT REFERENCES demande (id),
      last_key INTEGER NOT NULL UNIQUE,
      last_message INTEGER NOT NULL REFERENCES message (key),
      in_todo INTEGER NOT NULL CHECK (in_todo IN (0, 1)),
      in_mine INTEGER NOT NULL CHECK (in_mine IN (0, 1)),
      in_preparing INTEGER NOT NULL CHECK (in_preparing IN (0, 1)),
      in_check INTEGER NOT NULL CHECK (in_check IN (0, 1)),
      in_ready INTEGER NOT NULL CHECK (in_ready IN (0, 1)),
      in_promised INTEGER NOT NULL CHECK (in_promised IN (0, 1)),
      in_questions INTEGER NOT NULL CHECK (in_questions IN (0, 1))
    ) STRICT;
    CREATE INDEX demande_todo ON demande (last_key) WHERE in_todo = 1;
    CREATE INDEX demande_mine ON demande (owner, last_key) WHERE in_mine = 1;
    CREATE INDEX demande_preparing ON demande (last_key) WHERE in_preparing = 1;
    CREATE INDEX demande_check ON demande (last_key) WHERE in_check = 1;
    CREATE INDEX demande_ready ON demande (last_key) WHERE in_ready = 1;
    CREATE INDEX demande_promised ON demande (last_key) WHERE in_promised = 1;
    CREATE INDEX demande_questions ON demande (last_key) WHERE in_questions = 1;
    CREATE INDEX demande_matricule
      ON demande (json_extract(snapshot, '$.patient.ins.matricule'), last_key)
      WHERE status NOT IN ('collected', 'closed') AND merged_into IS NULL;

    CREATE TABLE event (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      demande TEXT NOT NULL REFERENCES demande (id) DEFERRABLE INITIALLY DEFERRED,
      number INTEGER NOT NULL CHECK (number > 0),
      member TEXT, name TEXT NOT NULL, initials TEXT NOT NULL, poste TEXT NOT NULL,
      is_declared INTEGER NOT NULL CHECK (is_declared IN (0, 1)),
      at INTEGER NOT NULL,
      based_on INTEGER,
      gesture TEXT NOT NULL,
      UNIQUE (demande, number)
    ) STRICT;

    CREATE TABLE demande_message (
      message INTEGER NOT NULL REFERENCES message (key),
      demande TEXT NOT NULL REFERENCES demande (id) DEFERRABLE INITIALLY DEFERRED,
      PRIMARY KEY (message, demande)
    ) STRICT;
    CREATE INDEX demande_messages ON demande_message (demande);
    """

  private static let sending = """
    CREATE TABLE draft (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      author TEXT NOT NULL,
      content TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))
    ) STRICT;
    CREATE INDEX draft_of_author ON draft (author) WHERE is_gone = 0;

    CREATE TABLE draft_attachment (
      draft TEXT NOT NULL REFERENCES draft (id),
      n INTEGER NOT NULL,
      filename TEXT NOT NULL, content_type TEXT NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (draft, n)
    ) STRICT;

    CREATE TABLE outbox (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      message_id TEXT NOT NULL UNIQUE CHECK (message_id LIKE '<%>'),
      demande TEXT REFERENCES demande (id),
      content TEXT NOT NULL,
      queued_at INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN (
        'queued', 'sending', 'sent', 'refused', 'uncertain', 'cancelled')),
      has_final_dot INTEGER NOT NULL DEFAULT 0 CHECK (has_final_dot IN (0, 1)),
      built BLOB,
      attempts INTEGER NOT NULL DEFAULT 0,
      next_attempt_at INTEGER,
      last_answer TEXT,
      sent_at INTEGER,
      has_sent_copy INTEGER NOT NULL DEFAULT 0 CHECK (has_sent_copy IN (0, 1)),
      CHECK (has_final_dot = 0 OR (built IS NOT NULL AND state <> 'queued')),
      CHECK ((state = 'sent') = (sent_at IS NOT NULL))
    ) STRICT;
    CREATE INDEX outbox_open ON outbox (state, queued_at)
      WHERE state NOT IN ('sent', 'cancelled');
    CREATE INDEX outbox_copies ON outbox (queued_at)
      WHERE state = 'sent' AND has_sent_copy = 0;

    CREATE TABLE outbox_attachment (
      item TEXT NOT NULL REFERENCES outbox (id),
      n INTEGER NOT NULL,
      filename TEXT NOT NULL, content_type TEXT NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (item, n)
    ) STRICT;
    """

  private static let people = """
    CREATE TABLE member (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      name TEXT NOT NULL CHECK (name <> ''),
      initials TEXT NOT NULL CHECK (initials <> ''),
      role TEXT NOT NULL,
      rpps TEXT,
      os_user TEXT,
      until INTEGER,
      is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
      is_responsable INTEGER NOT NULL CHECK (is_responsable IN (0, 1)),
      is_removed INTEGER NOT NULL DEFAULT 0 CHECK (is_removed IN (0, 1)),
      pin_hash TEXT,
      pin_failures INTEGER NOT NULL DEFAULT 0,
      pin_failed_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX member_initials ON member (initials) WHERE is_removed = 0;
    CREATE UNIQUE INDEX member_os_user ON member (os_user)
      WHERE is_removed = 0 AND os_user IS NOT NULL;

    CREATE TABLE setting (
      key TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;
    """

  /// AUTOINCREMENT: the highest number given stays known when the last lines are taken away.
  private static let journal = """
    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      clock_offset INTEGER NOT NULL,
      member TEXT, name TEXT NOT NULL, initials TEXT NOT NULL, poste TEXT NOT NULL,
      is_declared INTEGER NOT NULL CHECK (is_declared IN (0, 1)),
      action TEXT NOT NULL CHECK (action <> ''),
      demande TEXT,
      request TEXT NOT NULL,
      answer TEXT NOT NULL,
      digest TEXT NOT NULL CHECK (length(digest) = 64)
    ) STRICT;
    """

  /// The schema holds even when the Swift is wrong (house 3.7).
  private static func immutability() -> String {
    let frozen = ["message", "raw", "event", "journal"].flatMap { table in
      ["UPDATE", "DELETE"].map { verb in
        """
        CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is written in ink'); END;
        """
      }
    }
    let fixed = """
      CREATE TRIGGER outbox_fixed BEFORE UPDATE OF id, message_id, content, queued_at ON outbox
      BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;
      CREATE TRIGGER outbox_built_once BEFORE UPDATE OF built ON outbox
      WHEN OLD.built IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;
      CREATE TRIGGER outbox_kept BEFORE DELETE ON outbox
      BEGIN SELECT RAISE(ABORT, 'what left is history'); END;
      CREATE TRIGGER outbox_attachment_fixed BEFORE UPDATE ON outbox_attachment
      BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;
      CREATE TRIGGER outbox_attachment_kept BEFORE DELETE ON outbox_attachment
      BEGIN SELECT RAISE(ABORT, 'what leaves is fixed'); END;
      """
    return (frozen + [fixed]).joined(separator: "\n")
  }
}
