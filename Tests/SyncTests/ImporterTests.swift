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

  private func run(
    _ paths: [String]
  ) throws -> (SyncReport, unreadable: [Importer.Unreadable]) {
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
    #expect(unreadable == [.init(files.path("absent.eml"), .unreadable)])
    let raw = try bureau.messages().compactMap { try bureau.store.raw($0.id) }
    #expect(Set(raw) == Set(mails))
    #expect(try bureau.messages().allSatisfy { $0.mailbox == "import" && $0.uid == nil })
    #expect(try run(paths).0.known == 6)
    #expect(try bureau.messages().count == 6)
  }

  @Test func `An empty file is named as empty, and a path shows no control characters`() throws {
    try files.write("vide\u{1B}[31m.eml", bytes: [])
    let (report, unreadable) = try run(["vide\u{1B}[31m.eml"])
    #expect(report.received == 0)
    #expect(unreadable.map(\.reason) == [.empty])
    let shown = printable(try #require(unreadable.first?.path))
    #expect(shown.hasSuffix("vide\u{FFFD}[31m.eml"))
  }

  @Test func `Quarantine counts what is new, not what is found again`() throws {
    try files.write("junk.eml", bytes: Array("no header at all".utf8))
    #expect(try run(["junk.eml"]).0.quarantine == 1)
    let again = try run(["junk.eml"]).0
    #expect(again.quarantine == 0 && again.known == 1)
  }

  @Test func `M03: a giant file is kept by its header, as from a server`() throws {
    let head = Array("From: a@b.mssante.fr\r\nSubject: gros\r\nMessage-ID: <g@b>\r\n\r\n".utf8)
    try files.write(
      "gros.eml", bytes: head + [UInt8](repeating: 0x41, count: Int(64 << 20) + 1))
    #expect(try run(["gros.eml"]).0.quarantine == 1)
    let message = try #require(try bureau.message("gros"))
    #expect(try bureau.store.raw(message.id) == head)
    #expect(message.defects.contains { $0.code == "mail.too-large" })
  }

  // MARK: - Our own address

  private func own(_ n: Int, _ headers: [String] = []) -> TestMail {
    var mail = TestMail(
      from: .officine, subject: "de nous \(n)", text: "texte", messageID: "own\(n)@here.example")
    mail.extraHeaders = headers
    return mail
  }

  @Test func `Our own address without an answered mail is incoming, with a warning`() throws {
    try files.write("a.eml", bytes: own(1).bytes)
    try files.write("b.eml", bytes: own(2, ["In-Reply-To: <nobody@knows.example>"]).bytes)
    try files.write("c.eml", bytes: own(3, ["In-Reply-To: <own3@here.example>"]).bytes)
    #expect(try run(["a.eml", "b.eml", "c.eml"]).0.orders == 3)
    for message in try bureau.messages() {
      #expect(!message.isOutgoing)
      #expect(message.warnings == ["sender.own"])
      #expect(try bureau.store.order(ofMessage: message.id) != nil)
    }
  }

  @Test func `Our own answer to a mail that is here is outgoing, in one batch or later`() throws {
    let question = TestMail.patientQuestion(1)
    let answers = (1...2).map { own($0, ["In-Reply-To: <\(question.messageID)>"]) }
    // The answer lies before its question: the order of files means nothing.
    try files.write("a.eml", bytes: answers[0].bytes)
    try files.write("b.eml", bytes: question.bytes)
    #expect(try run(["a.eml", "b.eml"]).0.orders == 1)
    try files.write("c.eml", bytes: answers[1].bytes)
    #expect(try run(["c.eml"]).0.orders == 0)
    for message in try bureau.messages() where message.subject.hasPrefix("de nous") {
      #expect(message.isOutgoing && message.warnings.isEmpty)
    }
  }

  @Test func `A copy of what left through the outbox is ours wherever it lies`() throws {
    let question = TestMail.patientQuestion(1)
    try files.write("a.eml", bytes: question.bytes)
    _ = try run(["a.eml"])
    let item = try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    let copy = TestMail(
      from: .officine, subject: "copie", text: "x",
      messageID: String(item.messageID.dropFirst().dropLast()))
    try files.write("b.eml", bytes: copy.bytes)
    #expect(try run(["b.eml"]).0.orders == 0)
    #expect(try bureau.message("copie")?.isOutgoing == true)
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
