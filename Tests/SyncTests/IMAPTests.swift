import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `An IMAP server as a BAL` {
  let bureau: Bureau
  let dovecot: DovecotServer

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
  }

  private func backend(
    _ security: Server.Security = .startTLS, password: String = "secret",
    anchors: [String]? = nil, host: String? = nil, smtp: Server? = nil
  ) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(
          host: host ?? dovecot.host,
          port: security == .implicit ? dovecot.tlsPort : dovecot.port, security: security),
        smtp: smtp, anchors: anchors ?? [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password(password))))
  }

  @Test(arguments: [Server.Security.startTLS, .implicit, .none])
  func `All mail is stored byte for byte`(_ security: Server.Security) throws {
    let mails = (1...45).map { TestMail.patientPrescription($0).bytes }
    for mail in mails { try dovecot.deliver(mail) }
    let report = try bureau.pass(backend(security))
    #expect(report.received == 45)
    let messages = try bureau.messages()
    let raw = try messages.compactMap { try bureau.store.raw($0.id) }
    #expect(Set(raw) == Set(mails))
    #expect(messages.allSatisfy { $0.mailbox == "INBOX" && $0.uid != nil })
    #expect(try bureau.store.cursor(of: "INBOX")?.uidNext == 46)
    #expect(try bureau.store.cursor(of: "Sent")?.specialUse == "\\Sent")
  }

  @Test func `S02: a second pass sends no STORE and no APPEND, and changes nothing`() throws {
    for n in 1...25 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try bureau.pass(backend())
    let before = try dovecot.messages()
    let anchor = try bureau.store.journalAnchor()
    let report = try bureau.pass(backend())
    #expect(report.received + report.known + report.flagsIn + report.flagsOut == 0)
    #expect(try dovecot.messages() == before)
    #expect(try bureau.store.journalAnchor().seq == anchor.seq + 1)
  }

  @Test func `Flags travel both ways`() throws {
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try dovecot.deliver(TestMail.patientQuestion(2).bytes)
    try bureau.pass(backend())
    let first = try #require(try bureau.messages().first { $0.messageID.contains("question-1@") })
    let second = try #require(try bureau.messages().first { $0.messageID.contains("question-2@") })
    try bureau.store.setFlag("\\Seen", true, on: first.id, by: nil, now: noon)
    try another { session in
      _ = try session.pass()
    } change: { store in
      let same = try #require(try store.message(second.id))
      try store.setFlag("\\Flagged", true, on: same.id, by: nil, now: noon)
    }
    let report = try bureau.pass(backend())
    #expect(report.flagsOut == 1)
    #expect(report.flagsIn == 1)
    #expect(try bureau.store.message(second.id)?.flags.names == ["\\Flagged"])
    #expect(try bureau.store.pendingFlagChanges(limit: 5).isEmpty)
    try another { session in
      _ = try session.pass()
    } change: { store in
      let there = try store.message(first.id)
      #expect(there?.flags.isSeen == true)
    }
  }

  /// Another machine with its own store on the same BAL: a pass, a change, a pass.
  private func another(
    _ pass: (Synchroniser) throws -> Void, change: (OfficineStore) throws -> Void
  ) throws {
    let other = try Bureau()
    let synchroniser = try other.synchroniser(backend())
    defer { synchroniser.close() }
    try pass(synchroniser)
    try change(other.store)
    try pass(synchroniser)
  }

  @Test func `S07: a new UIDVALIDITY keeps every demande on its message`() throws {
    for n in 1...12 { try dovecot.deliver(TestMail.patientPrescription(n).bytes) }
    try bureau.pass(backend())
    for message in try bureau.messages() {
      let order = try #require(try bureau.store.order(ofMessage: message.id))
      _ = try bureau.store.perform(
        .noted(NoteText(message.messageID)), on: order.id, expecting: nil, by: Bureau.actor,
        policy: Policy(), eventID: "note-\(message.id)", now: noon)
    }
    let before = try #require(try bureau.store.cursor(of: "INBOX"))
    try dovecot.stop()
    // Dovecot's own numbers thrown away, and the mails dealt again in another order.
    for file in try FileManager.default.contentsOfDirectory(atPath: dovecot.maildir())
    where file.hasPrefix("dovecot") {
      try FileManager.default.removeItem(atPath: dovecot.maildir() + "/" + file)
    }
    try dovecot.start()
    let report = try bureau.pass(backend())
    #expect(report.known == 12 && report.received == 0)
    #expect(try bureau.store.cursor(of: "INBOX")?.uidValidity != before.uidValidity)
    for message in try bureau.messages() {
      let order = try #require(try bureau.store.order(ofMessage: message.id))
      let notes = try bureau.store.events(of: order.id).compactMap {
        if case .noted(let note) = $0.gesture { note.forTheTeam } else { nil as String? }
      }
      #expect(notes == [message.messageID])
    }
  }

  @Test func `A deletion by somebody else marks, and removes nothing`() throws {
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try dovecot.deliver(TestMail.patientQuestion(2).bytes)
    try bureau.pass(backend())
    let box = dovecot.maildir()
    for place in ["cur", "new"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(box)/\(place)") {
        let file = "\(box)/\(place)/\(name)"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        if text.contains("question-1@") { try FileManager.default.removeItem(atPath: file) }
      }
    }
    #expect(try bureau.pass(backend()).gone == 1)
    let messages = try bureau.messages()
    #expect(messages.count == 2)
    #expect(
      messages.filter(\.isGoneFromServer).map(\.messageID).allSatisfy { $0.contains("question-1@") }
    )
    #expect(messages.filter(\.isGoneFromServer).count == 1)
  }

  @Test func `S01: stopped within bodies, then resumed: nothing lost, nothing twice`() throws {
    let count = 70
    for n in 1...count { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    for limit in [1, 20, 33, 69] {
      let stop = Stop()
      let synchroniser = try bureau.synchroniser(backend(), stop: stop)
      defer { synchroniser.close() }
      synchroniser.onProgress = { if $0.done == limit { stop.request() } }
      do throws(SyncFailure) { _ = try synchroniser.pass() } catch { #expect(error == .stopped) }
      try bureau.expectCursorCoversOnlyWhatIsStored()
    }
    try bureau.pass(backend())
    let messages = try bureau.messages()
    #expect(messages.count == count)
    #expect(Set(messages.map(\.messageID)).count == count)
    #expect(try bureau.store.verify().isSound)
  }

  @Test func `A session that the server closed between two passes is no outage`() throws {
    let synchroniser = try bureau.synchroniser(backend())
    defer { synchroniser.close() }
    _ = try synchroniser.pass()
    try dovecot.stop()
    try dovecot.start()
    try dovecot.deliver(TestMail.patientQuestion().bytes)
    #expect(try synchroniser.pass().received == 1)
    #expect(try bureau.store.syncStatus().phase == .upToDate)
  }

  // MARK: - What must be refused

  @Test(arguments: [Server.Security.startTLS, .implicit])
  func `T01: an unknown authority is refused and no login byte leaves`(
    _ security: Server.Security
  ) throws {
    let stranger = try CertificateAuthority()
    let failure = try bureau.failure(backend(security, anchors: [stranger.anchor]))
    #expect(failure == .tls(.unknownAuthority))
    #expect(!dovecot.log.contains("Login"))
    let status = try bureau.store.syncStatus()
    #expect(status.phase == .refused)
    #expect(status.failure == "tls.authority")
  }

  @Test(arguments: [Server.Security.startTLS, .implicit])
  func `T01: another host's certificate is refused`(_ security: Server.Security) throws {
    // The address is the right machine, and no name of the certificate.
    let failure = try bureau.failure(backend(security, host: "127.0.0.1"))
    #expect(failure == .tls(.wrongHost))
    #expect(!dovecot.log.contains("Login"))
  }

  @Test func `T02: a plain server on the TLS port gets no credential`() throws {
    let account = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: dovecot.port, security: .implicit), smtp: nil,
        anchors: [dovecot.authority.anchor],
        login: Login(user: "officine", method: .password("secret"))))
    let failure = try bureau.failure(account)
    // Dovecot sometimes hangs up on a ClientHello before its greeting has left.
    #expect(failure == .tls(.plaintext) || failure == .tls(.handshake))
    #expect(!dovecot.log.contains("Login"))
  }

  @Test func `T08: a wrong password is tried once, and the status waits for a person`() throws {
    #expect(try bureau.failure(backend(password: "faux")) == .loginRefused)
    #expect(try bureau.store.syncStatus().phase == .refused)
    #expect(SyncFailure.loginRefused.needsPerson)
    // Dovecot writes it down when the connection has ended.
    func attempts() -> Int {
      dovecot.log.components(separatedBy: "auth failed, 1 attempts").count - 1
    }
    try waitUntil("the server to write it down") { attempts() > 0 }
    #expect(attempts() == 1, "\(dovecot.log)")
  }

  @Test func `A server that is not there is told apart from one that refuses`() throws {
    try dovecot.stop()
    #expect(try bureau.failure(backend()) == .unreachable)
    let status = try bureau.store.syncStatus()
    #expect(status.phase == .offline)
    #expect(status.failure == "network.unreachable")
    #expect(SyncFailure.unreachable.exitCode == 69)
  }

  @Test func `A password command gives its first line, and its failure is no login`() throws {
    func login(_ command: [String]) -> Account.Backend {
      .imap(
        IMAPAccount(
          imap: Server(host: dovecot.host, port: dovecot.port, security: .startTLS), smtp: nil,
          anchors: [dovecot.authority.anchor],
          login: Login(user: "officine", method: .passwordCommand(command))))
    }
    #expect(try bureau.failure(login(["printf", "secret\\nautre ligne\\n"])) == nil)
    #expect(try bureau.failure(login(["false"])) == .secret)
    #expect(try bureau.failure(login(["/nonexistent"])) == .secret)
    #expect(try bureau.failure(login(["printf", ""])) == .secret)
  }
}
