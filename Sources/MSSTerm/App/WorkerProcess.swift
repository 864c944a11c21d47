import Glibc

/// Finds and runs `mssterm-worker`: whatever talks to servers or decodes mail happens there.
struct WorkerProcess {
  let path: String

  /// Beside this program, or in ../libexec/mssterm of an installation.
  static func find() throws -> WorkerProcess {
    let directory = ownDirectory() ?? "."
    for candidate in [
      directory + "/mssterm-worker", directory + "/../libexec/mssterm/mssterm-worker",
    ] where access(candidate, X_OK) == 0 {
      return WorkerProcess(path: candidate)
    }
    throw CommandFailure(
      .failed, "mssterm-worker est introuvable ; refaire « make build » ou « make install ».",
      "mssterm-worker was not found; run \"make build\" or \"make install\" again.")
  }

  /// Where this program's binary lies, links followed.
  static func ownDirectory() -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(
      decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.lastIndex(of: "/").map { String(own[..<$0]) }
  }

  /// Replaces this process: the worker's output and exit code are the command's.
  func replaceThisProcess(_ arguments: [String]) throws -> Never {
    withCStrings([path] + arguments) { _ = execv(path, $0) }
    throw CommandFailure(
      .failed, "mssterm-worker ne démarre pas (code \(errno)).",
      "mssterm-worker does not start (code \(errno)).")
  }

  /// Runs it to its end with `input` on its standard input; its standard output comes back up to
  /// `limit` bytes, its standard error goes where ours goes.
  func run(
    _ arguments: [String], input: [UInt8] = [], limit: Int = 64 << 20, within seconds: Int = 60
  ) throws -> Child.Result {
    try Child.run([path] + arguments, input: input, limit: limit, within: seconds)
  }
}

/// A child process run to its end, without a shell.
enum Child {
  struct Result {
    /// Exit code, or 128 + signal.
    var code: Int32
    var output: [UInt8]
    /// The child wrote more than the limit, or took too long; it was ended.
    var isCut: Bool
  }

  /// - Parameters:
  ///   - limit: bytes of output kept at most.
  ///   - seconds: what the child may take in all.
  ///   - isQuiet: what it says on standard error is dropped, not shown.
  static func run(
    _ arguments: [String], input: [UInt8], limit: Int, within seconds: Int, isQuiet: Bool = false
  ) throws -> Result {
    var stdin: [Int32] = [0, 0]
    var stdout: [Int32] = [0, 0]
    guard pipe(&stdin) == 0, pipe(&stdout) == 0 else {
      throw CommandFailure(
        .tryLater, "Trop de fichiers ouverts ; réessayer.", "Too many open files; try again.")
    }
    // Nothing else of ours may hold these ends open, or the end of input would never be seen.
    for end in stdin + stdout { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(stdout[0]) }
    let process = try spawn(
      arguments, standardInput: stdin[0], standardOutput: stdout[1], isQuiet: isQuiet)
    close(stdin[0])
    close(stdout[1])
    var result = Result(code: 0, output: [], isCut: false)
    let deadline = ContinuousClock.now + .seconds(seconds)
    exchange(
      input, to: stdin[1], from: stdout[0], limit: limit, until: deadline, result: &result)
    if result.isCut { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    result.code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    return result
  }

  /// Feeds and drains at once, so that neither side can wait for the other for ever.
  private static func exchange(
    _ input: [UInt8], to sink: Int32, from source: Int32, limit: Int,
    until deadline: ContinuousClock.Instant, result: inout Result
  ) {
    var sent = 0
    var isFeeding = true
    if input.isEmpty {
      close(sink)
      isFeeding = false
    } else {
      _ = fcntl(sink, F_SETFL, O_NONBLOCK)
    }
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      var polled = [pollfd(fd: source, events: Int16(POLLIN), revents: 0)]
      if isFeeding { polled.append(pollfd(fd: sink, events: Int16(POLLOUT), revents: 0)) }
      let left = (deadline - .now).components.seconds
      guard left >= 0 else {
        result.isCut = true
        break
      }
      let ready = poll(&polled, nfds_t(polled.count), 500)
      if ready < 0 && errno != EINTR { break }
      if ready <= 0 { continue }
      if isFeeding, polled[1].revents != 0 {
        let count = input.withUnsafeBytes {
          write(sink, $0.baseAddress?.advanced(by: sent), min(65536, $0.count - sent))
        }
        sent += max(0, count)
        if (count < 0 && errno != EAGAIN) || sent == input.count {
          close(sink)
          isFeeding = false
        }
      }
      guard polled[0].revents != 0 else { continue }
      let count = read(source, &buffer, buffer.count)
      if count <= 0 { break }
      result.output += buffer.prefix(count)
      if result.output.count > limit {
        result.isCut = true
        break
      }
    }
    if isFeeding { close(sink) }
  }

  /// Starts `arguments[0]` by path or PATH. Every descriptor of ours is close-on-exec.
  private static func spawn(
    _ arguments: [String], standardInput: Int32, standardOutput: Int32, isQuiet: Bool
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    posix_spawn_file_actions_adddup2(&actions, standardOutput, 1)
    if isQuiet { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    var process: pid_t = 0
    let problem = withCStrings(arguments) {
      posix_spawnp(&process, arguments[0], &actions, nil, $0, environ)
    }
    guard problem == 0 else {
      throw CommandFailure(
        .failed, "« \(arguments[0]) » ne démarre pas (code \(problem)).",
        "\"\(arguments[0])\" does not start (code \(problem)).")
    }
    return process
  }

  /// Starts `arguments` in a session of its own that outlives this program, its standard streams
  /// on /dev/null: Ctrl-Z or the end of a screen never freezes it. Still a child of this process
  /// while that lives: the caller reaps it.
  static func startDaemon(_ arguments: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, "/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID of glibc (2.26), a macro that Swift does not import.
    posix_spawnattr_setflags(&attributes, 0x80)
    var process: pid_t = 0
    let problem = withCStrings(arguments) {
      posix_spawn(&process, arguments[0], &actions, &attributes, $0, environ)
    }
    guard problem == 0 else {
      throw CommandFailure(
        .failed, "« \(arguments[0]) » ne démarre pas (code \(problem)).",
        "\"\(arguments[0])\" does not start (code \(problem)).")
    }
    return process
  }
}

/// `texts` as a NULL-terminated array of C strings, for exec and spawn.
func withCStrings<T>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> T
) rethrows -> T {
  let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
  defer { pointers.forEach { free($0) } }
  return try body(pointers)
}
