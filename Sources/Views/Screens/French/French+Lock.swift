public import Desk
public import Domain

extension French {
  public var locked: String { "écran verrouillé" }
  public func lockAdvice(asksPIN: Bool) -> String {
    asksPIN
      ? "Vos initiales, Entrée, votre code, Entrée. Code oublié : un responsable de la BAL en "
        + "donne un provisoire (mssterm members reset-pin)."
      : "Vos initiales, puis Entrée. L'officine n'a pas de codes : l'identité est déclarée."
  }
  public var lockHint: String { "Entrée ouvrir   F1 aide" }
  public var chooseOwnPIN: String {
    "Ce code est provisoire : choisissez le vôtre, de 4 à 64 caractères, deux fois."
  }
  public var keepingText: String { "Un texte n'est pas encore enregistré : disque plein ?" }

  public func problem(_ problem: IdentityProblem, now: Timestamp) -> String {
    switch problem {
    case .unknownMember: "Personne n'a ces initiales."
    case .inactive: "Ce compte est fermé : voir un responsable de la BAL."
    case .noPIN: "Pas encore de code : un responsable de la BAL en donne un."
    case .needsPIN: "Il faut aussi le code."
    case .wrongPIN: "Code faux : réessayer."
    case .tooSoon(let until):
      until <= now
        ? "Vous pouvez réessayer."
        : "Codes faux à la suite : réessayer dans \(max(1, until.secondsSince(now))) s."
    case .provisional: chooseOwnPIN
    case .pinLength: "Un code a de 4 à 64 caractères."
    case .pinsDiffer: "Les deux codes diffèrent : recommencer."
    case .pinUnchanged: "C'est le code provisoire : en choisir un autre."
    case .notPharmacist: "Il faut un pharmacien."
    case .notHere: "Cette boîte est nominative : seul son titulaire y agit."
    case .failed(let failure): self.failure(failure)
    }
  }

  public func revealed(seconds: Int64, key: String?) -> String {
    "Numéros en clair encore \(seconds) s, tracé" + (key.map { " · \($0) les cache" } ?? "")
  }
}
