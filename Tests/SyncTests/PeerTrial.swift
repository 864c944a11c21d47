import Domain
import Store
import Sync
import TestKit
import Testing

/// One BAL on one server, and what must hold on every server, whoever wrote it.
///
/// Another client, written by others, does what webmails do and says what the server holds.
struct PeerTrial {
  let bureau: Bureau
  let peer: any IMAPPeer

  init(_ peer: any IMAPPeer) throws {
    bureau = try Bureau()
    self.peer = peer
  }

  func backend(
    port: Int? = nil, security: Server.Security? = nil, password: String? = nil,
    sink: MailSink? = nil
  ) -> Account.Backend {
    let smtp = sink.map { Server(host: $0.host, port: $0.port, security: .startTLS) }
    let authorities = [peer.authority, sink?.authority].compactMap { $0 }
    return .imap(
      IMAPAccount(
        imap: Server(
          host: peer.host, port: port ?? peer.port,
          security: security ?? (peer.authority == nil ? .none : .startTLS)),
        smtp: smtp, anchors: authorities.map(\.anchor),
        login: Login(user: peer.user, method: .password(password ?? peer.password))))
  }

  private func stored(_ messageID: String) throws -> Message {
    try #require(try bureau.messages().first { $0.messageID == messageID })
  }

  private func there(_ messageID: String) throws -> Webmail.Mail {
    try #require(
      try peer.webmail.list().mails.first {
        String(decoding: $0.bytes, as: UTF8.self).contains("Message-ID: \(messageID)\r\n")
      })
  }

  static func questionID(_ number: Int) -> String { "<question-\(number)@patient.mssante.example>" }

  /// Everything comes, byte for byte; a second pass brings and changes nothing (S02).
  func receivesAllOnce() throws {
    var mails = (1...28).map { TestMail.patientPrescription($0).bytes }
    mails += (1...12).map { TestMail.patientQuestion($0).bytes }
    mails += [TestMail.doctorLetter(1).bytes, try Self.large()]
    try peer.webmail.deliver(mails)
    let report = try bureau.pass(backend())
    #expect(report.received == mails.count)
    let messages = try bureau.messages()
    let raw = try messages.compactMap { try bureau.store.raw($0.id) }
    #expect(Set(raw) == Set(mails))
    #expect(messages.count == mails.count)
    #expect(messages.allSatisfy { $0.uid != nil })
    try bureau.expectCursorCoversOnlyWhatIsStored()

    let before = try peer.webmail.list()
    #expect(before.mails.allSatisfy { $0.flags.isEmpty }, "reading marks nothing as read")
    let again = try bureau.pass(backend())
    #expect(again.received + again.known + again.flagsIn + again.flagsOut + again.gone == 0)
    let after = try peer.webmail.list()
    #expect(after.uidValidity == before.uidValidity)
    #expect(after.mails.map(\.uid) == before.mails.map(\.uid))
    #expect(after.mails.allSatisfy { $0.flags.isEmpty })
    #expect(try bureau.messages().count == mails.count)
  }

  /// Above every portion in which bodies are asked for.
  private static func large() throws -> [UInt8] {
    var mail = TestMail.patientPrescription(999)
    let bytes = [UInt8]((0..<1_200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) })
    mail.attachments.append(
      TestMail.Attachment(name: "scan.bin", type: "application/octet-stream", bytes: bytes))
    return mail.bytes
  }

  /// Flags travel both ways, a removal by somebody else marks and removes nothing here.
  func followsFlagsAndRemovals() throws {
    try peer.webmail.deliver((1...4).map { TestMail.patientQuestion($0).bytes })
    try bureau.pass(backend())
    try bureau.store.setFlag(
      "\\Seen", true, on: try stored(Self.questionID(1)).id, by: nil, now: noon)
    try peer.webmail.flag("\\Flagged", true, on: Self.questionID(2))
    let report = try bureau.pass(backend())
    #expect(report.flagsOut == 1 && report.flagsIn == 1)
    #expect(try there(Self.questionID(1)).flags == ["\\Seen"])
    #expect(try stored(Self.questionID(2)).flags.names == ["\\Flagged"])

    try bureau.store.setFlag(
      "\\Seen", false, on: try stored(Self.questionID(1)).id, by: nil, now: noon)
    try peer.webmail.flag("\\Flagged", false, on: Self.questionID(2))
    try bureau.pass(backend())
    #expect(try there(Self.questionID(1)).flags == [])
    #expect(try stored(Self.questionID(2)).flags.names == [])
    #expect(try bureau.store.pendingFlagChanges(limit: 5).isEmpty)

    try peer.webmail.remove(Self.questionID(3))
    #expect(try bureau.pass(backend()).gone == 1)
    let messages = try bureau.messages()
    #expect(messages.count == 4, "what is gone there stays here")
    #expect(messages.filter(\.isGoneFromServer).map(\.messageID) == [Self.questionID(3)])
    #expect(try peer.webmail.list().mails.count == 3)
    try everyMessageHasItsDemande()
  }

  private func everyMessageHasItsDemande() throws {
    for message in try bureau.messages() {
      #expect(try bureau.store.order(ofMessage: message.id) != nil)
    }
    #expect(try bureau.store.verify().isSound)
  }

  /// One answer leaves once and has one copy in Sent, also when the store forgot the copy (O04).
  func keepsOneCopyOfAnAnswer() throws {
    let sink = try MailSink()
    try peer.webmail.deliver([TestMail.patientPrescription(1).bytes])
    try bureau.pass(backend(sink: sink))
    let original = try #require(try bureau.messages().first)
    let item = try bureau.queueAnswer(to: original)
    #expect(try bureau.pass(backend(sink: sink)).sent == 1)
    let sent = try #require(try sink.received().first)
    #expect(try peer.webmail.list("Sent").mails.map(\.bytes) == [sent.bytes])
    #expect(try peer.webmail.list().mails.map(\.flags) == [["\\Answered"]])
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == true)
    // A cut behind APPEND looks like this: the copy stands there, and the store does not know.
    try bureau.sql("UPDATE outbox SET has_sent_copy = 0")
    #expect(try bureau.pass(backend(sink: sink)).sent == 0)
    #expect(try bureau.store.outgoing(item.id)?.hasSentCopy == true)
    #expect(try peer.webmail.list("Sent").mails.count == 1)
    #expect(try sink.received().count == 1)
    #expect(try bureau.messages(.sent).map(\.messageID) == [item.messageID])
  }

  /// A new UIDVALIDITY, mails in the opposite order: state, note, flag stay on their content (S07).
  func survivesNewNumbers() throws {
    let count = 12
    try peer.webmail.deliver((1...count).map { TestMail.patientPrescription($0).bytes })
    try bureau.pass(backend())
    for (place, message) in try bureau.messages().enumerated() {
      let order = try #require(try bureau.store.order(ofMessage: message.id))
      try perform(.noted(NoteText(message.messageID)), order.id, "note-\(place)")
      if place % 3 == 0 { try perform(.taken(over: nil), order.id, "take-\(place)") }
    }
    let flagged = try #require(try bureau.messages().first)
    try bureau.store.setFlag("\\Flagged", true, on: flagged.id, by: nil, now: noon)
    let before = try (work(), try #require(try bureau.store.cursor(of: "INBOX")).uidValidity)
    let old = try peer.webmail.list()

    try peer.renumber()
    let new = try peer.webmail.list()
    try #require(new.uidValidity != old.uidValidity)
    try #require(new.mails.map(\.bytes) == old.mails.reversed().map(\.bytes))
    let report = try bureau.pass(backend())
    #expect(report.known == count && report.received == 0 && report.orders == 0)
    #expect(report.gone == 0)
    #expect(try bureau.store.cursor(of: "INBOX")?.uidValidity != before.1)
    #expect(try work() == before.0)
    // The flag set before the change reached the same mail under its new number.
    #expect(try there(flagged.messageID).flags == ["\\Flagged"])
    #expect(try peer.webmail.list().mails.count { $0.flags.isEmpty } == count - 1)
    let again = try bureau.pass(backend())
    #expect(again.received + again.known + again.gone + again.flagsOut == 0)
    #expect(try work() == before.0)
  }

  private func perform(_ gesture: Gesture, _ id: Order.ID, _ event: String) throws {
    _ = try bureau.store.perform(
      gesture, on: id, expecting: nil, by: Bureau.actor, policy: Policy(), eventID: event,
      now: noon)
  }

  /// What hangs on each content, never by its UID.
  private func work() throws -> [String: String] {
    var found: [String: String] = [:]
    for message in try bureau.messages() {
      let order = try #require(try bureau.store.order(ofMessage: message.id))
      let events = try bureau.store.events(of: order.id).map { "\($0.id) \($0.gesture)" }
      let owner = order.owner?.initials ?? "-"
      found[message.digest] = "\(order.id) \(order.status) \(owner) \(events)"
    }
    return found
  }

  /// A running service brings what arrives, and what another client changes, over one standing
  /// session; told by the server, or by asking it often.
  func servesWhatArrives(isPushed: Bool) throws {
    try peer.webmail.deliver([TestMail.patientQuestion(1).bytes])
    var rhythm = Rhythm()
    if !isPushed { rhythm.poll = 1 }
    let service = try RunningService(bureau, backend(), rhythm)
    try waitUntil("the first pass") { try bureau.store.syncStatus().phase == .upToDate }
    if isPushed { try waitUntil("IDLE") { try bureau.store.health().isPushed } }
    for number in 2...4 {
      try peer.webmail.deliver([TestMail.patientQuestion(number).bytes])
      try waitUntil("mail \(number)") { try bureau.messages().count == number }
    }
    try peer.webmail.flag("\\Flagged", true, on: Self.questionID(3))
    try waitUntil("the flag") {
      try stored(Self.questionID(3)).flags.names.contains("\\Flagged")
    }
    try peer.webmail.remove(Self.questionID(2))
    try waitUntil("the removal") { try stored(Self.questionID(2)).isGoneFromServer }
    #expect(try bureau.messages().filter(\.isGoneFromServer).count == 1)
    #expect(try bureau.store.health().isPushed == isPushed)
    try service.end()
  }

  /// What a pass costs when nothing happened: bytes of both directions.
  func quietBytes(with count: Int) throws -> Int {
    let road = try CuttingProxy(to: peer.port)
    defer { road.end() }
    let have = try peer.webmail.list().mails.count
    try peer.webmail.deliver((have + 1...count).map { TestMail.patientQuestion($0).bytes })
    let synchroniser = try bureau.synchroniser(backend(port: road.port))
    defer { synchroniser.close() }
    for _ in 1...3 { _ = try synchroniser.pass() }
    road.plan(.none)
    let report = try synchroniser.pass()
    #expect(report.received + report.flagsIn + report.gone == 0)
    #expect(try bureau.messages().count == count)
    return road.serverBytes + road.clientBytes
  }
}
