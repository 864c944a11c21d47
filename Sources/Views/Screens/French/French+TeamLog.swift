public import Domain

extension French {
  public var messageAbsent: String { "message absent : une autre machine l'a, il va venir" }
  public func refusedByLog(_ count: Int) -> String {
    count == 1
      ? "1 geste refusé, une autre machine était avant"
      : "\(count) gestes refusés, une autre machine était avant"
  }
  public func rightsLost(_ names: [String]) -> String {
    "droits non changés (\(names.joined(separator: ", "))), un autre en a décidé : voir l'équipe"
  }
  public var reordered: String { "gestes remis dans l'ordre d'une autre machine : relire" }

  public func refused(_ sentence: String, _ refusal: Refusal, now: Timestamp) -> String {
    "\(sentence) : refusé, une autre machine était avant. \(self.refusal(refusal, now: now))"
  }

  public func refusedByLog(_ gesture: Gesture, _ refusal: Refusal, now: Timestamp) -> String {
    refused(done(gesture, now: now), refusal, now: now)
  }
}
