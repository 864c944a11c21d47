public import Domain

extension French {
  public func age(seconds: Int64) -> String {
    switch seconds {
    case ..<60: "<1 min"
    case ..<3600: "\(seconds / 60) min"
    case ..<36000: "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60))"
    case ..<86400: "\(seconds / 3600) h"
    case ..<(1000 * 86400): "\(seconds / 86400) j"
    default: ">999 j"
    }
  }

  private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  public func since(seconds: Int64) -> String {
    seconds < 60 ? "à l'instant" : "depuis \(age(seconds: seconds))"
  }

  public func ago(seconds: Int64) -> String {
    seconds < 60 ? "à l'instant" : "il y a \(age(seconds: seconds))"
  }

  public func moment(_ at: Timestamp, now: Timestamp) -> String {
    let (time, today) = (CivilTime(at), CivilTime(now))
    if time.isSameDay(as: today) { return time.hourMinute }
    if time.isSameDay(as: CivilTime(now.adding(seconds: -86400))) {
      return "hier \(time.hourMinute)"
    }
    if time.isSameDay(as: CivilTime(now.adding(seconds: 86400))) {
      return "demain \(time.hourMinute)"
    }
    return "\(time.year == today.year ? time.dayMonth : time.dayMonthYear) \(time.hourMinute)"
  }

  public func day(_ at: Timestamp) -> String {
    let time = CivilTime(at)
    let days = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
    let months = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    let number = time.day == 1 ? "1er" : "\(time.day)"
    return "\(days[time.weekday % 7]) \(number) \(months[(time.month - 1) % 12]) \(time.year)"
  }

  public func sync(_ status: SyncStatus, now: Timestamp) -> String {
    switch status.phase {
    case .never: return "jamais synchronisé"
    case .working:
      return status.total > 0
        ? "synchronise \(status.done)/\(status.total)" : "synchronise…"
    case .upToDate:
      let seconds = now.secondsSince(status.lastSuccess ?? status.since)
      if SyncTruth.isStale(status, now: now) {
        return "sans nouvelles \(since(seconds: seconds))"
      }
      return seconds < 60 ? "à jour \(seconds) s" : "à jour \(age(seconds: seconds))"
    case .offline:
      return "hors ligne \(since(seconds: now.secondsSince(status.since)))"
    case .closed: return "session fermée, s pour rouvrir"
    case .refused:
      switch status.failure {
      case "login": return "mot de passe refusé"
      case "login.secret": return "mot de passe introuvable"
      case "tls.anchors": return "« trust » illisible"
      case "configuration": return "configuration refusée"
      case "tls.card": return "carte absente"
      case "tls.pin": return "code de la carte refusé"
      case "tls.client", "tls.client-refused": return "notre certificat refusé"
      case let code? where code.hasPrefix("tls."): return "certificat refusé"
      default: return "refusé par le serveur"
      }
    }
  }
}
