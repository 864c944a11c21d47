public import Domain

extension Strings {
  /// Why the outbox waits, and what to do, for the commands: there no key helps.
  public func sendingSentence(_ trouble: SendingTrouble, now: Timestamp) -> String {
    let advice = advice(trouble.status)?.replacing(retryKey, with: "« mssterm reconnect »")
    return [sending(trouble, now: now) + ".", advice].compactMap(\.self).joined(separator: " ")
  }
}
