public import Domain

extension French {
  public var demo: String { "DÉMONSTRATION" }
  public var demoShort: String { "DÉMO" }
  public var nobody: String { "qui agit ? F2" }
  public var screenTooSmall: String { "Fenêtre trop petite" }
  public var sentBy: String { "envoyé par" }
  public var sentByShort: String { "de" }
  public var forPatient: String { "pour" }
  public var answerTo: String { "réponse à" }
  public var noSubject: String { "(sans objet)" }
  public var unnamed: String { "sans nom" }
  public var urgent: String { "urgent" }
  public var originalAwaited: String { "original ?" }
  public var news: String { "nouveau message" }
  public var printed: String { "imprimée" }
  public var prescriberQuestion: String { "question Dr" }
  public var patientQuestion: String { "question patient" }
  public var toRedo: String { "à reprendre" }
  public var outside: String { "hors MSSanté" }
  public var badKey: String { "clé fausse" }
  public var goodKey: String { "clé juste" }
  public var testNumber: String { "numéro de test" }
  public func missing(_ count: Int) -> String { "manque \(count)" }
  public func promised(_ moment: String) -> String { "promis \(moment)" }
  public func shelf(_ place: String) -> String {
    place.contains { $0.isLetter && $0.isLowercase } ? place : "bac \(place)"
  }
  public func answered(by name: String, at moment: String) -> String {
    name.isEmpty ? "répondu \(moment)" : "répondu \(moment) par \(name)"
  }
  public func quarantine(_ count: Int) -> String {
    count == 1 ? "1 message illisible" : "\(count) messages illisibles"
  }
  public func withheld(_ count: Int) -> String {
    count == 1 ? "1 message resté au serveur" : "\(count) messages restés au serveur"
  }
  public func outboxTrouble(_ count: Int) -> String {
    count == 1 ? "1 envoi à vérifier" : "\(count) envois à vérifier"
  }
  public func awaited(_ count: Int) -> String { "En cours de réception : \(count)" }
  public func outboxWaiting(_ count: Int) -> String {
    count == 1 ? "1 envoi attend" : "\(count) envois attendent"
  }

  public func empty(_ view: QueueView, isSynchronised: Bool) -> [String] {
    guard isSynchronised else {
      return [
        "Rien n'a encore été reçu ici.",
        "Les messages arrivent dès la première synchronisation. "
          + "« mssterm doctor » dit ce qui bloque.",
      ]
    }
    switch view {
    case .todo:
      return ["Rien à prendre.", "Ce qui arrive apparaît ici. Tab montre les autres vues."]
    case .mine:
      return ["Vous n'avez rien en main.", "Dans À prendre, p prend la demande choisie."]
    case .preparing:
      return ["Personne ne prépare rien en ce moment.", "Prendre une demande (p) la met ici."]
    case .check:
      return ["Rien à contrôler.", "Ce qui est marqué Préparée (f) attend ici un pharmacien."]
    case .ready:
      return ["Rien de prêt.", "Ce qui est contrôlé (c) attend ici le patient."]
    case .promised:
      return ["Aucune promesse en cours.", "Noter un produit manquant ou une heure : touche m."]
    case .questions:
      return ["Aucune question sans réponse.", "Une question se pose avec m, se répond avec r."]
    case .uncollected:
      return ["Tout ce qui est prêt a été retiré.", "Ce qui attend trop longtemps vient ici."]
    case .alarm:
      return ["Aucune alarme.", "Les délais se règlent dans la configuration, [alarms]."]
    case .archive:
      return ["Aucune archive.", "Ce qui est remis ou traité vient ici."]
    case .all:
      return ["Aucune demande.", "Tout ce qui a été reçu est ici, quel que soit son état."]
    }
  }

  public var loading: String { "Lecture…" }
  public var searchLabel: String { "Chercher :" }
  public var searchHint: String { "nom, objet, texte d'un document, numéro" }
  public var searching: String { "cherche…" }
  public func firstResults(_ count: Int) -> String { "\(count) premières, précisez" }
  public func results(_ count: Int) -> String {
    count == 0 ? "aucune demande" : count == 1 ? "1 demande" : "\(count) demandes"
  }
  public var searchAdvice: [String] {
    [
      "Toutes les demandes, quel que soit leur état.", "Échap revient à la liste d'avant.",
      "Aussi : état:prête  à:moi  à:personne  genre:question  marque:urgent  de:durand  "
        + "pour:martin  avant:20/11  depuis:3j ; un tiret exclut (-état:remise), des guillemets "
        + "tiennent ensemble (\"dr petit\").",
    ]
  }
  public func noResult(_ query: String) -> [String] {
    [
      "Rien pour « \(query) ».",
      "Tous les états sont cherchés, accents et majuscules ignorés. Essayer un mot plus court.",
    ]
  }
  public func countdown(_ display: String, seconds: Int, key: String?) -> String {
    "Envoi à \(display) dans \(seconds) s" + (key.map { " · \($0) pour annuler" } ?? "")
  }
  public func countdownShort(seconds: Int, key: String?) -> String {
    "Envoi dans \(seconds) s" + (key.map { " · \($0) annule" } ?? "")
  }
  public func countdownTiny(seconds: Int) -> String { "Envoi \(seconds) s" }
  public var curtained: String { "écran caché" }
  public var curtainHint: String { "Rouvrir l'écran" }
  public func waiting(_ count: Int, late: Int) -> String {
    let head = "à prendre : \(count)"
    return late > 0 ? "\(head) (\(late) depuis plus de 30 min)" : head
  }
  public func position(_ first: Int, _ last: Int, of total: Int, isCapped: Bool) -> String {
    isCapped ? "\(first)–\(last) des \(total) premières" : "\(first)–\(last) sur \(total)"
  }
}
