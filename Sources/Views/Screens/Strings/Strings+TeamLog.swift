public import Domain

/// The team log on the queue and in the history.
public protocol TeamLogStrings {
  /// A demande that another machine knows of before its mail is here.
  var messageAbsent: String { get }
  /// Gestures of this person that another machine was faster than.
  func refusedByLog(_ count: Int) -> String
  /// What this machine's responsable said of these members' rights does not count.
  func rightsLost(_ names: [String]) -> String
  /// The order of what was done changed after it was shown.
  var reordered: String { get }
  /// `sentence` tells the gesture.
  func refused(_ sentence: String, _ refusal: Refusal, now: Timestamp) -> String
  func refusedByLog(_ gesture: Gesture, _ refusal: Refusal, now: Timestamp) -> String
}
