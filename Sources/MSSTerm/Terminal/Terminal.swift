// Terminal: the window — the only pane of glass that is real.

public import Cells
public import Keys

/// What happened in front of the glass, or knocked on it.
public enum Input: Hashable, Sendable {
  /// A key that a hand, or a scanner, pressed.
  case key(Key)
  /// A paste, never keys. Newlines are `\n`; anything else is as it came, so it is drawn through
  /// `Presentable` like any other foreign text. `truncated`: more than `KeyDecoder.longestPaste`.
  case paste(String, truncated: Bool)
  case mouse(MouseEvent)
  /// The terminal has another size; the surface already has it.
  case resized(Size)
  /// The doorbell file was written: another process may have committed. Several rings are one.
  case doorbell
  /// Something was posted (`PostBox`): drain your boxes. Several posts are one.
  case posted
  case signal(Signal)
  /// The instant given to `wait` has come.
  case deadline

  /// What the system, or a hand through it, asks of the whole program.
  public enum Signal: Hashable, Sendable {
    /// SIGTERM: save and leave.
    case terminate
    /// SIGHUP, or the terminal is gone: save and leave; nothing can be drawn any more. Told once.
    case hangup
    /// SIGINT from outside (Ctrl-C is a key).
    case interrupt
    /// Ctrl-Z or SIGTSTP: end what holds a lock, then call `stopForShell()`.
    case stop
    /// The program goes on after a stop; the screen is already repainted.
    case continued
  }
}

/// A press or a turn of the wheel on a cell.
public struct MouseEvent: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case press, wheelUp, wheelDown
  }

  public let point: Point
  public let action: Action

  public init(point: Point, action: Action) {
    self.point = point
    self.action = action
  }
}

/// A terminal, or what stands for it in a test. Lives on the UI thread, which alone may call it.
public protocol Surface: AnyObject {
  /// The size to draw for; never empty, at most `NcursesSurface.largest`.
  var size: Size { get }
  /// The lines this terminal can show.
  var lineSet: LineSet { get }

  /// Sleeps until something happens and returns all of it, in order; never empty.
  ///
  /// At most a few thousand inputs at once; the rest comes with the next call.
  /// - Parameter deadline: return `.deadline` at this instant at the latest; nil is never.
  func wait(until deadline: ContinuousClock.Instant?) -> [Input]

  /// Shows a frame; only what changed is sent. When the terminal takes no more bytes, the frame
  /// waits in its place, and a newer one replaces it.
  func present(_ frame: Frame, theme: Theme)

  /// Overwrites the whole glass and forgets what was on it; the next frame is painted whole.
  func wipe()

  /// Rings the terminal's bell.
  func bell()

  /// From now on a write to this file is a `.doorbell`. Replaces the file watched before.
  func watch(doorbell path: String) throws(TerminalError)

  /// Gives the terminal to `body` (an editor, a pager), then takes it back and repaints.
  func suspend(_ body: () throws -> Void) rethrows

  /// Stops the process as Ctrl-Z does; returns when the shell lets it go on, repainted.
  func stopForShell()

  /// Leaves the terminal as it was. Harmless when repeated.
  func close()
}
