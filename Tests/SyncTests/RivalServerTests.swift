import Domain
import Foundation
import Store
import TeamLog
import TestKit
import Testing

@testable import Sync

/// Two checkpoints of one epoch on a real server.
@Suite(.serialized) struct RivalServerTests {
  private func bytes(_ parcel: LogParcel, _ epoch: Int) throws -> [UInt8] {
    try LogMessage.bytes(
      of: parcel, epoch: epoch, address: Bureau.address,
      key: #require(LogKey(TeamMachine.key)), at: noon)
  }

  @Test func `the first whole checkpoint counts, whoever began earlier, and nobody loses anything`()
    throws
  {
    let dovecot = try DovecotServer()
    let lea = try TeamMachine("LP", port: dovecot.port)
    let claire = try TeamMachine("CM", port: dovecot.port)
    try dovecot.deliver(TestMail.patientPrescription(1).bytes)
    for machine in [lea, claire, lea] { try machine.pass() }
    let message = try #require(try lea.bureau.messages().first)
    let order = try #require(try lea.store.order(ofMessage: message.id)).id
    for n in 1...9 { try lea.perform(.noted(NoteText("n\(n)")), on: order) }
    for machine in [lea, claire] { try machine.logPass() }

    // A machine closes the epoch, writes the first piece of its checkpoint, and is cut off.
    let seal = LogParcel(
      id: "seal:1:x", machine: "x", records: [LogRecord(id: "seal:1", content: .seal)])
    let plan = try #require(try lea.store.planCheckpoint(id: "rival", limit: 8))
    try #require(plan.parts > 1)
    func piece(_ part: Int) throws {
      let parcel = try lea.store.checkpointParcel(plan, part: part)
      try dovecot.deliver(try bytes(parcel, 2), mailbox: "MSSTerm.Journal.2")
    }
    try dovecot.deliver(try bytes(seal, 1), mailbox: "MSSTerm.Journal.1")
    try piece(1)
    // Another one writes a whole one and goes on; then the rest of the first one arrives.
    try claire.logPass()
    #expect(try claire.store.teamLog()?.epoch == 2)
    let keeper = try #require(try claire.store.teamLog()?.machine)
    let late = try #require(try claire.take(order))
    try claire.logPass()
    for part in 2...plan.parts { try piece(part) }
    for _ in 1...2 { for machine in [lea, claire] { try machine.logPass() } }
    let sami = try TeamMachine("SH", port: dovecot.port)
    for machine in [sami, lea, claire, sami] { try machine.pass() }
    for machine in [lea, claire, sami] {
      #expect(try machine.store.teamLog()?.keeper == keeper, "\(machine.member.initials)")
      #expect(try machine.store.teamLog()?.epoch == 2)
      #expect(try machine.pending == 0)
      #expect(try machine.fold(order)?.owner?.memberID == claire.member.id)
      #expect(try machine.store.events(of: order).count { $0.gesture.isNote } == 9)
    }
    #expect(try claire.fate(late) == .confirmed)
    try expectEqual([lea, claire, sami], [order])
  }
}

extension Gesture {
  fileprivate var isNote: Bool { if case .noted = self { true } else { false } }
}
