public import Domain
import Foundation
import Glibc
import Platform
public import Store

/// Why there is no copy; `code` is what the store, the doctor and the log keep.
public enum BackupFailure: Error, Equatable, Sendable {
  /// Another process makes one.
  case busy
  /// age is not installed.
  case noAge
  /// age refused: a key that is none, or a full disk.
  case age
  /// The directory is not there or cannot be written.
  case directory
  /// A file of that name is there already.
  case exists
  case stopped
  case store(StoreError)

  public var code: String {
    switch self {
    case .busy: "backup.busy"
    case .noAge: "backup.no-age"
    case .age: "backup.age"
    case .directory: "backup.directory"
    case .exists: "backup.exists"
    case .stopped: "backup.stopped"
    case .store(.diskFull): "backup.full"
    case .store: "backup.store"
    }
  }
}

/// For whom copies are encrypted.
public struct BackupKeys: Hashable, Sendable {
  public var recipients: [String]
  /// Absolute.
  public var recipientsFile: String?

  public init(recipients: [String], recipientsFile: String?) {
    (self.recipients, self.recipientsFile) = (recipients, recipientsFile)
  }

  public var isEmpty: Bool { recipients.isEmpty && recipientsFile == nil }

  /// age(1).
  var arguments: [String] {
    ["age", "--encrypt"] + recipients.flatMap { ["--recipient", $0] }
      + (recipientsFile.map { ["--recipients-file", $0] } ?? [])
  }
}

/// Makes one copy of a store: consistent and complete up to its start, and encrypted.
///
/// The plain copy lies in the store's own directory (0600) while age reads it, and is removed
/// afterwards, or at the next start after a kill. The result gets its name when it is whole.
public struct BackupMaker: Sendable {
  let store: OfficineStore
  let now: @Sendable () -> Timestamp
  /// Ends it between two steps, and age at once.
  let isEnding: @Sendable () -> Bool
  /// Somebody named the file: what goes wrong is told to them, and is no failure of the service.
  let isByHand: Bool

  public init(
    store: OfficineStore, isByHand: Bool = false, now: @escaping @Sendable () -> Timestamp,
    isEnding: @escaping @Sendable () -> Bool = { false }
  ) {
    (self.store, self.now, self.isEnding) = (store, now, isEnding)
    self.isByHand = isByHand
  }

  /// Writes `path`, which must not be there; traced, whatever comes of it.
  ///
  /// - Parameters:
  ///   - path: absolute.
  ///   - keys: nil writes a copy in the clear, as a responsable said.
  ///   - author: who wished it.
  /// - Returns: what the copy holds, counted in it, and the size of the file.
  public func make(
    at path: String, for keys: BackupKeys?, by author: Author
  ) throws(BackupFailure) -> (counts: StoreCounts, bytes: Int) {
    do throws(BackupFailure) {
      let (counts, bytes) = try write(path, keys)
      try record(counts, bytes, nil, author)
      return (counts, bytes)
    } catch {
      // Another one is at work, or the service ends: nothing failed.
      if error != .busy, error != .stopped {
        try record(StoreCounts(), 0, error.code, author)
      }
      throw error
    }
  }

  private func record(
    _ counts: StoreCounts, _ bytes: Int, _ failure: String?, _ author: Author
  ) throws(BackupFailure) {
    do throws(StoreError) {
      try store.recordBackup(
        counts, bytes: bytes, failure: failure, isByHand: isByHand, by: author, now: now())
    } catch {
      throw .store(error)
    }
  }

  private func write(
    _ path: String, _ keys: BackupKeys?
  ) throws(BackupFailure) -> (StoreCounts, Int) {
    guard access(path, F_OK) != 0 else { throw .exists }
    guard access(CopyFile.directory(of: path), W_OK | X_OK) == 0 else { throw .directory }
    let desk = try asked { () throws(StoreError) in try BackupDesk.open(store) }
    guard let desk else { throw .busy }
    defer { desk.close() }
    let counts = try asked { () throws(StoreError) in try desk.copy() }
    if isEnding() { throw .stopped }
    let part = path + ".part"
    unlink(part)
    do throws(BackupFailure) {
      try fill(part, from: desk.temporary, keys)
      guard CopyFile.sync(part), access(path, F_OK) != 0, rename(part, path) == 0 else {
        throw .directory
      }
      _ = CopyFile.sync(CopyFile.directory(of: path))
    } catch {
      unlink(part)
      throw error
    }
    return (counts, FileFacts(path)?.size ?? 0)
  }

  private func asked<T>(
    _ body: () throws(StoreError) -> T
  ) throws(BackupFailure) -> T {
    do throws(StoreError) { return try body() } catch { throw .store(error) }
  }

  private func fill(
    _ part: String, from source: String, _ keys: BackupKeys?
  ) throws(BackupFailure) {
    guard let keys else {
      guard CopyFile.copy(source, to: part, until: isEnding) else {
        throw isEnding() ? .stopped : .store(.diskFull)
      }
      return
    }
    switch FileFilter.run(keys.arguments, from: source, to: part, until: isEnding) {
    case .done: break
    case .missing: throw .noAge
    case .failed: throw .age
    case .stopped: throw .stopped
    }
    guard let head = CopyFile.head(part, 64), AgeFile.isOne(head) else { throw .age }
  }
}

/// What a file made by age begins with (age-encryption.org/v1).
enum AgeFile {
  static func isOne(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    return text.hasPrefix("age-encryption.org/") || text.hasPrefix("-----BEGIN AGE ENCRYPTED FILE")
  }
}

/// Copies that the service makes by itself, and how many stay.
public struct BackupPlan: Sendable {
  public var keys: BackupKeys
  /// Absolute; made by whoever keeps the machine.
  public var directory: String
  /// Seconds.
  public var every: Int64
  public var keep: Int

  public init(keys: BackupKeys, directory: String, every: Int64, keep: Int) {
    (self.keys, self.directory, self.every, self.keep) = (keys, directory, every, keep)
  }

  private static func prefix(_ bal: String) -> String {
    "mssterm-" + String(bal.map { $0 == "/" ? "_" : $0 }) + "-"
  }

  /// `mssterm-officine-20261121T134200.age`
  func path(of bal: String, at now: Timestamp) -> String {
    let digits = CivilTime(now).iso8601.prefix(19).filter { $0.isNumber || $0 == "T" }
    return "\(directory)/\(Self.prefix(bal))\(digits).age"
  }

  /// Whether one is due; a clock that was set back makes it due.
  func isDue(_ last: Timestamp?, now: Timestamp) -> Bool {
    guard let last else { return true }
    return !(0..<every).contains(now.secondsSince(last))
  }

  /// Removes all but the newest, and what an ended process left half written.
  func rotate(_ bal: String) {
    let prefix = Self.prefix(bal)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    let own = names.filter { name in
      let rest = name.dropFirst(prefix.count)
      return name.hasPrefix(prefix) && rest.prefix(15).allSatisfy { $0.isNumber || $0 == "T" }
    }
    let whole = own.filter { $0.dropFirst(prefix.count + 15) == ".age" }
    for name in whole.dropLast(keep) { unlink("\(directory)/\(name)") }
    for name in own where name.dropFirst(prefix.count + 15) == ".age.part" {
      unlink("\(directory)/\(name)")
    }
  }
}
