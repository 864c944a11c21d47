import Cells
import Desk
import Domain

/// What the server will soon not do any more, while the cell still says « à jour »: one short
/// alarm for the top rule. The health pane says the whole of it, and what to do.
enum MailboxAlarm: Equatable {
  /// Percent; a full BAL bounces patients.
  case nearlyFull(Int)
  /// Whole days until the first certificate ends; negative once it has.
  case certificate(days: Int)

  /// The more urgent one; nil while all is well.
  init?(_ health: SyncHealth, now: Timestamp) {
    if let quota = health.quota, quota.percent >= Canvas.nearlyFull {
      self = .nearlyFull(quota.percent)
      return
    }
    guard let end = health.certificates.map(\.notAfter).min() else { return nil }
    let days = Self.days(until: end, now: now)
    guard days <= Canvas.expiringDays else { return nil }
    self = .certificate(days: days)
  }

  /// Whole days; negative once that moment is over.
  static func days(until end: Timestamp, now: Timestamp) -> Int {
    end < now ? -1 : Int(end.secondsSince(now) / 86_400)
  }

  /// Weeks remain to write to the operator: no reason for red.
  var isCalm: Bool { if case .certificate(let days) = self { days > 7 } else { false } }

  func text(_ strings: any Strings) -> String {
    switch self {
    case .nearlyFull(let percent): strings.nearlyFull(percent: percent)
    case .certificate(let days): strings.expiring(days: days)
    }
  }
}

extension Canvas {
  /// With the key that tells more; nothing while the pane itself tells.
  func mailboxAlarm() -> (text: String, isCalm: Bool)? {
    let isTold = state.layers.contains { if case .health = $0 { true } else { false } }
    guard !isTold, let alarm = MailboxAlarm(state.health.health, now: now) else { return nil }
    let text = alarm.text(strings)
    return (key(.showHealth).map { "\(text) (\($0))" } ?? text, alarm.isCalm)
  }
}
