import Domain
import MIME
import Store
import Synchronization

/// Empties the outbox: one item, one Message-ID, and never a second sending by itself.
struct OutboxSender: Sendable {
  let store: OfficineStore
  /// nil: nothing can leave, and each item says so.
  let carrier: (any Carrier)?
  let settlements: Settlements
  let now: @Sendable () -> Timestamp
  let stop: Stop

  /// Seconds before the next attempt, by how many were made (O06).
  private static let backOff: [Int64] = [60, 300, 900, 3600]
  /// After a day the correspondent waits in vain: a person must know.
  private static let lifetime: Int64 = 86_400

  /// Sends everything whose time has come. A failure of the way ends the round: its item is
  /// queued again, the others were not touched.
  func run(_ report: inout SyncReport) throws(SyncFailure) {
    try release()
    while true {
      try stop.check()
      let item = try stored { () throws(StoreError) in try store.claimOutgoing(now: now()) }
      guard let item else { return }
      try send(item, &report)
    }
  }

  /// No item is `sending` without somebody who sends it: what is known of one is settled, and what
  /// nobody holds any more (a process that ended, a store that could not be written) is queued
  /// again, or uncertain behind its final dot. Only while nothing is on its way.
  func release() throws(SyncFailure) {
    try settlements.settle(in: store, now: now())
    _ = try stored { () throws(StoreError) in try store.recoverInterruptedSends(now: now()) }
  }

  private func send(_ item: OutgoingItem, _ report: inout SyncReport) throws(SyncFailure) {
    var isMarked = false
    var results: [OutgoingItem.RecipientResult] = []
    let delivery: Delivery
    do throws(SyncFailure) {
      delivery = try attempt(item, &results, &isMarked)
    } catch {
      // What passed the mark may have arrived: never again by the machine (invariant 10).
      try settle(item, isMarked ? .uncertain : .later(answer: error.code), &report)
      throw error
    }
    try settle(item, delivery, results: results, &report)
  }

  private func attempt(
    _ item: OutgoingItem, _ results: inout [OutgoingItem.RecipientResult],
    _ isMarked: inout Bool
  ) throws(SyncFailure) -> Delivery {
    guard let carrier else { return .refused(answer: "smtp.missing") }
    let mail: [UInt8]
    do throws(BuilderError) {
      mail = try Composer.bytes(of: item)
    } catch {
      return .refused(answer: "mail.\(error.word)")
    }
    // The bytes of the first attempt are the bytes of all (invariant 11).
    let fixed = try stored { () throws(StoreError) in
      try store.storeBuilt(item.id, bytes: mail)
      return try store.builtBytes(item.id) ?? mail
    }
    return try carrier.carry(fixed, item, &results) { () throws(SyncFailure) in
      try stored { () throws(StoreError) in try store.markFinalDot(item.id, now: now()) }
      isMarked = true
    }
  }

  private func settle(
    _ item: OutgoingItem, _ delivery: Delivery,
    results: [OutgoingItem.RecipientResult] = [], _ report: inout SyncReport
  ) throws(SyncFailure) {
    let outcome: SendOutcome
    switch delivery {
    case .accepted(let answer):
      outcome = .sent(answer: answer)
      report.sent += 1
    case .refused(let answer):
      outcome = .refused(answer: answer)
      report.refused += 1
    case .later(let answer):
      outcome = later(item, answer)
      if case .refused = outcome { report.refused += 1 }
    case .uncertain:
      outcome = .uncertain
      report.uncertain += 1
    }
    settlements.add(item.id, outcome, results)
    try settlements.settle(in: store, now: now())
  }

  private func later(_ item: OutgoingItem, _ answer: String) -> SendOutcome {
    let index = min(max(item.attempts, 1), Self.backOff.count) - 1
    let next = now().adding(seconds: Self.backOff[index])
    let isTooOld = next.secondsSince(item.queuedAt) > Self.lifetime
    return isTooOld ? .refused(answer: answer) : .retry(at: next, answer: answer)
  }
}

/// What became of mails and is not in the store yet: a full disk or a long writer must not turn an
/// answer that came into an uncertain one.
final class Settlements: Sendable {
  private struct Settlement {
    var id: String
    var outcome: SendOutcome
    var results: [OutgoingItem.RecipientResult]
  }

  private let waiting = Mutex<[Settlement]>([])

  func add(_ id: String, _ outcome: SendOutcome, _ results: [OutgoingItem.RecipientResult]) {
    let settlement = Settlement(id: id, outcome: outcome, results: results)
    waiting.withLock { $0.append(settlement) }
  }

  /// In their order; what the store does not take stays for the next time.
  func settle(in store: OfficineStore, now: Timestamp) throws(SyncFailure) {
    while let first = waiting.withLock(\.first) {
      try stored { () throws(StoreError) in
        try store.settle(first.id, first.outcome, results: first.results, now: now)
      }
      waiting.withLock { _ = $0.removeFirst() }
    }
  }
}

extension BuilderError {
  /// Stable, without content.
  fileprivate var word: String {
    switch self {
    case .control: "control"
    case .address: "address"
    case .messageID: "message-id"
    case .header: "header"
    case .value: "value"
    case .contentType: "content-type"
    case .noRecipient: "no-recipient"
    }
  }
}
