public import Domain
import GRDB
import Glibc
import Platform

/// What a copy holds, counted in the copy itself.
public struct StoreCounts: Hashable, Sendable, Codable {
  public var messages = 0
  public var orders = 0
  public var events = 0
  public var journal = 0
  /// Number of the journal's last line.
  public var lastLine: Int64 = 0

  public init() {}
}

/// When this store was last copied, and what came of the last attempt.
public struct BackupHistory: Hashable, Sendable {
  public var lastSuccess: Timestamp?
  /// A stable code; nil after a success.
  public var failure: String?
}

/// The right to make copies of one store: one process at a time, and it dies with its holder.
public final class BackupDesk: Sendable {
  private let lock: OwnedFile
  private let store: OfficineStore
  /// Where the plain copy lies while it is encrypted; mode 0600, in the store's own directory.
  public let temporary: String

  private init(lock: OwnedFile, store: OfficineStore) {
    (self.lock, self.store) = (lock, store)
    temporary = store.directory + "/" + Site.copyName
  }

  /// nil while another process makes one.
  public static func open(_ store: OfficineStore) throws(StoreError) -> BackupDesk? {
    let lock = try OwnedFile(opening: store.directory + "/" + Site.copyLock)
    guard lock.lock() else { return nil }
    let desk = BackupDesk(lock: lock, store: store)
    // Whoever held the lock and is gone has left it.
    desk.clean()
    return desk
  }

  /// Writes the copy: consistent, and complete up to its start, while others go on writing.
  public func copy() throws(StoreError) -> StoreCounts {
    let file = Glibc.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      throw errno == ENOSPC ? .diskFull : .cannotOpen(.permissions("directory"))
    }
    fchmod(file, 0o600)
    Glibc.close(file)
    do {
      // A connection of its own: the store's writer stays free, and a read transaction is what it
      // copies (SQLite, "VACUUM INTO").
      let queue = try DatabaseQueue(
        path: store.databasePath, configuration: OfficineStore.configuration())
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "VACUUM INTO ?", arguments: [temporary])
      }
      try queue.close()
      return try Self.counts(of: temporary)
    } catch {
      throw StoreError(error, in: store.directory)
    }
  }

  private static func counts(of path: String) throws -> StoreCounts {
    var configuration = OfficineStore.configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { do { try queue.close() } catch { queue.interrupt() } }
    return try queue.read { db in
      func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
      var counts = StoreCounts()
      counts.messages = try count("SELECT count(*) FROM message")
      counts.orders = try count("SELECT count(*) FROM demande")
      counts.events = try count("SELECT count(*) FROM event")
      counts.journal = try count("SELECT count(*) FROM journal")
      counts.lastLine = Int64(try count("SELECT coalesce(max(seq), 0) FROM journal"))
      return counts
    }
  }

  /// The copy, whatever became of it, is no more.
  public func clean() { Site.removeCopy(store.directory) }

  /// Gives the right back; letting the value go does the same.
  public func close() {
    clean()
    lock.unlock()
  }
}

extension Site {
  static let copyName = "backup.tmp"
  static let copyLock = "backup.lock"

  static func removeCopy(_ directory: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink("\(directory)/\(copyName)\(suffix)") }
  }

  /// A copy in the clear that a killed process left (P06).
  func sweepCopy() {
    guard access("\(directory)/\(Self.copyName)", F_OK) == 0,
      let lock = try? OwnedFile(opening: "\(directory)/\(Self.copyLock)"), lock.lock()
    else { return }
    Self.removeCopy(directory)
    lock.unlock()
  }
}

extension OfficineStore {
  static let backupKey = "backup.last"
  static let backupFailureKey = "backup.failed"

  public func backupHistory() throws(StoreError) -> BackupHistory {
    BackupHistory(
      lastSuccess: try setting(Self.backupKey).flatMap { Int64($0) }.map {
        Timestamp(milliseconds: $0)
      }, failure: try setting(Self.backupFailureKey))
  }

  /// A copy is where it belongs; or `failure` says, as a stable code, why it is not. Traced; the
  /// same failure of the service again is not.
  ///
  /// - Parameter isByHand: a file that somebody named wrongly says nothing about the copies that
  ///   the service makes.
  public func recordBackup(
    _ counts: StoreCounts, bytes: Int, failure: String? = nil, isByHand: Bool = false,
    by author: Author, now: Timestamp
  ) throws(StoreError) {
    let known = try backupHistory()
    if let failure, failure == known.failure, !isByHand { return }
    try write { db in
      var values: [(String, String?)] = []
      if failure == nil || !isByHand { values.append((Self.backupFailureKey, failure)) }
      if failure == nil { values.append((Self.backupKey, String(now.milliseconds))) }
      for (key, value) in values { try Self.store(db, key, value) }
      try Journal.append(
        db,
        TraceEntry(
          author: author, action: "backup",
          request: failure == nil ? "until=\(counts.lastLine)" : "",
          answer: failure ?? "messages=\(counts.messages) bytes=\(bytes)"), at: now)
    }
  }
}
