public import Domain

/// What colleagues do beside one another: stopped answers, mentions, presence.
public protocol TalkStrings {
  /// Title of a stopped answer that is open for a decision.
  var heldTitle: String { get }
  /// Over what stopped it: whose answer it is, and when it was written.
  func heldSince(_ name: String, at moment: String) -> String
  /// For the top rule.
  func outboxHeld(_ count: Int) -> String
  /// On the row of its demande.
  var heldMark: String { get }
  var heldBack: String { get }
  var heldGone: String { get }
  var answerDiscarded: String { get }
  var answerReturned: String { get }

  /// « Note interne, jamais envoyée »
  var noteTitle: String { get }
  var noteExplanation: String { get }
  var noteHint: String { get }
  /// Colleagues that Tab completes `@` to, the first one first.
  func mentionHint(_ names: [String]) -> String
  /// Notes that name the acting member.
  func mentions(_ count: Int) -> String
  /// A note is kept, and these colleagues find it under their name.
  func noted(calls names: [String]) -> String
  /// Nobody has that name: Enter keeps the note as it is.
  func nobodyCalled(_ name: String) -> String
  func mentioned(by name: String, at moment: String) -> String

  /// `Sami regarde cette demande`, of one colleague.
  func presence(_ presence: Presence) -> String
  /// The same in few columns: `Sami lit`.
  func presenceShort(_ presence: Presence) -> String
  /// While one answers oneself; names the poste, where one can go and talk.
  func alsoAnswering(_ presence: Presence) -> String
}
