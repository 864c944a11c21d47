import Domain
import Glibc

/// UIDs for the files of a Maildir, which has none: kept beside the store, never in the Maildir.
///
/// One line a message, `uid folder base`, only ever appended and durable before the number is
/// used; the first line is the UIDVALIDITY. Losing the file gives a new UIDVALIDITY: every
/// message is then found again by its identity, as after a renumbering (S07).
final class MaildirNumbers {
  private(set) var uidValidity: UInt32
  private var numbers: [String: [String: UInt32]] = [:]
  private var last: [String: UInt32] = [:]
  private let path: String
  private let mode: UInt32

  /// More than a million arrivals a year for ten years.
  private static let sizeLimit = 1 << 30

  /// - Parameter mode: of the file; whoever may write the store may write this.
  init(path: String, freshValidity: UInt32, mode: UInt32 = 0o600) throws(SyncFailure) {
    self.path = path
    self.mode = mode
    uidValidity = freshValidity
    var bytes: [UInt8] = []
    if access(path, F_OK) == 0 {
      guard let read = FileAccess.read(path, limit: Self.sizeLimit) else {
        throw .store(.unusable)
      }
      bytes = read
      // Only its owner can; the others found it readable.
      _ = chmod(path, mode)
    }
    if let known = load(bytes) {
      uidValidity = known
      // A line that a power cut tore must not swallow the next one.
      if bytes.last != 0x0A { try append("\n") }
    } else {
      try begin()
    }
  }

  /// nil for a file without its first line.
  private func load(_ bytes: [UInt8]) -> UInt32? {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: true)[...]
    guard let head = lines.popFirst()?.split(separator: 0x20), head.count == 2,
      head[0].elementsEqual("uidvalidity".utf8),
      let validity = UInt32(String(decoding: head[1], as: UTF8.self)), validity != 0
    else { return nil }
    for line in lines {
      let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 3, let uid = UInt32(fields[0]), uid != 0 else { continue }
      numbers[fields[1], default: [:]][fields[2]] = uid
      last[fields[1]] = max(last[fields[1]] ?? 0, uid)
    }
    return validity
  }

  private func begin() throws(SyncFailure) {
    let draft = path + ".new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Self.unwritten() }
    let isWritten =
      fchmod(file, mode) == 0
      && FileAccess.writeAll(file, Array("uidvalidity \(uidValidity)\n".utf8)) && fsync(file) == 0
    Glibc.close(file)
    guard isWritten, rename(draft, path) == 0 else { throw Self.unwritten() }
  }

  func number(of base: String, in folder: String) -> UInt32? {
    numbers[Self.word(folder)]?[Self.word(base)]
  }

  func next(in folder: String) -> UInt32 { (last[Self.word(folder)] ?? 0) + 1 }

  /// Gives numbers in the order of `bases`, which have none yet; durable when this returns.
  func assign(_ bases: [String], in folder: String) throws(SyncFailure) {
    guard !bases.isEmpty else { return }
    let folder = Self.word(folder)
    var text = ""
    var uid = last[folder] ?? 0
    for base in bases {
      uid += 1
      text += "\(uid) \(folder) \(Self.word(base))\n"
    }
    try append(text)
    uid = last[folder] ?? 0
    for base in bases {
      uid += 1
      numbers[folder, default: [:]][Self.word(base)] = uid
    }
    last[folder] = uid
  }

  private func append(_ text: String) throws(SyncFailure) {
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw Self.unwritten() }
    defer { Glibc.close(file) }
    guard FileAccess.writeAll(file, Array(text.utf8)), fsync(file) == 0 else {
      throw Self.unwritten()
    }
  }

  private static func unwritten() -> SyncFailure {
    errno == ENOSPC || errno == EDQUOT ? .store(.full) : .store(.unusable)
  }

  /// A name without the two characters that part the lines and fields.
  private static func word(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case " ": result += "%20"
      case "\n": result += "%0A"
      case "%": result += "%25"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
