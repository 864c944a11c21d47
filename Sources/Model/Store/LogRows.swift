import Domain
import GRDB

/// Single rows of the log: events as records, records as rows.
extension LogBook {
  /// Two places compared as one value.
  struct Spot: Hashable, Comparable {
    var uid: Int64
    var place: Int64

    static func < (a: Spot, b: Spot) -> Bool { (a.uid, a.place) < (b.uid, b.place) }
  }

  static func standing(_ row: Row, _ codec: Codec) throws -> LogStanding? {
    let word: String? = row["standing"]
    switch word {
    case nil: return nil
    case "pending": return .pending
    case "confirmed": return .confirmed
    case "refused":
      let refusal: String? = row["refusal"]
      guard let refusal else { throw StoreError.damaged("event.refusal") }
      return .refused(try codec.value(Refusal.self, refusal))
    default: return .void
    }
  }

  static func spot(_ row: Row) -> Spot? {
    guard let uid: Int64 = row["uid"], let place: Int64 = row["place"] else { return nil }
    return Spot(uid: uid, place: place)
  }

  /// A person's gesture without effect is nothing that colleagues have; what the mailbox says in
  /// vain is known to them from elsewhere.
  static func fate(ofVoid row: Row, _ db: Database) throws -> LogFate {
    let member: String? = row["member"]
    guard member != nil else { return .confirmed }
    let order = try OrderBook.order(db, row["demande"], Codec())
    return .refused(order?.purgedAt.map { .purged(at: $0) } ?? .withdrawn)
  }

  /// The event as it was said, whatever became of it.
  static func said(_ row: Row, _ codec: Codec) throws -> TeamLogJudge.Said {
    TeamLogJudge.Said(
      id: row["id"],
      event: LoggedEvent(
        order: row["demande"],
        author: Author(
          memberID: row["member"], name: row["name"], initials: row["initials"],
          poste: row["poste"], isDeclared: row["is_declared"]),
        at: Timestamp(milliseconds: row["at"]),
        gesture: try codec.value(Gesture.self, row["gesture"]), parent: row["parent"],
        view: row["view"], group: row["log_group"], elsewhere: row["elsewhere"]))
  }

  /// An event of another machine, before it is judged.
  static func insert(
    _ db: Database, _ id: String, _ event: LoggedEvent, _ spot: Spot, _ codec: Codec
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO event (id, demande, member, name, initials, poste, is_declared, at, gesture,
          standing, is_own, parent, view, log_group, uid, place)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'void', 0, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      id, event.order, event.author.memberID, event.author.name, event.author.initials,
      event.author.poste, event.author.isDeclared, event.at.milliseconds,
      try codec.text(event.gesture), event.parent, event.view, event.group,
      spot.uid, spot.place,
    ])
    let seq = db.lastInsertedRowID
    if let words = SearchIndex.words(of: event.gesture) {
      try SearchIndex.insertNote(db, seq: seq, words)
    }
    try Purges.note(db, event: seq, on: event.order, at: event.at)
    try Mentions.add(
      db, id, event.gesture, on: event.order, by: event.author, at: event.at)
  }

  /// What the mailbox did is as the log says it first: two machines may read one mail differently.
  ///
  /// What was purged here stays so, whatever a machine says that does not know it yet.
  static func rewrite(
    _ db: Database, _ id: String, _ event: LoggedEvent, _ known: String, _ codec: Codec
  ) throws {
    let isPurged = try Purges.isDone(db, event.order)
    if isPurged { try Purges.met(db, event.order) }
    guard ["opened:", "arrived:", "document:", "answered:"].contains(where: id.hasPrefix) else {
      return
    }
    let author = event.author
    if !isPurged { try reindex(db, id, try codec.value(Gesture.self, known), event.gesture) }
    try db.cachedStatement(
      sql: """
        UPDATE event SET member = ?, name = ?, initials = ?, poste = ?, is_declared = ?, at = ?,
          gesture = ?
        WHERE id = ?
        """
    ).execute(arguments: [
      author.memberID, author.name, author.initials, author.poste, author.isDeclared,
      event.at.milliseconds, isPurged ? known : try codec.text(event.gesture), id,
    ])
  }

  private static func reindex(
    _ db: Database, _ id: String, _ old: Gesture, _ new: Gesture
  ) throws {
    let (before, after) = (SearchIndex.words(of: old), SearchIndex.words(of: new))
    guard before != after else { return }
    let seq = try Int64.fetchOne(db, sql: "SELECT seq FROM event WHERE id = ?", arguments: [id])
    guard let seq else { return }
    if let before { try SearchIndex.removeNote(db, seq: seq, before) }
    if let after { try SearchIndex.insertNote(db, seq: seq, after) }
  }

  /// Everything that was said of a demande, refused and void too, as it is told: the fold in its
  /// order, what was refused after what it came too late for.
  static func history(_ db: Database, _ id: Order.ID, _ codec: Codec) throws -> [OrderEvent] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM event WHERE demande = ? ORDER BY number, seq", arguments: [id])
    let folded = try rows.filter { $0["number"] != nil }.map { try OrderBook.event($0, codec) }
    var told = folded
    for row in rows where row["number"] == nil && row["standing"] != "void" {
      let refused = try OrderBook.event(row, codec)
      let next = told.firstIndex { $0.number > 0 && $0.at > refused.at } ?? told.endIndex
      told.insert(refused, at: next)
    }
    return try brought(db, told, codec)
  }

  /// What people said of a demande before it was attached here goes on being read here: notes, and
  /// whom it was for (« ne pas délivrer avant rappel du Dr »).
  private static func brought(
    _ db: Database, _ events: [OrderEvent], _ codec: Codec, depth: Int = 0
  ) throws -> [OrderEvent] {
    guard depth < 16 else { return events }
    var told: [OrderEvent] = []
    for event in events {
      if case .attached(let source, _) = event.gesture, source != event.order,
        event.standing?.isRefused != true
      {
        let known = try OrderBook.events(db, source, codec)
        let undone = Order.undoneIDs(known)
        let said = known.filter { $0.gesture.isSaidByPeople && !undone.contains($0.id) }
        told +=
          try brought(
            db, known.filter { $0.gesture.isAttaching }, codec, depth: depth + 1
          ).filter { $0.gesture.isSaidByPeople } + said
      }
      told.append(event)
    }
    return told
  }
}

extension LogBook {
  /// Whether a person's gesture on the demande waits for its place.
  static func isPending(_ db: Database, _ id: Order.ID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM event
            WHERE demande = ? AND standing = 'pending' AND member IS NOT NULL)
          """), arguments: [id]) == true
  }
}

extension LogBook {
  /// The last event that counts, and what whoever knows these has seen.
  static func seen(_ events: [OrderEvent]) -> (head: String?, view: String?) {
    var head: String?
    var view: String?
    for event in events where event.gesture.countsAsRevision {
      head = event.id
      view = TeamLogJudge.view(view, adding: event.id)
    }
    return (head, view)
  }

  /// What whoever purges these has seen: notes, prints and answers too.
  static func whole(_ events: [OrderEvent]) -> String? {
    events.reduce(nil) { TeamLogJudge.view($0, adding: $1.id) }
  }
}

extension Gesture {
  fileprivate var isSaidByPeople: Bool {
    switch self {
    case .noted, .patientNamed: true
    default: false
    }
  }

  fileprivate var isAttaching: Bool {
    if case .attached = self { return true }
    return false
  }
}

extension LogStanding {
  fileprivate var isRefused: Bool {
    if case .refused = self { return true }
    return false
  }
}
