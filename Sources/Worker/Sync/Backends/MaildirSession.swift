import Domain
import Glibc

/// A Maildir (with Maildir++ folders) as a place where mail lies: a backend like any other, and
/// the one of the demonstration.
///
/// Other programs read and deliver here at the same time: files may move between two looks.
final class MaildirSession: MailSession {
  private let root: String
  private let numbers: MaildirNumbers
  private let stop: Stop
  var opened = Folder(name: "INBOX", role: .inbox)
  private var entries: [UInt32: Maildir.Entry] = [:]

  init(root: String, numbers: MaildirNumbers, stop: Stop) {
    self.root = root
    self.numbers = numbers
    self.stop = stop
  }

  /// Maildir++: the root is INBOX, `.Sent` beside its `cur` is the folder Sent.
  static func path(root: String, folder: Folder) -> String {
    folder.role == .inbox ? root : "\(root)/.\(folder.name)"
  }

  func maildir(_ folder: Folder) -> Maildir {
    Maildir(path: Self.path(root: root, folder: folder))
  }

  /// A Maildir has no attributes: the names of the convention are all there is. What was thrown
  /// away, junk and what is unfinished is no correspondence.
  private static func role(_ name: String) -> Folder.Role {
    switch name.lowercased() {
    case "trash": .trash
    case "junk", "spam", "drafts": .special
    default: name == "Sent" ? .sent : .other
    }
  }

  func folders() throws(SyncFailure) -> [Folder] {
    guard Maildir(path: root).exists, let names = FileAccess.names(in: root) else {
      throw .maildir
    }
    var folders = [Folder(name: "INBOX", role: .inbox)]
    for name in names.sorted() where name.hasPrefix(".") && name.utf8.count > 1 {
      let folder = String(name.dropFirst())
      guard folder != "INBOX", Maildir(path: "\(root)/\(name)").exists else { continue }
      folders.append(Folder(name: folder, role: Self.role(folder)))
    }
    return folders
  }

  // A Maildir is watched by inotify and counts nothing.
  var tracksRemovals: Bool { false }
  func isDisturbed(_ folder: Folder) -> Bool { true }
  func beginWatch(_ pulse: Pulse) throws(SyncFailure) -> Bool { false }
  func endWatch(patience: Int64) throws(SyncFailure) {}
  func probe() throws(SyncFailure) {}
  // Files are read as fast as their headers would be.
  var announces: Bool { false }
  /// A file's size is a fact of its directory.
  var modesty: Modesty {
    get { .none }
    set { _ = newValue }
  }
  func envelopes(
    in range: ClosedRange<UInt32>, newestFirst: Bool,
    _ take: ([Envelope], ClosedRange<UInt32>) throws(SyncFailure) -> Bool
  ) throws(SyncFailure) {}
  func facts() throws(SyncFailure) -> (capabilities: [String], quota: SyncHealth.Quota?) {
    ([], nil)
  }

  func open(_ folder: Folder, since point: SyncPoint?) throws(SyncFailure) -> OpenedFolder {
    opened = folder
    let maildir = maildir(folder)
    let found = try maildir.entries()
    var fresh: [(at: Timestamp, entry: Maildir.Entry)] = []
    entries = [:]
    for entry in found {
      if let uid = numbers.number(of: entry.base, in: folder.name) {
        entries[uid] = entry
      } else if let facts = maildir.facts(entry) {
        fresh.append((facts.at, entry))
      }
    }
    // Reception order, so that a larger UID is a newer message as on a server.
    fresh.sort { ($0.at, $0.entry.base) < ($1.at, $1.entry.base) }
    try numbers.assign(fresh.map(\.entry.base), in: folder.name)
    for (_, entry) in fresh {
      if let uid = numbers.number(of: entry.base, in: folder.name) { entries[uid] = entry }
    }
    return OpenedFolder(
      uidValidity: numbers.uidValidity, uidNext: numbers.next(in: folder.name),
      count: entries.count, isWritable: access(maildir.path + "/cur", W_OK) == 0)
  }

  func list(
    from uid: UInt32, _ window: ([Listed], UInt32) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    let wanted = entries.keys.filter { $0 >= uid }.sorted()
    var start = 0
    repeat {
      let end = min(start + Int(SyncLimits.window), wanted.count)
      let next = end < wanted.count ? wanted[end] : numbers.next(in: opened.name)
      try window(wanted[start..<end].compactMap { listed($0) }, next)
      start = end
    } while start < wanted.count
  }

