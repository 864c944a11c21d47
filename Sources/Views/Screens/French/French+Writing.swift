public import Desk
public import Domain

extension French {
  public func replyTo(_ name: String) -> String { "Répondre à \(name)" }
  public var writeNew: String { "Nouveau message MSSanté" }
  public var subject: String { "Objet" }
  public var attachments: String { "Pièces" }
  public var exchange: String { "Échange" }
  public var exchangeOpen: String { "reste ouvert : on peut vous répondre" }
  public var exchangeEnds: String { "SE TERMINE : le patient ne pourra plus répondre" }
  public var none: String { "aucune" }
  public var sender: String { "Depuis" }
  public func by(_ name: String) -> String { "par \(name)" }
  public func draftSaved(_ moment: String) -> String { "brouillon enregistré \(moment)" }
  public var draftNotSaved: String { "brouillon pas encore enregistré" }
  public func blanksLeft(_ blanks: [String]) -> String {
    "Reste à remplir : \(blanks.prefix(3).joined(separator: " ")) — l'envoi attend"
  }
  public var reviewTitle: String { "Relire avant d'envoyer" }
  public var collisionTitle: String { "Depuis que vous avez ouvert cette réponse :" }
  public var sendAnyway: String { "Envoyer quand même" }
  public var sendNow: String { "Envoyer" }
  public var edit: String { "Modifier" }
  public func afterSending(seconds: Int) -> String {
    "Après l'envoi : \(seconds) s pour annuler (u), ensuite il ne pourra plus l'être"
  }
  public var sending: String { "Envoi confié à la file…" }

  public func form(_ kind: Form.Kind) -> String {
    switch kind {
    case .patient: "Pour qui ?"
    case .redoReason: "À reprendre : pourquoi ?"
    case .closeReason: "Sans suite : pourquoi ?"
    case .collect(let partial): partial ? "Remise partielle" : "Remise au patient"
    case .missing: "Produit manquant"
    case .promised: "Promis pour quand ?"
    case .shelf: "Rangé où ?"
    case .questionPrescriber: "Question au prescripteur"
    case .questionPatient: "Question au patient"
    case .identify: "Qui agit ?"
    case .choosePIN: "Choisir son code"
    case .team(let form): title(form)
    case .check: "Contrôler l'ordonnance"
    }
  }

  public func explanation(_ kind: Form.Kind) -> String? {
    switch kind {
    case .patient: "L'expéditeur n'est pas toujours le patient. Demandé avant le contrôle."
    case .redoReason: "Le préparateur lit ce motif."
    case .closeReason: "Le motif reste dans l'histoire."
    case .collect: nil
    case .missing: "Reste dans Promis jusqu'à la remise complète."
    case .promised: "Aujourd'hui sans date : 17:00. Sinon 21/11/2026 17:00."
    case .shelf: nil
    case .questionPrescriber, .questionPatient:
      "Repère pour l'équipe, rien ne part : pour écrire, r."
    case .identify: "Le code dit qui agit ; il ne quitte pas ce poste."
    case .choosePIN: chooseOwnPIN
    case .team(let form): explanation(form)
    case .check: "Initiales du pharmacien et son code : le contrôle est signé de son nom."
    }
  }

  public func label(_ field: Form.Field.Name, in kind: Form.Kind) -> String {
    switch field {
    case .text: "Texte"
    case .name: "Nom Prénom"
    case .birthDate: "Né(e) le"
    case .reason: "Motif"
    case .originalSeen: "Original ou QR vu"
    case .missing: "Manquants"
    case .givenTo: "Remis à"
    case .product: "Produit"
    case .quantity: "Quantité"
    case .due: "Attendu le"
    case .time: "Heure"
    case .place: "Bac"
    case .initials: "Initiales"
    case .pin: "Code"
    case .newPIN: "Nouveau code"
    case .newPINAgain: "Encore une fois"
    case .team(let field): label(field)
    }
  }

  public func example(_ field: Form.Field.Name) -> String? {
    switch field {
    case .team(let field): example(field)
    case .name: "ex. MARTIN Jeanne"
    case .birthDate: "ex. 14/03/1979"
    case .originalSeen: "oui ou non"
    case .givenTo: "ex. au patient, à sa fille"
    case .due: "ex. 21/11/2026"
    case .time: "ex. 17:00"
    case .place: "ex. 12"
    case .text, .reason, .missing, .product, .quantity, .initials, .pin, .newPIN,
      .newPINAgain:
      nil
    }
  }

  public func formHint(_ kind: Form.Kind, isFirst: Bool, isLast: Bool) -> String {
    guard isLast else { return "Entrée Suivant   Échap Abandonner" }
    return isFirst
      ? "Entrée Valider   Échap Abandonner"
      : "Entrée Valider   ↑ Précédent   Échap Abandonner"
  }

