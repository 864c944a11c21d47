public import Domain

extension French {
  public var nothingOpened: [String] {
    ["Aucune demande choisie.", "Les flèches choisissent, Entrée ouvre ici la demande."]
  }
  public var from: String { "De" }
  public var to: String { "À" }
  public func toConfirm(key: String) -> String { "à confirmer (touche \(key))" }
  public var confirmedByPerson: String { "confirmé par l'équipe" }
  public var confirmedByDocument: String { "confirmé par le document" }
  public var forWhom: String { "Pour qui ?" }
  public var masked: String { "INS" }
  public var noLongerInView: String { "Cette demande n'est plus dans cette vue." }
  public var outOfView: String { "Hors de cette vue" }
  public var birthMismatch: String {
    "La date de naissance ne va pas avec l'INS : vérifier l'identité."
  }
  public var original: String { "Original attendu : à voir à la remise." }
  public var machineRead: String { "Texte reconnu par la machine : vérifier sur l'image." }
  public var fromHTML: String { "Texte tiré d'une page HTML." }
  public var noText: String { "(pas de texte)" }
  public var historyTitle: String { "Histoire" }
  public var messageTitle: String { "Message" }
  public var sentByUs: String { "Notre réponse" }
  public var signedAnother: String { "Adresse réelle" }
  public var goneFromServer: String { "Effacé du serveur ; gardé ici." }
  public func hold(_ name: String, since: String) -> String { "chez \(name) \(since)" }
  public func received(from name: String) -> String { "message reçu de \(name)" }
  public func samePatient(_ who: String, age: String, key: String) -> String {
    "Même patient : autre demande en cours (\(who), \(age)) : touche \(key)"
  }
  public func redo(_ reason: String) -> String { "À reprendre : \(reason)" }
  public func closed(_ reason: String) -> String { "Motif : \(reason)" }
  public func merged(_ id: Order.ID) -> String { "Rattachée à la demande \(id)." }

  public func documentState(
    _ state: ReadableDocument.State, _ kind: AttachmentKind
  ) -> String? {
    switch state {
    case .done: nil
    case .pending: "Lecture du document en cours ; il s'affichera ici."
    case .failed: "Document illisible par la machine : l'imprimer ou l'ouvrir pour le voir."
    case .toolMissing:
      switch kind {
      case .image: "Photo : pas de lecture automatique à ce poste. L'imprimer pour la voir."
      case .message, .other: "Ce genre de fichier ne se lit pas ici ; il est gardé tel quel."
      case .pdf, .xdm, .cda, .text, .html:
        "L'outil qui lit ce document manque : « mssterm doctor » dit lequel installer."
      }
    case .tooLarge: "Document trop gros pour être lu ici : l'imprimer ou l'exporter."
    }
  }

  public func unfold(_ key: String) -> String { "\(key) Déplier" }
  public func lines(_ count: Int) -> String { count == 1 ? "1 ligne" : "\(count) lignes" }
}
