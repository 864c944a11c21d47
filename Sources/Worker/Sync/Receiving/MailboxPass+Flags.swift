import Domain
import Store

/// Flags and removals: ours to the server, the server's to the store.
///
/// What is only announced (`awaited`) is neither missed nor gone: its body brings its flags.
extension MailboxPass {
  /// What the server says happened since the last time: flags, then what is gone.
  func apply(
    _ changes: MailboxChanges, _ awaited: Set<UInt32>, _ place: MessageReader.Place,
    _ report: inout SyncReport
  ) throws(SyncFailure) {
    let name = place.folder.name
    let named = changes.listed.map { $0.uid...$0.uid }
    let known = try stored { () throws(StoreError) in
      try store.knownUIDs(in: name, uidValidity: place.uidValidity, within: named)
    }
    report.flagsIn += try apply(changes.listed, known: known, place)
    let missed = Set(changes.listed.map(\.uid)).subtracting(known).subtracting(awaited)
    if !missed.isEmpty { try heal(missed.sorted(), place, &report) }
    let gone: [UInt32]
    if let present = changes.present {
      gone = try stored { () throws(StoreError) in
        try store.knownUIDs(in: name, uidValidity: place.uidValidity)
      }.filter { !present.contains($0) }
    } else {
      gone = try stored { () throws(StoreError) in
        try store.knownUIDs(in: name, uidValidity: place.uidValidity, within: changes.gone)
      }
    }
    guard !gone.isEmpty else { return }
    try stored { () throws(StoreError) in
      try store.markGone(mailbox: name, uidValidity: place.uidValidity, uids: gone, now: now())
    }
    report.gone += gone.count
  }

  /// The server's own list: flags that differ are taken over, what is absent from a complete list
  /// is gone there (invariant 6), and what was missed before is fetched now.
  func compare(
    _ awaited: Set<UInt32>, _ place: MessageReader.Place, _ report: inout SyncReport
  ) throws(SyncFailure) {
    let name = place.folder.name
    let known = try stored { () throws(StoreError) in
      try store.knownUIDs(in: name, uidValidity: place.uidValidity)
    }
    let before = try memory.flags(in: name, place.uidValidity)
    var changed = 0
    let seen = try session.flags(known: known) { (listed) throws(SyncFailure) in
      try stop.check()
      let different = listed.filter { before[$0.uid] != $0.flags }
      changed += try apply(different, known: known, place)
    }
    report.flagsIn += changed
    let missed = seen.uids.subtracting(known).subtracting(awaited)
    if !missed.isEmpty { try heal(missed.sorted(), place, &report) }
    guard seen.isComplete else { return }
    let gone = known.filter { !seen.uids.contains($0) }
    guard !gone.isEmpty else { return }
    try stored { () throws(StoreError) in
      try store.markGone(
        mailbox: name, uidValidity: place.uidValidity, uids: gone, now: now())
    }
    report.gone += gone.count
  }

  /// In transactions as short as those of ingest.
  private func apply(
    _ listed: [Listed], known: [UInt32], _ place: MessageReader.Place
  ) throws(SyncFailure) -> Int {
    let known = Set(known)
    let changes = listed.filter { known.contains($0.uid) }
    for start in stride(from: 0, to: changes.count, by: Self.flagsAtOnce) {
      let part = changes[start..<min(start + Self.flagsAtOnce, changes.count)]
      try stored { () throws(StoreError) in
        try store.applyServerFlags(
          part.map { ($0.uid, $0.flags) }, mailbox: place.folder.name,
          uidValidity: place.uidValidity)
      }
      for change in part { memory.set(change.flags, change.uid, in: place.folder.name) }
    }
    return changes.count
  }

  private static let flagsAtOnce = 200
}
