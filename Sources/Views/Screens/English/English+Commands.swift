public import Desk

extension English {
  public func title(_ command: Command) -> String {
    switch command {
    case .selectNext: "Next demande"
    case .selectPrevious: "Previous demande"
    case .selectFirst: "First demande"
    case .selectLast: "Last demande"
    case .pageDown: "Page down"
    case .pageUp: "Page up"
    case .open: "Read"
    case .back: "Back"
    case .switchPane: "Other pane"
    case .nextView: "Next view"
    case .previousView: "Previous view"
    case .unfoldDocument: "Unfold the document"
    case .openSamePatient: "Patient's other demande"
    case .reveal: "Numbers in clear"
    case .take: "Take"
    case .takeOver, .assign, .reassign, .showHistory, .remind: teamTitle(command)
    case .release: "Release"
    case .markPrepared: "Prepared"
    case .check: "Checked"
    case .refusePreparation: "Send back"
    case .collect: "Collected"
    case .collectPartly: "Partly collected"
    case .handleNews: "Seen, nothing to do"
    case .close: "Done or closed"
    case .chooseState: "Change the state"
    case .namePatient: "For whom?"
    case .chooseMarker: "Markers"
    case .toggleUrgent: "Urgent"
    case .changeKind: "Change the kind"
    case .attach: "Attach to another"
    case .split: "Split a message off"
    case .renew: "Renew"
    case .note: "Note"
    case .undo: "Undo"
    case .print: "Print"
    case .reply: "Reply"
    case .writeNew: "Write"
    case .endExchange: "End the exchange"
    case .review: "Review and send"
    case .send: "Send"
    case .chooseTemplate: "Templates"
    case .keepDraft: "Keep"
    case .discardDraft: "Discard the draft"
    case .nextField: "Next field"
    case .previousField: "Previous field"
    case .search, .handover, .chooseView, .showHealth, .reconnect, .switchBAL, .help, .palette,
      .switchMember, .members, .curtain, .lock, .redraw, .suspend, .quit:
      programTitle(command)
    case .editAnswer, .openHeld, .nextMention, .completeMention, .newLine:
      talkTitle(command)
    }
  }

  public func help(_ command: Command) -> String {
    switch command {
    case .selectNext: "Down one demande; in the reader, one line."
    case .selectPrevious: "Up one demande; in the reader, one line."
    case .selectFirst: "To the start of the list or of the text."
    case .selectLast: "To the end of the list or of the text."
    case .pageDown: "Down one screen."
    case .pageUp: "Up one screen."
    case .open: "Opens the demande in the reader. Reading takes nothing."
    case .back: "Closes what is open, back to the list."
    case .switchPane: "From the list to the reader and back."
    case .nextView: "To the next view: Mine, To check, Ready…"
    case .previousView: "Back to the previous view."
    case .unfoldDocument: "Shows or folds the text of the next document."
    case .openSamePatient: "Opens the same patient's other demande under way."
    case .reveal: "Shows the demande's matricules for 20 s; it is traced."
    case .take: "You take the demande; the whole team sees it at once."
    case .takeOver, .assign, .reassign, .showHistory, .remind: teamHelp(command)
    case .release: "Gives the demande back: it is to be taken again."
    case .markPrepared: "The prescription is prepared: a pharmacist checks it."
    case .check: "The pharmacist has checked: the prescription is ready."
    case .refusePreparation: "Back to preparation, with a reason the technician sees."
    case .collect: "Handed to the patient: original seen, missing, to whom."
    case .collectPartly: "Part of it handed over; what is owed stays in Promised."
    case .handleNews: "The new message calls for nothing: the demande stays as it is."
    case .close: "Question done, or prescription closed with its reason."
    case .chooseState: "Shows every state that is possible now."
    case .namePatient: "Says which patient the demande is for (name, birth)."
    case .chooseMarker: "Original awaited, missing, promised, shelf, questions."
    case .toggleUrgent: "Sets or clears “urgent”."
    case .changeKind: "It is a prescription, a question, a document."
    case .attach: "Joins two demandes of one piece of work. u does not undo it."
    case .split: "Makes a demande of its own out of a message. u does not undo it."
    case .renew: "Opens a new dispensing of the same prescription."
    case .note: "Writes a note for the team. It is never sent."
    case .undo: "Takes back your last gesture, named first, or the send that waits."
    case .print: "Final: prints behind a cover page."
    case .reply: "Answers the last message received in the demande."
    case .writeNew: "Writes a new MSSanté message."
    case .endExchange: "After this message the patient can no longer answer."
    case .review: "Shows whom the message goes to before it is sent."
    case .send: "Sends the reviewed message; a few seconds to undo."
    case .chooseTemplate: "Inserts a canned answer; its blanks are to be filled."
    case .keepDraft: "Closes and keeps the draft."
    case .discardDraft: "Discards the draft after confirmation."
    case .nextField: "To the next field or blank."
    case .previousField: "Back to the previous field."
    case .search, .handover, .chooseView, .showHealth, .reconnect, .switchBAL, .help, .palette,
      .switchMember, .members, .curtain, .lock, .redraw, .suspend, .quit:
      programHelp(command)
    case .editAnswer, .openHeld, .nextMention, .completeMention, .newLine:
      talkHelp(command)
    }
  }

