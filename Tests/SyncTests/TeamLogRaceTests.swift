import Domain
import Foundation
import Store
import Sync
import Synchronization
import TestKit
import Testing

/// Three machines with their services running, IDLE on the mail and on the log of each.
@Suite(.serialized) struct `Machines that press at once` {
  let dovecot: DovecotServer
  let machines: [TeamMachine]
  let orders: [Order.ID]
  var order: Order.ID { orders[0] }

  init() throws {
    let dovecot = try DovecotServer()
    self.dovecot = dovecot
    machines = try ["LP", "CM", "AB"].map { try TeamMachine($0, port: dovecot.port) }
    for n in 1...Self.demandes { try dovecot.deliver(TestMail.patientPrescription(n).bytes) }
    for machine in machines { try machine.pass() }
    let store = machines[0].store
    orders = try machines[0].bureau.messages().map {
      try #require(try store.order(ofMessage: $0.id)).id
    }
    try #require(Set(orders).count == Self.demandes)
    for machine in machines { try machine.startService() }
    let all = machines
    try waitUntil("everybody's people everywhere") {
      try all.allSatisfy { machine in
        try all.allSatisfy {
          try machine.store.member(initialsOrName: $0.member.initials) != nil
        } && machine.pending == 0
      }
    }
  }

  private func end() throws {
    for machine in machines { try machine.stopService() }
  }

  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] != nil
  private var isSoak: Bool { Self.isSoak }
  /// Dovecot tells an idling client after half a second, whatever came in it: a round is many
  /// demandes, and every machine presses on each of them.
  private static let demandes = isSoak ? 25 : 8
  /// Demandes on which at least two machines pressed before they knew of one another.
  private static let contested = isSoak ? 500 : 24

  @Test func `D14 three machines take at once: one has it each time, all are told who`() throws {
    var winners: [String: Int] = [:]
    var (rounds, contested) = (0, 0)
    while contested < Self.contested {
      rounds += 1
      try #require(rounds <= Self.contested, "hardly anything is contested: \(contested)")
      let pressed = try pressAtOnce()
      try waitUntil("round \(rounds): the fate of every take") { [machines] in
        try zip(machines, pressed).allSatisfy { machine, events in
          try machine.store.fates(ofEvents: Array(events.values))
            .allSatisfy { $0.value != .pending }
        }
      }
      let (all, orders) = (machines, orders)
      try waitUntil("round \(rounds): one owner on all machines") {
        try orders.allSatisfy { order in
          let names = try all.map { try $0.fold(order)?.owner?.memberID }
          return names[0] != nil && Set(names).count == 1
        }
      }
      for order in orders {
        let winner = try expectOneOwner(of: order, pressed, rounds)
        winners[winner, default: 0] += 1
        if pressed.count(where: { $0[order] != nil }) > 1 { contested += 1 }
      }
      try releaseAll(rounds)
    }
    try expectEqual(machines, orders)
    print(
      "team log: \(rounds) rounds, \(contested) contested takes, won by \(winners.values.sorted())")
    try end()
  }

  /// The winner; everybody else was told who it is.
  private func expectOneOwner(
    of order: Order.ID, _ pressed: [[Order.ID: String]], _ round: Int
  ) throws -> String {
    let winner = try #require(try machines[0].fold(order)?.owner?.memberID ?? nil)
    var owners = 0
    for (machine, events) in zip(machines, pressed) {
      // Who was slower to press than the log is to tell knew it before.
      guard let event = events[order] else { continue }
      switch try machine.fate(event) {
      case .confirmed:
        owners += 1
        #expect(machine.member.id == winner, "round \(round)")
      case .refused(let refusal):
        #expect("\(refusal)".contains(winner), "round \(round): \(refusal)")
      case .pending, .none: Issue.record("round \(round): \(machine.member.initials) knows nothing")
      }
    }
    #expect(owners == 1, "round \(round)")
    return winner
  }

  /// The winners let go, and everybody sees it.
  private func releaseAll(_ round: Int) throws {
    for order in orders {
      let name = try machines[0].fold(order)?.owner?.memberID
      try machines.first { $0.member.id == name }?.perform(.released, on: order)
    }
    let (all, orders) = (machines, orders)
    try waitUntil("round \(round): free again") {
      try all.allSatisfy { machine in
        try machine.pending == 0 && orders.allSatisfy { try machine.fold($0)?.owner == nil }
      }
    }
  }

  /// What each machine pressed on, before it knew that somebody else had it.
  private func pressAtOnce() throws -> [[Order.ID: String]] {
    let results = Mutex<[Int: [Order.ID: String]]>([:])
    let (hands, orders) = (machines.map(\.hand), orders)
    DispatchQueue.concurrentPerform(iterations: hands.count) { index in
      var events: [Order.ID: String] = [:]
      for order in orders {
        events[order] = (try? hands[index].perform(.taken(over: nil), on: order)) ?? nil
      }
      results.withLock { [events] in $0[index] = events }
    }
    return results.withLock { found in hands.indices.map { found[$0] ?? [:] } }
  }

  /// The design asks for 150 ms above the server's own notice, which a bare IDLE client measures
  /// in the same run. A loaded machine is slow more often than not: there the better quarter counts
  /// and may take three times as long; the soak, on a quiet one, holds the median to the budget.
  @Test func `what one machine takes is on the other at once`() throws {
    let bare = try IdleClient(port: dovecot.port, mailbox: "MSSTerm/Journal/1")
    defer { bare.end() }
    var above: [Double] = []
    var whole: [Double] = []
    let (lea, claire) = (machines[0], machines[1])
    let looks = isSoak ? 100 : 12
    for round in 0..<looks {
      let before = bare.notices
      let began = ContinuousClock.now
      if round % 2 == 0 { try lea.take(order) } else { try lea.perform(.released, on: order) }
      let isTaken = round % 2 == 0
      try spin("round \(round)") { try (claire.fold(order)?.owner != nil) == isTaken }
      let seen = ContinuousClock.now
      try spin("the bare client's notice") { bare.notices > before }
      let notice = try #require(bare.last)
      above.append((seen - notice).milliseconds)
      whole.append((seen - began).milliseconds)
      try waitUntil("the confirmation") { try lea.pending == 0 }
    }
    above.sort()
    whole.sort()
    let (half, late) = (looks / 2, looks * 95 / 100)
    print(
      "team log: taken to visible \(Int(whole[half])) ms median, \(Int(whole[late])) ms p95; "
        + "above the server's notice \(Int(above[half])) ms median, \(Int(above[late])) ms p95 "
        + "(budget 150)"
    )
    if isSoak {
      #expect(above[half] <= 150)
    } else {
      #expect(above[looks / 4] <= 450)
    }
    try end()
  }

  @Test func `a machine that was cut off says what it did when it comes back`() throws {
    let road = try CuttingProxy(to: dovecot.port)
    let far = try TeamMachine("DD", port: road.port)
    try far.pass()
    try far.startService()
    road.refuse(true)
    road.reset()
    try waitUntil("the log to be offline") {
      try far.store.teamLogHealth()?.status.phase == .offline
    }
    let note = try #require(try far.perform(.noted("Il rappellera."), on: order))
    let late = try far.take(order)
    try machines[0].take(order)
    try waitUntil("the others") { [machines, order] in
      try machines[2].fold(order)?.owner?.memberID == machines[0].member.id
    }
    #expect(try far.fate(note) == .pending)
    road.refuse(false)
    try waitUntil("what it said to be heard") {
      try far.fate(note) == .confirmed && far.pending == 0
    }
    if let late {
      guard case .refused = try far.fate(late) else {
        Issue.record("two owners: \(try far.fate(late))")
        return
      }
    }
    try waitUntil("the way back") {
      try far.store.teamLogHealth()?.status.phase == .upToDate
    }
    try waitUntil("the note everywhere") { [machines, order] in
      try machines.allSatisfy { try $0.fold(order)?.noteCount == 1 }
    }
    try expectEqual(machines + [far], [order])
    #expect(road.standing == 2, "one connection for the mail, one for the log")
    try far.stopService()
    try end()
  }

  private func spin(_ what: String, _ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !condition() {
      guard ContinuousClock.now < deadline else {
        throw WaitTimedOut(what: what, limit: .seconds(30))
      }
      _ = poll(nil, 0, 1)
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Double {
    Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
  }
}

/// Nothing but IDLE: when the server itself tells that something came.
final class IdleClient: Sendable {
  private let connection: Int32
  private let state = Mutex<(count: Int, last: ContinuousClock.Instant?, isReady: Bool)>(
    (0, nil, false))

  var notices: Int { state.withLock { $0.count } }
  var last: ContinuousClock.Instant? { state.withLock { $0.last } }

  init(port: Int, mailbox: String) throws {
    connection = try Loopback.connection(to: port)
    Thread.detachNewThread { [self] in listen() }
    say("a LOGIN officine secret\r\nb SELECT \"\(mailbox)\"\r\nc IDLE\r\n")
    try waitUntil("the bare client to idle") { state.withLock { $0.isReady } }
  }

  func end() { shutdown(connection, Int32(SHUT_RDWR)) }

  private func say(_ text: String) { _ = send(connection, text, text.utf8.count, 0) }

  private func listen() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    defer { close(connection) }
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      let moment = ContinuousClock.now
      let text = String(decoding: buffer.prefix(count), as: UTF8.self)
      state.withLock { state in
        if text.contains("+ idling") { return state.isReady = true }
        guard state.isReady, text.contains(" EXISTS") else { return }
        state.count += 1
        state.last = moment
      }
    }
  }
}
