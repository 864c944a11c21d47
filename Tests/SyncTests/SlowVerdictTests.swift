import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A server that takes a mail and then says nothing, which it may do for ten minutes.
@Suite(.serialized) struct `A slow final answer` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let sink: MailSink

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
    try dovecot.deliver(TestMail.patientPrescription().bytes)
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: dovecot.port, security: .startTLS),
        smtp: Server(host: sink.host, port: sink.port, security: .startTLS),
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  /// A service whose one answer stands behind its dot.
  private func silent() throws -> (RunningService, OutgoingItem) {
    var rhythm = Rhythm()
    rhythm.sendingPatience = 0
    let service = try RunningService(bureau, backend, rhythm)
    try waitUntil("IDLE") {
      try bureau.store.health().isPushed && bureau.messages().count == 1
    }
    try sink.fail(.slowAfterStore)
    let item = try bureau.queueAnswer(to: try #require(try bureau.messages().first))
    _ = try sink.wait(for: 1)
    return (service, item)
  }

  private func state(_ item: OutgoingItem) throws -> OutgoingItem.State? {
    try bureau.store.outgoing(item.id)?.state
  }

  @Test func `O07: silent behind the dot: mail comes in meanwhile, and one item is in flight`()
    throws
  {
    let (service, item) = try silent()
    let other = try bureau.queueAnswer(
      "obbbbbbbbbbbb", to: try #require(try bureau.messages().first))
    for n in 8...9 {
      try dovecot.deliver(TestMail.patientQuestion(n).bytes)
      try waitUntil("the mail") {
        try bureau.messages().contains { $0.messageID.contains("question-\(n)@") }
      }
    }
    try waitUntil("up to date") { try bureau.store.syncStatus().phase == .upToDate }
    // Visible as what it is; the other one waits for it.
    #expect(try state(item) == .sending)
    #expect(try state(other) == .queued)
    #expect(sink.wire.components(separatedBy: "C: AUTH").count - 1 == 1)
    // Stopping ends it; nobody knows whether it arrived.
    try service.end()
    #expect(try state(item) == .uncertain)
    #expect(try sink.received().count == 1)
  }

  @Test func `O07: its late answer is written, and its copy follows without being asked`() throws {
    let (service, item) = try silent()
    try dovecot.deliver(TestMail.patientQuestion(8).bytes)
    try waitUntil("the mail") { try bureau.messages().count == 2 }
    #expect(try state(item) == .sending)
    try sink.clearFault()
    try waitUntil("the copy", seen: { sink.wire }) {
      try bureau.store.outgoing(item.id)?.hasSentCopy == true
    }
    #expect(try state(item) == .sent)
    #expect(try sink.received().count == 1)
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
    try service.end()
  }
}
