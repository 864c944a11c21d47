import Foundation

/// A real program in a real terminal: tmux of its own, fixed size, pinned environment.
///
/// Screens are waited for, never slept for. Ended, with everything in it, when the value goes away.
public final class TmuxDriver: Sendable {
  /// The home directory of the program.
  public let home: String
  private let files: TemporaryDirectory
  private let tmux: String
  private let environment: [String: String]

  /// Starts `command` (program and arguments, no shell) on a screen of `columns` × `rows`.
  ///
  /// - Parameters:
  ///   - home: HOME of the program; a directory of the driver when nil.
  ///   - environment: added to `ChildProcess.environment`; may replace LANG, TZ or TERM.
  ///     TERM is what the program sees inside tmux.
  public init(
    _ command: [String], columns: Int = 80, rows: Int = 24, home: String? = nil,
    environment extra: [String: String] = [:]
  ) throws {
    files = try TemporaryDirectory()
    self.home = try home ?? files.directory("home")
    tmux = try Products.program("tmux")
    let defaults = ["MSSTERM_IDLE_FILE": files.path("idle")]
    environment = ChildProcess.environment(
      home: self.home, adding: defaults.merging(extra) { $1 })
    let settings = try files.write(
      "tmux.conf",
      """
      set -g status off
      set -g escape-time 0
      set -g remain-on-exit on
      set -g history-limit 0
      set -g default-terminal \(extra["TERM"] ?? "tmux-256color")

      """)
    let keeper = try files.write("keeper.sh", Self.keeper)
    try run(
      [
        "-f", settings, "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "--",
        "sh", keeper, files.path,
      ] + command)
  }

  deinit {
    // The server may have ended with its program; nothing else is to be known here.
    _ = try? tmuxOutcome(["kill-server"])
  }

  /// Runs the program, notes its id and its exit code, and holds the terminal open meanwhile.
  ///
  /// tmux's own account of a dead pane is not to be trusted: closing the terminal races with the
  /// end of the program, which then counts as hung up, or is never reaped (both seen, tmux 3.3a).
  private static let keeper = """
    trap : INT QUIT
    dir=$1; shift
    sh -c 'echo $$ >"$0/pid"; exec "$@"' "$dir" "$@"
    echo $? >"$dir/code"

    """

  // MARK: - Hands

  /// Presses keys by tmux's names: `p`, `Enter`, `Escape`, `F1`, `C-s`, `Up`.
  public func press(_ keys: String...) throws {
    try run(["send-keys", "--"] + keys)
  }

  /// Types text as it is.
  public func type(_ text: String) throws {
    try run(["send-keys", "-l", "--", text])
  }

  /// Pastes text, bracketed when the program asked for that.
  public func paste(_ text: String) throws {
    try run(["set-buffer", "--", text])
    try run(["paste-buffer", "-p"])
  }

