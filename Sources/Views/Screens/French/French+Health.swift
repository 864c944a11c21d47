import Desk
public import Domain

extension French {
  public var healthTitle: String { "Santé de la boîte" }
  public var healthHint: String { "Entrée Réessayer maintenant   Échap Retour" }

  public func advice(_ status: SyncStatus) -> String? {
    switch status.phase {
    case .never, .working, .upToDate: return nil
    case .closed:
      return "La session Pro Santé Connect est fermée. Rien n'est perdu : Entrée la rouvre."
    case .offline, .refused: return status.failure.flatMap(advice)
    }
  }

  public func sending(_ trouble: SendingTrouble, now: Timestamp) -> String {
    "envoi : \(sync(trouble.status, now: now))"
  }

  public var retryKey: String { "Entrée" }

  private func advice(_ code: String) -> String? {
    switch code {
    case "network.unreachable", "network.timeout", "network.lost":
      return "Le serveur n'est pas joignable. Vérifier le réseau ; tout reste utilisable ici."
    case "network.name":
      return "Le nom du serveur ne se résout pas. Vérifier le réseau et « host »."
    case "login":
      return "Le serveur refuse le mot de passe. Un seul essai a été fait : le corriger, "
        + "puis Entrée."
    case "login.secret":
      return "La commande du mot de passe n'a rien donné. L'essayer à la main, puis Entrée."
    case "login.host":
      return "Ce serveur n'est pas de MSSanté : aucun secret ne lui est envoyé. Vérifier « host »."
    case "login.mechanism":
      return "Le serveur n'accepte aucune des façons de se connecter configurées. Voir « auth »."
    case "login.server":
      return "Le serveur ne prouve pas qu'il connaît le mot de passe. Vérifier « host », puis "
        + "prévenir l'opérateur."
    case "server.limit":
      return "Trop de connexions à cette boîte. Fermer un autre logiciel ; nouvel essai bientôt."
    case let code where code.hasPrefix("autoconfig."):
      return "Le domaine de la boîte ne donne pas de serveur utilisable. « mssterm config find » "
        + "dit pourquoi."
    case let code where code.hasPrefix("tls."): return tlsAdvice(code)
    case let code where code.hasPrefix("store"):
      return "Le magasin ne peut pas être écrit. « mssterm verify » dit pourquoi."
    default:
      return "« mssterm doctor » dit ce qui bloque (\(code))."
    }
  }

  public func service(isServed: Bool, isInTouch: Bool) -> String {
    guard isServed else {
      return "Aucun service ne synchronise cette boîte : rien n'entre ni ne part."
    }
    return isInTouch
      ? "Un service synchronise cette boîte."
      : "Un service est en marche, mais sans échange avec le serveur."
  }

  public func pushed(_ isPushed: Bool) -> String {
    isPushed
      ? "Le serveur prévient à chaque arrivée." : "Le serveur est interrogé régulièrement."
  }

  public func mailboxCounts(_ name: String, server: Int, local: Int) -> String {
    server == local
      ? "\(name) : \(server) au serveur, autant ici"
      : "\(name) : \(server) au serveur, \(local) ici"
  }

  public func quota(percent: Int, isNearlyFull: Bool) -> String {
    isNearlyFull
      ? "Boîte pleine à \(percent) % : pleine, elle refuse les patients. Faire de la place."
      : "Boîte remplie à \(percent) %"
  }

  public func certificate(_ host: String, days: Int) -> String {
    switch days {
    case ..<0: "Certificat de \(host) : expiré. Prévenir l'opérateur."
    case 0: "Certificat de \(host) : expire aujourd'hui. Prévenir l'opérateur."
    case 1...30: "Certificat de \(host) : expire dans \(days) j. Prévenir l'opérateur."
    default: "Certificat de \(host) : valable encore \(days) jours"
    }
  }

  public func nearlyFull(percent: Int) -> String {
    percent < 100 ? "boîte pleine à \(percent) %" : "boîte pleine"
  }

  public func expiring(days: Int) -> String {
    switch days {
    case ..<0: "certificat du serveur expiré"
    case 0: "certificat du serveur : dernier jour"
    default: "certificat du serveur : encore \(days) j"
    }
  }

  public func revocations(_ moment: String) -> String {
    "Liste des certificats révoqués : \(moment)"
  }

