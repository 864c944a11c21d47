import Domain
import Store

/// Mails that the server lists and does not give: announced, named on the health pane, and asked
/// for again with growing pauses. One of them never holds up the others.
struct Withheld {
  let store: OfficineStore
  let place: MessageReader.Place
  let now: @Sendable () -> Timestamp

  /// Before the next attempt, by how many failed. The first repetition comes with the pass
  /// itself: it also asks who wrote.
  private static let pauses: [Int64] = [0, 60, 300, 900, 3_600]

  /// One that is announced.
  func note(
    _ uid: UInt32, _ reason: Withholding, attempts: Int
  ) throws(SyncFailure) {
    let moment = now()
    let pause = Self.pauses[min(attempts, Self.pauses.count - 1)]
    try stored { () throws(StoreError) in
      try store.withhold(
        uid, in: place.folder.name, uidValidity: place.uidValidity, because: reason,
        askAgainAt: moment.adding(seconds: pause), now: moment)
    }
  }

  /// Also when the clock was set back since.
  static func isDue(_ message: AnnouncedMessage, at moment: Timestamp) -> Bool {
    guard let due = message.askAgainAt else { return true }
    return due <= moment || due > moment.adding(seconds: pauses.last ?? 0)
  }
}

/// What a mailbox owes, by what may be asked for now.
struct Debts {
  /// Announced, and nothing wrong so far.
  var open: [AnnouncedMessage] = []
  /// Withheld before, and due again.
  var due: [AnnouncedMessage] = []
  /// Both, and those that must wait.
  var uids: Set<UInt32> = []

  init() {}

  init(_ rows: [AnnouncedMessage], at moment: Timestamp) {
    uids = Set(rows.map(\.uid))
    open = rows.filter { $0.withheld == nil }
    due = rows.filter { $0.withheld != nil && Withheld.isDue($0, at: moment) }
  }

  var isEmpty: Bool { open.isEmpty && due.isEmpty }
}

extension AnnouncedMessage {
  /// With a date, also where its server knows none.
  func withMoment(or moment: Timestamp) -> AnnouncedMessage {
    guard receivedAt.seconds <= 0 else { return self }
    var message = self
    message.receivedAt = moment
    return message
  }
}
