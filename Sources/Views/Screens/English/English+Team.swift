import Desk
public import Domain

extension English {
  /// "given to Léa", "given to Léa (Sami had it)".
  func given(to colleague: Author, over: Author?) -> String {
    let from = over.map { " (\($0.name) had it)" } ?? ""
    return "given to \(colleague.name)\(from)"
  }

  /// The three lines of a handing over, as the history quotes them.
  func lines(of handing: HandOver, _ now: Timestamp) -> String? {
    var lines: [String] = []
    if let isSeen = handing.originalSeen {
      lines.append(isSeen ? "original or QR seen" : "original NOT seen")
    }
    if !handing.owed.isEmpty {
      lines.append("still owed: " + handing.owed.map { product($0, now) }.joined(separator: ", "))
    }
    if let who = quoted(handing.givenTo) { lines.append("to: \(who)") }
    return lines.isEmpty ? nil : lines.joined(separator: " · ")
  }

  /// "Eliquis 5 mg × 2, 23/11"
  func product(_ missing: MissingProduct, _ now: Timestamp) -> String {
    "\(missing.product) × \(missing.quantity)"
      + (missing.due.map { ", \(CivilTime($0).day(now: now))" } ?? "")
  }

  public func givenBy(_ name: String) -> String { "given by \(name)" }
  public func ready(days: Int) -> String { "ready for \(days) d" }
  public func reminder(_ reminder: Order.Reminder, now: Timestamp) -> String {
    guard let sent = reminder.sentAt else {
      return "\(reminder.queued.author.name)'s reminder waits to leave"
    }
    return "reminder sent on \(CivilTime(sent).day(now: now)) by \(reminder.queued.author.name)"
  }
  public func reminderShort(_ reminder: Order.Reminder, now: Timestamp) -> String {
    reminder.sentAt.map { "reminded \(CivilTime($0).day(now: now))" } ?? "reminder waiting"
  }
  public func toRedo(_ reason: String) -> String { "sent back: \(reason)" }
  public func undoHint(_ gesture: Gesture, name: String, now: Timestamp) -> String {
    "Undo: \(done(gesture, now: now))" + (name.isEmpty ? "" : ", \(name)")
  }
  public var undoSend: String { "Undo the sending" }
  public func deed(_ gesture: Gesture, now: Timestamp) -> String {
    let (what, detail) = phrase(gesture, now)
    return quoted(detail).map { "\(what): “\($0)”" } ?? what
  }
  public var declaredIdentity: String { "declared identity" }
  public var takenBack: String { "undone" }
  public var refusedElsewhere: String { "refused, too late" }
  public var notYetKnown: String { "pending" }
  public func takesBack(_ gesture: Gesture?, now: Timestamp) -> String {
    gesture.map { "undoes: \(phrase($0, now).what)" } ?? "undoes a gesture"
  }
  public var historyHint: String { "Esc Back   ↑ ↓ Scroll" }
  public var mailbox: String { "mailbox" }
  public func standardReminder(officine: String) -> (name: String, body: String) {
    (
      "Reminder",
      """
      Hello,

      Your prescription is ready and waits for you at the pharmacy.
      Please bring the original or its QR code if you have not shown it yet.

      \(officine.isEmpty ? "Your pharmacy" : officine)
      """
    )
  }

  func demandes(_ count: Int) -> String { "\(count) demande\(count > 1 ? "s" : "")" }

  /// The questions of the team's gestures.
  func asked(_ question: Confirm.Question) -> Asked {
    switch question {
    case .assign(_, let colleague, let owner):
      Asked(
        question: "Give \(owner.name)'s demande to \(colleague.name)?",
        consequence: "The history names both. u undoes it.",
        yes: "Give", no: "Leave to \(owner.name)")
    case .reassign(let holding, let heir):
      Asked(
        question: "Give \(heir.name) what \(holding.owner.name) has: "
          + "\(demandes(holding.demandes.count))?",
        consequence: named(holding.demandes) + ". u undoes each.",
        yes: "Give \(holding.demandes.count)", no: "Leave to \(holding.owner.name)")
    case .undo(let last):
      Asked(
        question: "Undo: \(done(last.event.gesture, now: last.event.at))"
          + (last.name.isEmpty ? "" : ", \(last.name)") + "?",
        consequence: "Your last gesture, at \(CivilTime(last.event.at).hourMinute), "
          + "\(last.event.author.poste). It alone is undone.",
        yes: "Undo this gesture", no: "Keep it")
    case .undoOlder(let last, let newest):
      Asked(
        question: "Before that: \(done(last.event.gesture, now: last.event.at))"
          + (last.name.isEmpty ? "" : ", \(last.name)")
          + ", at \(CivilTime(last.event.at).hourMinute). Undo it?",
        consequence: "What you did last stays: \(done(newest.event.gesture, now: newest.event.at))"
          + (newest.name.isEmpty ? "." : ", \(newest.name)."),
        yes: "Undo the one before", no: "Undo nothing")
    case .cancelSend(let held):
      Asked(
        question: "Undo the message to \(held.display)?",
        consequence: "Nothing has left; the text comes back as a draft.",
        yes: "Undo the message", no: "Let it leave")
    case .remindAgain(_, let reminder):
      Asked(
        question: "Remind the patient again?",
        consequence: self.reminder(reminder, now: reminder.queued.at).capitalizedFirst + ".",
        yes: "Write a reminder", no: "Do nothing")
    case .renew:
      Asked(
        question: "Open a new dispensing?",
        consequence: "Same prescription, a new demande to take; a new message is handled by it. "
          + "u cannot undo it; closing it can.",
        yes: "Open", no: "Do nothing")
    case .setDisabled(let member, let isDisabled): askedOfTeam(member, isDisabled: isDisabled)
    case .attach, .split, .closeOver: regrouping(question)
    case .unread, .printHandover, .notHandedOver: askedAtTheCounter(question)
    case .takeOver, .quit, .quitBeforeSend, .discardDraft, .print:
      preconditionFailure("asked elsewhere")
    }
  }

  private func named(_ demandes: [HeldDemande]) -> String {
    let first = demandes.prefix(6).map(\.name).joined(separator: ", ")
    return demandes.count > 6 ? "\(first) and \(demandes.count - 6) more" : first
  }

  func teamTitle(_ command: Command) -> String {
    switch command {
    case .takeOver: "Take over"
    case .assign: "Give to"
    case .reassign: "Reassign everything of…"
    case .showHistory: "History"
    case .remind: "Remind the patient"
    default: preconditionFailure("titled elsewhere")
    }
  }

  func teamHelp(_ command: Command) -> String {
    switch command {
    case .takeOver: "Takes a colleague's demande; the history names them."
    case .assign: "Gives the demande to a colleague, who finds it under Mine."
    case .reassign: "Gives everything an absent person has not finished to another."
    case .showHistory: "The whole history: who, when, at which poste, what."
    case .remind: "Tells the patient that it is ready, with the template Reminder."
    default: preconditionFailure("told elsewhere")
    }
  }
}
