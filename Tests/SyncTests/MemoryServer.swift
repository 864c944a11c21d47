import Domain
import Store

@testable import Sync

/// A counting server (RFC 7162) as a value, with a hook before each command: another client may do
/// anything between any two of ours.
final class MemoryServer: MailSession {
  struct Mail {
    var flags: Set<String> = []
    var count: UInt64 = 1
  }

  private(set) var mails: [UInt32: Mail] = [:]
  /// HIGHESTMODSEQ.
  private(set) var count: UInt64 = 1
  /// Called before a command of ours is carried out.
  var interferes: (() -> Void)?
  /// Says MODIFIED to everything conditional: a server that never lets go.
  var isStubborn = false
  /// Messages and flags that it refuses to store.
  var refuses: (FlagPush) -> Bool = { _ in false }
  private(set) var stores = 0
  private(set) var conflicts = 0

  func deliver(_ uid: UInt32) { mails[uid] = Mail() }

  /// What another client does.
  func set(_ flag: String, _ on: Bool, on uid: UInt32) {
    guard var mail = mails[uid], mail.flags.contains(flag) != on else { return }
    if on { mail.flags.insert(flag) } else { mail.flags.remove(flag) }
    count += 1
    mail.count = count
    mails[uid] = mail
  }

  func vanish(_ uid: UInt32) { mails[uid] = nil }

  func change(_ push: FlagPush) throws(SyncFailure) -> FlagAnswer {
    interferes?()
    stores += 1
    if refuses(push) { throw .refused("UID STORE") }
    var answer = FlagAnswer()
    for uid in push.uids {
      guard let mail = mails[uid] else { continue }
      if let since = push.unchangedSince, isStubborn || mail.count > since {
        answer.modified.insert(uid)
        conflicts += 1
        continue
      }
      for flag in push.add { set(flag, true, on: uid) }
      for flag in push.remove { set(flag, false, on: uid) }
      answer.sequences[uid] = mails[uid]?.count
    }
    return answer
  }

  func reread(_ uids: [UInt32]) throws(SyncFailure) -> [(now: Listed, sequence: UInt64)] {
    interferes?()
    return uids.compactMap { uid in
      mails[uid].map { (Self.listed(uid, $0), $0.count) }
    }
  }

  static func listed(_ uid: UInt32, _ mail: Mail) -> Listed {
    Listed(
      uid: uid, size: 0, flags: Flags(Array(mail.flags)), receivedAt: Timestamp(seconds: 0))
  }

  // MARK: - What these tests do not ask

  func folders() throws(SyncFailure) -> [Folder] { [] }
  func open(_ folder: Folder, since point: SyncPoint?) throws(SyncFailure) -> OpenedFolder {
    throw .refused("SELECT")
  }
  var tracksRemovals: Bool { false }
  func isDisturbed(_ folder: Folder) -> Bool { true }
  func beginWatch(_ pulse: Pulse) throws(SyncFailure) -> Bool { false }
  func endWatch(patience: Int64) throws(SyncFailure) {}
  func probe() throws(SyncFailure) {}
  func facts() throws(SyncFailure) -> (capabilities: [String], quota: SyncHealth.Quota?) {
    ([], nil)
  }
  func list(
    from uid: UInt32, _ window: ([Listed], UInt32) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {}
  var modesty = Modesty.none
  var announces: Bool { false }
  func envelopes(
    in range: ClosedRange<UInt32>, newestFirst: Bool,
    _ take: ([Envelope], ClosedRange<UInt32>) throws(SyncFailure) -> Bool
  ) throws(SyncFailure) {}
  func describe(_ uids: [UInt32]) throws(SyncFailure) -> [Listed] { [] }
  func bodies(
    _ messages: [Listed], _ take: (Listed, Body) throws(SyncFailure) -> Void
  ) throws(SyncFailure) {}
  func flags(
    known: [UInt32], _ take: ([Listed]) throws(SyncFailure) -> Void
  ) throws(SyncFailure) -> (uids: Set<UInt32>, isComplete: Bool) { ([], false) }
  func identity(_ uid: UInt32) throws(SyncFailure) -> MailIdentity? { nil }
  func mark(of folder: Folder) throws(SyncFailure) -> TransferMark? { nil }
  var canMove: Bool { false }
  func move(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer {
    .later(words: nil)
  }
  func copy(_ uid: UInt32, to folder: Folder) throws(SyncFailure) -> Transfer {
    .later(words: nil)
  }
  func put(_ mail: [UInt8], into folder: Folder) throws(SyncFailure) -> Transfer {
    .later(words: nil)
  }
  func remove(_ uid: UInt32) throws(SyncFailure) -> Bool { false }
  func holds(messageID: String, since: Timestamp) throws(SyncFailure) -> Bool { false }
  func append(_ mail: [UInt8], name: String, to folder: Folder) throws(SyncFailure) {}
  func close() {}
}
