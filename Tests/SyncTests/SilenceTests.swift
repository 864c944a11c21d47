import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A server that says nothing any more while its socket stays open, at the worst moments.
@Suite(.serialized) struct `A server that falls silent` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let sink: MailSink
  /// To Dovecot, and to the sink.
  let road: CuttingProxy
  let way: CuttingProxy

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
    road = try CuttingProxy(to: dovecot.port)
    way = try CuttingProxy(to: sink.port)
  }

  /// A minute of patience is a second here.
  private func service(verdict: Int64) throws -> RunningService {
    var account = IMAPAccount(
      imap: Server(host: dovecot.host, port: road.port, security: .startTLS),
      smtp: Server(host: sink.host, port: way.port, security: .startTLS),
      anchors: [dovecot.authority.anchor],
      login: Login(user: "officine", method: .password("secret")))
    account.patience.silence = 1_000
    account.patience.verdict = verdict * 1_000
    var rhythm = Rhythm()
    rhythm.backOff = [1]
    return try RunningService(bureau, .imap(account), rhythm)
  }

  @Test func `S18: what is stated is a minute`() {
    #expect(Patience().silence <= 60_000)
    #expect(Rhythm().probe + Rhythm().probePatience <= 60)
  }

  @Test func `S18: silent in FETCH: offline since that moment, then whole, each mail once`() throws
  {
    for n in 1...40 {
      var mail = TestMail.patientQuestion(n)
      mail.text = String(repeating: "Encore une ligne de cette longue lettre.\n", count: 400)
      try dovecot.deliver(mail.bytes)
    }
    road.plan(.holdAfterServer(300_000))
    let service = try service(verdict: 1)
    try waitUntil("the silence") { road.isHeld }
    try expectOfflineSinceThen()
    let before = try bureau.messages().count
    #expect(before < 40)
    road.hold(false)
    try waitUntil("everything") { try bureau.messages().count == 40 }
    try waitUntil("up to date") { try bureau.store.syncStatus().phase == .upToDate }
    #expect(Set(try bureau.messages().map(\.messageID)).count == 40)
    try bureau.expectCursorCoversOnlyWhatIsStored()
    try service.end()
  }

  @Test func `S18: silent in APPEND: one copy in Sent, though the old one is finished late`() throws
  {
    let (service, item) = try answering(bytes: 600_000)
    road.plan(.holdAfterClient(200_000))
    try letGo()
    try waitUntil("the silence", seen: { sink.wire }) { road.isHeld }
    try expectOfflineSinceThen()
    #expect(try sink.received().count == 1)
    road.hold(false)
    try waitUntil("the copy") { try bureau.store.outgoing(item.id)?.hasSentCopy == true }
    try waitUntil("up to date") { try bureau.store.syncStatus().phase == .upToDate }
    // Whatever the first session left in the server's hands has come to its end.
    try service.end()
    road.end()
    try dovecot.stop()
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
    #expect(try sink.received().count == 1)
  }

  @Test func `S18: silent in DATA behind the dot: uncertain, never sent again`() throws {
    let (service, item) = try answering(bytes: 600_000)
    way.plan(.holdAfterClient(200_000))
    try letGo()
    try waitUntil("the silence") { way.isHeld }
    try waitUntil("the doubt") { try bureau.store.outgoing(item.id)?.state == .uncertain }
    way.hold(false)
    _ = try sink.wait(for: 1)
    bureau.clock.advance(86_400)
    try bureau.store.askForRetry(now: bureau.clock.now)
    try waitUntil("a later pass") {
      try bureau.store.syncStatus().lastSuccess == bureau.clock.now
    }
    #expect(try sink.received().count == 1)
    #expect(try bureau.store.outgoing(item.id)?.state == .uncertain)
    try service.end()
  }

  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  @Test(.enabled(if: isSoak, "a long mail; make soak"))
  func `S18: silent while a long mail leaves: no dot yet, later sent once`() throws {
    // More than the kernels between the two ends hold.
    let (service, item) = try answering(bytes: 6_000_000, verdict: 30)
    way.plan(.holdAfterClient(200_000))
    try letGo()
    try waitUntil("the silence") { way.isHeld }
    try expectSendingWaits()
    #expect(try bureau.store.outgoing(item.id)?.state == .queued)
    way.hold(false)
    bureau.clock.advance(3_600)
    try bureau.store.askForRetry(now: bureau.clock.now)
    try waitUntil("the sending") { try bureau.store.outgoing(item.id)?.state == .sent }
    #expect(try sink.received().map(\.bytes) == [bureau.store.builtBytes(item.id)])
    try service.end()
  }

  @Test func `S18: silent before the dot: known, then sent once`() throws {
    let (service, item) = try answering(bytes: 2_000)
    try sink.fail(.hangAtRecipient)
    try letGo()
    try waitUntil("the silence", seen: { sink.wire }) { sink.wire.contains("hanging") }
    try expectSendingWaits()
    #expect(try bureau.store.outgoing(item.id)?.state == .queued)
    try sink.clearFault()
    bureau.clock.advance(3_600)
    try bureau.store.askForRetry(now: bureau.clock.now)
    try waitUntil("the sending") { try bureau.store.outgoing(item.id)?.state == .sent }
    #expect(try sink.received().count == 1)
    try service.end()
  }

  /// A service at rest, and an answer that waits for its next pass with bytes of that size.
  private func answering(
    bytes: Int, verdict: Int64 = 1
  ) throws -> (RunningService, OutgoingItem) {
    try dovecot.deliver(TestMail.patientQuestion().bytes)
    let service = try service(verdict: verdict)
    try waitUntil("IDLE") {
      try bureau.store.health().isPushed && bureau.messages().count == 1
    }
    let message = try #require(try bureau.messages().first)
    // Not due before the test says so.
    bureau.clock.advance(600)
    let item = try bureau.queueAnswer(to: message)
    bureau.clock.advance(-600)
    let lines = String(
      repeating: String(repeating: "A", count: 76) + "\r\n", count: bytes / 78)
    try bureau.store.storeBuilt(
      item.id,
      bytes: Array(
        ("From: \(Bureau.address)\r\nTo: \(message.sender.address)\r\n"
          + "Message-ID: \(item.messageID)\r\n\r\n\(lines)").utf8))
    return (service, item)
  }

  /// The answer's time has come.
  private func letGo() throws {
    bureau.clock.advance(600)
    try bureau.store.askForRetry(now: bureau.clock.now)
  }

  /// Mail still comes in, and why nothing leaves is said (O07).
  private func expectSendingWaits() throws {
    try waitUntil("the trouble of sending") {
      try bureau.store.syncStatus().sending?.failure == "network.timeout"
    }
    #expect(try bureau.store.syncStatus().phase != .offline)
  }

  /// Offline, with the moment it began, which later attempts do not move.
  private func expectOfflineSinceThen() throws {
    try waitUntil("offline") { try bureau.store.syncStatus().phase == .offline }
    let first = try bureau.store.syncStatus()
    #expect(first.failure == "network.timeout")
    #expect(first.since == bureau.clock.now)
    bureau.clock.advance(480)
    let attempts = road.connections
    try bureau.store.askForRetry(now: bureau.clock.now)
    try waitUntil("another attempt that fails") {
      try road.connections > attempts && bureau.store.syncStatus().nextAttempt != first.nextAttempt
    }
    #expect(try bureau.store.syncStatus().since == first.since)
  }
}
