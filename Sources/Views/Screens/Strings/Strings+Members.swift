public import Desk
public import Domain

/// The pane of the team.
public protocol MemberStrings {
  func team(_ choice: TeamChoice) -> String
  func title(_ form: TeamForm) -> String
  func explanation(_ form: TeamForm) -> String
  func label(_ field: TeamField) -> String
  func example(_ field: TeamField) -> String?
  func problem(_ problem: TeamProblem, now: Timestamp) -> String
  func news(_ news: TeamNews) -> String
  /// « désactivé, code provisoire, jusqu'au 31/12/2026, responsable »; in few columns when short.
  func standing(_ person: TeamMember, isShort: Bool) -> String
  /// Title of what can be done with that person.
  func title(_ person: TeamMember) -> String
}
