import Domain
import Store

/// The flags that the store has, by mailbox and UID: a pass writes only what differs.
///
/// Filled once per process from the store's own rows, then kept up with what passes do.
final class FlagMemory {
  private let store: OfficineStore
  private var known: [String: [UInt32: Flags]] = [:]
  private var isFilled = false

  private static let pageSize = 1_000

  init(store: OfficineStore) { self.store = store }

  func flags(in mailbox: String) throws(SyncFailure) -> [UInt32: Flags] {
    if !isFilled { try fill() }
    return known[mailbox] ?? [:]
  }

  func set(_ flags: Flags, _ uid: UInt32, in mailbox: String) {
    known[mailbox, default: [:]][uid] = flags
  }

  /// The UIDs of this mailbox mean nothing any more.
  func forget(_ mailbox: String) { known[mailbox] = [:] }

  private func fill() throws(SyncFailure) {
    var after: RowKey?
    while true {
      let rows = try stored { () throws(StoreError) in
        try store.messages(.all, after: after, limit: Self.pageSize)
      }
      for row in rows {
        guard let uid = row.message.uid, known[row.message.mailbox]?[uid] == nil else { continue }
        known[row.message.mailbox, default: [:]][uid] = row.message.flags
      }
      guard rows.count == Self.pageSize, let last = rows.last else { break }
      after = last.key
    }
    isFilled = true
  }
}
