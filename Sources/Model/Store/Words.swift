import Domain

extension Refusal {
  /// A stable word for the journal: never a name.
  var code: String {
    switch self {
    case .stale: "refused.stale"
    case .alreadyTaken: "refused.already-taken"
    case .alreadyYours: "refused.already-yours"
    case .alreadyDone: "refused.already-done"
    case .notHeld: "refused.not-held"
    case .notFromHere: "refused.not-from-here"
    case .notForThisKind: "refused.not-for-this-kind"
    case .needsPharmacist: "refused.needs-pharmacist"
    case .needsPatient: "refused.needs-patient"
    case .needsReason: "refused.needs-reason"
    case .needsText: "refused.needs-text"
    case .merged: "refused.merged"
    case .nothingToUndo: "refused.nothing-to-undo"
    case .undoOvertaken: "refused.undo-overtaken"
    case .cannotBeUndone: "refused.cannot-be-undone"
    case .renewedSince: "refused.renewed-since"
    case .notItsMessage: "refused.not-its-message"
    case .lastResponsable: "refused.last-responsable"
    case .initialsTaken: "refused.initials-taken"
    case .accountTaken: "refused.account-taken"
    case .lastMessage: "refused.last-message"
    case .stillOwed: "refused.still-owed"
    case .nothingOwed: "refused.nothing-owed"
    case .memberInactive: "refused.member-inactive"
    case .colleagueInactive: "refused.colleague-inactive"
    case .purged: "refused.purged"
    case .withdrawn: "refused.withdrawn"
    case .takenBack: "refused.taken-back"
    }
  }
}

extension Gesture {
  /// A stable word for the journal: what kind of gesture, never its text.
  var action: String {
    switch self {
    case .opened: "open"
    case .messageArrived: "arrive"
    case .taken: "take"
    case .assigned: "assign"
    case .released: "release"
    case .moved(let status, _): "move.\(status.rawValue)"
    case .handedOver(let handing): "move.\(handing.status.rawValue)"
    case .refused: "send-back"
    case .kindChanged(let kind): "kind.\(kind.rawValue)"
    case .patientNamed: "patient"
    case .marked(let marker): "mark.\(marker.word)"
    case .unmarked(let name, _): "unmark.\(name.rawValue)"
    case .productCorrected: "mark.missing"
    case .newsHandled: "seen"
    case .noted: "note"
    case .printed: "print"
    case .attached, .mergedInto: "attach"
    case .split: "split"
    case .renewed: "renew"
    case .answerQueued: "answer.queue"
    case .answered: "answer"
    case .reminded: "remind"
    case .answerWithdrawn: "answer.withdraw"
    case .undone: "undo"
    case .notHandedOver: "not-collected"
    case .purged: "purge"
    }
  }
}

extension Marker {
  fileprivate var word: String {
    let name: MarkerName =
      switch self {
      case .urgent: .urgent
      case .originalAwaited: .originalAwaited
      case .missing: .missing
      case .questionPrescriber: .questionPrescriber
      case .questionPatient: .questionPatient
      case .promised: .promised
      case .shelf: .shelf
      }
    return name.rawValue
  }
}
