import Domain
import Platform
import Store

/// Judges a PIN for the command line and the screen alike, the growing delay included (P02).
enum PINCheck {
  enum Verdict: Equatable {
    case right
    /// Counted; the next one is looked at after so many seconds, 0 for at once.
    case wrong(wait: Int64)
    /// Wrong ones came before it: nothing was tried, and nobody sleeps.
    case tooSoon(wait: Int64)
    /// The member has no PIN: nothing to compare with.
    case none
  }

  /// `pin` is asked for only when it would be looked at; how long somebody takes to type it opens
  /// no door that was closed meanwhile.
  static func judge(
    _ member: Member, _ session: Session, pin: () throws -> String
  ) throws -> Verdict {
    let team = session.team
    guard try team.pinHash(of: member.id) != nil else { return .none }
    let early = try team.pinWait(of: member.id, session.pinTry())
    if early > 0 { return .tooSoon(wait: early) }
    let typed = try pin()
    let queue = try team.pinQueue()
    defer { queue?.leave() }
    switch try team.beginPIN(of: member.id, session.pinTry()) {
    case .wait(let seconds): return .tooSoon(wait: seconds)
    case .open(nil): return .none
    case .open(let hash?):
      guard PIN.verify(typed, hash: hash) else {
        return .wrong(wait: try team.refusePIN(of: member.id, session.pinTry()))
      }
      try team.endPIN(of: member.id, session.pinTry())
      return .right
    }
  }

  /// Somebody nobody could be: names are not tried freely either. Seconds to wait.
  static func refuse(_ reason: NameRefusal, _ session: Session) throws -> Int64 {
    let trial = session.pinTry()
    let early = try session.team.pinWait(of: nil, trial)
    return try early > 0 ? early : session.team.refuseName(reason, trial)
  }
}

extension Session {
  func pinTry() -> PINTry {
    let moment = BootMoment()
    return PINTry(
      poste: poste.name, account: environment.osUser, boot: moment.boot,
      uptime: moment.milliseconds, now: environment.now())
  }
}
