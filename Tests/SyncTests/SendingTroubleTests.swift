import Domain
import Store
import Sync
import TestKit
import Testing

/// What a mail meets on its way: refused recipients, and a road that ends around its copy.
@Suite(.serialized) struct `Answers that meet trouble` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let sink: MailSink

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
  }

  private func backend(imapPort: Int? = nil) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: imapPort ?? dovecot.port, security: .startTLS),
        smtp: Server(host: sink.host, port: sink.port, security: .startTLS),
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func queued(_ id: String, also others: [String] = []) throws -> OutgoingItem {
    if try bureau.messages().isEmpty {
      try dovecot.deliver(TestMail.patientPrescription().bytes)
      try bureau.pass(backend())
    }
    let message = try #require(try bureau.messages().first { !$0.isOutgoing })
    return try bureau.queueAnswer(id, to: message, also: others)
  }

  // MARK: - O05

  private let others = ["second@cabinet.mssante.example", "third@cabinet.mssante.example"]

  @Test func `O05: one of three is refused: nothing leaves, each answer is kept, all go later`()
    throws
  {
    let item = try queued("oaaaaaaaaaaaa", also: others)
    try sink.fail(.recipient550("second@"))
    #expect(try bureau.pass(backend()).refused == 1)
    let refused = try #require(try bureau.store.outgoing(item.id))
    #expect(refused.state == .refused && refused.lastAnswer == "550 5.1.1")
    #expect(refused.results.map(\.address) == item.to.map(\.address))
    #expect(refused.results.map(\.isAccepted) == [true, false, true])
    #expect(refused.results.map(\.answer) == ["250 2.1.5", "550 5.1.1", "250 2.1.5"])
    #expect(try sink.received().isEmpty)
    #expect(!sink.wire.contains("C: DATA"), "\(sink.wire)")
    // P03: the traces name no recipient.
    let lines = try bureau.store.journal(after: nil, limit: 1_000)
    #expect(!lines.contains { "\($0.action) \($0.request) \($0.answer)".contains("second") })
    try sink.clearFault()
    try bureau.store.retryOutgoing(item.id, by: Bureau.actor, now: bureau.clock.now)
    #expect(try bureau.pass(backend()).sent == 1)
    let sent = try #require(try bureau.store.outgoing(item.id))
    #expect(sent.results.count == 3 && sent.results.allSatisfy(\.isAccepted))
    #expect(try sink.received().map(\.to) == [item.to.map(\.address)])
  }

  @Test func `O05: a recipient refused for now keeps the whole mail waiting`() throws {
    let item = try queued("oaaaaaaaaaaaa", also: others)
    try sink.fail(.recipient451("third@"))
    try bureau.pass(backend())
    let waiting = try #require(try bureau.store.outgoing(item.id))
    #expect(waiting.state == .queued && waiting.nextAttemptAt != nil)
    #expect(waiting.results.map(\.isAccepted) == [true, true, false])
    #expect(try sink.received().isEmpty)
    try sink.clearFault()
    bureau.clock.advance(61)
    #expect(try bureau.pass(backend()).sent == 1)
    #expect(try sink.received().map(\.to) == [item.to.map(\.address)])
  }

  @Test func `failure and delay are asked for, under a name that says nothing`() throws {
    let item = try queued("oaaaaaaaaaaaa")
    try bureau.pass(backend())
    let received = try #require(try sink.received().first)
    #expect(received.parameters.contains("RET=HDRS ENVID=\(item.id)"))
    let recipient = item.to[0].address
    #expect(sink.wire.contains("C: RCPT TO:<\(recipient)> NOTIFY=FAILURE,DELAY\n"))
  }

  // MARK: - O04

  @Test func `O04: a copy that stands there is found before another is written`() throws {
    let item = try queued("oaaaaaaaaaaaa")
    try bureau.pass(backend())
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
    // The store never heard of it: an operator that keeps its own copies, a cut at the worst time.
    try bureau.sql("UPDATE outbox SET has_sent_copy = 0")
    try bureau.pass(backend())
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == true)
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
  }

  /// What a cut after so many bytes of the IMAP server left behind; then a pass on a good road.
  private struct Trial {
    /// The server had executed APPEND.
    var wasExecuted: Bool
    var wasKnown: Bool
    var serverBytes: Int
  }

  private func trial(_ number: Int, _ cut: CuttingProxy.Cut, _ road: CuttingProxy) throws -> Trial {
    let digit = String(number)
    let id = "o" + String(repeating: "a", count: 12 - digit.count) + digit
    let item = try queued(id)
    func copies() throws -> Int {
      try dovecot.messages(mailbox: "Sent").count {
        String(decoding: $0, as: UTF8.self).contains("Message-ID: \(item.messageID)")
      }
    }
    road.plan(cut)
    // Some cuts come too late to be noticed.
    let failure = try bureau.failure(backend(imapPort: road.port))
    let bytes = road.serverBytes
    road.plan(.none)
    let trial = Trial(
      wasExecuted: try copies() == 1,
      wasKnown: try bureau.store.outgoing(item.id)?.hasSentCopy == true, serverBytes: bytes)
    #expect(try copies() < 2)
    if failure != nil { try bureau.pass(backend()) }
    let seen = "cut \(cut)"
    #expect(try copies() == 1, "\(seen)")
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == true, "\(seen)")
    let sendings = try sink.received().count { $0.text.contains("Message-ID: \(item.messageID)") }
    #expect(sendings == 1, "\(seen)")
    return trial
  }

  @Test func `O04: cut when APPEND was executed and its answer lost: never two copies`() throws {
    let road = try CuttingProxy(to: dovecot.port)
    defer { road.end() }
    // The byte of the server with which the copy begins to exist is between these.
    var (low, high) = (0, try trial(0, .none, road).serverBytes)
    var executedAndLost = 0
    var number = 1
    while high - low > 16 {
      let middle = (low + high) / 2
      let result = try trial(number, .afterServer(middle), road)
      if result.wasExecuted, !result.wasKnown { executedAndLost += 1 }
      if result.wasExecuted { high = middle } else { low = middle }
      number += 1
    }
    #expect(executedAndLost > 0, "between \(low) and \(high)")
  }
}
