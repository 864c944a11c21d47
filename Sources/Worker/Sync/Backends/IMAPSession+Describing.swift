import Domain
import IMAP

extension IMAPSession {
  /// A NO because of one message must not hide the others: what is there is asked for by halves,
  /// and one of which the server knows nothing but its flags is listed with those, size 0 and no
  /// date.
  ///
  /// - Parameter came: what it told in spite of its NO.
  func describeByHalves(_ set: UIDSet, _ came: [Response]) throws(SyncFailure) -> [Listed] {
    // A mailbox of which not even this can be had is what is refused, not a message.
    let there = Self.listed(try connection.require(.fetch(set, [.uid, .flags])).responses)
    var found = Self.listed(
      came.filter {
        guard case .fetch(let message) = $0 else { return false }
        return message.internalDate != nil && (message.size != nil || modesty > .none)
      })
    let known = Set(found.map(\.uid))
    let rest = there.filter { !known.contains($0.uid) }
    if rest.count == 1, there.count == 1 {
      found += rest
    } else {
      for half in [rest.prefix(rest.count / 2), rest.suffix(rest.count - rest.count / 2)]
      where !half.isEmpty {
        found += try describe(UIDSet(half.compactMap { UID($0.uid) }))
      }
    }
    return found.sorted { $0.uid < $1.uid }
  }
}
