import Domain
import GRDB

/// Which messages belong together, by References and In-Reply-To (RFC 5322 3.6.4).
enum Threads {
  /// Joins the new message `key` to every thread that it names or that names it; those threads
  /// become one, called after its oldest message. Returns the name.
  ///
  /// Parents often come after their answers: the newest mail is fetched first.
  static func join(
    _ db: Database, key: Int64, id: Message.ID, messageID: String, references: [String]
  ) throws -> Message.ID {
    var found: Set<String> = []
    for reference in Set(references) where !reference.isEmpty {
      try found.formUnion(
        String.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT DISTINCT t.thread FROM message m JOIN thread t ON t.message = m.key
              WHERE m.message_id = ? AND m.message_id <> ''
              UNION SELECT DISTINCT t.thread FROM reference r JOIN thread t ON t.message = r.message
              WHERE r.message_id = ?
              """), arguments: [reference, reference]))
    }
    if !messageID.isEmpty {
      try found.formUnion(
        String.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT DISTINCT t.thread FROM reference r JOIN thread t ON t.message = r.message
              WHERE r.message_id = ?
              """), arguments: [messageID]))
    }
    try db.cachedStatement(sql: "INSERT INTO thread (message, thread) VALUES (?, ?)").execute(
      arguments: [key, id])
    for (place, reference) in references.enumerated() where !reference.isEmpty {
      try db.cachedStatement(
        sql: "INSERT INTO reference (message, place, message_id, is_parent) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [key, place, reference, place == references.count - 1])
    }
    guard !found.isEmpty else { return id }
    found.insert(id)
    return try merge(db, found)
  }

  private static func merge(_ db: Database, _ threads: Set<String>) throws -> Message.ID {
    let marks = databaseQuestionMarks(count: threads.count)
    let names = StatementArguments(threads.sorted())
    let oldest = try String.fetchOne(
      db,
      sql: """
        SELECT m.id FROM thread t JOIN message m ON m.key = t.message
        WHERE t.thread IN (\(marks)) ORDER BY m.key LIMIT 1
        """, arguments: names)
    guard let oldest else { throw StoreError.damaged("thread.empty") }
    try db.execute(
      sql: "UPDATE thread SET thread = ? WHERE thread <> ? AND thread IN (\(marks))",
      arguments: [oldest, oldest] + names)
    return oldest
  }
}
