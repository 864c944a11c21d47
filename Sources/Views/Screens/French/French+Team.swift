import Desk
public import Domain

extension French {
  /// « confiée à Léa », « confiée à Léa (était chez Sami) ».
  func given(to colleague: Author, over: Author?) -> String {
    let from = over.map { " (était chez \($0.name))" } ?? ""
    return "confiée à \(colleague.name)\(from)"
  }

  /// The three lines of a handing over, as the history quotes them.
  func lines(of handing: HandOver, _ now: Timestamp) -> String? {
    var lines: [String] = []
    if let isSeen = handing.originalSeen {
      lines.append(isSeen ? "original ou QR vu" : "original NON vu")
    }
    if !handing.owed.isEmpty {
      lines.append("reste dû : " + handing.owed.map { product($0, now) }.joined(separator: ", "))
    }
    if let who = quoted(handing.givenTo) { lines.append("à qui : \(who)") }
    return lines.isEmpty ? nil : lines.joined(separator: " · ")
  }

  /// « Eliquis 5 mg × 2, 23/11 »
  func product(_ missing: MissingProduct, _ now: Timestamp) -> String {
    "\(missing.product) × \(missing.quantity)"
      + (missing.due.map { ", \(CivilTime($0).day(now: now))" } ?? "")
  }

  public func givenBy(_ name: String) -> String { "confiée par \(name)" }
  public func ready(days: Int) -> String { "prête depuis \(days) j" }
  public func reminder(_ reminder: Order.Reminder, now: Timestamp) -> String {
    guard let sent = reminder.sentAt else {
      return "rappel de \(reminder.queued.author.name) en attente de départ"
    }
    return "rappel envoyé le \(CivilTime(sent).day(now: now)) par \(reminder.queued.author.name)"
  }
  public func reminderShort(_ reminder: Order.Reminder, now: Timestamp) -> String {
    reminder.sentAt.map { "rappelé \(CivilTime($0).day(now: now))" } ?? "rappel en attente"
  }
  public func toRedo(_ reason: String) -> String { "à reprendre : \(reason)" }
  public func undoHint(_ gesture: Gesture, name: String, now: Timestamp) -> String {
    "Annuler : \(done(gesture, now: now))" + (name.isEmpty ? "" : ", \(name)")
  }
  public var undoSend: String { "Annuler l'envoi" }
  public func deed(_ gesture: Gesture, now: Timestamp) -> String {
    let (what, detail) = phrase(gesture, now)
    return quoted(detail).map { "\(what) : « \($0) »" } ?? what
  }
  public var declaredIdentity: String { "identité déclarée" }
  public var takenBack: String { "annulé" }
  public var refusedElsewhere: String { "refusé, trop tard" }
  public var notYetKnown: String { "en attente" }
  public func takesBack(_ gesture: Gesture?, now: Timestamp) -> String {
    gesture.map { "annule : \(phrase($0, now).what)" } ?? "annule un geste"
  }
  public var historyHint: String { "Échap Retour   ↑ ↓ Défiler" }
  public var mailbox: String { "boîte" }
  public func standardReminder(officine: String) -> (name: String, body: String) {
    (
      "Rappel",
      """
      Bonjour,

      Votre ordonnance est prête et vous attend à la pharmacie.
      Pensez à apporter l'original ou le QR code si vous ne l'avez pas encore montré.

      \(officine.isEmpty ? "Votre pharmacie" : officine)
      """
    )
  }

  func demandes(_ count: Int) -> String { "\(count) demande\(count > 1 ? "s" : "")" }

  /// The questions of the team's gestures.
  func asked(_ question: Confirm.Question) -> Asked {
    switch question {
    case .assign(_, let colleague, let owner):
      Asked(
        question: "Confier à \(colleague.name) la demande de \(owner.name) ?",
        consequence: "Tous deux sont nommés dans l'histoire. Annulable avec u.",
        yes: "Confier", no: "Laisser à \(owner.name)")
    case .reassign(let holding, let heir):
      Asked(
        question: "Confier à \(heir.name) ce qu'a \(holding.owner.name) : "
          + "\(demandes(holding.demandes.count)) ?",
        consequence: named(holding.demandes) + ". Chacune annulable avec u.",
        yes: "Confier \(holding.demandes.count)", no: "Laisser à \(holding.owner.name)")
    case .undo(let last):
      Asked(
        question: "Annuler : \(done(last.event.gesture, now: last.event.at))"
          + (last.name.isEmpty ? "" : ", \(last.name)") + " ?",
        consequence: "Votre dernier geste, à \(CivilTime(last.event.at).hourMinute), "
          + "\(last.event.author.poste). Lui seul est annulé.",
        yes: "Annuler ce geste", no: "Le garder")
    case .undoOlder(let last, let newest):
      Asked(
        question: "Avant cela : \(done(last.event.gesture, now: last.event.at))"
          + (last.name.isEmpty ? "" : ", \(last.name)")
          + ", à \(CivilTime(last.event.at).hourMinute). L'annuler ?",
        consequence:
          "Votre dernier geste reste : \(done(newest.event.gesture, now: newest.event.at))"
          + (newest.name.isEmpty ? "." : ", \(newest.name)."),
        yes: "Annuler celui d'avant", no: "Ne rien annuler")
    case .cancelSend(let held):
      Asked(
        question: "Annuler l'envoi à \(held.display) ?",
        consequence: "Rien n'est parti ; le texte revient en brouillon.",
        yes: "Annuler l'envoi", no: "Laisser partir")
    case .remindAgain(_, let reminder):
      Asked(
        question: "Rappeler encore le patient ?",
        consequence: self.reminder(reminder, now: reminder.queued.at).capitalizedFirst + ".",
        yes: "Écrire un rappel", no: "Ne rien faire")
    case .renew:
      Asked(
        question: "Ouvrir une nouvelle délivrance ?",
        consequence: "Même ordonnance, demande nouvelle à prendre ; un message nouveau est "
          + "traité par elle. Ne pourra pas être annulé avec u ; « sans suite » la ferme.",
        yes: "Ouvrir", no: "Ne rien faire")
    case .setDisabled(let member, let isDisabled): askedOfTeam(member, isDisabled: isDisabled)
    case .attach, .split, .closeOver: regrouping(question)
    case .unread, .printHandover, .notHandedOver: askedAtTheCounter(question)
    case .takeOver, .quit, .quitBeforeSend, .discardDraft, .print:
      preconditionFailure("asked elsewhere")
    }
  }

  private func named(_ demandes: [HeldDemande]) -> String {
    let first = demandes.prefix(6).map(\.name).joined(separator: ", ")
    return demandes.count > 6 ? "\(first) et \(demandes.count - 6) autres" : first
  }

  func teamTitle(_ command: Command) -> String {
    switch command {
    case .takeOver: "Reprendre à un collègue"
    case .assign: "Confier à"
    case .reassign: "Tout réattribuer de…"
    case .showHistory: "Histoire"
    case .remind: "Rappeler le patient"
    default: preconditionFailure("titled elsewhere")
    }
  }

  func teamHelp(_ command: Command) -> String {
    switch command {
    case .takeOver: "Reprend la demande d'un collègue, qui est nommé dans l'histoire."
    case .assign: "Confie la demande à un collègue, qui la voit dans ses Miennes."
    case .reassign: "Confie à un autre tout ce qu'un absent n'a pas fini."
    case .showHistory: "Toute l'histoire de la demande : qui, quand, quel poste, quoi."
    case .remind: "Écrit au patient que c'est prêt, avec le modèle Rappel."
    default: preconditionFailure("told elsewhere")
    }
  }
}
