import Domain

extension French {
  public func backup(secondsAgo: Int64?, isLate: Bool) -> String {
    guard let secondsAgo else {
      return isLate
        ? "Aucune sauvegarde n'a encore été faite. « mssterm doctor » dit pourquoi."
        : "Aucune sauvegarde : « mssterm backup », ou [backup]."
    }
    let when = ago(seconds: secondsAgo)
    return isLate
      ? "Sauvegarde en retard : la dernière \(when). « mssterm doctor » dit pourquoi."
      : "Sauvegarde \(when)"
  }

  public func backupFailed(_ code: String) -> String {
    switch code {
    case "backup.no-age": "La sauvegarde échoue : le programme « age » manque (apt install age)."
    case "backup.age": "La sauvegarde échoue : age refuse. Vérifier les clés de [backup]."
    case "backup.directory":
      "La sauvegarde échoue : son dossier n'existe pas ou ne peut pas être écrit."
    case "backup.full": "La sauvegarde échoue : le disque est plein."
    default: "La sauvegarde échoue (\(code)). « mssterm doctor » dit pourquoi."
    }
  }

  public func lateBackup(secondsAgo: Int64?) -> String {
    secondsAgo.map { "sauvegarde \(ago(seconds: $0))" } ?? "aucune sauvegarde"
  }

  public var purging: String {
    "Purge en cours : le contenu est parti, les fichiers se nettoient la nuit."
  }

  public func purgesWaiting(_ count: Int, seconds: Int64) -> String {
    (count == 1
      ? "1 purge attend le journal d'équipe depuis "
      : "\(count) purges attendent le journal d'équipe depuis ") + age(seconds: seconds)
      + " : rien n'est encore effacé."
  }

  public func purgesHeld(_ count: Int) -> String {
    (count == 1 ? "Purge en cours : 1 demande" : "Purge en cours : \(count) demandes")
      + " de plus, au prochain passage, ou après un envoi ou une saisie en cours ici."
  }

  public func unfinishedOld(_ count: Int) -> String {
    count == 1
      ? "1 demande plus vieille que la durée de conservation n'est pas finie : elle reste."
      : "\(count) demandes plus vieilles que la durée de conservation ne sont pas finies : "
        + "elles restent."
  }

  public var anchorFailing: String {
    "L'ancre des traces ne peut pas être écrite. Vérifier [journal] anchor."
  }
}
