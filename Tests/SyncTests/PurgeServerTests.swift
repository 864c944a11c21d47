import Domain
import Foundation
import Store
import TestKit
import Testing

@testable import Sync

/// A purge by real machines on a real server, looked for in the bytes that each of them keeps.
@Suite(.serialized) struct PurgeServerTests {
  private let dovecot: DovecotServer
  private let lea: TeamMachine
  private let claire: TeamMachine

  /// What a mail says, and what people wrote about it.
  private static let mailed = ["zqxnom", "zqxobjet", "zqxtexte", "zqxfichier"]
  private static let written = ["zqxnote", "zqxautre", "zqxmotif", "zqxpatient"]

  init() throws {
    dovecot = try DovecotServer()
    lea = try TeamMachine("LP", port: dovecot.port)
    claire = try TeamMachine("CM", port: dovecot.port)
  }

  private var mail: TestMail {
    var mail = TestMail(
      from: .init("zqxnom", "279035121518989@patient.mssante.example"), subject: "zqxobjet",
      text: "zqxtexte", messageID: "purge@patient.mssante.example")
    mail.attachments = [
      .init(name: "zqxfichier.txt", type: "text/plain", bytes: Array("zqxtexte\n".utf8))
    ]
    return mail
  }

  private func words(in folder: String) throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    let files = names.compactMap { FileManager.default.contents(atPath: folder + "/" + $0) }
      .map { Self.plain($0).lowercased() }
    return (Self.mailed + Self.written).filter { word in files.contains { $0.contains(word) } }
  }

  /// A message of the log has its words in base64.
  private static func plain(_ bytes: Data) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let unix = text.replacing("\r\n", with: "\n")
    guard let head = unix.firstRange(of: "\n\n") else { return text }
    let body = String(unix[head.upperBound...]).replacing("\n", with: "")
    return text + (Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } ?? "")
  }

  private func words(of machine: TeamMachine) throws -> [String] {
    try words(in: machine.store.directory)
  }

  /// Half hours of service, through two nights: what people and the log asked, then the files.
  private func serve(_ machines: [TeamMachine]) throws {
    for halfHour in 0..<96 {
      for machine in machines {
        try night(machine)
        if halfHour % 8 == 0 { try machine.pass() }
      }
    }
  }

  /// Half an hour later, one round of what the service does for a store besides the mail.
  private func night(_ machine: TeamMachine) throws {
    let clock = machine.bureau.clock
    clock.advance(1800)
    let book = AnchorBook(path: machine.bureau.files.path("anchors/officine.log"))
    Upkeep(
      store: machine.store,
      plan: UpkeepPlan(bal: "officine", anchors: book, keepTraces: 372 * 86_400),
      stop: machine.bureau.stop, now: { clock.now }
    ).runNow()
  }

  @Test func `P05 purged: gone from every file and the log mailbox, and everybody follows`() throws
  {
    try dovecot.deliver(mail.bytes)
    try dovecot.deliver(TestMail.patientPrescription(1).bytes)
    for machine in [lea, claire, lea] { try machine.pass() }
    let message = try #require(try lea.bureau.message("zqxobjet"))
    let order = try #require(try lea.store.order(ofMessage: message.id)).id
    try lea.take(order)
    for gesture: Gesture in [
      .patientNamed(Patient(name: "zqxpatient", source: .person)), .noted("zqxnote"),
      .moved(to: .closed, reason: "zqxmotif"),
    ] { try #require(try lea.perform(gesture, on: order) != nil) }
    for machine in [lea, claire] { try machine.pass() }
    try claire.perform(.noted("zqxautre"), on: order)
    for machine in [claire, lea] { try machine.pass() }
    // Everything is there to be found, so that finding nothing later says something.
    for machine in [lea, claire] {
      #expect(try words(of: machine) == Self.mailed + Self.written)
    }
    let root = dovecot.maildir()
    #expect(try words(in: root).filter(Self.written.contains) == Self.written)

    for machine in [lea, claire] { machine.bureau.clock.advance(10 * 86_400) }
    let now = lea.bureau.clock.now
    let begun = try lea.store.beginPurge(
      before: now.adding(seconds: -60), cleansLater: true, by: lea.actor.author, now: now)
    try #require(begun)
    try serve([lea, claire])
    for machine in [lea, claire] {
      #expect(try words(of: machine) == [], "\(machine.member.initials)")
      #expect(try machine.store.raw(message.id) == nil)
      #expect(try machine.store.order(order)?.purgedAt != nil, "the tombstone")
      #expect(try machine.store.purgesWaiting() == 0 && machine.store.purgeState() == nil)
      #expect(try machine.bureau.messages().count == 2, "counts stay true")
    }
    #expect(try words(in: root).filter(Self.written.contains) == [], "the log mailbox")
    #expect(try lea.store.teamLog()?.epoch ?? 0 > 1)
    try expectEqual([lea, claire], [order])

    // The mail that the BAL still holds opens nothing, and the next one comes.
    try dovecot.deliver(TestMail.patientPrescription(2).bytes)
    for machine in [lea, claire] { try machine.pass() }
    for machine in [lea, claire] {
      #expect(try machine.bureau.messages().count == 3)
      #expect(try machine.store.raw(message.id) == nil && words(of: machine) == [])
    }
    // A new machine reads that mail, and forgets it as the log says.
    let sami = try TeamMachine("SH", port: dovecot.port)
    sami.bureau.clock.advance(13 * 86_400)
    try serve([sami])
    #expect(try sami.store.order(order)?.purgedAt != nil)
    #expect(try sami.store.raw(message.id) == nil)
    #expect(try words(of: sami) == [])
    for machine in [lea, claire, sami, lea, claire] { try machine.pass() }
    try expectEqual([lea, claire, sami], [order])
  }

  @Test func `a purge that waits for the others is carried out alone once the BAL is a Maildir`()
    throws
  {
    try dovecot.deliver(mail.bytes)
    for machine in [lea, claire, lea] { try machine.pass() }
    let message = try #require(try lea.bureau.message("zqxobjet"))
    let order = try #require(try lea.store.order(ofMessage: message.id)).id
    for gesture: Gesture in [.noted("zqxnote"), .moved(to: .closed, reason: "zqxmotif")] {
      try #require(try lea.perform(gesture, on: order) != nil)
    }
    lea.bureau.clock.advance(10 * 86_400)
    let now = lea.bureau.clock.now
    let begun = try lea.store.beginPurge(
      before: now.adding(seconds: -60), cleansLater: true, by: lea.actor.author, now: now)
    try #require(begun)
    try night(lea)
    #expect(try lea.store.purgesWaiting() == 1 && lea.store.raw(message.id) != nil)
    let synchroniser = try lea.bureau.synchroniser(try Letterbox().backend())
    defer { synchroniser.close() }
    #expect(try !synchroniser.logPass())
    #expect(try lea.store.purgesWaiting() == 0)
    for _ in 0..<96 { try night(lea) }
    #expect(try lea.store.raw(message.id) == nil && lea.store.order(order)?.purgedAt != nil)
    #expect(try words(of: lea) == [])
    #expect(try lea.store.verify().problems == [])
  }
}
