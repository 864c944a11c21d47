public import Domain
import Foundation
import Glibc
import Platform

/// Who has which demande in front of them, on this host: one small file per screen in
/// `STORE/presence`, held under a lock that dies with its process.
///
/// Nothing of it is in the database, so a key pressed costs no write there, and nobody who crashed
/// is ever shown: whoever finds a file without its lock takes it away. Used by one thread.
public final class PresenceBoard {
  /// Screens on one store; one more is not announced and sees the others all the same.
  public static let limit = 64
  /// Seconds after which a process that says nothing (stopped, frozen) does not count.
  public static let lifetime: Int64 = 180
  /// Bytes of a file: written in one go, padded, so that a shorter text leaves no end of a longer.
  static let size = 512

  private let directory: String
  private let fileMode: UInt32
  private var own: (file: OwnedFile, name: String)?
  private let uptime: () -> Int64

  /// What stands in a file.
  private struct Entry: Codable {
    var presence: Presence?
    /// Seconds since the host started, when it was written.
    var at: Int64
  }

  /// - Parameter store: the directory of the store, whose owner and rights it follows.
  public convenience init(store: String) {
    self.init(store: store, uptime: { KernelClock.boot.milliseconds / 1_000 })
  }

  /// - Parameter uptime: seconds since the host started; a parameter for the tests.
  init(store: String, uptime: @escaping () -> Int64) {
    self.uptime = uptime
    directory = store + "/presence"
    let directoryMode = FileFacts(store)?.mode ?? 0o700
    fileMode = (FileFacts(store + "/store.sqlite")?.mode ?? 0o600) & 0o660
    // After the fact: mkdir obeys the umask and drops the group bit.
    if mkdir(directory, directoryMode) == 0 { chmod(directory, directoryMode) }
  }

  /// Tells the others; nil: this screen looks at nothing. False when it could not be told, which
  /// is no reason to stop working.
  @discardableResult
  public func announce(_ presence: Presence?) -> Bool {
    guard own != nil || presence != nil else { return true }
    if own == nil { own = makeFile() }
    guard let file = own?.file,
      var bytes = try? JSONEncoder().encode(Entry(presence: presence?.clipped, at: uptime())),
      bytes.count <= Self.size
    else { return false }
    bytes.append(Data(repeating: 0x20, count: Self.size - bytes.count))
    return bytes.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
      == bytes.count
  }

  /// Everybody else, by name and poste; takes away what a dead process left.
  public func others() -> [Presence] {
    let now = uptime()
    var found: [Presence] = []
    for name in names() where name != own?.name {
      guard let file = try? OwnedFile(opening: directory + "/" + name),
        FileFacts(descriptor: file.descriptor)?.isFile == true
      else { continue }
      if file.lock() {
        // Nobody holds it: its process is gone, however it ended.
        unlink(directory + "/" + name)
      } else if let entry = entry(file), let presence = entry.presence,
        (0...Self.lifetime).contains(now - entry.at)
      {
        found.append(presence)
      }
    }
    return found.sorted { ($0.name, $0.poste, $0.order) < ($1.name, $1.poste, $1.order) }
  }

  /// This screen is gone; letting the value go does nearly the same.
  public func leave() {
    guard let own else { return }
    unlink(directory + "/" + own.name)
    own.file.unlock()
    self.own = nil
  }

  private func entry(_ file: OwnedFile) -> Entry? {
    var buffer = [UInt8](repeating: 0, count: Self.size)
    let count = pread(file.descriptor, &buffer, Self.size, 0)
    guard count > 0 else { return nil }
    return try? JSONDecoder().decode(Entry.self, from: Data(buffer.prefix(count)))
  }

  /// What is in the directory, as far as it can be ours.
  private func names() -> [String] {
    guard let folder = opendir(directory) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while names.count <= Self.limit, let item = readdir(folder) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if Self.isName(name) { names.append(name) }
    }
    return names
  }

  private static func isName(_ name: String) -> Bool {
    name.utf8.count == 17 && name.hasPrefix("s")
      && name.dropFirst().allSatisfy { $0.isHexDigit && $0.isASCII }
  }

  /// A file of a name that nobody else has, under the lock. A reader that looked between the two
  /// took it for a dead one: then another.
  private func makeFile() -> (file: OwnedFile, name: String)? {
    guard names().count < Self.limit else { return nil }
    for _ in 0..<10 {
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      let name = "s" + String(repeating: "0", count: 16 - digits.count) + digits
      let path = directory + "/" + name
      let made = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard made >= 0 else { return nil }
      let file = OwnedFile(descriptor: made)
      guard fchmod(made, fileMode) == 0 else {
        unlink(path)
        return nil
      }
      if file.lock(), FileFacts(descriptor: made)?.links == 1 { return (file, name) }
      unlink(path)
    }
    return nil
  }
}

extension Presence {
  /// Names of any length fit into the file.
  fileprivate var clipped: Presence {
    var copy = self
    copy.member = String(member.prefix(48))
    copy.name = String(name.prefix(24))
    copy.poste = String(poste.prefix(24))
    copy.order = String(order.prefix(48))
    return copy
  }
}
