import Glibc
import Platform

/// Why an export did not take place; nothing of it is left.
public enum ExportError: Error, Hashable, Sendable {
  /// The directory that receives exports is not there, or is none.
  case noDirectory
  /// It may not be written to.
  case closed
  /// Something of that name is there: nothing is ever overwritten.
  case exists
  /// Another process is making the same export.
  case underWay
  case full
  /// `errno`.
  case failed(Int32)

  /// Stable, for the health pane, logs and traces.
  public var code: String {
    switch self {
    case .noDirectory: "missing"
    case .closed: "closed"
    case .exists: "exists"
    case .underWay: "under-way"
    case .full: "full"
    case .failed(let number): "failed.\(number)"
    }
  }

  init(_ number: Int32) {
    switch number {
    case ENOSPC, EDQUOT: self = .full
    case EACCES, EPERM, EROFS: self = .closed
    case EEXIST, ENOTEMPTY: self = .exists
    default: self = .failed(number)
    }
  }
}

/// One folder on its way into a directory that another program watches: filled under a hidden
/// name, then renamed (cli.md). Who sees `name` sees all of it.
///
/// Files are 0600 and the folder 0700, whatever the umask. Used by one thread.
public final class ExportFolder {
  public let directory: String
  public let name: String
  public var path: String { "\(directory)/\(name)" }
  private var hidden: String { "\(directory)/.\(name).partial" }
  /// Of the hidden folder while it is filled: its lock tells a live export from a leftover.
  private var descriptor: Int32 = -1

  /// - Parameters:
  ///   - directory: absolute; it must exist, as nobody watches one that was just made.
  ///   - name: letters, digits and `-`.
  public init(in directory: String, named name: String) {
    precondition(!name.isEmpty && !name.contains("/") && !name.hasPrefix("."))
    self.directory = directory
    self.name = name
  }

  deinit { unlock() }

  /// Whether it bears its name.
  public var isPlaced: Bool { FileFacts(path, followingLinks: false) != nil }

  /// Whether a hidden folder of that name lies there, whole or not.
  public var isBegun: Bool { FileFacts(hidden, followingLinks: false) != nil }

  /// Checks the directory without touching it.
  public func checkDirectory() throws(ExportError) {
    guard let facts = FileFacts(directory), facts.isDirectory else { throw .noDirectory }
    guard access(directory, W_OK | X_OK) == 0 else { throw .closed }
  }

  /// Writes the files under the hidden name and waits until they are on the disk. Takes over what
  /// a killed export left; whatever fails leaves nothing.
  public func fill(_ files: [ExportSheet.File]) throws(ExportError) {
    try checkDirectory()
    guard !isPlaced else { throw .exists }
    try begin()
    do throws(ExportError) {
      try clear()
      for file in files { try write(file) }
      guard fsync(descriptor) == 0 else { throw ExportError(errno) }
    } catch {
      discard()
      throw error
    }
  }

  /// Gives the filled folder its name: the moment of the export.
  public func place() throws(ExportError) {
    // Onto a folder with something in it, or onto a file, rename(2) fails.
    guard !isPlaced else { throw .exists }
    guard rename(hidden, path) == 0 else { throw ExportError(errno) }
    unlock()
    let parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { return }
    fsync(parent)
    close(parent)
  }

  /// Takes the hidden folder away.
  public func discard() {
    do { try clear() } catch {
      // What cannot be removed is hidden; the next export of that name takes it over.
      return unlock()
    }
    rmdir(hidden)
    unlock()
  }

  // MARK: - The hidden folder

  private func begin() throws(ExportError) {
    if mkdir(hidden, 0o700) != 0, errno != EEXIST { throw ExportError(errno) }
    descriptor = open(hidden, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw ExportError(errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      unlock()
      throw .underWay
    }
    guard fchmod(descriptor, 0o700) == 0 else { throw ExportError(errno) }
  }

  private func unlock() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  /// By path: a folder that was renamed meanwhile is no longer reached.
  private func clear() throws(ExportError) {
    guard let entries = opendir(hidden) else {
      if errno == ENOENT { return }
      throw ExportError(errno)
    }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      guard unlink("\(hidden)/\(name)") == 0 else { throw ExportError(errno) }
    }
  }

  private func write(_ file: ExportSheet.File) throws(ExportError) {
    let target = open(
      "\(hidden)/\(file.name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard target >= 0 else { throw ExportError(errno) }
    defer { close(target) }
    var sent = 0
    while sent < file.bytes.count {
      let count = file.bytes.withUnsafeBytes {
        Glibc.write(target, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw ExportError(count < 0 ? errno : ENOSPC) }
      sent += count
    }
    guard fchmod(target, 0o600) == 0, fsync(target) == 0 else { throw ExportError(errno) }
  }
}
