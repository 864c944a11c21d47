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
  /// The file with the anchors cannot be written.
  case anchor
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

  private var stage: String { OfficineStore.stage(of: directory) }

  /// - Parameters:
  ///   - replaces: a store that is there is set aside; otherwise it is `exists`.
  ///   - machine: a random name, for the team log.
  public func run(
    replaces: Bool, machine: String, by author: Author
  ) throws(RestoreFailure) -> Report {
    guard let head = CopyFile.head(file, 64) else { throw .unreadable }
    let isEncrypted = AgeFile.isOne(head)
    let isPlain = String(decoding: head.prefix(15), as: UTF8.self) == "SQLite format 3"
    guard isEncrypted || isPlain else { throw .foreign }
    if isEncrypted, identity == nil { throw .noIdentity }
    let hold = try hold(replaces)
    defer { hold?.release() }
    // What an earlier attempt left: nobody but this command makes it.
    try? FileManager.default.removeItem(atPath: stage)
    defer { try? FileManager.default.removeItem(atPath: stage) }
    try fill(isEncrypted)
    let counts = try prove(machine, author)
    let aside = hold.map { _ in OfficineStore.aside(of: directory, at: now()) }
    // Where it fails the present store stays, and its next anchor says so.
    guard OfficineStore.exchange(directory, with: stage, aside: aside) == .done else {
      throw .directory
    }
    _ = CopyFile.sync(CopyFile.directory(of: directory))
    return Report(counts: counts, directory: directory, setAside: aside)
  }

  /// From here to the end nobody else opens the store that is there.
  private func hold(_ replaces: Bool) throws(RestoreFailure) -> StoreHold? {
    guard access(directory, F_OK) == 0 else { return nil }
    guard replaces else { throw .exists }
    let hold = try asked { () throws(StoreError) in try StoreHold.take(directory: directory) }
    guard let hold else { throw .inUse }
    return hold
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

  /// Opened, brought up to date, verified whole; then what must not be done twice is held, and the
  /// anchors are told that from here on they count for this journal: before it takes its place, or
  /// a kill in between would leave a store that is called forged for ever.
  private func prove(
    _ machine: String, _ author: Author
  ) throws(RestoreFailure) -> VerifyReport {
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
      try store.settleAfterRestore(machine: machine, by: author, now: now())
    }
    try anchor(store)
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

  private func anchor(_ store: OfficineStore) throws(RestoreFailure) {
    guard let anchors else { return }
    let isKept = try asked { () throws(StoreError) in
      try anchors.keep(store, .restore, now: now())
    }
    guard isKept else { throw .anchor }
  }
}
