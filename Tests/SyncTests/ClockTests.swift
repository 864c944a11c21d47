import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// The machine's clock is set while the service works; `HandClock` is that clock.
@Suite(.serialized) struct `A clock that jumps` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let road: CuttingProxy

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    road = try CuttingProxy(to: dovecot.port)
  }

  private static let tenDays: Int64 = 864_000

  private func backend(_ sink: MailSink? = nil) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: road.port, security: .none),
        smtp: sink.map { Server(host: $0.host, port: $0.port, security: .startTLS) },
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func service(_ backend: Account.Backend) throws -> RunningService {
    let service = try RunningService(bureau, backend, Rhythm())
    try waitUntil("IDLE") { try bureau.store.health().isPushed }
    return service
  }

  private func set(_ clock: String) throws {
    let moment = try #require(ISO8601DateFormatter().date(from: clock))
    bureau.clock.advance(Int64(moment.timeIntervalSince1970) - bureau.clock.now.seconds)
  }

  @Test func `S19: ±10 days and a change of summer time while idle: order by sequence`() throws {
    let service = try service(backend())
    var count = 0
    func arrive() throws {
      count += 1
      try dovecot.deliver(TestMail.patientQuestion(count).bytes)
      try waitUntil("mail \(count)") { try bureau.messages().count == count }
      try waitUntil("up to date now") {
        let status = try bureau.store.syncStatus()
        return status.phase == .upToDate && status.lastSuccess == bureau.clock.now
      }
    }
    try arrive()
    bureau.clock.advance(Self.tenDays)
    try arrive()
    bureau.clock.advance(-2 * Self.tenDays)
    try arrive()
    // 02:00 becomes 03:00 in Paris; in October 03:00 becomes 02:00.
    for moment in ["2027-03-28T00:59:59Z", "2027-03-28T01:00:01Z", "2027-10-31T01:00:01Z"] {
      try set(moment)
      try arrive()
    }
    #expect(
      try bureau.messages().map(\.messageID)
        == (1...count).reversed().map { "<question-\($0)@patient.mssante.example>" })
    let page = try bureau.store.page(of: .todo, member: nil, after: nil, limit: 50).rows
    #expect(
      page.map(\.message.messageID)
        == (1...count).reversed().map { "<question-\($0)@patient.mssante.example>" })
    let journal = try bureau.store.journal(after: nil, limit: 1_000)
    #expect(journal.map(\.seq) == journal.map(\.seq).sorted())
    #expect(try bureau.store.verify().isSound)
    // One session all along: no timer of the network looked at that clock.
    #expect(road.connections == 1)
    try service.end()
  }

  @Test func `S19: set back while mail comes in: the same list as without`() throws {
    for n in 1...80 {
      var mail = TestMail.patientQuestion(n)
      mail.text = String(repeating: "Encore une ligne de cette lettre.\n", count: 100)
      try dovecot.deliver(mail.bytes)
    }
    let straight = try Bureau()
    _ = try straight.pass(backend())
    road.plan(.holdAfterServer(150_000))
    let service = try RunningService(bureau, backend(), Rhythm())
    for step in [-Self.tenDays, 2 * Self.tenDays] {
      try waitUntil("the middle of it") { road.isHeld }
      bureau.clock.advance(step)
      road.plan(step < 0 ? .holdAfterServer(100_000) : .none)
      road.hold(false)
    }
    try waitUntil("everything") { try bureau.messages().count == 80 }
    #expect(try bureau.messages().map(\.messageID) == straight.messages().map(\.messageID))
    #expect(try bureau.store.verify().isSound)
    try service.end()
  }

  @Test func `S19: an answer queued before the clock was set back leaves all the same`() throws {
    let sink = try MailSink(authority: dovecot.authority)
    try dovecot.deliver(TestMail.patientQuestion().bytes)
    let service = try service(backend(sink))
    let message = try #require(try bureau.messages().first)
    // The time to take it back is not over when the clock is set.
    bureau.clock.advance(12)
    let item = try bureau.queueAnswer(to: message)
    bureau.clock.advance(-12)
    #expect(try bureau.store.claimOutgoing(now: bureau.clock.now) == nil)
    bureau.clock.advance(-Self.tenDays)
    try bureau.store.askForRetry(now: bureau.clock.now)
    try waitUntil("the sending") { try bureau.store.outgoing(item.id)?.state == .sent }
    try waitUntil("the copy") { try bureau.store.outgoing(item.id)?.hasSentCopy == true }
    #expect(try sink.received().count == 1)
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
    try service.end()
  }
}
