import Glibc

/// A program started without a shell, with pipes on its standard input and output; its standard
/// error goes nowhere, because it may name the secret or the correspondent.
final class PipedChild {
  enum Ending: Hashable {
    case exited(Int32), killed, timedOut
  }

  private let process: pid_t
  private var input: Int32
  private var output: Int32
  private var ending: Ending?

  /// nil when it cannot be started. `arguments[0]` is a path or a name to look up.
  init?(_ arguments: [String], withInput: Bool) {
    guard let program = arguments.first else { return nil }
    guard let stdin = Descriptors.pipe() else { return nil }
    guard let stdout = Descriptors.pipe() else {
      close(stdin.read)
      close(stdin.write)
      return nil
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, stdin.read, 0)
    posix_spawn_file_actions_adddup2(&actions, stdout.write, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
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
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let problem = posix_spawnp(&process, program, &actions, &attributes, words, environ)
    close(stdin.read)
    close(stdout.write)
    guard problem == 0 else {
      close(stdin.write)
      close(stdout.read)
      return nil
    }
    self.process = process
    input = stdin.write
    output = stdout.read
    if !withInput { closeInput() }
  }

  deinit {
    kill()
    closeInput()
    if output >= 0 { close(output) }
  }

  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// True when all of it was taken. What the child says meanwhile is thrown away, so that neither
  /// side waits for the other for ever.
  func write(_ bytes: [UInt8], within seconds: Int) -> Bool {
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
    let limit = Deadline(seconds: seconds)
    var sent = 0
    while sent < bytes.count {
      var polled = [
        pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      ]
      guard limit.poll(&polled) else { return false }
      if polled[1].revents != 0, !drain() { polled[1].revents = 0 }
      guard polled[0].revents != 0 else { continue }
      let count = bytes.withUnsafeBytes {
        Glibc.write(input, $0.baseAddress?.advanced(by: sent), min(65_536, $0.count - sent))
      }
      if count < 0 && errno != EAGAIN && errno != EINTR { return false }
      sent += max(0, count)
    }
    return true
  }

  private func drain() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(output, &buffer, buffer.count)
    if count == 0 {
      close(output)
      output = -1
    }
    return count > 0
  }

  /// Everything it writes until it closes its output; nil above `limit` bytes or `seconds`, and
  /// when stopping is asked meanwhile.
  func readAll(limit: Int, within seconds: Int, stop: Stop? = nil) -> [UInt8]? {
    let deadline = Deadline(seconds: seconds)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      // A descriptor of -1 is not looked at.
      var polled = [output, stop?.descriptor ?? -1].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      guard deadline.poll(&polled), stop?.isRequested != true else { return nil }
      let count = read(output, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
      guard bytes.count <= limit else { return nil }
    }
  }

  /// Waits for the end; a child that is still there at the limit is killed.
  func wait(within seconds: Int) -> Ending {
    let deadline = Deadline(seconds: seconds)
    while ending == nil {
      if reap(WNOHANG) { break }
      var polled = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
      if output >= 0 {
        guard deadline.poll(&polled, atMost: 50) else { return stopLate() }
        if polled[0].revents != 0 { _ = drain() }
      } else {
        guard !deadline.hasPassed else { return stopLate() }
        _ = poll(nil, 0, 5)
      }
    }
    return ending ?? .killed
  }

  private func stopLate() -> Ending {
    kill()
    return .timedOut
  }

  /// Ends it and its own children at once, and takes it off the process table.
  func kill() {
    guard ending == nil else { return }
    Glibc.kill(-process, SIGKILL)
    _ = reap(0)
  }

  private func reap(_ options: Int32) -> Bool {
    var status: Int32 = 0
    var result: pid_t
    repeat { result = waitpid(process, &status, options) } while result < 0 && errno == EINTR
    guard result != 0 else { return false }
    let signal = status & 0x7F
    ending = result > 0 && signal == 0 ? .exited((status >> 8) & 0xFF) : .killed
    return true
  }
}

/// Descriptors that no child of ours inherits by accident.
enum Descriptors {
  /// nil when no more can be had.
  static func pipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { return nil }
    // Children are started by the thread that is here now: none can come in between.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}

/// An end of patience on the clock that nobody can set.
struct Deadline {
  private let limit: ContinuousClock.Instant

  init(seconds: Int) { limit = .now + .seconds(seconds) }

  var hasPassed: Bool { ContinuousClock.now >= limit }

  /// Waits for one of the descriptors; false when the time is over.
  ///
  /// With `atMost` it also returns after that many milliseconds, true and with nothing ready.
  func poll(_ polled: inout [pollfd], atMost: Int32? = nil) -> Bool {
    while true {
      let left = limit - .now
      guard left > .zero else { return false }
      let milliseconds =
        left.components.seconds * 1000 + 1
        + left.components.attoseconds / 1_000_000_000_000_000
      let wait = min(Int32(clamping: milliseconds), atMost ?? .max)
      let count = Glibc.poll(&polled, nfds_t(polled.count), wait)
      if count > 0 || (count == 0 && atMost != nil) { return true }
      if count < 0 && errno != EINTR { return false }
    }
  }
}
