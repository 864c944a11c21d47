import Domain
import Store
import TeamLog

@testable import Sync

/// The operator's mailboxes of the team log as a value, and clerks that believe in them: messages
/// show late, lines break at any command, mailboxes vanish and are numbered anew.
final class SimulatedOperator {
  struct Letter {
    var uid: UInt32
    var bytes: [UInt8]
    /// Looks that still pass it over, though it has its number (seen on Dovecot).
    var hiddenFor = 0
  }

  struct Box {
    var validity: UInt32
    var letters: [Letter] = []
    var next: UInt32 = 1

    var visible: [Letter] { letters.filter { $0.hiddenFor == 0 } }
  }

  private(set) var boxes: [Int: Box] = [:]
  private var validity: UInt32 = 100
  /// Called before each command; what it throws is what the line says.
  var interferes: (() throws(SyncFailure) -> Void)?
  /// How many looks the next message of ours is passed over.
  var lateness: () -> Int = { 0 }
  /// What it says to commands, by their verb.
  var refusals: [String: SyncFailure] = [:]
  var canWatch = false
  /// Bodies that were given out, and messages that were taken.
  private(set) var given = 0
  private(set) var taken = 0

  func create(_ epoch: Int) {
    guard boxes[epoch] == nil else { return }
    validity += 1
    boxes[epoch] = Box(validity: validity)
  }

  func delete(_ epoch: Int) { boxes[epoch] = nil }

  /// The same mail under another validity, as after a restored backup.
  func renumber(_ epoch: Int) {
    validity += 1
    boxes[epoch]?.validity = validity
  }

  func remove(_ uid: UInt32, of epoch: Int) { boxes[epoch]?.letters.removeAll { $0.uid == uid } }

  @discardableResult
  func put(_ bytes: [UInt8], in epoch: Int, hiddenFor: Int = 0) -> UInt32 {
    guard var box = boxes[epoch] else { return 0 }
    let uid = box.next
    box.next += 1
    box.letters.append(Letter(uid: uid, bytes: bytes, hiddenFor: hiddenFor))
    boxes[epoch] = box
    taken += 1
    return uid
  }

  /// Numbers that nobody gets.
  func skip(_ count: UInt32, in epoch: Int) { boxes[epoch]?.next += count }

  /// A message that comes to lie below others, as a delivery that took its number early.
  func put(_ bytes: [UInt8], in epoch: Int, at uid: UInt32) {
    boxes[epoch]?.letters.append(Letter(uid: uid, bytes: bytes))
    boxes[epoch]?.letters.sort { $0.uid < $1.uid }
  }

  /// One look at a mailbox: what it shows from a number on.
  fileprivate func look(_ epoch: Int, from uid: UInt32) -> (letters: [Letter], exists: Int) {
    guard var box = boxes[epoch] else { return ([], 0) }
    let shown = box.visible
    for place in box.letters.indices where box.letters[place].hiddenFor > 0 {
      box.letters[place].hiddenFor -= 1
    }
    boxes[epoch] = box
    let letters = shown.filter { $0.uid >= uid }
    return (letters, shown.count)
  }

  fileprivate func step(_ verb: String) throws(SyncFailure) {
    try interferes?()
    if let refusal = refusals[verb] { throw refusal }
  }

  fileprivate func gave(_ count: Int) { given += count }
}

/// One connection.
final class SimulatedRoad: LogRoad {
  private let server: SimulatedOperator
  private(set) var opened: Int?
  private(set) var validity: UInt32 = 0
  var canWatch: Bool { server.canWatch }
  private var isWatching = false

  init(_ server: SimulatedOperator) { self.server = server }

  func epochs() throws(SyncFailure) -> [Int] {
    try server.step("LIST")
    return server.boxes.keys.sorted()
  }

  func create(_ epoch: Int) throws(SyncFailure) {
    try server.step("CREATE")
    server.create(epoch)
  }

  func delete(_ epoch: Int) throws(SyncFailure) {
    try server.step("DELETE")
    server.delete(epoch)
  }

  func open(_ epoch: Int) throws(SyncFailure) -> UInt32? {
    opened = nil
    try server.step("SELECT")
    guard let box = server.boxes[epoch] else { return nil }
    (opened, validity) = (epoch, box.validity)
    return box.validity
  }

  /// The opened mailbox; a server ends the connection when it is another one now.
  private func box() throws(SyncFailure) -> Int {
    guard let opened, server.boxes[opened]?.validity == validity else { throw .connectionLost }
    return opened
  }

  func present() throws(SyncFailure) -> [UInt32]? {
    try server.step("SEARCH")
    return server.look(try box(), from: 1).letters.map(\.uid)
  }

  func fetch(_ uids: [UInt32]) throws(SyncFailure) -> LogLine.Found {
    try server.step("FETCH")
    let (letters, exists) = server.look(try box(), from: 1)
    let asked = Set(uids)
    return found(letters.filter { asked.contains($0.uid) }, exists)
  }

  private func found(_ letters: [SimulatedOperator.Letter], _ exists: Int) -> LogLine.Found {
    server.gave(letters.count)
    var found = LogLine.Found()
    found.messages = letters.map { ($0.uid, $0.bytes) }
    found.exists = exists
    return found
  }

  func exchange(
    _ messages: [[UInt8]], from uid: UInt32
  ) throws(SyncFailure) -> LogLine.Found {
    var refusal: SyncFailure?
    for message in messages {
      do throws(SyncFailure) {
        try server.step("APPEND")
        server.put(message, in: try box(), hiddenFor: server.lateness())
      } catch {
        guard case .refused = error else { throw error }
        refusal = error
      }
    }
    try server.step("UID FETCH")
    let (letters, exists) = server.look(try box(), from: uid)
    var found = found(letters, exists)
    found.refusal = refusal
    return found
  }

  func beginWatch(_ pulse: Pulse, known: Int) { isWatching = true }

  func endWatch(patience: Int64) throws(SyncFailure) -> Int? {
    guard isWatching else { return nil }
    isWatching = false
    try server.step("IDLE")
    return nil
  }

  func close() { opened = nil }
}

extension LogLimits {
  /// Nobody is waited for: whoever is interrupted by another one's whole pass meets a rival.
  static func hurried() -> LogLimits {
    var limits = LogLimits()
    limits.otherPause = 0
    limits.otherLooks = 1
    limits.lookEvery = .zero
    limits.renewEvery = .zero
    return limits
  }
}
