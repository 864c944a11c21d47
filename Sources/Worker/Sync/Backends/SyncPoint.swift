import Store

/// Until where a mailbox was followed, in the server's own counting (RFC 7162).
struct SyncPoint: Hashable, Sendable {
  var uidValidity: UInt32
  var modSequence: UInt64
}

/// What happened to known messages since a ``SyncPoint``; complete, or not given at all.
struct MailboxChanges: Sendable {
  /// Flags as they are now; other fields are not filled.
  var listed: [Listed]
  /// UIDs that are no more, as ranges that may be far wider than the mailbox.
  var gone: [ClosedRange<UInt32>]
  /// nil when `gone` is the whole truth; else every UID that is still there.
  var present: Set<UInt32>?
}

/// A mailbox's numbers without opening it (RFC 5819).
struct FolderStatus: Hashable, Sendable {
  var messages: Int?
  var uidNext: UInt32?
  var uidValidity: UInt32?
  var modSequence: UInt64?
}

extension SyncPoint {
  /// nil while this mailbox was never followed to an end.
  init?(_ cursor: MailboxCursor) {
    guard let modSequence = cursor.modSequence, modSequence > 0 else { return nil }
    self.init(uidValidity: cursor.uidValidity, modSequence: modSequence)
  }
}

extension MailboxChanges {
  /// Without what stands at or above `uid`.
  func below(_ uid: UInt32) -> MailboxChanges {
    var changes = self
    changes.listed.removeAll { $0.uid >= uid }
    return changes
  }
}
