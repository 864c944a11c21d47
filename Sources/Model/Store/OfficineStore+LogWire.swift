public import Domain
import GRDB

/// The team log's beginning, its end, and who reads it.
extension OfficineStore {
  /// This empty machine meets an epoch that somebody began and did not finish.
  ///
  /// - Returns: since when it has waited for that one, kept over any number of passes. Worker only.
  public func noteUnfinished(epoch: Int, now: Timestamp) throws(StoreError) -> Timestamp {
    let known = try read { db in
      try Row.fetchOne(db, sql: "SELECT unfinished_epoch, unfinished_since FROM log_state")
    }
    if let known, known["unfinished_epoch"] as Int? == epoch,
      let since: Int64 = known["unfinished_since"], since <= now.milliseconds
    {
      return Timestamp(milliseconds: since)
    }
    try write { db in
      try db.execute(
        sql: "UPDATE log_state SET unfinished_epoch = ?, unfinished_since = ?",
        arguments: [epoch, now.milliseconds])
    }
    return now
  }

  private static let leftoversKey = "teamlog.leftovers"

  /// Epochs older than this one are still at the server.
  ///
  /// - Returns: since when this machine knows it, kept over any number of passes. Worker only.
  public func noteTeamLogLeftovers(epoch: Int, now: Timestamp) throws(StoreError) -> Timestamp {
    let words = try setting(Self.leftoversKey)?.split(separator: " ").compactMap { Int64($0) } ?? []
    if words.count == 2, words[0] == epoch, words[1] <= now.milliseconds {
      return Timestamp(milliseconds: words[1])
    }
    try setSetting(Self.leftoversKey, "\(epoch) \(now.milliseconds)")
    return now
  }

  private static let beginningKey = "teamlog.begin"

  /// A person's word that this machine may begin the log with nothing, because no machine that
  /// knows more will come: what such a one knows would be said again behind everything else.
  public func beginTeamLogEmpty(by author: Author, now: Timestamp) throws(StoreError) {
    try write { db in
      try Self.store(db, Self.beginningKey, "1")
      try Journal.append(db, TraceEntry(author: author, action: "team-log.begin"), at: now)
    }
  }

  /// Worker only.
  public func mayBeginTeamLogEmpty() throws(StoreError) -> Bool {
    try setting(Self.beginningKey) != nil
  }

  /// The word was carried out, or is not needed any more. Worker only.
  public func forgetTeamLogBeginning() throws(StoreError) {
    guard try mayBeginTeamLogEmpty() else { return }
    try setSetting(Self.beginningKey, nil)
  }

  /// Tells with which key and by which version the log is read. With another key everything is
  /// read anew, this machine's own words too: nobody else could read them. A later version reads
  /// what the one before could not. Worker only.
  ///
  /// - Parameters:
  ///   - key: a mark of the key that does not tell it.
  ///   - version: of the messages that this program knows.
  /// - Returns: true when the epoch is read again from its beginning.
  public func noteTeamLogReader(key: String, version: String) throws(StoreError) -> Bool {
    let name = "\(version) \(key)"
    let before = try read { try String?.fetchOne($0, sql: "SELECT reader FROM log_state") }
    guard let before, before != name else { return false }
    let isOtherKey = before.map { !$0.hasSuffix(" " + key) } ?? false
    try write { db in
      try db.execute(sql: "UPDATE log_state SET reader = ?", arguments: [name])
      if isOtherKey {
        try LogReading.startOver(db)
      } else {
        try db.execute(sql: "DELETE FROM log_read WHERE is_ours = 0")
        try db.execute(
          sql: "UPDATE log_state SET messages = messages - ignored, ignored = 0")
      }
    }
    return isOtherKey
  }

  private static let addressesKey = "teamlog.addresses"
  /// Names of the BAL that are remembered.
  private static let addressLimit = 8

  /// Tells under which name of the BAL this machine reads and speaks. Under another one than before
  /// everything is said anew, so that no machine needs to know the former name. Worker only.
  ///
  /// - Returns: what it was called before here.
  public func noteTeamLogAddress(_ name: String) throws(StoreError) -> [String] {
    let text = try setting(Self.addressesKey)
    let known = try read { _ in
      try text.map { try Codec().value([String].self, $0) } ?? []
    }
    guard known.first != name else { return Array(known.dropFirst()) }
    let names = Array(([name] + known.filter { $0 != name }).prefix(Self.addressLimit))
    try write { db in
      try Self.store(db, Self.addressesKey, Codec().text(names))
      if !known.isEmpty, let epoch = try LogBook.state(db)?.epoch, epoch > 0 {
        try Self.store(db, Self.renewalKey, String(epoch))
      }
    }
    return Array(names.dropFirst())
  }

  /// From now on this machine works alone: nothing waits for the others any more, what was done
  /// stays, what the log refused stays refused. Nothing while the log is off.
  public func turnOffTeamLog(by author: Author, now: Timestamp) throws(StoreError) {
    guard try isTeamLogOn() else { return }
    try write { db in
      try LogBook.turnOff(db)
      for key in [Self.renewalKey, Self.beginningKey, Self.teamLogHealthKey] {
        try Self.store(db, key, nil)
      }
      try Journal.append(db, TraceEntry(author: author, action: "team-log.off"), at: now)
    }
  }
}

extension LogBook {
  /// What was purged is remembered: it must not come back when the log is turned on again.
  fileprivate static func turnOff(_ db: Database) throws {
    try refuseWhatIsOut(db)
    // A purge that waited for its place has nobody to wait for now.
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO purge_due (demande, is_redacted)
        SELECT DISTINCT demande, 0 FROM event
        WHERE standing = 'pending' AND number IS NOT NULL AND gesture LIKE '{"purged":%'
        """)
    try db.execute(
      sql: """
        UPDATE event SET uid = NULL, place = NULL, parcel = NULL,
          standing = CASE WHEN standing IN ('confirmed', 'pending') THEN NULL ELSE standing END
        WHERE standing IS NOT NULL
        """)
    for table in ["log_state", "log_home", "log_member", "log_waiting", "log_read"] {
      try db.execute(sql: "DELETE FROM \(table)")
    }
  }

  /// A gesture that waits although what it was built on is gone would be refused by the log: its
  /// author is told now.
  private static func refuseWhatIsOut(_ db: Database) throws {
    let codec = Codec()
    try db.execute(
      sql: """
        UPDATE event SET standing = 'void'
        WHERE standing = 'pending' AND number IS NULL AND member IS NULL
        """)
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM event WHERE standing = 'pending' AND number IS NULL")
    for row in rows {
      let order: Order.ID = row["demande"]
      let head = try OrderBook.events(db, order, codec).last { $0.gesture.countsAsRevision }
      let now = try OrderBook.order(db, order, codec)
      let refusal = Refusal.stale(
        by: head?.author ?? .mailbox, at: head?.at ?? Timestamp(milliseconds: row["at"]),
        now: now?.status ?? .received)
      try db.execute(
        sql: "UPDATE event SET standing = 'refused', refusal = ? WHERE seq = ?",
        arguments: [try codec.text(refusal), row["seq"] as Int64])
    }
  }
}
