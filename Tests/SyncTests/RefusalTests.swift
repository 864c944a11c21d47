import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A server that says NO, or later, to what we wish: everything else goes on, and what a person
/// reads of it is true.
@Suite(.serialized) struct `What a server refuses` {
  let bureau: Bureau
  let server: MinimalIMAPServer
  private var smtpPort: Int?

  init() throws {
    (bureau, server) = (try Bureau(), try MinimalIMAPServer())
    bureau.mailboxes = ["Archive"]
    for mailbox in ["Archive", "Trash"] { try server.webmail.make(mailbox) }
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: server.port, security: .none),
        smtp: smtpPort.map { Server(host: "localhost", port: $0, security: .none) },
        anchors: [], login: Login(user: "officine", method: .password("secret"))))
  }

  private func receive(_ numbers: ClosedRange<Int>, in mailbox: String = "INBOX") throws {
    try server.webmail.deliver(numbers.map { TestMail.patientQuestion($0).bytes }, to: mailbox)
    try bureau.pass(backend)
  }

  private func message(_ n: Int) throws -> Message {
    try #require(try bureau.messages().first { $0.messageID.contains("question-\(n)@") })
  }

  @discardableResult
  private func trash(_ n: Int) throws -> [ServerOperation] {
    let order = try #require(try bureau.store.order(ofMessage: try message(n).id))
    return try bureau.store.trash(
      order.id, by: Bureau.actor, notBefore: bureau.clock.now, now: bureau.clock.now)
  }

  private func move(_ n: Int, to mailbox: String) throws {
    _ = try bureau.store.queueOperation(
      on: try message(n).id, in: "INBOX", to: mailbox, by: Bureau.actor.author,
      notBefore: bureau.clock.now, now: bureau.clock.now)
  }

  private func count(_ n: Int, _ mailbox: String) throws -> Int {
    try server.webmail.list(mailbox).mails.count {
      String(decoding: $0.bytes, as: UTF8.self).contains("question-\(n)@")
    }
  }

  private func operations() throws -> [ServerOperation] {
    try bureau.store.operations(states: Set(ServerOperation.State.allCases))
  }

  // MARK: - Not now

  @Test func `O13: while one operation waits for another the server is left in peace`() throws {
    try receive(1...1)
    try server.setMoods([("UID COPY", "NO [INUSE] later please")])
    try move(1, to: "Archive")
    try move(1, to: "Trash")
    // Every look at the mailbox begins with LIST: none comes but by the clock.
    var rhythm = Rhythm()
    rhythm.poll = 1
    let service = try RunningService(bureau, backend, rhythm, mailboxes: ["Archive"])
    try waitUntil("the refusal") { server.heard("UID COPY") > 0 }
    let (start, lists) = (ContinuousClock.now, server.heard("LIST"))
    try waitUntil("three more looks") { server.heard("LIST") >= lists + 3 }
    #expect(ContinuousClock.now - start >= .seconds(2))
    try service.end()
    #expect(server.heard("UID COPY") == 1)
    #expect(try operations().map(\.state) == [.waiting, .waiting])
  }

  // MARK: - Flags

  @Test mutating func `O13: a flag that the server refuses holds up no mail and no answer`() throws
  {
    let sink = try MailSink(.none)
    smtpPort = sink.port
    try receive(1...2)
    try server.setMoods([("UID STORE", "NO [NOPERM] no right to change flags")])
    let worker = try bureau.synchroniser(backend)
    defer { worker.close() }
    for n in 1...2 {
      try bureau.queueAnswer("oaaaaaaaaaaa\(n)", to: try message(n))
      try server.webmail.deliver([TestMail.patientQuestion(2 + n).bytes])
      try server.webmail.deliver([TestMail.patientQuestion(4 + n).bytes], to: "Archive")
      let report = try worker.pass()
      #expect(report.sent == 1 && report.received >= 2)
    }
    #expect(try sink.received().count == 2)
    _ = try worker.pass()
    #expect(try bureau.store.health().waitingFlags == 2)
    // Kept, and not offered at every look.
    let asked = server.heard("UID STORE")
    _ = try worker.pass()
    #expect(server.heard("UID STORE") == asked)
    bureau.clock.advance(301)
    try server.setMoods([])
    #expect(try worker.pass().flagsOut == 2)
    #expect(try bureau.store.health().waitingFlags == 0)
    let flags = try server.webmail.list().mails.map(\.flags)
    #expect(flags.count { $0.contains("\\Answered") } == 2)
  }

  @Test func `PERMANENTFLAGS: what would not last is not told, kept here and counted`() throws {
    try receive(1...1)
    try server.setMoods([("PERMANENTFLAGS", "(\\Seen)")])
    for flag in ["\\Seen", "\\Flagged"] {
      try bureau.store.setFlag(flag, true, on: try message(1).id, by: nil, now: noon)
    }
    #expect(try bureau.pass(backend).flagsOut == 1)
    #expect(server.heard("UID STORE") == 1)
    #expect(try bureau.store.health().waitingFlags == 1)
    #expect(try message(1).flags.names == ["\\Flagged", "\\Seen"])
  }

  @Test func `A mail that lies in two mailboxes gets its flag where it is followed`() throws {
    try receive(1...1, in: "Archive")
    try receive(1...1)
    bureau.mailboxes = []
    try bureau.store.setFlag("\\Seen", true, on: try message(1).id, by: nil, now: noon)
    #expect(try bureau.pass(backend).flagsOut == 1)
    #expect(try server.webmail.list().mails.map(\.flags) == [["\\Seen"]])
  }

  // MARK: - Moves

  @Test func `O13: a mailbox that is followed no more holds up no other`() throws {
    try receive(1...1)
    try receive(1...1, in: "Archive")
    bureau.mailboxes = []
    // What came there since will never be read.
    try server.webmail.deliver([TestMail.patientQuestion(2).bytes], to: "Archive")
    try trash(1)
    for _ in 1...3 {
      try bureau.pass(backend)
      bureau.clock.advance(301)
    }
    #expect(try operations().map(\.state) == [.done, .done])
    #expect(try count(1, "Trash") == 2)
  }

  @Test func `O13: one that is gone in one mailbox is thrown away in the other`() throws {
    try receive(1...2)
    try receive(1...2, in: "Archive")
    try trash(1)
    try trash(2)
    for mail in try server.webmail.list("Archive").mails {
      let text = String(decoding: mail.bytes, as: UTF8.self)
      let id = try #require(text.split(separator: "\r\n").first { $0.hasPrefix("Message-ID: ") })
      try server.webmail.remove(String(id.dropFirst("Message-ID: ".count)), from: "Archive")
    }
    // And one whose numbers cannot be believed yet: it waits, a day at most, and is told once.
    try server.webmail.deliver([TestMail.patientQuestion(3).bytes], to: "Archive")
    bureau.mailboxes = []
    for _ in 1...9 {
      try bureau.pass(backend)
      bureau.clock.advance(301)
    }
    let waiting = try operations()
    #expect(waiting.map(\.mailbox) == ["Archive", "INBOX", "Archive", "INBOX"])
    #expect(waiting.map(\.state) == [.waiting, .done, .waiting, .done])
    #expect(try count(1, "Trash") == 1 && count(2, "Trash") == 1)
    let told = try bureau.store.journal(limit: 1_000).count { $0.answer == "later" }
    #expect(told == 2)
    bureau.clock.advance(86_400)
    try bureau.pass(backend)
    #expect(try operations().map(\.state) == [.lost, .done, .lost, .done])
  }

  @Test func `O13: an original that the server keeps is said so, and copied only once`() throws {
    try receive(1...1)
    try server.setMoods([("UID STORE", "NO [NOPERM] no right to change flags")])
    for _ in 1...3 {
      try trash(1)
      #expect(try bureau.pass(backend).operations == 1)
      #expect(try operations().last?.reason == .kept)
      #expect(try count(1, "Trash") == 1 && count(1, "INBOX") == 1)
    }
    try server.setMoods([])
    try trash(1)
    try bureau.pass(backend)
    // It has no UIDPLUS.
    #expect(try operations().map(\.reason) == [.kept, .kept, .kept, .marked])
    #expect(try count(1, "Trash") == 1)
    #expect(try server.webmail.list().mails.map(\.flags) == [["\\Deleted"]])
  }

  @Test func `O13: a mailbox that will not open now is asked again, a day long`() throws {
    try receive(1...2, in: "Archive")
    try server.setMoods([("SELECT \"?Archive", "NO [NOPERM] denied")])
    for n in 1...2 {
      _ = try bureau.store.queueOperation(
        on: try message(n).id, in: "Archive", to: n == 1 ? "Trash" : nil,
        by: Bureau.actor.author, notBefore: bureau.clock.now, now: bureau.clock.now)
    }
    try bureau.pass(backend)
    #expect(try operations().map(\.state) == [.waiting, .waiting])
    bureau.clock.advance(61)
    try server.setMoods([])
    try bureau.pass(backend)
    #expect(try operations().map(\.state) == [.done, .done])
    #expect(try count(1, "Trash") == 1)
  }

  @Test func `S05: an append without its answer is looked up before it is repeated`() throws {
    try receive(1...1)
    let mail = TestMail.patientQuestion(7).bytes
    let id = "<\(TestMail.patientQuestion(7).messageID)>"
    for n in 1...2 {
      _ = try bureau.store.queueAppend(
        mail, messageID: id, to: "Archive", by: Bureau.actor.author, now: bureau.clock.now)
      // Carried out, and the answer is lost.
      try server.setMoods([("APPEND", "CUT")])
      #expect(try bureau.failure(backend) == .connectionLost)
      #expect(try count(7, "Archive") == n)
      try server.setMoods([])
      bureau.clock.advance(31)
      #expect(try bureau.pass(backend).operations == 1)
      // The same mail wished a second time stands there a second time.
      #expect(try count(7, "Archive") == n)
    }
  }

  @Test func `What a lost connection kept from beginning may be taken back`() throws {
    try receive(1...1)
    try trash(1)
    // Where the trash stands is asked before anything is put there.
    try server.setMoods([("STATUS \"?Trash", "CUT")])
    #expect(try bureau.failure(backend) == .connectionLost)
    #expect(try operations().map(\.state) == [.waiting])
    // The copy is there, only nobody heard of it: that is not taken back by a word here.
    try server.setMoods([("UID COPY", "CUT")])
    bureau.clock.advance(31)
    #expect(try bureau.failure(backend) == .connectionLost)
    #expect(try operations().map(\.state) == [.working])
    try server.setMoods([])
    bureau.clock.advance(31)
    try bureau.pass(backend)
    #expect(try operations().map(\.state) == [.done])
    #expect(try count(1, "Trash") == 1)
  }
}
