import Domain
import Store

/// A colleague at the other comptoir of the demonstration: « Sami lit », as long as it is open.
final class DemoColleague {
  private let board: PresenceBoard
  private let presence: Presence
  private var next: Timestamp
  /// Well under what the board lets a silent screen live.
  private static let heartbeat: Int64 = 60

  /// nil where Sami has nothing in hand, or is there already.
  init?(_ officine: DemoOfficine, now: Timestamp) {
    let directory = officine.directory + "/magasin"
    guard let store = try? OfficineStore.open(at: directory, create: false) else { return nil }
    defer { store.close() }
    let rows = try? store.page(of: .mine, member: "demo-sami", after: nil, limit: 1).rows
    guard let order = rows?.first?.order, let owner = order.owner else { return nil }
    board = PresenceBoard(store: directory)
    presence = Presence(
      member: owner.memberID, name: owner.name, poste: owner.poste, order: order.id,
      doing: .reading)
    next = now.adding(seconds: Self.heartbeat)
    guard !board.others().contains(where: { $0.member == owner.memberID }),
      board.announce(presence)
    else { return nil }
    Doorbell.ring(store.doorbellPath)
  }

  func stay(now: Timestamp) {
    guard now >= next else { return }
    next = now.adding(seconds: Self.heartbeat)
    board.announce(presence)
  }
}
