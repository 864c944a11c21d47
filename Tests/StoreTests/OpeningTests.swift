import Domain
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

@testable import Store

@Suite struct OpeningTests {
  let folder: TemporaryDirectory
  var path: String { folder.path("store") }

  init() throws { folder = try TemporaryDirectory() }

  private func mode(_ path: String) throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(facts[.posixPermissions] as? Int)
  }

  @Test func `P06 modes are exact whatever the umask`() throws {
    for (sharing, directory, file) in [
      (OfficineStore.Sharing.own, 0o700, 0o600), (.group, 0o2770, 0o660),
    ] {
      for mask in [mode_t(0), 0o077] {
        let path = folder.path("s\(file)-\(mask)")
        let old = umask(mask)
        defer { umask(old) }
        let store = try OfficineStore.open(at: path, create: true, sharing: sharing)
        try store.setSetting("a", "b")
        #expect(try mode(path) == directory)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(
          names == [
            "backup.lock", "bell", "lease", "pin.lock", "store.lock", "store.sqlite",
            "store.sqlite-shm", "store.sqlite-wal",
          ])
        for name in names { #expect(try mode(path + "/" + name) == file, "\(name)") }
        store.close()
      }
    }
  }

  @Test func `missing directories above the store are made, closed to others`() throws {
    let old = umask(0)
    defer { umask(old) }
    let deep = folder.path("local/share/mssterm/officine")
    try OfficineStore.open(at: deep, create: true).close()
    for part in ["local", "local/share", "local/share/mssterm", "local/share/mssterm/officine"] {
      #expect(try mode(folder.path(part)) == 0o700, "\(part)")
    }
    // What was there before keeps its mode.
    try folder.directory("open")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path("open"))
    try OfficineStore.open(at: folder.path("open/a/b"), create: true).close()
    #expect(try mode(folder.path("open")) == 0o755)
  }

  @Test func `a directory above the store that cannot be made is told as that`() throws {
    try folder.write("file", bytes: [])
    let error = problem {
      _ = try OfficineStore.open(at: folder.path("file/a/b"), create: true)
    }
    #expect(error == .cannotOpen(.parent))
  }

  @Test func `a full disk is told as one, whatever SQLite calls it`() throws {
    // A file system of size nothing stands for one that is full.
    let full = "/proc"
    try #require(FileSystem.isFull(full) && !FileSystem.isFull(folder.path("")))
    for code in [ResultCode.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN] {
      let error = DatabaseError(resultCode: code)
      #expect(StoreError(error, in: full) == .diskFull)
    }
    let elsewhere = StoreError(DatabaseError(resultCode: .SQLITE_IOERR), in: folder.path(""))
    #expect(elsewhere == .failed(code: 10))
  }

  @Test func `D17 a network file system is refused before anything is made`() throws {
    let types = [(0x6969, "nfs"), (0xFF53_4D42, "cifs"), (0x6573_5546, "fuse"), (0x517B, "smb")]
    for (type, name) in types {
      let error = problem {
        _ = try OfficineStore.open(at: path, create: true, sharing: .own) { _ in type }
      }
      #expect(error == .cannotOpen(.networkFileSystem(name)))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    let ext4 = 0xEF53
    _ = try OfficineStore.open(at: path, create: true, sharing: .own) { _ in ext4 }
  }

  @Test func `a store that is not there is not made by opening it`() throws {
    #expect(
      problem { _ = try OfficineStore.open(at: path, create: false) } == .cannotOpen(.missing))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `D08 what is not a store is refused and left as it is`() throws {
    let junk = Array(repeating: UInt8(0x41), count: 8192)
    for bytes in [[], Array("text".utf8), junk] {
      let file = try folder.write("store/store.sqlite", bytes: bytes)
      let error = problem { _ = try OfficineStore.open(at: path, create: true) }
      #expect(error == .cannotOpen(.notAStore))
      #expect(try folder.bytes("store/store.sqlite") == bytes)
      try FileManager.default.removeItem(atPath: file)
    }
  }

  @Test func `another program's database is refused`() throws {
    try folder.directory("store")
    let queue = try DatabaseQueue(path: path + "/store.sqlite")
    try queue.write { try $0.execute(sql: "CREATE TABLE message (id INTEGER)") }
    try queue.close()
    let error = problem { _ = try OfficineStore.open(at: path, create: true) }
    #expect(error == .cannotOpen(.notAStore))
  }

  @Test func `two names of one database are refused`() throws {
    try OfficineStore.open(at: path, create: true).close()
    try folder.directory("other")
    try FileManager.default.linkItem(
      atPath: path + "/store.sqlite", toPath: folder.path("other/store.sqlite"))
    let error = problem { _ = try OfficineStore.open(at: folder.path("other"), create: false) }
    #expect(error == .cannotOpen(.permissions("link")))
  }

  @Test func `D16 a newer schema is refused without writing`() throws {
    let store = try OfficineStore.open(at: path, create: true)
    try store.pool.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('v999')")
    }
    store.close()
    let before = try folder.bytes("store/store.sqlite")
    let error = problem { _ = try OfficineStore.open(at: path, create: true) }
    let known = Schema.migrator().migrations.count
    #expect(error == .cannotOpen(.newerSchema(found: known + 1, known: known)))
    #expect(try folder.bytes("store/store.sqlite") == before)
  }

  @Test func `an interrupted creation is begun again`() throws {
    try folder.write("store/store.new", "half a file")
    let store = try OfficineStore.open(at: path, create: true)
    #expect(try store.verify().problems == [])
    #expect(!FileManager.default.fileExists(atPath: path + "/store.new"))
  }

  @Test func `eight processes' worth of openings make one store`() throws {
    let path = path
    let problems = LockedList<StoreError>()
    DispatchQueue.concurrentPerform(iterations: 8) { n in
      do {
        let store = try OfficineStore.open(at: path, create: true)
        try store.setSetting("poste \(n)", "here")
        store.close()
      } catch {
        problems.append(StoreError(error))
      }
    }
    #expect(problems.all == [])
    let store = try OfficineStore.open(at: path, create: false)
    for n in 0..<8 { #expect(try store.setting("poste \(n)") == "here") }
  }

  @Test func `every connection keeps the promises of invariant 14`() throws {
    let store = try OfficineStore.open(at: path, create: true)
    func pragma(_ name: String) throws -> String? {
      try store.pool.write { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }
    #expect(try pragma("journal_mode") == "wal")
    #expect(try pragma("synchronous") == "2")
    #expect(try pragma("foreign_keys") == "1")
    #expect(try pragma("temp_store") == "2")
    #expect(try pragma("secure_delete") == "1")
    #expect(try pragma("busy_timeout") == "5000")
  }

  @Test func `the bell rings after a commit and stays one byte`() throws {
    let store = try OfficineStore.open(at: path, create: true)
    let other = try OfficineStore.open(at: path, create: false)
    let before = try other.dataVersion()
    #expect(try other.dataVersion() == before)
    try store.setSetting("a", "1")
    #expect(try other.dataVersion() != before)
    try store.setSetting("a", "2")
    #expect(try folder.bytes("store/bell") == [0x2A])
  }

  @Test func `S17 one holds the lease, and its end frees it`() throws {
    try OfficineStore.open(at: path, create: true).close()
    var first = try Lease.acquire(directory: path)
    #expect(first != nil)
    #expect(try Lease.acquire(directory: path) == nil)
    #expect(try Lease.isHeld(directory: path))
    first = nil
    #expect(try Lease.isHeld(directory: path) == false)
    let second = try #require(try Lease.acquire(directory: path))
    second.release()
    #expect(try Lease.acquire(directory: path) != nil)
  }

  @Test func `D06 another poste's long write is waited for, then named`() throws {
    let store = try OfficineStore.open(at: path, create: true)
    try store.pool.write { db in
      let second = try DatabaseQueue(path: store.databasePath)
      do {
        try second.write { try $0.execute(sql: "DELETE FROM setting") }
      } catch {
        #expect(StoreError(error) == .busy(seconds: 5))
        #expect(StoreError(error).isRetryable)
      }
    }
  }
}

final class LockedList<T: Sendable>: Sendable {
  private let values = Mutex<[T]>([])
  func append(_ value: T) { values.withLock { $0.append(value) } }
  var all: [T] { values.withLock { $0 } }
}
