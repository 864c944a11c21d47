import Domain
import Store

/// The copies in Sent: proof for what is uncertain, and one copy for what was sent (O01, O04).
struct SentShelf {
  let store: OfficineStore
  let session: any MailSession
  let carrier: (any Carrier)?
  /// Where copies go; the name is used to make it when the server has none.
  let sent: Folder
  let isThere: Bool
  let now: @Sendable () -> Timestamp

  /// An uncertain mail whose Message-ID stands in Sent, or in our own INBOX, was sent. One that
  /// is found nowhere stays uncertain: only a person may decide.
  func settleUncertain(_ report: inout SyncReport) throws(SyncFailure) {
    let items = try stored { () throws(StoreError) in try store.outbox(states: [.uncertain]) }
    for item in items {
      guard try wasSeen(item) else { continue }
      try stored { () throws(StoreError) in
        try store.settle(item.id, .sent(answer: "found"), now: now())
      }
      report.sent += 1
    }
  }

  private func wasSeen(_ item: OutgoingItem) throws(SyncFailure) -> Bool {
    if carrier?.hasLeft(item) == true { return true }
    do throws(SyncFailure) {
      if isThere, try isIn(sent, item) { return true }
      return try isIn(Folder(name: "INBOX", role: .inbox), item)
    } catch {
      // A mailbox that does not open proves nothing: the item stays as it is.
      guard case .refused = error else { throw error }
      return false
    }
  }

  private func isIn(_ folder: Folder, _ item: OutgoingItem) throws(SyncFailure) -> Bool {
    _ = try session.open(folder)
    // It may have been queued before the clock was set back.
    return try session.holds(messageID: item.messageID, since: min(item.queuedAt, now()))
  }

  /// Puts the missing copies there, each after looking whether it stands there already: a cut
  /// after an earlier APPEND must not give two. Returns how many were written.
  func storeCopies() throws(SyncFailure) -> Int {
    let items = try stored { () throws(StoreError) in try store.itemsNeedingSentCopy() }
    var count = 0
    for item in items {
      do throws(SyncFailure) {
        if try storeCopy(item) { count += 1 }
      } catch {
        guard case .refused(let verb) = error else { throw error }
        // Over quota, or no right: the mail is sent, and only its copy is tried again later.
        try trace(item, "NO \(verb)")
      }
    }
    return count
  }

  /// True when a copy was written now.
  private func storeCopy(_ item: OutgoingItem) throws(SyncFailure) -> Bool {
    let isStored = isThere ? try isIn(sent, item) : false
    if !isStored {
      let mail = try stored { () throws(StoreError) in try store.builtBytes(item.id) }
      // A mail that a person declared sent without our having built it has no bytes.
      guard let mail else { return false }
      try session.append(mail, name: OutboxMaildirCarrier.fileName(item), to: sent)
    }
    try stored { () throws(StoreError) in try store.sentCopyStored(item.id, now: now()) }
    return !isStored
  }

  private func trace(_ item: OutgoingItem, _ answer: String) throws(SyncFailure) {
    try stored { () throws(StoreError) in
      try store.trace(
        TraceEntry(
          author: item.author, action: "append", order: item.order, request: item.id,
          answer: answer), now: now())
    }
  }
}
