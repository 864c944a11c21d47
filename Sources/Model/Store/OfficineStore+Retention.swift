public import Domain
import Foundation
import GRDB

extension OfficineStore {
  /// What a purge of everything older than `before` would take; reads only.
  ///
  /// - Parameters:
  ///   - unfinished: as for `beginPurge`.
  ///   - now: when it would begin; unreadable mail is kept twice as long, counted from then.
  public func retentionSurvey(
    before: Timestamp, unfinished: Bool = false, now: Timestamp? = nil
  ) throws(StoreError) -> RetentionSurvey {
    try read {
      try Retention.survey($0, before: before, unfinished: unfinished, now: now)
    }
  }

  /// A purge that was begun and is not at its end; nil when there is none.
  public func purgeState() throws(StoreError) -> PurgeState? {
    try read { try Retention.state($0) }
  }

  /// Begins a purge, traced; where one is under way, that one goes on first and this returns false.
  ///
  /// - Parameters:
  ///   - unfinished: a person said that unfinished work of that age goes too.
  ///   - server: the copies at the operator go to the trash there, and only then the content here.
  ///   - cleansLater: the files are written anew by `beginCleaning`, at a quiet hour.
  public func beginPurge(
    before: Timestamp, unfinished: Bool = false, server: Bool = false, cleansLater: Bool = false,
    by author: Author, now: Timestamp
  ) throws(StoreError) -> Bool {
    try write { db in
      guard try Retention.state(db) == nil else { return false }
      let survey = try Retention.survey(db, before: before, unfinished: unfinished, now: now)
      var state = PurgeState(
        phase: .demandes, before: before, isUnfinishedToo: unfinished, isServerToo: server,
        author: author, since: now)
      state.isCleanedLater = cleansLater
      try Self.storePurge(db, state)
      try Journal.append(
        db,
        TraceEntry(
          author: author, action: "purge.begin",
          request: "before=\(before.iso8601)\(unfinished ? " unfinished" : "")"
            + (server ? " server" : ""),
          answer: "demandes=\(survey.demandes) messages=\(survey.messages) "
            + "unfinished=\(survey.unfinished)"), at: now)
      return true
    }
  }

  /// One bounded step of the purge under way: at most some demandes, or some pages of the index.
  /// The two last phases write the file anew and empty its log, and take as long as that takes.
  ///
  /// nil when nothing is left to do; the same state again when a reader keeps the log. May be
  /// ended at any moment: what was committed stays, and the next call goes on from there.
  public func continuePurge(now: Timestamp) throws(StoreError) -> PurgeState? {
    guard let state = try purgeState() else { return nil }
    switch state.phase {
    case .demandes, .told, .loose, .words, .notes:
      return try write { db in
        guard var state = try Retention.state(db) else { return nil }
        let former = state.phase
        try Self.step(db, &state, now)
        if former == .told || former == .loose, state.phase == .words,
          try Self.leavesFiles(db, state, now)
        {
          try Self.finish(db, state, now)
        } else {
          try Self.storePurge(db, state)
        }
        return state
      }
    case .pages:
      try rewritePages()
      return try advance(from: .pages, to: .log)
    case .log:
      guard try emptyLog() else { return state }
      // What screens of this process still hold goes too.
      forget()
      return try endPurge(now)
    }
  }

  private static func step(_ db: Database, _ state: inout PurgeState, _ now: Timestamp) throws {
    switch state.phase {
    case .demandes: try purgeDemandes(db, &state, now)
    case .told: try purgeTold(db, &state, now)
    case .loose: try purgeLoose(db, &state, now)
    case .words: try mergeWords(db, "search", &state, next: .notes)
    case .notes: try mergeWords(db, "note_search", &state, next: .pages)
    case .pages, .log: break
    }
  }

  private static func purgeDemandes(
    _ db: Database, _ state: inout PurgeState, _ now: Timestamp
  ) throws {
    let found = try Retention.demandes(db, state)
    var ids: [Order.ID] = []
    for (id, place) in found {
      state.place = place
      if state.isServerToo {
        let queued = try queueTrash(db, id, by: state.author, now)
        state.queued += queued
        // Its content is what it is recognised by at the server: another night.
        if queued > 0 { continue }
      }
      ids.append(id)
    }
    try Purges.wish(db, ids, &state, at: now)
    if found.isEmpty { (state.phase, state.place) = (.told, 0) }
  }

  private static func purgeTold(
    _ db: Database, _ state: inout PurgeState, _ now: Timestamp
  ) throws {
    let found = try Purges.due(db, limit: Retention.batch, now: now)
    if !found.isEmpty { state.hasTaken = true }
    for id in found {
      guard let messages = try Purges.carryOut(db, id, at: now) else { continue }
      state.messages += messages
      state.demandes += 1
    }
    guard found.isEmpty else { return }
    if state.isToldOnly == true {
      try endContent(db, &state, now)
    } else {
      (state.phase, state.place) = (.loose, 0)
    }
  }

