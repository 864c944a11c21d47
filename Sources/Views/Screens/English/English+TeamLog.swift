public import Domain

extension English {
  public var messageAbsent: String { "message absent: another machine has it, it will come" }
  public func refusedByLog(_ count: Int) -> String {
    count == 1
      ? "1 gesture refused, another machine was first"
      : "\(count) gestures refused, another machine was first"
  }
  public func rightsLost(_ names: [String]) -> String {
    "rights not changed (\(names.joined(separator: ", "))), somebody else decided: see the team"
  }
  public var reordered: String { "gestures put into another machine's order: read again" }

  public func refused(_ sentence: String, _ refusal: Refusal, now: Timestamp) -> String {
    "\(sentence): refused, another machine was first. \(self.refusal(refusal, now: now))"
  }

  public func refusedByLog(_ gesture: Gesture, _ refusal: Refusal, now: Timestamp) -> String {
    refused(done(gesture, now: now), refusal, now: now)
  }
}
