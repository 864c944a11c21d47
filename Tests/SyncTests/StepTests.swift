import Domain
import Foundation
import Store
import Sync
import TestKit
import Testing

/// One poste whose worker is killed at a chosen write to its store, on a mailbox of its own.
private final class Victim {
  let user: String
  let bureau: Bureau
  let worker: WorkerProcess
  private let dovecot: DovecotServer
  private let sink: MailSink
  private(set) var item: OutgoingItem

  init(_ user: String, _ dovecot: DovecotServer, _ sink: MailSink) throws {
    (self.user, self.dovecot, self.sink) = (user, dovecot, sink)
    bureau = try Bureau()
    worker = try WorkerProcess(
      store: bureau.store.directory, address: Bureau.address, imapPort: dovecot.port,
      smtpPort: sink.port, user: user)
    for n in [1, 2, 3, 4, 9] {
      try dovecot.deliver(TestMail.patientQuestion(n).bytes, to: user)
    }
    let backend = Account.Backend.imap(
      IMAPAccount(
        imap: Server(host: "localhost", port: dovecot.port, security: .none), smtp: nil,
        anchors: [], login: Login(user: user, method: .password("secret"))))
    try bureau.pass(backend)
    // Everything that a pass can meet at once: new mail, flags both ways, a removal, an answer,
    // a mail to throw away, one to put there.
    let known = try bureau.messages()
    let first = try #require(known.first { $0.messageID.contains("question-1@") })
    let second = try #require(known.first { $0.messageID.contains("question-2@") })
    try bureau.store.setFlag("\\Flagged", true, on: first.id, by: nil, now: noon)
    item = try bureau.queueAnswer("o\(user)", to: second)
    let ninth = try #require(known.first { $0.messageID.contains("question-9@") })
    let order = try #require(try bureau.store.order(ofMessage: ninth.id))
    _ = try bureau.store.trash(order.id, by: Bureau.actor, notBefore: noon, now: noon)
    _ = try bureau.store.queueAppend(
      TestMail.patientQuestion(8).bytes, messageID: "<question-8@patient.example>", to: "Drafts",
      by: Bureau.actor.author, now: noon)
    try change()
  }

  private func change() throws {
    let cur = dovecot.maildir(user: user) + "/cur"
    for file in try FileManager.default.contentsOfDirectory(atPath: cur) {
      let text = try String(contentsOfFile: "\(cur)/\(file)", encoding: .utf8)
      if text.contains("question-3@") {
        try FileManager.default.removeItem(atPath: "\(cur)/\(file)")
      } else if text.contains("question-4@") {
        try FileManager.default.moveItem(atPath: "\(cur)/\(file)", toPath: "\(cur)/\(file)S")
      }
    }
    for n in 5...7 { try dovecot.deliver(TestMail.patientPrescription(n).bytes, to: user) }
  }

  /// What a person does when the machine says « envoi incertain »: looks whether it arrived.
  func settle() throws {
    guard try bureau.store.outgoing(item.id)?.state == .uncertain else { return }
    let hasArrived = try arrivals() > 0
    if hasArrived {
      try bureau.store.settleByPerson(
        item.id, wasSent: true, by: Bureau.actor, now: bureau.clock.now)
    } else {
      try bureau.store.retryOutgoing(item.id, by: Bureau.actor, now: bureau.clock.now)
    }
  }

  func arrivals() throws -> Int {
    try sink.received().count { $0.text.contains("Message-ID: \(item.messageID)") }
  }

