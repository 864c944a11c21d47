public import Documents
public import Domain
import Platform
public import Store

/// Stores mail that lies in files: single mails, mbox files, Maildirs, directories of those.
///
/// Nothing is moved or changed where it lies. Importing twice stores once (S02).
public struct Importer {
  private let store: OfficineStore
  private let reader: MessageReader
  private let stop: Stop
  private let now: @Sendable () -> Timestamp

  /// The name that the store keeps for where they came from.
  public static let mailbox = "import"
  /// Bytes of one mbox file.
  public static let mboxBytes = 1 << 30

  public init(
    account: Account, store: OfficineStore, decoder: DecoderClient, stop: Stop,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    reader = MessageReader(account: account, store: store, decoder: decoder)
    self.stop = stop
    self.now = now
  }

  /// A file of which nothing was stored.
  public struct Unreadable: Hashable, Sendable {
    public enum Reason: Hashable, Sendable { case empty, unreadable }

    /// As found: data, shown only through `printable`.
    public var path: String
    public var reason: Reason

    public init(_ path: String, _ reason: Reason) {
      self.path = path
      self.reason = reason
    }
  }

  /// What could not be read at all is given back by path; the rest is stored.
  public func run(
    _ paths: [String]
  ) throws(SyncFailure) -> (SyncReport, unreadable: [Unreadable]) {
    var report = SyncReport()
    var unreadable: [Unreadable] = []
    var waiting: [Arrival] = []
    for path in paths {
      try visit(path, depth: 0, &unreadable) { (arrival) throws(SyncFailure) in
        waiting.append(arrival)
        let bytes = waiting.reduce(0) { $0 + $1.raw.count }
        if waiting.count >= SyncLimits.batchMessages || bytes >= SyncLimits.batchBytes {
          try keep(&waiting, &report)
        }
      }
    }
    try keep(&waiting, &report)
    return (report, unreadable)
  }

  private func keep(
    _ waiting: inout [Arrival], _ report: inout SyncReport
  ) throws(SyncFailure) {
    try stop.check()
    guard !waiting.isEmpty else { return }
    let place = MessageReader.Place(
      folder: Folder(name: Self.mailbox, role: .inbox), uidValidity: 0)
    let moment = now()
    let messages = try reader.messages(waiting, in: place).map { incoming in
      var incoming = incoming
      incoming.message.uid = nil
      // A file's time is when it was copied; the sender's date is nearer unless it lies ahead.
      if let date = incoming.message.date, date <= moment { incoming.message.receivedAt = date }
      return incoming
    }
    let result = try stored { () throws(StoreError) in
      try store.ingest(
        IngestBatch(messages: messages), policy: reader.account.policy, now: moment)
    }
    report.received += result.stored.count
    report.known += result.alreadyKnown.count
    report.orders += result.opened.count
    report.quarantine += result.quarantine(of: messages)
    waiting = []
  }

  // MARK: - Files

  private func visit(
    _ path: String, depth: Int, _ unreadable: inout [Unreadable],
    _ take: (Arrival) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    let maildir = Maildir(path: path)
    if maildir.exists {
      for entry in try maildir.entries().sorted(by: { $0.base < $1.base }) {
        try file(maildir.file(entry), &unreadable, take)
      }
    } else if FileAccess.isDirectory(path) {
      guard depth < 8, let names = FileAccess.names(in: path) else {
        unreadable.append(Unreadable(path, .unreadable))
        return
      }
      for name in names.sorted() where !name.hasPrefix(".") {
        try visit("\(path)/\(name)", depth: depth + 1, &unreadable, take)
      }
    } else {
      try file(path, &unreadable, take)
    }
  }

  private func file(
    _ path: String, _ unreadable: inout [Unreadable],
    _ take: (Arrival) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {
    guard let facts = FileFacts(path), facts.isFile,
      let start = FileAccess.readPrefix(path, count: SyncLimits.headerBytes)
    else {
      unreadable.append(Unreadable(path, .unreadable))
      return
    }
    guard !start.isEmpty else {
      unreadable.append(Unreadable(path, .empty))
      return
    }
    let at = Timestamp(milliseconds: facts.modified)
    guard Mbox.isMbox(start) || facts.size <= SyncLimits.messageBytes else {
      return try take(Self.arrival(start, size: facts.size, at))
    }
    guard let bytes = FileAccess.read(path, limit: Self.mboxBytes) else {
      unreadable.append(Unreadable(path, .unreadable))
      return
    }
    guard Mbox.isMbox(bytes) else { return try take(Self.arrival(bytes, size: bytes.count, at)) }
    for range in Mbox.ranges(bytes) {
      let message = Mbox.message(bytes[range])
      try take(Self.arrival(message, size: message.count, at))
    }
  }

  /// A giant is kept by its header, as when a server brings it (M03).
  private static func arrival(_ bytes: [UInt8], size: Int, _ at: Timestamp) -> Arrival {
    let listed = Listed(uid: 0, size: UInt64(size), flags: Flags(), receivedAt: at)
    let isGiant = listed.size > SyncLimits.messageBytes
    let start = isGiant ? Array(bytes.prefix(SyncLimits.headerBytes)) : bytes
    return Arrival(
      listed: listed, raw: isGiant ? MaildirSession.header(of: start) : start,
      isHeaderOnly: isGiant)
  }
}

/// The mbox format: mails parted by lines that begin with "From " (RFC 4155; quoting as mboxrd).
enum Mbox {
  private static let separator = Array("From ".utf8)

  static func isMbox(_ bytes: [UInt8]) -> Bool { bytes.starts(with: separator) }

  /// Where each mail lies, without its "From " line and the empty line before the next one.
  static func ranges(_ bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    var line = 0
    var previousIsEmpty = true
    while line < bytes.count {
      let end = bytes[line...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
      if previousIsEmpty, bytes[line..<end].starts(with: separator) {
        if let start { ranges.append(start..<max(start, withoutEmptyLine(bytes, line))) }
        start = end
      }
      let length = end - line
      previousIsEmpty = length == 1 || (length == 2 && bytes[line] == 0x0D)
      line = end
    }
    if let start { ranges.append(start..<max(start, withoutEmptyLine(bytes, bytes.count))) }
    return ranges.filter { !$0.isEmpty }
  }

  private static func withoutEmptyLine(_ bytes: [UInt8], _ end: Int) -> Int {
    guard end >= 2, bytes[end - 1] == 0x0A else { return end }
    if bytes[end - 2] == 0x0A { return end - 1 }
    let hasCRLF = end >= 3 && bytes[end - 2] == 0x0D && bytes[end - 3] == 0x0A
    return hasCRLF ? end - 2 : end
  }

  /// Takes one `>` off every line that begins with `>From `, `>>From ` and so on.
  static func message(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var line = bytes.startIndex
    while line < bytes.endIndex {
      let end = bytes[line...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.endIndex
      let quotes = bytes[line..<end].prefix { $0 == 0x3E }
      let isQuoted = !quotes.isEmpty && bytes[quotes.endIndex..<end].starts(with: separator)
      result += bytes[(isQuoted ? line + 1 : line)..<end]
      line = end
    }
    return result
  }
}
