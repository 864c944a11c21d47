import Glibc

/// A program that reads one file and writes another, such as age; nothing of either passes through
/// this process.
enum FileFilter {
  enum Ending: Equatable {
    case done
    /// The program is not installed.
    case missing
    /// It said no, or did not end in time.
    case failed
    case stopped
  }

  /// Hours are enough for the largest store on the slowest disk.
  private static let limit = Duration.seconds(6 * 3600)

  /// - Parameters:
  ///   - target: made with mode 0600, or an empty file that is there.
  ///   - isAsking: it may ask for a passphrase at the terminal; its own words are shown then.
  static func run(
    _ arguments: [String], from source: String, to target: String, isAsking: Bool = false,
    until isEnding: () -> Bool
  ) -> Ending {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, source, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, target, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
    if !isAsking { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The worker blocks signals and ignores SIGPIPE: a child must not inherit either.
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    switch posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ) {
    case 0: return wait(for: process, until: isEnding)
    case ENOENT where access(source, R_OK) == 0 && isMissing(arguments[0]): return .missing
    default: return .failed
    }
  }

  /// posix_spawn says ENOENT for a file it cannot open as well.
  private static func isMissing(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return !path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  private static func wait(for process: pid_t, until isEnding: () -> Bool) -> Ending {
    let end = ContinuousClock.now + limit
    var status: Int32 = 0
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { return status == 0 ? .done : .failed }
      if found < 0 && errno != EINTR { return .failed }
      let isStopped = isEnding()
      if isStopped || ContinuousClock.now > end {
        kill(process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return isStopped ? .stopped : .failed
      }
      _ = poll(nil, 0, 20)
    }
  }
}

/// Small things about files that hold copies.
enum CopyFile {
  /// The first bytes of a file; nil when it cannot be read.
  static func head(_ path: String, _ count: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = read(file, &bytes, count)
    return got < 0 ? nil : Array(bytes.prefix(got))
  }

  /// Durable: the bytes, then the name.
  static func sync(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return fsync(file) == 0
  }

  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Byte for byte to a new file of mode 0600, or an empty one that is there.
  static func copy(_ source: String, to target: String, until isEnding: () -> Bool) -> Bool {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return false }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard output >= 0 else { return false }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while !isEnding() {
      let count = read(input, &buffer, buffer.count)
      if count == 0 { return fsync(output) == 0 }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      var sent = 0
      while sent < count {
        let part = buffer.withUnsafeBytes {
          write(output, $0.baseAddress?.advanced(by: sent), count - sent)
        }
        if part < 0 && errno == EINTR { continue }
        guard part > 0 else { return false }
        sent += part
      }
    }
    return false
  }
}
