import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// Mailboxes that somebody renames or takes away at the server.
@Suite(.serialized) struct `A mailbox that is not there any more` {
  let bureau: Bureau
  let dovecot: DovecotServer

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    bureau.mailboxes = ["Archive"]
    try dovecot.deliver(TestMail.patientPrescription(1).bytes)
    for n in 1...3 { try dovecot.deliver(TestMail.patientQuestion(n).bytes, mailbox: "Archive") }
    try bureau.pass(backend)
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: dovecot.port, security: .none), smtp: nil,
        anchors: [], login: Login(user: "officine", method: .password("secret"))))
  }

  /// Moves the mailbox's directory, as the server itself does it.
  private func move(_ old: String, to new: String) throws {
    try dovecot.stop()
    try FileManager.default.moveItem(
      atPath: dovecot.maildir(mailbox: old), toPath: dovecot.maildir(mailbox: new))
    // Dovecot's own list of mailboxes is made again.
    for file in try FileManager.default.contentsOfDirectory(atPath: dovecot.maildir())
    where file.hasPrefix("dovecot.list") {
      try FileManager.default.removeItem(atPath: dovecot.maildir() + "/" + file)
    }
    try dovecot.start()
  }

  private func lines(_ action: String) throws -> Int {
    try bureau.store.journal(limit: 1_000).count { $0.action == action }
  }

  private func archived() throws -> [Message] {
    try bureau.messages().filter { $0.mailbox != "INBOX" }
  }

  @Test func `Renamed: a calm word, nothing lost, and nothing fetched twice once it is named`()
    throws
  {
    let before = try bureau.messages().map(\.id)
    let inbox = try #require(try bureau.messages().first { $0.mailbox == "INBOX" })
    let demande = try #require(try bureau.store.order(ofMessage: inbox.id))
    let first = try #require(try archived().first)
    try move("Archive", to: "Archive2025")
    try bureau.store.setFlag("\\Flagged", true, on: first.id, by: nil, now: noon)
    for _ in 1...3 { try bureau.pass(backend) }
    #expect(try bureau.store.health().missingMailboxes == ["Archive"])
    #expect(try bureau.store.syncStatus().phase == .upToDate, "no alarm")
    #expect(try lines("mailbox.missing") == 1, "told once")
    #expect(try bureau.messages().map(\.id) == before)
    #expect(try archived().allSatisfy { !$0.isGoneFromServer })
    #expect(try bureau.store.pendingFlagChanges(limit: 9).isEmpty, "waits for its mailbox")
    bureau.mailboxes = ["Archive2025"]
    let report = try bureau.pass(backend)
    #expect(report.received == 0 && report.known == 0, "\(report)")
    #expect(report.flagsOut == 1, "and the flag finds its mail")
    #expect(try archived().allSatisfy { $0.mailbox == "Archive2025" && $0.uid != nil })
    #expect(try bureau.messages().map(\.id) == before)
    #expect(try bureau.store.order(demande.id) == demande)
    #expect(try bureau.store.health().missingMailboxes.isEmpty)
    #expect(try bureau.store.verify().isSound)
  }

  @Test func `Taken away and given back: nothing of it is gone meanwhile`() throws {
    let before = try bureau.messages().map(\.id)
    try move("Archive", to: "Ailleurs")
    try bureau.pass(backend)
    #expect(try bureau.store.health().missingMailboxes == ["Archive"])
    try move("Ailleurs", to: "Archive")
    let report = try bureau.pass(backend)
    #expect(report.received == 0 && report.known == 0 && report.gone == 0)
    #expect(try bureau.store.health().missingMailboxes.isEmpty)
    #expect(try lines("mailbox.back") == 1)
    #expect(try bureau.messages().map(\.id) == before)
  }

  @Test func `Another mailbox with the same numbers is not taken for it`() throws {
    for n in 11...13 { try dovecot.deliver(TestMail.patientQuestion(n).bytes, mailbox: "Autre") }
    let other = try Bureau()
    other.mailboxes = ["Autre"]
    try other.pass(backend)
    let validity = try #require(try other.store.cursor(of: "Autre")?.uidValidity)
    try bureau.sql("UPDATE mailbox SET uid_validity = \(validity) WHERE name = 'Archive'")
    try bureau.sql("UPDATE location SET uid_validity = \(validity) WHERE mailbox = 'Archive'")
    try move("Archive", to: "Ailleurs")
    bureau.mailboxes = ["Autre"]
    #expect(try bureau.pass(backend).received == 3)
    #expect(try lines("mailbox.renamed") == 0)
    #expect(try bureau.messages().count == 7)
    let question = try #require(
      try bureau.messages().first { $0.messageID.contains("question-1@") })
    #expect(question.mailbox == "Archive")
  }
}
