import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// What is wished here, done at the server: exactly once, and to nothing else.
@Suite(.serialized) struct `Moves and deletions at the server` {
  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"

  /// What a server may announce, from everything to nothing at all.
  static let kinds = ["", "IMAP4rev1 UIDPLUS", "IMAP4rev1 MOVE", "IMAP4rev1"]

  let bureau: Bureau

  init() throws { bureau = try Bureau() }

  private func server(_ capabilities: String = "") throws -> DovecotServer {
    try DovecotServer(extra: capabilities.isEmpty ? "" : "imap_capability = \(capabilities)")
  }

  private func backend(_ port: Int) -> Account.Backend {
    .imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: port, security: .none), smtp: nil, anchors: [],
        login: Login(user: "officine", method: .password("secret"))))
  }

  private func message(_ n: Int) throws -> Message {
    try #require(try bureau.messages().first { $0.messageID.contains("question-\(n)@") })
  }

  @discardableResult
  private func trash(_ n: Int) throws -> [ServerOperation] {
    let order = try #require(try bureau.store.order(ofMessage: try message(n).id))
    return try bureau.store.trash(
      order.id, by: Bureau.actor, notBefore: bureau.clock.now, now: bureau.clock.now)
  }

  /// How often a mail stands in a mailbox, by its Message-ID.
  private func count(_ n: Int, _ mailbox: String, _ dovecot: DovecotServer) throws -> Int {
    try dovecot.messages(mailbox: mailbox).count {
      String(decoding: $0, as: UTF8.self).contains("question-\(n)@")
    }
  }

  /// Flags in the file names, by Message-ID.
  private func letters(_ n: Int, _ dovecot: DovecotServer) throws -> String? {
    let cur = dovecot.maildir() + "/cur"
    for name in try FileManager.default.contentsOfDirectory(atPath: cur) {
      let text = try String(contentsOfFile: "\(cur)/\(name)", encoding: .utf8)
      if text.contains("question-\(n)@") {
        return String(name.split(separator: ",", omittingEmptySubsequences: false).last ?? "")
      }
    }
    return nil
  }

  private func states() throws -> [ServerOperation.State] {
    try bureau.store.operations(states: Set(ServerOperation.State.allCases)).map(\.state)
  }

  @Test(arguments: kinds)
  func `S06: a move to the trash, by whatever the server can`(_ capabilities: String) throws {
    let dovecot = try server(capabilities)
    for n in 1...3 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try bureau.pass(backend(dovecot.port))
    let order = try #require(try bureau.store.order(ofMessage: try message(1).id))
    // Somebody else's mark, which nothing of ours may carry out.
    try bureau.store.setFlag("\\Deleted", true, on: try message(2).id, by: nil, now: noon)
    try trash(1)
    #expect(try bureau.pass(backend(dovecot.port)).operations == 1)
    #expect(try count(1, "Trash", dovecot) == 1)
    #expect(try letters(2, dovecot)?.contains("T") == true, "marked by another, and there")
    #expect(try count(3, "INBOX", dovecot) == 1)
    let canExpunge = capabilities != "IMAP4rev1"
    let operation = try #require(try bureau.store.operations(states: [.done]).first)
    #expect(operation.reason == (canExpunge ? nil : .marked))
    #expect(try count(1, "INBOX", dovecot) == (canExpunge ? 0 : 1))
    if !canExpunge { #expect(try letters(1, dovecot)?.contains("T") == true) }
    #expect(try message(1).isGoneFromServer == canExpunge)
    #expect(try bureau.store.order(order.id) == order, "the demande is as before")
    let line = try bureau.store.journal(limit: 1_000).last { $0.action == "operation.move" }
    #expect(line?.author == Bureau.actor.author)
    #expect(line?.answer == (canExpunge ? "done" : "done.marked"))
    // Nothing moves by itself any more.
    #expect(try bureau.pass(backend(dovecot.port)).operations == 0)
    #expect(try count(1, "Trash", dovecot) == 1)
  }

  @Test(arguments: isSoak ? kinds : ["", "IMAP4rev1"])
  func `S05: an answer lost anywhere leaves each mail once, and the source until then`(
    _ capabilities: String
  ) throws {
    let dovecot = try server(capabilities)
    let road = try CuttingProxy(to: dovecot.port)
    let account = backend(road.port)
    let cuts = Self.isSoak ? 40 : 5
    for n in 0...(2 * cuts) { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try bureau.pass(account)
    // What a pass that only looks costs, and what one that moves.
    road.plan(.none)
    try bureau.pass(account)
    let quiet = (server: road.serverBytes, client: road.clientBytes)
    try trash(0)
    road.plan(.none)
    try bureau.pass(account)
    let moving = (server: road.serverBytes, client: road.clientBytes)
    func places(_ quiet: Int, _ moving: Int) -> [Int] {
      let start = quiet * 2 / 3
      return (0..<cuts).map { start + $0 * (moving - start) / cuts }
    }
    let plans =
      places(quiet.server, moving.server).map { CuttingProxy.Cut.afterServer($0) }
      + places(quiet.client, moving.client).map { CuttingProxy.Cut.afterClient($0) }
    let isExpunged = capabilities != "IMAP4rev1"
    for (n, cut) in plans.enumerated().map({ ($0 + 1, $1) }) {
      try trash(n)
      road.plan(cut)
      _ = try bureau.failure(account)
      let there = try count(n, "Trash", dovecot)
      let here = try count(n, "INBOX", dovecot)
      #expect(there <= 1 && here + there >= 1, "never nowhere: \(cut)")
      road.plan(.none)
      bureau.clock.advance(4_000)
      try bureau.pass(account)
      #expect(try count(n, "Trash", dovecot) == 1, "\(cut)")
      #expect(try count(n, "INBOX", dovecot) == (isExpunged ? 0 : 1), "\(cut)")
      #expect(try states().allSatisfy { $0 == .done }, "\(cut)")
    }
    #expect(try dovecot.messages(mailbox: "Trash").count == 2 * cuts + 1)
    #expect(try bureau.store.verify().isSound)
  }

  @Test func `S08: what was moved into a mailbox of ours is found there, whatever its numbers`()
    throws
  {
    let dovecot = try server("IMAP4rev1 UIDPLUS MOVE")
    bureau.mailboxes = ["Archive"]
    for n in 1...2 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try dovecot.deliver(TestMail.patientQuestion(9).bytes, mailbox: "Archive")
    try bureau.pass(backend(dovecot.port))
    let before = try #require(try bureau.store.cursor(of: "Archive"))
    for n in 1...2 {
      _ = try bureau.store.queueOperation(
        on: try message(n).id, in: "INBOX", to: "Archive", by: Bureau.actor.author,
        notBefore: noon, now: noon)
    }
    try dovecot.stop()
    for file in try FileManager.default.contentsOfDirectory(
      atPath: dovecot.maildir(mailbox: "Archive"))
    where file.hasPrefix("dovecot") {
      try FileManager.default.removeItem(
        atPath: dovecot.maildir(mailbox: "Archive") + "/" + file)
    }
    try dovecot.start()
    try bureau.pass(backend(dovecot.port))
    let after = try #require(try bureau.store.cursor(of: "Archive"))
    #expect(after.uidValidity != before.uidValidity)
    for n in [1, 2, 9] {
      let message = try message(n)
      #expect(message.mailbox == "Archive" && message.uid != nil && !message.isGoneFromServer)
      #expect(try count(n, "Archive", dovecot) == 1)
    }
    #expect(try bureau.messages().count == 3)
  }

  @Test func `S07: wished before a renumbering, done to the same mail after it`() throws {
    let dovecot = try server()
    for n in 1...3 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try bureau.pass(backend(dovecot.port))
    try trash(2)
    let append = Array(
      "Message-ID: <note@officine.example>\r\nSubject: note\r\n\r\nLigne\r\n".utf8)
    _ = try bureau.store.queueAppend(
      append, messageID: "<note@officine.example>", to: "Drafts", by: Bureau.actor.author,
      now: noon)
    try dovecot.stop()
    let box = dovecot.maildir()
    for file in try FileManager.default.contentsOfDirectory(atPath: box)
    where file.hasPrefix("dovecot") {
      try FileManager.default.removeItem(atPath: box + "/" + file)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: box + "/cur").sorted()
    for (place, name) in names.enumerated() {
      try FileManager.default.moveItem(
        atPath: "\(box)/cur/\(name)", toPath: "\(box)/cur/\(1_000_000 - place).renumbered:2,")
    }
    try dovecot.start()
    #expect(try bureau.pass(backend(dovecot.port)).operations == 2)
    #expect(try count(2, "Trash", dovecot) == 1 && count(2, "INBOX", dovecot) == 0)
    #expect(try count(1, "INBOX", dovecot) == 1 && count(3, "INBOX", dovecot) == 1)
    let notes = try dovecot.messages(mailbox: "Drafts")
    #expect(notes.count == 1 && String(decoding: notes[0], as: UTF8.self).contains("<note@"))
    #expect(try states() == [.done, .done])
  }

  @Test func `A number that names another mail is not acted on`() throws {
    let dovecot = try server()
    for n in 1...2 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try bureau.pass(backend(dovecot.port))
    // As a server that gives a number twice would have it.
    try bureau.sql("UPDATE location SET uid = uid + 1000")
    try bureau.sql("UPDATE location SET uid = 1003 - uid")
    try trash(1)
    try bureau.pass(backend(dovecot.port))
    let operation = try #require(try bureau.store.operations(states: [.refused]).first)
    #expect(operation.reason == .changed)
    #expect(try dovecot.messages().count == 2)
    #expect(try dovecot.messages(mailbox: "Trash").isEmpty)
  }

  @Test func `A destination that is not there is said, and nothing is touched`() throws {
    let dovecot = try server()
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    bureau.trash = "Nulle part"
    try bureau.pass(backend(dovecot.port))
    try trash(1)
    try bureau.pass(backend(dovecot.port))
    #expect(try bureau.store.operations(states: [.refused]).map(\.reason) == [.destination])
    #expect(try count(1, "INBOX", dovecot) == 1)
    #expect(try bureau.store.health().failedOperations == 1)
    // Corrected, and wished again.
    bureau.trash = "Junk"
    try trash(1)
    try bureau.pass(backend(dovecot.port))
    #expect(try count(1, "Junk", dovecot) == 1 && count(1, "INBOX", dovecot) == 0)
    #expect(try bureau.store.health().failedOperations == 0)
  }

  @Test func `What somebody else removed first is lost, and said so`() throws {
    let dovecot = try server()
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    try bureau.pass(backend(dovecot.port))
    try trash(1)
    for part in ["cur", "new"] {
      let box = dovecot.maildir() + "/" + part
      for name in try FileManager.default.contentsOfDirectory(atPath: box) {
        try FileManager.default.removeItem(atPath: "\(box)/\(name)")
      }
    }
    try bureau.pass(backend(dovecot.port))
    #expect(try bureau.store.operations(states: [.lost]).map(\.reason) == [.gone])
    #expect(try bureau.messages().count == 1, "and it is kept here")
  }

  @Test(arguments: ["", "IMAP4rev1"])
  func `A deletion takes this mail and no other`(_ capabilities: String) throws {
    let dovecot = try server(capabilities)
    for n in 1...2 { try dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try bureau.pass(backend(dovecot.port))
    _ = try bureau.store.queueOperation(
      on: try message(1).id, in: "INBOX", to: nil, by: Bureau.actor.author, notBefore: noon,
      now: noon)
    try bureau.pass(backend(dovecot.port))
    let isExpunged = capabilities.isEmpty
    #expect(try count(1, "INBOX", dovecot) == (isExpunged ? 0 : 1))
    #expect(try count(2, "INBOX", dovecot) == 1)
    #expect(try states() == [.done])
  }

  @Test func `A Maildir moves by a rename`() throws {
    let box = try Letterbox()
    for folder in ["cur", "new", "tmp"] { try box.files.directory("bal/.Trash/\(folder)") }
    for n in 1...2 { try box.deliver(TestMail.patientQuestion(n).bytes, "\(n).post") }
    try bureau.pass(box.backend())
    try trash(1)
    #expect(try bureau.pass(box.backend()).operations == 1)
    let there = try FileManager.default.contentsOfDirectory(atPath: box.path + "/.Trash/cur")
    #expect(there.count == 1)
    #expect(try message(1).isGoneFromServer)
    #expect(try !message(2).isGoneFromServer)
  }
}
