public import Desk
public import Domain

extension French {
  public func refusal(_ refusal: Refusal, now: Timestamp) -> String {
    switch refusal {
    case .stale(let author, let at, let status):
      "\(author.name.isEmpty ? "Un message" : author.name) l'a changée \(when(at, now)) "
        + "(\(self.status(status, of: .prescription))). Relire avant de refaire."
    case .alreadyTaken(let owner):
      "Prise par \(owner.name) \(ago(seconds: now.secondsSince(owner.since))) (\(owner.poste))."
    case .alreadyYours: "Déjà à vous."
    // Of which kind is not told: « traitée » and « sans suite » are one state.
    case .alreadyDone(.closed): "Déjà fait : traitée ou sans suite."
    case .alreadyDone(let status): "Déjà fait : \(self.status(status, of: .prescription))."
    case .notHeld: "Personne ne l'a prise."
    case .notFromHere(let status):
      "Pas possible : la demande est « \(self.status(status, of: .prescription)) »."
    case .notForThisKind(let kind):
      "Pas pour ce qui est « \(self.kind(kind)) » : changer d'abord la nature."
    case .needsPharmacist: "Il faut un pharmacien."
    case .needsPatient: "Dire d'abord pour qui elle est."
    case .needsReason: "Il faut un motif."
    case .needsText: "Il faut un texte."
    case .merged(let id): "Cette demande a été rattachée à \(id) : ouvrir celle-là."
    case .nothingToUndo: "Rien à annuler sur cette demande."
    case .undoOvertaken(let author, let at):
      "Trop tard : \(author.name) a continué \(when(at, now)). Faire le geste inverse."
    case .cannotBeUndone: "Cela ne s'annule pas ; une note peut corriger."
    case .renewedSince: "Renouvelée depuis : agir sur la nouvelle délivrance."
    case .notItsMessage: "Ce message n'est pas dans cette demande."
    case .lastMessage: "C'est son seul message : rien à séparer."
    case .memberInactive: "Ce compte est fermé : un autre doit agir."
    case .colleagueInactive(let name): "\(name) n'agit plus ici : choisir quelqu'un d'autre."
    case .stillOwed: "Des produits restent dus : « remise », ou les retirer des manquants."
    case .nothingOwed: "Rien n'est dû : « remise », ou noter d'abord ce qui manque."
    case .lastResponsable: "C'est le dernier responsable actif : en nommer d'abord un autre."
    case .initialsTaken: "Un membre a déjà ces initiales : en choisir d'autres."
    case .accountTaken: "Un membre agit déjà avec ce compte : en donner un autre."
    case .takenBack(let refusal):
      "Confirmée puis retirée (journal perdu). " + self.refusal(refusal, now: now)
    case .withdrawn: "Elle n'existe plus, une autre machine a été plus rapide : voir l'origine."
    case .purged(let at): purgedSentence(at)
    }
  }

  public func remedy(_ refusal: Refusal, of command: Command?) -> String? {
    switch refusal {
    case .alreadyTaken where command == nil || command == .take: "p pour reprendre."
    case .notForThisKind: "Touche t."
    case .needsPharmacist, .memberInactive: "F2 pour changer de personne."
    case .needsPatient: "Touche w."
    case .undoOvertaken: "Touche e."
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
    case .nothingSelected: "Aucune demande n'est choisie."
    case .nobodyActs: "Dire d'abord qui agit : F2."
    case .refused(let refusal): withRemedy(refusal, of: command, now: now)
    case .stillPending: "Le geste d'avant est encore en cours."
    case .noPrinter: "Aucune imprimante à ce poste : la nommer dans la configuration."
    case .nothingToClose: "Rien à fermer ici : q quitte."
    case .notHere: "« \(title(command)) » ne fait rien ici."
    case .nothingToAnswer: "Aucun message reçu à qui répondre."
    case .noOtherDemande: "Aucune autre demande en cours pour ce patient."
    case .nothingAttached: "Aucun document dans cette demande."
    case .stillMissing: "Des produits manquent encore : répondre avec r, en le disant."
    case .noTemplates: "Aucun modèle : en écrire dans la configuration."
    case .noMention: "Personne ne vous a mentionné depuis."
    case .readFirst:
      "Le voici : le lire, puis la même touche s'il n'y a rien à faire."
    case .nothingNew: "Aucun nouveau message ici."
    case .nothingHeld: "Aucune réponse retenue."
    case .noColleague: "Personne d'autre ne peut agir aujourd'hui."
    case .notReady: "Elle n'est pas prête : rien à rappeler."
    case .noPatientToRemind: "Aucun message du patient : rien à qui répondre."
    case .nobodyHolds: "Personne n'a rien en cours."
    case .onlyOneBAL: "Une seule boîte dans la configuration."
    case .notResponsable: "Il faut être responsable de la BAL : F2 pour changer de personne."
    case .memberMayNot: "Cette personne ne peut pas le faire : F2 pour changer."
    }
  }

