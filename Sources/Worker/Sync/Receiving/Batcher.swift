import Domain
import Store

extension IngestResult {
  /// How many of `messages` are new here and could not be read.
  func quarantine(of messages: [IncomingMessage]) -> Int {
    let new = Set(stored)
    return messages.count { $0.message.kind == .unreadable && new.contains($0.message.id) }
  }
}

/// Gathers bodies into short transactions, and moves the cursor with them.
///
/// Bodies come in ascending UID order, so everything below the last one of a batch is stored when
/// the batch is: that is where its cursor stands (invariant 5).
struct Batcher {
  let store: OfficineStore
  let reader: MessageReader
  let place: MessageReader.Place
  let now: @Sendable () -> Timestamp
  /// nil for messages below the cursor that were missed before.
  let cursor: MailboxCursor?
  private var waiting: [Arrival] = []
  private var bytes = 0
  private(set) var result = IngestResult()
  private(set) var quarantine = 0

  init(
    store: OfficineStore, reader: MessageReader, place: MessageReader.Place,
    cursor: MailboxCursor?, now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.reader = reader
    self.place = place
    self.cursor = cursor
    self.now = now
  }

  mutating func add(_ arrival: Arrival) throws(SyncFailure) {
    // One large mail must not drag small ones into its long transaction.
    if !waiting.isEmpty, bytes + arrival.raw.count > SyncLimits.batchBytes { try flush() }
    waiting.append(arrival)
    bytes += arrival.raw.count
    if waiting.count >= SyncLimits.batchMessages { try flush() }
  }

  /// Stores what waits. With `end`, everything below it was listed: the cursor moves there.
  mutating func flush(end: UInt32? = nil) throws(SyncFailure) {
    guard !waiting.isEmpty || (end != nil && cursor != nil) else { return }
    let messages = try reader.messages(waiting, in: place)
    var moved = cursor
    let last = waiting.last?.listed.uid ?? 0
    moved?.uidNext = end ?? (last < .max ? last + 1 : last)
    let batch = IngestBatch(messages: messages, cursor: moved)
    let part = try stored { () throws(StoreError) in
      try store.ingest(batch, policy: reader.account.policy, now: now())
    }
    result.stored += part.stored
    result.alreadyKnown += part.alreadyKnown
    result.opened += part.opened
    result.touched += part.touched
    quarantine += part.quarantine(of: messages)
    waiting = []
    bytes = 0
  }
}
