/// How far a pass is with its messages.
public struct SyncProgress: Hashable, Sendable {
  public var done = 0
  /// As far as is known yet; never below `done`.
  public var total = 0
  /// Of bodies, as the server counts them.
  public var bytesDone: Int64 = 0
  public var bytesTotal: Int64 = 0

  public init() {}
}

/// Counts what a pass brings, mailbox by mailbox and portion by portion.
final class Tally {
  private var progress = SyncProgress()
  private let tell: (SyncProgress) throws(SyncFailure) -> Void

  init(_ tell: @escaping (SyncProgress) throws(SyncFailure) -> Void) { self.tell = tell }

  var done: Int { progress.done }

  /// So many more messages are known to come, of which these are the first.
  func expect(_ count: Int, _ messages: some Sequence<Listed>) {
    progress.total = progress.done + max(0, count)
    progress.bytesTotal = progress.bytesDone
    for message in messages { progress.bytesTotal = progress.bytesTotal.adding(message.size) }
  }

  func came(_ message: Listed) throws(SyncFailure) {
    progress.done += 1
    progress.total = max(progress.total, progress.done)
    progress.bytesDone = progress.bytesDone.adding(message.size)
    progress.bytesTotal = max(progress.bytesTotal, progress.bytesDone)
    try tell(progress)
  }
}

extension Int64 {
  /// A server's claim has no bound: the sum has.
  fileprivate func adding(_ size: UInt64) -> Int64 {
    let (sum, isOver) = addingReportingOverflow(Int64(clamping: size))
    return isOver ? .max : sum
  }
}
