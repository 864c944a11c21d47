import Domain
import Foundation
import Store

/// Between two passes: what the server tells, and what is told of it.
extension Synchroniser {
  /// When a person last wished that this worker tries at once.
  func retryAsked() throws(SyncFailure) -> Timestamp? {
    try stored { () throws(StoreError) in try store.retryAsked() }
  }

  /// True when the server now tells of arrivals by itself (IDLE).
  func beginWatch() throws(SyncFailure) -> Bool {
    let isPushed: Bool
    do throws(SyncFailure) {
      isPushed = try account.isPushed ? session?.beginWatch(pulse) ?? false : false
    } catch {
      try fail(error)
    }
    if health.isPushed != isPushed {
      health.isPushed = isPushed
      try keepHealth()
    }
    return isPushed
  }

  /// Asks a server that said nothing for long; the cell then says « à jour » with good reason.
  func probe(patience: Int64) throws(SyncFailure) {
    do throws(SyncFailure) {
      try session?.endWatch(patience: patience)
    } catch {
      try fail(error)
    }
    try confirm()
  }

  // MARK: - Health

  /// What a pass learned of the server, told when it changed.
  func gatherHealth(_ folders: [Folder], _ session: any MailSession) throws(SyncFailure) {
    let moment = now()
    health.missingMailboxes = try missingMailboxes(folders, session)
    health.refusedMailboxes = refusedMailboxes.intersection(folders.map(\.name)).sorted()
    // Numbers of what is not there any more would look like a difference for ever.
    health.mailboxes.removeAll { count in !folders.contains { $0.name == count.name } }
    for folder in folders {
      guard let messages = folder.status?.messages else { continue }
      let cursor = try stored { () throws(StoreError) in try store.cursor(of: folder.name) }
      guard let cursor else { continue }
      let known = health.mailboxes.firstIndex { $0.name == folder.name }
      // Counting is only worth it when the server's own count moved, or did not match.
      if let known, health.mailboxes[known].server == messages,
        health.mailboxes[known].local == messages
      {
        continue
      }
      let local = try stored { () throws(StoreError) in
        try store.locationCount(in: folder.name, uidValidity: cursor.uidValidity)
      }
      let count = SyncHealth.MailboxCount(
        name: folder.name, server: messages, local: local, checkedAt: moment)
      if let known { health.mailboxes[known] = count } else { health.mailboxes.append(count) }
    }
    // The second test is for a clock that was set back.
    let isAhead = factsDue.map { $0 > moment.adding(seconds: Self.factsSeconds) } ?? false
    if isAhead || factsDue.map({ moment >= $0 }) ?? true {
      let facts = try session.facts()
      health.capabilities = facts.capabilities
      health.quota = facts.quota
      factsDue = moment.adding(seconds: Self.factsSeconds)
    }
    backend.renewTrust()
    if let register = backend.register {
      health.certificates = register.dates.sorted { $0.key < $1.key }.map {
        .init(host: $0.key, notAfter: Timestamp(seconds: Int64($0.value.timeIntervalSince1970)))
      }
      health.crl = register.list.map { list in
        .init(
          updatedAt: Timestamp(seconds: Int64(list.updated.timeIntervalSince1970)),
          nextUpdate: list.next.map { Timestamp(seconds: Int64($0.timeIntervalSince1970)) },
          failingSince: register.failingSince.map {
            Timestamp(seconds: Int64($0.timeIntervalSince1970))
          })
      }
    }
    health.unsentCopies = try stored { () throws(StoreError) in try store.owedCopies() }
    health.waitingFlags = try waitingFlags()
    health.failedOperations = try stored { () throws(StoreError) in
      try store.failedOperations(since: moment.adding(seconds: -Self.failureSeconds)).count
    }
    try keepHealth()
  }

  /// Those that the server would not take, and those that no pass could even offer: whatever was
  /// there already when the last one ended.
  private func waitingFlags() throws(SyncFailure) -> Int {
    let waiting = try stored { () throws(StoreError) in
      try store.pendingFlagChanges(limit: .max)
    }.map(\.id)
    memory.held.keep(only: Set(waiting))
    defer { offeredFlags = waiting.last ?? offeredFlags }
    return waiting.count { $0 <= offeredFlags || memory.held.contains($0) }
  }

  /// A person wishes that everything is tried at once.
  func heedWish() {
    memory.held.releaseAll()
    asksAgain = true
  }

  /// A week: what was refused is known by then.
  private static let failureSeconds: Int64 = 7 * 86_400
  /// A quota moves slowly.
  private static let factsSeconds: Int64 = 600

  func keepHealth() throws(SyncFailure) {
    let health = health
    try stored { () throws(StoreError) in try store.setHealth(health) }
  }
}
