public import Desk
public import Domain

extension English {
  public func refusal(_ refusal: Refusal, now: Timestamp) -> String {
    switch refusal {
    case .stale(let author, let at, let status):
      "\(author.name.isEmpty ? "A message" : author.name) changed it \(when(at, now)) "
        + "(\(self.status(status, of: .prescription))). Read again before redoing."
    case .alreadyTaken(let owner):
      "Taken by \(owner.name) \(ago(seconds: now.secondsSince(owner.since))) (\(owner.poste))."
    case .alreadyYours: "Already yours."
    // Of which kind is not told: « traitée » and « sans suite » are one state.
    case .alreadyDone(.closed): "Already done: closed."
    case .alreadyDone(let status): "Already done: \(self.status(status, of: .prescription))."
    case .notHeld: "Nobody has taken it."
    case .notFromHere(let status):
      "Not possible: the demande is “\(self.status(status, of: .prescription))”."
    case .notForThisKind(let kind):
      "Not for what is a \(self.kind(kind)): change its kind first."
    case .needsPharmacist: "A pharmacist is needed."
    case .needsPatient: "Say for whom it is first."
    case .needsReason: "A reason is needed."
    case .needsText: "A text is needed."
    case .merged(let id): "This demande was attached to \(id): open that one."
    case .nothingToUndo: "Nothing to undo on this demande."
    case .undoOvertaken(let author, let at):
      "Too late: \(author.name) went on \(when(at, now)). Do the opposite gesture."
    case .cannotBeUndone: "That cannot be undone; a note can correct it."
    case .renewedSince: "Renewed since: act on the new dispensing."
    case .notItsMessage: "This message is not in this demande."
    case .lastMessage: "It is its only message: nothing to split off."
    case .memberInactive: "This account is closed: somebody else must act."
    case .colleagueInactive(let name): "\(name) does not act here any more: choose somebody else."
    case .stillOwed: "Products are still owed: hand over, or take them off the missing."
    case .nothingOwed: "Nothing is owed: hand it over whole, or list first what is missing."
    case .lastResponsable: "This is the last active responsable: name another one first."
    case .initialsTaken: "A member has these initials already: choose others."
    case .takenBack(let refusal):
      "Confirmed, then taken back (log lost). " + self.refusal(refusal, now: now)
    case .withdrawn: "It is no more, another machine was faster: see the one it came from."
    case .purged(let at): purgedSentence(at)
    case .accountTaken: "A member acts from this account already: give another one."
    }
  }

  public func remedy(_ refusal: Refusal, of command: Command?) -> String? {
    switch refusal {
    case .alreadyTaken where command == nil || command == .take: "p to take over."
    case .notForThisKind: "Key t."
    case .needsPharmacist, .memberInactive: "F2 to change the person."
    case .needsPatient: "Key w."
    case .undoOvertaken: "Key e."
    default: nil
    }
  }

  private func withRemedy(_ refusal: Refusal, of command: Command?, now: Timestamp) -> String {
    ([self.refusal(refusal, now: now)] + [remedy(refusal, of: command)].compactMap { $0 })
      .joined(separator: " ")
  }

  func when(_ at: Timestamp, _ now: Timestamp) -> String {
    ago(seconds: now.secondsSince(at))
  }

  public func unavailable(
    _ command: Command, _ reason: Unavailability, now: Timestamp
  ) -> String {
    switch reason {
    case .nothingSelected: "No demande is selected."
    case .nobodyActs: "Say who acts first: F2."
    case .refused(let refusal): withRemedy(refusal, of: command, now: now)
    case .stillPending: "The gesture before it is still under way."
    case .noPrinter: "No printer at this poste: name it in the configuration."
    case .nothingToClose: "Nothing to close here: q quits."
    case .notHere: "“\(title(command))” does nothing here."
    case .nothingToAnswer: "No received message to answer."
    case .noOtherDemande: "No other demande under way for this patient."
    case .nothingAttached: "No document in this demande."
    case .stillMissing: "Products are still missing: reply with r and say so."
    case .noTemplates: "No template: write some in the configuration."
    case .noMention: "Nobody has mentioned you since."
    case .readFirst:
      "Here it is: read it, then the same key if there is nothing to do."
    case .nothingNew: "No new message here."
    case .nothingHeld: "No answer is held."
    case .noColleague: "Nobody else may act today."
    case .notReady: "It is not ready: nothing to remind of."
    case .noPatientToRemind: "No message of the patient to answer."
    case .nobodyHolds: "Nobody has anything under way."
    case .onlyOneBAL: "Only one mailbox in the configuration."
    case .notResponsable: "Only a responsable of the BAL may: F2 to change person."
    case .memberMayNot: "This person may not: F2 to change."
    }
  }

