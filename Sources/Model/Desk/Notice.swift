public import Domain

/// One sentence in the status line, for a while.
public struct Notice: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    /// A new alarm; how many there are now.
    case alarmed(Int)
    case done(Gesture, Order.ID)
    case teamChanged(TeamNews)
    /// A note is kept, and those it calls will find it.
    case noted(calls: [String])
    case refused(Refusal)
    /// Another machine was first; it had been done here.
    case refusedByLog(Gesture, Refusal)
    case unavailable(Command, Unavailability)
    case undid(Gesture)
    /// How many changed hands, and how many did not.
    case reassigned(to: Member, count: Int, refused: Int)
    case queued(display: String)
    case cancelledSend(display: String)
    /// The answer was yes when the time for it was over.
    case cancelTooLate(display: String)
    case printed(printer: String)
    /// With the command that opens it again.
    case draftKept(by: Command)
    case failed(Failure)
    case nowActing(Member)
    /// A scan or stray characters: recognised, nothing done.
    case ignoredInput
    /// A scan was recognised: the search key looks for it.
    case scanOffered
    /// The field holds no more, in bytes; the rest of a paste was left out.
    case textFull(limit: Int)
    /// A demande that was pointed to is not in the store any more.
    case vanished
    /// The wish to connect again is on its way.
    case reconnecting
    case reconnected(Reconnection)
    /// A BAL that may not be opened from here.
    case closedBAL(BALChoice.Obstacle)
    /// One's own answer was stopped before its first byte.
    case heldBack
    /// Somebody else decided about a stopped answer.
    case heldGone
    case answerDiscarded
    /// One's own answer did not leave while the screen was locked; it is among the drafts.
    case answerReturned
  }
  public var content: Content
  public var until: Timestamp
  /// Whom the demande names that it tells about, for when another one is selected.
  public var about: String?
  /// « Nouveau message » is still there after what was done.
  public var leavesNews = false
  public init(_ content: Content, until: Timestamp) {
    self.content = content
    self.until = until
  }
}

/// Why an effect did not happen, in terms of what the person can do next.
public enum Failure: Equatable, Sendable {
  case storeBusy
  case storeUnwritable
  case diskFull
  case notFound
  case printerMissing
  case printFailed
  case sendingRefused
  case workerMissing
  case unexpected(code: String)
}