  func describe(_ uids: [UInt32]) throws(SyncFailure) -> [Listed] {
    uids.compactMap { listed($0) }
  }

  /// The file of a mail in the opened folder, looked for once more when it moved.
  func located(_ uid: UInt32) throws(SyncFailure) -> (file: String, listed: Listed)? {
    for attempt in 0..<2 {
      if let entry = entries[uid], let listed = listed(uid) {
        return (maildir(opened).file(entry), listed)
      }
      if attempt == 0 { _ = try open(opened) }
    }
    return nil
  }

  private func listed(_ uid: UInt32) -> Listed? {
    guard let entry = entries[uid], let facts = maildir(opened).facts(entry) else { return nil }
    return Listed(uid: uid, size: facts.size, flags: entry.flags, receivedAt: facts.at)
  }

  func bodies(
    _ messages: [Listed], _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    for message in messages {
      try stop.check()
      try take(message, try body(message))
    }
  }

  private func body(_ message: Listed) throws(SyncFailure) -> Body {
    if let body = read(message) { return body }
    // It moved from `new` to `cur` or got a flag since: look once more.
    _ = try open(opened)
    // A file that may not be read must not stop the others.
    return read(message) ?? (listed(message.uid) == nil ? .gone : .withheld(.unreadable))
  }

  private func read(_ message: Listed) -> Body? {
    guard let entry = entries[message.uid] else { return nil }
    let file = maildir(opened).file(entry)
    if message.size > SyncLimits.messageBytes {
      return FileAccess.readPrefix(file, count: SyncLimits.headerBytes).map {
        .headerOnly(Self.header(of: $0))
      }
    }
    return FileAccess.read(file, limit: Int(SyncLimits.messageBytes)).map { .whole($0) }
  }

  /// Up to and with the empty line.
  static func header(of bytes: [UInt8]) -> [UInt8] {
    var lineStart = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      let line = bytes[lineStart..<index]
      if line.isEmpty || line.elementsEqual([0x0D]) { return Array(bytes[...index]) }
      lineStart = index + 1
    }
    return bytes
  }

  func flags(
    known: [UInt32], _ take: ([Listed]) throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> (uids: Set<UInt32>, isComplete: Bool) {
    // A directory listing is complete by itself; it is read again because bodies took time.
    _ = try open(opened)
    try take(
      entries.map { uid, entry in
        Listed(uid: uid, size: 0, flags: entry.flags, receivedAt: Timestamp(seconds: 0))
      })
    return (Set(entries.keys), true)
  }

  func reread(_ uids: [UInt32]) throws(SyncFailure) -> [(now: Listed, sequence: UInt64)] { [] }

  func change(_ push: FlagPush) throws(SyncFailure) -> FlagAnswer {
    for uid in push.uids {
      for attempt in 0..<2 {
        guard let entry = entries[uid] else { break }
        var names = entry.flags.names
        names.formUnion(Flags(push.add).names)
        names.subtract(Flags(push.remove).names)
        if maildir(opened).setFlags(Flags(names), on: entry) { break }
        guard attempt == 0 else { throw .maildir }
        _ = try open(opened)
      }
    }
    return FlagAnswer()
  }

  func holds(messageID: String, since: Timestamp) throws(SyncFailure) -> Bool {
    let wanted = messageID.filter { $0 != "<" && $0 != ">" }
    guard !wanted.isEmpty else { return false }
    // Clocks differ by less than a day; older files cannot be a copy of it.
    let earliest = since.adding(seconds: -86_400)
    let maildir = maildir(opened)
    for entry in try maildir.entries() {
      guard let facts = maildir.facts(entry), facts.at >= earliest,
        let start = FileAccess.readPrefix(maildir.file(entry), count: 65_536)
      else { continue }
      if MessageIDs.own(of: start) == wanted { return true }
    }
    return false
  }

  func append(_ mail: [UInt8], name: String, to folder: Folder) throws(SyncFailure) {
    let maildir = maildir(folder)
    try maildir.create()
    let draft = try maildir.prepare(mail, name: name)
    try maildir.commit(draft, as: name + ":2,S", in: "cur")
  }

  func close() {}
}
