import Domain
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

  /// `pin` is asked for only when it would be looked at.
  static func judge(
    _ member: Member, _ session: Session, pin: () throws -> String
  ) throws -> Verdict {
    guard let hash = try session.team.pinHash(of: member.id) else { return .none }
    let before = try session.team.pinFailures(of: member.id)
    let wait = wait(before, session.environment.now())
    if wait > 0 { return .tooSoon(wait: wait) }
    guard PIN.verify(try pin(), hash: hash) else {
      let now = session.environment.now()
      let failures = try session.team.recordPINFailure(
        of: member.id, poste: session.poste.name, now: now)
      return .wrong(wait: self.wait(failures, now))
    }
    if before.count > 0 { try session.team.clearPINFailures(of: member.id) }
    return .right
  }

  /// Whole seconds, rounded up: who waits that long is not sent away again.
  private static func wait(_ failures: PINFailures, _ now: Timestamp) -> Int64 {
    guard let until = failures.waitUntil else { return 0 }
    let left = until.milliseconds - now.milliseconds
    // Nobody waits longer than that: the clock was set back since.
    guard left <= PINFailures.longestWait * 1000 else { return 0 }
    return max(0, (left + 999) / 1000)
  }
}