  /// Gives the terminal another size.
  public func resize(columns: Int, rows: Int) throws {
    try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// Closes the terminal, as a person who shuts its window: the program is hung up.
  public func closeTerminal() throws {
    try tmuxOutcome(["kill-server"])
  }

  // MARK: - Eyes

  /// The screen: one line per row, spaces at their ends cut.
  public func screen() throws -> String {
    try run(["capture-pane", "-p"])
  }

  /// What the terminal shows once the program has left its full screen: the normal screen.
  public func normalScreen() throws -> String {
    try run(["capture-pane", "-p", "-a", "-q"])
  }

  /// tmux's socket, for another terminal that attaches to the same server.
  public var socket: String { files.path("socket") }

  /// The words that attach a terminal to this driver's session, or to another of its server.
  public func attaching(to session: String = "0") -> [String] {
    ["env", "-u", "TMUX", tmux, "-u", "-S", socket, "attach-session", "-t", session]
  }

  /// Runs one command of tmux on this driver's server.
  public func command(_ words: String...) throws -> String { try run(words) }

  /// From now on every byte that the program writes to its terminal, in a file of the driver.
  public func record() throws {
    try run(["pipe-pane", "-O", "cat >>'\(files.path("record"))'"])
  }

  /// What was recorded so far; nothing before the first byte came.
  public func recorded() -> [UInt8] {
    (try? files.bytes("record")) ?? []
  }

  /// The screen with its colours and attributes as SGR sequences.
  public func colouredScreen() throws -> String {
    try run(["capture-pane", "-p", "-e"])
  }

  /// Column and row of the cursor, from 0, and whether it shows.
  public func cursor() throws -> (column: Int, row: Int, isVisible: Bool) {
    let words = try run(["display-message", "-p", "#{cursor_x} #{cursor_y} #{cursor_flag}"])
      .split { $0 == " " || $0 == "\n" }.map { Int($0) ?? -1 }
    guard words.count == 3 else { throw KitError.child("tmux told no cursor") }
    return (words[0], words[1], words[2] == 1)
  }

  /// The exit code of the program (128 plus the signal that ended it), or nil while it runs.
  public func exitCode() -> Int? {
    number(in: "code")
  }

  /// The process id of the program.
  public func processID() throws -> Int32 {
    try waitUntil("the program to start") { number(in: "pid") != nil }
    return Int32(number(in: "pid") ?? -1)
  }

  // MARK: - Patience

  /// Waits until `condition` holds for a screen that two looks find the same, with the program
  /// idle between them; gives that screen. A wait in vain throws with the last screen in it.
  @discardableResult
  public func waitForScreen(
    _ what: String, within limit: Duration = patience, _ condition: (String) -> Bool
  ) throws -> String {
    var last = (screen: "", idle: -1)
    var found = ""
    try waitUntil(what, within: limit, seen: { framed(last.screen) }) {
      let now = (screen: try screen(), idle: idleCount)
      defer { last = now }
      found = now.screen
      return now == last && condition(now.screen)
    }
    return found
  }

  /// Waits until the screen shows `text`.
  @discardableResult
  public func expect(_ text: String, within limit: Duration = patience) throws -> String {
    try waitForScreen("« \(text) » on the screen", within: limit) { $0.contains(text) }
  }

  /// Waits until the screen no longer shows `text`.
  @discardableResult
  public func expectGone(_ text: String, within limit: Duration = patience) throws -> String {
    try waitForScreen("« \(text) » to leave the screen", within: limit) { !$0.contains(text) }
  }

  /// Presses keys, then waits until the program has been idle again since, and gives the screen.
  ///
  /// For programs that keep `MSSTERM_IDLE_FILE`: a growing number, written whenever all input is
  /// drained and painted. Prefer `expect` where a text tells that the work is done: this one may
  /// be satisfied by an idle moment just before the key arrived.
  @discardableResult
  public func pressAndSettle(
    _ keys: String..., within limit: Duration = patience
  ) throws -> String {
    let before = idleCount
    try run(["send-keys", "--"] + keys)
    return try waitForScreen("the program to settle", within: limit) { _ in idleCount > before }
  }

  /// Waits for the end of the program and gives its exit code.
  public func waitForExit(within limit: Duration = patience) throws -> Int {
    var code: Int?
    try waitUntil("the program to end", within: limit, seen: { framed((try? screen()) ?? "") }) {
      code = exitCode()
      return code != nil
    }
    return code ?? -1
  }

  /// How often the program said that it is idle; 0 before the first time.
  public var idleCount: Int { number(in: "idle") ?? 0 }

  private func number(in file: String) -> Int? {
    // Not written yet, or just emptied to be rewritten: the next look will see it.
    guard let bytes = try? files.bytes(file) else { return nil }
    return Int(
      String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private func framed(_ screen: String) -> String {
    screen.split(separator: "\n", omittingEmptySubsequences: false).map { "| \($0)" }
      .joined(separator: "\n")
  }

  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    let outcome = try tmuxOutcome(arguments)
    guard outcome.code == 0 else {
      throw KitError.child("tmux \(arguments.first ?? ""): \(outcome.err)")
    }
    return outcome.out
  }

  @discardableResult
  private func tmuxOutcome(_ arguments: [String]) throws -> ChildProcess.Outcome {
    // -u: UTF-8 whatever the locale of the program under test is.
    try ChildProcess.run(
      tmux, ["-u", "-S", files.path("socket")] + arguments, environment: environment)
  }
}
