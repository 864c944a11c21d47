public import Domain

/// A verb the operator can invoke, by key, by the palette or by a click.
///
/// Raw values are the names used in keymap files; never rename one.
public enum Command: String, CaseIterable, Sendable, Hashable {
  // Moving
  case selectNext = "select-next"
  case selectPrevious = "select-previous"
  case selectFirst = "select-first"
  case selectLast = "select-last"
  case pageDown = "page-down"
  case pageUp = "page-up"
  case open
  case back
  case switchPane = "switch-pane"
  case nextView = "next-view"
  case previousView = "previous-view"
  case unfoldDocument = "unfold-document"
  case openSamePatient = "open-same-patient"
  case reveal

  // The counter
  case take
  case takeOver = "take-over"
  case assign
  case reassign
  case release
  case markPrepared = "mark-prepared"
  case check
  case refusePreparation = "refuse-preparation"
  case collect
  case collectPartly = "collect-partly"
  case handleNews = "handle-news"
  case close
  case chooseState = "choose-state"
  case namePatient = "name-patient"
  case chooseMarker = "choose-marker"
  case toggleUrgent = "toggle-urgent"
  case changeKind = "change-kind"
  case attach
  case split
  case renew
  case note
  case nextMention = "next-mention"
  case completeMention = "complete-mention"
  case newLine = "new-line"
  case undo
  case showHistory = "show-history"
  case print
  case remind

  // Mail
  case reply
  case writeNew = "write-new"
  case endExchange = "end-exchange"
  case editAnswer = "edit-answer"
  case openHeld = "open-held"
  case review
  case send
  case chooseTemplate = "choose-template"
  case keepDraft = "keep-draft"
  case discardDraft = "discard-draft"
  case nextField = "next-field"
  case previousField = "previous-field"

  // The program
  case search
  case showHealth = "show-health"
  case handover
  case chooseView = "choose-view"
  case reconnect
  case switchBAL = "switch-bal"
  case help
  case palette
  case switchMember = "switch-member"
  case members
  case curtain
  case lock
  case redraw
  case suspend
  case quit
}

/// Why a command cannot act now; the strings tables give each its sentence.
public enum Unavailability: Equatable, Sendable {
  case nothingSelected
  case nobodyActs
  case refused(Refusal)
  /// The gesture before it is still on its way.
  case stillPending
  case noPrinter
  case notHere
  /// Esc where nothing is open.
  case nothingToClose
  case nothingToAnswer
  /// Nobody else may act today.
  case noColleague
  /// Only what is ready and waits is worth a reminder.
  case notReady
  /// No mail of a patient to answer.
  case noPatientToRemind
  /// Nobody has anything unfinished.
  case nobodyHolds
  case noOtherDemande
  case nothingAttached
  /// A reminder says that everything is ready.
  case stillMissing
  /// No message waits to be looked at.
  case nothingNew
  /// The text of what came is not in sight.
  case readFirst
  case noTemplates
  /// One BAL in the configuration.
  case onlyOneBAL
  case memberMayNot
  /// Who is in the team is decided by a responsable of the BAL.
  case notResponsable
  case nothingHeld
  case noMention
}
