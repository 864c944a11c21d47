import Certificates
import Crypto
import Foundation
import Glibc
import Platform

/// Revocation lists from the web, kept beside the store: of each address the newest good one.
///
/// Good means: signed by a configured anchor and valid now. It counts until its own end, whatever
/// becomes of the web server meanwhile. Used by one thread.
final class RevocationShelf {
  private struct Kept {
    var bytes: [UInt8]
    var updated: Date
    var next: Date
  }

  private struct Slot {
    var url: String
    var file: String
    var kept: Kept?
    /// When the address last gave a good list, and since when it does not.
    var checkedAt: Date?
    var failingSince: Date?
    var triedAt: Date?
    /// It gave something that is no good list.
    var wasBad = false
  }

  private let fetch: @Sendable (String) -> [UInt8]?
  private let anchors: [String]
  private let directory: String
  private let keeps: Bool
  private let now: @Sendable () -> Date
  private var slots: [Slot]

  /// Seconds: the longest that a good list goes without another look, and the pause after a look
  /// that brought nothing, with a good list and without.
  private static let day: TimeInterval = 86_400
  private static let pause: TimeInterval = 900
  private static let shortPause: TimeInterval = 10

  /// - Parameters:
  ///   - anchors: PEM texts: only they may sign.
  ///   - directory: the store's.
  ///   - keeps: false for who only looks: what comes then counts in memory, and the disk stays
  ///     as it is.
  init(
    _ lists: WebLists, anchors: [String], directory: String, keeps: Bool = true,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    fetch = lists.fetch
    (self.anchors, self.directory, self.now) = (anchors, directory, now)
    self.keeps = keeps
    slots = lists.urls.map { url in
      let print = SHA256.hash(data: Data(url.utf8)).prefix(8)
        .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      return Slot(url: url, file: directory + "/revocation-\(print).crl")
    }
    for index in slots.indices { load(index) }
  }

  /// Lists that count now.
  var contents: [[UInt8]] { slots.compactMap { current($0)?.bytes } }

  /// True when an address that could not be reached is why there is no list.
  var isUnreached: Bool { slots.contains { current($0) == nil && !$0.wasBad } }

  /// Since when an address gives nothing new although its list still counts.
  var failingSince: Date? {
    slots.compactMap { current($0) == nil ? nil : $0.failingSince }.min()
  }

  /// Asks those whose time has come; blocks for the time that takes.
  func refresh() {
    for index in slots.indices where isDue(slots[index]) { look(index) }
  }

  private func current(_ slot: Slot) -> Kept? {
    guard let kept = slot.kept, kept.updated <= now(), now() <= kept.next else { return nil }
    return kept
  }

  /// Without a good list at once; else at half of what was left of it, daily at least.
  private func isDue(_ slot: Slot) -> Bool {
    let moment = now()
    let kept = current(slot)
    if slot.failingSince != nil, let tried = slot.triedAt {
      let pause = kept == nil ? Self.shortPause : Self.pause
      return abs(moment.timeIntervalSince(tried)) >= pause
    }
    guard let kept else { return true }
    guard let checked = slot.checkedAt, checked <= moment else { return true }
    let wait = min(Self.day, kept.next.timeIntervalSince(checked) / 2)
    return moment.timeIntervalSince(checked) >= wait
  }

  private func look(_ index: Int) {
    slots[index].triedAt = now()
    let bytes = fetch(slots[index].url)
    slots[index].wasBad = bytes != nil
    guard let bytes, let found = judged(bytes),
      // An old list that is still valid may hide what was revoked since.
      current(slots[index]).map({ found.updated >= $0.updated }) ?? true
    else {
      slots[index].failingSince = slots[index].failingSince ?? now()
      return
    }
    slots[index].kept = found
    slots[index].checkedAt = now()
    // Not kept on disk is no reason to close: it counts now, and is asked for again.
    let isKept = !keeps || store(bytes, at: slots[index].file)
    slots[index].failingSince = isKept ? nil : now()
  }

  private func judged(_ bytes: [UInt8]) -> Kept? {
    guard let found = RevocationLists(files: [bytes], anchors: anchors).newest(now: now()),
      let next = found.next
    else { return nil }
    return Kept(bytes: bytes, updated: found.updated, next: next)
  }

  // MARK: - The disk

  private func load(_ index: Int) {
    let file = slots[index].file
    guard let bytes = FileAccess.read(file, limit: CertificateLimits.listBytes) else { return }
    slots[index].kept = judged(bytes)
    let facts = try? FileManager.default.attributesOfItem(atPath: file)
    slots[index].checkedAt = facts?[.modificationDate] as? Date
  }

  private func store(_ bytes: [UInt8], at file: String) -> Bool {
    // Another service may be at it as well: a name for each process.
    let fresh = "\(file).\(getpid())"
    unlink(fresh)
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    // Whoever may open the store may take this service's place, and needs the list as well.
    let mode = (FileFacts(directory + "/store.sqlite")?.mode ?? 0o600) & 0o660
    let isWritten =
      fchmod(descriptor, mode) == 0 && FileAccess.writeAll(descriptor, bytes)
      && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(fresh, file) == 0 else {
      unlink(fresh)
      return false
    }
    return FileAccess.syncDirectory(directory)
  }
}
