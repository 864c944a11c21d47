import CCrypt
public import Domain
import GRDB
import Glibc
import Platform

/// The right to put another store in the place of this one: nobody has it open or serves it, and
/// nobody can begin to. Ends with its holder.
public final class StoreHold: Sendable {
  private let files: [OwnedFile]

  private init(_ files: [OwnedFile]) { self.files = files }

  /// nil while a process has the store open, or serves it. A directory without a store is held.
  ///
  /// Every connection in WAL mode has a shared lock on one byte of the -shm
  /// (SQLite, os_unix.c, "UNIX_SHM_DMS"). Not for a process that has the store open itself.
  public static func take(directory: String) throws(StoreError) -> StoreHold? {
    var files: [OwnedFile] = []
    for name in ["store.lock", "lease"] where access("\(directory)/\(name)", F_OK) == 0 {
      let file = try OwnedFile(opening: "\(directory)/\(name)")
      guard file.lock() else { return nil }
      files.append(file)
    }
    if let facts = FileFacts(directory + "/store.sqlite", followingLinks: false), facts.isFile {
      let shared = directory + "/store.sqlite-shm"
      let made = Glibc.open(shared, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      if made >= 0 {
        fchmod(made, facts.mode & 0o777)
        Glibc.close(made)
      }
      let file = try OwnedFile(opening: shared)
      guard file.lock(at: 128) else { return nil }
      files.append(file)
    }
    return StoreHold(files)
  }

  public func release() {
    for file in files.reversed() { file.unlock() }
  }
}

/// What came of a copy that was to take the store's place.
public enum Exchange: Hashable, Sendable {
  case done
  /// The directory's name could not be given to it; everything is as it was.
  case failed
}

extension OfficineStore {
  /// Puts the store of `stage` in the place of `directory`; the one that was there is `aside`
  /// afterwards. At no moment is there none: both names change hands at once, and where the file
  /// system cannot do that, nobody makes an empty one beside `aside`.
  ///
  /// - Parameter aside: nil when nothing is there.
  public static func exchange(_ directory: String, with stage: String, aside: String?) -> Exchange {
    guard let aside else {
      return access(directory, F_OK) != 0 && rename(stage, directory) == 0 ? .done : .failed
    }
    guard access(aside, F_OK) != 0, rename(stage, aside) == 0 else { return .failed }
    // Now whatever happens, no name means something that may be removed.
    switch mss_exchange(directory, aside) {
    case 0: return .done
    case EINVAL, ENOSYS: break
    default:
      _ = rename(aside, stage)
      return .failed
    }
    let former = aside + ".former"
    guard access(former, F_OK) != 0, rename(directory, former) == 0 else {
      _ = rename(aside, stage)
      return .failed
    }
    guard rename(aside, directory) == 0 else {
      _ = rename(former, directory)
      _ = rename(aside, stage)
      return .failed
    }
    _ = rename(former, aside)
    return .done
  }

  /// Where a copy becomes a store before it takes a place.
  public static func stage(of directory: String) -> String { directory + Site.stageSuffix }

  /// Where the former store is put: a name that nothing has, not even what a restore that was
  /// killed in the same second left.
  public static func aside(of directory: String, at now: Timestamp) -> String {
    let digits = CivilTime(now).iso8601.prefix(19).filter { $0.isNumber || $0 == "T" }
    let name = directory + Site.asideSuffix + digits
    guard access(name, F_OK) == 0 else { return name }
    return (2...99).map { "\(name)-\($0)" }.first { access($0, F_OK) != 0 } ?? name
  }

  /// Makes a directory of store modes, and an empty `store.sqlite` in it for a copy to be written
  /// into. Throws when something is there already.
  public static func prepareRestore(
    in directory: String, sharing: Sharing
  ) throws(StoreError) -> String {
    let site = Site(directory: directory, sharing: sharing)
    guard access(directory, F_OK) != 0 else { throw .cannotOpen(.permissions("directory")) }
    try site.prepareEmpty()
    return site.database
  }

  /// What a copy must not do again by itself when it becomes the store: mail that waited may have
  /// left since, so it is uncertain until it is found among what was sent, or a person decides
  /// (invariant 10); moves, flags and a purge that waited may be done, or be unwanted by now; what
  /// another program was to be handed may have been handed. For the other machines it is a new one.
  ///
  /// A copy in Sent is looked for before it is written, and may go on.
  /// - Parameter machine: a random name, for the team log.
  public func settleAfterRestore(
    machine: String, by author: Author, now: Timestamp
  ) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE outbox SET state = 'uncertain', next_attempt_at = NULL
          WHERE state IN ('queued', 'sending')
          """)
      let mails = db.changesCount
      try db.execute(
        sql: """
          UPDATE operation SET state = 'cancelled', settled_at = ?, next_attempt_at = NULL
          WHERE state IN ('waiting', 'working')
          """, arguments: [now.milliseconds])
      let moves = db.changesCount
      try db.execute(sql: "DELETE FROM flag_change")
      let flags = db.changesCount
      try db.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [Retention.key])
      let purges = db.changesCount
      try Self.store(db, Self.exportsKey, String(now.milliseconds))
      try db.execute(sql: "UPDATE log_state SET machine = ?", arguments: [machine])
      try Journal.append(
        db,
        TraceEntry(
          author: author, action: "restore",
          answer: "uncertain=\(mails) cancelled=\(moves) flags=\(flags) purges=\(purges)"),
        at: now)
    }
  }

  /// Arrivals from before that moment were perhaps handed over: only a person hands them again.
  static let exportsKey = "exports.from"

  /// How many arrivals wait for a person to hand them over, since a copy became the store.
  public func restoredExportCount() throws(StoreError) -> Int {
    try read {
      try Int.fetchOne(
        $0,
        sql: """
          SELECT count(*) FROM message m LEFT JOIN exported e ON e.message = m.key
          WHERE m.is_outgoing = 0 AND e.done_at IS NULL AND m.received_at
            < (SELECT CAST(value AS INTEGER) FROM setting WHERE key = '\(Self.exportsKey)')
          """) ?? 0
    }
  }
}

extension Site {
  static let stageSuffix = ".restoring"
  static let asideSuffix = ".aside-"

  /// Beside a directory without a store: a former one, or one that is being made of a copy. An
  /// empty store in its place would fill again without states, notes and traces (invariant 17).
  var hasFormerStore: Bool {
    guard access(database, F_OK) != 0 else { return false }
    if access(directory + Self.stageSuffix, F_OK) == 0 { return true }
    guard let slash = directory.lastIndex(of: "/") else { return false }
    let parent = slash == directory.startIndex ? "/" : String(directory[..<slash])
    let start = String(directory[directory.index(after: slash)...]) + Self.asideSuffix
    guard let folder = opendir(parent) else { return false }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(start) { return true }
    }
    return false
  }
}
