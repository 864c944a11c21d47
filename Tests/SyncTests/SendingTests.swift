import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `Answers that leave` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let sink: MailSink

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
  }

  private func backend(smtp: Bool = true, password: String = "secret") -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: dovecot.port, security: .startTLS),
        smtp: smtp ? Server(host: sink.host, port: sink.port, security: .startTLS) : nil,
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password(password))))
  }

  /// A received prescription and an answer to it that may leave at once.
  private func queued(_ id: String = "oaaaaaaaaaaaa") throws -> (Message, OutgoingItem) {
    if try bureau.messages().isEmpty {
      try dovecot.deliver(TestMail.patientPrescription().bytes)
      try bureau.pass(backend())
    }
    let message = try #require(try bureau.messages().first { !$0.isOutgoing })
    return (message, try bureau.queueAnswer(id, to: message))
  }

  private func state(_ item: OutgoingItem) throws -> OutgoingItem.State? {
    try bureau.store.outgoing(item.id)?.state
  }

  @Test func `An answer arrives once, its copy is in Sent, the original is answered`() throws {
    let (message, item) = try queued()
    let report = try bureau.pass(backend())
    #expect(report.sent == 1)
    let received = try #require(try sink.received().first)
    #expect(received.secure && received.user == "officine")
    #expect(received.text.contains("In-Reply-To: \(message.messageID)"))
    #expect(received.text.contains("References: \(message.messageID)"))
    #expect(received.text.contains("Message-ID: \(item.messageID)"))
    // Dovecot keeps what it is given with LF alone.
    let copy = received.text.replacingOccurrences(of: "\r\n", with: "\n")
    let copies = try dovecot.messages(mailbox: "Sent").map { String(decoding: $0, as: UTF8.self) }
    #expect(copies == [copy])
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == true)
    let cur = try FileManager.default.contentsOfDirectory(atPath: dovecot.maildir() + "/cur")
    #expect(cur.contains { $0.contains(":2,") && $0.hasSuffix("R") })
    // Nothing more leaves, and no second copy is made.
    let again = try bureau.pass(backend())
    #expect(again.sent == 0 && again.flagsOut == 0)
    #expect(try sink.received().count == 1)
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
    let own = try #require(try bureau.messages(.sent).first)
    #expect(own.isOutgoing && own.messageID == item.messageID)
    #expect(try bureau.store.order(ofMessage: message.id)?.answered != nil)
  }

  @Test func `O03: when the mark cannot be written the dot does not leave`() throws {
    let (_, item) = try queued()
    // The store refuses that one write, as a full disk would.
    try bureau.sql(
      "CREATE TRIGGER guard BEFORE UPDATE OF has_final_dot ON outbox "
        + "WHEN NEW.has_final_dot = 1 BEGIN SELECT RAISE(ABORT, 'no'); END")
    #expect(throws: SyncFailure.self) { try bureau.pass(backend()) }
    #expect(try sink.received().isEmpty)
    #expect(!sink.wire.contains("C: .\n"), "\(sink.wire)")
    #expect(try state(item) == .queued)
    try bureau.sql("DROP TRIGGER guard")
    bureau.clock.advance(120)
    #expect(try bureau.pass(backend()).sent == 1)
    #expect(try sink.received().count == 1)
  }

  @Test func `O01: cut behind the dot is uncertain, never sent again, settled by its copy`() throws
  {
    let (_, item) = try queued()
    try sink.fail(.closeAfterStore)
    #expect(try bureau.pass(backend()).uncertain == 1)
    #expect(try state(item) == .uncertain)
    try sink.clearFault()
    bureau.clock.advance(7_200)
    // The server's search looks for a part of the field: another mail that mentions the id.
    let other =
      "From: x@y.mssante.fr\r\nMessage-ID: <autre@y.example> (\(item.messageID))\r\n\r\nx\r\n"
    try dovecot.deliver(Array(other.utf8), mailbox: "Sent")
    try bureau.pass(backend())
    #expect(try state(item) == .uncertain)
    #expect(try sink.received().count == 1)
    // The operator's server kept a copy of what it took.
    try dovecot.deliver(try #require(try sink.received().first).bytes, mailbox: "Sent")
    try bureau.pass(backend())
    #expect(try state(item) == .sent)
    #expect(try dovecot.messages(mailbox: "Sent").count == 2)
    #expect(try sink.received().count == 1)
  }

  @Test func `O01: cut before the dot is tried again later, with the same bytes`() throws {
    let (message, item) = try queued()
    // More than the kernels of both ends hold: the server, which reads nothing of it, has cut
    // before the last byte leaves this process, however slow the machine is.
    let lines = String(repeating: String(repeating: "A", count: 76) + "\r\n", count: 80_000)
    let built = Array(
      ("From: \(Bureau.address)\r\nTo: \(message.sender.address)\r\n"
        + "Message-ID: \(item.messageID)\r\nContent-Type: application/octet-stream\r\n\r\n\(lines)")
        .utf8)
    try bureau.store.storeBuilt(item.id, bytes: built)
    try sink.fail(.closeInData)
    let machine = try bureau.synchroniser(backend())
    defer { machine.close() }
    _ = try machine.pass()
    #expect(machine.sendingFailure != nil)
    #expect(try state(item) == .queued)
    try sink.clearFault()
    _ = try machine.pass()
    #expect(try sink.received().isEmpty, "it waits")
    bureau.clock.advance(61)
    try waitUntil("the next attempt") {
      _ = try machine.pass()
      return try !sink.received().isEmpty
    }
    #expect(try sink.received().map(\.bytes) == [built])
  }

  @Test func `A worker killed behind the dot leaves an uncertain item`() throws {
    let (_, item) = try queued()
    _ = try bureau.store.claimOutgoing(now: bureau.clock.now)
    try bureau.store.storeBuilt(item.id, bytes: [0x41])
    try bureau.store.markFinalDot(item.id, now: bureau.clock.now)
    try bureau.pass(backend())
    #expect(try state(item) == .uncertain)
    #expect(try sink.received().isEmpty)
  }

  @Test func `O06: a refusal is final, a temporary one waits longer each time`() throws {
    let (_, item) = try queued()
    try sink.fail(.mail451)
    for wait in [60, 300, 900, 3_600, 3_600] {
      try bureau.pass(backend())
      let next = try #require(try bureau.store.outgoing(item.id)?.nextAttemptAt)
      #expect(next == bureau.clock.now.adding(seconds: Int64(wait)))
      bureau.clock.advance(Int64(wait))
    }
    try sink.fail(.afterDot550)
    #expect(try bureau.pass(backend()).refused == 1)
    let refused = try bureau.store.outgoing(item.id)
    #expect(refused?.state == .refused)
    #expect(refused?.lastAnswer?.hasPrefix("550") == true)
  }

  @Test func `O06: after a day of temporary refusals a person is told`() throws {
    let (_, item) = try queued()
    try sink.fail(.mail451)
    bureau.clock.advance(86_400)
    try bureau.pass(backend())
    #expect(try state(item) == .refused)
    #expect(try bureau.store.outgoing(item.id)?.lastAnswer?.hasPrefix("451") == true)
  }

  @Test func `T08: a refused login for sending is tried once for the whole outbox`() throws {
    _ = try queued("oaaaaaaaaaaaa")
    _ = try queued("obbbbbbbbbbbb")
    try sink.fail(.auth535)
    #expect(try bureau.failure(backend()) == .loginRefused)
    #expect(sink.wire.components(separatedBy: "C: AUTH").count - 1 == 1, "\(sink.wire)")
    #expect(try bureau.store.outbox(states: [.queued]).count == 2)
  }

  @Test func `O04: only the copy is tried again when Sent is full`() throws {
    let (_, item) = try queued()
    // Nobody may write into Sent: the server answers NO.
    let sent = dovecot.maildir(mailbox: "Sent")
    let files = FileManager.default
    try? files.removeItem(atPath: sent)
    try Data().write(to: URL(fileURLWithPath: sent))
    #expect(try bureau.pass(backend()).sent == 1)
    #expect(try state(item) == .sent)
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == false)
    try files.removeItem(atPath: sent)
    try bureau.pass(backend())
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == true)
    #expect(try sink.received().count == 1)
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
  }

  @Test func `Without a server for sending each item says so`() throws {
    let (_, item) = try queued()
    #expect(try bureau.pass(backend(smtp: false)).refused == 1)
    #expect(try bureau.store.outgoing(item.id)?.lastAnswer == "smtp.missing")
  }

  @Test func `P03: the traces hold codes and no word of the mail`() throws {
    _ = try queued()
    try bureau.pass(backend())
    let lines = try bureau.store.journal(after: nil, limit: 1_000)
    let text = lines.map { "\($0.action) \($0.request) \($0.answer)" }.joined(separator: "\n")
    for word in ["secret", "ordonnance", "MARTIN", "279039999", "prêt"] {
      #expect(!text.contains(word))
    }
    #expect(lines.contains { $0.action == "login" && $0.answer == "OK" })
    #expect(lines.contains { $0.action == "send" && $0.answer.hasPrefix("250") })
  }
}