  public func heldExports(_ count: Int, code: String) -> String {
    let what = count == 1 ? "1 arrivée attend" : "\(count) arrivées attendent"
    let remedy =
      switch code {
      case "missing": "le dossier « export_to » n'existe pas. Le créer."
      case "closed": "rien ne peut être écrit dans « export_to ». Vérifier ses droits."
      case "full": "le disque de « export_to » est plein. Libérer de la place."
      default: "« export_to » ne peut pas être écrit. « mssterm doctor » dit pourquoi."
      }
    return "\(what) d'être remise\(count == 1 ? "" : "s") : \(remedy)"
  }

  public func revocationsKept(since: String, until: String?) -> String {
    "Elle n'a pas pu être renouvelée (depuis : \(since)) ; celle d'ici compte encore"
      + (until.map { ", jusqu'à : \($0)." } ?? ".")
  }

  public func missingMailbox(_ name: String) -> String {
    "Dossier « \(name) » absent du serveur (renommé ou supprimé ?) : son courrier reste ici. "
      + "S'il a un autre nom, le donner dans « mailboxes »."
  }

  public func refusedMailbox(_ name: String) -> String {
    "Le serveur n'ouvre pas le dossier « \(name) » : ce qui y arrive n'est pas repris ici. "
      + "Prévenir l'opérateur, ou l'ôter de « mailboxes »."
  }

  public func withheldAdvice(_ count: Int) -> String {
    (count == 1
      ? "Le serveur annonce 1 message et ne le donne pas. "
      : "Le serveur annonce \(count) messages et ne les donne pas. ")
      + "Nouvelle demande automatique, ou tout de suite par Entrée. En attendant : lire au "
      + "webmail ou faire renvoyer ; si cela dure, prévenir l'opérateur."
  }

  public func withheld(_ reason: Withholding) -> String {
    switch reason {
    case .refused: "refusé par le serveur"
    case .empty: "donné sans contenu"
    case .cut: "la connexion se coupe quand il est demandé"
    case .unreadable: "son fichier ne peut pas être lu : vérifier ses droits"
    }
  }

  public var unknownSender: String { "expéditeur inconnu" }

  public func failedOperations(_ count: Int) -> String {
    count == 1
      ? "1 changement refusé par le serveur." : "\(count) changements refusés par le serveur."
  }

  public func unsentCopies(_ count: Int) -> String {
    count == 1
      ? "1 envoi attend sa copie dans Envoyés." : "\(count) envois attendent leur copie."
  }

  public func waitingFlags(_ count: Int) -> String {
    (count == 1
      ? "1 marque (lu, répondu…) n'est pas au serveur, qui ne la prend pas : "
      : "\(count) marques (lu, répondu…) ne sont pas au serveur, qui ne les prend pas : ")
      + "rien n'est perdu ici, de nouveaux essais suivent. Si cela dure, demander à l'opérateur "
      + "les droits de cette BAL."
  }

  public func setAside(_ count: Int) -> String {
    "\(quarantine(count).capitalizedFirst), à lire avec « mssterm show --raw » :"
  }

  public func nextAttempt(seconds: Int64) -> String {
    "Nouvel essai dans \(seconds < 60 ? "\(seconds) s" : age(seconds: seconds))."
  }

  public var lastContact: String { "Dernière réponse du serveur :" }

  public func missing(_ capability: String) -> String? {
    switch capability {
    case "IDLE": "Sans IDLE : les arrivées se voient avec un peu de retard."
    case "QRESYNC": "Sans QRESYNC : chaque passage relit toute la liste."
    case "UIDPLUS": "Sans UIDPLUS : une suppression laisse la trace au serveur."
    case "QUOTA": "Sans QUOTA : la place restante n'est pas connue."
    default: nil
    }
  }

  func closed(_ obstacle: BALChoice.Obstacle) -> String {
    switch obstacle {
    case .otherAccount: "réservée à un autre compte"
    case .otherMember(let name): "réservée à \(name) : F2 pour changer de personne"
    case .unusable: "magasin inutilisable, voir mssterm doctor"
    }
  }

  func reconnected(_ answer: Reconnection) -> String {
    switch answer {
    case .asked: "Le service réessaie maintenant"
    case .started: "Aucun service ne tournait : il démarre"
    case .failed: "La connexion n'a pas pu être demandée : mssterm doctor"
    }
  }
}
