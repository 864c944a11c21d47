/// Why what waits in the outbox does not leave although mail comes in.
public struct SendingTrouble: Hashable, Sendable, Codable {
  /// `offline`, `refused` or `closed`, as the whole BAL would be if it did not receive either.
  public var phase: SyncStatus.Phase
  /// As `SyncStatus.failure`.
  public var failure: String
  public var since: Timestamp
  /// When it is tried again by itself; nil when it waits for a person.
  public var nextAttempt: Timestamp?

  public init(
    phase: SyncStatus.Phase, failure: String, since: Timestamp, nextAttempt: Timestamp? = nil
  ) {
    self.phase = phase
    self.failure = failure
    self.since = since
    self.nextAttempt = nextAttempt
  }

  /// For whoever has a sentence for a status.
  public var status: SyncStatus {
    SyncStatus(phase: phase, since: since, failure: failure, nextAttempt: nextAttempt)
  }
}
