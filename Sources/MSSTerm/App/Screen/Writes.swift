import Desk
import Domain
import Settings
import Store

/// Changes of the store for the screen, each one transaction; runs on the writing queue.
struct Writes: Sendable {
  let session: Session
  let actor: Actor

  private var store: OfficineStore { session.store }
  private var environment: Environment { session.environment }

  func answer(_ effect: Effect) -> [Event] {
    do {
      return try attempt(effect)
    } catch .refused(let refusal) {
      return [refused(effect, refusal)]
    } catch {
      return [.effectFailed(effect, Failure(store: error))]
    }
  }

  private func attempt(_ effect: Effect) throws(StoreError) -> [Event] {
    switch effect {
    case .perform(let gesture, let id, let expecting):
      if let members = try signatories(of: gesture) {
        try store.traceFailure(
          of: gesture, on: id, answer: "refused.needs-signature", by: actor.author,
          now: environment.now())
        return [.controlAsked(gesture, on: id, expecting: expecting, among: members)]
      }
      let order = try store.perform(
        gesture, on: id, expecting: expecting, by: actor,
        policy: session.configuration.officine.policy, eventID: environment.uuid(),
        now: environment.now())
      return [.gestureDone(gesture, order)]
    case .undo(let id, let event):
      let result = try store.undo(
        on: id, event: event, by: actor, eventID: environment.uuid(), now: environment.now())
      return [.undoDone(result.order, result.undone)]
    case .reassign(let demandes, let member, let colleague):
      let outcomes = try store.reassign(
        demandes.map(\.id), from: member, to: colleague, by: actor, eventID: environment.uuid,
        now: environment.now())
      return [
        .reassigned(
          to: colleague,
          zip(demandes, outcomes).map {
            HeldDemande(id: $0.id, name: $0.name, refusal: $1.refusal)
          })
      ]
    case .attach, .split, .renew: return try regroup(effect)
    case .markSeen(let messages):
      for message in messages {
        try store.setFlag("\\Seen", true, on: message, by: actor.author, now: environment.now())
      }
      return []
    case .keepNote(let note):
      try store.keepNote(note.text, on: note.order, of: note.author, now: environment.now())
      return []
    case .acknowledgeRefusals(let ids):
      try store.acknowledgeRefusals(ids)
      return []
    case .readMentions(let events):
      try store.readMentions(events, by: actor.member.id, now: environment.now())
      return []
    case .openDraft, .openReminder, .saveDraft, .deleteDraft, .enqueue, .cancelSend,
      .releaseHeld, .withdrawHeld, .lookForCollision:
      return try Writing(session: session, actor: actor).attempt(effect)
    default: preconditionFailure("not a change")
    }
  }

  /// The team, where a pharmacist must sign for it; nil where the acting member's word is enough.
  /// Judged when it is written: the screen's own list may be older than the codes.
  private func signatories(of gesture: Gesture) throws(StoreError) -> [Member]? {
    let policy = session.configuration.officine.policy
    guard gesture.isSigned, policy.doubleCheck else { return nil }
    let members = try session.team.members(includeDisabled: false)
      .filter(session.settings.mayAct)
    guard members.contains(where: { $0.id == actor.member.id && $0.role.isPharmacist }) else {
      return members.contains(where: \.role.isPharmacist) ? members : nil
    }
    let isAsked = policy.asksPharmacist(
      anyPIN: members.contains(where: \.hasPIN), isPosteShared: session.poste.isShared)
    return isAsked ? members : nil
  }

  private func regroup(_ effect: Effect) throws(StoreError) -> [Event] {
    switch effect {
    case .attach(let attaching):
      let (source, target) = (attaching.source.order, attaching.target.order)
      let other = source.id
      let order = try store.attach(
        other, to: target.id,
        expecting: AttachingRevisions(source: source.revision, target: target.revision),
        over: attaching.over, by: actor,
        eventIDs: (environment.uuid(), environment.uuid()), now: environment.now())
      return [.gestureDone(.attached(from: other, messages: []), order)]
    case .split(let message, let id, let expecting, let over):
      let result = try store.split(
        message, from: id, newID: RandomID.order(environment), expecting: expecting, over: over,
        by: actor,
        eventIDs: (environment.uuid(), environment.uuid(), environment.uuid()),
        now: environment.now())
      return [.gestureDone(.split(message: message, into: result.new.id), result.rest)]
    case .renew(let id, let expecting):
      let order = try store.renew(
        id, newID: RandomID.order(environment), expecting: expecting, by: actor,
        eventIDs: (environment.uuid(), environment.uuid(), environment.uuid()),
        now: environment.now())
      return [.gestureDone(.renewed(from: id), order)]
    default: preconditionFailure("no regrouping")
    }
  }

  private func refused(_ effect: Effect, _ refusal: Refusal) -> Event {
    switch effect {
    case .perform(let gesture, let id, _): return .gestureRefused(gesture, id, refusal)
    case .undo(let id, _): return .undoRefused(id, refusal)
    case .attach(let attaching):
      return .gestureRefused(
        .attached(from: attaching.source.id, messages: []), attaching.target.id, refusal)
    case .split(let message, let id, _, _):
      return .gestureRefused(.split(message: message, into: ""), id, refusal)
    case .renew(let id, _): return .gestureRefused(.renewed(from: id), id, refusal)
    case .releaseHeld(let item, _), .withdrawHeld(let item, _):
      return refusal == .cannotBeUndone
        ? .heldGone(item: item) : .effectFailed(effect, .unexpected(code: "refused"))
    default: return .effectFailed(effect, .unexpected(code: "refused"))
    }
  }
}

extension Gesture {
  /// « Contrôlée » and « à reprendre » have a pharmacist's name under them.
  fileprivate var isSigned: Bool {
    if case .refused = self { return true }
    return isChecking
  }
}
