import Desk
public import Domain

/// What the counter asks before a gesture that a message, or a colleague's word, could change.
extension French {
  public var newsStays: String { "nouveau message : reste à traiter" }

  public func newMessages(_ count: Int, key: String) -> String {
    count == 1
      ? "Nouveau message, pas encore traité : répondre, ou \(key) s'il n'y a rien à faire"
      : "\(count) nouveaux messages, pas encore traités : répondre, "
        + "ou \(key) s'il n'y a rien à faire"
  }

  public func homonym(born: String?) -> String {
    born.map { "homonyme \($0)" } ?? "homonyme"
  }

  public func shortView(_ view: QueueView) -> String {
    switch view {
    case .preparing: "Prépa"
    case .check: "Contrôle"
    case .uncollected: "Non ret."
    case .questions: "Quest."
    case .archive: "Arch."
    case .todo, .mine, .ready, .promised, .alarm, .all: self.view(view)
    }
  }

  func notHandedOver(_ handed: Order.Handing, now: Timestamp) -> String {
    "Pas remise (« remise » de \(handed.author.name), \(when(handed.at, now)))"
  }

  func askedAtTheCounter(_ question: Confirm.Question) -> Asked {
    switch question {
    case .notHandedOver(_, let handed):
      let time = CivilTime(handed.at)
      return Asked(
        question: "Pas remise ? \(handed.author.name) a noté « remise » le \(time.dayMonthYear) "
          + "à \(time.hourMinute), \(handed.author.poste).",
        consequence: "La demande redevient ce qu'elle était avant, manquants compris. L'histoire "
          + "garde les deux gestes et les deux noms. Annulable avec u.",
        yes: "Pas remise", no: "Ne rien changer")
    case .unread(let gesture, _, let count):
      let new = count == 1 ? "1 nouveau message" : "\(count) nouveaux messages"
      let whose = "que personne n'a traité\(count > 1 ? "s" : "")"
      return Asked(
        question: "\(gesture.isChecking ? "Contrôlée" : "Traitée"), avec \(new) \(whose) ?",
        consequence: gesture.isChecking
          ? "À lire d'abord : cela peut changer l'ordonnance. « Nouveau message » reste affiché."
          : "À lire d'abord : la demande sera finie, message compris. Annulable avec u.",
        yes: gesture.isChecking ? "Contrôlée" : "Traitée", no: "Lire d'abord")
    case .printHandover(let printer):
      return Asked(
        question: "Imprimer la relève sur \(printer) ?",
        consequence: "Elle porte des noms de patients : à prendre aussitôt au bac. "
          + "Une impression ne pourra pas être annulée.",
        yes: "Imprimer", no: "Ne rien faire")
    default: preconditionFailure("asked elsewhere")
    }
  }
}
