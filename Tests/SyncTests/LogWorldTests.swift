import Domain
import Foundation
import Store
import TeamLog
import TestKit
import Testing

@testable import Sync

private let soak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"]
private let seeds = [1, 2]
/// Of one world; `MSSTERM_SOAK=1` asks for three thousand in each, a larger number for so many.
private let eventsWanted = soak.map { max(Int($0) ?? 1, 1) }.map { $0 > 1 ? $0 : 3_000 } ?? 260

/// The worker's own clerk under random trouble: whatever happens to lines, processes and mailboxes,
/// the machines end equal and nothing that was confirmed is lost.
@Suite struct LogWorldTests {
  @Test(arguments: seeds)
  func `clerks that are cut off, die and say things twice end equal, nothing confirmed is lost`(
    seed: Int
  ) throws {
    var world = try LogWorld(seed: seed, isRough: false)
    try world.run(until: eventsWanted)
    try world.check()
  }

  @Test(arguments: seeds)
  func `late messages, lost and renumbered mailboxes, rival checkpoints: equal, each loss is told`(
    seed: Int
  ) throws {
    var world = try LogWorld(seed: seed, isRough: true)
    try world.run(until: eventsWanted)
    try world.check()
  }
}

/// The same numbers again for the same seed.
private struct LogDice {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func roll(_ sides: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 11) % sides
  }

  mutating func oneIn(_ n: Int) -> Bool { roll(n) == 0 }
  mutating func pick<T>(_ values: [T]) -> T? { values.isEmpty ? nil : values[roll(values.count)] }
}

/// What happens between two commands of one machine.
private final class Trouble {
  var dice: LogDice
  /// One command in so many; nil while all is well.
  var breaks: Int?
  var intrudes: (() -> Void)?
  private var isInside = false
  private(set) var intrusions = 0

  init(_ dice: LogDice) { self.dice = dice }

  func step() throws(SyncFailure) {
    guard let breaks, !isInside else { return }
    if dice.oneIn(3 * breaks), let intrudes {
      // Another machine's whole pass, between two commands of this one.
      isInside = true
      intrudes()
      isInside = false
      intrusions += 1
    }
    if dice.oneIn(breaks) { throw .connectionLost }
  }
}

private struct LogWorld {
  let seed: Int
  let isRough: Bool
  let folder: TemporaryDirectory
  let server = SimulatedOperator()
  let trouble: Trouble
  var dice: LogDice
  var machines: [SimulatedMachine] = []
  var mails = 0
  var read: [Set<Int>] = []
  var events = 0
  /// Gestures by name: whose, and whether they were told to be confirmed.
  var gestures: [String: (machine: Int, isConfirmed: Bool)] = [:]

  init(seed: Int, isRough: Bool) throws {
    self.seed = seed
    self.isRough = isRough
    dice = LogDice(seed &+ (isRough ? 9_000 : 100))
    trouble = Trouble(LogDice(seed &+ 77))
    folder = try TemporaryDirectory()
    for name in ["AA", "BB", "CC"] {
      let machine = try SimulatedMachine(name, server, in: folder.path(name))
      // Epochs end by themselves, over and over.
      machine.limits.fullAt = isRough ? 60 : 90
      machines.append(machine)
      read.append([])
    }
    let trouble = trouble
    server.interferes = { () throws(SyncFailure) in try trouble.step() }
    if isRough {
      server.lateness = { trouble.dice.oneIn(9) ? trouble.dice.roll(5) : 0 }
    }
    for machine in machines { try machine.sync() }
  }

  var total: Int {
    get throws { try machines[0].store.eventCount() }
  }

  mutating func run(until wanted: Int) throws {
    trouble.breaks = 14
    // Steps without any event must not go on for ever.
    for _ in 0..<(wanted * 20) {
      if dice.oneIn(10), try total >= wanted { return }
      let n = dice.roll(machines.count)
      switch dice.roll(20) {
      case 0..<2: try receive(n)
      case 2..<7: for _ in 0...dice.roll(4) { try act(n) }
      case 7..<10: try takeEverywhere()
      case 10..<17: try sync(n)
      case 17: machines[n].isOnline.toggle()
      case 18: try machines[n].restart()
      default: if isRough { try happen() }
      }
    }
    Issue.record("\(try total) events, \(wanted) wanted")
  }

  /// A pass that may end anywhere, and in which another machine's may happen.
  mutating func sync(_ n: Int) throws {
    let other = machines[(n + 1 + dice.roll(2)) % 3]
    trouble.intrudes = { try? other.sync() }
    defer { trouble.intrudes = nil }
    do throws(SyncFailure) {
      try machines[n].sync()
    } catch {
      #expect(Self.mayHappen.contains(error), "seed \(seed): \(error)")
      if dice.oneIn(3) { try machines[n].restart() }
    }
    if dice.oneIn(3) { try note(n) }
  }