  public func menu(_ kind: Menu.Kind) -> String {
    switch kind {
    case .states: "Changer l'état"
    case .markers: "Repères"
    case .kinds: "C'est…"
    case .members: "Qui agit ?"
    case .team: "Équipe"
    case .person(let person): title(person)
    case .roles: "Ajouter quelqu'un : quelle fonction ?"
    case .newRole(let member): "Quelle fonction pour \(member.name) ?"
    case .templates: "Modèles"
    case .messages: "Quel message séparer ? (u n'annule pas)"
    case .views: "Quelle vue ?"
    case .bals: "Quelle boîte ?"
    case .colleagues: "À qui la confier ?"
    case .absent: "Réattribuer tout ce qu'a…"
    case .heirs(let holding): "À qui confier ce qu'a \(holding.owner.name) ?"
    case .refusals: "Restées où elles étaient : en ouvrir une"
    case .missing: "Produits manquants"
    case .demandes: "À laquelle la rattacher ?"
    }
  }

  public func choice(_ choice: Menu.Choice, of kind: Order.Kind, now: Timestamp) -> String {
    switch choice {
    case .status(let status): self.status(status, of: kind).capitalizedFirst
    case .newsHandled: "Vu, rien à faire : reste comme elle est"
    case .refuse: "À reprendre, avec un motif"
    case .notHandedOver(let handed): notHandedOver(handed, now: now)
    case .takeOver(let owner): "Reprendre à \(owner.name)"
    case .release: "Je laisse"
    case .renew: "Nouvelle délivrance de la même ordonnance"
    case .marker(let name, let isSet): isSet ? "\(marker(name)) : enlever" : marker(name)
    case .kind(let kind): self.kind(kind).capitalizedFirst
    case .member(let member): "\(member.initials)  \(member.name), \(role(member.role))"
    case .template(let template): template.name
    case .view(let view, let count): count > 0 ? "\(self.view(view)) \(count)" : self.view(view)
    case .customView(_, let name, let count): count > 0 ? "\(name) \(count)" : name
    case .bal(let bal):
      "\(bal.name)  \(self.kind(bal.kind))" + (bal.obstacle.map { " : \(closed($0))" } ?? "")
    case .message(let id): id
    case .colleague(let member), .heir(let member, _):
      "\(member.initials)  \(member.name), \(role(member.role))"
    case .absent(let holding): "\(holding.owner.name) : \(demandes(holding.demandes.count))"
    case .refused(let demande): demande.name
    case .product(let missing): "\(product(missing, now)) : corriger"
    case .productArrived(let missing): "\(missing.product) : arrivé, enlever"
    case .addProduct: "Ajouter un produit"
    case .team(let choice): team(choice)
    case .demande(let row): row.id
    }
  }

  public var menuHint: String { "↑ ↓ Choisir   Entrée Valider   Échap Retour" }
  public var menuEmpty: String { "Rien à choisir ici." }

  public func question(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver(_, let owner): "Reprendre la demande à \(owner.name) ?"
    case .quit(let count): "Quitter ? \(outboxWaiting(count).capitalizedFirst)."
    case .quitBeforeSend(let held): "Quitter ? L'envoi à \(held.display) n'est pas encore parti."
    case .discardDraft: "Jeter ce brouillon ?"
    case .print(_, let printer): "Imprimer sur \(printer) ?"
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).question
    }
  }

  public func consequence(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver(_, let owner):
      "\(owner.name) le verra, et son nom reste dans l'histoire. Annulable avec u."
    case .quitBeforeSend:
      "Il part seul dans quelques secondes, écran fermé aussi. Rester, puis u, le reprend."
    case .quit:
      "Rien ne part pour l'instant ; plus tard il faudra un MSSTerm ouvert, ou le service."
    case .discardDraft: "Le texte est perdu ; rien n'est envoyé."
    case .print:
      "Les documents sortent avec une page de garde. Une impression ne pourra pas être annulée."
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).consequence
    }
  }

  public func yes(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver: "Reprendre"
    case .quit, .quitBeforeSend: "Quitter"
    case .discardDraft: "Jeter"
    case .print: "Imprimer"
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).yes
    }
  }

  public func no(_ question: Confirm.Question) -> String {
    switch question {
    case .takeOver(_, let owner): "Laisser à \(owner.name)"
    case .quit, .quitBeforeSend: "Rester"
    case .discardDraft: "Garder"
    case .print: "Ne rien faire"
    case .assign, .reassign, .undo, .undoOlder, .cancelSend, .remindAgain, .renew, .attach,
      .split, .closeOver, .setDisabled, .unread, .printHandover, .notHandedOver:
      asked(question).no
    }
  }

  public var confirmHint: String { "← → Choisir   Entrée Valider   Échap Ne rien faire" }
}
