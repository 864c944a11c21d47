import Domain
import Store
import Testing

@Suite struct MailboxTests {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws {
    officine = try Officine()
    try officine.store.take(
      Mail(n: 1), Mail(n: 2),
      cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 3, modSequence: 90))
  }

  private func flags(_ n: Int) throws -> [String]? {
    try store.message(Mail.id(n))?.flags.sorted
  }

  @Test func `S07 a new UIDVALIDITY keeps messages and demandes`() throws {
    try store.act(.taken(over: nil), on: Mail(n: 1).order, event: "t")
    try store.resetMailbox("INBOX", uidValidity: 8, now: later(10))
    #expect(
      try store.cursor(of: "INBOX") == MailboxCursor(name: "INBOX", uidValidity: 8, uidNext: 1))
    #expect(try store.knownUIDs(in: "INBOX", uidValidity: 7).isEmpty)
    #expect(try store.message(Mail.id(1))?.uid == nil)
    #expect(try store.message(Mail.id(1))?.isGoneFromServer == false)
    try store.locate(
      Mail.id(1), in: "INBOX", uidValidity: 8, uid: 40, flags: Flags(["\\Seen"]))
    #expect(try store.message(Mail.id(1))?.uid == 40)
    #expect(try store.order(Mail(n: 1).order)?.status == .preparing)
  }

  @Test func `the flags of a mailbox are told by UID, without what is gone`() throws {
    let seen = Flags(["\\Seen"])
    try store.applyServerFlags([(1, seen)], mailbox: "INBOX", uidValidity: 7)
    #expect(try store.flags(in: "INBOX", uidValidity: 7) == [1: seen, 2: Flags()])
    try store.markGone(mailbox: "INBOX", uidValidity: 7, uids: [2], now: later(10))
    #expect(try store.flags(in: "INBOX", uidValidity: 7) == [1: seen])
    #expect(try store.flags(in: "INBOX", uidValidity: 8).isEmpty)
  }

  @Test func `S13 a message removed by the server stays and says so`() throws {
    try store.markGone(mailbox: "INBOX", uidValidity: 7, uids: [1, 99], now: later(10))
    let message = try #require(try store.message(Mail.id(1)))
    #expect(message.isGoneFromServer && message.uid == nil)
    #expect(try store.raw(Mail.id(1)) == Mail(n: 1).incoming.raw)
    #expect(try store.knownUIDs(in: "INBOX", uidValidity: 7) == [2])
    // Moved, not lost: it turns up elsewhere.
    try store.locate(Mail.id(1), in: "Archive", uidValidity: 1, uid: 5, flags: Flags())
    let moved = try #require(try store.message(Mail.id(1)))
    #expect(!moved.isGoneFromServer && moved.mailbox == "Archive" && moved.uid == 5)
  }

  @Test func `I07 a cursor never goes back under one UIDVALIDITY`() throws {
    try store.take(cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 1))
    #expect(try store.cursor(of: "INBOX")?.uidNext == 3)
    try store.take(cursor: MailboxCursor(name: "INBOX", uidValidity: 9, uidNext: 1))
    #expect(try store.cursor(of: "INBOX")?.uidNext == 1)
  }

  @Test func `S09 a local flag change wins until the server has it`() throws {
    try store.setFlag("\\seen", true, on: Mail.id(1), by: claire.author, now: later(10))
    try store.applyServerFlags(
      [(uid: 1, flags: Flags(["\\Flagged"])), (uid: 77, flags: Flags())], mailbox: "INBOX",
      uidValidity: 7)
    #expect(try flags(1) == ["\\Flagged", "\\Seen"])
    let change = try #require(try store.pendingFlagChanges(limit: 5).first)
    #expect(change.add == ["\\Seen"] && change.remove.isEmpty && change.uid == 1)
    // Changed back while the first change is under way: its arrival does not settle the second.
    try store.setFlag("\\Seen", false, on: Mail.id(1), by: nil, now: later(11))
    try store.flagChangePushed(change.id)
    let second = try #require(try store.pendingFlagChanges(limit: 5).first)
    #expect(second.remove == ["\\Seen"] && second.id != change.id)
    try store.applyServerFlags(
      [(uid: 1, flags: Flags(["\\Seen"]))], mailbox: "INBOX", uidValidity: 7)
    #expect(try flags(1) == [])
    try store.flagChangePushed(second.id)
    try store.applyServerFlags(
      [(uid: 1, flags: Flags(["\\Seen"]))], mailbox: "INBOX", uidValidity: 7)
    #expect(try flags(1) == ["\\Seen"])
    #expect(try store.pendingFlagChanges(limit: 5).isEmpty)
  }

  @Test func `setting a flag that is set queues nothing`() throws {
    try store.applyServerFlags(
      [(uid: 2, flags: Flags(["\\Seen"]))], mailbox: "INBOX", uidValidity: 7)
    try store.setFlag("\\Seen", true, on: Mail.id(2), by: nil, now: later(1))
    #expect(try store.pendingFlagChanges(limit: 5).isEmpty)
  }

  @Test func `sync status is kept, and progress is written once a second`() throws {
    #expect(try store.syncStatus().phase == .never)
    var status = SyncStatus(phase: .working, since: later(1), total: 50)
    try store.setSyncStatus(status, now: later(1))
    let version = try store.dataVersion()
    status.done = 10
    try store.setSyncStatus(status, now: Timestamp(milliseconds: later(1).milliseconds + 900))
    #expect(try store.dataVersion() == version)
    try store.setSyncStatus(status, now: later(2))
    #expect(try store.syncStatus() == status)
    status.phase = .offline
    status.failure = "network.unreachable"
    try store.setSyncStatus(status, now: later(2))
    #expect(try store.syncStatus() == status)
  }
}
