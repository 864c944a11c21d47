import Domain
import Store

/// The flags that the store has, by mailbox and UID: a pass writes only what differs.
///
/// Filled once per mailbox from the store's own rows, then kept up with what passes do.
final class FlagMemory {
  /// What the server would not take.
  let held = HeldFlags()
  private let store: OfficineStore
  private var known: [String: [UInt32: Flags]] = [:]
  private var filled: Set<String> = []

  init(store: OfficineStore) { self.store = store }

  func flags(
    in mailbox: String, _ uidValidity: UInt32
  ) throws(SyncFailure) -> [UInt32: Flags] {
    if !filled.contains(mailbox) {
      let rows = try stored { () throws(StoreError) in
        try store.flags(in: mailbox, uidValidity: uidValidity)
      }
      known[mailbox, default: [:]].merge(rows) { mine, _ in mine }
      filled.insert(mailbox)
    }
    return known[mailbox] ?? [:]
  }

  func set(_ flags: Flags, _ uid: UInt32, in mailbox: String) {
    known[mailbox, default: [:]][uid] = flags
  }

  /// A change of ours that the server has now. What was never read is read whole when it is
  /// needed, so there is nothing to adjust then.
  func adjust(_ change: FlagChange, in mailbox: String) {
    guard var names = known[mailbox]?[change.uid]?.names else { return }
    names.formUnion(change.add)
    names.subtract(change.remove)
    known[mailbox]?[change.uid] = Flags(names)
  }

  /// The UIDs of this mailbox mean nothing any more.
  func forget(_ mailbox: String) {
    known[mailbox] = [:]
    filled.remove(mailbox)
  }
}
