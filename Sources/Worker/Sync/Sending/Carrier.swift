import Domain

/// How an attempt to hand a mail over ended, in this room's words.
enum Delivery: Hashable, Sendable {
  case accepted(answer: String)
  /// The same mail would be refused again, or something must be corrected first.
  case refused(answer: String)
  case later(answer: String)
  /// The point of no return was passed and no readable answer came.
  case uncertain
}

/// What takes mails away: SMTP submission, a sendmail-compatible command, or an outbox Maildir.
/// Used by one thread at a time, which need not be the one that receives.
protocol Carrier: Sendable {
  /// `results` is what each recipient was answered, where the carrier hears it (O05).
  ///
  /// `gate` writes the durable mark; the carrier calls it once, before the step that cannot be
  /// taken back, and does not take that step when it throws (invariant 9, O03).
  ///
  /// Throws only what concerns the way and not this mail: nothing left then, unless the gate was
  /// passed, and then it is never thrown but `uncertain`.
  func carry(
    _ mail: [UInt8], _ item: OutgoingItem, _ results: inout [OutgoingItem.RecipientResult],
    gate: () throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> Delivery

  /// True when this carrier can prove that an uncertain item left.
  func hasLeft(_ item: OutgoingItem) -> Bool
}
