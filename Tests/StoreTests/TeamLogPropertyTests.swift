import Domain
import Foundation
import GRDB
import TestKit
import Testing

@testable import Store

private let isLong = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] != nil
private let seeds = Array(1...(isLong ? 60 : 3))
private let steps = isLong ? 700 : 330

/// Random work on machines that come and go: whatever happens to the mailbox between them, they
/// end equal and nothing that was confirmed is lost.
@Suite struct TeamLogPropertyTests {
  @Test(arguments: seeds)
  func `machines that are offline, die and say things twice end equal, nothing confirmed is lost`(
    seed: Int
  ) throws {
    var world = try World(seed: seed, isRough: false)
    try world.run(steps: steps)
    try world.check()
  }

  @Test(arguments: seeds)
  func `mails that show late, deleted and renumbered log mailboxes: equal, and every loss is told`(
    seed: Int
  ) throws {
    var world = try World(seed: seed, isRough: true)
    try world.run(steps: steps)
    try world.check()
  }
}

private let people: [Actor] = [
  claire, lea, actor("Marc DUVAL", .adjoint), actor("Nora KHELIF", .preparateur),
]

/// Three machines, one mailbox, four people.
private struct World {
  let seed: Int
  let isRough: Bool
  let folder: TemporaryDirectory
  var dice: LogDice
  var server = LogServer()
  var machines: [Machine] = []
  var mails = 0
  var events = 0
  /// Mails that exist; each machine reads them when it likes.
  var read: [Set<Int>] = []
  /// Gestures of people by machine, and those that were told to be confirmed.
  var gestures: [String: (machine: Int, author: String)] = [:]
  var confirmed: Set<String> = []

  init(seed: Int, isRough: Bool) throws {
    self.seed = seed
    self.isRough = isRough
    dice = LogDice(UInt64(seed) &+ (isRough ? 7_000 : 0))
    folder = try TemporaryDirectory()
    for name in ["a", "b", "c"] {
      machines.append(try Machine(name, in: folder.path(name)))
      read.append([])
    }
  }

  mutating func run(steps: Int) throws {
    for _ in 0..<steps {
      let n = dice.roll(machines.count)
      switch dice.roll(20) {
      case 0..<3: try receive(n)
      case 3..<11: for _ in 0...dice.roll(4) { try act(n) }
      case 11..<17: try sync(n, stumble: dice.oneIn(3))
      case 17: machines[n].isOnline.toggle()
      case 18: try machines[n].restart()
      default: try trouble(n)
      }
    }
  }

  mutating func sync(_ n: Int, stumble: Bool) throws {
    var own = dice
    let late = isRough && own.oneIn(6) ? own.roll(6) : 0
    try machines[n].sync(&server, late: late) { stumble && own.oneIn(6) }
    dice = own
    if dice.oneIn(4) { try note(n) }
  }

  /// What the machine told its people by now.
  mutating func note(_ n: Int) throws {
    for (id, gesture) in gestures where gesture.machine == n {
      if try machines[n].store.fate(ofEvent: id) == .confirmed { confirmed.insert(id) }
    }
  }

  mutating func trouble(_ n: Int) throws {
    if dice.oneIn(3) { try machines[n].seal(&server) }
    guard isRough, let epoch = server.boxes.keys.max() else { return }
    if dice.oneIn(6) { server.boxes[epoch] = nil }
    if dice.oneIn(6) { server.renumber(epoch) }
    // Two that begin the same epoch at once.
    if dice.oneIn(6) { try machines[n].writeCheckpoint(&server, epoch) }
  }

  mutating func receive(_ n: Int) throws {
    if mails < 3 || dice.oneIn(2) { mails += 1 }
    let mail = 1 + dice.roll(mails)
    guard read[n].insert(mail).inserted else { return }
    try machines[n].store.take(self.mail(mail))
  }

  /// Some answer an earlier one; not every machine has that one yet.
  func mail(_ n: Int) -> Mail {
    var mail = Mail(n: n)
    if n % 3 == 0 { mail.references = [Mail.header(n - 1)] }
    mail.proposed = n % 2 == 0 ? [.urgent] : []
    return mail
  }

  mutating func act(_ n: Int) throws {
    let store = machines[n].store
    guard let order = try anyOrder(store), let who = dice.pick(people) else { return }
    events += 1
    let id = "g-\(machines[n].name)-\(events)"
    gestures[id] = (n, who.member.id)
    do {
      try act(store, order, who, id)
    } catch StoreError.refused, StoreError.notFound {
      gestures[id] = nil
    }
  }

  private mutating func anyOrder(_ store: OfficineStore) throws -> Order? {
    let ids = try store.read { try String.fetchAll($0, sql: "SELECT id FROM demande ORDER BY id") }
    return try dice.pick(ids).flatMap { try store.order($0) }
  }

