public import Domain

/// The team log in the health pane.
public protocol TeamLogHealthStrings {
  /// One line: how it is, what waits, what was ignored.
  func teamLog(_ health: TeamLogHealth, now: Timestamp) -> String
  /// What a person can do; nil while nothing need be done.
  func teamLogAdvice(_ health: TeamLogHealth) -> String?
}
