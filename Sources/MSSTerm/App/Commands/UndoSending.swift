import Domain
import Exports
import Settings
import Store

/// A mail in its time of grace is what one did last, as on the screen.
extension UndoCommand {
  /// The newest one of `actor` that still waits.
  static func waiting(_ session: Session, _ actor: Actor) throws -> OutgoingItem? {
    let now = session.environment.now()
    return try session.ask { store throws(StoreError) in try store.outbox(states: [.queued]) }
      .filter {
        $0.author.isSamePerson(as: actor.author) && $0.notBefore > now && $0.attempts == 0
      }
      .max { $0.queuedAt < $1.queuedAt }
  }

  /// Nothing left; its words are a draft again.
  static func takeBack(
    _ item: OutgoingItem, _ session: Session, _ actor: Actor, json: Bool
  ) throws {
    let now = session.environment.now()
    let draft = Draft(
      takingBack: item, id: RandomID.draft(session.environment), authorID: actor.member.id,
      at: now)
    try session.ask(item.id) { store throws(StoreError) in
      try store.withdrawOutgoing(item.id, into: draft, by: actor, now: now)
    }
    guard !json else {
      return Output.json([("id", .string(item.id)), ("done", .boolean(true))])
    }
    let trust = session.configuration.trust
    let names = item.to.map { Who.receives(trust.sender($0), session.words) }
      .joined(separator: ", ")
    Output.line(
      session.words(
        "Envoi à \(names) annulé : rien n’est parti, le texte est redevenu un brouillon.",
        "Message to \(names) taken back: nothing left, its words are a draft again."))
  }
}
