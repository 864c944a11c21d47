import Domain
import Foundation
import Store
import Sync
import TeamLog
import TestKit
import Testing

/// Three machines and one real mailbox.
@Suite(.serialized) struct `One team on several machines` {
  let dovecot: DovecotServer

  init() throws { dovecot = try DovecotServer() }

  private func machines(_ count: Int) throws -> [TeamMachine] {
    try ["LP", "CM", "AB", "ZZ"].prefix(count).map { try TeamMachine($0, port: dovecot.port) }
  }

  /// One demande that every machine knows.
  private func demande(_ machines: [TeamMachine], _ number: Int = 1) throws -> Order.ID {
    try dovecot.deliver(TestMail.patientPrescription(number).bytes)
    for machine in machines { try machine.pass() }
    let message = try #require(
      try machines[0].bureau.messages().first {
        $0.messageID.contains("ordonnance-\(number)@")
      })
    return try #require(try machines[0].store.order(ofMessage: message.id)).id
  }

  private func settle(_ machines: [TeamMachine]) throws {
    for _ in 1...2 { for machine in machines { try machine.logPass() } }
  }

  @Test func `D13 what one machine did, another one shows, and who`() throws {
    let all = try machines(2)
    let (lea, claire) = (all[0], all[1])
    let order = try demande(all)
    let event = try #require(try lea.take(order))
    #expect(try lea.fate(event) == .pending)
    try lea.logPass()
    #expect(try lea.fate(event) == .confirmed)
    #expect(try claire.fold(order)?.owner == nil)
    try claire.logPass()
    #expect(try claire.fold(order)?.owner?.memberID == lea.member.id)
    #expect(try claire.fold(order)?.status == .preparing)
    #expect(try claire.take(order) == nil, "told at once who has it")
    try settle(all)
    try expectEqual(all, [order])
    // Seen by no one as mail, and read already for whoever looks with another client.
    #expect(try claire.bureau.messages().allSatisfy { $0.mailbox == "INBOX" })
    let box = dovecot.maildir(mailbox: "MSSTerm.Journal.1") + "/cur"
    let files = try FileManager.default.contentsOfDirectory(atPath: box)
    #expect(!files.isEmpty && files.allSatisfy { $0.hasSuffix("S") }, "\(files)")
    let subscribed = dovecot.maildir() + "/subscriptions"
    #expect((try? String(contentsOfFile: subscribed, encoding: .utf8))?.contains("MSSTerm") != true)
  }

  @Test func `a machine that was offline is told who was faster, and nothing of it is lost`() throws
  {
    let all = try machines(2)
    let (lea, claire) = (all[0], all[1])
    let (order, other) = (try demande(all), try demande(all, 2))
    let (early, late) = (try #require(try lea.take(order)), try #require(try claire.take(order)))
    let alone = try #require(try claire.take(other))
    let note = try #require(try claire.perform(.noted("Il rappellera."), on: order))
    try lea.logPass()
    #expect(try claire.fate(late) == .pending)
    try claire.logPass()
    guard case .refused(let refusal) = try claire.fate(late) else {
      Issue.record("\(try claire.fate(late))")
      return
    }
    #expect("\(refusal)".contains(lea.member.id), "told who: \(refusal)")
    #expect(try claire.fate(alone) == .confirmed)
    #expect(try claire.fate(note) == .confirmed, "a note is never refused")
    #expect(try claire.fold(order)?.owner?.memberID == lea.member.id)
    try settle(all)
    #expect(try lea.fate(early) == .confirmed)
    try expectEqual(all, [order, other])
  }

  @Test func `an empty machine rebuilds every demande from the log alone`() throws {
    let all = try machines(3)
    var orders: [Order.ID] = []
    for number in 1...4 { orders.append(try demande(all, number)) }
    try all[0].take(orders[0])
    try all[0].perform(.moved(to: .prepared, reason: nil), on: orders[0])
    try all[1].take(orders[1])
    try all[1].perform(.marked(.shelf("bac 12")), on: orders[1])
    try all[2].perform(.noted("Il rappellera."), on: orders[2])
    try settle(all)
    let fourth = try TeamMachine("ZZ", port: dovecot.port)
    try fourth.logPass()
    for id in orders {
      let (there, here) = (try all[0].fold(id), try fourth.fold(id))
      #expect(here?.owner == there?.owner)
      #expect(here?.status == there?.status)
      #expect(here?.markers == there?.markers)
    }
    #expect(try fourth.store.member(initialsOrName: "LP") != nil, "the people too")
    // Its mail comes afterwards, and finds its demandes.
    try fourth.pass()
    try settle(all + [fourth])
    try expectEqual(all + [fourth], orders)
    #expect(try fourth.bureau.messages().count == 4)
  }

  @Test func `what nobody of the officine wrote is ignored, counted and told`() throws {
    let all = try machines(2)
    let order = try demande(all)
    try deliverStrange()
    try dovecot.deliver(TestMail.patientQuestion(3).bytes, mailbox: "MSSTerm.Journal.1")
    try dovecot.deliver(
      [UInt8](repeating: 0x41, count: (1 << 20) + 5), mailbox: "MSSTerm.Journal.1")
    try all[0].take(order)
    try settle(all)
    try expectEqual(all, [order])
    #expect(try all[1].fold(order)?.owner?.memberID == all[0].member.id)
    for machine in all {
      #expect(try machine.store.teamLog()?.ignored ?? 0 >= 3)
      #expect(try machine.store.teamLogHealth()?.ignored ?? 0 >= 3)
      #expect(try machine.store.member(initialsOrName: "XX") == nil)
    }
    let clock = all[0].bureau.clock
    let findings = Checkup(
      account: all[0].account, store: all[0].store, now: { clock.now }
    ).run(stop: Stop()).filter { $0.check == "log" }
    #expect(findings.contains { !$0.isSound && $0.french.contains("ignorés") }, "\(findings)")
  }

  /// Under another key; the server delivers what anybody puts there.
  private func deliverStrange() throws {
    let member = Member(
      id: "id-XX", name: "Membre XX", initials: "XX", role: .preparateur)
    let parcel = LogParcel(
      id: "member:XX", machine: "strange",
      records: [LogRecord(id: "member:XX", content: .member(LogMember(member: member)))])
    let bytes = try LogMessage.bytes(
      of: parcel, epoch: 1, address: Bureau.address,
      key: #require(LogKey(String(repeating: "00", count: 32))), at: noon)
    try dovecot.deliver(bytes, mailbox: "MSSTerm.Journal.1")
  }

  @Test func `a log mailbox that somebody deleted is begun anew, and nobody forgets anything`()
    throws
  {
    let all = try machines(3)
    let order = try demande(all)
    try all[0].take(order)
    try settle(all)
    let before = try all[0].store.teamLogDigest()
    try FileManager.default.removeItem(atPath: dovecot.maildir(mailbox: "MSSTerm.Journal.1"))
    try all[1].logPass()
    #expect(try all[1].store.teamLog()?.epoch == 2)
    try all[1].perform(.marked(.urgent), on: order)
    try settle(all)
    for machine in all { #expect(try machine.store.teamLog()?.epoch == 2) }
    #expect(before != (try all[0].store.teamLogDigest()))
    #expect(try all[2].fold(order)?.owner?.memberID == all[0].member.id)
    try expectEqual(all, [order])
    let fourth = try TeamMachine("ZZ", port: dovecot.port)
    try fourth.pass()
    try settle(all + [fourth])
    try expectEqual(all + [fourth], [order])
  }

  @Test func `UIDVALIDITY changed: the same, and what only one machine had is said again`() throws {
    let all = try machines(2)
    let order = try demande(all)
    try settle(all)
    let alone = try #require(try all[0].take(order))
    try all[0].logPass()
    #expect(try all[0].fate(alone) == .confirmed)
    // The other machine has not read it when the numbering of the mailbox begins anew.
    try renumber("MSSTerm.Journal.1")
    try all[1].logPass()
    #expect(try all[1].store.teamLog()?.epoch == 2)
    try settle(all)
    #expect(try all[0].fate(alone) == .confirmed)
    #expect(try all[1].fold(order)?.owner?.memberID == all[0].member.id)
    try expectEqual(all, [order])
  }

  /// As an operator that restores a mailbox does.
  private func renumber(_ mailbox: String) throws {
    let box = dovecot.maildir(mailbox: mailbox)
    for file in try FileManager.default.contentsOfDirectory(atPath: box)
    where file.hasPrefix("dovecot.index") {
      try FileManager.default.removeItem(atPath: "\(box)/\(file)")
    }
    let list = "\(box)/dovecot-uidlist"
    let text = try String(contentsOfFile: list, encoding: .utf8)
    let known = try #require(text.split(separator: " ").first { $0.hasPrefix("V") })
    let number = try #require(Int(known.dropFirst()))
    let handle = try #require(FileHandle(forWritingAtPath: list))
    try handle.write(contentsOf: Data(text.replacing(known, with: "V\(number + 7)").utf8))
    try handle.close()
  }
}
