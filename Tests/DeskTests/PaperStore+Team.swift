import Desk
import Domain
import TestKit

extension PaperStore {
  /// As the store does: per demande the last own gesture, newest first.
  func lastGestures(_ state: State) -> [Event] {
    guard let author = state.actor?.author else { return [] }
    let found = events.compactMap { id, events -> LastGesture? in
      guard let last = Order.lastGesture(events, by: author), let order = order(id),
        state.now.secondsSince(last.event.at) <= LastGesture.lifetime
      else { return nil }
      return LastGesture(
        event: last.event, order: order, name: rows[id]?.message.sender.display ?? "",
        refusal: last.refusal)
    }
    return [
      .lastGesturesLoaded(
        found.sorted { ($0.event.at, $0.id) > ($1.event.at, $1.id) }, held: [],
        queued: Set(state.held.map(\.item)))
    ]
  }

  func holdings() -> [Holding] {
    var holdings: [String: Holding] = [:]
    for row in rows.values.sorted(by: { $0.key > $1.key }) {
      guard let order = order(row.id), let owner = order.owner,
        QueueView.mine.contains(order, member: owner.memberID)
      else { continue }
      let demande = HeldDemande(id: row.id, name: row.message.sender.display)
      holdings[owner.memberID, default: Holding(owner: owner, demandes: [])].demandes
        .append(demande)
    }
    return holdings.values.sorted { $0.owner.name < $1.owner.name }
  }

  mutating func reassign(
    _ demandes: [HeldDemande], from: String, to colleague: Member, _ state: State
  ) -> [Event] {
    guard let actor = state.actor else { return [] }
    let outcomes = demandes.map { demande -> HeldDemande in
      guard let owner = order(demande.id)?.owner, owner.memberID == from else {
        return HeldDemande(id: demande.id, name: demande.name, refusal: .notHeld)
      }
      append(
        .assigned(to: Author(colleague), over: Author(owner)), to: demande.id, by: actor,
        at: state.now)
      return demande
    }
    return [.reassigned(to: colleague, outcomes)]
  }
}