  private mutating func act(
    _ store: OfficineStore, _ order: Order, _ who: Actor, _ id: String
  ) throws {
    let now = later(1_000 + Int64(events))
    switch dice.roll(14) {
    case 0..<4: try store.act(.taken(over: nil), on: order.id, by: who, event: id)
    case 4:
      let owner = order.owner.map {
        Author(memberID: $0.memberID, name: $0.name, initials: $0.initials, poste: $0.poste)
      }
      try store.act(.taken(over: owner), on: order.id, by: who, event: id)
    case 5: try store.act(.released, on: order.id, by: who, event: id)
    case 6: try store.act(.moved(to: .prepared, reason: nil), on: order.id, by: who, event: id)
    case 7: try store.act(.marked(.shelf("bac \(events)")), on: order.id, by: who, event: id)
    case 8, 9: try store.act(.noted("note \(events)"), on: order.id, by: who, event: id)
    case 10: _ = try store.undo(on: order.id, by: who, eventID: id, now: now)
    case 11:
      guard let other = try anyOrder(store) else { throw StoreError.notFound }
      _ = try store.attach(
        other.id, to: order.id, by: who, eventIDs: (id, id + "-o"), now: now)
    case 12:
      guard let message = dice.pick(order.messages) else { throw StoreError.notFound }
      _ = try store.split(
        message, from: order.id, newID: "dn\(id)", by: who,
        eventIDs: (id, id + "-o", id + "-a"), now: now)
    default:
      _ = try store.renew(
        order.id, newID: "dr\(id)", by: who, eventIDs: (id, id + "-a", id + "-r"), now: now)
    }
  }

  /// Everybody is back, everything shows, all has been said.
  mutating func rest() throws {
    for n in machines.indices {
      machines[n].isOnline = true
      for mail in 1...max(mails, 1) where read[n].insert(mail).inserted {
        try machines[n].store.take(self.mail(mail))
      }
    }
    for round in 0..<40 {
      for n in machines.indices {
        try machines[n].sync(&server) { false }
        if round < 3 { try note(n) }
      }
      if round > 12, try machines.allSatisfy({ try $0.store.teamLog()?.pending == 0 }) { break }
    }
  }

  mutating func check() throws {
    try rest()
    let label: Comment = "seed \(seed), rough \(isRough), \(events) gestures"
    let said = try machines[0].store.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM event") ?? 0
    }
    print("team log: seed \(seed), rough \(isRough), \(said) events")
    let first = machines[0].store
    let folds = try self.folds(first)
    for machine in machines {
      let state = try #require(try machine.store.teamLog())
      #expect(state.pending == 0, label)
      #expect(try machine.store.verify().problems == [], label)
      #expect(try machine.store.teamLogDigest() == first.teamLogDigest(), label)
      #expect(try self.folds(machine.store) == folds, label)
      for mail in 1...max(mails, 1) {
        let order = try machine.store.order(ofMessage: Mail.id(mail))
        #expect(order != nil && order?.mergedInto == nil, "mail \(mail), seed \(seed)")
      }
    }
    try checkGestures(folds, label)
    try checkOwners(folds, label)
    let fourth = try Machine("d", in: folder.path("d"))
    for _ in 0..<8 { try fourth.sync(&server) { false } }
    #expect(try self.folds(fourth.store) == folds, label)
    #expect(try fourth.store.verify().problems == [], label)
  }

  /// Each is done on all machines, or refused and told to its author.
  private func checkGestures(_ folds: [Order.ID: Order], _ label: Comment) throws {
    for (id, gesture) in gestures {
      let store = machines[gesture.machine].store
      switch try store.fate(ofEvent: id) {
      case .confirmed:
        for machine in machines {
          let number = try machine.store.read {
            try Int.fetchOne(
              $0,
              // A note of a split that was turned down stands where that one came from.
              sql: """
                SELECT number FROM event WHERE id IN (?, 'moved:' || ?) AND number IS NOT NULL
                """, arguments: [id, id])
          }
          #expect(number != nil, "\(id) is confirmed and not done on \(machine.name)")
        }
      case .refused:
        let told = try store.refusedGestures(of: gesture.author)
        #expect(told.contains { $0.id == id }, "\(id) was not told")
        if !isRough { #expect(!confirmed.contains(id), "\(id) was confirmed and is lost") }
      case .pending, .none: Issue.record("\(id) is nowhere")
      }
    }
  }

  /// Nobody took what somebody else held without naming them.
  private func checkOwners(_ folds: [Order.ID: Order], _ label: Comment) throws {
    for id in folds.keys {
      let events = try machines[0].store.events(of: id)
      for (place, event) in events.enumerated() {
        guard case .taken(let over, _) = event.gesture else { continue }
        let owner = Order.fold(Array(events.prefix(place)))?.owner?.memberID
        #expect(owner == nil || owner == over?.memberID, "two owners of \(id)")
      }
    }
  }

  /// Demandes as the team sees them: revisions are each machine's own affair.
  private func folds(_ store: OfficineStore) throws -> [Order.ID: Order] {
    var folds: [Order.ID: Order] = [:]
    for var order in try store.everyOrder() {
      order.revision = 0
      folds[order.id] = order
    }
    return folds
  }
}