  private func programTitle(_ command: Command) -> String {
    switch command {
    case .search: "Search"
    case .handover: "Handover"
    case .chooseView: "Views and counts"
    case .showHealth: "Health of the mailbox"
    case .reconnect: "Try again now"
    case .switchBAL: "Another mailbox"
    case .help: "Help"
    case .palette: "Commands"
    case .switchMember: "Who acts"
    case .members: "Team"
    case .curtain: "Curtain"
    case .lock: "Lock"
    case .redraw: "Redraw"
    case .suspend: "Suspend"
    case .quit: "Quit"
    default: preconditionFailure("not a command of the program")
    }
  }

  private func programHelp(_ command: Command) -> String {
    switch command {
    case .search: "Searches every demande, whatever its state."
    case .handover: "Shows what this shift leaves to the next; prints."
    case .chooseView: "Shows every view with its count."
    case .showHealth: "Shows whether the mailbox is up to date, and what blocks it."
    case .reconnect: "Connects at once; opens a closed session again."
    case .switchBAL: "Opens another mailbox of the configuration."
    case .help: "Shows every key."
    case .palette: "Finds a command by its name."
    case .switchMember: "Says who acts at this poste (initials, code)."
    case .members: "Who is in the team: add, disable, give a code."
    case .curtain: "Hides the screen from the public; a key reopens it."
    case .lock: "Locks the screen: initials and code open it again."
    case .redraw: "Draws the whole screen again."
    case .suspend: "Gives the terminal back; “fg” to return."
    case .quit: "Closes MSSTerm. Nothing is lost."
    default: preconditionFailure("not a command of the program")
    }
  }

  public func hint(_ command: Command, actor: String?) -> String {
    switch command {
    case .markPrepared: actor.map { "Prepared by \($0)" } ?? "Prepared"
    case .check: actor.map { "Checked by \($0)" } ?? "Checked"
    case .collect: actor.map { "Collected, by \($0)" } ?? "Collected"
    case .chooseState: "States"
    case .takeOver: "Take over"
    case .nextView: "Views"
    case .unfoldDocument: "Unfold"
    case .openSamePatient: "Same patient"
    case .reveal: "In clear"
    case .curtain: "Curtain"
    case .discardDraft: "Discard"
    default: title(command)
    }
  }

  public func area(_ area: Command.Area) -> String {
    switch area {
    case .moving: "Moving"
    case .counter: "At the counter"
    case .mail: "Writing"
    case .program: "The program"
    }
  }

  public var keyColumn: String { "key" }
  public var commandColumn: String { "command" }
  public var helpColumn: String { "what it does" }
  public var helpTitle: String { "Help: every key" }
  public var helpFooter: String { "Esc Back   ↑ ↓ Scroll" }
  public var paletteTitle: String { "Commands" }
  public var paletteEmpty: String { "No command of that name." }
}