  private static func purgeLoose(
    _ db: Database, _ state: inout PurgeState, _ now: Timestamp
  ) throws {
    let messages = try Retention.looseMessages(db, state)
    for key in messages {
      state.place = key
      try Tombstone.message(db, key, at: now)
      state.messages += 1
    }
    let items = try Retention.looseItems(db, state)
    for item in items { try Tombstone.outgoing(db, item) }
    guard messages.isEmpty, items.isEmpty, try LooseRows.purge(db, state, at: now) == 0 else {
      state.hasTaken = true
      return
    }
    try endContent(db, &state, now)
  }

  /// Nothing of it is in a table any more; what is left is in indexes and pages.
  private static func endContent(
    _ db: Database, _ state: inout PurgeState, _ now: Timestamp
  ) throws {
    (state.phase, state.place) = (.words, 0)
    try Journal.append(
      db,
      TraceEntry(
        author: state.author, action: "purge.content",
        request: "before=\(state.before.iso8601)",
        answer: "demandes=\(state.demandes) messages=\(state.messages) queued=\(state.queued)"),
      at: now)
  }

  /// Whether the files stay as they are for now: nothing was taken, or it is done at night.
  private static func leavesFiles(
    _ db: Database, _ state: PurgeState, _ now: Timestamp
  ) throws -> Bool {
    let key = UpkeepNote.uncleanedSince.rawValue
    let known = try String.fetchOne(
      db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
    if known == nil, state.hasTaken != true { return true }
    if known == nil { try store(db, key, String(now.milliseconds)) }
    return state.isCleanedLater == true
  }

  /// FTS5, "The 'merge' command": begun with a negative number it goes on until all is one.
  private static func mergeWords(
    _ db: Database, _ table: String, _ state: inout PurgeState, next: PurgeState.Phase
  ) throws {
    let pages = state.place == 0 ? -200 : 200
    let before = db.totalChangesCount
    try db.execute(
      sql: "INSERT INTO \(table) (\(table), rank) VALUES ('merge', ?)", arguments: [pages])
    let isDone = pages > 0 && db.totalChangesCount - before < 2
    (state.phase, state.place) = isDone ? (next, 0) : (state.phase, 1)
  }

  /// Moves to the trash at the operator that nobody wished before; how many were queued now.
  private static func queueTrash(
    _ db: Database, _ id: Order.ID, by author: Author, _ now: Timestamp
  ) throws -> Int {
    var count = 0
    for key in try Int64.fetchAll(
      db, sql: "SELECT message FROM demande_message WHERE demande = ?", arguments: [id])
    {
      let message = try MessageShelf.message(db, key: key, Codec())
      let known = try Operations.list(
        db, "o.message = ? AND o.destination = ?", [key, ServerOperation.trash])
      for mailbox in try Operations.mailboxes(db, of: key)
      where !known.contains(where: { $0.mailbox == mailbox }) {
        let operation = try Operations.insert(
          db,
          Operations.Wish(
            kind: .move, key: key, order: id, mailbox: mailbox,
            destination: ServerOperation.trash, messageID: message.messageID,
            digest: message.digest, author: author, notBefore: now), now: now)
        try Operations.trace(db, operation, by: author, answer: "queued", now)
        count += 1
      }
    }
    return count
  }

  private func advance(
    from phase: PurgeState.Phase, to next: PurgeState.Phase
  ) throws(StoreError) -> PurgeState? {
    try write { db in
      guard var state = try Retention.state(db), state.phase == phase else {
        return try Retention.state(db)
      }
      (state.phase, state.place) = (next, 0)
      try Self.storePurge(db, state)
      return state
    }
  }

  private func endPurge(_ now: Timestamp) throws(StoreError) -> PurgeState? {
    try write { db in
      guard let state = try Retention.state(db), state.phase == .log else { return nil }
      try Self.store(db, UpkeepNote.uncleanedSince.rawValue, nil)
      try Self.store(db, UpkeepNote.cleanedAt.rawValue, String(now.milliseconds))
      try Self.finish(db, state, now)
      return nil
    }
  }

  private static func finish(_ db: Database, _ state: PurgeState, _ now: Timestamp) throws {
    try store(db, Retention.key, nil)
    try Journal.append(
      db,
      TraceEntry(
        author: state.author, action: "purge.end", request: "before=\(state.before.iso8601)",
        answer: "demandes=\(state.demandes) messages=\(state.messages)"), at: now)
  }

  static func storePurge(_ db: Database, _ state: PurgeState) throws {
    try db.execute(
      sql: """
        INSERT INTO setting (key, value) VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """, arguments: [Retention.key, try Codec().text(state)])
  }

  /// Writes the file anew, without what pages kept between their cells. Its copy is made on the
  /// disk, in a file without a name: in memory it could be larger than the machine.
  private func rewritePages() throws(StoreError) {
    do {
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA temp_store = FILE")
        defer { try? db.execute(sql: "PRAGMA temp_store = MEMORY") }
        try db.execute(sql: "VACUUM")
      }
    } catch {
      throw StoreError(error, in: directory)
    }
  }

  /// True when the log is empty now; false while a reader holds a part of it.
  private func emptyLog() throws(StoreError) -> Bool {
    do {
      return try pool.writeWithoutTransaction { db in
        try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
      }
    } catch {
      throw StoreError(error, in: directory)
    }
  }
}
