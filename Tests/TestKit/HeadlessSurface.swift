public import Cells
public import Terminal

/// A terminal without glass: plays scripted inputs and keeps what was shown.
public final class HeadlessSurface: Surface {
  public private(set) var size: Size
  public let lineSet: LineSet
  /// Every frame that was presented, oldest first.
  public private(set) var frames: [Frame] = []
  public private(set) var bells = 0
  /// The doorbell file that was asked to be watched.
  public private(set) var doorbell: String?
  /// How often the terminal was lent or the process asked to stop.
  public private(set) var suspensions = 0
  public private(set) var isClosed = false
  private var script: [[Input]]
  private let last: [Input]

  /// - Parameters:
  ///   - script: one array for each `wait`; `.resized` also changes `size`.
  ///   - last: what every wait after the script returns; a program must end on it.
  public init(
    size: Size = Size(columns: 80, rows: 24), lineSet: LineSet = .unicode, script: [[Input]] = [],
    last: [Input] = [.signal(.terminate)]
  ) {
    precondition(!last.isEmpty, "wait never returns nothing")
    self.size = size
    self.lineSet = lineSet
    self.script = script.filter { !$0.isEmpty }
    self.last = last
  }

  /// Adds inputs for the next waits.
  public func type(_ inputs: [Input]...) { script += inputs.filter { !$0.isEmpty } }

  /// Whether the whole script was read.
  public var isScriptOver: Bool { script.isEmpty }

  /// The frame on the glass.
  public var frame: Frame? { frames.last }

  public func wait(until deadline: ContinuousClock.Instant?) -> [Input] {
    let inputs = script.isEmpty ? last : script.removeFirst()
    for case .resized(let new) in inputs { size = new }
    return inputs
  }

  public func present(_ frame: Frame, theme: Theme) { frames.append(frame) }
  public func bell() { bells += 1 }
  public func wipe() { frames = [] }
  public func watch(doorbell path: String) throws(TerminalError) { doorbell = path }
  public func suspend(_ body: () throws -> Void) rethrows {
    suspensions += 1
    try body()
  }
  public func stopForShell() { suspensions += 1 }
  public func close() { isClosed = true }
}
