public import Domain
import GRDB

/// What a purge would take away, in counts only.
public struct RetentionSurvey: Hashable, Sendable, Codable {
  /// Demandes whose last event and last message are older than the limit, and that would go:
  /// finished ones, and the others where a person said so.
  public var demandes = 0
  /// Messages of those, and messages that belong to no work at all.
  public var messages = 0
  /// Older than the limit and not finished: they stay unless a person says otherwise.
  public var unfinished = 0
  /// Of `demandes`, those that are not finished.
  public var unfinishedGoing = 0
  /// Old and free to go but for this: something of them still waits for the server.
  public var blocked = 0

  public init() {}
  public var isEmpty: Bool { demandes == 0 && messages == 0 }
}

/// A purge under way; kept in the store, so that whoever comes next goes on with it.
public struct PurgeState: Hashable, Sendable, Codable {
  public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
    /// Demandes that are old enough are marked, a few at a time.
    case demandes
    /// Content of what is certain to go leaves the tables: at once, or when the team log says so.
    case told
    /// Mail without a demande.
    case loose
    /// Words leave the segments of the index (FTS5 keeps deleted ones until it merges).
    case words, notes
    /// Fragments leave the pages: `secure_delete` leaves some behind when SQLite balances a page
    /// (measured), so the file is written anew.
    case pages
    /// The log is emptied; waits for readers.
    case log
  }

  public var phase: Phase
  /// What is older goes.
  public var before: Timestamp
  public var isUnfinishedToo: Bool
  /// The copies at the operator go to the trash there first.
  public var isServerToo: Bool
  public var author: Author
  public var since: Timestamp
  /// How far the phase came.
  public var place: Int64 = 0
  public var demandes = 0
  public var messages = 0
  /// Operations queued for the server.
  public var queued = 0

  /// Nothing can be read any more, and traces of it may still lie in the files.
  public var isEndingOnly: Bool { ![.demandes, .told, .loose].contains(phase) }
  /// Only the files of what was purged before are cleaned (`beginCleaning`).
  public var isCleaning: Bool {
    isEndingOnly && before == since && author.memberID == nil && isToldOnly != true
  }
  /// Mail that nobody could read is kept twice as long: it may be work that nobody did.
  var unreadableBefore: Timestamp {
    before.adding(seconds: -since.secondsSince(before))
  }
  /// Only what the team log told; retention here is another matter.
  var isToldOnly: Bool?
  public var isTold: Bool { isToldOnly == true }
  /// The files are not cleaned at its end but at a quiet hour (`beginCleaning`).
  var isCleanedLater: Bool?
  /// Something left the tables: its traces may lie in the files.
  var hasTaken: Bool?
}

/// Which rows are old enough, and free to go.
enum Retention {
  static let key = "purge.state"
  /// Demandes, or messages, of one transaction.
  static let batch = 10

  /// Demandes marked in one transaction: each is one event.
  static let wishes = 50

  /// `d` is a demande that is not purged, and older than the two moments given. Of one that the
  /// team log turned down no event counts, and no purge ever will: an answer keeps it, for as long
  /// as others are kept.
  private static let old = """
    d.last_key < ? AND d.purged_at IS NULL
      AND coalesce(
        (SELECT max(e.at) FROM event e WHERE e.demande = d.id AND e.number IS NOT NULL),
        (SELECT max(e.at) FROM event e WHERE e.demande = d.id
          AND NOT EXISTS (SELECT 1 FROM purged_demande p WHERE p.demande = d.id))) < ?
    """
  /// In no view of work: nobody has anything left to do.
  private static let finished = """
    d.status IN ('collected', 'closed') AND d.in_todo + d.in_mine + d.in_preparing + d.in_check
      + d.in_ready + d.in_promised + d.in_questions = 0
    """
  /// Something of `d` still has to reach the server, or its fate there is unknown, or somebody
  /// was writing on it since `fresh`.
  static func held(fresh: Timestamp) -> String {
    """
    (EXISTS (SELECT 1 FROM outbox o WHERE o.demande = d.id
        AND o.state IN ('queued', 'sending', 'uncertain'))
      OR EXISTS (SELECT 1 FROM operation o WHERE o.demande = d.id
        AND o.state IN ('waiting', 'working'))
      OR EXISTS (SELECT 1 FROM demande_message b JOIN operation o ON o.message = b.message
        WHERE b.demande = d.id AND o.state IN ('waiting', 'working'))
      OR EXISTS (SELECT 1 FROM kept_note k WHERE k.demande = d.id AND k.at >= \(fresh.milliseconds))
      OR EXISTS (SELECT 1 FROM draft t WHERE t.is_gone = 0
        AND t.updated_at >= \(fresh.milliseconds) AND json_extract(t.content, '$.order') = d.id))
    """
  }
  /// `m` is an old message that no work needs: neither its own nor that of its thread.
  private static let loose = """
    m.key < CASE m.kind WHEN 'unreadable' THEN ? ELSE ? END
      AND NOT EXISTS (SELECT 1 FROM purged_message p WHERE p.message = m.key)
      AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.message = m.key
        AND o.state IN ('waiting', 'working'))
      AND NOT EXISTS (
        SELECT 1 FROM thread t JOIN thread u ON u.thread = t.thread
        JOIN demande_message b ON b.message = u.message
        LEFT JOIN purged_demande p ON p.demande = b.demande
        WHERE t.message = m.key AND p.demande IS NULL)
    """

