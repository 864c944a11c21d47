import Domain
import GRDB

/// The log as it stands, folded again from a place on, inside one IMMEDIATE transaction.
struct LogFolding {
  let db: Database
  let codec = Codec()
  var outcome = LogOutcome()
  private var judge = TeamLogJudge()
  /// Demandes to be folded again.
  private var touched: Set<Order.ID> = []
  /// Messages whose arrival places nothing, and where it was meant to.
  private var orphans: [Message.ID: Order.ID] = [:]
  /// Content that came to a purged demande, and is for nobody here to read.
  private var unwanted: [(seq: Int64, order: Order.ID)] = []
  /// Demandes of which something reads otherwise than it did.
  private(set) var rewritten: Set<Order.ID> = []

  /// Notes of demandes that were turned down, and where they go instead.
  var homeless: [(order: Order.ID, note: OrderBook.Entry)] = []

  init(db: Database) { self.db = db }

  mutating func touch(_ id: Order.ID, isRewritten: Bool = false) {
    touched.insert(id)
    if isRewritten { rewritten.insert(id) }
  }

  /// Judges everything from `spot` on, in the order of the log.
  mutating func judge(from spot: LogBook.Spot) throws {
    let old = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT demande FROM log_home WHERE (uid, place) >= (?, ?)"),
      arguments: [spot.uid, spot.place])
    for row in old { touched.insert(row["demande"]) }
    try db.execute(
      sql: "DELETE FROM log_home WHERE (uid, place) >= (?, ?)", arguments: [spot.uid, spot.place])
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM event INDEXED BY event_by_place
        WHERE uid IS NOT NULL AND (uid, place) >= (?, ?) ORDER BY uid, place
        """, arguments: [spot.uid, spot.place])
    for row in rows { try know(row["demande"], before: spot) }
    var group: [Row] = []
    for row in rows {
      if let last = group.last, !Self.isOneGroup(last, row) {
        try settle(group)
        group = []
      }
      group.append(row)
    }
    if !group.isEmpty { try settle(group) }
  }

  static func isOneGroup(_ a: Row, _ b: Row) -> Bool {
    let group: String? = a["log_group"]
    return group != nil && group == b["log_group"] as String?
      && a["uid"] as Int64? == b["uid"] as Int64?
  }

  private mutating func know(_ id: Order.ID, before spot: LogBook.Spot) throws {
    guard !judge.knows(id) else { return }
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM event
          WHERE demande = ? AND standing = 'confirmed' AND (uid, place) < (?, ?)
          ORDER BY uid, place
          """), arguments: [id, spot.uid, spot.place])
    judge.know(id, try rows.map { try OrderBook.event($0, codec) })
  }

  /// One group at its place, for good.
  private mutating func settle(_ group: [Row]) throws {
    let said = try group.map { try LogBook.said($0, codec) }
    for said in said { try knowHomes(of: said.event.gesture, &judge) }
    let verdicts = judge.judge(said)
    for (place, row) in group.enumerated() {
      try settle(row, said[place].event, verdicts[place])
    }
  }

  private mutating func settle(
    _ row: Row, _ event: LoggedEvent, _ verdict: TeamLogJudge.Verdict
  ) throws {
    touched.insert(event.order)
    let before: String? = row["standing"]
    let isOwn: Bool = row["is_own"]
    var standing = "confirmed"
    var refusal: Refusal?
    var elsewhere: Order.ID?
    switch verdict {
    case .accepted: try keepHomes(of: event, row)
    case .elsewhere(let home): elsewhere = home
    case .void:
      standing = "void"
      if case .messageArrived(let message, _) = event.gesture { orphans[message] = event.order }
    case .refused(let why):
      standing = "refused"
      refusal = row["was_confirmed"] ? .takenBack(why) : why
    }
    if event.gesture.isPurge && standing == "confirmed" {
      try Purges.confirmed(db, event.order, isNew: isOwn && before == "pending")
    }
    if isOwn && standing == "confirmed" && before == "pending" { outcome.confirmed += 1 }
    let isByPerson = event.author.memberID != nil
    if isOwn && isByPerson && standing == "refused" && before != "refused" {
      outcome.refused += 1
    }
    if row["elsewhere"] as Order.ID? != elsewhere { rewritten.insert(event.order) }
    if before == standing && row["elsewhere"] as Order.ID? == elsewhere && refusal == nil { return }
    try db.cachedStatement(
      sql: """
        UPDATE event SET standing = ?, refusal = ?, elsewhere = ?, is_seen = ? WHERE seq = ?
        """
    ).execute(arguments: [
      standing, try refusal.map { try codec.text($0) }, elsewhere, !isByPerson || !isOwn,
      row["seq"] as Int64,
    ])
    if isOwn, before == "pending", refusal != nil { try follow(row, event) }
    // Its author reads it where it was written; nobody else has anything to read.
    if refusal?.isPurge == true, !isOwn { unwanted.append((row["seq"], event.order)) }
  }

  private func knowHomes(of gesture: Gesture, _ judge: inout TeamLogJudge) throws {
    for message in gesture.placedMessages where judge.homes(of: message).isEmpty {
      let homes = try String.fetchAll(
        db.cachedStatement(
          sql: "SELECT demande FROM log_home WHERE message = ? ORDER BY uid, place"),
        arguments: [message])
      judge.know(message: message, homes: homes)
    }
  }

  /// Where a message got its place; whoever had it elsewhere on this machine folds again.
  private mutating func keepHomes(of event: LoggedEvent, _ row: Row) throws {
    for message in event.gesture.placedMessages {
      try db.cachedStatement(
        sql: "INSERT OR IGNORE INTO log_home (message, demande, uid, place) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [
        message, event.order, row["uid"] as Int64?, row["place"] as Int64?,
      ])
      guard db.changesCount > 0 else { continue }
      let holders = try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT b.demande FROM message m JOIN demande_message b ON b.message = m.key
            WHERE m.id = ? UNION SELECT demande FROM demande_absent WHERE message = ?
            """), arguments: [message, message])
      touched.formUnion(holders)
    }
  }

  /// The demandes as they are now on this machine: what the log says, then what waits here, each
  /// judged on what is before it.
  mutating func foldTouched() throws {
    guard !touched.isEmpty else { return }
    var local = TeamLogJudge()
    let waiting = try self.waiting()
    for id in touched {
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT * FROM event WHERE demande = ? AND standing = 'confirmed'
            ORDER BY uid, place
            """), arguments: [id])
      local.know(id, try rows.map { try OrderBook.event($0, codec) })
    }
    var group: [Row] = []
    for row in waiting {
      if let last = group.last, !Self.isOneWaitingGroup(last, row) {
        try wait(group, &local)
        group = []
      }
      group.append(row)
    }
    if !group.isEmpty { try wait(group, &local) }
    for id in touched.sorted() { try fold(id, local.events(of: id)) }
    touched = []
    // Only now has each of them its row: a machine may hear of a demande and its purge at once.
    for (seq, id) in unwanted { try Purges.redact(db, event: seq, on: id) }
    unwanted = []
    for (message, id) in orphans.sorted(by: { $0.key < $1.key }) { try rebind(message, from: id) }
    orphans = [:]
    try settleNotes()
  }

  private static func isOneWaitingGroup(_ a: Row, _ b: Row) -> Bool {
    let group: String? = a["log_group"]
    return group != nil && group == b["log_group"] as String?
  }

  /// What waits on the touched demandes, and on those that a common gesture ties to them.
  private mutating func waiting() throws -> [Row] {
    var found: [Int64: Row] = [:]
    var open = touched
    while let id = open.popFirst() {
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT * FROM event WHERE demande = ? AND standing = 'pending'"), arguments: [id])
      for row in rows {
        found[row["seq"]] = row
        guard let group: String = row["log_group"] else { continue }
        let others = try String.fetchAll(
          db,
          sql: "SELECT DISTINCT demande FROM event WHERE standing = 'pending' AND log_group = ?",
          arguments: [group])
        for other in others where touched.insert(other).inserted { open.insert(other) }
      }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// A group that waits: in the fold while it holds; the log decides when it gets its place.
  private mutating func wait(_ group: [Row], _ local: inout TeamLogJudge) throws {
    let said = try group.map { try LogBook.said($0, codec) }
    if try drop(group, said, local) { return }
    for said in said { try knowHomes(of: said.event.gesture, &local) }
    let verdicts = local.judge(said)
    for (place, row) in group.enumerated() {
      var elsewhere: Order.ID?
      if case .elsewhere(let home) = verdicts[place] { elsewhere = home }
      if verdicts[place] == .void, case .messageArrived(let message, _) = said[place].event.gesture
      {
        orphans[message] = said[place].event.order
      }
      guard row["elsewhere"] as Order.ID? != elsewhere else { continue }
      rewritten.insert(said[place].event.order)
      try db.cachedStatement(sql: "UPDATE event SET elsewhere = ? WHERE seq = ?").execute(
        arguments: [elsewhere, row["seq"] as Int64])
    }
  }

  /// A colleague's taking that an epoch before had confirmed, and the one that came after it does
  /// not know: said again only where nothing else was done since. A taking counts on whatever is
  /// free, so it would come back long after its author was told that it was refused.
  private func drop(
    _ group: [Row], _ said: [TeamLogJudge.Said], _ local: TeamLogJudge
  ) throws -> Bool {
    let isOutdated = zip(group, said).contains { row, said in
      guard case .taken = said.event.gesture else { return false }
      return row["is_own"] == false && said.event.view != local.view(of: said.event.order)
    }
    guard isOutdated else { return false }
    for row in group {
      try db.cachedStatement(
        sql: "UPDATE event SET standing = 'void', parcel = NULL WHERE seq = ?"
      ).execute(arguments: [row["seq"] as Int64])
    }
    return true
  }
}
