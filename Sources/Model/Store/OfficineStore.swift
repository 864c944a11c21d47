// Store, the ledger: one truth for all postes, written in ink.
import Domain
import GRDB
import Synchronization

/// The SQLite store of one BAL, open in this process.
///
/// Every method is synchronous and may be called from any thread. One write method is one
/// IMMEDIATE transaction, one journal line and one ring of the bell (invariants 3, 13).
/// Times and identifiers come in; the store reads no clock and invents no name.
public final class OfficineStore: Sendable {
  /// Whose store it is: one account's, or a group's.
  public struct Sharing: Hashable, Sendable {
    public var directoryMode: UInt32
    public var fileMode: UInt32

    public static let own = Sharing(directoryMode: 0o700, fileMode: 0o600)
    public static let group = Sharing(directoryMode: 0o2770, fileMode: 0o660)
  }

  /// Absolute.
  public let directory: String
  public var doorbellPath: String { directory + "/bell" }
  public var databasePath: String { directory + "/store.sqlite" }

  let pool: DatabasePool
  /// A connection of its own: `data_version` compares only within one connection.
  private let watcher: DatabaseQueue
  let lastSyncWrite = Mutex<SyncWrite?>(nil)
  let decoded = DecodedValues()
  let holder: AccessHolder

  init(
    directory: String, pool: DatabasePool, watcher: DatabaseQueue, holder: AccessHolder
  ) {
    self.holder = holder
    self.directory = directory
    self.pool = pool
    self.watcher = watcher
  }

  /// Moves at every commit of anybody, this process included. About 10 µs.
  public func dataVersion() throws(StoreError) -> Int64 {
    do {
      return try watcher.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    } catch {
      throw StoreError(error, in: directory)
    }
  }

  /// Lets go of every decoded value and cached page: what a locked screen must not hold (P01).
  public func forget() {
    decoded.forget()
    pool.releaseMemory()
    watcher.releaseMemory()
  }

  /// Ends all reading and writing; the value is of no use afterwards.
  public func close() {
    // A connection that is busy closes when its statement ends; nothing is lost by waiting.
    do { try watcher.close() } catch { watcher.interrupt() }
    do { try pool.close() } catch { pool.interrupt() }
  }

  /// A snapshot of the store that no writer disturbs; gone when `body` returns.
  func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do { return try pool.read(body) } catch { throw StoreError(error, in: directory) }
  }

  /// One IMMEDIATE transaction, then the bell.
  func write<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    let value = try writeQuietly(body)
    Doorbell.ring(doorbellPath)
    return value
  }

  /// One IMMEDIATE transaction that no screen needs to hear of.
  func writeQuietly<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do { return try pool.write(body) } catch { throw StoreError(error, in: directory) }
  }

  /// As `write`, for what may be refused: the refusal is committed as a journal line (D13) and
  /// only then thrown, so `body` must refuse before it changes anything.
  func writeJudged<T>(_ body: (Database) throws -> Verdict<T>) throws(StoreError) -> T {
    switch try writeQuietly(body) {
    case .done(let value):
      Doorbell.ring(doorbellPath)
      return value
    case .refused(let refusal):
      throw .refused(refusal)
    }
  }
}

/// What came of a gesture inside its transaction.
enum Verdict<T> {
  case done(T)
  case refused(Refusal)
}
