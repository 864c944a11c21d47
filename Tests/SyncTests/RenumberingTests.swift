import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// A whole officine's work in progress, and a server that forgets all its numbers.
@Suite(.serialized) struct `A mailbox that is numbered anew` {
  private static let size = 120

  let bureau: Bureau
  let dovecot: DovecotServer

  init() throws {
    bureau = try Bureau()
    dovecot = try DovecotServer()
  }

  private func backend(_ port: Int) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: port, security: .none), smtp: nil, anchors: [],
        login: Login(user: "officine", method: .password("secret"))))
  }

  /// What hangs on one message, by the digest of its bytes: never by a UID.
  private func work() throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for message in try bureau.messages() {
      let order = try #require(try bureau.store.order(ofMessage: message.id))
      let draft = try bureau.store.drafts(of: Bureau.member.id).first {
        $0.replyingTo == message.id
      }
      let events = try bureau.store.events(of: order.id)
      found[message.digest, default: []].append(
        "\(message.messageID) \(order.id) \(order.status) \(order.owner?.initials ?? "-") "
          + "\(events.map { "\($0.id) \($0.gesture)" }) \(draft?.body ?? "-")")
    }
    return found
  }

  private func give(_ gesture: Gesture, _ id: Order.ID, _ name: String) throws {
    _ = try bureau.store.perform(
      gesture, on: id, expecting: nil, by: Bureau.actor, policy: Policy(), eventID: name,
      now: noon)
  }

  /// Every third is taken, every sixth prepared; all have a note, every fourth a draft.
  private func doWork() throws {
    for (place, message) in try bureau.messages().enumerated() {
      let order = try #require(try bureau.store.order(ofMessage: message.id))
      try give(.noted("note de \(message.digest)"), order.id, "note-\(place)")
      if place % 3 == 0 { try give(.taken(over: nil), order.id, "take-\(place)") }
      if place % 6 == 0, order.kind == .prescription {
        try give(.moved(to: .prepared, reason: nil), order.id, "prepared-\(place)")
      }
      if place % 4 == 0 {
        try bureau.store.saveDraft(
          Draft(
            id: "draft-\(place)", replyingTo: message.id, order: order.id,
            body: "brouillon de \(message.digest)", authorID: Bureau.member.id, updatedAt: noon))
      }
    }
  }

  /// The server's own memory thrown away, its mails dealt again in another order.
  private func renumber() throws {
    try dovecot.stop()
    let box = dovecot.maildir()
    for file in try FileManager.default.contentsOfDirectory(atPath: box)
    where file.hasPrefix("dovecot") {
      try FileManager.default.removeItem(atPath: box + "/" + file)
    }
    let mails = try FileManager.default.contentsOfDirectory(atPath: box + "/cur").sorted()
    for (place, name) in mails.enumerated() {
      let flags = name.split(separator: ":", maxSplits: 1).last ?? "2,"
      try FileManager.default.moveItem(
        atPath: "\(box)/cur/\(name)",
        toPath: "\(box)/cur/\(1_000_000 - place).renumbered:\(flags)")
    }
    try dovecot.start()
  }

  @Test func `S07, S14: 120 demandes at work keep state, note, owner and draft`() throws {
    for n in 1...(Self.size - 2) { try dovecot.deliver(TestMail.patientPrescription(n).bytes) }
    // Two mails with one Message-ID and different words stay two, for ever.
    for word in ["premier", "second"] {
      let text = String(decoding: TestMail.patientQuestion(999).bytes, as: UTF8.self)
      try dovecot.deliver(Array((text + "\r\nLe \(word).\r\n").utf8))
    }
    let road = try CuttingProxy(to: dovecot.port)
    try bureau.pass(backend(road.port))
    try #require(try bureau.messages().count == Self.size)
    try doWork()
    let first = try #require(try bureau.messages().first)
    try bureau.store.setFlag("\\Flagged", true, on: first.id, by: nil, now: noon)
    let before = try work()
    let old = try #require(try bureau.store.cursor(of: "INBOX"))
    try renumber()
    let report = try bureau.pass(backend(road.port))
    #expect(report.known == Self.size)
    #expect(report.received == 0 && report.orders == 0 && report.gone == 0)
    let new = try #require(try bureau.store.cursor(of: "INBOX"))
    #expect(new.uidValidity != old.uidValidity)
    #expect(try work() == before)
    // The flag that was set before went to the same mail under its new number.
    #expect(try bureau.store.pendingFlagChanges(limit: 5).isEmpty)
    let flagged = try FileManager.default.contentsOfDirectory(atPath: dovecot.maildir() + "/cur")
      .filter { $0.split(separator: ",").last?.contains("F") == true }
    #expect(flagged.count == 1)
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: dovecot.maildir() + "/cur/" + (flagged.first ?? "")))
    let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    #expect(text.contains("Message-ID: \(first.messageID)\n"))
    // And once more, to see that nothing moves by itself.
    try bureau.pass(backend(road.port))
    #expect(try work() == before)
  }

  @Test func `S15: a mailbox that is empty for a moment loses nothing, and heals`() throws {
    for n in 1...40 { try dovecot.deliver(TestMail.patientPrescription(n).bytes) }
    try bureau.pass(backend(dovecot.port))
    try doWork()
    let before = try work()
    let box = dovecot.maildir()
    try FileManager.default.moveItem(atPath: box + "/cur", toPath: box + "/elsewhere")
    try FileManager.default.createDirectory(atPath: box + "/cur", withIntermediateDirectories: true)
    chmod(box + "/cur", 0o777)
    try bureau.pass(backend(dovecot.port))
    #expect(try work() == before, "every demande, note and draft is here")
    try FileManager.default.removeItem(atPath: box + "/cur")
    try FileManager.default.moveItem(atPath: box + "/elsewhere", toPath: box + "/cur")
    for _ in 1...2 { try bureau.pass(backend(dovecot.port)) }
    #expect(try work() == before)
    #expect(try bureau.messages().allSatisfy { $0.uid != nil }, "all are found again")
  }
}
