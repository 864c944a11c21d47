public import Domain
import GRDB

/// Where, by which account and when a code is tried.
public struct PINTry: Sendable {
  public var poste: String
  /// Of the operating system: a poste's name is only said.
  public var account: String
  /// Names the machine's running (boot_id), and milliseconds since it began: a wall clock can be
  /// set, and faked.
  public var boot: String
  public var uptime: Int64
  /// For the trace.
  public var now: Timestamp

  public init(poste: String, account: String, boot: String, uptime: Int64, now: Timestamp) {
    (self.poste, self.account) = (poste, account)
    (self.boot, self.uptime, self.now) = (boot, uptime, now)
  }
}

/// What a try may do.
public enum PINTurn: Hashable, Sendable {
  /// Counted as wrong until it is told to be right; nil: that member has no code.
  case open(hash: String?)
  /// Nothing was counted, and nothing may be tried for so many seconds.
  case wait(seconds: Int64)
}

/// Why a name is refused before any code is looked at.
public enum NameRefusal: String, Sendable {
  case unknown, inactive, noPIN = "no-pin"
}

/// Counts of wrong codes: of a member, at a poste, by an account.
struct PINGate {
  let db: Database
  let trial: PINTry

  static func member(_ id: String) -> String { "member:\(id)" }

  /// Those of the place, with how many it may be before anybody waits: names and common codes are
  /// tried one member after the other.
  private var places: [(key: String, free: Int)] {
    [("poste:\(trial.poste)", 10), ("account:\(trial.account)", 30)]
  }

  private static let freeOfMember = 3

  /// A slip at a place counts so many milliseconds, however many come after it; a member's own
  /// count stays until the right code.
  private static let memory: Int64 = 15 * 60_000

  /// What many at once do wrong keeps nobody from the work for longer, in seconds.
  private static let longestOfPlace: Int64 = 30