  public func failure(_ failure: Failure) -> String {
    switch failure {
    case .storeBusy: "Un autre poste écrit : réessayer dans un instant."
    case .storeUnwritable: "Rien n'a été écrit : vérifier les droits du dossier (mssterm doctor)."
    case .diskFull: "Disque plein, rien n'a été écrit : libérer de la place."
    case .notFound: "Cette demande n'existe plus ici."
    case .printerMissing: "Imprimante introuvable : vérifier son nom et qu'elle est allumée."
    case .printFailed: "L'impression a échoué : rien n'est noté comme imprimé. Réessayer."
    case .sendingRefused: "L'envoi n'a pas été accepté : le brouillon est gardé."
    case .workerMissing: "mssterm-worker est introuvable : réinstaller MSSTerm."
    case .unexpected(let code): "Erreur inattendue (\(code)) : rien n'a été fait. mssterm doctor"
    }
  }

  public func problem(_ problem: FormProblem, now: Timestamp) -> String {
    switch problem {
    case .empty(let field): "À remplir : \(label(field, in: .shelf).lowercased())."
    case .notADate: "Une date comme 14/03/1979, 03/1979 ou 1979."
    case .notADay: "Un jour comme 23/11, demain ou 23/11/2026."
    case .noSuchDay: "Ce jour n'existe pas : vérifier la date."
    case .notABirth: "Une naissance entre 1890 et aujourd'hui : vérifier la date."
    case .over: "Ce moment est déjà passé : une heure ou un jour à venir."
    case .notATime: "Une heure comme 17:00, ou une date et une heure."
    case .notANumber: "Un nombre, comme 1."
    case .identity(let problem): self.problem(problem, now: now)
    case .nothingHandedOver: "Rien de nouveau remis : enlever de la liste ce qui l'est."
    case .yearNeeded: "Jour passé ou lointain : ajouter l'année, comme 20/11/2027."
    case .originalNotAnswered: "Original ou QR vu : répondre oui ou non."
    case .nobodyCalled(let name): nobodyCalled(name)
    case .team(let problem): self.problem(problem, now: now)
    }
  }

  public func problem(_ problem: ComposeProblem) -> String {
    switch problem {
    case .noRecipient: "À qui ? Une adresse MSSanté."
    case .notAnAddress: "Ce n'est pas une adresse complète : la corriger."
    case .outsideTrustSpace: "Hors MSSanté : l'envoi est impossible. Choisir une adresse MSSanté."
    case .severalPatients: "Un seul patient à la fois : un message pour chacun."
    case .emptyBody: "Le message est vide."
    case .blanks(let blanks): blanksLeft(blanks)
    case .noSubject: "L'objet est vide : en écrire un."
    case .unsafeSubject: "L'objet contient un caractère interdit : le retaper."
    }
  }

  public func notice(_ content: Notice.Content, now: Timestamp) -> String {
    switch content {
    case .alarmed(let count): "Nouvelle alarme : \(alarms(count)) en tout, F4 les montre"
    case .done(let gesture, _):
      gesture.isUndoable ? "\(done(gesture, now: now)) · u pour annuler" : done(gesture, now: now)
    case .refused(let refusal): withRemedy(refusal, of: nil, now: now)
    case .refusedByLog(let gesture, let refusal): refusedByLog(gesture, refusal, now: now)
    case .unavailable(let command, let reason): unavailable(command, reason, now: now)
    case .noted(let names): noted(calls: names)
    case .teamChanged(let news): self.news(news)
    case .undid(let gesture): "Annulé : \(phrase(gesture, now).what)"
    case .reassigned(let to, let count, let refused):
      "\(count) confiée\(count > 1 ? "s" : "") à \(to.name)"
        + (refused > 0 ? ", \(refused) non" : " · u, une par une")
    case .queued(let display): "Envoi à \(display) en attente · u pour annuler"
    case .cancelTooLate(let display): "Trop tard pour annuler : l'envoi à \(display) suit son cours"
    case .cancelledSend(let display): "Envoi à \(display) annulé, rien n'est parti · r le reprend"
    case .printed(let printer):
      printer.hasPrefix("file:")
        ? "Imprimé dans le dossier \(printer.dropFirst(5))" : "Imprimé sur \(printer)"
    case .draftKept(let command): "Brouillon gardé : \(command.usualKey) pour le reprendre"
    case .failed(let failure): self.failure(failure)
    case .nowActing(let member): "\(member.name) agit à ce poste"
    case .ignoredInput: "Ces touches ne font rien ici : rien n'a changé"
    case .scanOffered: "Lecture de code reconnue, rien n'a changé : F3 pour la chercher"
    case .textFull(let limit): "Plein (\(limit / 1024) Kio) : la suite n'a pas été ajoutée"
    case .vanished: "Cette demande n'existe plus ici."
    case .reconnecting: "Connexion…"
    case .reconnected(let answer): reconnected(answer)
    case .heldBack: heldBack
    case .heldGone: heldGone
    case .answerDiscarded: answerDiscarded
    case .answerReturned: answerReturned
    case .closedBAL(let obstacle): closed(obstacle).capitalizedFirst + "."
    }
  }
}
