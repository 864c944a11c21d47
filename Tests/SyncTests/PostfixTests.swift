import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(
  .serialized, .enabled(if: PrivateServer.postfix.isHere, "\(PrivateServer.postfix.absence)"))
struct `Postfix as the server for sending` {
  private static let cabinet = "cabinet@medecin.mssante.example"
  private static let accented = "élodie@medecin.mssante.example"
  private static let unknown = "inconnu@medecin.mssante.example"

  let bureau: Bureau
  let imap: MinimalIMAPServer
  private let patient = TestMail.Party.patient.address

  init() throws {
    bureau = try Bureau()
    imap = try MinimalIMAPServer()
    try imap.webmail.deliver([TestMail.patientPrescription(1).bytes])
  }

  private func postfix(
    failing: [String] = [], sizeLimit: Int = 20_000_000, extra: String = ""
  ) throws -> PostfixServer {
    try PostfixServer(
      addresses: [patient, Self.cabinet, Self.accented, Bureau.address], failing: failing,
      sizeLimit: sizeLimit, extra: extra)
  }

  private func backend(
    _ postfix: PostfixServer, _ security: Server.Security = .startTLS
  ) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: imap.host, port: imap.port, security: .none),
        smtp: Server(
          host: postfix.host, port: security == .implicit ? postfix.tlsPort : postfix.port,
          security: security),
        anchors: [postfix.authority.anchor],
        login: Login(user: imap.user, method: .password(imap.password))))
  }

  private func queued(
    _ postfix: PostfixServer, _ id: String = "oaaaaaaaaaaaa", also others: [String] = []
  ) throws -> OutgoingItem {
    if try bureau.messages().isEmpty { try bureau.pass(backend(postfix)) }
    let message = try #require(try bureau.messages().first { !$0.isOutgoing })
    return try bureau.queueAnswer(id, to: message, also: others)
  }

  private func unix(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
  }

  @Test(arguments: [Server.Security.startTLS, .implicit])
  func `O01: an answer arrives once at each recipient, unchanged`(
    _ security: Server.Security
  ) throws {
    let postfix = try postfix()
    let item = try queued(postfix, also: [Self.cabinet])
    #expect(try bureau.pass(backend(postfix, security)).sent == 1)
    let state = try #require(try bureau.store.outgoing(item.id))
    #expect(state.state == .sent && state.results.map(\.isAccepted) == [true, true])
    #expect(state.lastAnswer?.hasPrefix("250 2.0.0") == true, "\(state.lastAnswer ?? "")")
    let copy = unix(try #require(try imap.webmail.list("Sent").mails.first).bytes)
    for address in [patient, Self.cabinet] {
      let mail = try #require(try postfix.wait(for: 1, to: address).first)
      #expect(mail.hasSuffix(copy), "\(mail)")
      #expect(mail.contains("Authenticated sender: officine") || mail.contains("with ESMTPSA"))
    }
    let again = try bureau.pass(backend(postfix, security))
    #expect(again.sent == 0)
    try postfix.waitUntilQuiet()
    #expect(try postfix.received(patient).count == 1)
    #expect(try postfix.received(Self.cabinet).count == 1)
  }

  @Test func `O05: one of three is refused: each answer is kept, and nothing leaves`() throws {
    let postfix = try postfix()
    let item = try queued(postfix, also: [Self.unknown, Self.cabinet])
    #expect(try bureau.pass(backend(postfix)).refused == 1)
    let refused = try #require(try bureau.store.outgoing(item.id))
    #expect(refused.state == .refused && refused.lastAnswer == "550 5.1.1")
    #expect(refused.results.map(\.address) == item.to.map(\.address))
    #expect(refused.results.map(\.isAccepted) == [true, false, true])
    #expect(refused.results.map(\.answer) == ["250 2.1.5", "550 5.1.1", "250 2.1.5"])
    // What could have come behind it has not: the next one arrives alone.
    _ = try queued(postfix, "obbbbbbbbbbbb")
    #expect(try bureau.pass(backend(postfix)).sent == 1)
    _ = try postfix.wait(for: 1, to: patient)
    try postfix.waitUntilQuiet()
    #expect(try postfix.received(patient).count == 1)
    #expect(try postfix.received(Self.cabinet).isEmpty)
  }

  @Test func `An address with an accent goes by SMTPUTF8`() throws {
    let postfix = try postfix()
    let item = try queued(postfix, also: [Self.accented])
    #expect(try bureau.pass(backend(postfix)).sent == 1)
    #expect(try bureau.store.outgoing(item.id)?.results.map(\.isAccepted) == [true, true])
    let mail = try #require(try postfix.wait(for: 1, to: Self.accented).first)
    #expect(mail.contains("with UTF8SMTPSA"), "\(mail)")
    try postfix.waitUntilQuiet()
    #expect(try postfix.received(patient).count == 1)
  }

  @Test func `A failure behind the acceptance is reported under our name for it, without the text`()
    throws
  {
    let postfix = try postfix(failing: [patient])
    let item = try queued(postfix)
    #expect(try bureau.pass(backend(postfix)).sent == 1)
    let report = try #require(try postfix.wait(for: 1, to: Bureau.address).first)
    #expect(report.contains("Original-Envelope-Id: \(item.id)\n"), "\(report)")
    #expect(report.contains("Status: 5.1.1\n") && report.contains("text/rfc822-headers"))
    // RET=HDRS: no word of the answer travels a second time.
    #expect(report.contains("Message-ID: \(item.messageID)"))
    #expect(!report.contains(Data("C'est prêt".utf8).base64EncodedString().prefix(12)))
    try postfix.waitUntilQuiet()
    #expect(try postfix.received(patient).isEmpty)
  }

  @Test func `O06: a mail above the announced SIZE is refused before it leaves`() throws {
    let postfix = try postfix(sizeLimit: 400)
    let item = try queued(postfix)
    #expect(try bureau.pass(backend(postfix)).refused == 1)
    #expect(try bureau.store.outgoing(item.id)?.lastAnswer == "smtp.size")
    #expect(try postfix.received(patient).isEmpty)
  }

  @Test func `O06: a limit that nobody announced is refused after the dot, for good`() throws {
    let postfix = try postfix(sizeLimit: 400, extra: "smtpd_discard_ehlo_keywords = size")
    let item = try queued(postfix)
    #expect(try bureau.pass(backend(postfix)).refused == 1)
    let refused = try #require(try bureau.store.outgoing(item.id))
    #expect(refused.state == .refused)
    #expect(refused.lastAnswer?.hasPrefix("552 5.3.4") == true, "\(refused.lastAnswer ?? "")")
    try postfix.waitUntilQuiet()
    #expect(try postfix.received(patient).isEmpty)
  }

  @Test func `T08: a wrong password is tried once`() throws {
    let postfix = try postfix()
    _ = try queued(postfix)
    try postfix.setPassword("autre")
    #expect(try bureau.failure(backend(postfix)) == .loginRefused)
    let attempts = postfix.log.components(separatedBy: "authentication failed").count - 1
    #expect(attempts == 1, "\(postfix.log)")
    #expect(try bureau.store.outbox(states: [.queued]).count == 1)
  }
}
