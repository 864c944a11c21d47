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
    guard let order = try session.store.order(id) else { return .orderVanished(id) }
    let printer = Printer(name.isEmpty ? nil : name)
    _ = try PrintErrand(session: session, actor: actor).print(order, on: printer)
    return .printDone(id, printer: printer.name)
  }

  func printHandover(on name: String) throws -> Event {
    guard let actor else { return .effectFailed(.printHandover(printer: name), .printFailed) }
    let printer = Printer(name.isEmpty ? nil : name)
    try HandoverErrand(session: session).print(on: printer, by: actor)
    return .handoverPrinted(printer: printer.name)
  }

  /// The service looks at the store's wishes at the next bell; a screen that finds nobody at work
  /// starts a service by itself (`Chores`).
  func reconnect() throws -> Event {
    switch try Reconnecting(session: session).run() {
    case .asked: .reconnectAnswered(.asked)
    case .nobody: .reconnectAnswered(.started)
    case .noToken, .unheard: .reconnectAnswered(.failed)
    }
  }

  func actor(_ member: Member, isDeclared: Bool) -> Actor {
    Actor(member: member, poste: session.poste.name, isDeclared: isDeclared)
  }
}
