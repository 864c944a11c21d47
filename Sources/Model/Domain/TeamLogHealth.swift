/// How the exchange with the other machines is, for the health pane and the doctor.
public struct TeamLogHealth: Hashable, Sendable, Codable {
  /// Of the log's own connection: phase, failure, when it is tried again. Failures of its own are
  /// `teamlog.…`; see ``Obstacle``.
  public var status: SyncStatus
  /// The server tells of colleagues' gestures by itself.
  public var isPushed: Bool
  /// Gestures of this machine that the others do not have yet.
  public var pending: Int
  /// Messages of the log mailbox that say nothing: no proof, another version, somebody's mail.
  public var ignored: Int

  /// How this machine and another one write the BAL's address, while that is the obstacle.
  public var address: String?
  public var otherAddress: String?

  /// What keeps this BAL from having a log at all; one-host work goes on.
  public enum Obstacle: String, Sendable, CaseIterable {
    /// The key command gave nothing, no key, or another one than the others'.
    case key = "teamlog.key"
    /// Another machine of the officine writes the BAL's address otherwise.
    case address = "teamlog.address"
    /// The server does not let the mailbox be made or written.
    case forbidden = "teamlog.forbidden"
    /// A Maildir has no order that two machines could share.
    case maildir = "teamlog.maildir"
    /// The epoch was begun by a machine that did not finish; another one has to.
    case unfinished = "teamlog.unfinished"
    /// The same for so long that a person has to say whether this machine begins with nothing.
    case abandoned = "teamlog.abandoned"

    /// This machine works alone, as one that has no log.
    public var leavesOneHost: Bool { self == .forbidden || self == .maildir }

    /// Nothing changes by waiting.
    public var needsPerson: Bool { self != .unfinished }
  }

  public init(status: SyncStatus, isPushed: Bool = false, pending: Int = 0, ignored: Int = 0) {
    self.status = status
    self.isPushed = isPushed
    self.pending = pending
    self.ignored = ignored
  }

  public var obstacle: Obstacle? { status.failure.flatMap { Obstacle(rawValue: $0) } }
}
