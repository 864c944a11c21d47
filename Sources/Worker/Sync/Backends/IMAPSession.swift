import Domain
import IMAP
import NIOCore

/// A logged-in IMAP connection as a place where mail lies. Plain RFC 3501 is enough.
///
final class IMAPSession: MailSession {
  let connection: IMAPConnection
  private var names: [String: MailboxName] = ["INBOX": .inbox]
  /// The open mailbox, without its numbers.
  var opened: Folder? {
    didSet { opened?.status = nil }
  }
  var uidNext: UInt32?
  /// ``Answer/changes`` when the mailbox was opened: what comes after it is news.
  var changes = 0
  var capabilities: Capabilities?
  var memory = Memory.none
  var naming = Naming()
  var modesty = Modesty.none
  /// Mailboxes of which something was heard since they were opened.
  var disturbed: Set<String> = []
  /// The IDLE that is running.
  var watch: EventLoopFuture<Answer>?
  /// UIDNEXT of INBOX as the last pass saw it.
  var seenNext: UInt32?

  init(connection: IMAPConnection) throws(SyncFailure) {
    self.connection = connection
    try learn()
  }

  func close() { connection.close() }

  // MARK: - Folders

  func folders() throws(SyncFailure) -> [Folder] {
    let answer = try connection.require(
      .list(
        pattern: "*",
        status: [.messages, .uidNext, .uidValidity]
          + (memory == .none ? [] : [.highestModificationSequence])))
    let numbers = Self.numbers(answer.responses)
    learnDelimiter(answer.responses)
    var folders = [Folder(name: "INBOX", role: .inbox, status: numbers[.inbox])]
    for response in answer.responses {
      guard case .list(let listed) = response, listed.isSelectable, listed.name != .inbox else {
        continue
      }
      let role = Self.role(listed.specialUses)
      folders.append(
        Folder(
          name: keep(listed.name), role: role, specialUse: role == .sent ? "\\Sent" : nil,
          status: numbers[listed.name]))
    }
    // Without attributes only the exact name of the convention counts, never a part of one (I05).
    if !folders.contains(where: { $0.role == .sent }),
      let index = folders.firstIndex(where: {
        $0.role == .other
          && ["sent", naming.made("sent").lowercased()].contains($0.name.lowercased())
      })
    {
      folders[index].role = .sent
    }
    return folders
  }

  /// For a server without NAMESPACE.
  private func learnDelimiter(_ responses: [Response]) {
    for case .list(let listed) in responses where naming.delimiter == nil {
      naming.delimiter = listed.delimiter.map { Character(UnicodeScalar($0)) }
    }
  }

  private static func role(_ uses: Set<SpecialUse>) -> Folder.Role {
    if uses.contains(.trash) { return .trash }
    if !uses.isDisjoint(with: [.all, .drafts, .junk]) { return .special }
    return uses.contains(.sent) ? .sent : .other
  }

  private static func numbers(_ responses: [Response]) -> [MailboxName: FolderStatus] {
    var found: [MailboxName: FolderStatus] = [:]
    for case .mailboxStatus(let status) in responses {
      found[status.name] = FolderStatus(
        messages: status.messages.map(Int.init), uidNext: status.uidNext?.rawValue,
        uidValidity: status.uidValidity?.rawValue,
        modSequence: status.highestModificationSequence?.rawValue)
    }
    return found
  }

  /// The name that the store keeps; the server's own bytes are what is sent back.
  private func keep(_ name: MailboxName) -> String {
    let display = name.display
    // Two names could read alike when one of them is not legal UTF-7.
    let isFaithful = MailboxName(display: display).raw == name.raw
    let text = isFaithful ? display : "raw:" + String(decoding: name.raw, as: UTF8.self)
    names[text] = name
    return text
  }

  func name(_ folder: Folder) -> MailboxName {
    names[folder.name] ?? MailboxName(display: naming.made(folder.name))
  }

  // MARK: - Watching

  var tracksRemovals: Bool { memory == .all }
  func isDisturbed(_ folder: Folder) -> Bool { disturbed.contains(folder.name) }
  func probe() throws(SyncFailure) { _ = try connection.require(.noop) }

  func facts() throws(SyncFailure) -> (capabilities: [String], quota: SyncHealth.Quota?) {
    guard let capabilities else { return ([], nil) }
    var quota: SyncHealth.Quota?
    if capabilities.has("QUOTA") {
      // A server that has no quota for this BAL may say NO: then nothing is known.
      let answer = try connection.run(.quotaRoot(.inbox))
      for case .quota(let found) in answer.responses {
        guard let storage = found.resources.first(where: { $0.name == "STORAGE" }) else { continue }
        quota = SyncHealth.Quota(
          usedKiB: Int64(clamping: storage.usage), limitKiB: Int64(clamping: storage.limit))
      }
    }
    return (capabilities.names.sorted(), quota)
  }

  // MARK: - Listing

  private var description: [Command.FetchItem] {
    [.uid, .flags, .internalDate] + (modesty == .none ? [.size] : [])
  }

