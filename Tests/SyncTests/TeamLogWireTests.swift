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

  @Test func `a message that took its number early and shows late changes the order, and says so`()
    throws
  {
    let dovecot = try DovecotServer()
    let machines = try ["LP", "CM"].map { try TeamMachine($0, port: dovecot.port) }
    let order = try demande(dovecot, machines)
    for machine in machines { try machine.logPass() }
    let box = dovecot.maildir(mailbox: "MSSTerm.Journal.1")
    let early = try reserve(in: box)
    let take = try #require(try machines[1].take(order))
    for machine in [machines[1], machines[0]] { try machine.logPass() }
    #expect(try machines[1].fate(take) == .confirmed)
    let author = Author(
      memberID: "id-ZZ", name: "Membre ZZ", initials: "ZZ", poste: "comptoir")
    let event = LoggedEvent(
      order: order, author: author, at: noon, gesture: .taken(over: nil))
    let parcel = LogParcel(
      id: "early", machine: "zz", records: [LogRecord(id: "early", content: .event(event))])
    try slip(
      LogMessage.bytes(
        of: parcel, epoch: 1, address: Bureau.address, key: #require(LogKey(TeamMachine.key)),
        at: noon), at: early, into: box)
    for machine in machines { try machine.logPass() }
    for machine in machines {
      #expect(try machine.fold(order)?.owner?.memberID == "id-ZZ")
      #expect(try machine.store.teamLog()?.reorderedAt != nil)
      #expect(try machine.store.teamLog()?.epoch == 1)
    }
    guard case .refused = try machines[1].fate(take) else {
      Issue.record("two owners")
      return
    }
    try expectEqual(machines, [order])
  }

  /// The next number of a mailbox, which nobody gets.
  private func reserve(in box: String) throws -> Int {
    let list = "\(box)/dovecot-uidlist"
    let text = try String(contentsOfFile: list, encoding: .utf8)
    let word = try #require(text.split(separator: " ").first { $0.hasPrefix("N") })
    let next = try #require(Int(word.dropFirst()))
    try write(text.replacing(" \(word) ", with: " N\(next + 1) "), to: box)
    return next
  }

  private func slip(_ bytes: [UInt8], at uid: Int, into box: String) throws {
    let name = "1795200000.M1P1.early,S=\(bytes.count)"
    try Data(bytes).write(to: URL(fileURLWithPath: "\(box)/cur/\(name):2,S"))
    var lines = try String(contentsOfFile: "\(box)/dovecot-uidlist", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let place = lines.dropFirst().firstIndex { (Int($0.prefix { $0 != " " }) ?? 0) > uid }
    lines.insert("\(uid) :\(name):2,S", at: place ?? lines.endIndex)
    try write(lines.joined(separator: "\n") + "\n", to: box)
  }

  /// As an operator that restores a mailbox does: the server reads it anew.
  private func write(_ list: String, to box: String) throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: box)
    where file.hasPrefix("dovecot.index") {
      try FileManager.default.removeItem(atPath: "\(box)/\(file)")
    }
    let handle = try #require(FileHandle(forWritingAtPath: "\(box)/dovecot-uidlist"))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(list.utf8))
    try handle.close()
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
