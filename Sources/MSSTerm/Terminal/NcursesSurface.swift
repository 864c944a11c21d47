internal import CNcurses
public import Cells
internal import Glibc
internal import Keys

/// The real terminal, through ncursesw.
///
/// One at a time in a process (ncurses' screen, signals and locale are the process's), used by the
/// thread that opened it. Every way out — `close`, `exit`, a fatal signal — leaves the terminal's
/// settings, cursor, screen and modes as they were.
public final class NcursesSurface: Surface {
  /// Whether colours are used; `automatic` follows `NO_COLOR` and the terminal.
  public enum ColourChoice: String, Sendable {
    case automatic = "auto"
    case always, never
  }

  /// How to open the terminal.
  public struct Options: Sendable {
    public var colour: ColourChoice
    /// Off leaves the terminal's own selection by mouse alone.
    public var mouse: Bool
    /// Defaults to the environment's `TERM`.
    public var term: String?
    /// Of characters; empty is the environment's. Not UTF-8: lines and accents become ASCII.
    public var locale: String
    public var input: Int32
    public var output: Int32

    public init(
      colour: ColourChoice = .automatic, mouse: Bool = false, term: String? = nil,
      locale: String = "", input: Int32 = 0, output: Int32 = 1
    ) {
      (self.colour, self.mouse, self.term) = (colour, mouse, term)
      (self.locale, self.input, self.output) = (locale, input, output)
    }
  }

  /// A larger window is used in its top left part.
  public static let largest = Size(
    columns: Int(NC_MOST_COLUMNS), rows: Int(NC_MOST_ROWS))

  public private(set) var size = Size(columns: 80, rows: 24)
  public let lineSet: LineSet

  let options: Options
  let wake: Wake
  var decoder: KeyDecoder
  /// When what the decoder has begun is given up.
  var decoderDeadline: ContinuousClock.Instant?
  /// The frame that the terminal had no room for.
  var waiting: (frame: Frame, theme: Theme)?
  /// The terminal is gone: it is neither read nor written any more.
  var isGone = false
  /// Known without asking the system, told with the next `wait`.
  var untold: [Input] = []
  let descriptors: Descriptors
  /// The terminal had no room for a wipe: it comes before anything else is drawn.
  private var owesWipe = false

  private var terminal: nc_terminal
  private var painter: Painter
  private var cursor: Frame.Cursor?
  private var isClosed = false

  /// Opens the terminal in full screen.
  /// - Parameter wake: returns `.posted` from `wait`; given to every `PostBox` too.
  public static func open(
    _ options: Options = Options(), wake: Wake
  ) throws(TerminalError) -> NcursesSurface {
    guard isatty(options.input) == 1, isatty(options.output) == 1 else { throw .notATerminal }
    guard let term = options.term ?? environment("TERM") else { throw .termUnset }
    if term == "dumb" { throw .termUnusable(term) }
    let isUTF8 = nc_use_locale(options.locale)
    let descriptors = try Descriptors()
    var terminal = nc_terminal()
    switch nc_open(&terminal, term, options.input, options.output) {
    case 0: break
    case -1: throw .termUnusable(term)
    default: throw .system(code: errno)
    }
    return NcursesSurface(options, wake, descriptors, terminal, isUTF8)
  }

  private init(
    _ options: Options, _ wake: Wake, _ descriptors: Descriptors, _ terminal: nc_terminal,
    _ isUTF8: Bool
  ) {
    self.options = options
    self.wake = wake
    self.descriptors = descriptors
    self.terminal = terminal
    lineSet = isUTF8 ? .unicode : .ascii
    decoder = KeyDecoder(isUTF8: isUTF8)
    let hasColours = Self.wantsColours(options.colour) && has_colors()
    if hasColours {
      start_color()
      use_default_colors()
    }
    painter = Painter(hasColours: hasColours)
    nc_arm_guard(options.output, leavingModes)
    nc_install_signals(descriptors.signalWriter)
    nc_forbid_dumps()
    curs_set(0)
    setModes(enteringModes)
    _ = measure()
  }

