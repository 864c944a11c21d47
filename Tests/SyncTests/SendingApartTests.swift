import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A trouble of the way out alone: mail comes in, the outbox waits, and the screens say why.
@Suite(.serialized) struct `Sending in trouble by itself` {
  let bureau: Bureau
  let dovecot: DovecotServer
  /// To Dovecot, and to the sink: counts connections.
  let road: CuttingProxy

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    road = try CuttingProxy(to: dovecot.port)
    try dovecot.deliver(TestMail.patientPrescription().bytes)
  }

  private func backend(_ sink: MailSink, port: Int? = nil) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: road.port, security: .startTLS),
        smtp: Server(host: sink.host, port: port ?? sink.port, security: .startTLS),
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func service(_ backend: Account.Backend) throws -> RunningService {
    var rhythm = Rhythm()
    rhythm.backOff = [1]
    let service = try RunningService(bureau, backend, rhythm)
    try waitUntil("IDLE") {
      try bureau.store.health().isPushed && bureau.messages().count == 1
    }
    return service
  }

  private func queue(_ id: String = "oaaaaaaaaaaaa") throws -> OutgoingItem {
    try bureau.queueAnswer(id, to: try #require(try bureau.messages().first { !$0.isOutgoing }))
  }

  private func trouble(_ code: String) throws -> SendingTrouble {
    try waitUntil("the trouble of sending", seen: { "\(String(describing: try? status()))" }) {
      try status().sending?.failure == code && status().phase == .upToDate
    }
    return try #require(try status().sending)
  }

  private func status() throws -> SyncStatus { try bureau.store.syncStatus() }
  private func state(_ item: OutgoingItem) throws -> OutgoingItem.State? {
    try bureau.store.outgoing(item.id)?.state
  }

  /// By IDLE, over the connection that stood there before.
  private func expectMailComesIn(_ number: Int) throws {
    try waitUntil("IDLE again") { try bureau.store.health().isPushed }
    try dovecot.deliver(TestMail.patientQuestion(number).bytes)
    try waitUntil("the mail") {
      try bureau.messages().contains { $0.messageID.contains("question-\(number)@") }
    }
    #expect(road.connections == 1)
    #expect(try status().failure == nil)
  }

  @Test func `O07: a certificate that is not believed for sending keeps no mail from coming in`()
    throws
  {
    // Signed by somebody whom nobody named.
    let sink = try MailSink()
    let service = try service(backend(sink))
    let item = try queue()
    let trouble = try trouble("tls.authority")
    #expect(trouble.phase == .refused && trouble.nextAttempt != nil)
    try expectMailComesIn(8)
    #expect(try state(item) == .queued)
    #expect(!sink.wire.contains("AUTH PLAIN"))
    // Nothing waits any more: there is no trouble to tell.
    try bureau.store.cancelOutgoing(item.id, by: Bureau.actor, now: bureau.clock.now)
    try bureau.store.askForRetry(now: bureau.clock.now.adding(seconds: 1))
    try waitUntil("calm") { try status().sending == nil }
    try service.end()
  }

  @Test func `O07 T08: a password refused for sending: one attempt, one more for each wish`() throws
  {
    let sink = try MailSink(authority: dovecot.authority)
    try sink.fail(.auth535)
    func attempts() -> Int { sink.wire.components(separatedBy: "C: AUTH").count - 1 }
    let service = try service(backend(sink))
    let item = try queue()
    #expect(try trouble("login").nextAttempt == nil)
    #expect(try trouble("login").phase == .refused)
    let other = try queue("obbbbbbbbbbbb")
    bureau.clock.advance(7_200)
    try expectMailComesIn(8)
    #expect(attempts() == 1)
    // The mailbox itself still opens with it (nothing of this is remembered against it).
    #expect(try bureau.store.setting("login.refused") == nil)
    try bureau.store.askForRetry(now: bureau.clock.now)
    try waitUntil("the attempt of a wish", seen: { sink.wire }) { attempts() == 2 }
    #expect(try trouble("login").nextAttempt == nil)
    try waitUntil("both wait") { try [state(item), state(other)] == [.queued, .queued] }
    try sink.clearFault()
    // Nobody waits for the back-off of each mail.
    try bureau.store.askForRetry(now: bureau.clock.now.adding(seconds: 1))
    try waitUntil("both", seen: { sink.wire }) {
      try [state(item), state(other)] == [.sent, .sent]
    }
    try waitUntil("calm") { try status().sending == nil }
    #expect(try sink.received().count == 2)
    try service.end()
  }

  @Test func `O07: a sending server that is away is asked again by itself`() throws {
    let sink = try MailSink(authority: dovecot.authority)
    let way = try CuttingProxy(to: sink.port)
    defer { way.end() }
    way.refuse(true)
    let service = try service(backend(sink, port: way.port))
    let item = try queue()
    try waitUntil("the trouble of sending") { try status().sending?.phase == .offline }
    try expectMailComesIn(8)
    way.refuse(false)
    // Its own back-off; the second mail needs none.
    bureau.clock.advance(4_000)
    let other = try queue("obbbbbbbbbbbb")
    try waitUntil("both") { try [state(item), state(other)] == [.sent, .sent] }
    try waitUntil("calm") { try status().sending == nil }
    try service.end()
  }

  @Test func `A token that cannot be had for sending closes no session for receiving`() throws {
    let sink = try MailSink(authority: dovecot.authority)
    let provider = try TokenProvider()
    let tokens = try DovecotServer(
      authority: dovecot.authority, extra: provider.configuration)
    try tokens.deliver(TestMail.patientPrescription().bytes)
    let street = try CuttingProxy(to: tokens.port)
    defer { street.end() }
    let file = try bureau.files.write("jeton", try provider.token() + "\n")
    let service = try service(
      .imap(
        IMAPAccount(
          imap: Server(host: tokens.host, port: street.port, security: .startTLS),
          smtp: Server(host: sink.host, port: sink.port, security: .startTLS),
          anchors: [dovecot.authority.anchor],
          login: Login(
            user: "officine", method: .xoauth2(["/bin/cat", file]), tokenHosts: ["localhost"]))))
    try FileManager.default.removeItem(atPath: file)
    let item = try queue()
    #expect(try trouble("login.session").phase == .closed)
    try tokens.deliver(TestMail.patientQuestion(8).bytes)
    try waitUntil("the mail") { try bureau.messages().count == 2 }
    #expect(street.connections == 1)
    #expect(try state(item) == .queued)
    #expect(try bureau.store.outgoing(item.id)?.lastAnswer == "login.session")
    try service.end()
  }

  @Test func `B4: what the server refuses of INBOX keeps no answer from leaving`() throws {
    let sink = try MailSink(authority: dovecot.authority)
    try bureau.pass(backend(sink))
    let item = try queue()
    let cur = dovecot.maildir() + "/cur"
    try FileManager.default.moveItem(atPath: cur, toPath: cur + ".away")
    try Data().write(to: URL(fileURLWithPath: cur))
    try dovecot.deliver(TestMail.patientQuestion(9).bytes)
    let failure = try bureau.failure(backend(sink))
    guard case .refused? = failure else {
      Issue.record("not refused: \(String(describing: failure))")
      return
    }
    #expect(try state(item) == .sent)
    #expect(try sink.received().count == 1)
  }
}