  /// Store and server as values, without what differs from one mailbox to the next.
  func picture() throws -> [String] {
    var lines: [String] = []
    for message in try bureau.messages() {
      let order = try bureau.store.order(ofMessage: message.id)
      let events = try order.map { try bureau.store.events(of: $0.id).map(\.gesture) } ?? []
      lines.append(
        "\(message.digest) \(message.mailbox) uid=\(message.uid != nil) "
          + "\(message.flags.names.sorted()) out=\(message.isOutgoing) events=\(events.count)")
    }
    lines = lines.map { $0.replacingOccurrences(of: user, with: "U") }
    // Our own mail bears this victim's name in its Message-ID: its digest is its own.
    let own = try bureau.messages(.sent).map(\.digest)
    for digest in own { lines = lines.map { $0.replacingOccurrences(of: digest, with: "own") } }
    let sending = try bureau.store.outgoing(item.id)
    lines.append("outbox \(sending?.state.rawValue ?? "none") \(sending?.hasSentCopy ?? false)")
    lines.append("waiting \(try bureau.store.pendingFlagChanges(limit: 9).count)")
    lines.append("arrived \(try arrivals())")
    let operations = try bureau.store.operations(states: Set(ServerOperation.State.allCases))
    lines += operations.map { "\($0.kind) \($0.state) \(String(describing: $0.reason))" }
    for mailbox in ["Trash", "Drafts"] {
      lines.append("\(mailbox) \(try dovecot.messages(user: user, mailbox: mailbox).count)")
    }
    for mailbox in ["INBOX", "Sent"] {
      lines.append("\(mailbox) \(try dovecot.messages(user: user, mailbox: mailbox).count)")
      let cur = dovecot.maildir(user: user, mailbox: mailbox) + "/cur"
      let flags = try FileManager.default.contentsOfDirectory(atPath: cur).map {
        $0.contains(",")
          ? String($0.split(separator: ",", omittingEmptySubsequences: false).last ?? "") : "-"
      }
      lines.append("\(mailbox) \(flags.sorted())")
    }
    let verified = try bureau.store.verify()
    lines.append("sound \(verified.problems.isEmpty)")
    return lines.sorted()
  }
}

@Suite(.serialized) struct `A worker killed at every step` {
  /// `make soak` takes every step; `make test` a part of them, spread over the whole run.
  private static let isSoak = ProcessInfo.processInfo.environment["MSSTERM_SOAK"] == "1"
  private static let sample = 135

  @Test(.timeLimit(.minutes(20)))
  func `S01: resumed, it gives the same store and server as one that nobody disturbed`() throws {
    let calls = ["pwrite64", "fdatasync"]
    let names = (0...1_200).map { "poste\($0)" }
    let dovecot = try DovecotServer(
      users: Dictionary(uniqueKeysWithValues: names.map { ($0, "secret") }))
    let sink = try MailSink(.none, user: "*", authority: dovecot.authority)
    var used = 0
    func victim() throws -> Victim {
      used += 1
      return try Victim(names[used], dovecot, sink)
    }
    let golden = try victim()
    try golden.worker.pass()
    try golden.worker.pass()
    let expected = try golden.picture()
    #expect(expected.contains("arrived 1"))
    #expect(expected.contains("Sent 1"))
    #expect(expected.contains("Trash 1") && expected.contains("Drafts 1"))
    // Its own store stays open meanwhile, as those of the others do: whoever closes last empties
    // SQLite's log into the file, and those would be steps that no other run has.
    let measured = try victim()
    let counted = try withExtendedLifetime(measured) { try measured.worker.count(calls) }
    let steps = calls.flatMap { call in (1...(counted[call] ?? 1)).map { (call, $0) } }
    #expect(steps.count >= 100, "\(counted)")
    let taken = min(steps.count, Self.isSoak ? steps.count : Self.sample)
    let places = (0..<taken).map { $0 * steps.count / taken }
    var killed = 0
    for step in places.map({ steps[$0] }) {
      let victim = try victim()
      if try victim.worker.pass(killedAt: step) { killed += 1 }
      // What recovers needs no more than the next run, and a person where only a person can know.
      try victim.worker.pass()
      try victim.settle()
      victim.bureau.clock.advance(120)
      try victim.worker.pass()
      try victim.worker.pass()
      let found = try victim.picture()
      #expect(found == expected, "killed at \(step)")
      if found != expected { break }
    }
    print("S01: \(steps.count) steps (\(counted)), \(killed) kills, every one recovered")
    #expect(killed >= 100)
  }
}
