import Domain
import Glibc
import Platform

/// One Maildir: a directory with `cur`, `new` and `tmp`, one file a message.
///
/// The flags stand in the file's name behind `:2,`; a rename changes them. What is in `new` was
/// seen by no reader yet and stays there until a flag is set. Source: cr.yp.to/proto/maildir.html.
struct Maildir: Sendable {
  let path: String

  /// A file of a Maildir: the name without its flags never changes.
  struct Entry: Hashable, Sendable {
    var base: String
    /// `new` or `cur`.
    var place: String
    var name: String
    var flags: Flags
  }

  var exists: Bool {
    FileAccess.isDirectory(path + "/cur") && FileAccess.isDirectory(path + "/new")
  }

  /// Every message, in no order. A file that moves from `new` to `cur` meanwhile is seen once.
  func entries() throws(SyncFailure) -> [Entry] {
    var found: [String: Entry] = [:]
    for place in ["new", "cur"] {
      guard let names = FileAccess.names(in: "\(path)/\(place)") else { throw .maildir }
      for name in names where !name.hasPrefix(".") {
        let entry = Self.entry(name, in: place)
        found[entry.base] = entry
      }
    }
    return Array(found.values)
  }

  private static func entry(_ name: String, in place: String) -> Entry {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let info = parts.count > 1 ? parts[1] : ""
    let letters = info.hasPrefix("2,") ? info.dropFirst(2) : ""
    return Entry(
      base: String(parts[0]), place: place, name: name,
      flags: Flags(letters.compactMap { Self.flagNames[$0] }))
  }

  private static let flagNames: [Character: String] = [
    "S": "\\Seen", "R": "\\Answered", "F": "\\Flagged", "T": "\\Deleted", "D": "\\Draft",
    "P": "$Forwarded",
  ]

  func file(_ entry: Entry) -> String { "\(path)/\(entry.place)/\(entry.name)" }

  /// Size in bytes and the time the delivery agent gave the file; nil when it is gone.
  func facts(_ entry: Entry) -> (size: UInt64, at: Timestamp)? {
    guard let facts = FileFacts(file(entry), followingLinks: false), facts.isFile
    else { return nil }
    return (UInt64(max(0, facts.size)), Timestamp(milliseconds: facts.modified))
  }

  /// Writes the letters of `flags` into the name, and moves the file to `cur` (it was looked at).
  ///
  /// Letters of other readers that we do not know stay. True when the file was there.
  func setFlags(_ flags: Flags, on entry: Entry) -> Bool {
    let known = Set(Self.flagNames.keys)
    let info = entry.name.split(separator: ":", maxSplits: 1).dropFirst().first ?? ""
    let foreign = (info.hasPrefix("2,") ? info.dropFirst(2) : "").filter { !known.contains($0) }
    let letters = Self.flagNames.filter { flags.names.contains($0.value) }.map(\.key) + foreign
    let name = entry.base + ":2," + String(letters.sorted())
    if entry.place == "cur" && entry.name == name { return true }
    return rename(file(entry), "\(path)/cur/\(name)") == 0
  }

  // MARK: - Delivery

  func create() throws(SyncFailure) {
    for folder in ["", "/cur", "/new", "/tmp"] where !FileAccess.isDirectory(path + folder) {
      guard mkdir(path + folder, 0o700) == 0 || errno == EEXIST else { throw .maildir }
    }
  }

  /// Writes `mail` durably under `tmp`; `commit` then gives it its place. The name is ours and
  /// the same at every attempt, so that a second delivery replaces the first.
  func prepare(_ mail: [UInt8], name: String) throws(SyncFailure) -> String {
    let draft = "\(path)/tmp/\(name)"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .maildir }
    defer { Glibc.close(file) }
    guard FileAccess.writeAll(file, mail), fsync(file) == 0 else {
      let isFull = errno == ENOSPC
      unlink(draft)
      throw isFull ? .store(.full) : .maildir
    }
    return draft
  }

  func commit(_ draft: String, as name: String, in place: String) throws(SyncFailure) {
    guard rename(draft, "\(path)/\(place)/\(name)") == 0,
      FileAccess.syncDirectory("\(path)/\(place)")
    else { throw .maildir }
  }
}
