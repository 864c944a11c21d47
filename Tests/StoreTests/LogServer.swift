// A mailbox server as the team log sees it: it gives numbers, loses answers, shows things late.
import Domain
import Foundation
import Store

/// The same numbers again for the same seed.
struct LogDice {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func roll(_ sides: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 11) % sides
  }

  mutating func oneIn(_ n: Int) -> Bool { roll(n) == 0 }
  mutating func pick<T>(_ values: [T]) -> T? { values.isEmpty ? nil : values[roll(values.count)] }
}

/// One BAL's log mailboxes, one an epoch.
struct LogServer {
  struct Letter {
    var uid: UInt32
    var bytes: Data
    /// Looks that still pass it over, though it has its number (seen on Dovecot).
    var hiddenFor: Int
  }

  struct Box {
    var uidValidity: UInt32
    var letters: [Letter] = []
  }

  var boxes: [Int: Box] = [:]
  var appended = 0
  private var validity: UInt32 = 100

  mutating func create(_ epoch: Int) {
    guard boxes[epoch] == nil else { return }
    validity += 1
    boxes[epoch] = Box(uidValidity: validity)
  }

  /// The same mail under other numbers, as after a restored backup.
  mutating func renumber(_ epoch: Int) {
    guard var box = boxes[epoch] else { return }
    validity += 1
    box.uidValidity = validity
    boxes[epoch] = box
  }

  /// False when there is no such mailbox.
  mutating func append(_ parcel: LogParcel, epoch: Int, hiddenFor: Int = 0) throws -> Bool {
    guard var box = boxes[epoch] else { return false }
    let uid = (box.letters.last?.uid ?? 0) + 1
    box.letters.append(
      Letter(uid: uid, bytes: try JSONEncoder().encode(parcel), hiddenFor: hiddenFor))
    boxes[epoch] = box
    appended += 1
    return true
  }

  /// What lies above `after`, and what was passed over before.
  mutating func look(_ epoch: Int, after: UInt32, also late: Set<UInt32>) throws -> LogBatch? {
    guard var box = boxes[epoch] else { return nil }
    var entries: [LogBatch.Entry] = []
    for place in box.letters.indices {
      let letter = box.letters[place]
      if letter.hiddenFor > 0 {
        box.letters[place].hiddenFor -= 1
        continue
      }
      guard letter.uid > after || late.contains(letter.uid) else { continue }
      entries.append(
        LogBatch.Entry(
          uid: letter.uid, parcel: try JSONDecoder().decode(LogParcel.self, from: letter.bytes)))
    }
    boxes[epoch] = box
    return LogBatch(
      epoch: epoch, uidValidity: box.uidValidity, through: max(after, entries.last?.uid ?? 0),
      entries: entries)
  }
}

/// One machine: its store, and the little that the courier does.
final class Machine {
  let name: String
  let folder: String
  var store: OfficineStore
  var isOnline = true
  /// What the courier has appended in this life of the process.
  private var sent: Set<String> = []
  /// Numbers that were not there when higher ones were.
  private var seen: [Int: Set<UInt32>] = [:]

  init(_ name: String, in folder: String) throws {
    self.name = name
    self.folder = folder
    store = try OfficineStore.open(at: folder, create: true)
    try store.turnOnTeamLog(machine: name, now: later(0))
  }

  /// The process ends and another begins.
  func restart() throws {
    store.close()
    store = try OfficineStore.open(at: folder, create: false)
    sent = []
    seen = [:]
  }

  /// Looks, says what waits, looks again; `stumbles` ends it anywhere.
  func sync(_ server: inout LogServer, late: Int = 0, stumbles: () -> Bool) throws {
    guard isOnline else { return }
    if try look(&server, stumbles) { return }
    guard let state = try store.teamLog() else { return }
    if !state.isOpen { try begin(&server, state) }
    guard let open = try store.teamLog(), open.isOpen else { return }
    for parcel in try store.pendingParcels(limit: 50)
    where !sent.contains("\(open.epoch):\(parcel.id)") {
      if stumbles() { return }
      _ = try server.append(parcel, epoch: open.epoch, hiddenFor: late)
      // The answer is lost, or the process dies before it knows.
      if stumbles() { return }
      sent.insert("\(open.epoch):\(parcel.id)")
    }
    _ = try look(&server, stumbles)
  }

  /// True when it stumbled.
  private func look(_ server: inout LogServer, _ stumbles: () -> Bool) throws -> Bool {
    for epoch in server.boxes.keys.sorted() {
      guard let state = try store.teamLog(), epoch >= state.epoch else { continue }
      let isCurrent = epoch == state.epoch
      if epoch > state.epoch, state.isOpen, server.boxes[state.epoch] != nil,
        server.boxes[epoch]?.letters.isEmpty != false
      {
        continue
      }
      let validity = server.boxes[epoch]?.uidValidity ?? 0
      let through = try store.teamLogThrough(epoch: epoch, uidValidity: validity)
      let known = seen[epoch] ?? []
      let late = Set((0...through).filter { !known.contains($0) })
      guard let batch = try server.look(epoch, after: through, also: isCurrent ? late : [])
      else { continue }
      if stumbles() { return true }
      _ = try store.absorb(batch, now: later(0))
      seen[epoch, default: []].formUnion(batch.entries.map(\.uid))
    }
    if let state = try store.teamLog(), state.epoch > 0, server.boxes[state.epoch] == nil {
      try store.markTeamLogLost(now: later(0))
    }
    return false
  }

  /// The epoch is over: the next one, with a checkpoint of what is confirmed here.
  private func begin(_ server: inout LogServer, _ state: TeamLogState) throws {
    let epoch = max(state.epoch + 1, server.boxes.keys.max() ?? 0)
    // A machine that knows nothing yet waits for one that does.
    if state.epoch == 0 && epoch > 1 { return }
    server.create(epoch)
    if state.epoch > 0 { try writeCheckpoint(&server, epoch) }
    guard let batch = try server.look(epoch, after: 0, also: []) else { return }
    _ = try store.absorb(batch, now: later(0))
  }

  func writeCheckpoint(_ server: inout LogServer, _ epoch: Int) throws {
    let id = "\(name):\(epoch):\(server.appended)"
    guard let plan = try store.planCheckpoint(id: id) else { return }
    for part in 1...plan.parts {
      _ = try server.append(try store.checkpointParcel(plan, part: part), epoch: epoch)
    }
  }

  /// The epoch ends here.
  func seal(_ server: inout LogServer) throws {
    guard let state = try store.teamLog(), state.isOpen else { return }
    let seal = LogParcel(
      id: "seal:\(name):\(state.epoch)", machine: name,
      records: [LogRecord(id: "seal:\(name):\(state.epoch)", content: .seal)])
    _ = try server.append(seal, epoch: state.epoch)
  }
}
