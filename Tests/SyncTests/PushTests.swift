import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `What the server tells by itself` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let road: CuttingProxy

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    road = try CuttingProxy(to: dovecot.port)
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: road.port, security: .startTLS), smtp: nil,
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func service(_ change: (inout Rhythm) -> Void = { _ in }) throws -> RunningService {
    var rhythm = Rhythm()
    rhythm.backOff = [1]
    change(&rhythm)
    let service = try RunningService(bureau, backend, rhythm)
    try waitUntil("IDLE") { try bureau.store.health().isPushed }
    return service
  }

  private func count() throws -> Int { try bureau.messages().count }

  @Test func `A delivered mail is in the store as soon as the server knows of it`() throws {
    let service = try service()
    var waits: [Double] = []
    for n in 1...12 {
      let began = Date()
      try dovecot.deliver(TestMail.patientQuestion(n).bytes)
      try waitUntil("mail \(n)") { try count() == n }
      waits.append(Date().timeIntervalSince(began) * 1_000)
    }
    waits.sort()
    print("push: delivery to store, median \(Int(waits[6])) ms, worst \(Int(waits[11])) ms")
    // Asking every 30 s could not do that: the server told.
    #expect(waits[11] < 15_000)
    #expect(road.connections == 1)
    try service.end()
    #expect(try !bureau.store.health().isPushed, "nobody is told any more")
    #expect(try bureau.store.syncStatus().phase == .upToDate)
  }

  @Test func `S18: a server that falls silent in IDLE is noticed, and found again`() throws {
    let service = try service { rhythm in
      rhythm.probe = 1
      rhythm.probePatience = 1
    }
    road.hold(true)
    try waitUntil("offline") { try bureau.store.syncStatus().phase == .offline }
    #expect(try bureau.store.syncStatus().failure == "network.timeout")
    #expect(try !bureau.store.health().isPushed)
    road.hold(false)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try waitUntil("the mail that came meanwhile") { try count() == 1 }
    try waitUntil("up to date") { try bureau.store.syncStatus().phase == .upToDate }
    try service.end()
  }

  @Test func `A cut in IDLE heals by itself, and the next attempt is told`() throws {
    let service = try service { $0.backOff = [3_600] }
    road.refuse(true)
    road.reset()
    try waitUntil("offline") { try bureau.store.syncStatus().phase == .offline }
    try waitUntil("the next attempt") { try bureau.store.syncStatus().nextAttempt != nil }
    road.refuse(false)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    // The next attempt would come in an hour: a person's wish does not wait for it.
    try bureau.store.askForRetry(now: noon)
    try waitUntil("the mail") { try count() == 1 }
    try service.end()
  }

  @Test func `A flag set here leaves at once, and IDLE goes on`() throws {
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    let service = try service()
    let message = try #require(try bureau.messages().first)
    try bureau.store.setFlag("\\Seen", true, on: message.id, by: nil, now: noon)
    try waitUntil("the flag in the file's name") {
      try FileManager.default.contentsOfDirectory(atPath: dovecot.maildir() + "/cur")
        .contains { $0.hasSuffix("S") }
    }
    try dovecot.deliver(TestMail.patientQuestion(2).bytes)
    try waitUntil("the next mail") { try count() == 2 }
    #expect(road.connections == 1)
    try service.end()
  }

  @Test(.timeLimit(.minutes(5)))
  func `The end of the service does not wait for the server`() throws {
    let service = try service()
    road.hold(true)
    let began = ContinuousClock.now
    try service.end()
    #expect(ContinuousClock.now - began < .seconds(2))
  }
}

@Suite(.serialized) struct `What a look at a quiet BAL costs` {
  @Test func `S11: the same few bytes whatever the mailbox holds`() throws {
    var costs: [Int: Int] = [:]
    for size in [20, 600] {
      let bureau = try Bureau()
      let dovecot = try DovecotServer()
      let road = try CuttingProxy(to: dovecot.port)
      for n in 1...size { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
      let synchroniser = try bureau.synchroniser(
        .imap(
          IMAPAccount(
            imap: Server(host: dovecot.host, port: road.port, security: .none), smtp: nil,
            anchors: [], login: Login(user: "officine", method: .password("secret")))))
      defer { synchroniser.close() }
      for _ in 1...3 { _ = try synchroniser.pass() }
      road.plan(.none)
      let report = try synchroniser.pass()
      #expect(report.received + report.flagsIn + report.gone == 0)
      costs[size] = road.serverBytes + road.clientBytes
      #expect(try bureau.messages().count == size)
    }
    let (small, large) = (try #require(costs[20]), try #require(costs[600]))
    print("quiet look: \(small) bytes at 20 messages, \(large) at 600")
    // The numbers themselves may have more digits.
    #expect(abs(small - large) < 40)
    #expect(large < 2_000)
  }

  @Test func `S09, S13: flags and removals of others come without reading the whole list`() throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    for n in 1...30 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: dovecot.port, security: .none), smtp: nil,
        anchors: [], login: Login(user: "officine", method: .password("secret"))))
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    for _ in 1...2 { _ = try synchroniser.pass() }
    let cur = dovecot.maildir() + "/cur"
    let files = try FileManager.default.contentsOfDirectory(atPath: cur).sorted()
    try #require(files.count > 7, "\(dovecot.log.suffix(2000))")
    try FileManager.default.removeItem(atPath: "\(cur)/\(files[4])")
    try FileManager.default.moveItem(atPath: "\(cur)/\(files[7])", toPath: "\(cur)/\(files[7])S")
    try dovecot.deliver(TestMail.patientQuestion(31).bytes)
    let report = try synchroniser.pass()
    #expect(report.received == 1)
    #expect(report.gone == 1)
    #expect(report.flagsIn == 1)
    let messages = try bureau.messages()
    #expect(messages.count == 31, "what is gone there stays here")
    #expect(messages.count { $0.flags.isSeen } == 1)
    #expect(messages.count { $0.uid == nil } == 1)
    for message in messages {
      #expect(try bureau.store.order(ofMessage: message.id) != nil)
    }
  }
}
