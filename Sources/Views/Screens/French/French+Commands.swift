public import Desk

extension French {
  public func title(_ command: Command) -> String {
    switch command {
    case .selectNext: "Demande suivante"
    case .selectPrevious: "Demande précédente"
    case .selectFirst: "Première demande"
    case .selectLast: "Dernière demande"
    case .pageDown: "Page suivante"
    case .pageUp: "Page précédente"
    case .open: "Lire"
    case .back: "Retour"
    case .switchPane: "Changer de volet"
    case .nextView: "Vue suivante"
    case .previousView: "Vue précédente"
    case .unfoldDocument: "Déplier le document"
    case .openSamePatient: "Autre demande du patient"
    case .reveal: "Numéros en clair"
    case .take: "Je prends"
    case .takeOver, .assign, .reassign, .showHistory, .remind: teamTitle(command)
    case .release: "Je laisse"
    case .markPrepared: "Préparée"
    case .check: "Contrôlée"
    case .refusePreparation: "À reprendre"
    case .collect: "Remise"
    case .collectPartly: "Remise partielle"
    case .handleNews: "Vu, rien à faire"
    case .close: "Traitée ou sans suite"
    case .chooseState: "Changer l'état"
    case .namePatient: "Pour qui ?"
    case .chooseMarker: "Repères"
    case .toggleUrgent: "Urgent"
    case .changeKind: "Changer la nature"
    case .attach: "Rattacher à une autre"
    case .split: "Séparer un message"
    case .renew: "Renouveler"
    case .note: "Note"
    case .undo: "Annuler"
    case .print: "Imprimer"
    case .reply: "Répondre"
    case .writeNew: "Écrire"
    case .endExchange: "Terminer l'échange"
    case .review: "Relire et envoyer"
    case .send: "Envoyer"
    case .chooseTemplate: "Modèles"
    case .keepDraft: "Garder"
    case .discardDraft: "Jeter le brouillon"
    case .nextField: "Champ suivant"
    case .previousField: "Champ précédent"
    case .search, .handover, .chooseView, .showHealth, .reconnect, .switchBAL, .help, .palette,
      .switchMember, .members, .curtain, .lock, .redraw, .suspend, .quit:
      programTitle(command)
    case .editAnswer, .openHeld, .nextMention, .completeMention, .newLine:
      talkTitle(command)
    }
  }

  public func help(_ command: Command) -> String {
    switch command {
    case .selectNext: "Descend d'une demande ; dans le lecteur, d'une ligne."
    case .selectPrevious: "Monte d'une demande ; dans le lecteur, d'une ligne."
    case .selectFirst: "Va au début de la liste ou du texte."
    case .selectLast: "Va à la fin de la liste ou du texte."
    case .pageDown: "Descend d'un écran."
    case .pageUp: "Monte d'un écran."
    case .open: "Ouvre la demande dans le lecteur. Lire ne prend rien."
    case .back: "Ferme ce qui est ouvert et revient à la liste."
    case .switchPane: "Passe de la liste au lecteur et retour."
    case .nextView: "Passe à la vue suivante : Miennes, À contrôler, Prêtes…"
    case .previousView: "Revient à la vue précédente."
    case .unfoldDocument: "Montre ou replie le texte du document suivant."
    case .openSamePatient: "Ouvre l'autre demande en cours du même patient."
    case .reveal: "Montre les matricules de la demande 20 s ; c'est tracé."
    case .take: "Vous prenez la demande ; toute l'équipe le voit aussitôt."
    case .takeOver, .assign, .reassign, .showHistory, .remind: teamHelp(command)
    case .release: "Rend la demande : elle redevient à prendre."
    case .markPrepared: "L'ordonnance est préparée : un pharmacien la contrôle."
    case .check: "Le pharmacien a contrôlé : l'ordonnance est prête."
    case .refusePreparation: "Renvoie en préparation avec un motif que le préparateur voit."
    case .collect: "Remise au patient : original vu, manquants, à qui."
    case .collectPartly: "Remise d'une partie ; ce qui est dû reste dans Promis."
    case .handleNews: "Le nouveau message n'appelle rien : la demande ne change pas."
    case .close: "Question traitée, ou ordonnance sans suite avec son motif."
    case .chooseState: "Montre tous les états possibles maintenant."
    case .namePatient: "Dit pour quel patient est la demande (nom, naissance)."
    case .chooseMarker: "Original attendu, manquant, promis, bac, questions."
    case .toggleUrgent: "Met ou enlève « urgent »."
    case .changeKind: "C'est une ordonnance, une question, un document."
    case .attach: "Réunit deux demandes d'un même travail. Ne s'annule pas avec u."
    case .split: "Fait d'un message une demande à part. Ne s'annule pas avec u."
    case .renew: "Ouvre une nouvelle délivrance de la même ordonnance."
    case .note: "Écrit une note pour l'équipe. Elle n'est jamais envoyée."
    case .undo: "Annule votre dernier geste, nommé d'abord, ou l'envoi qui attend."
    case .print: "Définitif : imprime derrière une page de garde."
    case .reply: "Répond au dernier message reçu de la demande."
    case .writeNew: "Écrit un nouveau message MSSanté."
    case .endExchange: "Après cet envoi, le patient ne peut plus répondre."
    case .review: "Montre à qui part le message avant de l'envoyer."
    case .send: "Envoie le message relu ; quelques secondes pour annuler."
    case .chooseTemplate: "Insère une réponse type ; ses blancs sont à remplir."
    case .keepDraft: "Ferme et garde le brouillon."
    case .discardDraft: "Jette le brouillon après confirmation."
    case .nextField: "Va au champ ou au blanc suivant."
    case .previousField: "Revient au champ précédent."
    case .search, .handover, .chooseView, .showHealth, .reconnect, .switchBAL, .help, .palette,
      .switchMember, .members, .curtain, .lock, .redraw, .suspend, .quit:
      programHelp(command)
    case .editAnswer, .openHeld, .nextMention, .completeMention, .newLine:
      talkHelp(command)
    }
  }

