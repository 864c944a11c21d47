/// What was said when a demande was handed over: the original, what is still owed, to whom.
public struct HandOver: Hashable, Sendable, Codable {
  /// Whether the original or its QR code was seen; nil when nobody awaited it.
  public var originalSeen: Bool?
  /// What was not there: with something in it the handing over is partial.
  public var owed: [MissingProduct]
  /// « au patient », « à sa fille »; nil when it was not said.
  public var givenTo: String?

  public init(
    originalSeen: Bool? = nil, owed: [MissingProduct] = [], givenTo: String? = nil
  ) {
    self.originalSeen = originalSeen
    self.owed = owed
    self.givenTo = givenTo
  }

  /// The state it leads to.
  public var status: Order.Status { owed.isEmpty ? .collected : .partial }
}

extension Order {
  /// A person's word to the patient that it is ready and waits.
  public struct Reminder: Hashable, Sendable, Codable {
    /// Of the answer that says it.
    public var messageID: String
    public var queued: Signature
    /// nil while it has not left.
    public var sentAt: Timestamp?
  }

  /// Whole calendar days since it was ready, a « partielle » since its products came; nil while it
  /// is not, or once it was handed over.
  public func daysReady(at now: Timestamp) -> Int? {
    guard let since = readySince else { return nil }
    return max(0, CivilTime(now).dayNumber - CivilTime(since).dayNumber)
  }
}

extension CivilTime {
  /// Days since 1 January 1970 of the calendar date, whatever the hour and the offset.
  fileprivate var dayNumber: Int {
    // The year begins in March, so that the leap day is its last one.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
