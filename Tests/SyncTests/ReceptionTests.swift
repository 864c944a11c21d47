import Documents
import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

@Suite(.serialized) struct `A large reception` {
  let bureau: Bureau
  let dovecot: DovecotServer
  let road: CuttingProxy
  static let count = 130

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
    road = try CuttingProxy(to: dovecot.port)
    for n in 1...Self.count { try dovecot.deliver(Self.mail(n).bytes, received: Self.day(n)) }
  }

  private static func day(_ n: Int) -> Date {
    Date(timeIntervalSince1970: 1_795_100_000 + Double(n))
  }

  private static func mail(_ n: Int) -> TestMail {
    var mail = TestMail.patientQuestion(n)
    mail.subject = "Question n° \(n)"
    return mail
  }

  private var backend: Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: dovecot.host, port: road.port, security: .none), smtp: nil,
        anchors: [], login: Login(user: "officine", method: .password("secret"))))
  }

  /// A pass that is stopped when so many bodies came; as the service does, it comes again when the
  /// server asks to wait (a machine that can start no process for a moment).
  private func stopped(after limit: Int) throws {
    var failure: SyncFailure?
    try waitUntil("a pass to its stop", seen: { dovecot.log }) {
      failure = try end(after: limit)
      return failure != .limit
    }
    try #require(failure == .stopped, "\(dovecot.log.suffix(2000))")
  }

  private func end(after limit: Int) throws -> SyncFailure? {
    let stop = Stop()
    let synchroniser = try bureau.synchroniser(backend, stop: stop)
    defer { synchroniser.close() }
    synchroniser.onProgress = { if $0.done == limit { stop.request() } }
    do throws(SyncFailure) { _ = try synchroniser.pass() } catch { return error }
    return nil
  }

  private func expectAll(_ count: Int = Self.count) throws {
    let messages = try bureau.messages()
    #expect(messages.count == count)
    #expect(Set(messages.map(\.messageID)).count == count)
    #expect(try bureau.store.announcedCount() == 0)
    #expect(try bureau.store.verify().isSound)
    try bureau.expectCursorCoversOnlyWhatIsStored()
  }

  @Test func `All are announced before the first body, and the newest come first`() throws {
    try stopped(after: 1)
    #expect(try bureau.messages().isEmpty)
    #expect(try bureau.store.announcedCount() == Self.count)
    #expect(try bureau.store.cursor(of: "INBOX")?.uidNext == UInt32(Self.count) + 1)
    let first = try #require(try bureau.store.announcedRows(limit: 1).first)
    #expect(first.subject == "Question n° \(Self.count)")
    #expect(first.sender.kind == .patient && first.sender.display.contains("MARTIN"))
    try stopped(after: 45)
    let subjects = try bureau.messages().map(\.subject)
    #expect(subjects.contains("Question n° \(Self.count)"))
    #expect(!subjects.contains("Question n° 1"))
    #expect(try bureau.pass(backend).received == Self.count - subjects.count)
    try expectAll()
  }

  @Test func `S01, S03: cut anywhere in listing and bodies, then gone on with`() throws {
    var passes = 0
    var step = 9_000
    while try bureau.messages().count < Self.count || bureau.store.announcedCount() > 0 {
      road.plan(.afterServer(step))
      passes += 1
      step += 9_000
      guard passes < 60 else { break }
      _ = try bureau.failure(backend)
      try bureau.expectCursorCoversOnlyWhatIsStored()
    }
    print("large reception: whole after \(passes) passes that were cut")
    // A pass that is cut again goes on by itself in small steps.
    #expect(passes > 1)
    road.plan(.none)
    try bureau.pass(backend)
    try expectAll()
  }

  @Test func `What is removed, flagged or new while bodies are owed is right in the end`() throws {
    try stopped(after: 1)
    let cur = dovecot.maildir() + "/cur"
    let files = try FileManager.default.contentsOfDirectory(atPath: cur).sorted()
    try #require(files.count == Self.count, "\(dovecot.log.suffix(2000))")
    try FileManager.default.removeItem(atPath: "\(cur)/\(files[3])")
    try FileManager.default.moveItem(atPath: "\(cur)/\(files[7])", toPath: "\(cur)/\(files[7])S")
    try dovecot.deliver(Self.mail(Self.count + 1).bytes)
    try bureau.pass(backend)
    let messages = try bureau.messages()
    #expect(messages.count == Self.count)
    #expect(messages.count { $0.flags.isSeen } == 1)
    #expect(messages.filter(\.isGoneFromServer).isEmpty)
    #expect(messages.contains { $0.subject == "Question n° \(Self.count + 1)" })
    #expect(try bureau.store.announcedCount() == 0)
  }

  @Test func `A demande is opened by the first message of its thread, however large`() throws {
    var first = Self.mail(500)
    first.attachments = [
      .init(
        name: "ordonnance.pdf", type: "application/pdf",
        bytes: Array(repeating: 65, count: 90_000))
    ]
    var second = Self.mail(501)
    second.extraHeaders = ["In-Reply-To: <\(first.messageID)>"]
    try dovecot.deliver(first.bytes, received: Self.day(500))
    try dovecot.deliver(second.bytes, received: Self.day(501))
    try bureau.pass(backend)
    let stored = try #require(try bureau.message("Question n° 500"))
    let answer = try #require(try bureau.message("Question n° 501"))
    let order = try #require(try bureau.store.order(ofMessage: answer.id))
    #expect(order.id == Order.ID(forFirstMessage: stored.id))
    #expect(order.messages == [stored.id, answer.id])
    try expectAll(Self.count + 2)
  }

  @Test func `Progress counts messages and bytes up to what the server announced`() throws {
    let synchroniser = try bureau.synchroniser(backend)
    defer { synchroniser.close() }
    var last = SyncProgress()
    synchroniser.onProgress = { progress in
      #expect(progress.done == last.done + 1 && progress.bytesDone > last.bytesDone)
      last = progress
    }
    _ = try synchroniser.pass()
    #expect(last.done == Self.count && last.total == Self.count)
    let bytes = try dovecot.messages().reduce(0) { $0 + $1.count }
    #expect(last.bytesDone == Int64(bytes) && last.bytesTotal == Int64(bytes))
  }
}
