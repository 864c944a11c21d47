import Documents
import Domain
import Store

/// The first half of a large reception: who wrote about what, newest first, before any body.
///
/// Everything below the cursor is then stored or announced. What is listed is always one piece
/// that ends at the newest message, so that its two ends say where to go on after a kill.
struct Announcing {
  let store: OfficineStore
  let session: any MailSession
  let reader: MessageReader
  let place: MessageReader.Place
  let now: @Sendable () -> Timestamp
  let stop: Stop

  func run(
    upTo uidNext: UInt32, count: Int, _ cursor: MailboxCursor, owed: [AnnouncedMessage]
  ) throws(SyncFailure) {
    guard cursor.uidNext < uidNext else { return }
    var whole = cursor
    let range = cursor.uidNext...(uidNext - 1)
    let here = try stored { () throws(StoreError) in
      try store.knownUIDs(in: place.folder.name, uidValidity: place.uidValidity, within: [range])
    }
    let seen = here + owed.map(\.uid).filter { range.contains($0) }
    let isFresh = cursor.uidNext == 1 && seen.isEmpty
    whole.uidNext = uidNext
    guard let low = seen.min(), let high = seen.max() else {
      return try list(
        range, newestFirst: true, stopAt: isFresh ? count : nil, from: cursor, to: whole)
    }
    // What came since the last attempt, upwards: a kill here leaves one piece as well.
    let isLow = low > range.lowerBound
    if high < range.upperBound {
      try list(
        (high + 1)...range.upperBound, newestFirst: false, stopAt: nil, from: cursor,
        to: isLow ? cursor : whole)
    }
    guard isLow else { return try announce([], whole) }
    try list(
      range.lowerBound...(low - 1), newestFirst: true, stopAt: nil, from: cursor, to: whole)
  }

  /// - Parameter count: how many messages there are; when all were seen, what lies below is empty
  ///   whatever the numbers say (I07).
  private func list(
    _ range: ClosedRange<UInt32>, newestFirst: Bool, stopAt count: Int?,
    from before: MailboxCursor, to after: MailboxCursor
  ) throws(SyncFailure) {
    var listed = 0
    try session.envelopes(in: range, newestFirst: newestFirst) {
      (envelopes, window) throws(SyncFailure) in
      try stop.check()
      listed += envelopes.count
      let isLast =
        newestFirst
        ? window.lowerBound == range.lowerBound : window.upperBound == range.upperBound
      let isDone = isLast || count.map { listed >= $0 } ?? false
      let messages = try reader.announcements(envelopes, in: place)
      // The cursor stands in the store from the first window on: what was announced so far is
      // then found again after a kill.
      try announce(messages, isDone ? after : before)
      return !isDone
    }
  }

  private func announce(
    _ messages: [AnnouncedMessage], _ cursor: MailboxCursor
  ) throws(SyncFailure) {
    try stored { () throws(StoreError) in
      try store.announce(messages, cursor: cursor, now: now())
    }
  }
}

extension MessageReader {
  /// What the screen may show of a message before it is here.
  func announcements(
    _ envelopes: [Envelope], in place: Place
  ) throws(SyncFailure) -> [AnnouncedMessage] {
    let results = decoder.decode(envelopes.map(\.header))
    var messages: [AnnouncedMessage] = []
    for (envelope, result) in zip(envelopes, results) {
      if case .failure(.cannotStart(_)) = result { throw .decoder }
      // Damaged or empty: announced without a word, and told by its body later.
      let decoded = try? result.get()
      messages.append(
        AnnouncedMessage(
          mailbox: place.folder.name, uidValidity: place.uidValidity, uid: envelope.listed.uid,
          size: envelope.listed.size, receivedAt: envelope.listed.receivedAt,
          messageID: decoded?.messageID ?? "", inReplyTo: decoded?.inReplyTo,
          sender: account.trust.sender(decoded?.from.first ?? MailAddress(address: "")),
          subject: decoded?.subject ?? "", flags: envelope.listed.flags, preview: nil))
    }
    return messages
  }
}
