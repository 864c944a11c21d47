import Dispatch
import Documents
import Domain
import Store
import Synchronization

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
  /// Handed to the decoder, and stored when the next batch is handed to it: the child reads one
  /// while the store writes another.
  private var ahead: Ahead?
  private var waiting: [Arrival] = []
  private var bytes = 0
  private(set) var result = IngestResult()
  private(set) var quarantine = 0
  private(set) var taken = 0

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
    if !waiting.isEmpty, bytes + arrival.raw.count > SyncLimits.batchBytes { try handOver() }
    waiting.append(arrival)
    taken += 1
    bytes += arrival.raw.count
    if waiting.count >= SyncLimits.batchMessages { try handOver() }
  }

  /// Stores what waits. With `end`, everything below it was listed: the cursor moves there.
  mutating func flush(end: UInt32? = nil) throws(SyncFailure) {
    if !waiting.isEmpty || (end != nil && cursor != nil) { try handOver(end: end) }
    try settle()
  }

  private mutating func handOver(end: UInt32? = nil) throws(SyncFailure) {
    let next = Ahead(
      arrivals: waiting, end: end, decoding: Decoding(waiting.map(\.raw), reader.decoder))
    waiting = []
    bytes = 0
    try settle()
    ahead = next
  }

  /// In the order in which they came: whose mail is ours depends on what is here already.
  private mutating func settle() throws(SyncFailure) {
    guard let batch = ahead else { return }
    ahead = nil
    let messages = try reader.messages(batch.arrivals, batch.decoding.results(), in: place)
    var moved = cursor
    let last = batch.arrivals.last?.listed.uid ?? 0
    moved?.uidNext = batch.end ?? (last < .max ? last + 1 : last)
    let part = try stored { () throws(StoreError) in
      try store.ingest(
        IngestBatch(messages: messages, cursor: moved), policy: reader.account.policy, now: now())
    }
    result.stored += part.stored
    result.alreadyKnown += part.alreadyKnown
    result.opened += part.opened
    result.touched += part.touched
    quarantine += part.quarantine(of: messages)
  }
}

/// A batch between the decoder and the store.
private struct Ahead {
  var arrivals: [Arrival]
  var end: UInt32?
  var decoding: Decoding
}

/// Bodies that are being opened in the confined child.
private final class Decoding: Sendable {
  private let found = Mutex<[Result<DecodedMessage, DecoderError>]>([])
  private let end = DispatchSemaphore(value: 0)

  init(_ raws: [[UInt8]], _ decoder: DecoderClient) {
    guard !raws.isEmpty else {
      end.signal()
      return
    }
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let results = decoder.decode(raws)
      found.withLock { $0 = results }
      end.signal()
    }
  }

  /// Waits for the child; once. The client bounds how long that takes.
  func results() -> [Result<DecodedMessage, DecoderError>] {
    end.wait()
    return found.withLock { $0 }
  }
}