  /// Exactly what a purge begun `now` would take; mail that nobody could read is kept twice as
  /// long, and without `now` it is not counted.
  static func survey(
    _ db: Database, before: Timestamp, unfinished: Bool = false, now: Timestamp? = nil
  ) throws -> RetentionSurvey {
    let limits: StatementArguments = [MessageShelf.placeOf(before), before.milliseconds]
    func count(_ condition: String) throws -> Int {
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM demande d WHERE \(old) AND \(condition)",
        arguments: limits) ?? 0
    }
    var survey = RetentionSurvey()
    let held = held(fresh: before)
    let free = unfinished ? "1" : "(\(finished))"
    survey.demandes = try count("\(free) AND NOT \(held)")
    survey.blocked = try count("\(free) AND \(held)")
    survey.unfinished = try count("NOT (\(finished))")
    if unfinished {
      survey.unfinishedGoing = try count("NOT (\(finished)) AND NOT \(held)")
    }
    // Those of the demandes above count as loose once their demande is gone: the whole is asked.
    let going = "(\(old) AND \(free) AND NOT \(held))"
    let stays = """
      NOT EXISTS (SELECT 1 FROM purged_demande p WHERE p.demande = d.id) AND NOT \(going)
      """
    let unread = now.map { before.adding(seconds: -$0.secondsSince(before)) }
    survey.messages =
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM message m
          WHERE NOT EXISTS (SELECT 1 FROM purged_message p WHERE p.message = m.key)
            AND ((EXISTS (SELECT 1 FROM demande_message b WHERE b.message = m.key)
                AND NOT EXISTS (
                  SELECT 1 FROM demande_message b JOIN demande d ON d.id = b.demande
                  WHERE b.message = m.key AND \(stays)))
              OR (m.key < CASE m.kind WHEN 'unreadable' THEN ? ELSE ? END
                AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.message = m.key
                  AND o.state IN ('waiting', 'working'))
                AND NOT EXISTS (
                  SELECT 1 FROM thread t JOIN thread u ON u.thread = t.thread
                  JOIN demande_message b ON b.message = u.message
                  JOIN demande d ON d.id = b.demande
                  WHERE t.message = m.key AND \(stays))))
          """,
        arguments: limits + [
          unread.map(MessageShelf.placeOf) ?? 0, MessageShelf.placeOf(before),
        ] + limits) ?? 0
    return survey
  }

  /// The next demandes, by their place in the queue.
  static func demandes(_ db: Database, _ state: PurgeState) throws -> [(id: String, place: Int64)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT d.id, d.last_key FROM demande d
        WHERE d.last_key > ? AND \(old) AND (\(finished) OR ?)
          AND NOT \(held(fresh: state.before))
        ORDER BY d.last_key LIMIT ?
        """,
      arguments: [
        state.place, MessageShelf.placeOf(state.before), state.before.milliseconds,
        state.isUnfinishedToo, wishes,
      ]
    ).map { ($0["id"], $0["last_key"]) }
  }

  static func looseMessages(_ db: Database, _ state: PurgeState) throws -> [Int64] {
    try Int64.fetchAll(
      db,
      sql: "SELECT m.key FROM message m WHERE m.key > ? AND \(loose) ORDER BY m.key LIMIT ?",
      arguments: [
        state.place, MessageShelf.placeOf(state.unreadableBefore),
        MessageShelf.placeOf(state.before), batch,
      ])
  }

  /// Mail of ours that belongs to no demande, settled and still with its content.
  static func looseItems(_ db: Database, _ state: PurgeState) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT id FROM outbox WHERE state IN ('sent', 'refused', 'cancelled')
          AND (demande IS NULL OR demande IN (SELECT demande FROM purged_demande))
          AND queued_at < ? AND json_array_length(content, '$.to') > 0
        ORDER BY queued_at LIMIT ?
        """, arguments: [state.before.milliseconds, batch])
  }

  static func state(_ db: Database) throws -> PurgeState? {
    try String.fetchOne(db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
      .map { try Codec().value(PurgeState.self, $0) }
  }
}