  public func failure(_ failure: Failure) -> String {
    switch failure {
    case .storeBusy: "Another poste is writing: try again in a moment."
    case .storeUnwritable: "Nothing was written: check the folder's rights (mssterm doctor)."
    case .diskFull: "Disk full, nothing was written: make room."
    case .notFound: "This demande no longer exists here."
    case .printerMissing: "Printer not found: check its name and that it is on."
    case .printFailed: "Printing failed: nothing is noted as printed. Try again."
    case .sendingRefused: "The message was not accepted: the draft is kept."
    case .workerMissing: "mssterm-worker is missing: install MSSTerm again."
    case .unexpected(let code): "Unexpected error (\(code)): nothing was done. mssterm doctor"
    }
  }

  public func problem(_ problem: FormProblem, now: Timestamp) -> String {
    switch problem {
    case .empty(let field): "To fill in: \(label(field, in: .shelf).lowercased())."
    case .notADate: "A date such as 14/03/1979, 03/1979 or 1979."
    case .notADay: "A day such as 23/11, tomorrow or 23/11/2026."
    case .noSuchDay: "There is no such day: check the date."
    case .notABirth: "A birth between 1890 and today: check the date."
    case .over: "That moment is over: a time or a day to come."
    case .notATime: "A time such as 17:00, or a date and a time."
    case .notANumber: "A number, such as 1."
    case .identity(let problem): self.problem(problem, now: now)
    case .nothingHandedOver: "Nothing more was handed over: take what was off the list."
    case .yearNeeded: "A day that is over or far: add the year, as in 20/11/2027."
    case .originalNotAnswered: "Original or QR seen: answer yes or no."
    case .nobodyCalled(let name): nobodyCalled(name)
    case .team(let problem): self.problem(problem, now: now)
    }
  }

  public func problem(_ problem: ComposeProblem) -> String {
    switch problem {
    case .noRecipient: "To whom? An MSSanté address."
    case .notAnAddress: "That is not a whole address: correct it."
    case .outsideTrustSpace: "Outside MSSanté: it cannot be sent. Choose an MSSanté address."
    case .severalPatients: "One patient at a time: one message each."
    case .emptyBody: "The message is empty."
    case .blanks(let blanks): blanksLeft(blanks)
    case .noSubject: "The subject is empty: write one."
    case .unsafeSubject: "The subject holds a forbidden character: type it again."
    }
  }

  public func notice(_ content: Notice.Content, now: Timestamp) -> String {
    switch content {
    case .alarmed(let count): "A new alarm: \(alarms(count)) in all, F4 shows them"
    case .done(let gesture, _):
      gesture.isUndoable ? "\(done(gesture, now: now)) · u to undo" : done(gesture, now: now)
    case .refused(let refusal): withRemedy(refusal, of: nil, now: now)
    case .refusedByLog(let gesture, let refusal): refusedByLog(gesture, refusal, now: now)
    case .unavailable(let command, let reason): unavailable(command, reason, now: now)
    case .noted(let names): noted(calls: names)
    case .teamChanged(let news): self.news(news)
    case .undid(let gesture): "Undone: \(phrase(gesture, now).what)"
    case .reassigned(let to, let count, let refused):
      "\(count) given to \(to.name)"
        + (refused > 0 ? ", \(refused) not" : " · u, one by one")
    case .queued(let display): "Message to \(display) waiting · u to undo"
    case .cancelTooLate(let display): "Too late to undo: the message to \(display) goes its way"
    case .cancelledSend(let display):
      "Message to \(display) cancelled, nothing left · r takes it up"
    case .printed(let printer):
      printer.hasPrefix("file:")
        ? "Printed into the folder \(printer.dropFirst(5))" : "Printed on \(printer)"
    case .draftKept(let command): "Draft kept: \(command.usualKey) to go on with it"
    case .failed(let failure): self.failure(failure)
    case .nowActing(let member): "\(member.name) acts at this poste"
    case .ignoredInput: "These keys do nothing here: nothing changed"
    case .scanOffered: "Scanned code recognised, nothing changed: F3 to search for it"
    case .textFull(let limit): "Full (\(limit / 1024) KiB): the rest was not added"
    case .vanished: "This demande no longer exists here."
    case .reconnecting: "Connecting…"
    case .reconnected(let answer): reconnected(answer)
    case .heldBack: heldBack
    case .heldGone: heldGone
    case .answerDiscarded: answerDiscarded
    case .answerReturned: answerReturned
    case .closedBAL(let obstacle): closed(obstacle).capitalizedFirst + "."
    }
  }
}
