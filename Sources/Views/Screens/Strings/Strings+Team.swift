import Desk
public import Domain

/// Who has it, what was done, and what can be taken back.
public protocol TeamStrings {
  /// « confiée par Léa »: on a row, until whoever has it did something.
  func givenBy(_ name: String) -> String
  /// « prête depuis 3 j »
  func ready(days: Int) -> String
  /// « rappel envoyé le 18/11 », or that it waits.
  func reminder(_ reminder: Order.Reminder, now: Timestamp) -> String
  /// The same in few columns, for a row.
  func reminderShort(_ reminder: Order.Reminder, now: Timestamp) -> String
  /// « à reprendre : posologie »
  func toRedo(_ reason: String) -> String
  /// « Annuler : préparée », with whom it was for when that is not under the eyes.
  func undoHint(_ gesture: Gesture, name: String, now: Timestamp) -> String
  var undoSend: String { get }
  /// « préparée », « note : « rappeler demain » »: what was done, without who did it.
  func deed(_ gesture: Gesture, now: Timestamp) -> String
  /// Beside what nobody proved to have done.
  var declaredIdentity: String { get }
  /// Beside what was taken back.
  var takenBack: String { get }
  /// Beside what another machine came before.
  var refusedElsewhere: String { get }
  /// Beside what the other machines do not have yet.
  var notYetKnown: String { get }
  /// « annule : préparée »; nil when what it names is not here.
  func takesBack(_ gesture: Gesture?, now: Timestamp) -> String
  var historyHint: String { get }
  /// Whom an event of the mailbox comes from.
  var mailbox: String { get }
  /// The name and the text of the reminder that the program brings with it.
  func standardReminder(officine: String) -> (name: String, body: String)
}

extension TeamStrings {
  /// The words somebody wrote, as they are quoted; nil where a purge left none of them.
  func quoted(_ detail: String?) -> String? {
    guard let detail, detail.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    let bare = detail.drop { $0 == "—" }
    return bare.count < detail.count && bare.hasPrefix(" ×") ? nil : detail
  }
}

/// A question with its consequence and its two answers.
struct Asked {
  var question: String
  var consequence: String
  var yes: String
  var no: String
}
