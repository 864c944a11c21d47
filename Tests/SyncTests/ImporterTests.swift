import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `Mail that lies in files` {
  let bureau: Bureau
  let files: TemporaryDirectory

  init() throws {
    bureau = try Bureau()
    files = try TemporaryDirectory()
  }

  private func run(_ paths: [String]) throws -> (SyncReport, unreadable: [String]) {
    let clock = bureau.clock
    return try Importer(
      account: bureau.account(.maildir(MaildirAccount(path: ""))), store: bureau.store,
      decoder: DecoderClient(executable: try Products.binary("mssterm-worker")),
      stop: bureau.stop, now: { clock.now }
    ).run(paths.map { files.path($0) })
  }

  @Test func `A single mail, an mbox and a Maildir, each byte for byte, twice is once`() throws {
    let mails = (1...6).map { TestMail.patientQuestion($0).bytes }
    try files.write("a.eml", bytes: mails[0])
    try files.write("dossier/b.eml", bytes: mails[1])
    let border = Array("From moi@x.example Fri Nov 20 10:00:00 2026\r\n".utf8)
    try files.write(
      "boite", bytes: border + mails[2] + [0x0D, 0x0A] + border + mails[3] + [0x0D, 0x0A])
    for folder in ["cur", "new", "tmp"] { try files.directory("m/\(folder)") }
    try files.write("m/cur/1.x:2,S", bytes: mails[4])
    try files.write("m/new/2.x", bytes: mails[5])
    let paths = ["a.eml", "dossier", "boite", "m", "absent.eml"]
    let (report, unreadable) = try run(paths)
    #expect(report.received == 6)
    #expect(unreadable == [files.path("absent.eml")])
    let raw = try bureau.messages().compactMap { try bureau.store.raw($0.id) }
    #expect(Set(raw) == Set(mails))
    #expect(try bureau.messages().allSatisfy { $0.mailbox == "import" && $0.uid == nil })
    #expect(try run(paths).0.known == 6)
    #expect(try bureau.messages().count == 6)
  }

  @Test func `A quoted From line within a mail of an mbox parts nothing`() throws {
    let mail = "Subject: x\n\nfirst\n\n>From the beginning\n>>From deeper\nlast\n"
    try files.write(
      "boite", "From a@x.example Fri Nov 20 10:00:00 2026\n\(mail)\nFrom b@x.example x\n\(mail)2\n")
    #expect(try run(["boite"]).0.received == 2)
    let raw = try bureau.messages().compactMap { try bureau.store.raw($0.id) }
      .map { String(decoding: $0, as: UTF8.self) }
    let plain = "Subject: x\n\nfirst\n\nFrom the beginning\n>From deeper\nlast\n"
    #expect(Set(raw) == [plain, plain + "2\n"])
  }
}
