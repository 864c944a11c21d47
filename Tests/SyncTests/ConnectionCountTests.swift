import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// What is counted: TCP connections to the IMAP server that are open at one time, on a road that
/// all of them take; those to the submission server (one for each mail, closed behind it) on a
/// road of their own.
@Suite(.serialized) struct `At most two standing connections for one store` {
  @Test func `IDLE, passes, other mailboxes, a sending and the doctor share them`() throws {
    let bureau = try Bureau()
    let dovecot = try DovecotServer()
    let sink = try MailSink(.none)
    let (road, street) = (try CuttingProxy(to: dovecot.port), try CuttingProxy(to: sink.port))
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: road.port, security: .startTLS),
        smtp: Server(host: sink.host, port: street.port, security: .none),
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
    for n in 0..<9 {
      let box = ["INBOX", "Archives", "Autres"][n / 3]
      try dovecot.deliver(TestMail.patientQuestion(n).bytes, mailbox: box)
    }
    var rhythm = Rhythm()
    rhythm.backOff = [1]
    let service = try RunningService(
      bureau, backend, rhythm, mailboxes: ["Archives", "Autres"])
    try waitUntil("IDLE and every mailbox") {
      try bureau.store.health().isPushed && bureau.messages().count == 9
    }
    for (n, id) in ["oaaaaaaaaaaaa", "obbbbbbbbbbbb"].enumerated() {
      let original = try #require(try bureau.messages().first { $0.mailbox == "INBOX" })
      try bureau.queueAnswer(id, to: original)
      try dovecot.deliver(TestMail.patientPrescription(n).bytes)
      try waitUntil("\(id) and its copy") { try bureau.store.outgoing(id)?.hasSentCopy == true }
    }
    #expect(road.peak == 1, "the service alone needs one")
    #expect(road.connections == 1)
    #expect(street.peak == 1)
    // A person asks the doctor meanwhile: the second one, and gone at once.
    let clock = bureau.clock
    let checkup = Checkup(
      account: bureau.account(backend), store: bureau.store, now: { clock.now })
    for _ in 1...3 {
      let findings = checkup.run(stop: bureau.stop)
      #expect(findings.contains { $0.check == "login" && $0.isSound })
      try waitUntil("the doctor's connection to close") { road.standing == 1 }
    }
    // Cut and found again: what was lost does not stand beside what is new.
    road.reset()
    try waitUntil("the new connection") { road.connections == 5 }
    try waitUntil("IDLE again") { try bureau.store.health().isPushed }
    try dovecot.deliver(TestMail.patientPrescription(77).bytes)
    try waitUntil("the last mail") {
      try bureau.messages().contains { $0.messageID.contains("ordonnance-77@") }
    }
    #expect(road.peak == 2)
    #expect(road.standing == 1)
    try service.end()
    try waitUntil("the end of the last connection") { road.standing == 0 }
  }
}