  deinit { close() }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  private static func wantsColours(_ choice: ColourChoice) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .automatic: environment("NO_COLOR") == nil
    }
  }

  // MARK: Drawing

  public func present(_ frame: Frame, theme: Theme) {
    guard !isGone, !isClosed else { return }
    // A blocked write would keep the keys waiting: the newest frame waits instead.
    guard canWrite else {
      waiting = (frame, theme)
      return
    }
    if owesWipe { wipe() }
    waiting = nil
    painter.paint(frame, theme: theme, on: size)
    place(frame.cursor)
    wnoutrefresh(nc_stdscr())
    doupdate()
  }

  private var canWrite: Bool {
    var ready = pollfd(fd: options.output, events: Int16(POLLOUT), revents: 0)
    return poll(&ready, 1, 0) == 1
  }

  private func place(_ wanted: Frame.Cursor) {
    if case .at(let point) = wanted {
      wmove(
        nc_stdscr(), Int32(min(max(0, point.row), size.rows - 1)),
        Int32(min(max(0, point.column), size.columns - 1)))
    }
    guard wanted != cursor else { return }
    switch (wanted, cursor) {
    case (.hidden, _): curs_set(0)
    case (.at, .at): break
    case (.at, _): curs_set(1)
    }
    cursor = wanted
  }

  /// Everything is drawn again with the next frame, over whatever is on the glass.
  private func repaintNext() {
    painter.forget()
    cursor = nil
    clearok(nc_stdscr(), true)
  }

  public func wipe() {
    waiting = nil
    painter.forget()
    cursor = nil
    guard !isGone, !isClosed else { return }
    owesWipe = !canWrite
    if !owesWipe { nc_blot() }
  }

  public func bell() {
    guard !isGone, !isClosed else { return }
    beep()
  }

  /// Asks the kernel for the size; true when it changed.
  func measure() -> Bool {
    var (rows, columns): (Int32, Int32) = (0, 0)
    // A terminal that does not know its size (a serial line) gets terminfo's.
    if !nc_window_size(options.output, &rows, &columns) {
      rows = Int32(getmaxy(nc_stdscr()))
      columns = Int32(getmaxx(nc_stdscr()))
    }
    let new = Size(
      columns: min(max(1, Int(columns)), Self.largest.columns),
      rows: min(max(1, Int(rows)), Self.largest.rows))
    resizeterm(Int32(new.rows), Int32(new.columns))
    guard new != size else { return false }
    size = new
    repaintNext()
    return true
  }

  // MARK: Lending the terminal

  public func suspend(_ body: () throws -> Void) rethrows {
    leave()
    defer { comeBack() }
    try body()
  }

  public func stopForShell() {
    leave()
    nc_stop_group()
    comeBack()
  }

  private func leave() {
    // A terminal without a second screen would keep what was on this one.
    wipe()
    setModes(leavingModes)
    endwin()
  }

  /// Takes the terminal back after a stop that gave no warning (SIGSTOP): the shell has changed
  /// its settings and its screen meanwhile.
  func recover() {
    guard !isGone, !isClosed else { return }
    endwin()
    comeBack()
  }

  /// Takes the terminal back after `leave`, and has the owner told what changed.
  private func comeBack() {
    guard !isGone, !isClosed else { return }
    if measure() { untold.append(.resized(size)) }
    repaintNext()
    // What was there before is drawn by its owner again, or not any more.
    werase(nc_stdscr())
    wnoutrefresh(nc_stdscr())
    doupdate()
    setModes(enteringModes)
  }

  public func close() {
    guard !isClosed else { return }
    wipe()
    isClosed = true
    setModes(leavingModes)
    nc_close(&terminal)
    nc_disarm_guard()
    nc_restore_signals()
  }

  public func watch(doorbell path: String) throws(TerminalError) {
    try descriptors.watch(path)
  }

  /// Bracketed paste always; the mouse (presses, wheel, in SGR form) when it is wanted.
  private var enteringModes: String {
    "\u{1B}[?2004h" + (options.mouse ? "\u{1B}[?1000h\u{1B}[?1006h" : "")
  }

  private var leavingModes: String {
    "\u{1B}[?2004l" + (options.mouse ? "\u{1B}[?1006l\u{1B}[?1000l" : "")
  }

  private func setModes(_ bytes: String) {
    guard !isGone, canWrite else { return }
    isGone = !nc_write(options.output, bytes, bytes.utf8.count)
  }
}
