/// What the worker last wrote about its conversation with the operator; always on screen.
public struct SyncStatus: Hashable, Sendable, Codable {
  public enum Phase: String, Sendable, Codable {
    /// Nothing has ever been synchronised here.
    case never
    case working, upToDate
    /// The server could not be reached.
    case offline
    /// The server answered no to the login, or its certificate was refused.
    case refused
  }

  public var phase: Phase
  public var since: Timestamp
  public var lastSuccess: Timestamp?
  /// Stable code of the last failure, such as `network.unreachable`, `tls.certificate`, `login`.
  public var failure: String?
  public var done: Int
  public var total: Int

  public init(
    phase: Phase, since: Timestamp, lastSuccess: Timestamp? = nil, failure: String? = nil,
    done: Int = 0, total: Int = 0
  ) {
    self.phase = phase
    self.since = since
    self.lastSuccess = lastSuccess
    self.failure = failure
    self.done = done
    self.total = total
  }
}
