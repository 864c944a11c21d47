import Foundation
import Synchronization

/// A program run by a test: output kept in files, so that no pipe can fill up; ended by its id.
public final class ChildProcess: Sendable {
  /// What a finished child left.
  public struct Outcome: Sendable {
    /// The exit code, or 128 plus the number of the signal that ended it.
    public let code: Int32
    public let stdout: [UInt8]
    public let stderr: [UInt8]
    public var out: String { String(decoding: stdout, as: UTF8.self) }
    public var err: String { String(decoding: stderr, as: UTF8.self) }
  }

  /// The process id, which is also the id of its process group.
  public let pid: Int32
  private let name: String
  private let files: TemporaryDirectory
  private let ended = Mutex<Int32?>(nil)

  /// The pinned environment: what a program of the tests sees, and nothing of the developer's.
  ///
  /// `home` also holds the XDG directories, by their defaults.
  public static func environment(
    home: String, adding extra: [String: String] = [:]
  ) -> [String: String] {
    let pinned = [
      "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": home, "LANG": "C.UTF-8",
      "TZ": "Europe/Paris", "TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no",
    ]
    // Where the toolchain's own libraries are not on the default path, the debug build needs this.
    let library = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
    return pinned.merging(library.map { ["LD_LIBRARY_PATH": $0] } ?? [:]) { $1 }
      .merging(extra) { $1 }
  }

  /// Starts `program` (a path, or a name looked up by `Products.program`).
  ///
  /// - Parameters:
  ///   - environment: the whole environment; the pinned one in a home that is thrown away when nil.
  ///   - input: what the child reads on its standard input; nothing when nil.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    in directory: String? = nil, input: [UInt8]? = nil
  ) throws {
    let path = try program.contains("/") ? program : Products.program(program)
    name = URL(fileURLWithPath: path).lastPathComponent
    let files = try TemporaryDirectory()
    self.files = files
    let stdin = try input.map { try files.write("in", bytes: $0) } ?? "/dev/null"
    let variables = environment ?? Self.environment(home: files.path)
    // posix_spawn alone cannot change directory in standard C: env does it.
    let words = try directory.map { [try Products.program("env"), "-C", $0, path] } ?? [path]
    pid = try Self.spawn(
      words + arguments, variables.map { "\($0.key)=\($0.value)" },
      stdin: stdin, stdout: files.path("out"), stderr: files.path("err"))
  }

  deinit {
    guard poll() == nil else { return }
    kill(-pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  /// Starts, waits for the end, gives the outcome.
  public static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    in directory: String? = nil, input: [UInt8]? = nil, within limit: Duration = patience
  ) throws -> Outcome {
    try ChildProcess(
      program, arguments, environment: environment, in: directory, input: input
    ).wait(within: limit)
  }

  /// True until the child has ended.
  public var isRunning: Bool { poll() == nil }

  /// What the child has written so far on its standard output.
  public var outSoFar: String { String(decoding: read("out"), as: UTF8.self) }

  /// What the child has written so far on its standard error.
  public var errSoFar: String { String(decoding: read("err"), as: UTF8.self) }

  /// Waits for the end; a child that is still there at the limit is killed, and the wait throws.
  public func wait(within limit: Duration = patience) throws -> Outcome {
    do {
      try waitUntil("the end of \(name)", within: limit, seen: { self.tail }) { poll() != nil }
    } catch {
      signal(SIGKILL)
      throw error
    }
    return Outcome(code: poll() ?? -1, stdout: read("out"), stderr: read("err"))
  }

  /// Sends a signal to this child alone.
  public func signal(_ number: Int32) {
    ended.withLock { if $0 == nil { _ = kill(pid, number) } }
  }

  /// Asks the child to end, waits for it, and kills it if it will not.
  @discardableResult
  public func stop(within limit: Duration = .seconds(10)) throws -> Outcome {
    signal(SIGTERM)
    return try wait(within: limit)
  }

  private var tail: String {
    "--- out\n\(outSoFar.suffix(2000))\n--- err\n\(errSoFar.suffix(2000))"
  }

  private func read(_ file: String) -> [UInt8] {
    // The child may not have written yet: no file is no output.
    (try? files.bytes(file)) ?? []
  }

  /// Reaps the child if it has ended: its code, or nil while it runs.
  private func poll() -> Int32? {
    ended.withLock { code in
      if code != nil { return code }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let signal = status & 0x7f
      code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
      return code
    }
  }

  private static func spawn(
    _ words: [String], _ environment: [String],
    stdin: String, stdout: String, stderr: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, stdin, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, stdout, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, stderr, O_WRONLY | O_CREAT | O_APPEND, 0o600)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    let argv = words.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw KitError.system("posix_spawn \(words[0])", code) }
    return pid
  }
}
