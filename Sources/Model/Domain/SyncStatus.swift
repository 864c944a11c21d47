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
    /// The session of the token is over: calm, a person opens it again when they want to.
    case closed
  }

  public var phase: Phase
  public var since: Timestamp
  public var lastSuccess: Timestamp?
  /// Stable code of the last failure, such as `network.unreachable`, `tls.expired`, `login`.
  public var failure: String?
  public var done: Int
  public var total: Int
  /// Bytes of the bodies that came, and that are expected; 0 when not known.
  public var bytesDone: Int64
  public var bytesTotal: Int64
  /// When the worker tries again by itself; nil when it waits for a person.
  public var nextAttempt: Timestamp?
  /// Why nothing leaves although mail comes in; nil while sending is not in trouble by itself.
  public var sending: SendingTrouble?

  public init(
    phase: Phase, since: Timestamp, lastSuccess: Timestamp? = nil, failure: String? = nil,
    done: Int = 0, total: Int = 0, bytesDone: Int64 = 0, bytesTotal: Int64 = 0,
    nextAttempt: Timestamp? = nil
  ) {
    self.phase = phase
    self.since = since
    self.lastSuccess = lastSuccess
    self.failure = failure
    self.done = done
    self.total = total
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
    self.nextAttempt = nextAttempt
  }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    phase = try box.decode(Phase.self, forKey: .phase)
    since = try box.decode(Timestamp.self, forKey: .since)
    lastSuccess = try box.decodeIfPresent(Timestamp.self, forKey: .lastSuccess)
    failure = try box.decodeIfPresent(String.self, forKey: .failure)
    done = try box.decode(Int.self, forKey: .done)
    total = try box.decode(Int.self, forKey: .total)
    bytesDone = try box.decodeIfPresent(Int64.self, forKey: .bytesDone) ?? 0
    bytesTotal = try box.decodeIfPresent(Int64.self, forKey: .bytesTotal) ?? 0
    nextAttempt = try box.decodeIfPresent(Timestamp.self, forKey: .nextAttempt)
    sending = try box.decodeIfPresent(SendingTrouble.self, forKey: .sending)
  }
}
