import Desk
import Domain
import Store

/// Tells the other screens what this one has in front of it, and hears of them.
///
/// A change is told at once, but the bell is rung for it once a second at most: an arrow held down
/// must not wake a whole team.
final class Attendance {
  private let board: PresenceBoard
  private let bell: String
  private var told: Presence?
  private var ringsAt = ContinuousClock.now
  private var owesRing = false
  private var repeatsAt = ContinuousClock.now

  /// Well under what the board lets a silent screen live.
  private static let heartbeat = Duration.seconds(60)

  init(store: OfficineStore) {
    board = PresenceBoard(store: store.directory)
    bell = store.doorbellPath
  }

  /// Call it after each turn of the loop: does nothing while nothing changed.
  func tell(_ presence: Presence?) {
    let now = ContinuousClock.now
    if presence != told {
      guard board.announce(presence) else { return }
      told = presence
      repeatsAt = now + Self.heartbeat
      owesRing = true
    } else if presence != nil, now >= repeatsAt {
      board.announce(presence)
      repeatsAt = now + Self.heartbeat
    }
    ring(now)
  }

  /// How long until a ring that is owed.
  var due: Duration? { owesRing ? max(.zero, ringsAt - .now) : nil }

  func others() -> [Presence] { board.others() }

  /// The screen is left, or gives the terminal back to the shell.
  func leave() {
    board.leave()
    if told != nil { Doorbell.ring(bell) }
    told = nil
    owesRing = false
  }

  private func ring(_ now: ContinuousClock.Instant) {
    guard owesRing, now >= ringsAt else { return }
    owesRing = false
    ringsAt = now + .seconds(1)
    Doorbell.ring(bell)
  }
}
