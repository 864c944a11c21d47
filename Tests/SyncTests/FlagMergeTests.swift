import Domain
import Foundation
import Store
import TestKit
import Testing

@testable import Sync

/// Two writers on one message's flags, in every order that chance makes (S09).
@Suite struct `Flags that two sides change` {
  private static let all = ["\\Seen", "\\Flagged", "\\Answered", "$Imprime"]

  let bureau: Bureau
  let server = MemoryServer()
  /// Of one process; nil: each push is another one's.
  var memory: FlagMemory?

  init() throws { bureau = try Bureau() }

  private func ingest(_ count: Int) throws -> [Message.ID] {
    var ids: [Message.ID] = []
    for n in 1...count {
      let id = "m" + String(repeating: "0", count: 12 - String(n).count) + String(n)
      let raw = Array("Message-ID: <\(n)@patient.example>\r\n\r\nBonjour \(n)\r\n".utf8)
      let message = Message(
        id: id, receptionKey: 0, messageID: "<\(n)@patient.example>",
        digest: OfficineStore.digest(of: raw), mailbox: "INBOX", uid: UInt32(n),
        receivedAt: noon.adding(seconds: Int64(n)), date: nil,
        sender: Sender(
          name: "", address: "p\(n)@patient.example", kind: .patient, display: "Patient \(n)"),
        to: [], cc: [], subject: "n° \(n)", kind: .message, isOutgoing: false, flags: Flags(),
        thread: "", preview: "", attachments: [])
      _ = try bureau.store.ingest(
        IngestBatch(
          messages: [
            IncomingMessage(message: message, raw: raw, uidValidity: 7, text: "Bonjour")
          ],
          cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: UInt32(n) + 1)),
        policy: Policy(), now: noon)
      server.deliver(UInt32(n))
      ids.append(id)
    }
    return ids
  }

  private func push(since: UInt64?, lasting: LastingFlags? = nil) throws -> SyncReport {
    var report = SyncReport()
    let place = MessageReader.Place(
      folder: Folder(name: "INBOX", role: .inbox), uidValidity: 7)
    try FlagsUpward(
      store: bureau.store, session: server, memory: memory ?? FlagMemory(store: bureau.store),
      place: place, now: { [clock = bureau.clock] in clock.now }, stop: bureau.stop,
      opened: OpenedFolder(
        uidValidity: 7, count: server.mails.count, isWritable: true, lasting: lasting,
        modSequence: since)
    ).run(&report)
    return report
  }

  /// What a SELECT with QRESYNC tells, taken over before ours leave.
  private func pull() throws -> UInt64 {
    try bureau.store.applyServerFlags(
      server.mails.map { ($0.key, MemoryServer.listed($0.key, $0.value).flags) },
      mailbox: "INBOX", uidValidity: 7)
    return server.count
  }

  private func merges(after seq: Int64 = 0) throws -> [JournalLine] {
    try bureau.store.journal(after: seq, limit: 1_000).filter { $0.action == "flags.merge" }
  }

  @Test func `S09: 1,000 random interleavings end as the rule says`() throws {
    let seed = UInt64.random(in: 1...999_999)
    print("S09: seed \(seed)")
    var dice = Dice(seed: seed)
    let ids = try ingest(10)
    /// What must stand at the end: whoever set a flag last, ours counting when it arrived.
    var model: [UInt32: Set<String>] = [:]
    for _ in 1...1_000 {
      let uid = UInt32.random(in: 1...10, using: &dice)
      let id = ids[Int(uid) - 1]
      let since = try pull()
      let before = try #require(try bureau.store.message(id)).flags.names
      var wishes: [String: Bool] = [:]
      for _ in 0..<Int.random(in: 1...2, using: &dice) {
        guard let flag = Self.all.randomElement(using: &dice), wishes[flag] == nil else { continue }
        wishes[flag] = !before.contains(flag)
        try bureau.store.setFlag(flag, !before.contains(flag), on: id, by: nil, now: noon)
      }
      // The other side comes before any of our commands, often enough to lose every round.
      var theirs: [(flag: String, isOn: Bool)] = []
      let eagerness = Int.random(in: 0...4, using: &dice)
      var visits = 0
      server.interferes = { [server] in
        visits += 1
        guard visits <= eagerness, Bool.random(using: &dice),
          let flag = Self.all.filter({ wishes[$0] == nil }).randomElement(using: &dice)
        else { return }
        let isOn = !(server.mails[uid]?.flags.contains(flag) ?? false)
        server.set(flag, isOn, on: uid)
        theirs.append((flag, isOn))
      }
      let conflicts = server.conflicts
      let stores = server.stores
      let anchor = try bureau.store.journalAnchor().seq
      _ = try push(since: since)
      server.interferes = nil
      var expected = model[uid] ?? []
      for (flag, isOn) in theirs + wishes.map({ ($0.key, $0.value) }) {
        if isOn { expected.insert(flag) } else { expected.remove(flag) }
      }
      model[uid] = expected
      #expect(server.mails[uid]?.flags == expected, "ours \(wishes), theirs \(theirs)")
      #expect(try bureau.store.pendingFlagChanges(limit: 9).isEmpty)
      #expect(server.stores - stores <= wishes.count * (FlagsUpward.rounds + 1), "no loop")
      let told = try merges(after: anchor).count
      #expect(told == server.conflicts - conflicts, "each is told")
      _ = try pull()
      #expect(try bureau.store.message(id)?.flags.names == expected)
    }
    print("S09: \(server.conflicts) conflicts in \(server.stores) commands")
    #expect(server.conflicts > 200)
  }

  @Test func `S09: both sides stand in the journal, by names and without content`() throws {
    let ids = try ingest(1)
    let since = try pull()
    try bureau.store.setFlag("\\Seen", true, on: ids[0], by: nil, now: noon)
    server.set("\\Flagged", true, on: 1)
    #expect(try push(since: since).flagsOut == 1)
    #expect(server.mails[1]?.flags == ["\\Flagged", "\\Seen"])
    let line = try #require(try merges().first)
    #expect(line.request == "+\\Seen \(ids[0])")
    #expect(line.answer == "server=\\Flagged")
    #expect(try bureau.store.message(ids[0])?.flags.names == ["\\Flagged", "\\Seen"])
  }

  @Test func `S09: a server that says MODIFIED for ever makes no loop, and has the wish at last`()
    throws
  {
    let ids = try ingest(2)
    server.isStubborn = true
    let since = try pull()
    for id in ids { try bureau.store.setFlag("\\Seen", true, on: id, by: nil, now: noon) }
    _ = try push(since: since)
    #expect(server.stores == FlagsUpward.rounds + 1)
    #expect(server.mails.values.allSatisfy { $0.flags == ["\\Seen"] })
    #expect(try bureau.store.pendingFlagChanges(limit: 9).isEmpty)
  }

  @Test func `S09: a message that is gone meanwhile holds nothing up`() throws {
    let ids = try ingest(2)
    let since = try pull()
    for id in ids { try bureau.store.setFlag("\\Seen", true, on: id, by: nil, now: noon) }
    server.set("\\Flagged", true, on: 1)
    server.interferes = { [server] in if server.conflicts > 0 { server.vanish(1) } }
    #expect(try push(since: since).flagsOut == 1)
    #expect(server.stores == 1 && server.mails[2]?.flags == ["\\Seen"])
  }

  @Test func `S09: without a count every change leaves as it is`() throws {
    let ids = try ingest(1)
    server.set("\\Flagged", true, on: 1)
    try bureau.store.setFlag("\\Seen", true, on: ids[0], by: nil, now: noon)
    #expect(try push(since: nil).flagsOut == 1)
    #expect(server.conflicts == 0 && server.stores == 1)
  }

  @Test mutating func `S09: one refused message keeps back neither the others nor the pass`()
    throws
  {
    memory = FlagMemory(store: bureau.store)
    let ids = try ingest(40)
    for id in ids { try bureau.store.setFlag("\\Seen", true, on: id, by: nil, now: noon) }
    try bureau.store.setFlag("\\Flagged", true, on: ids[0], by: nil, now: noon)
    server.refuses = { $0.uids.contains(23) && $0.add == ["\\Seen"] }
    #expect(try push(since: nil).flagsOut == 40)
    #expect(server.mails[23]?.flags == [] && server.mails[1]?.flags == ["\\Flagged", "\\Seen"])
    #expect(server.mails.values.count { $0.flags.contains("\\Seen") } == 39)
    #expect(try bureau.store.pendingFlagChanges(limit: 9).map(\.message) == [ids[22]])
    // By halves, not one by one; then it is left alone for a while.
    let asked = server.stores
    #expect(asked < 16)
    #expect(try push(since: nil).flagsOut == 0 && server.stores == asked)
    bureau.clock.advance(61)
    server.refuses = { _ in false }
    #expect(try push(since: nil).flagsOut == 1)
    #expect(try bureau.store.pendingFlagChanges(limit: 9).isEmpty)
  }

  @Test mutating func `S09: a server that refuses everything is asked a few times, then seldom`()
    throws
  {
    memory = FlagMemory(store: bureau.store)
    let ids = try ingest(200)
    for id in ids { try bureau.store.setFlag("\\Seen", true, on: id, by: nil, now: noon) }
    server.refuses = { _ in true }
    #expect(try push(since: nil).flagsOut == 0)
    #expect(server.stores == 24)
    #expect(try push(since: nil).flagsOut == 0 && server.stores == 24)
    #expect(try bureau.store.pendingFlagChanges(limit: 999).count == 200)
  }

  @Test func `S09: what does not last there is not told, and waits`() throws {
    let ids = try ingest(1)
    for flag in ["\\Seen", "$Imprime"] {
      try bureau.store.setFlag(flag, true, on: ids[0], by: nil, now: noon)
    }
    let seen = LastingFlags(names: ["\\Seen"], takesKeywords: false)
    #expect(try push(since: nil, lasting: seen).flagsOut == 1)
    #expect(server.mails[1]?.flags == ["\\Seen"])
    let any = LastingFlags(names: [], takesKeywords: true)
    #expect(try push(since: nil, lasting: any).flagsOut == 1)
    #expect(server.mails[1]?.flags == ["\\Seen", "$Imprime"])
  }

  @Test func `S09: Dovecot’s MODIFIED is read again, and both flags stand there`() throws {
    let dovecot = try DovecotServer()
    try dovecot.deliver(TestMail.patientQuestion(1).bytes)
    let imap = IMAPAccount(
      imap: Server(host: "localhost", port: dovecot.port, security: .none), smtp: nil,
      anchors: [], login: Login(user: "officine", method: .password("secret")))
    try bureau.pass(.imap(imap))
    let mine = try #require(try bureau.messages().first)
    try bureau.store.setFlag("\\Seen", true, on: mine.id, by: nil, now: noon)
    let backend = try IMAPBackend(
      imap, desk: LoginDesk(imap.login, store: bureau.store),
      directory: bureau.store.directory, stop: bureau.stop, life: LifeSign())
    defer { backend.close() }
    let session = try backend.connect()
    defer { session.close() }
    let inbox = Folder(name: "INBOX", role: .inbox)
    let opened = try session.open(inbox)
    try #require(opened.modSequence != nil)
    // Another machine, between our look and our change.
    let other = try Bureau()
    try other.pass(.imap(imap))
    let same = try #require(try other.messages().first)
    try other.store.setFlag("\\Flagged", true, on: same.id, by: nil, now: noon)
    try #require(try other.pass(.imap(imap)).flagsOut == 1)
    var report = SyncReport()
    try FlagsUpward(
      store: bureau.store, session: session, memory: FlagMemory(store: bureau.store),
      place: MessageReader.Place(folder: inbox, uidValidity: opened.uidValidity),
      now: { noon }, stop: bureau.stop, opened: opened
    ).run(&report)
    #expect(report.flagsOut == 1)
    #expect(try merges().map(\.answer) == ["server=\\Flagged"])
    #expect(try session.describe([1]).first?.flags.names == ["\\Flagged", "\\Seen"])
    #expect(try bureau.store.message(mine.id)?.flags.names == ["\\Flagged", "\\Seen"])
  }
}