  private func programTitle(_ command: Command) -> String {
    switch command {
    case .search: "Chercher"
    case .handover: "Relève"
    case .chooseView: "Vues et comptes"
    case .showHealth: "Santé de la boîte"
    case .reconnect: "Réessayer maintenant"
    case .switchBAL: "Autre boîte"
    case .help: "Aide"
    case .palette: "Commandes"
    case .switchMember: "Qui agit"
    case .members: "Équipe"
    case .curtain: "Rideau"
    case .lock: "Verrouiller"
    case .redraw: "Redessiner"
    case .suspend: "Suspendre"
    case .quit: "Quitter"
    default: preconditionFailure("not a command of the program")
    }
  }

  private func programHelp(_ command: Command) -> String {
    switch command {
    case .search: "Cherche dans toutes les demandes, quel que soit leur état."
    case .handover: "Montre ce que l'équipe laisse à la suivante ; s'imprime."
    case .chooseView: "Montre toutes les vues avec leurs comptes."
    case .showHealth: "Montre si la boîte est à jour, et ce qui bloque."
    case .reconnect: "Se connecte tout de suite ; rouvre une session fermée."
    case .switchBAL: "Ouvre une autre boîte de la configuration."
    case .help: "Montre toutes les touches."
    case .palette: "Trouve une commande par son nom."
    case .switchMember: "Dit qui agit à ce poste (initiales, code)."
    case .members: "Qui est dans l'équipe : ajouter, désactiver, donner un code."
    case .curtain: "Cache l'écran au public ; une touche le rouvre."
    case .lock: "Verrouille l'écran : il se rouvre avec initiales et code."
    case .redraw: "Redessine tout l'écran."
    case .suspend: "Rend la main au terminal ; « fg » pour revenir."
    case .quit: "Ferme MSSTerm. Rien n'est perdu."
    default: preconditionFailure("not a command of the program")
    }
  }

  public func hint(_ command: Command, actor: String?) -> String {
    switch command {
    case .markPrepared: actor.map { "Préparée par \($0)" } ?? "Préparée"
    case .check: actor.map { "Contrôlée par \($0)" } ?? "Contrôlée"
    case .collect: actor.map { "Remise par \($0)" } ?? "Remise"
    case .chooseState: "États"
    case .takeOver: "Reprendre"
    case .remind: "Rappeler"
    case .nextView: "Vues"
    case .unfoldDocument: "Déplier"
    case .openSamePatient: "Même patient"
    case .reveal: "En clair"
    case .discardDraft: "Jeter"
    case .curtain: "Rideau"
    default: title(command)
    }
  }

  public func area(_ area: Command.Area) -> String {
    switch area {
    case .moving: "Se déplacer"
    case .counter: "Au comptoir"
    case .mail: "Écrire"
    case .program: "Le programme"
    }
  }

  public var keyColumn: String { "touche" }
  public var commandColumn: String { "commande" }
  public var helpColumn: String { "ce qu'elle fait" }
  public var helpTitle: String { "Aide : toutes les touches" }
  public var helpFooter: String { "Échap Retour   ↑ ↓ Défiler" }
  public var paletteTitle: String { "Commandes" }
  public var paletteEmpty: String { "Aucune commande de ce nom." }
}
