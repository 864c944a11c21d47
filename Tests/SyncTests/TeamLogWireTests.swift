import Domain
import Foundation
import Store
import Sync
import TeamLog
import TestKit
import Testing

/// The log on a real server: late numbers, a compressed line, two that begin an epoch at once.
@Suite(.serialized) struct `The team log on the wire` {
  private func demande(_ dovecot: DovecotServer, _ machines: [TeamMachine]) throws -> Order.ID {
    try dovecot.deliver(TestMail.patientPrescription(1).bytes)
    for machine in machines { try machine.pass() }
    let message = try #require(try machines[0].bureau.messages().first)
    return try #require(try machines[0].store.order(ofMessage: message.id)).id
  }

  @Test func `a compressed line says and hears the same for fewer bytes`() throws {
    let dovecot = try DovecotServer(extra: "protocol imap {\n  mail_plugins = imap_zlib\n}")
    let road = try CuttingProxy(to: dovecot.port)
    let lea = try TeamMachine("LP", port: road.port, isCompressed: true)
    let order = try demande(dovecot, [lea])
    try lea.take(order)
    for n in 1...40 { try lea.perform(.noted(NoteText("note \(n)")), on: order) }
    try lea.logPass()
    #expect(try lea.pending == 0)
    var bytes: [Int] = []
    for isCompressed in [false, true] {
      road.plan(.none)
      let fresh = try TeamMachine("CM", port: road.port, isCompressed: isCompressed)
      try fresh.logPass()
      #expect(try fresh.fold(order)?.owner?.memberID == lea.member.id)
      #expect(try fresh.fold(order)?.noteCount == 40)
      bytes.append(road.serverBytes)
    }
    #expect(bytes[1] < bytes[0], "\(bytes)")
  }

  @Test func `two machines that begin an epoch at once agree on one`() throws {
    let dovecot = try DovecotServer()
    let machines = try ["LP", "CM"].map { try TeamMachine($0, port: dovecot.port) }
    let order = try demande(dovecot, machines)
    for round in 1...3 {
      let take = try #require(try machines[round % 2].take(order))
      for machine in machines { try machine.store.wishTeamLogRenewal() }
      try together(machines)
      for _ in 1...3 { for machine in machines { try machine.logPass() } }
      #expect(try machines[round % 2].fate(take) == .confirmed)
      #expect(try machines[0].store.teamLog()?.epoch == machines[1].store.teamLog()?.epoch)
      #expect(try machines[0].store.teamLog()?.epoch ?? 0 > round)
      try expectEqual(machines, [order])
      try machines[round % 2].perform(.released, on: order)
      for _ in 1...2 { for machine in machines { try machine.logPass() } }
    }
    let fresh = try TeamMachine("AB", port: dovecot.port)
    for machine in [fresh] + machines { try machine.logPass() }
    try expectEqual(machines + [fresh], [order])
  }

  /// Whole passes on threads of their own; one that meets the other half done comes again.
  private func together(_ machines: [TeamMachine]) throws {
    let passes = machines.map(\.passes)
    DispatchQueue.concurrentPerform(iterations: passes.count) { index in
      for _ in 1...4 where !passes[index].log() {}
    }
  }
}
