import Domain
import Foundation
import IMAP
import Store
import TeamLog
import TestKit
import Testing

@testable import Sync

/// What a server told with the end of a command it does not tell again in IDLE: whoever goes to
/// sleep on it would hear of that mail with the next one only.
@Suite struct `What came before IDLE began` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let pulse = Pulse()
  private let inbox = Folder(name: "INBOX", role: .inbox)

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
  }

  private func connected() throws -> IMAPBackend {
    let imap = IMAPAccount(
      imap: Server(host: "localhost", port: dovecot.port, security: .none), smtp: nil,
      anchors: [], login: Login(user: "officine", method: .password("secret")))
    return try IMAPBackend(
      imap, desk: LoginDesk(imap.login, store: bureau.store),
      directory: bureau.store.directory, stop: bureau.stop, life: LifeSign())
  }

  /// IDLE rings at once for the one mail there, and no more once it was looked at.
  private func expectNews(_ session: IMAPSession) throws {
    #expect(try session.beginWatch(pulse))
    try waitUntil("the pulse") { pulse.hear() }
    try session.endWatch(patience: 30)
    #expect(try session.open(inbox, since: nil).count == 1)
    #expect(try session.beginWatch(pulse))
    try session.endWatch(patience: 30)
    #expect(!pulse.hear())
  }

  @Test func `a mail that was told with the answer to something else rings at once`() throws {
    let backend = try connected()
    defer { backend.close() }
    let session = try IMAPSession(connection: try backend.open())
    defer { session.close() }
    _ = try session.open(inbox, since: nil)
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    // As any command of a pass would bring it.
    try session.probe()
    try expectNews(session)
  }

  @Test func `one that came while another went rings as well`() throws {
    let backend = try connected()
    defer { backend.close() }
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    let (mine, other) = (
      try IMAPSession(connection: try backend.open()),
      try IMAPSession(connection: try backend.open())
    )
    defer { for session in [mine, other] { session.close() } }
    for session in [mine, other] { #expect(try session.open(inbox, since: nil).count == 1) }
    _ = try other.connection.require(.store(UIDSet([.first]), .add, [.deleted], silent: true))
    _ = try other.connection.require(.expunge(UIDSet([.first])))
    try dovecot.deliver(TestMail.patientQuestion(2).bytes)
    try mine.probe()
    try expectNews(mine)
  }

  @Test func `a gesture that was told while the log was read rings at once`() throws {
    let backend = try connected()
    defer { backend.close() }
    let (mine, other) = (
      try LogLine(try backend.open(), path: TeamMachine.log),
      try LogLine(try backend.open(), path: TeamMachine.log)
    )
    defer { for line in [mine, other] { line.close() } }
    try mine.create(1)
    for line in [mine, other] { #expect(try line.open(1) != nil) }
    #expect(try mine.exchange([], from: 1).messages.isEmpty)
    let mail = TestMail.patientQuestion(1).bytes
    #expect(try other.exchange([mail], from: 1).messages.count == 1)
    #expect(try mine.present() == [1])
    mine.beginWatch(pulse, known: 0)
    try waitUntil("the pulse") { pulse.hear() }
    _ = try mine.endWatch(patience: 30)
    mine.beginWatch(pulse, known: 1)
    #expect(try mine.endWatch(patience: 30) == 1)
    #expect(!pulse.hear())
  }
}
