import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// Servers and configurations that a team log can meet.
@Suite(.serialized) struct `A team log and its server` {
  @Test func `a server that forbids it is told of, and one host works as before`() throws {
    let server = try MinimalIMAPServer()
    try server.setMoods([("CREATE", "NO [NOPERM] not yours")])
    let machine = try TeamMachine("LP", port: server.port)
    let failure = #expect(throws: SyncFailure.self) { try machine.logPass() }
    #expect(failure == .teamLog(.forbidden))
    #expect(try machine.store.teamLog() == nil, "nothing waits for machines that cannot be")
    let health = try #require(try machine.store.teamLogHealth())
    #expect(health.obstacle == .forbidden)
    #expect(health.status.phase == .refused)
    let service = try RunningService(
      machine.bureau, machine.account.backend, Rhythm(), stop: machine.bureau.stop)
    try waitUntil("the mail") { try machine.store.syncStatus().phase == .upToDate }
    try service.end()
    let clock = machine.bureau.clock
    let findings = Checkup(
      account: machine.account, store: machine.store, now: { clock.now }
    ).run(stop: Stop()).filter { $0.check == "log" }
    #expect(findings.contains { !$0.isSound && $0.french.contains("refuse") }, "\(findings)")
    // The right is given: the next wish finds it.
    try server.setMoods([])
    try machine.logPass()
    #expect(try machine.store.teamLog()?.epoch == 1)
    #expect(try machine.store.teamLogHealth()?.obstacle == nil)
  }

  @Test func `plain RFC 3501 is enough`() throws {
    let server = try MinimalIMAPServer()
    let (lea, claire) = (
      try TeamMachine("LP", port: server.port), try TeamMachine("CM", port: server.port)
    )
    for _ in 1...2 {
      try lea.logPass()
      try claire.logPass()
    }
    for machine in [lea, claire] {
      #expect(try machine.store.member(initialsOrName: "LP") != nil)
      #expect(try machine.store.member(initialsOrName: "CM") != nil)
      #expect(try machine.pending == 0)
    }
  }

  @Test func `without a key nothing is asked and nothing believed`() throws {
    let dovecot = try DovecotServer()
    for key in ["", "secret", String(repeating: "zz", count: 32)] {
      let machine = try TeamMachine("LP", port: dovecot.port, key: key)
      let failure = #expect(throws: SyncFailure.self) { try machine.logPass() }
      #expect(failure == .teamLog(.key))
      #expect(try machine.store.teamLogHealth()?.obstacle == .key)
    }
    #expect(!dovecot.log.contains("Login"), "nobody logged in")
  }

  @Test func `a Maildir has none, and says so`() throws {
    let (bureau, box) = (try Bureau(), try Letterbox())
    bureau.teamLog = TeamLogAccount(
      mailbox: "MSSTerm/Journal", keyCommand: ["echo", TeamMachine.key])
    // It had one, and was given a Maildir since: what waited is done here, and waits no more.
    try bureau.store.turnOnTeamLog(machine: "m", now: noon)
    #expect(try bureau.store.teamLog()?.pending ?? 0 > 0)
    let synchroniser = try bureau.synchroniser(box.backend())
    defer { synchroniser.close() }
    #expect(try !synchroniser.logPass())
    #expect(try bureau.store.teamLogHealth()?.obstacle == .maildir)
    let since = try bureau.store.teamLogHealth()?.status.since
    bureau.clock.advance(600)
    #expect(try !synchroniser.logPass())
    #expect(try bureau.store.teamLogHealth()?.status.since == since, "the same trouble")
    #expect(try bureau.store.teamLog() == nil)
    _ = try synchroniser.pass()
  }

  @Test func `mailboxes are called as the server calls them`() throws {
    let dovecot = try DovecotServer(
      extra: """
        namespace inbox {
          prefix = INBOX.
          separator = .
        }
        """)
    let machine = try TeamMachine("LP", port: dovecot.port)
    try machine.logPass()
    #expect(
      FileManager.default.fileExists(atPath: dovecot.maildir(mailbox: "MSSTerm.Journal.1")))
    #expect(try machine.pending == 0)
  }

  @Test func `an epoch is closed on a wish, and the one before is taken away`() throws {
    let dovecot = try DovecotServer()
    let (lea, claire) = (
      try TeamMachine("LP", port: dovecot.port), try TeamMachine("CM", port: dovecot.port)
    )
    try dovecot.deliver(TestMail.patientPrescription(1).bytes)
    for machine in [lea, claire, lea] { try machine.pass() }
    let message = try #require(try lea.bureau.messages().first)
    let order = try #require(try lea.store.order(ofMessage: message.id)).id
    try lea.take(order)
    try lea.logPass()
    try lea.store.wishTeamLogRenewal()
    try lea.logPass()
    #expect(try lea.store.teamLog()?.epoch == 2)
    let old = dovecot.maildir(mailbox: "MSSTerm.Journal.1")
    #expect(!FileManager.default.fileExists(atPath: old))
    // Said by a machine that does not know it yet: it finds the new epoch, and nothing is lost.
    let late = try #require(try claire.perform(.noted("Il rappellera."), on: order))
    try claire.logPass()
    #expect(try claire.fate(late) == .confirmed)
    #expect(try claire.fold(order)?.owner?.memberID == lea.member.id)
    try lea.logPass()
    try expectEqual([lea, claire], [order])
  }
}
