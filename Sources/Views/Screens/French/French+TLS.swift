extension French {
  /// Why a server is not believed, and what to do; each code has its own words.
  func tlsAdvice(_ code: String) -> String {
    switch code {
    case "tls.expired":
      "Le certificat du serveur est expiré : rien n'a été envoyé. Prévenir l'opérateur."
    case "tls.not-yet":
      "Le certificat du serveur n'est pas encore valable : rien n'a été envoyé. Vérifier l'heure "
        + "de cette machine."
    case "tls.revoked":
      "Le certificat du serveur a été révoqué : rien n'a été envoyé. Prévenir l'opérateur."
    case "tls.self-signed":
      "Le serveur s'est fait son certificat lui-même : rien n'a été envoyé. Vérifier « host »."
    case "tls.authority":
      "Le certificat du serveur ne vient pas d'une autorité connue. Vérifier « trust »."
    case "tls.host":
      "Le certificat du serveur porte un autre nom : rien n'a été envoyé. Vérifier « host »."
    case "tls.handshake":
      "Le chiffrement n'a pas pu s'établir. Vérifier le port et « tls »."
    case "tls.plaintext":
      "Le serveur parle en clair sur ce port : rien n'a été envoyé. Vérifier le port et « tls »."
    case "tls.protocol":
      "Le serveur ne connaît pas TLS 1.2 : rien n'a été envoyé. Prévenir l'opérateur."
    case "tls.not-offered":
      "Le serveur n'offre pas le chiffrement exigé : rien n'a été envoyé. Prévenir l'opérateur."
    case "tls.tampered":
      "Quelqu'un a parlé en clair là où seul le chiffrement le peut : rien n'a été envoyé. "
        + "Prévenir l'opérateur."
    case "tls.anchors":
      "Un fichier de « trust » manque ou n'est pas un certificat PEM. Corriger la configuration."
    case "tls.crl":
      "La liste des certificats révoqués manque, est trop vieille ou d'un inconnu. Vérifier "
        + "« crl »."
    case "tls.crl-fetch":
      "La liste des certificats révoqués n'a pas pu être reprise, et aucune n'est gardée. "
        + "Vérifier le réseau et l'adresse de « crl »."
    case "tls.client":
      "Notre certificat ou sa clé n'est pas utilisable. Vérifier « auth », puis Entrée."
    case "tls.client-refused":
      "Le serveur refuse notre certificat. Voir s'il est encore valable, et « auth »."
    case "tls.card":
      "La carte n'est pas dans le lecteur. L'insérer, puis Entrée."
    case "tls.pin":
      "La carte refuse son code. Un seul essai a été fait : corriger « pin_command », puis "
        + "Entrée."
    default:
      "L'identité du serveur n'est pas prouvée : rien n'a été envoyé. « mssterm doctor » dit "
        + "pourquoi."
    }
  }
}
