import CCrypt
import GRDB
import Glibc
import Platform

extension OfficineStore {
  /// Opens the store of `directory`, an absolute path; makes it first when `create` says so and
  /// nothing is there.
  ///
  /// An existing file that is not a sound store is refused, never replaced (invariant 17).
  public static func open(
    at directory: String, create: Bool, sharing: Sharing = .own
  ) throws(StoreError) -> OfficineStore {
    try open(at: directory, create: create, sharing: sharing, fileSystem: FileSystem.type)
  }

  /// `fileSystem` gives the `f_type` of statfs(2) for a path; a parameter for the tests.
  static func open(
    at directory: String, create: Bool, sharing: Sharing, fileSystem: (String) -> Int?
  ) throws(StoreError) -> OfficineStore {
    precondition(directory.hasPrefix("/"), "the store's directory is an absolute path")
    let site = Site(directory: directory, sharing: sharing)
    // What is there already decides for the directories to be made below it.
    if let name = fileSystem(site.existing).flatMap(FileSystem.networkName) {
      throw .cannotOpen(.networkFileSystem(name))
    }
    try site.prepare(create: create)
    try site.checkFiles()
    let file = FileFacts(site.database)?.number
    do {
      let holder = AccessHolder()
      var watching = configuration()
      watching.readonly = true
      let watcher = try DatabaseQueue(path: site.database, configuration: watching)
      // Before the pool: making one writes to the file.
      let isCurrent = try isCurrent(watcher)
      let pool = try DatabasePool(path: site.database, configuration: configuration(holder))
      // GRDB sets NORMAL for WAL after `prepareDatabase`; only the writer ever syncs.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      if !isCurrent { try migrate(pool, site) }
      // A copy took its place between the name and the opening: that one is set aside.
      guard FileFacts(site.database)?.number == file else {
        throw StoreError.busy(seconds: 0)
      }
      return OfficineStore(
        directory: directory, pool: pool, watcher: watcher, holder: holder)
    } catch {
      throw site.openError(error)
    }
  }

  /// The same for every connection of every process (invariant 14).
  static func configuration(_ holder: AccessHolder = AccessHolder()) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(StoreError.patience))
    configuration.maximumReaderCount = 3
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try db.execute(sql: "PRAGMA secure_delete = ON")
      SQLFunctions.add(to: db)
      db.add(function: holder.inSQL)
    }
    return configuration
  }

  /// False for an older schema; refuses a newer one and what is no store. Writes nothing.
  private static func isCurrent(_ watcher: DatabaseQueue) throws -> Bool {
    let migrator = Schema.migrator()
    return try watcher.read { db in
      let application = try Int.fetchOne(db, sql: "PRAGMA application_id")
      guard application == Schema.applicationID else {
        throw StoreError.cannotOpen(.notAStore)
      }
      if try migrator.hasBeenSuperseded(db) {
        let found = try Int.fetchOne(db, sql: "SELECT count(*) FROM grdb_migrations") ?? 0
        throw StoreError.cannotOpen(
          .newerSchema(found: found, known: migrator.migrations.count))
      }
      return try migrator.hasCompletedMigrations(db) && Refolding.isCurrent(db)
    }
  }

  /// Brings an older store up to date, one process at a time (GRDB, "sharing a database").
  private static func migrate(_ pool: DatabasePool, _ site: Site) throws {
    let lock = try site.lockFile()
    defer { lock.unlock() }
    try Schema.migrator().migrate(pool)
    try Refolding.run(pool)
  }
}

/// Where a store lives and how its files come to be.
struct Site {
  let directory: String
  let sharing: OfficineStore.Sharing

  var database: String { directory + "/store.sqlite" }
  private var unfinished: String { directory + "/store.new" }

