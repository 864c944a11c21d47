import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// O13 on the wire: what a colleague, the patient or another client does in the time of grace.
@Suite(.serialized) struct `Answers that are held` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let sink: MailSink
  static let sami = Actor(
    member: Member(id: "id-sami", name: "Sami HADDAD", initials: "SH", role: .adjoint),
    poste: "comptoir 2", isDeclared: false)

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    sink = try MailSink(authority: dovecot.authority)
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: dovecot.port, security: .startTLS),
        smtp: Server(host: sink.host, port: sink.port, security: .startTLS),
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func act(_ gesture: Gesture, _ order: Order.ID, _ id: String) throws {
    _ = try bureau.store.perform(
      gesture, on: order, expecting: nil, by: Self.sami, policy: Policy(), eventID: id,
      now: bureau.clock.now)
  }

  private func mail(_ from: String, _ id: String, answering original: Message, _ text: String)
    -> [UInt8]
  {
    Array(
      ("From: \(from)\r\nTo: \(original.sender.address)\r\nSubject: Re: Ordonnance\r\n"
        + "Date: Fri, 20 Nov 2026 10:45:00 +0100\r\nMessage-ID: <\(id)>\r\n"
        + "In-Reply-To: \(original.messageID)\r\n\r\n\(text)\r\n").utf8)
  }

  /// What happens between « Envoyer » and the first byte, and a word of what the author reads.
  private func happen(_ name: String, _ original: Message, _ order: Order.ID) throws {
    switch name {
    case "mail":
      try dovecot.deliver(
        mail(original.sender.address, "p2@x.example", answering: original, "Une autre photo."))
    case "elsewhere":
      try dovecot.deliver(
        mail(Bureau.address, "web@operateur.example", answering: original, "Déjà répondu."),
        mailbox: "Sent")
    case "note": try act(.noted("elle passe demain"), order, "n-\(name)")
    case "state": try act(.moved(to: .prepared, reason: nil), order, "n-\(name)")
    case "owner": try act(.taken(over: nil), order, "n-\(name)")
    default: try act(.marked(.urgent), order, "n-\(name)")
    }
  }

  @Test(arguments: ["mail", "elsewhere", "note", "state", "owner", "marker"])
  func `O13: nothing is on the wire when the demande moved in the time of grace`(name: String)
    throws
  {
    try dovecot.deliver(TestMail.patientPrescription().bytes)
    try bureau.pass(backend)
    let original = try #require(try bureau.messages().first)
    let order = try #require(try bureau.store.order(ofMessage: original.id)?.id)
    let item = try bureau.queueAnswer(to: original)
    try happen(name, original, order)
    let wire = sink.wire
    #expect(try bureau.pass(backend).sent == 0)
    #expect(sink.wire == wire, "not even a connection")
    #expect(try sink.received().isEmpty)
    let copies = try dovecot.messages(mailbox: "Sent").map { String(decoding: $0, as: UTF8.self) }
    #expect(!copies.contains { $0.contains("C'est prêt") })
    let held = try #require(try bureau.store.heldAnswers(of: order).first)
    #expect(held.item.state == .held && held.report.events.count == 1)
    let said = [
      "mail": "Une autre photo.", "elsewhere": "Déjà répondu.",
    ]
    #expect(held.report.events.first.flatMap { held.report.excerpts[$0.id] } == said[name])
    // It stays, pass after pass, until somebody decides.
    bureau.clock.advance(7_200)
    try bureau.pass(backend)
    #expect(try sink.received().isEmpty)
    try bureau.store.releaseOutgoing(
      item.id, seen: held.report.upTo, notBefore: bureau.clock.now, by: Self.sami,
      now: bureau.clock.now)
    #expect(try bureau.pass(backend).sent == 1)
    let received = try #require(try sink.received().first)
    #expect(received.text.contains("Message-ID: \(item.messageID)"))
    #expect(!received.text.contains("elle passe demain"))
    #expect(try sink.received().count == 1)
  }
}
