import Desk
import Domain
import Settings
import Store

/// Finding out who somebody is (yescrypt is slow on purpose), and what they then sign.
extension Errands {
  func identify(_ given: Credentials) -> Event {
    do {
      let members = try session.team.members(includeDisabled: true)
      if members.isEmpty, given.purpose == .unlocking {
        return .identifiedNobody(attempt: given.attempt)
      }
      switch try prove(given, among: members) {
      case .failure(let problem):
        return .identificationRefused(problem.reason, attempt: given.attempt)
      case .success(let actor):
        // Whoever opens the screen of somebody's own BAL goes on to the officine's.
        guard given.purpose == .unlocking || session.settings.mayAct(actor.member) else {
          return .identificationRefused(.notHere, attempt: given.attempt)
        }
        let action = given.purpose == .unlocking ? "unlock" : "switch"
        try session.store.trace(
          TraceEntry(author: actor.author, action: action), now: session.environment.now())
        return .identified(actor, attempt: given.attempt)
      }
    } catch {
      return .effectFailed(.identify(given), Failure(error))
    }
  }

  /// The gesture of a pharmacist on somebody else's screen, or on a shared one: the event has
  /// their name, and who acts stays who they were.
  func control(
    _ given: Credentials, _ gesture: Gesture, on id: Order.ID, expecting: Order.Revision?
  ) -> Event {
    do {
      let members = try session.team.members(includeDisabled: true)
      let pharmacist: Actor
      switch try prove(given, among: members) {
      case .failure(let problem): return .controlRefused(id, problem.reason)
      case .success(let actor): pharmacist = actor
      }
      if let reason = try refusal(of: gesture, on: id, by: pharmacist) {
        return .controlRefused(id, reason)
      }
      let order = try session.store.perform(
        gesture, on: id, expecting: expecting, by: pharmacist,
        policy: session.configuration.officine.policy, eventID: session.environment.uuid(),
        now: session.environment.now())
      return .gestureDone(gesture, order)
    } catch StoreError.refused(let refusal) {
      return .gestureRefused(gesture, id, refusal)
    } catch {
      return .effectFailed(
        .control(given, gesture, on: id, expecting: expecting), Failure(error))
    }
  }

  /// Why a person whose code was right may not sign that; traced, for somebody tried.
  private func refusal(
    of gesture: Gesture, on id: Order.ID, by person: Actor
  ) throws -> IdentityProblem? {
    let (reason, answer): (IdentityProblem, String)
    if !session.settings.mayAct(person.member) {
      (reason, answer) = (.notHere, "refused.not-here")
    } else if !person.member.role.isPharmacist {
      (reason, answer) = (.notPharmacist, "refused.needs-pharmacist")
    } else {
      return nil
    }
    try session.store.traceFailure(
      of: gesture, on: id, answer: answer, by: person.author, now: session.environment.now())
    return reason
  }

  /// Shown only once the journal says who asked; the line names the demande, never the number.
  func reveal(_ id: Order.ID) throws -> Event {
    guard let actor else { return .effectFailed(.reveal(id), .unexpected(code: "nobody-acts")) }
    try session.store.trace(
      TraceEntry(author: actor.author, action: "ins.reveal", order: id),
      now: session.environment.now())
    return .revealed(id)
  }

  private struct Problem: Error {
    var reason: IdentityProblem
  }

  private func prove(
    _ given: Credentials, among members: [Member]
  ) throws -> Result<Actor, Problem> {
    func no(_ reason: IdentityProblem) -> Result<Actor, Problem> {
      .failure(Problem(reason: reason))
    }
    let isGuarded = members.contains(where: \.hasPIN)
    func refuse(_ name: NameRefusal, _ reason: IdentityProblem) throws -> Result<Actor, Problem> {
      let wait = isGuarded ? try PINCheck.refuse(name, session) : 0
      guard wait > 0 else { return no(reason) }
      return no(.tooSoon(until: session.environment.now().adding(seconds: wait)))
    }
    guard let member = try session.team.member(initialsOrName: given.name) else {
      return try refuse(.unknown, .unknownMember)
    }
    let now = session.environment.now()
    guard member.isActive(at: now) else { return try refuse(.inactive, .inactive) }
    guard isGuarded else {
      return .success(actor(member, isDeclared: true))
    }
    guard member.hasPIN else { return try refuse(.noPIN, .noPIN) }
    guard let pin = given.pin, !pin.isEmpty else { return no(.needsPIN) }
    switch try PINCheck.judge(member, session, pin: { pin }) {
    case .right: break
    case .none: return no(.noPIN)
    case .wrong(0): return no(.wrongPIN)
    case .wrong(let wait), .tooSoon(let wait):
      return no(.tooSoon(until: session.environment.now().adding(seconds: wait)))
    }
    let proven = actor(member, isDeclared: false)
    guard try session.team.isPINProvisional(of: member.id) else { return .success(proven) }
    guard let own = given.newPIN else { return no(.provisional) }
    guard own != pin else { return no(.pinUnchanged) }
    try session.team.setPIN(
      of: member.id, hash: try PINInput.hash(own), by: proven.author, now: now)
    return .success(proven)
  }
}
