import Domain
import Store

/// Carries out what is queued for the server, in order, each exactly once.
///
/// A mail is found by its identity at the moment of acting, never by a remembered number. Before
/// something is put elsewhere the store notes where the destination stood; an attempt whose answer
/// was lost is looked up beyond that mark before it is repeated (S05). The source goes only when
/// the copy is proven, and nothing is expunged that was not deleted here (S06).
struct OperationsRunner {
  let store: OfficineStore
  let session: any MailSession
  let folders: [Folder]
  /// The configured name of the trash; nil: what the server marks so, else `Trash`.
  let trash: String?
  let now: @Sendable () -> Timestamp
  let stop: Stop

  /// Seconds before something is done once more that the server would not do now, by how many
  /// attempts were made.
  private static let backOff: [Int64] = [60, 60, 300, 900, 3600]
  /// Before it is looked up what became of an attempt, or whether a mailbox is read to its end by
  /// now. The first time comes at once: most are a connection that was lost.
  private static let lookUp: [Int64] = [0, 30, 60, 120, 300]
  /// After that a person must know; the attempts are for a clock that is set back again and again.
  private static let lifetime: Int64 = 86_400
  private static let mostAttempts = 500

  /// Returns how many were settled.
  func run() throws(SyncFailure) -> Int {
    var last: Int64 = 0
    var settled = 0
    for _ in 0..<SyncLimits.operations {
      try stop.check()
      let moment = now()
      let operation = try stored { () throws(StoreError) in
        try store.claimOperation(now: moment, after: last) { attempts in
          moment.adding(seconds: Self.lookUp[min(attempts, Self.lookUp.count - 1)])
        }
      }
      guard let operation else { break }
      last = operation.id
      if let outcome = try known(operation) {
        try stored { () throws(StoreError) in
          try store.settleOperation(operation.id, outcome, now: now())
        }
        settled += 1
      }
    }
    return settled
  }

  /// As ``outcome(of:)``; an attempt that ends in between is given back, so that a person may
  /// take back what has not begun at the server.
  private func known(
    _ operation: ServerOperation
  ) throws(SyncFailure) -> OperationOutcome? {
    do throws(SyncFailure) {
      return try outcome(of: operation)
    } catch {
      if case .store = error { throw error }
      try stored { () throws(StoreError) in try store.releaseOperation(operation.id) }
      throw error
    }
  }

  /// nil while it is not known: it stays under way and is looked up at the next attempt.
  private func outcome(
    of operation: ServerOperation
  ) throws(SyncFailure) -> OperationOutcome? {
    do throws(SyncFailure) {
      switch operation.kind {
      case .append: return try append(operation)
      case .move: return try move(operation)
      case .delete: return try delete(operation)
      }
    } catch {
      // What the server will not even discuss now must not keep the others back. Whether a copy
      // of it stands somewhere is looked up all the same.
      guard case .refused = error else { throw error }
      let mark = try stored { () throws(StoreError) in try store.transferMark(of: operation.id) }
      return mark == nil ? later(operation, words: nil) : unproven(operation)
    }
  }

  // MARK: - Another time

  private func isOld(_ operation: ServerOperation) -> Bool {
    now().secondsSince(operation.queuedAt) > Self.lifetime
      || operation.attempts > Self.mostAttempts
  }

  private func later(_ operation: ServerOperation, words: String?) -> OperationOutcome {
    guard !isOld(operation) else { return .refused(.server, words: words) }
    let wait = Self.backOff[min(operation.attempts, Self.backOff.count - 1)]
    return .later(now().adding(seconds: wait), words: words)
  }

  /// It stays under way.
  func unproven(_ operation: ServerOperation) -> OperationOutcome? {
    isOld(operation) ? .refused(.unproven, words: nil) : nil
  }

  func outcome(of transfer: Transfer, _ operation: ServerOperation) -> OperationOutcome {
    switch transfer {
    case .done: .done(nil)
    case .refused(let reason, let words): .refused(reason, words: words)
    case .later(let words): later(operation, words: words)
    }
  }

  // MARK: - Places

  func folder(_ name: String) -> Folder? { folders.first { $0.name == name } }

  /// By a name that somebody wrote: with the server's prefix or without.
  private func spelled(_ name: String) -> Folder? {
    session.naming.spellings(of: name).lazy.compactMap(folder).first
  }

