import Domain
import Store

/// The second half of a large reception: the bodies of what was announced, in the order in which
/// a counter can use them.
///
/// Small mail comes before large, the newest thread first, and inside a thread the oldest first,
/// so that a demande is opened by its first message on every machine.
struct OwedBodies {
  let store: OfficineStore
  let session: any MailSession
  let place: MessageReader.Place
  let stop: Stop
  let tally: Tally
  let lessons: Lessons
  let withheld: Withheld
  /// They were withheld before.
  var isAgain = false

  /// Until all came, or until it is time to look for new mail.
  func run(
    _ owed: [AnnouncedMessage], _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    let wanted = Self.order(owed)
    tally.expect(wanted.count, wanted)
    let end = ContinuousClock.now + .seconds(SyncLimits.portionSeconds)
    let attempts = Dictionary(owed.map { ($0.uid, $0.attempts) }) { $1 }
    let road = Obstacles.Road(store: store, session: session, place: place, lessons: lessons)
    var gone: [UInt32] = []
    var start = 0
    while start < wanted.count, start == 0 || ContinuousClock.now < end {
      let portion = Self.portion(wanted, from: start)
      start = portion.upperBound
      try Obstacles.bodies(Array(wanted[portion]), on: road, isAgain: isAgain) {
        (listed, body) throws(SyncFailure) in
        switch body {
        case .gone: gone.append(listed.uid)
        case .withheld(let reason):
          try withheld.note(listed.uid, reason, attempts: attempts[listed.uid] ?? 0)
        case .whole, .headerOnly: try take(listed, body)
        }
      }
    }
    guard !gone.isEmpty else { return }
    // A body that did not come proves nothing; that the server does not list it does (invariant
    // 6). Nothing of it was ever more than announced here.
    let listed = Set(try session.describe(gone).map(\.uid))
    gone.removeAll { listed.contains($0) }
    try stored { () throws(StoreError) in
      try store.dropAnnounced(in: place.folder.name, uidValidity: place.uidValidity, uids: gone)
    }
  }

  /// `owed` comes thread by thread. What answers a large message waits for it: an answer must not
  /// open the demande.
  static func order(_ owed: [AnnouncedMessage]) -> [Listed] {
    var small: [Listed] = []
    var large: [Listed] = []
    var later: Set<String> = []
    for message in owed {
      let listed = Listed(
        uid: message.uid, size: message.size, flags: message.flags,
        receivedAt: message.receivedAt)
      let waits = message.inReplyTo.map { later.contains($0) } ?? false
      if waits || message.size > SyncLimits.textBytes {
        large.append(listed)
        if !message.messageID.isEmpty { later.insert(message.messageID) }
      } else {
        small.append(listed)
      }
    }
    return small + large
  }

  /// As many as keep the connection busy.
  private static func portion(_ wanted: [Listed], from start: Int) -> Range<Int> {
    var end = start
    var bytes: UInt64 = 0
    while end < wanted.count, end - start < SyncLimits.portion,
      bytes < UInt64(SyncLimits.inFlight) * 2
    {
      bytes = bytes.addingReportingOverflow(wanted[end].size).partialValue
      end += 1
    }
    return start..<end
  }
}