  /// The directory, or the nearest one above it that is there.
  var existing: String {
    var path = directory
    while access(path, F_OK) != 0, path != "/" { path = Self.parent(of: path) }
    return path
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Makes the directory and those above it, outermost first, as closed as the store itself:
  /// a new account has no `~/.local/share`.
  private func makeDirectories() throws(StoreError) {
    var missing: [String] = []
    var path = directory
    while access(path, F_OK) != 0, path != "/" {
      missing.append(path)
      path = Self.parent(of: path)
    }
    for path in missing.reversed() {
      guard mkdir(path, sharing.directoryMode) == 0 else {
        if errno == EEXIST { continue }
        if errno == ENOSPC { throw .diskFull }
        throw .cannotOpen(path == directory ? .notWritable : .parent)
      }
      // After the fact: mkdir obeys the umask and drops the group bit.
      chmod(path, sharing.directoryMode)
    }
  }

  /// Makes what is missing, when allowed.
  func prepare(create: Bool) throws(StoreError) {
    if create, hasFormerStore { throw .cannotOpen(.setAside) }
    if access(directory, F_OK) != 0 {
      guard create else { throw .cannotOpen(.missing) }
      try makeDirectories()
    }
    guard create || access(database, F_OK) == 0 else { throw .cannotOpen(.missing) }
    guard access(directory, W_OK | X_OK) == 0 else { throw .cannotOpen(.notWritable) }
    for name in ["bell", "lease", "store.lock", Self.copyLock, Self.pinLock] {
      try precreate(directory + "/" + name)
    }
    sweepCopy()
    // Whoever makes a store, brings one up to date or restores a copy is not disturbed.
    try waitForLock()
    guard access(database, F_OK) != 0 else { return }
    let lock = try lockFile()
    defer { lock.unlock() }
    // Somebody else may have made it while this process waited.
    guard access(database, F_OK) != 0 else { return }
    do { try makeDatabase() } catch { throw openError(error) }
  }

  /// Complete before it bears its name: a kill in between leaves no half store, and an empty
  /// `store.sqlite` can only be a damaged one.
  private func makeDatabase() throws {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(unfinished + suffix) }
    try precreate(unfinished)
    // Not yet in WAL mode: what is committed is in the one file that gets renamed.
    let queue = try DatabaseQueue(path: unfinished, configuration: OfficineStore.configuration())
    try Schema.migrator().migrate(queue)
    try Refolding.run(queue)
    try queue.close()
    guard rename(unfinished, database) == 0 else {
      throw StoreError.cannotOpen(.notWritable)
    }
    let folder = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      Glibc.close(folder)
    }
  }

  /// The directory and an empty file in it.
  func prepareEmpty() throws(StoreError) {
    try makeDirectories()
    try precreate(database)
  }

  /// The mode is set on the open descriptor: a umask cannot loosen or tighten it, and SQLite
  /// gives its -wal and -shm the mode of the file.
  private func precreate(_ path: String) throws(StoreError) {
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      if errno == EEXIST { return }
      if errno == ENOSPC { throw .diskFull }
      throw .cannotOpen(.notWritable)
    }
    defer { Glibc.close(file) }
    guard fchmod(file, sharing.fileMode) == 0 else { throw .cannotOpen(.permissions("file")) }
  }

  private func waitForLock() throws(StoreError) {
    let file = try OwnedFile(opening: directory + "/store.lock")
    for _ in 0..<(StoreError.patience * 50) {
      if !file.isLockedElsewhere { return }
      _ = poll(nil, 0, 20)
    }
    throw .busy(seconds: StoreError.patience)
  }

  func lockFile() throws(StoreError) -> OwnedFile {
    let file = try OwnedFile(opening: directory + "/store.lock")
    // 50 looks a second: a creation takes some hundredths.
    for _ in 0..<(StoreError.patience * 50) {
      if file.lock() { return file }
      _ = poll(nil, 0, 20)
    }
    throw .busy(seconds: StoreError.patience)
  }

  /// Two names for one database break SQLite's locks and its recovery.
  func checkFiles() throws(StoreError) {
    guard let facts = FileFacts(database, followingLinks: false)
    else { throw .cannotOpen(.missing) }
    guard facts.isFile, facts.links == 1 else {
      throw .cannotOpen(.permissions("link"))
    }
    guard facts.size > 0 else { throw .cannotOpen(.notAStore) }
    guard access(database, R_OK | W_OK) == 0, access(directory, W_OK | X_OK) == 0 else {
      throw .cannotOpen(.notWritable)
    }
  }

  /// What goes wrong while opening says that the file is no store, not that a row is bad.
  func openError(_ error: any Error) -> StoreError {
    let problem = StoreError(error, in: directory)
    if case .damaged("value") = problem { return .cannotOpen(.notAStore) }
    return problem
  }
}

/// Which file systems keep WAL's promise: all processes on one host.
enum FileSystem {
  static func type(_ path: String) -> Int? {
    let type = mss_file_system_type(path)
    return type < 0 ? nil : Int(type)
  }

  /// Less than SQLite needs for its next step, in blocks or in names.
  static func isFull(_ path: String) -> Bool {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { return false }
    let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    return free < 1 << 20 || (facts.f_files > 0 && facts.f_favail == 0)
  }

  /// The name of a file system that several hosts may share, from the magic numbers of
  /// statfs(2); nil for the others. FUSE is refused whole: sshfs cannot be told from the rest.
  static func networkName(_ type: Int) -> String? {
    let names: [Int: String] = [
      0x6969: "nfs", 0x517B: "smb", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2",
      0x6573_5546: "fuse", 0x5346_414F: "afs", 0x6B41_4653: "afs", 0x564C: "ncp",
      0x7375_7245: "coda", 0x0102_1997: "9p", 0x00C3_6400: "ceph", 0x0116_1970: "gfs2",
      0x0BD0_0BD0: "lustre", 0x786F_4256: "vboxsf", 0x7461_636F: "ocfs2",
    ]
    return names[type]
  }
}