  private static let mayHappen: Set<SyncFailure> = [
    .connectionLost, .teamLog(.unfinished), .teamLog(.abandoned), .violation,
  ]

  mutating func note(_ n: Int) throws {
    for (id, gesture) in gestures where gesture.machine == n && !gesture.isConfirmed {
      if try machines[n].store.fate(ofEvent: id) == .confirmed {
        gestures[id]?.isConfirmed = true
      }
    }
  }

  /// What an operator, a person at another client or a restored copy does.
  mutating func happen() throws {
    guard let epoch = server.boxes.keys.max(), let box = server.boxes[epoch] else { return }
    switch dice.roll(6) {
    case 0: server.delete(epoch)
    case 1: server.renumber(epoch)
    case 2: server.put(Array("not ours".utf8), in: epoch)
    case 3: if let some = dice.pick(box.letters) { server.remove(some.uid, of: epoch) }
    case 4: server.create(epoch + 1)
    default: try machines[dice.roll(3)].store.wishTeamLogRenewal()
    }
  }

  mutating func receive(_ n: Int) throws {
    if mails < 4 || dice.oneIn(2) { mails += 1 }
    try deliver(1 + dice.roll(mails), to: n)
  }

  private mutating func deliver(_ mail: Int, to n: Int) throws {
    guard read[n].insert(mail).inserted else { return }
    try machines[n].read(
      SimulatedMail(n: mail, references: mail % 3 == 0 ? [SimulatedMail.header(mail - 1)] : []))
  }

  /// All three press on one demande that is free.
  mutating func takeEverywhere() throws {
    guard let id = try dice.pick(machines[0].store.orderIDs()) else { return }
    for n in machines.indices {
      try perform(n) { store, event, _ in
        try store.act(.taken(over: nil), on: id, event: event)
      }
    }
  }

  mutating func act(_ n: Int) throws {
    let ids = try machines[n].store.orderIDs()
    guard let id = dice.pick(ids), let other = dice.pick(ids),
      let order = try machines[n].store.order(id)
    else { return }
    let kind = dice.roll(11)
    let message = dice.pick(order.messages)
    try perform(n) { machine, event, now in
      let (store, actor) = (machine.store, machine.actor)
      switch kind {
      case 0:
        try machine.act(.taken(over: order.owner.map { Author($0) }), on: id, event: event)
      case 1, 2: try machine.act(.released, on: id, event: event)
      case 3: try machine.act(.moved(to: .prepared, reason: nil), on: id, event: event)
      case 4: try machine.act(.marked(.shelf("bac \(event)")), on: id, event: event)
      case 5, 6: try machine.act(.noted(NoteText("note \(event)")), on: id, event: event)
      case 7: _ = try store.undo(on: id, by: actor, eventID: event, now: now)
      case 8:
        _ = try store.attach(
          other, to: id, by: actor, eventIDs: (event, event + "-o"), now: now)
      case 9:
        guard let message else { return }
        _ = try store.split(
          message, from: id, newID: "dn\(event)", by: actor,
          eventIDs: (event, event + "-o", event + "-a"), now: now)
      default:
        _ = try store.renew(
          id, newID: "dr\(event)", by: actor, eventIDs: (event, event + "-a", event + "-r"),
          now: now)
      }
    }
  }

  private mutating func perform(
    _ n: Int, _ body: (SimulatedMachine, String, Timestamp) throws -> Void
  ) throws {
    events += 1
    let event = "g\(events)-\(machines[n].name.lowercased())"
    machines[n].clock.advance(1)
    do {
      try body(machines[n], event, machines[n].clock.now)
    } catch StoreError.refused, StoreError.notFound {
      return
    }
    guard try machines[n].store.fates(ofEvents: [event])[event] != nil else { return }
    gestures[event] = (n, false)
  }

  /// Everybody is back, everything shows, all has been said.
  mutating func rest() throws {
    trouble.breaks = nil
    for n in machines.indices {
      machines[n].isOnline = true
      for mail in 1...max(mails, 1) { try deliver(mail, to: n) }
    }
    for _ in 0..<30 {
      var isWaiting = false
      for machine in machines where try !hear(machine) { isWaiting = true }
      if isWaiting { continue }
      if try machines.allSatisfy({ try $0.store.teamLog()?.pending == 0 }),
        try Set(machines.map { try $0.store.teamLogDigest() }).count == 1
      {
        return
      }
    }
  }

