/// How mailboxes are called on one server: the prefix of what is ours and what stands between two
/// levels (NAMESPACE, RFC 2342), so that a configuration need not know it.
struct Naming: Hashable, Sendable {
  /// Such as `INBOX.`; empty on most servers.
  var prefix = ""
  /// nil for a server without levels, or one that has not said it yet.
  var delimiter: Character?

  /// What a configured name may stand for there, the most literal first: levels may be written
  /// with `/` or `.`, with the server's prefix or without.
  func spellings(of wish: String) -> [String] {
    var names = [wish]
    if let delimiter {
      for separator in ["/", "."] as [Character] where separator != delimiter {
        names.append(String(wish.map { $0 == separator ? delimiter : $0 }))
      }
    }
    return names.flatMap { $0.hasPrefix(prefix) ? [$0] : [$0, prefix + $0] }
  }

  /// The name of a mailbox that is to be made; levels are written with `/`.
  func made(_ name: String) -> String {
    guard let delimiter, name != "INBOX", prefix.isEmpty || !name.hasPrefix(prefix) else {
      return name
    }
    return prefix + String(name.map { $0 == "/" ? delimiter : $0 })
  }
}
