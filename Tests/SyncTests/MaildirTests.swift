import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `A Maildir as a BAL` {
  let bureau: Bureau
  let box: Letterbox

  init() throws {
    bureau = try Bureau()
    box = try Letterbox()
  }

  @Test func `All mail is stored byte for byte, and its document is readable`() throws {
    let mail = TestMail.patientPrescription()
    try box.deliver(mail.bytes, "1795167667.a")
    try box.deliver(TestMail.doctorLetter().bytes, "1795167668.b:2,S", in: "cur")
    let report = try bureau.pass(box.backend())
    #expect(report.received == 2)
    #expect(report.orders == 2)
    #expect(report.documents == 1)
    let stored = try #require(try bureau.message("Mon ordonnance à préparer"))
    #expect(try bureau.store.raw(stored.id) == mail.bytes)
    #expect(stored.kind == .prescription)
    #expect(stored.sender.kind == .patient)
    #expect(stored.patient?.source == .sender)
    #expect(try bureau.message("Changement de posologie pour Mme MARTIN")?.flags.isSeen == true)
    let body = try #require(try bureau.store.body(stored.id))
    #expect(body.documents.first?.state == .done)
    #expect(body.documents.first?.text.contains("Amoxicilline") == true)
    let order = try #require(try bureau.store.order(ofMessage: stored.id))
    #expect(order.markers.isOriginalAwaited)
    #expect(try bureau.store.syncStatus().phase == .upToDate)
  }

  @Test func `S02: a second pass changes nothing, neither here nor there`() throws {
    for n in 1...30 { try box.deliver(TestMail.patientQuestion(n).bytes, "17951676\(n).x") }
    try bureau.pass(box.backend())
    let before = try names()
    let version = try bureau.store.journalAnchor()
    let report = try bureau.pass(box.backend())
    #expect(report.received == 0 && report.known == 0 && report.flagsIn == 0)
    #expect(try names() == before)
    #expect(try bureau.messages().count == 30)
    // Only the login is journalled.
    #expect(try bureau.store.journalAnchor().seq == version.seq + 1)
  }

  @Test func `Flags travel both ways by renaming`() throws {
    try box.deliver(TestMail.patientQuestion(1).bytes, "1795167667.a")
    try box.deliver(TestMail.patientQuestion(2).bytes, "1795167668.b:2,S", in: "cur")
    try bureau.pass(box.backend())
    let message = try #require(try bureau.messages().first { $0.messageID.contains("question-1@") })
    try bureau.store.setFlag("\\Seen", true, on: message.id, by: nil, now: noon)
    // Another reader sets a flag meanwhile, and one that we do not know.
    try rename("cur/1795167668.b:2,S", "cur/1795167668.b:2,FSa")
    let report = try bureau.pass(box.backend())
    #expect(report.flagsOut == 1)
    #expect(report.flagsIn == 1)
    #expect(try names() == ["cur/1795167667.a:2,S", "cur/1795167668.b:2,FSa"])
    let other = try #require(try bureau.messages().first { $0.messageID.contains("question-2@") })
    #expect(other.flags.names == ["\\Seen", "\\Flagged"])
    #expect(try bureau.store.pendingFlagChanges(limit: 10).isEmpty)
    try bureau.store.setFlag("\\Flagged", false, on: other.id, by: nil, now: noon)
    try bureau.pass(box.backend())
    #expect(try names().contains("cur/1795167668.b:2,Sa"))
  }

  @Test func `S07: when the numbers are lost, every demande stays on its message`() throws {
    for n in 1...5 { try box.deliver(TestMail.patientPrescription(n).bytes, "17951676\(n).x") }
    try bureau.pass(box.backend())
    let message = try #require(try bureau.messages().first)
    let order = try #require(try bureau.store.order(ofMessage: message.id))
    _ = try bureau.store.perform(
      .noted("bac 12"), on: order.id, expecting: nil, by: Bureau.actor, policy: Policy(),
      eventID: "e1", now: noon)
    let book = bureau.store.directory + "/maildir-uids"
    let modes = try [book, bureau.store.databasePath].map {
      try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
    }
    #expect(modes[0] == modes[1], "whoever has the store has the numbers")
    try FileManager.default.removeItem(atPath: book)
    let report = try bureau.pass(box.backend())
    #expect(report.received == 0)
    #expect(report.known == 5)
    #expect(try bureau.messages().count == 5)
    #expect(try bureau.store.order(ofMessage: message.id)?.noteCount == 1)
    #expect(try bureau.messages().allSatisfy { $0.uid != nil })
  }

  @Test func `S13: what another reader deletes stays here, marked, with its demande`() throws {
    try box.deliver(TestMail.patientPrescription().bytes, "1795167667.a")
    try bureau.pass(box.backend())
    try FileManager.default.removeItem(atPath: box.path + "/new/1795167667.a")
    let report = try bureau.pass(box.backend())
    #expect(report.gone == 1)
    let message = try #require(try bureau.messages().first)
    #expect(message.isGoneFromServer)
    #expect(try bureau.store.order(ofMessage: message.id) != nil)
  }

  @Test func `A message that cannot be decoded is kept raw, and the next one is stored`() throws {
    bureau.limits.messageBytes = 2_000
    let large = TestMail.patientPrescription().bytes + [UInt8](repeating: 0x41, count: 2_000)
    try box.deliver(large, "1795167667.a")
    try box.deliver(TestMail.patientQuestion().bytes, "1795167668.b")
    let report = try bureau.pass(box.backend())
    #expect(report.quarantine == 1)
    let kept = try #require(try bureau.messages(.quarantine).first)
    #expect(kept.kind == .unreadable)
    #expect(try bureau.store.raw(kept.id) == large)
    #expect(try bureau.message("Question sur mon traitement") != nil)
    #expect(try bureau.pass(box.backend()).quarantine == 0)
  }

  @Test func `Without a decoder nothing is stored as unreadable and the pass says why`() throws {
    try box.deliver(TestMail.patientQuestion().bytes, "1795167667.a")
    let stop = bureau.stop
    let clock = bureau.clock
    let synchroniser = try Synchroniser(
      account: bureau.account(box.backend()), store: bureau.store,
      decoder: DecoderClient(executable: "/nonexistent/mssterm-worker"), stop: stop,
      now: { clock.now })
    #expect(throws: SyncFailure.decoder) { try synchroniser.pass() }
    #expect(try bureau.messages().isEmpty)
    #expect(try bureau.pass(box.backend()).received == 1)
  }

  @Test func `S01: stopped after each batch, then resumed: nothing lost, nothing twice`() throws {
    let count = 90
    for n in 1...count {
      try box.deliver(TestMail.patientQuestion(n).bytes, "1795167\(100 + n).x")
    }
    for limit in [1, 20, 21, 41, 89] {
      let stop = Stop()
      let synchroniser = try bureau.synchroniser(box.backend(), stop: stop)
      defer { synchroniser.close() }
      synchroniser.onProgress = { if $0.done == limit { stop.request() } }
      do throws(SyncFailure) { _ = try synchroniser.pass() } catch { #expect(error == .stopped) }
      try bureau.expectCursorCoversOnlyWhatIsStored()
    }
    try bureau.pass(box.backend())
    let messages = try bureau.messages()
    #expect(messages.count == count)
    #expect(Set(messages.map(\.messageID)).count == count)
    #expect(try bureau.store.verify().isSound)
  }

  @Test func `A missing Maildir is said, and the status is honest`() throws {
    try bureau.pass(box.backend())
    try FileManager.default.removeItem(atPath: box.path + "/new")
    #expect(try bureau.failure(box.backend()) == .maildir)
    let status = try bureau.store.syncStatus()
    #expect(status.phase == .offline)
    #expect(status.failure == "maildir")
    #expect(status.lastSuccess == noon)
  }

  private func names() throws -> [String] {
    try ["new", "cur"].flatMap { place in
      try FileManager.default.contentsOfDirectory(atPath: "\(box.path)/\(place)")
        .map { "\(place)/\($0)" }
    }.sorted()
  }

  private func rename(_ from: String, _ to: String) throws {
    try FileManager.default.moveItem(atPath: "\(box.path)/\(from)", toPath: "\(box.path)/\(to)")
  }
}
