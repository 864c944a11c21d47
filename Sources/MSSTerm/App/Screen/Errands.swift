import Desk
import Domain
import Settings
import Store

/// What takes its time: printing, and proving a PIN (yescrypt is slow on purpose).
struct Errands: Sendable {
  let session: Session
  let actor: Actor?

  func print(_ id: Order.ID, printer name: String) throws -> Event {
    guard let actor else { return .effectFailed(.print(id, printer: name), .printFailed) }
    guard let opened = try Reads(store: session.store, member: actor.member.id).opened(id) else {
      return .orderVanished(id)
    }
    let now = session.environment.now()
    let job = try PrintJob(
      order: opened.order, bodies: opened.bodies, actor: actor, words: session.words, now: now
    ) { try Attachments.bytes(of: $1, message: $0, session) }
    let printer = Printer(name.isEmpty ? nil : name)
    try printer.print(job, title: "\(id)-\(now.milliseconds)")
    _ = try session.store.perform(
      .printed(printer: printer.name), on: id, expecting: nil, by: actor,
      policy: session.configuration.officine.policy, eventID: session.environment.uuid(),
      now: now)
    return .printDone(id, printer: printer.name)
  }

  /// A member without a PIN is believed only while the officine has set none.
  func identify(_ member: Member, pin: String?) -> Event {
    do {
      let isRequired = try session.store.members(includeDisabled: true).contains(where: \.hasPIN)
      guard isRequired else { return .identified(actor(member, isDeclared: true)) }
      guard let pin, let hash = try session.store.pinHash(of: member.id),
        PIN.verify(pin, hash: hash)
      else {
        if pin != nil {
          _ = try session.store.recordPINFailure(
            of: member.id, poste: session.poste.name, now: session.environment.now())
        }
        return .identificationRefused(member)
      }
      return .identified(actor(member, isDeclared: false))
    } catch {
      return .effectFailed(.identify(member, pin: nil), Failure(error))
    }
  }

  private func actor(_ member: Member, isDeclared: Bool) -> Actor {
    Actor(member: member, poste: session.poste.name, isDeclared: isDeclared)
  }
}
