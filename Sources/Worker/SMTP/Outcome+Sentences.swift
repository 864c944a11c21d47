/// What to tell the operator: what happened and what to do next. No address, no server text.
extension Outcome {
  public var french: String {
    switch self {
    case .accepted: "Envoyé."
    case .refusedPermanently(.authentication, _):
      "Identifiants refusés par le serveur d'envoi ; rien n'est parti. Vérifiez-les, puis renvoyez."
    case .refusedPermanently: "Refusé par le serveur ; rien n'est parti. Corrigez, puis renvoyez."
    case .refusedTransiently:
      "Le serveur demande d'attendre ; rien n'est parti. Nouvel essai bientôt."
    case .recipientsRefused:
      "Un destinataire est refusé ; rien n'est parti, à personne. Corrigez la liste, puis renvoyez."
    case .uncertain:
      "Envoi incertain : la réponse du serveur s'est perdue. Cherchez le message dans les envoyés "
        + "avant de le renvoyer."
    case .notSent(let reason): reason.french
    }
  }

  public var english: String {
    switch self {
    case .accepted: "Sent."
    case .refusedPermanently(.authentication, _):
      "The sending server refused the credentials; nothing left. Check them, then send again."
    case .refusedPermanently: "Refused by the server; nothing left. Correct it, then send again."
    case .refusedTransiently: "The server asks to wait; nothing left. It will be tried again soon."
    case .recipientsRefused:
      "A recipient was refused; nothing left, to anybody. Correct the list, then send again."
    case .uncertain:
      "Uncertain: the server's answer was lost. Look for the message among the sent ones before "
        + "sending it again."
    case .notSent(let reason): reason.english
    }
  }
}

extension Outcome.NotSentReason {
  public var french: String {
    switch self {
    case .lost: "Connexion interrompue avant l'envoi ; rien n'est parti. Nouvel essai bientôt."
    case .encryptionNotOffered:
      "Le serveur n'offre pas le chiffrement exigé ; rien n'est parti. Prévenez l'opérateur."
    case .authenticationNotOffered, .unsafeCredential, .serverNotAuthentic:
      "Ces identifiants ne conviennent pas au serveur d'envoi. Vérifiez la configuration."
    case .tooLarge(let limit):
      "Message trop lourd : le serveur accepte \(limit / 1_000) ko. Allégez les pièces jointes."
    case .eightBitNotOffered, .internationalNotOffered:
      "Le serveur n'accepte pas ces caractères ; rien n'est parti. Vérifiez les adresses."
    case .withheld:
      "Envoi retenu : la base locale n'a pas pu l'enregistrer. Vérifiez l'espace disque."
    case .nothingToSend: "Le serveur d'envoi répond ; aucun courrier n'a été envoyé."
    }
  }

  public var english: String {
    switch self {
    case .lost: "Connection lost before sending; nothing left. It will be tried again soon."
    case .encryptionNotOffered:
      "The server does not offer the required encryption; nothing left. Tell the operator."
    case .authenticationNotOffered, .unsafeCredential, .serverNotAuthentic:
      "These credentials do not suit the sending server. Check the configuration."
    case .tooLarge(let limit):
      "Message too large: the server takes \(limit / 1_000) kB. Lighten the attachments."
    case .eightBitNotOffered, .internationalNotOffered:
      "The server does not take these characters; nothing left. Check the addresses."
    case .withheld:
      "Sending withheld: the local store could not record it. Check the disk space."
    case .nothingToSend: "The sending server answers; no mail was sent."
    }
  }
}