  /// False when it has to wait for a checkpoint that was said and does not show yet. Nobody here
  /// types « team-log begin »: `check` shows that it goes on without a person.
  private func hear(_ machine: SimulatedMachine) throws -> Bool {
    do throws(SyncFailure) {
      try machine.sync()
      return true
    } catch {
      guard error == .teamLog(.unfinished) else { throw error }
      return false
    }
  }

  mutating func check() throws {
    for n in machines.indices { try note(n) }
    try rest()
    let label: Comment = "seed \(seed), rough \(isRough), \(events) gestures"
    let folds = try machines[0].store.folds()
    for machine in machines {
      #expect(try machine.store.teamLog()?.pending == 0, label)
      #expect(try machine.store.verify().problems == [], label)
      #expect(try machine.store.teamLogDigest() == machines[0].store.teamLogDigest(), label)
      #expect(try machine.store.folds() == folds, label)
    }
    let contested = try checkGestures(label)
    try checkOwners(folds.keys)
    let fourth = try SimulatedMachine("DD", server, in: folder.path("DD"))
    for _ in 0..<9 { _ = try hear(fourth) }
    for machine in machines { _ = try hear(machine) }
    #expect(try fourth.store.folds() == folds, label)
    #expect(try fourth.store.verify().problems == [], label)
    let epoch = try machines[0].store.teamLog()?.epoch ?? 0
    print(
      "team log, clerks: seed \(seed), rough \(isRough), \(try total) events, \(contested) lost to "
        + "somebody faster, \(trouble.intrusions) passes inside a pass, epoch \(epoch)")
    #expect(try total >= eventsWanted, label)
    #expect(contested >= eventsWanted / 40, label)
    #expect(trouble.intrusions > 0 && epoch > 2, label)
  }

  /// Each is done on all machines, or refused and told. How many lost to somebody faster.
  private func checkGestures(_ label: Comment) throws -> Int {
    var contested = 0
    for (id, gesture) in gestures {
      let store = machines[gesture.machine].store
      switch try store.fate(ofEvent: id) {
      case .confirmed:
        let order = try #require(try store.orderOfEvent(id))
        for machine in machines {
          let isThere = try machine.store.events(of: order).contains { $0.isNamed(id) }
          #expect(isThere, "\(id) is told as confirmed and is not on \(machine.name), \(label)")
        }
      case .refused(let refusal):
        let told = try store.refusedGestures(of: machines[gesture.machine].member.id)
        #expect(told.contains { $0.id == id }, "\(id) was not told")
        if !isRough { #expect(!gesture.isConfirmed, "\(id) was confirmed and is lost, \(label)") }
        if case .alreadyTaken = refusal { contested += 1 }
      case .pending, .none: Issue.record("\(id) is nowhere, \(label)")
      }
    }
    return contested
  }

  /// Nobody took what somebody else held without naming them.
  private func checkOwners(_ ids: some Sequence<Order.ID>) throws {
    for id in ids {
      let events = try machines[0].store.events(of: id)
      for (place, event) in events.enumerated() {
        guard case .taken(let over, _) = event.gesture else { continue }
        let owner = Order.fold(Array(events.prefix(place)))?.owner?.memberID
        #expect(owner == nil || owner == over?.memberID, "two owners of \(id)")
      }
    }
  }
}

extension OfficineStore {
  fileprivate func everyRow() throws -> [QueueRow] {
    var rows: [QueueRow] = []
    var after: RowKey?
    while true {
      let page = try page(of: .all, member: nil, after: after, limit: 200)
      rows += page.rows
      guard page.hasMore, let last = page.rows.last else { return rows }
      after = last.key
    }
  }

  fileprivate func orderIDs() throws -> [Order.ID] { try everyRow().map(\.order.id).sorted() }

  /// Demandes as the team sees them: revisions are each machine's own affair.
  fileprivate func folds() throws -> [Order.ID: Order] {
    var folds: [Order.ID: Order] = [:]
    for row in try everyRow() {
      var order = row.order
      order.revision = 0
      folds[order.id] = order
    }
    return folds
  }

  fileprivate func eventCount() throws -> Int {
    try everyRow().reduce(0) { try $0 + history(of: $1.order.id).count }
  }

  fileprivate func orderOfEvent(_ id: String) throws -> Order.ID? {
    try everyRow().map(\.order.id).first { order in
      try events(of: order).contains { $0.isNamed(id) }
    }
  }
}

extension OrderEvent {
  /// A note whose demande was turned down stands where that one came from, under another name.
  fileprivate func isNamed(_ id: String) -> Bool { self.id == id || self.id == "moved:" + id }
}
