import Domain
import Store

/// From one mailbox to another.
extension OperationsRunner {
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

  func move(_ operation: ServerOperation) throws(SyncFailure) -> OperationOutcome? {
    guard let source = folder(operation.mailbox) else { return .lost(.source) }
    guard let destination = destination(operation) else {
      return .refused(.destination, words: nil)
    }
    guard destination.name != source.name else { return .done(nil) }
    guard let wanted = try identity(operation) else { return .refused(.changed, words: nil) }
    let shift = Shift(
      operation: operation, source: source, destination: destination, wanted: wanted)
    // What an earlier wish put there, and could not end, is not put there again.
    let mark = try stored { () throws(StoreError) -> TransferMark? in
      if let own = try store.transferMark(of: operation.id) { return own }
      return try store.earlierMark(of: operation.id)
    }
    var copies = try mark.map { (mark) throws(SyncFailure) in try found(shift, mark) } ?? 0
    let (opened, uids) = try locate(operation, source)
    var marked = operation.markedPlaces
    var moved = operation.places + copies
    // What could only be marked is still there, and is dealt with.
    for uid in uids.dropFirst(marked) {
      try stop.check()
      switch try step(uid, shift, isCopied: copies > 0) {
      case .gone: continue
      case .unproven: return unproven(operation)
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
    if isCopied { return try takeAway(uid) }
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
    return try takeAway(uid)
  }

  /// The copy is proven: whatever becomes of the original, nothing is put there again.
  private func takeAway(_ uid: UInt32) throws(SyncFailure) -> Step {
    do throws(SyncFailure) {
      return .moved(isExpunged: try session.remove(uid))
    } catch {
      guard case .refused = error else { throw error }
      return .ended(.done(.kept))
    }
  }
}