  func destination(_ operation: ServerOperation) -> Folder? {
    guard let name = operation.destination else { return nil }
    guard name == ServerOperation.trash else { return spelled(name) }
    if let trash { return spelled(trash) }
    if let marked = folders.first(where: { $0.role == .trash }) { return marked }
    // Without attributes only the exact name of the convention counts (I05).
    return spelled("Trash").flatMap { $0.role == .other ? $0 : nil }
  }

  /// What it is recognised by; nil when its bytes are not here.
  func identity(_ operation: ServerOperation) throws(SyncFailure) -> MailIdentity? {
    try stored { () throws(StoreError) in
      guard let id = operation.message else {
        return try store.operationBytes(operation.id).map { MailIdentity(raw: $0) }
      }
      let isHeaderOnly =
        try store.message(id)?.defects.contains { $0.code == MessageReader.tooLarge.code } ?? false
      return try store.raw(id).map { MailIdentity(raw: $0, isHeaderOnly: isHeaderOnly) }
    }
  }

  /// Opens the mailbox and says where the mail lies in it now.
  func locate(
    _ operation: ServerOperation, _ source: Folder
  ) throws(SyncFailure) -> (opened: OpenedFolder, uids: [UInt32]) {
    let opened = try session.open(source)
    guard let message = operation.message else { return (opened, []) }
    let uids = try stored { () throws(StoreError) in
      try store.uids(of: message, in: source.name, uidValidity: opened.uidValidity)
    }
    return (opened, uids)
  }

  /// It is not there. That is believed only when the mailbox was read to its end under the
  /// numbers it has now; else it may still be found (S07).
  func missing(
    _ operation: ServerOperation, _ opened: OpenedFolder
  ) throws(SyncFailure) -> OperationOutcome {
    let isRead = try stored { () throws(StoreError) in
      guard let cursor = try store.cursor(of: operation.mailbox),
        cursor.uidValidity == opened.uidValidity,
        opened.uidNext.map({ $0 <= cursor.uidNext }) ?? true
      else { return false }
      return try store.announced(
        in: cursor.name, uidValidity: cursor.uidValidity, limit: 1
      ).isEmpty
    }
    // One that is followed no more is never read to its end.
    guard !isRead, !isOld(operation) else { return .lost(.gone) }
    let wait = Self.lookUp[min(operation.attempts, Self.lookUp.count - 1)]
    return .later(now().adding(seconds: wait), words: nil)
  }

  // MARK: - Deletion

  private func delete(_ operation: ServerOperation) throws(SyncFailure) -> OperationOutcome? {
    guard let source = folder(operation.mailbox) else { return .lost(.source) }
    guard let wanted = try identity(operation) else { return .refused(.changed, words: nil) }
    let (opened, uids) = try locate(operation, source)
    var isMarked = operation.markedPlaces > 0
    var deleted = operation.places
    for uid in uids.dropFirst(operation.markedPlaces) {
      try stop.check()
      guard let there = try session.identity(uid) else { continue }
      guard there.matches(wanted) else { return .refused(.changed, words: nil) }
      let isExpunged = try session.remove(uid)
      deleted += 1
      if !isExpunged { isMarked = true }
      let removed = RemovedUID(mailbox: source.name, uidValidity: opened.uidValidity, uid: uid)
      try stored { () throws(StoreError) in
        try store.endTransfer(operation.id, removed: isExpunged ? removed : nil)
      }
    }
    if deleted > 0 { return .done(isMarked ? .marked : nil) }
    // Its own earlier attempt may have done it: gone is what was wished.
    let outcome = try missing(operation, opened)
    return outcome == .lost(.gone) && operation.attempts > 1 ? .done(nil) : outcome
  }

  // MARK: - Append

  private func append(_ operation: ServerOperation) throws(SyncFailure) -> OperationOutcome? {
    guard let destination = destination(operation) else {
      return .refused(.destination, words: nil)
    }
    let bytes = try stored { () throws(StoreError) in try store.operationBytes(operation.id) }
    guard let bytes else { return .refused(.changed, words: nil) }
    let mark = try stored { () throws(StoreError) in try store.transferMark(of: operation.id) }
    if let mark {
      let there = try session.open(destination)
      let start = there.uidValidity == mark.uidValidity ? mark.uidNext : 1
      if try !session.find(MailIdentity(raw: bytes), from: start).isEmpty { return .done(nil) }
    }
    guard let next = try session.mark(of: destination) else {
      return .refused(.destination, words: nil)
    }
    try stored { () throws(StoreError) in try store.beginTransfer(operation.id, at: next) }
    return outcome(of: try session.put(bytes, into: destination), operation)
  }
}
