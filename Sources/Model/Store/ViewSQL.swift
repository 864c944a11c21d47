import Domain
import GRDB

/// A condition on `demande`, with what it is asked with.
struct Condition {
  var sql: String
  var arguments: StatementArguments = []
  /// Few rows, found by an index of its own: the walk in reception order would be the long way.
  var isSparse = false
}

/// The views in SQL: the same as `QueueView.contains`, which a test compares.
enum ViewSQL {
  static func condition(
    _ view: QueueView, member: String?, clock: WorkClock?
  ) -> Condition {
    switch view {
    case .todo: Condition(sql: "in_todo = 1")
    // No member owns nothing: NULL equals nothing.
    case .mine: Condition(sql: "in_mine = 1 AND owner = ?", arguments: [member])
    case .preparing: Condition(sql: "in_preparing = 1")
    case .check: Condition(sql: "in_check = 1")
    case .ready: Condition(sql: "in_ready = 1")
    case .promised: Condition(sql: "in_promised = 1")
    case .questions: Condition(sql: "in_questions = 1")
    case .uncollected:
      clock?.uncollectedCutoff.map {
        Condition(
          sql: "ready_since IS NOT NULL AND ready_since <= ?", arguments: [$0.milliseconds],
          isSparse: true)
      } ?? nothing
    case .alarm: clock.map(alarm) ?? nothing
    case .archive: Condition(sql: "is_archived = 1")
    case .all: Condition(sql: "1")
    }
  }

  private static let nothing = Condition(sql: "0")

  /// Asked with the arguments of the condition, the key after which it begins, and a limit.
  static func page(_ condition: Condition) -> String {
    // A plus keeps SQLite from walking all demandes in order to find the few.
    let key = condition.isSparse ? "+last_key" : "last_key"
    return """
      SELECT id, snapshot, last_key, last_message FROM demande
      WHERE \(condition.sql) AND \(key) < ? ORDER BY \(key) DESC LIMIT ?
      """
  }

  static func count(_ condition: Condition) -> String {
    "SELECT count(*) FROM demande WHERE \(condition.sql)"
  }

  /// One range of an index for each sort of alarm, all of them at once.
  static func alarm(_ clock: WorkClock) -> Condition {
    var parts: [String] = []
    var arguments: StatementArguments = []
    for alarm in Alarm.allCases {
      guard let cutoff = clock.cutoff(of: alarm) else { continue }
      if alarm == .promisePassed {
        parts.append("promised_at <= ?")
      } else {
        parts.append("clock = '\(alarm.rawValue)' AND clock_since <= ?")
      }
      arguments += [cutoff.milliseconds]
    }
    if let cutoff = clock.dueCutoff {
      parts.append("due_at <= ?")
      arguments += [cutoff.milliseconds]
    }
    if parts.isEmpty { return nothing }
    return Condition(
      sql: "(" + parts.map { "(\($0))" }.joined(separator: " OR ") + ")", arguments: arguments,
      isSparse: true)
  }
}

/// A query in SQL: the same as `ViewQuery.holds` and the index, which a test compares.
struct QuerySQL {
  let conditions: [Condition]
  /// Words and phrases that the demande must all hold, each in any of its messages and notes.
  let units: [String]
  /// Text was asked for, and none of it is a word.
  let isHopeless: Bool

  init(_ query: ViewQuery, member: String?, clock: WorkClock) {
    var wanted = SearchQuery.Wanted()
    var conditions: [Condition] = []
    for term in query.terms {
      switch term.test {
      case .word(let word) where !term.isNegated: wanted.words.append(word)
      case .phrase(let phrase) where !term.isNegated: wanted.phrases.append(phrase)
      default:
        guard let found = Self.condition(term.test, member: member, clock: clock) else { continue }
        conditions.append(
          term.isNegated
            // What is not known is not so.
            ? Condition(sql: "NOT ifnull((\(found.sql)), 0)", arguments: found.arguments) : found)
      }
    }
    self.conditions = conditions
    units = SearchQuery(wanted).units
    isHopeless = units.isEmpty && !(wanted.words.isEmpty && wanted.phrases.isEmpty)
  }

  var sql: String { conditions.map { " AND (\($0.sql))" }.joined() }
  var arguments: StatementArguments { conditions.reduce([]) { $0 + $1.arguments } }

