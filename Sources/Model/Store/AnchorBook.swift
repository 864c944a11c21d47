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
    if occasion != .restore, let last {
      let isSameDay = last.day.prefix(10) == time.prefix(10)
      if last.anchor == head || (occasion == .daily && isSameDay) { return true }
    }
    guard head.seq > 0 else { return true }
    return append("\(time) \(occasion.rawValue) \(head.seq) \(head.digest)\n")
  }

  /// Oldest first; lines that are none are left out.
  public func lines() -> [Line] {
    guard let text = read() else { return [] }
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 4, let occasion = Occasion(rawValue: String(words[1])),
        let seq = Int64(words[2]), words[3].utf8.count == 64
      else { return nil }
      return Line(
        day: String(words[0]), occasion: occasion,
        anchor: JournalAnchor(seq: seq, digest: String(words[3])))
    }
  }

  /// Those that the journal must still know: what a restored copy never had is left out.
  public func anchors() -> [JournalAnchor] {
    var valid: [JournalAnchor] = []
    for line in lines() {
      if line.occasion == .restore { valid.removeAll { $0.seq >= line.anchor.seq } }
      valid.append(line.anchor)
    }
    return valid
  }

  public var exists: Bool { access(path, F_OK) == 0 }

  private func read() -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard let facts = FileFacts(descriptor: file), facts.isFile else { return nil }
    let start = max(0, facts.size - Self.readLimit)
    var bytes = [UInt8](repeating: 0, count: facts.size - start)
    let count = pread(file, &bytes, bytes.count, start)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private func append(_ line: String) -> Bool {
    makeDirectories()
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    if let facts = FileFacts(descriptor: file), facts.size == 0 { fchmod(file, mode) }
    let bytes = Array(line.utf8)
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
