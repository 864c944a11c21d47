public import Domain
import Foundation
import Glibc
public import Store

/// Why a copy did not become a store; nothing was changed.
public enum RestoreFailure: Error, Equatable, Sendable {
  case unreadable
  /// Neither a copy of ours nor age's.
  case foreign
  /// An encrypted copy wants `--identity`.
  case noIdentity
  case noAge
  /// age refused: another key, or a damaged file.
  case age
  /// It opened, and is not sound: the codes of `verify`.
  case unsound([String])
  /// Something is there already.
  case exists
  /// A screen or a service has the store open.
  case inUse
  case directory
  case store(StoreError)
}

/// Makes a store out of a copy, beside the one that is there, and only when it was verified lets it
/// take that one's place; that one is set aside, never removed (invariant 17).
public struct Restorer: Sendable {
  public struct Report: Sendable {
    public var counts: VerifyReport
    /// Where the store now is.
    public var directory: String
    /// Where the former one is.
    public var setAside: String?
  }

  let file: String
  let identity: String?
  let directory: String
  let sharing: OfficineStore.Sharing
  let anchors: AnchorBook?
  let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - file: absolute.
  ///   - identity: a file with age's secret key; absolute.
  ///   - directory: where the store shall be; absolute.
  ///   - anchors: of the store that is replaced; nil for a place of its own.
  public init(
    file: String, identity: String?, directory: String, sharing: OfficineStore.Sharing,
    anchors: AnchorBook?, now: @escaping @Sendable () -> Timestamp
  ) {
    (self.file, self.identity, self.directory) = (file, identity, directory)
    (self.sharing, self.anchors, self.now) = (sharing, anchors, now)
  }

  private var stage: String { directory + ".restoring" }

  /// - Parameter replaces: a store that is there is set aside; otherwise it is `exists`.
  public func run(replaces: Bool, by author: Author) throws(RestoreFailure) -> Report {
    guard let head = CopyFile.head(file, 64) else { throw .unreadable }
    let isEncrypted = AgeFile.isOne(head)
    let isPlain = String(decoding: head.prefix(15), as: UTF8.self) == "SQLite format 3"
    guard isEncrypted || isPlain else { throw .foreign }
    if isEncrypted, identity == nil { throw .noIdentity }
    try checkPlace(replaces)
    // What an earlier attempt left: nobody but this command makes it.
    try? FileManager.default.removeItem(atPath: stage)
    defer { try? FileManager.default.removeItem(atPath: stage) }
    try fill(isEncrypted)
    let counts = try prove(author)
    try checkPlace(replaces)
    let aside = try takePlace()
    try anchor()
    return Report(counts: counts, directory: directory, setAside: aside)
  }

  private func checkPlace(_ replaces: Bool) throws(RestoreFailure) {
    guard access(directory, F_OK) == 0 else { return }
    guard replaces else { throw .exists }
    let isHeld = (try? Lease.isHeld(directory: directory)) ?? false
    if isHeld || OfficineStore.isOpen(in: directory) { throw .inUse }
  }

  private func fill(_ isEncrypted: Bool) throws(RestoreFailure) {
    let target = try asked { () throws(StoreError) in
      try OfficineStore.prepareRestore(in: stage, sharing: sharing)
    }
    guard isEncrypted, let identity else {
      guard CopyFile.copy(file, to: target, until: { false }) else { throw .store(.diskFull) }
      return
    }
    let ending = FileFilter.run(
      ["age", "--decrypt", "--identity", identity], from: file, to: target, isAsking: true
    ) { false }
    switch ending {
    case .done: return
    case .missing: throw .noAge
    case .failed, .stopped: throw .age
    }
  }

  /// Opened, brought up to date, verified whole; then what must not be done twice is held.
  private func prove(_ author: Author) throws(RestoreFailure) -> VerifyReport {
    let store = try asked { () throws(StoreError) in
      try OfficineStore.open(at: stage, create: false, sharing: sharing)
    }
    defer { store.close() }
    let head = try asked { () throws(StoreError) in try store.journalAnchor() }
    // What was anchored later than this copy is not in it, and need not be.
    let known = anchors?.anchors(now: now()).through(head.seq) ?? .none
    let report = try asked { () throws(StoreError) in try store.verify(anchors: known) }
    guard report.isSound else { throw .unsound(Set(report.problems.map(\.code)).sorted()) }
    try asked { () throws(StoreError) in
      try store.settleAfterRestore(by: author, now: now())
    }
    return report
  }

  private func asked<T>(
    _ body: () throws(StoreError) -> T
  ) throws(RestoreFailure) -> T {
    do throws(StoreError) {
      return try body()
    } catch {
      switch error {
      case .cannotOpen(.notAStore): throw .unsound(["sqlite.not-a-store"])
      case .damaged(let code): throw .unsound([code])
      default: throw .store(error)
      }
    }
  }

  private func takePlace() throws(RestoreFailure) -> String? {
    var aside: String?
    if access(directory, F_OK) == 0 {
      let digits = CivilTime(now()).iso8601.prefix(19).filter { $0.isNumber || $0 == "T" }
      let name = "\(directory).aside-\(digits)"
      guard access(name, F_OK) != 0, rename(directory, name) == 0 else { throw .directory }
      aside = name
    }
    guard rename(stage, directory) == 0 else {
      // The one that was there goes back to its place.
      if let aside { _ = rename(aside, directory) }
      throw .directory
    }
    _ = CopyFile.sync(CopyFile.directory(of: directory))
    return aside
  }

  /// From here on the anchors count for the restored journal.
  private func anchor() throws(RestoreFailure) {
    guard let anchors else { return }
    do throws(StoreError) {
      let store = try OfficineStore.open(at: directory, create: false, sharing: sharing)
      defer { store.close() }
      try anchors.keep(store, .restore, now: now())
    } catch {
      throw .store(error)
    }
  }
}
