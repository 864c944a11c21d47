import Documents
import Domain
import Foundation
import Store
import TestKit
import Testing

@testable import Sync

@Suite(.serialized) struct `A server that names its mailboxes its own way` {
  private let bureau: Bureau

  init() throws { bureau = try Bureau() }

  /// What Cyrus, Courier and older Dovecots do: everything under INBOX, levels with a point.
  private static let prefixed = """
    namespace inbox {
      prefix = INBOX.
      separator = .
      mailbox Sent {
        auto = no
        special_use =
      }
    }
    """

  private func pass(
    _ dovecot: DovecotServer, _ bureau: Bureau, mailboxes: [String] = [], sink: MailSink? = nil
  ) throws {
    var account = bureau.account(
      .imap(
        IMAPAccount(
          imap: Server(host: dovecot.host, port: dovecot.port, security: .none),
          smtp: sink.map { Server(host: $0.host, port: $0.port, security: .none) }, anchors: [],
          login: Login(user: "officine", method: .password("secret")))))
    account.mailboxes = mailboxes
    let clock = bureau.clock
    let synchroniser = try Synchroniser(
      account: account, store: bureau.store,
      decoder: DecoderClient(executable: try Products.binary("mssterm-worker")),
      stop: bureau.stop, now: { clock.now })
    defer { synchroniser.close() }
    _ = try synchroniser.pass()
  }

  @Test func `NAMESPACE: a configured mailbox is found, however its levels are written`() throws {
    let dovecot = try DovecotServer(extra: Self.prefixed)
    try dovecot.deliver(TestMail.patientQuestion(3).bytes)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes, mailbox: "Archives.2025")
    try dovecot.deliver(TestMail.patientQuestion(2).bytes, mailbox: "Autres")
    // The other spellings are tried without a server below.
    for wish in ["Archives/2025", "INBOX/Archives/2025"] {
      let bureau = try Bureau()
      try pass(dovecot, bureau, mailboxes: [wish])
      #expect(
        try Set(bureau.messages().map(\.mailbox)) == ["INBOX", "INBOX.Archives.2025"], "\(wish)")
    }
  }

  @Test(arguments: [nil, "Trash", "INBOX/Trash"])
  func `NAMESPACE: the trash is found under the prefix`(_ trash: String?) throws {
    let dovecot = try DovecotServer(
      extra: Self.prefixed.replacingOccurrences(
        of: "mailbox Sent",
        with: "mailbox Trash {\n auto = no\n special_use =\n}\nmailbox Sent"))
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try dovecot.deliver(TestMail.patientQuestion(2).bytes, mailbox: "Trash")
    bureau.trash = trash
    try pass(dovecot, bureau)
    let message = try #require(try bureau.messages().first)
    let order = try #require(try bureau.store.order(ofMessage: message.id))
    _ = try bureau.store.trash(order.id, by: Bureau.actor, notBefore: noon, now: noon)
    try pass(dovecot, bureau)
    #expect(try bureau.store.operations(states: [.done]).count == 1)
    #expect(try dovecot.messages(mailbox: "Trash").count == 2)
  }

  @Test func `Without a prefix too, with a point where the server has a slash`() throws {
    let dovecot = try DovecotServer()
    try dovecot.deliver(TestMail.patientQuestion(3).bytes)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes, mailbox: "Archives.2025")
    try pass(dovecot, bureau, mailboxes: ["Archives.2025"])
    #expect(try Set(bureau.messages().map(\.mailbox)) == ["INBOX", "Archives/2025"])
  }

  @Test func `Sent is known by its name under the prefix, and made there when it is missing`()
    throws
  {
    let dovecot = try DovecotServer(extra: Self.prefixed)
    let sink = try MailSink(.none)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try pass(dovecot, bureau, sink: sink)
    #expect(try bureau.store.cursor(of: "INBOX.Sent") == nil)
    let original = try #require(try bureau.messages().first)
    try bureau.queueAnswer(to: original)
    try pass(dovecot, bureau, sink: sink)
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
    #expect(try bureau.store.outgoing("oaaaaaaaaaaaa")?.hasSentCopy == true)
    // The next pass knows it for what it is.
    try pass(dovecot, bureau, sink: sink)
    #expect(try bureau.messages(.sent).map(\.mailbox) == ["INBOX.Sent"])
    #expect(try dovecot.messages(mailbox: "Sent").count == 1)
  }

  @Test func `Names are tried from the most literal on`() {
    let plain = Naming()
    #expect(plain.spellings(of: "A/B") == ["A/B"])
    #expect(plain.made("Sent") == "Sent")
    let pointed = Naming(prefix: "INBOX.", delimiter: ".")
    #expect(pointed.spellings(of: "A/B") == ["A/B", "INBOX.A/B", "A.B", "INBOX.A.B"])
    #expect(pointed.spellings(of: "INBOX/A") == ["INBOX/A", "INBOX.INBOX/A", "INBOX.A"])
    #expect(pointed.made("Sent") == "INBOX.Sent")
    #expect(pointed.made("A/B") == "INBOX.A.B")
    #expect(pointed.made("INBOX.A") == "INBOX.A")
    #expect(pointed.made("INBOX") == "INBOX")
    let slashed = Naming(delimiter: "/")
    #expect(slashed.spellings(of: "A.B") == ["A.B", "A/B"])
    #expect(slashed.made("A/B") == "A/B")
  }
}
