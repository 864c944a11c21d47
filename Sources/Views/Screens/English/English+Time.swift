public import Domain

extension English {
  public func age(seconds: Int64) -> String {
    switch seconds {
    case ..<60: "<1 min"
    case ..<3600: "\(seconds / 60) min"
    case ..<36000: "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60))"
    case ..<86400: "\(seconds / 3600) h"
    case ..<(1000 * 86400): "\(seconds / 86400) d"
    default: ">999 d"
    }
  }

  private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  public func since(seconds: Int64) -> String {
    seconds < 60 ? "just now" : "for \(age(seconds: seconds))"
  }

  public func ago(seconds: Int64) -> String {
    seconds < 60 ? "just now" : "\(age(seconds: seconds)) ago"
  }

  public func moment(_ at: Timestamp, now: Timestamp) -> String {
    let (time, today) = (CivilTime(at), CivilTime(now))
    if time.isSameDay(as: today) { return time.hourMinute }
    if time.isSameDay(as: CivilTime(now.adding(seconds: -86400))) {
      return "yesterday \(time.hourMinute)"
    }
    if time.isSameDay(as: CivilTime(now.adding(seconds: 86400))) {
      return "tomorrow \(time.hourMinute)"
    }
    return "\(time.year == today.year ? time.dayMonth : time.dayMonthYear) \(time.hourMinute)"
  }

  public func day(_ at: Timestamp) -> String {
    let time = CivilTime(at)
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    return "\(days[time.weekday % 7]) \(time.day) \(months[(time.month - 1) % 12]) \(time.year)"
  }

  public func sync(_ status: SyncStatus, now: Timestamp) -> String {
    switch status.phase {
    case .never: return "never synchronised"
    case .working:
      return status.total > 0 ? "syncing \(status.done)/\(status.total)" : "syncing…"
    case .upToDate:
      let seconds = now.secondsSince(status.lastSuccess ?? status.since)
      if SyncTruth.isStale(status, now: now) {
        return "no news \(since(seconds: seconds))"
      }
      return seconds < 60 ? "up to date \(seconds) s" : "up to date \(age(seconds: seconds))"
    case .offline:
      return "offline \(since(seconds: now.secondsSince(status.since)))"
    case .closed: return "session closed, s to reopen"
    case .refused:
      switch status.failure {
      case "login": return "password refused"
      case "login.secret": return "no password"
      case "tls.anchors": return "\"trust\" unreadable"
      case "configuration": return "configuration refused"
      case "tls.card": return "card missing"
      case "tls.pin": return "card PIN refused"
      case "tls.client", "tls.client-refused": return "our certificate refused"
      case let code? where code.hasPrefix("tls."): return "certificate refused"
      default: return "refused by the server"
      }
    }
  }
}