  func list(
    from uid: UInt32, _ window: ([Listed], UInt32) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    guard let limit = uidNext else {
      // It does not say where it ends. `n:*` always names the last message too: filter.
      guard let first = UID(uid) else { return }
      let found = try describe(.from(first)).filter { $0.uid >= uid }
      return try window(found, max(uid, (found.last?.uid ?? 0) &+ 1))
    }
    guard uid < limit else { return try window([], uid) }
    var start = uid
    var width = SyncLimits.window
    while start < limit {
      let end = start.addingReportingOverflow(width)
      let last = end.overflow ? limit - 1 : min(end.partialValue, limit) - 1
      guard let low = UID(start), let high = UID(last) else { return }
      let found = try describe(UIDSet(ranges: [low...high]))
        .filter { (start...last).contains($0.uid) }
      try window(found, last + 1)
      start = last + 1
      // Wide gaps are crossed in longer steps, dense ranges never.
      width = found.isEmpty ? min(width * 4, SyncLimits.window * 64) : SyncLimits.window
    }
  }

  func describe(_ uids: [UInt32]) throws(SyncFailure) -> [Listed] {
    var found: [Listed] = []
    for start in stride(from: 0, to: uids.count, by: 500) {
      let part = uids[start..<min(start + 500, uids.count)]
      found += try describe(UIDSet(part.compactMap { UID($0) }))
    }
    let wanted = Set(uids)
    return found.filter { wanted.contains($0.uid) }
  }

  func describe(_ set: UIDSet) throws(SyncFailure) -> [Listed] {
    let answer = try connection.run(.fetch(set, description))
    if answer.completion.isOK { return Self.listed(answer.responses) }
    if answer.completion.code == .limit { throw .limit }
    return try describeByHalves(set, answer.responses)
  }

  /// One line for each UID in ascending order; later news of a message complete earlier ones.
  static func listed(_ responses: [Response]) -> [Listed] {
    var found: [UInt32: Listed] = [:]
    for case .fetch(let message) in responses {
      guard let uid = message.uid?.rawValue else { continue }
      var listed =
        found[uid]
        ?? Listed(uid: uid, size: 0, flags: Flags(), receivedAt: Timestamp(seconds: 0))
      if let flags = message.flags { listed.flags = Self.flags(flags) }
      if let size = message.size { listed.size = size }
      if let date = message.internalDate {
        listed.receivedAt = Timestamp(seconds: date.unixSeconds)
      }
      found[uid] = listed
    }
    return found.values.sorted { $0.uid < $1.uid }
  }

  /// `\Recent` is a fact of one session, not a flag to keep.
  static func flags(_ flags: [Flag]) -> Flags {
    Flags(flags.filter { $0 != .recent }.map(\.name))
  }

  func flags(
    known: [UInt32], _ take: ([Listed]) throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> (uids: Set<UInt32>, isComplete: Bool) {
    var seen: Set<UInt32> = []
    var start = UID.first
    var position = 0
    var exists = 0
    // In parts that hold about a window of known messages each; the last one is open.
    while true {
      position += Int(SyncLimits.window)
      let next = position < known.count ? UID(known[position]) : nil
      let set: UIDSet
      if let next, let end = UID(next.rawValue - 1), end >= start {
        set = UIDSet(ranges: [start...end])
      } else {
        set = .from(start)
      }
      let answer = try connection.require(.fetch(set, [.uid, .flags]))
      let listed = Self.listed(answer.responses)
      try take(listed)
      seen.formUnion(listed.map(\.uid))
      exists = answer.exists
      guard set.tail == nil, let next else { break }
      start = next
    }
    return (seen, seen.count == exists)
  }

  // MARK: - Changes

  func holds(messageID: String, since: Timestamp) throws(SyncFailure) -> Bool {
    guard !MessageIDs.bare(messageID).isEmpty else { return false }
    // What another session appended is told only after NOOP (seen on Dovecot).
    _ = try connection.require(.noop)
    let answer = try connection.require(
      .search([.header(field: "Message-ID", contains: messageID)]))
    var uids: [UID] = []
    for response in answer.responses {
      if case .search(let found) = response { uids += found }
      // Newest last; fifty are looked at below.
      if case .extendedSearch(let found) = response { uids += found.uids(limit: 1_000) ?? [] }
    }
    guard !uids.isEmpty else { return false }
    // The search looks for a part of the text: compare the whole.
    let headers = try connection.require(.fetch(UIDSet(uids.prefix(50)), [.uid, .header]))
    for case .fetch(let message) in headers.responses {
      if let header = message.header, MessageIDs.own(of: header) == MessageIDs.bare(messageID) {
        return true
      }
    }
    return false
  }

  func append(_ mail: [UInt8], name: String, to folder: Folder) throws(SyncFailure) {
    let box = self.name(folder)
    let command = Command.append(box, flags: [.seen], date: nil, message: mail)
    let answer = try connection.run(command)
    if answer.completion.isOK { return }
    guard answer.completion.code == .tryCreate else { throw .refused("APPEND") }
    _ = try connection.require(.create(box))
    _ = try connection.require(command)
  }
}
