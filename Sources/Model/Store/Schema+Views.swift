extension Schema {
  /// What the views and queries ask of a demande, computed from its snapshot by SQLite itself: no
  /// second place that could disagree, and nothing that time makes stale. `WorkClock` and
  /// `ViewQuery.holds` say the same in Swift, and a test compares them.
  static let viewFacts = """
    ALTER TABLE demande ADD COLUMN is_archived INTEGER GENERATED ALWAYS AS (
      status IN ('collected', 'closed') AND merged_into IS NULL) VIRTUAL;
    ALTER TABLE demande ADD COLUMN waiting_since INTEGER GENERATED ALWAYS AS (
      CASE status
        WHEN 'received' THEN json_extract(snapshot, '$.openedAt')
        WHEN 'preparing' THEN coalesce(
          json_extract(snapshot, '$.owner.since'), json_extract(snapshot, '$.lastMessageAt'))
        WHEN 'prepared' THEN coalesce(
          json_extract(snapshot, '$.prepared.at'), json_extract(snapshot, '$.lastMessageAt'))
        WHEN 'checked' THEN coalesce(
          json_extract(snapshot, '$.checked.at'), json_extract(snapshot, '$.lastMessageAt'))
        ELSE CASE WHEN json_extract(snapshot, '$.hasNews')
          THEN json_extract(snapshot, '$.lastMessageAt')
          ELSE coalesce(json_extract(snapshot, '$.lastGestureAt'),
            json_extract(snapshot, '$.lastMessageAt')) END
      END) VIRTUAL;
    ALTER TABLE demande ADD COLUMN last_at INTEGER GENERATED ALWAYS AS (
      json_extract(snapshot, '$.lastMessageAt')) VIRTUAL;
    ALTER TABLE demande ADD COLUMN marks INTEGER GENERATED ALWAYS AS (
      (json_extract(snapshot, '$.markers.isUrgent') <> 0) * 1
      + (json_extract(snapshot, '$.markers.isOriginalAwaited') <> 0) * 2
      + (json_array_length(snapshot, '$.markers.missing') > 0) * 4
      + (json_extract(snapshot, '$.markers.questionPrescriber') IS NOT NULL) * 8
      + (json_extract(snapshot, '$.markers.questionPatient') IS NOT NULL) * 16
      + (json_extract(snapshot, '$.markers.promisedAt') IS NOT NULL) * 32
      + (json_extract(snapshot, '$.markers.shelf') IS NOT NULL) * 64
      + (json_extract(snapshot, '$.hasNews') <> 0) * 128
      + (json_extract(snapshot, '$.printed.at') IS NOT NULL) * 256) VIRTUAL;
    ALTER TABLE demande ADD COLUMN clock TEXT GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NOT NULL THEN NULL
        WHEN status IN ('received', 'preparing')
          THEN CASE WHEN owner IS NULL THEN 'unclaimed' ELSE 'stalled' END
        WHEN status = 'prepared' THEN 'waiting-check'
        WHEN json_extract(snapshot, '$.hasNews') THEN 'unclaimed' END) VIRTUAL;
    ALTER TABLE demande ADD COLUMN clock_since INTEGER GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NOT NULL THEN NULL
        WHEN status = 'received' AND owner IS NULL THEN json_extract(snapshot, '$.openedAt')
        WHEN status IN ('received', 'preparing') THEN coalesce(
          json_extract(snapshot, '$.lastGestureAt'), json_extract(snapshot, '$.openedAt'))
        WHEN status = 'prepared' THEN coalesce(
          json_extract(snapshot, '$.prepared.at'), json_extract(snapshot, '$.lastMessageAt'))
        WHEN json_extract(snapshot, '$.hasNews') THEN json_extract(snapshot, '$.lastMessageAt')
      END) VIRTUAL;
    ALTER TABLE demande ADD COLUMN promised_at INTEGER GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NULL AND status IN ('received', 'preparing', 'prepared', 'partial')
        THEN json_extract(snapshot, '$.markers.promisedAt') END) VIRTUAL;
    ALTER TABLE demande ADD COLUMN ready_since INTEGER GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NOT NULL THEN NULL
        WHEN status = 'checked' THEN coalesce(
          json_extract(snapshot, '$.checked.at'), json_extract(snapshot, '$.lastMessageAt'))
        WHEN status = 'partial' AND json_array_length(snapshot, '$.markers.missing') = 0
          THEN coalesce(json_extract(snapshot, '$.lastGestureAt'),
            json_extract(snapshot, '$.lastMessageAt')) END) VIRTUAL;

    CREATE INDEX demande_open
      ON demande (last_key, status, kind, owner, marks, waiting_since, last_at)
      WHERE is_archived = 0;
    CREATE INDEX demande_archive
      ON demande (last_key, status, kind, owner, marks, waiting_since, last_at)
      WHERE is_archived = 1;
    CREATE INDEX demande_clock ON demande (clock, clock_since) WHERE clock IS NOT NULL;
    CREATE INDEX demande_due ON demande (promised_at) WHERE promised_at IS NOT NULL;
    CREATE INDEX demande_uncollected ON demande (ready_since) WHERE ready_since IS NOT NULL;
    """

  /// « Prête » with a new message, and somebody's name on it since: it was taken.
  static let newsTaken = """
    DROP INDEX demande_clock;
    ALTER TABLE demande DROP COLUMN clock;
    ALTER TABLE demande DROP COLUMN clock_since;
    ALTER TABLE demande ADD COLUMN clock TEXT GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NOT NULL THEN NULL
        WHEN status IN ('received', 'preparing')
          THEN CASE WHEN owner IS NULL THEN 'unclaimed' ELSE 'stalled' END
        WHEN status = 'prepared' THEN 'waiting-check'
        WHEN json_extract(snapshot, '$.hasNews') THEN
          CASE WHEN json_extract(snapshot, '$.owner.since')
              > json_extract(snapshot, '$.lastMessageAt')
            THEN 'stalled' ELSE 'unclaimed' END
      END) VIRTUAL;
    ALTER TABLE demande ADD COLUMN clock_since INTEGER GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NOT NULL THEN NULL
        WHEN status = 'received' AND owner IS NULL THEN json_extract(snapshot, '$.openedAt')
        WHEN status IN ('received', 'preparing') THEN coalesce(
          json_extract(snapshot, '$.lastGestureAt'), json_extract(snapshot, '$.openedAt'))
        WHEN status = 'prepared' THEN coalesce(
          json_extract(snapshot, '$.prepared.at'), json_extract(snapshot, '$.lastMessageAt'))
        WHEN json_extract(snapshot, '$.hasNews') THEN
          CASE WHEN json_extract(snapshot, '$.owner.since')
              > json_extract(snapshot, '$.lastMessageAt')
            THEN coalesce(json_extract(snapshot, '$.lastGestureAt'),
              json_extract(snapshot, '$.owner.since'))
            ELSE json_extract(snapshot, '$.lastMessageAt') END
      END) VIRTUAL;
    CREATE INDEX demande_clock ON demande (clock, clock_since) WHERE clock IS NOT NULL;
    """

  /// A « partielle » is ready since its products came, whatever is done beside (`readySince`).
  static let readySince = """
    DROP INDEX demande_uncollected;
    ALTER TABLE demande DROP COLUMN ready_since;
    ALTER TABLE demande ADD COLUMN ready_since INTEGER GENERATED ALWAYS AS (
      CASE WHEN merged_into IS NOT NULL THEN NULL
        WHEN status = 'checked' THEN coalesce(
          json_extract(snapshot, '$.checked.at'), json_extract(snapshot, '$.lastMessageAt'))
        WHEN status = 'partial' AND json_array_length(snapshot, '$.markers.missing') = 0
          THEN coalesce(json_extract(snapshot, '$.completeSince'),
            json_extract(snapshot, '$.lastGestureAt'),
            json_extract(snapshot, '$.lastMessageAt')) END) VIRTUAL;
    CREATE INDEX demande_uncollected ON demande (ready_since) WHERE ready_since IS NOT NULL;
    """

  /// The earliest due day of what is missing: the least of a list is no column that SQLite could
  /// compute, so `OrderBook` writes it. What has a promised hour is in « Promis » from now on.
  static let due = """
    ALTER TABLE demande ADD COLUMN due_at INTEGER;
    UPDATE demande SET due_at = (
        SELECT min(json_extract(value, '$.due'))
        FROM json_each(demande.snapshot, '$.markers.missing'))
      WHERE merged_into IS NULL AND status NOT IN ('collected', 'closed')
        AND json_array_length(snapshot, '$.markers.missing') > 0;
    UPDATE demande SET in_promised = 1 WHERE promised_at IS NOT NULL;
    CREATE INDEX demande_owed ON demande (due_at) WHERE due_at IS NOT NULL;
    """
}