  /// nil for text without a word: it says nothing.
  private static func condition(
    _ test: ViewQuery.Test, member: String?, clock: WorkClock
  ) -> Condition? {
    switch test {
    case .word(let word): text(SearchQuery(word).expression)
    case .phrase(let phrase): text(SearchQuery(.init(phrases: [phrase])).expression)
    case .status(let wanted):
      Condition(
        sql: "status IN (\(databaseQuestionMarks(count: wanted.count)))",
        arguments: StatementArguments(wanted.map(\.rawValue).sorted()))
    case .dropped(let others):
      Condition(
        sql: """
          status IN (\(databaseQuestionMarks(count: others.count)))
            OR status = 'closed' AND kind = 'prescription'
          """, arguments: StatementArguments(others.map(\.rawValue).sorted()))
    case .owner(.nobody): Condition(sql: "owner IS NULL")
    case .owner(.me): Condition(sql: "owner IS NOT NULL AND owner IS ?", arguments: [member])
    case .owner(.named(let text)):
      Condition(
        sql: """
          owner IS NOT NULL AND (
            same_words(json_extract(snapshot, '$.owner.initials'), ?)
            OR begins_words(json_extract(snapshot, '$.owner.name'), ?))
          """, arguments: [text, text])
    case .kind(let kind): Condition(sql: "kind = ?", arguments: [kind.rawValue])
    case .mark(.alarm): ViewSQL.alarm(clock)
    case .mark(let mark): Condition(sql: "marks & \(bit(mark)) <> 0")
    case .from(let text): from(text)
    case .patient(let text): patient(text)
    case .before(let instant):
      Condition(sql: "last_at < ?", arguments: [instant.milliseconds])
    case .after(let instant):
      Condition(sql: "last_at >= ?", arguments: [instant.milliseconds])
    case .age(let age, let isLess): self.age(clock.cutoff(age), isLess: isLess)
    }
  }

  /// Demandes with a message or a note that holds it.
  private static func text(_ expression: String?) -> Condition? {
    guard let expression else { return nil }
    return Condition(
      sql: """
        id IN (SELECT b.demande FROM search s CROSS JOIN demande_message b
            ON b.message = s.rowid WHERE s.search MATCH ?
          UNION SELECT e.demande FROM note_search s CROSS JOIN event e ON e.seq = s.rowid
            WHERE s.note_search MATCH ?)
        """, arguments: [expression, expression])
  }

  /// The index finds the messages, the function says whether it was the sender.
  private static func from(_ text: String) -> Condition {
    guard let expression = SearchQuery(QueryText.joined(text)).expression else {
      return Condition(sql: "0")
    }
    return Condition(
      sql: """
        id IN (SELECT b.demande FROM search s CROSS JOIN message m ON m.key = s.rowid
          CROSS JOIN demande_message b ON b.message = s.rowid
          WHERE s.search MATCH ? AND m.is_outgoing = 0 AND begins_words(
            m.sender_display || ' ' || m.sender_name || ' ' || m.sender_address, ?))
        """, arguments: ["people : (\(expression))", text])
  }

  private static func patient(_ text: String) -> Condition {
    guard let named = self.text(SearchQuery(QueryText.joined(text)).expression) else {
      return Condition(sql: "0")
    }
    return Condition(
      sql: """
        \(named.sql) AND (begins_words(json_extract(snapshot, '$.patient.name'), ?)
          OR EXISTS (SELECT 1 FROM json_each(snapshot, '$.otherPatients')
            WHERE begins_words(json_extract(value, '$.name'), ?))
          OR EXISTS (SELECT 1 FROM json_each(snapshot, '$.writers')
            WHERE begins_words(json_extract(value, '$.name'), ?)))
        """,
      arguments: named.arguments + [text, text, text])
  }

  private static func age(_ cutoff: Timestamp?, isLess: Bool) -> Condition {
    guard let cutoff else { return Condition(sql: isLess ? "1" : "0") }
    return Condition(
      sql: "waiting_since \(isLess ? ">" : "<=") ?", arguments: [cutoff.milliseconds])
  }

  /// As the column `marks` counts them.
  private static func bit(_ mark: ViewQuery.Mark) -> Int {
    switch mark {
    case .marker(.urgent): 1
    case .marker(.originalAwaited): 2
    case .marker(.missing): 4
    case .marker(.questionPrescriber): 8
    case .marker(.questionPatient): 16
    case .marker(.promised): 32
    case .marker(.shelf): 64
    case .news: 128
    case .printed: 256
    case .alarm: preconditionFailure("an alarm is a question of time")
    }
  }
}

/// Functions that the conditions call, on every connection.
enum SQLFunctions {
  static func add(to db: Database) {
    db.add(
      function: DatabaseFunction("begins_words", argumentCount: 2, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]),
          let wanted = String.fromDatabaseValue(values[1])
        else { return false }
        return QueryText.begins(text, with: wanted)
      })
    db.add(
      function: DatabaseFunction("same_words", argumentCount: 2, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]),
          let other = String.fromDatabaseValue(values[1])
        else { return false }
        return folded(text) == folded(other)
      })
  }
}
