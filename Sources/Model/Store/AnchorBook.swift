public import Domain
import Glibc
import Platform

/// The anchors of one journal, in a file outside the store: a line a day, appended and never
/// changed, so that a cut, exchanged or rewritten journal shows (invariant 15).
///
/// A line is `2026-11-21T18:00:00+01:00 daily 4711 <digest>`. Whoever can write that file and the
/// store can forge both: where it lies, and on which machine, is the officine's choice.
public struct AnchorBook: Sendable {
  /// Why a line was written.
  public enum Occasion: String, Hashable, Sendable, CaseIterable {
    case daily, quit, purge, backup
    /// An older copy became the store: what was anchored after it counts no more.
    case restore
    /// The restore before it was begun and did not happen: the store stayed what it was.
    case kept
  }

  public struct Line: Hashable, Sendable {
    public var day: String
    public var occasion: Occasion
    public var anchor: JournalAnchor
  }

  /// Absolute.
  public let path: String
  private let mode: UInt32
  private let directoryMode: UInt32

  /// What is read of it: the last lines of a file that grew for decades.
  private static let readLimit = 4 << 20

  public init(path: String, sharing: OfficineStore.Sharing = .own) {
    precondition(path.hasPrefix("/"), "the anchor's path is absolute")
    self.path = path
    mode = sharing.fileMode
    directoryMode = sharing.directoryMode
  }

  /// Appends the head of the journal, durably; nothing when it was written on that day already
  /// (`daily`) or nothing happened since the last line. False when the file cannot be written.
  @discardableResult
  public func keep(
    _ store: OfficineStore, _ occasion: Occasion, now: Timestamp
  ) throws(StoreError) -> Bool {
    let head = try store.journalAnchor()
    let time = now.iso8601
    let last = lines().last
    if let last, last.occasion == .restore, occasion != .restore {
      // A restore that was ended between its anchor and the exchange.
      if try !store.journalHas(last.anchor) {
        return append("\(time) \(Occasion.kept.rawValue) \(head.seq) \(head.digest)\n")
      }
    }
    if occasion != .restore, occasion != .kept, let last {
      let isSameDay = last.day.prefix(10) == time.prefix(10)
      if last.anchor == head || (occasion == .daily && isSameDay) { return true }
    }
    guard head.seq > 0 else { return true }
    return append("\(time) \(occasion.rawValue) \(head.seq) \(head.digest)\n")
  }

  /// Oldest first; lines that are none are left out.
  public func lines() -> [Line] { contents().lines }

  /// Those that the journal must still know: what a restored copy never had is left out.
  public func anchors(now: Timestamp) -> Anchors {
    let (lines, bad) = contents()
    var valid: [Anchors.Kept] = []
    var before: [Anchors.Kept] = []
    var isAfterRestore = false
    for line in lines {
      guard let day = Timestamp(iso8601: line.day) else { continue }
      switch line.occasion {
      case .restore:
        // Nothing was anchored since the one before: nobody knows whether that one happened.
        if isAfterRestore { valid.removeLast() }
        before = valid
        valid.removeAll { $0.anchor.seq >= line.anchor.seq }
      case .kept: valid = before
      case .daily, .quit, .purge, .backup: break
      }
      valid.append(
        Anchors.Kept(
          anchor: line.anchor, day: day,
          // That line was not there yet when the one before was written.
          since: valid.last?.day ?? day.adding(seconds: -Anchors.firstSlack)))
      isAfterRestore = line.occasion == .restore
    }
    return Anchors(
      kept: valid, former: lines.last?.occasion == .restore ? before : nil, badLines: bad, now: now)
  }

  public var exists: Bool { access(path, F_OK) == 0 }

  /// Lines that are none are counted: an anchor that was struck out must show.
  private func contents() -> (lines: [Line], bad: Int) {
    guard let text = read() else { return ([], exists ? 1 : 0) }
    var lines: [Line] = []
    var bad = 0
    for text in text.split(separator: "\n") {
      if let line = Self.line(text) { lines.append(line) } else { bad += 1 }
    }
    return (lines, bad)
  }

  private static func line(_ text: Substring) -> Line? {
    let words = text.split(separator: " ")
    guard words.count == 4, Timestamp(iso8601: String(words[0])) != nil,
      let occasion = Occasion(rawValue: String(words[1])),
      let seq = Int64(words[2]), seq > 0, words[3].utf8.count == 64
    else { return nil }
    return Line(
      day: String(words[0]), occasion: occasion,
      anchor: JournalAnchor(seq: seq, digest: String(words[3])))
  }

  /// nil when there is no file, or none that can be read.
  private func read() -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard let facts = FileFacts(descriptor: file), facts.isFile else { return nil }
    let start = max(0, facts.size - Self.readLimit)
    var bytes = [UInt8](repeating: 0, count: facts.size - start)
    let count = pread(file, &bytes, bytes.count, start)
    guard count == bytes.count else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // The first line of a cut is a part of one.
    return start == 0 ? text : String(text.drop { $0 != "\n" })
  }

  private func append(_ line: String) -> Bool {
    makeDirectories()
    let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    if let facts = FileFacts(descriptor: file), facts.size == 0 { fchmod(file, mode) }
    // A machine that lost its power may have left half a line.
    var end: UInt8 = 0x0A
    if let facts = FileFacts(descriptor: file), facts.size > 0 {
      guard pread(file, &end, 1, facts.size - 1) == 1 else { return false }
    }
    let bytes = Array((end == 0x0A ? line : "\n" + line).utf8)
    // One write: with O_APPEND two processes never mix their lines.
    return write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
  }

  private func makeDirectories() {
    var missing: [String] = []
    var directory = path
    while let slash = directory.lastIndex(of: "/"), slash != directory.startIndex {
      directory = String(directory[..<slash])
      guard access(directory, F_OK) != 0 else { break }
      missing.append(directory)
    }
    for directory in missing.reversed() where mkdir(directory, directoryMode) == 0 {
      // After the fact: mkdir obeys the umask and drops the group bit.
      chmod(directory, directoryMode)
    }
  }
}
