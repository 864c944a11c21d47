import Desk
public import Domain

extension French {
  public var heldTitle: String { "Réponse retenue : rien n'est parti" }
  public func heldSince(_ name: String, at moment: String) -> String {
    "Depuis la réponse de \(name) (\(moment)) :"
  }
  public func outboxHeld(_ count: Int) -> String {
    count == 1 ? "1 réponse retenue" : "\(count) réponses retenues"
  }
  public var heldMark: String { "réponse retenue" }
  public var heldBack: String { "Votre réponse est retenue, la demande a bougé : r pour décider" }
  public var heldGone: String { "Quelqu'un a déjà décidé de cette réponse." }
  public var answerReturned: String {
    "Votre réponse n'est pas partie : elle est dans vos brouillons (r)"
  }
  public var answerDiscarded: String { "Réponse jetée, rien n'est parti" }

  public var noteTitle: String { "Note interne, jamais envoyée" }
  public var noteExplanation: String {
    "Pour l'équipe seulement : elle reste dans l'histoire de la demande."
  }
  public var noteHint: String { "Entrée Noter   Ctrl-N Ligne   Tab @collègue   Échap Garder" }
  public func mentionHint(_ names: [String]) -> String {
    "Tab @\(names[0])"
      + (names.count > 1 ? " (\(names.dropFirst().prefix(3).joined(separator: ", ")))" : "")
      + "   Entrée Noter   Échap Garder"
  }
  public func mentions(_ count: Int) -> String {
    count == 1 ? "1 note pour vous" : "\(count) notes pour vous"
  }
  public func noted(calls names: [String]) -> String {
    names.isEmpty ? "Note gardée" : "Note gardée, signalée à \(names.listed(and: "et"))"
  }
  public func nobodyCalled(_ name: String) -> String {
    "Personne ne s'appelle @\(name) : corriger, ou Entrée pour garder ainsi."
  }
  public func mentioned(by name: String, at moment: String) -> String {
    "\(name) vous écrit (\(moment)) :"
  }

  public func presence(_ presence: Presence) -> String {
    switch presence.doing {
    case .reading:
      "\(presence.name) regarde cette demande" + idle(presence)
    case .answering: "\(presence.name) répond" + idle(presence)
    }
  }
  private func idle(_ presence: Presence) -> String {
    presence.isIdle ? " (sans frappe depuis 2 min)" : ""
  }
  public func presenceShort(_ presence: Presence) -> String {
    let doing = presence.doing == .reading ? "lit" : "répond"
    return "\(presence.name) \(doing)" + (presence.isIdle ? " (absent ?)" : "")
  }
  public func alsoAnswering(_ presence: Presence) -> String {
    presence.doing == .answering
      ? "\(presence.name) répond aussi (\(presence.poste))"
      : "\(presence.name) lit aussi (\(presence.poste))"
  }

  /// Of the commands of this table; empty for the others.
  func talkTitle(_ command: Command) -> String {
    switch command {
    case .editAnswer: "Modifier"
    case .openHeld: "Réponse retenue"
    case .nextMention: "Mention suivante"
    case .completeMention: "Compléter le nom"
    case .newLine: "Nouvelle ligne"
    default: ""
    }
  }

  /// As `talkTitle`.
  func talkHelp(_ command: Command) -> String {
    switch command {
    case .editAnswer: "Reprend la réponse pour la récrire."
    case .openHeld: "Va à la réponse retenue : envoyer, modifier ou jeter."
    case .nextMention: "Va à la note suivante où un collègue vous nomme (@)."
    case .completeMention: "Écrit le nom du collègue après @."
    case .newLine: "Va à la ligne dans la note."
    default: ""
    }
  }
}
