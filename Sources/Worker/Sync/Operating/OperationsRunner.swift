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

  /// Seconds before the next attempt, by how many were made. The first repetition comes at once:
  /// most are a connection that was lost.
  private static let backOff: [Int64] = [0, 60, 300, 900, 3600]
  /// After that a person must know.
  private static let lifetime: Int64 = 86_400
  /// A mailbox that is not read to its end yet is read soon.
  private static let readingPause: Int64 = 30

  /// Returns how many were settled.
  func run() throws(SyncFailure) -> Int {
    var last: Int64 = 0
    var settled = 0
    for _ in 0..<SyncLimits.operations {
      try stop.check()
      let moment = now()
      let operation = try stored { () throws(StoreError) in
        try store.claimOperation(now: moment, after: last) { attempts in
          moment.adding(seconds: Self.backOff[min(attempts, Self.backOff.count - 1)])
        }
      }
      guard let operation else { break }
      last = operation.id
      if let outcome = try outcome(of: operation) {
        try stored { () throws(StoreError) in
          try store.settleOperation(operation.id, outcome, now: now())
        }
        settled += 1
      }
    }
    return settled
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
      // One that the server will not even discuss must not keep the others back.
      guard case .refused = error else { throw error }
      return .refused(.server, words: nil)
    }
  }

  // MARK: - Places

  private func folder(_ name: String) -> Folder? { folders.first { $0.name == name } }

  private func destination(_ operation: ServerOperation) -> Folder? {
    guard let name = operation.destination else { return nil }
    guard name == ServerOperation.trash else { return folder(name) }
    if let trash { return folder(trash) }
    // Without attributes only the exact name of the convention counts (I05).
    return folders.first { $0.role == .trash }
      ?? folders.first { $0.role == .other && $0.name == "Trash" }
  }

  /// What it is recognised by; nil when its bytes are not here.
  private func identity(_ operation: ServerOperation) throws(SyncFailure) -> MailIdentity? {
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
  private func locate(
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
  private func missing(
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
    return isRead ? .lost(.gone) : .later(now().adding(seconds: Self.readingPause), words: nil)
  }

  // MARK: - Move

  private struct Shift {
    var operation: ServerOperation
    var source: Folder
    var destination: Folder
    var wanted: MailIdentity
  }

  private enum Step {
    case moved(isExpunged: Bool)
    /// Somebody else removed it.
    case gone
    case ended(OperationOutcome)
    case unproven
  }

  private func move(_ operation: ServerOperation) throws(SyncFailure) -> OperationOutcome? {
    guard let source = folder(operation.mailbox) else { return .lost(.source) }
    guard let destination = destination(operation) else {
      return .refused(.destination, words: nil)
    }
    guard destination.name != source.name else { return .done(nil) }
    guard let wanted = try identity(operation) else { return .refused(.changed, words: nil) }
    let shift = Shift(
      operation: operation, source: source, destination: destination, wanted: wanted)
    let mark = try stored { () throws(StoreError) in try store.transferMark(of: operation.id) }
    var copies = try mark.map { (mark) throws(SyncFailure) in try found(shift, mark) } ?? 0
    let (opened, uids) = try locate(operation, source)
    var marked = operation.markedPlaces
    var moved = operation.places + copies
    // What could only be marked is still there, and is dealt with.
    for uid in uids.dropFirst(marked) {
      try stop.check()
      switch try step(uid, shift, isCopied: copies > 0) {
      case .gone: continue
      case .unproven: return nil
      case .ended(let outcome): return outcome
      case .moved(let isExpunged):
        (copies, moved) = (0, moved + 1)
        if !isExpunged { marked += 1 }
        let removed = RemovedUID(
          mailbox: source.name, uidValidity: opened.uidValidity, uid: uid)
        try stored { () throws(StoreError) in
          try store.endTransfer(operation.id, removed: isExpunged ? removed : nil)
        }
      }
    }
    return moved == 0 ? try missing(operation, opened) : .done(marked > 0 ? .marked : nil)
  }

  /// How many copies of ours the destination holds beyond the mark.
  private func found(_ shift: Shift, _ mark: TransferMark) throws(SyncFailure) -> Int {
    let there = try session.open(shift.destination)
    let start = there.uidValidity == mark.uidValidity ? mark.uidNext : 1
    return try session.find(shift.wanted, from: start).count
  }

  /// One of the places where the mail lies in the source.
  private func step(
    _ uid: UInt32, _ shift: Shift, isCopied: Bool
  ) throws(SyncFailure) -> Step {
    guard let there = try session.identity(uid) else { return .gone }
    guard there.matches(shift.wanted) else { return .ended(.refused(.changed, words: nil)) }
    if isCopied { return .moved(isExpunged: try session.remove(uid)) }
    guard let mark = try session.mark(of: shift.destination) else {
      return .ended(.refused(.destination, words: nil))
    }
    try stored { () throws(StoreError) in
      try store.beginTransfer(shift.operation.id, at: mark)
    }
    let transfer =
      session.canMove
      ? try session.move(uid, to: shift.destination) : try session.copy(uid, to: shift.destination)
    guard case .done(let proof) = transfer else {
      return .ended(outcome(of: transfer, shift.operation))
    }
    if session.canMove {
      // A server may say OK to a number that means nothing to it.
      if proof == nil, try session.identity(uid) != nil { return .unproven }
      return .moved(isExpunged: true)
    }
    if proof == nil {
      guard try found(shift, mark) > 0 else { return .unproven }
      guard try locate(shift.operation, shift.source).uids.contains(uid) else { return .unproven }
    }
    return .moved(isExpunged: try session.remove(uid))
  }

  private func outcome(of transfer: Transfer, _ operation: ServerOperation) -> OperationOutcome {
    switch transfer {
    case .done: return .done(nil)
    case .refused(let reason, let words): return .refused(reason, words: words)
    case .later(let words):
      let moment = now()
      let isOld = moment.secondsSince(operation.queuedAt) > Self.lifetime
      let wait = Self.backOff[min(max(operation.attempts, 1), Self.backOff.count - 1)]
      return isOld
        ? .refused(.server, words: words) : .later(moment.adding(seconds: wait), words: words)
    }
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
