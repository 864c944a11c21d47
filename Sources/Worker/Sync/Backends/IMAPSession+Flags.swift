import Domain
import IMAP

/// Flags that change here, told to the server.
extension IMAPSession {
  func change(_ push: FlagPush) throws(SyncFailure) -> FlagAnswer {
    var answer = FlagAnswer()
    let since = push.unchangedSince.flatMap { $0 > 0 ? ModificationSequence($0) : nil }
    for start in stride(from: 0, to: push.uids.count, by: 500) {
      let part = push.uids[start..<min(start + 500, push.uids.count)]
      if !push.add.isEmpty { try store(part, .add, push.add, since, &answer) }
      if !push.remove.isEmpty { try store(part, .remove, push.remove, since, &answer) }
    }
    return answer
  }

  private func store(
    _ uids: ArraySlice<UInt32>, _ change: Command.StoreChange, _ flags: [String],
    _ since: ModificationSequence?, _ answer: inout FlagAnswer
  ) throws(SyncFailure) {
    let command = Command.store(
      UIDSet(uids.compactMap { UID($0) }), change, flags.map { Flag($0) }, silent: true,
      unchangedSince: since)
    let said = try connection.run(command)
    for case .fetch(let message) in said.responses {
      guard let uid = message.uid, let count = message.modificationSequence else { continue }
      answer.sequences[uid.rawValue] = count.rawValue
    }
    // NO when one of them is also gone meanwhile (RFC 7162, 3.1.3, example 10).
    if case .modified(let set) = said.completion.code {
      answer.modified.formUnion(uids.filter { UID($0).map(set.contains) ?? false })
    } else {
      try connection.check(said, command)
    }
  }

  func reread(_ uids: [UInt32]) throws(SyncFailure) -> [(now: Listed, sequence: UInt64)] {
    var found: [(now: Listed, sequence: UInt64)] = []
    for start in stride(from: 0, to: uids.count, by: 500) {
      let part = uids[start..<min(start + 500, uids.count)]
      let answer = try connection.require(
        .fetch(UIDSet(part.compactMap { UID($0) }), [.uid, .flags, .modificationSequence]))
      var counts: [UInt32: UInt64] = [:]
      for case .fetch(let message) in answer.responses {
        guard let uid = message.uid, let count = message.modificationSequence else { continue }
        counts[uid.rawValue] = max(count.rawValue, counts[uid.rawValue] ?? 0)
      }
      found += Self.listed(answer.responses).filter { part.contains($0.uid) }
        .map { ($0, counts[$0.uid] ?? 0) }
    }
    return found
  }
}
