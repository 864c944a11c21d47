import CDocuments
import Glibc

/// Starts children, in bubblewrap when that works; found out once.
struct DecoderLauncher: Sendable {
  let executable: String
  let programs: String
  /// nil until it was found out.
  private var confinement: Confinement?
  private static let greetingSeconds = 20.0

  init(executable: String, programs: String, confinement: Confinement?) {
    self.executable = executable
    self.programs = programs
    self.confinement = confinement
  }

  /// Never falls back once bubblewrap has worked: a child held less than before is no surprise that
  /// a full table of processes may bring.
  mutating func start() throws(DecoderError) -> DecoderChild {
    if let confinement {
      return try start(in: confinement)
    }
    if let child = try? start(in: .bubblewrap) {
      confinement = .bubblewrap
      return child
    }
    let child = try start(in: .limitsOnly)
    confinement = .limitsOnly
    return child
  }

  private func start(in confinement: Confinement) throws(DecoderError) -> DecoderChild {
    var words = [executable, "decode"]
    if confinement == .bubblewrap {
      guard let bwrap = Self.bubblewrap() else { throw .cannotStart(ENOENT) }
      words = [bwrap] + Self.walls(around: executable) + ["--"] + words
    }
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .cannotStart(errno) }
    let environment = [
      "PATH=\(programs)", "LANG=C.UTF-8", "SWIFT_BACKTRACE=enable=no", "MALLOC_ARENA_MAX=1",
    ]
    let pid = spawn(words, environment, in: ends[1], out: ends[1], ownSession: true)
    close(ends[1])
    guard pid > 0 else {
      close(ends[0])
      throw .cannotStart(-pid)
    }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    let child = DecoderChild(pid: pid, socket: ends[0], confinement: confinement)
    guard greets(child) else {
      child.end()
      throw .cannotStart(0)
    }
    return child
  }

  /// Waits for the first frame, which the child writes once it is shut in.
  private func greets(_ child: DecoderChild) -> Bool {
    var receiver = FrameReceiver(most: Frame.greeting.count)
    let deadline = ContinuousClock.now + .seconds(Self.greetingSeconds)
    while ContinuousClock.now < deadline {
      var entry = pollfd(fd: child.socket, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, 1_000)
      if entry.revents == 0 { continue }
      switch receiver.receive(from: child.socket) {
      case .nothing: continue
      case .frame(let bytes): return bytes == Frame.greeting
      case .oversized, .closed: return false
      }
    }
    return false
  }

  private static func bubblewrap() -> String? {
    ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"].first { access($0, X_OK) == 0 }
  }

  /// Nothing but programs can be seen inside: no home, no configuration, no store, no network.
  ///
  /// `--die-with-parent` is left out on purpose: it follows the thread that started the child, and
  /// threads of the worker come and go. The child ends when its socket closes; `end()` kills the
  /// group.
  private static func walls(around executable: String) -> [String] {
    var words = ["--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr"]
    for path in ["/bin", "/lib", "/lib32", "/lib64", "/sbin"] {
      if let target = link(path) {
        words += ["--symlink", target, path]
      } else {
        words += ["--ro-bind-try", path, path]
      }
    }
    for path in ["/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache"] {
      words += ["--ro-bind-try", path, path]
    }
    words += ["--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"]
    for path in runtimeDirectories() { words += ["--ro-bind-try", path, path] }
    return words + ["--ro-bind", executable, executable, "--chdir", "/"]
  }

  private static func link(_ path: String) -> String? {
    var target = [CChar](repeating: 0, count: 4096)
    let length = readlink(path, &target, target.count)
    guard length > 0 else { return nil }
    return String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Where this process has its Swift libraries from, when they are not linked in (debug builds).
  private static func runtimeDirectories() -> Set<String> {
    guard let maps = fopen("/proc/self/maps", "re") else { return [] }
    defer { fclose(maps) }
    var found: Set<String> = []
    var line = [CChar](repeating: 0, count: 8192)
    while fgets(&line, Int32(line.count), maps) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard let slash = text.firstIndex(of: "/"), let end = text.lastIndex(of: "/"),
        text[end...].hasPrefix("/libswift") || text[end...].hasPrefix("/libFoundation"),
        !text[slash...].hasPrefix("/usr/")
      else { continue }
      found.insert(String(text[slash..<end]))
    }
    return found
  }
}

/// Starts a program with these words (the first one is its path) and this environment.
///
/// - Returns: the process id, or minus errno.
func spawn(
  _ words: [String], _ environment: [String], in input: Int32, out output: Int32,
  cpuSeconds: UInt64 = 0, fileBytes: UInt64 = 0, ownSession: Bool = false
) -> Int32 {
  guard let path = words.first else { return -EINVAL }
  let argv = words.map { strdup($0) } + [nil]
  let envp = environment.map { strdup($0) } + [nil]
  defer { (argv + envp).forEach { free($0) } }
  return argv.withUnsafeBufferPointer { argv in
    envp.withUnsafeBufferPointer { envp in
      path.withCString { path in
        var program = cdoc_program(
          path: path, argv: argv.baseAddress, envp: envp.baseAddress, in: input, out: output,
          err: -1, cpu_seconds: cpuSeconds, file_bytes: fileBytes, own_session: ownSession ? 1 : 0)
        return cdoc_spawn(&program)
      }
    }
  }
}
