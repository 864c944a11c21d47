public import Domain

extension French {
  public func teamLog(_ health: TeamLogHealth, now: Timestamp) -> String {
    var parts: [String] = []
    switch health.obstacle {
    case .key: parts.append("clé absente ou différente")
    case .address: parts.append("autre adresse sur une autre machine")
    case .forbidden: parts.append("refusé par le serveur")
    case .maildir: parts.append("impossible avec un Maildir")
    case .unfinished: parts.append("attend une autre machine")
    case .abandoned: parts.append("attend une autre machine depuis longtemps")
    case nil: parts.append(sync(health.status, now: now))
    }
    if health.pending > 0 { parts.append("\(health.pending) en attente") }
    if health.ignored > 0 {
      parts.append(health.ignored == 1 ? "1 ignoré" : "\(health.ignored) ignorés")
    }
    return "journal d'équipe : " + parts.joined(separator: ", ")
  }

  public func teamLogAdvice(_ health: TeamLogHealth) -> String? {
    switch health.obstacle {
    case .key:
      "« team_key_command » ne donne pas la clé des autres machines. L'essayer à la main "
        + "(« mssterm team-key » en fait une), puis Entrée. Les gestes restent ici en attendant."
    case .address:
      "Une autre machine écrit l'adresse de la BAL « \(health.otherAddress ?? "?") », celle-ci "
        + "« \(health.address ?? "?") » : mettre la même partout (address, dans [[bal]]). Les "
        + "gestes restent ici en attendant."
    case .forbidden:
      "Le serveur refuse le dossier de « team_log » : demander ce droit à l'opérateur, ou vider "
        + "« team_log ». Cette machine travaille seule en attendant."
    case .maildir:
      "Plusieurs machines ne partagent pas une BAL par un Maildir : vider « team_log », ou prendre "
        + "backend = \"imap\"."
    case .unfinished:
      "Une autre machine renouvelle le journal : la rallumer si cela dure."
    case .abandoned:
      "La machine qui renouvelait le journal n'a pas fini : la rallumer. S'il n'y en a plus "
        + "aucune, « mssterm team-log begin » commence ici, sans ce qu'elle seule savait."
    case nil:
      health.ignored > 0
        ? "Des messages du journal ne sont pas de cette officine ou d'une autre version ; "
          + "vérifier que chaque machine a la même clé et la même version."
        : nil
    }
  }
}
