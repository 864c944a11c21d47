import Desk
public import Domain

/// French, the language of the counter.
public struct French: Strings {
  public init() {}
  public var language: Language { .french }

  /// A no-break space before « : ; ? ! » » and after « « » (Lexique de l'Imprimerie nationale),
  /// and between a number and its unit, so that no line starts with one.
  public func typeset(_ text: String) -> String {
    var result = ""
    var previous: Character = "\n"
    let characters = Array(text)
    for (place, character) in characters.enumerated() {
      let next = place + 1 < characters.count ? characters[place + 1] : "\n"
      let isTied =
        ":;?!»".contains(next) || previous == "«"
        || (previous.isASCII && previous.isNumber && next.isLetter)
      result.append(character == " " && isTied ? "\u{A0}" : character)
      previous = character
    }
    return result
  }

  // MARK: Nouns

  public func status(_ status: Order.Status, of kind: Order.Kind) -> String {
    switch status {
    case .received: "à prendre"
    case .preparing: kind == .prescription ? "en préparation" : "en cours"
    case .prepared: "à contrôler"
    case .checked: "prête"
    case .partial: "remise partielle"
    case .collected: "remise"
    case .closed: kind == .prescription ? "sans suite" : "traitée"
    }
  }

  public func kind(_ kind: Order.Kind) -> String {
    switch kind {
    case .prescription: "ordonnance"
    case .question: "question"
    case .document: "document"
    }
  }

  public func kind(_ kind: MessageKind) -> String {
    switch kind {
    case .prescription: "ordonnance"
    case .document: "document"
    case .message: "message"
    case .receipt: "accusé de lecture"
    case .bounce: "avis de non-distribution"
    case .notice: "message automatique"
    case .unreadable: "message illisible"
    }
  }

  public func kind(_ kind: SenderKind) -> String {
    switch kind {
    case .patient: "patient"
    case .professional: "professionnel"
    case .organisation: "structure"
    case .application: "automate"
    case .unknown: "hors MSSanté"
    }
  }

  public func kind(_ kind: AttachmentKind) -> String {
    switch kind {
    case .pdf: "PDF"
    case .image: "photo"
    case .xdm: "XDM"
    case .cda: "document structuré"
    case .message: "message joint"
    case .text: "texte"
    case .html: "page HTML"
    case .other: "fichier"
    }
  }

  public func kind(_ kind: BAL.Kind) -> String {
    switch kind {
    case .organisationnelle: "BAL organisationnelle"
    case .nominative: "BAL nominative"
    case .applicative: "BAL applicative"
    }
  }

  public func role(_ role: Domain.Role) -> String {
    switch role {
    case .titulaire: "titulaire"
    case .adjoint: "adjoint"
    case .remplacant: "remplaçant"
    case .pharmacien: "pharmacien"
    case .preparateur: "préparateur"
    case .etudiant: "étudiant"
    case .apprenti: "apprenti"
    case .autre: "autre"
    }
  }

  public func view(_ view: QueueView) -> String {
    switch view {
    case .todo: "À prendre"
    case .mine: "Miennes"
    case .preparing: "En préparation"
    case .check: "À contrôler"
    case .ready: "Prêtes"
    case .uncollected: "Non retirées"
    case .promised: "Promis"
    case .questions: "Questions"
    case .alarm: "Alarmes"
    case .all: "Toutes"
    case .archive: "Archives"
    }
  }

  public func marker(_ name: MarkerName) -> String {
    switch name {
    case .urgent: "Urgent"
    case .originalAwaited: "Original attendu"
    case .missing: "Produit manquant"
    case .questionPrescriber: "Question au prescripteur"
    case .questionPatient: "Question au patient"
    case .promised: "Promis pour une heure"
    case .shelf: "Rangé (bac)"
    }
  }

  public func outgoing(_ state: OutgoingItem.State) -> String {
    switch state {
    case .queued: "en attente"
    case .sending: "en cours d'envoi"
    case .sent: "parti"
    case .refused: "refusé"
    case .uncertain: "incertain : peut-être parti"
    case .cancelled: "annulé"
    case .held: "retenu : la demande a bougé"
    }
  }

  public func recipientAnswer(isAccepted: Bool, code: String) -> String {
    if isAccepted { return "accepté, mais rien n'est parti" }
    let isPassing = code.hasPrefix("4")
    return isPassing ? "refusé pour l'instant (\(code))" : "refusé (\(code)) : vérifiez l'adresse"
  }

  public func sendingReason(_ code: String) -> String? {
    switch code {
    case "smtp.size":
      return "trop gros pour le serveur : rien n'est parti. Retirer une pièce jointe."
    case "smtp.8bit":
      return "le serveur ne prend que de l'ASCII : rien n'est parti. Prévenir l'opérateur."
    case "smtp.utf8":
      return "le serveur ne prend pas d'adresse accentuée : rien n'est parti. Corriger l'adresse."
    case "smtp.missing":
      return "aucun serveur d'envoi n'est configuré. Nommer « smtp »."
    case let code where code == "address" || code.hasPrefix("mail."):
      return "une adresse ou un en-tête n'est pas envoyable : rien n'est parti. Le récrire."
    case let code where code.hasPrefix("5"):
      return "refusé par le serveur (\(code))."
    default:
      return nil
    }
  }

  public func badge(_ kind: AttachmentKind, count: Int) -> String {
    switch kind {
    case .image: count == 1 ? "1 photo" : "\(count) photos"
    case .pdf: count == 1 ? "PDF" : "\(count) PDF"
    case .xdm: count == 1 ? "XDM" : "\(count) XDM"
    case .cda: count == 1 ? "CDA" : "\(count) CDA"
    case .message: count == 1 ? "1 message" : "\(count) messages"
    case .text, .html, .other: count == 1 ? "1 fichier" : "\(count) fichiers"
    }
  }

  public func patient(_ sex: Sex?) -> String { sex == .female ? "patiente" : "patient" }

  public func born(_ date: String, sex: Sex?, isExact: Bool) -> String {
    let word =
      switch sex {
      case .female: "née"
      case .male: "né"
      case nil: "né(e)"
      }
    return isExact ? "\(word) le \(date)" : "\(word) \(date)"
  }

  public func birthDate(_ date: BirthDate) -> String { date.french }

  public func size(_ bytes: Int) -> String {
    if bytes < 1000 { return "\(bytes) o" }
    if bytes < 1_000_000 { return "\(bytes / 1000) ko" }
    let tenths = bytes / 100_000
    return tenths < 100 ? "\(tenths / 10),\(tenths % 10) Mo" : "\(tenths / 10) Mo"
  }

  public func pages(_ count: Int) -> String { count == 1 ? "1 page" : "\(count) pages" }
  public var yes: String { "oui" }
  public var no: String { "non" }
}
