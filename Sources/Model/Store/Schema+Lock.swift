extension Schema {
  /// Notes half written, for their author; and codes that somebody else chose.
  static let lock = """
    CREATE TABLE kept_note (
      demande TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (demande, author)
    ) STRICT;
    ALTER TABLE member ADD COLUMN is_pin_provisional INTEGER NOT NULL DEFAULT 0
      CHECK (is_pin_provisional IN (0, 1));
    """
}