  /// Seconds, rounded up: who waits that long is not sent away again.
  func wait(_ memberID: String?) throws -> Int64 {
    var longest = try memberID.map(waitOfMember) ?? 0
    for (key, free) in places {
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*) AS count, max(at) AS at FROM pin_slip
          WHERE place = ? AND boot = ? AND at >= ?
          """, arguments: [key, trial.boot, trial.uptime - Self.memory])
      guard let row, let at: Int64 = row["at"] else { continue }
      let seconds = min(Self.longestOfPlace, PINFailures.wait(row["count"], free: free))
      longest = max(longest, left(of: seconds, since: at))
    }
    return longest
  }

  /// Whether a member's count is by the clock of another start of the machine, or of another one.
  func isElsewhere(_ memberID: String?) throws -> Bool {
    guard let memberID else { return false }
    return try Bool.fetchOne(
      db, sql: "SELECT boot <> ? FROM pin_gate WHERE key = ?",
      arguments: [trial.boot, Self.member(memberID)]) == true
  }

  /// The clock of another start of the machine, or of another one, says nothing here: the wait
  /// begins anew.
  private func waitOfMember(_ id: String) throws -> Int64 {
    let row = try Row.fetchOne(
      db, sql: "SELECT count, boot, at FROM pin_gate WHERE key = ?", arguments: [Self.member(id)])
    guard let row else { return 0 }
    let isOurs = row["boot"] as String == trial.boot
    return left(
      of: PINFailures.wait(row["count"], free: Self.freeOfMember),
      since: isOurs ? row["at"] : trial.uptime)
  }

  private func left(of seconds: Int64, since at: Int64) -> Int64 {
    max(0, min(seconds, (at + seconds * 1000 - trial.uptime + 999) / 1000))
  }

  /// What is over goes; a member's wait is by the clock of this start of the machine.
  func settle(_ memberID: String?) throws {
    try db.execute(
      sql: "DELETE FROM pin_slip WHERE boot <> ? OR at < ?",
      arguments: [trial.boot, trial.uptime - Self.memory])
    guard let memberID else { return }
    try db.execute(
      sql: "UPDATE pin_gate SET boot = ?1, at = ?2, before = ?2 WHERE key = ?3 AND boot <> ?1",
      arguments: [trial.boot, trial.uptime, Self.member(memberID)])
  }

  func count(_ memberID: String?) throws {
    if let memberID {
      try db.execute(
        sql: """
          INSERT INTO pin_gate (key, count, boot, at, before) VALUES (?1, 1, ?2, ?3, ?3)
          ON CONFLICT (key) DO UPDATE SET count = count + 1, before = at, at = excluded.at
          """, arguments: [Self.member(memberID), trial.boot, trial.uptime])
    }
    for (key, _) in places {
      try db.execute(
        sql: "INSERT INTO pin_slip (place, member, boot, at) VALUES (?, ?, ?, ?)",
        arguments: [key, memberID, trial.boot, trial.uptime])
    }
  }

  /// The code was right: the member's count is over, and a place takes their own slips back. Only
  /// those, or whoever knows one code could go on with the others for ever.
  func takeBack(_ memberID: String) throws {
    try db.execute(
      sql: "DELETE FROM pin_gate WHERE key = ?", arguments: [Self.member(memberID)])
    for (key, _) in places {
      try db.execute(
        sql: "DELETE FROM pin_slip WHERE place = ? AND member = ?", arguments: [key, memberID])
    }
  }

  /// A member's code is another one: what was tried before says nothing of it, at any place.
  static func forget(_ db: Database, _ memberID: String) throws {
    try db.execute(sql: "DELETE FROM pin_gate WHERE key = ?", arguments: [member(memberID)])
    try db.execute(sql: "DELETE FROM pin_slip WHERE member = ?", arguments: [memberID])
  }

  /// A responsable, who has just shown their own code, gave somebody a new one: no place waits.
  static func openPlaces(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM pin_slip")
  }

  static func failures(_ db: Database, _ memberID: String) throws -> PINFailures {
    PINFailures(
      count: try Int.fetchOne(
        db, sql: "SELECT count FROM pin_gate WHERE key = ?", arguments: [member(memberID)]) ?? 0)
  }

  func trace(_ action: String, request: String, answer: String) throws {
    let author = Author(memberID: nil, name: "", initials: "", poste: trial.poste)
    try Journal.append(
      db, TraceEntry(author: author, action: action, request: request, answer: answer),
      at: trial.now)
  }
}

extension OfficineStore {
  /// Seconds before a code may be tried there, 0 for at once; the first look after a start of the
  /// machine begins the wait, or it would be a whole one at every look.
  public func pinWait(of memberID: String?, _ trial: PINTry) throws(StoreError) -> Int64 {
    let known = try read { db in
      let gate = PINGate(db: db, trial: trial)
      return (wait: try gate.wait(memberID), isElsewhere: try gate.isElsewhere(memberID))
    }
    guard known.isElsewhere else { return known.wait }
    return try writeQuietly { db in
      let gate = PINGate(db: db, trial: trial)
      try gate.settle(memberID)
      return try gate.wait(memberID)
    }
  }

  /// Before a code is looked at: the try counts as a wrong one, in the transaction that finds
  /// nobody waiting. So many processes at once have no more tries than one, and one that is killed
  /// has had its own (P02).
  public func beginPIN(of memberID: String, _ trial: PINTry) throws(StoreError) -> PINTurn {
    try writeQuietly { db in
      let gate = PINGate(db: db, trial: trial)
      try gate.settle(memberID)
      let wait = try gate.wait(memberID)
      if wait > 0 { return .wait(seconds: wait) }
      let hash = try String.fetchOne(
        db,
        sql: "SELECT pin_hash FROM member WHERE id = ? AND is_removed = 0 AND pin_hash IS NOT NULL",
        arguments: [memberID])
      if hash != nil { try gate.count(memberID) }
      return .open(hash: hash)
    }
  }

  /// The code that was begun was right.
  public func endPIN(of memberID: String, _ trial: PINTry) throws(StoreError) {
    try writeQuietly { try PINGate(db: $0, trial: trial).takeBack(memberID) }
  }

  /// The code that was begun was wrong, traced; seconds until the next one is looked at.
  public func refusePIN(of memberID: String, _ trial: PINTry) throws(StoreError) -> Int64 {
    try writeQuietly { db in
      let gate = PINGate(db: db, trial: trial)
      let count = try PINGate.failures(db, memberID).count
      try gate.trace("pin.wrong", request: memberID, answer: "failures=\(count)")
      return try gate.wait(memberID)
    }
  }

  /// A name that no code can be tried for; counted for the place and traced without what was
  /// typed, which may be a code. Seconds until the next one is looked at.
  public func refuseName(_ reason: NameRefusal, _ trial: PINTry) throws(StoreError) -> Int64 {
    try writeQuietly { db in
      let gate = PINGate(db: db, trial: trial)
      try gate.settle(nil)
      try gate.count(nil)
      try gate.trace("pin.unknown", request: reason.rawValue, answer: "")
      return try gate.wait(nil)
    }
  }

  public func pinFailures(of memberID: String) throws(StoreError) -> PINFailures {
    try read { try PINGate.failures($0, memberID) }
  }

  /// A responsable's word, or a test's: that member waits for nothing.
  public func clearPINFailures(of memberID: String) throws(StoreError) {
    try writeQuietly { try PINGate.forget($0, memberID) }
  }
}

extension Schema {
  /// Wrong codes, by the clock of the machine's running. `before`: the last one but the try that
  /// is under way.
  static let pinGate = """
    CREATE TABLE pin_gate (
      key TEXT NOT NULL PRIMARY KEY,
      count INTEGER NOT NULL CHECK (count >= 0),
      boot TEXT NOT NULL, at INTEGER NOT NULL, before INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO pin_gate SELECT 'member:' || id, pin_failures, '', 0, 0 FROM member
      WHERE pin_failures > 0;
    """

  /// Wrong codes and names at a poste and of an account, one row each: a few minutes' worth.
  static let pinSlip = """
    DELETE FROM pin_gate WHERE key NOT LIKE 'member:%';
    CREATE TABLE pin_slip (
      seq INTEGER PRIMARY KEY,
      place TEXT NOT NULL, member TEXT,
      boot TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT;
    """
}
