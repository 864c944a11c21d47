import Domain
import Foundation
import GRDB
import TestKit
import Testing

@testable import Store

/// What may happen to a demande that was purged: nothing (P05).
@Suite struct PurgedTests {
  private let officine: Officine
  private var store: OfficineStore { officine.store }
  private let id = Mail(n: 1).order

  init() throws {
    officine = try Officine()
    try officine.store.take(Mail(n: 1), Mail(n: 9))
    try officine.store.act(.moved(to: .closed, reason: "double"), on: id, event: "c")
    _ = try officine.store.beginPurge(before: later(10_000), by: .mailbox, now: later(20_000))
    try finish()
  }

  private func finish(now: Int64 = 20_000) throws {
    var steps = 0
    while try officine.store.continuePurge(now: later(now)) != nil {
      steps += 1
      try #require(steps < 1000)
    }
  }

  @Test func `every gesture and every answer on it is refused with its reason`() throws {
    let refused = StoreError.refused(.purged(at: later(20_000)))
    let gestures: [Gesture] = [
      .taken(over: nil), .noted("vu"), .moved(to: .preparing, reason: nil), .marked(.urgent),
      .patientNamed(Patient(name: "Jeanne", source: .person)), .printed(printer: "p"),
    ]
    for gesture in gestures {
      #expect(problem { try store.act(gesture, on: id, event: "x") } == refused)
    }
    #expect(
      problem { _ = try store.undo(on: id, by: claire, eventID: "x", now: later(20_001)) }
        == refused)
    let other = Mail(n: 9).order
    #expect(
      problem {
        _ = try store.attach(other, to: id, by: claire, eventIDs: ("x", "y"), now: later(20_001))
      } == refused)
    #expect(
      problem {
        _ = try store.attach(id, to: other, by: claire, eventIDs: ("x", "y"), now: later(20_001))
      } == refused)
    #expect(
      problem {
        _ = try store.renew(
          id, newID: "dn", by: claire, eventIDs: ("x", "y", "z"), now: later(20_001))
      } == refused)
    #expect(
      problem {
        try store.enqueue(
          answer("o", on: id), expecting: nil, draft: nil, by: claire, eventID: "x",
          now: later(20_001))
      } == refused)
    #expect(try store.outgoing("o") == nil)
    #expect(try store.journal(limit: 9).last?.answer == "refused.purged")
    #expect(try store.verify().problems == [])
  }

  @Test func `a mail that answers it opens a demande of its own`() throws {
    var next = Mail(n: 2)
    next.references = [Mail.header(1)]
    // The references of what was purged are gone; its thread is known by the mails themselves.
    try store.take(next)
    #expect(try store.order(ofMessage: next.id)?.id == next.order)
    #expect(try store.order(id)?.messages == [Mail.id(1)])
    #expect(try store.verify().problems == [])
  }

  @Test func `what is written on it afterwards goes when it is old itself`() throws {
    try store.saveDraft(
      Draft(
        id: "dr", order: id, subject: "zqxdraftw", authorID: "id", updatedAt: later(21_000)))
    try store.keepNote("zqxkeptw", on: id, of: "id", now: later(21_000))
    _ = try store.beginPurge(before: later(20_500), by: .mailbox, now: later(30_000))
    try finish(now: 30_000)
    #expect(try store.draft("dr")?.subject == "zqxdraftw")
    #expect(try store.keptNotes(of: "id").count == 1)
    _ = try store.beginPurge(before: later(22_000), by: .mailbox, now: later(30_000))
    try finish(now: 30_000)
    #expect(try store.draft("dr") == nil)
    #expect(try store.keptNotes(of: "id").isEmpty)
  }

  @Test func `what hangs on no demande goes when it is old`() throws {
    try store.saveDraft(
      Draft(id: "new", subject: "zqxdraftw", authorID: "id", updatedAt: later(300)))
    try store.announce(
      [announced()],
      cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 50), now: later(300))
    var broken = Mail(n: 5)
    broken.kind = .unreadable
    broken.text = "zqxbrokenw"
    try store.take(broken)
    try store.write { db in
      try db.execute(sql: "INSERT INTO log_waiting VALUES (3, 1, 7, 'zqxwaitingw')")
    }
    #expect(try store.counts(member: nil).quarantine == 1)
    _ = try store.beginPurge(before: later(10_000), by: .mailbox, now: later(20_000))
    try finish(now: 20_000)
    // Twice as long for what nobody could read.
    #expect(try store.raw(broken.id) != nil)
    _ = try store.beginPurge(before: later(10_000), by: .mailbox, now: later(19_000))
    try finish(now: 19_000)
    #expect(try store.raw(broken.id) == nil)
    #expect(try store.counts(member: nil).quarantine == 0)
    #expect(try store.draft("new") == nil)
    let files = try FileManager.default.contentsOfDirectory(atPath: officine.directory).map {
      String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: officine.directory + "/" + $0)),
        as: UTF8.self)
    }.joined()
    for word in ["draft", "waiting", "broken", "sender", "subject", "preview"] {
      #expect(!files.contains("zqx\(word)w"), "\(word)")
    }
    // Still owed by the server, under its number.
    #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM announced") } == 1)
    #expect(try store.verify().problems == [])
  }
}

private func announced() -> AnnouncedMessage {
  AnnouncedMessage(
    mailbox: "INBOX", uidValidity: 7, uid: 49, size: 9, receivedAt: later(300),
    messageID: "<49@mail.example>", inReplyTo: nil,
    sender: Sender(
      name: "zqxsenderw", address: "zqxsenderw@patient.example", kind: .patient,
      display: "zqxsenderw"),
    subject: "zqxsubjectw", flags: Flags(), preview: "zqxprevieww")
}
