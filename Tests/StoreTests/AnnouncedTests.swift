import Domain
import Store
import Testing

@Suite struct `Mail that is announced before it is here` {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws { officine = try Officine() }

  private func announcement(
    _ n: Int, at: Int64? = nil, answers: Int? = nil, size: UInt64 = 900
  ) -> AnnouncedMessage {
    AnnouncedMessage(
      mailbox: "INBOX", uidValidity: 7, uid: UInt32(n), size: size,
      receivedAt: later(at ?? Int64(n)), messageID: Mail.header(n),
      inReplyTo: answers.map(Mail.header), sender: Mail(n: n).incoming.message.sender,
      subject: "Mon ordonnance \(n)", flags: Flags())
  }

  private func owed() throws -> [Int] {
    try store.announced(in: "INBOX", uidValidity: 7, limit: 100).map { Int($0.uid) }
  }

  @Test func `the cursor may pass what is announced, and a body takes its announcement away`()
    throws
  {
    let cursor = MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 4)
    let all = (1...3).map { announcement($0) }
    try store.announce(all, cursor: cursor, now: noon)
    try store.announce(all, cursor: cursor, now: noon)
    #expect(try store.cursor(of: "INBOX") == cursor)
    #expect(try store.announcedCount() == 3)
    #expect(try store.announcedRows(limit: 2).map(\.uid) == [3, 2])
    #expect(try store.announcedRows(limit: 1).first?.subject == "Mon ordonnance 3")
    try store.take(Mail(n: 2))
    #expect(try owed() == [3, 1])
    // What is stored there is not announced again.
    try store.announce(all, cursor: nil, now: noon)
    #expect(try owed() == [3, 1])
    try store.dropAnnounced(in: "INBOX", uidValidity: 7, uids: [3, 99])
    #expect(try owed() == [1])
    #expect(try store.verify().isSound)
  }

  @Test func `the newest thread comes first, and its oldest message before its answers`() throws {
    try store.announce(
      [
        announcement(1), announcement(2), announcement(3, answers: 1), announcement(4),
        announcement(5, answers: 3), announcement(6, at: 0),
      ], cursor: nil, now: noon)
    #expect(try owed() == [1, 3, 5, 4, 2, 6])
  }

  @Test func `what is withheld stays owed, is named, told once, and goes with its body`() throws {
    let cursor = MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 3)
    try store.announce([announcement(1), announcement(2)], cursor: cursor, now: nil)
    let lines = try store.journal(limit: 99).count
    for minute in 1...3 {
      try store.withhold(
        2, in: "INBOX", uidValidity: 7, because: .cut,
        askAgainAt: noon.adding(seconds: Int64(minute) * 60), now: noon)
    }
    #expect(try store.journal(limit: 99).count == lines + 1)
    let row = try #require(try store.withheld(limit: 9).first)
    #expect(row.uid == 2 && row.withheld == .cut && row.attempts == 3)
    #expect(row.askAgainAt == noon.adding(seconds: 180))
    #expect(try owed() == [2, 1])
    #expect(try store.announcedRows(limit: 9).map(\.uid) == [1], "it is not on its way")
    #expect(try store.announcedCount() == 1)
    // Listed again, it stays what it is.
    try store.announce([announcement(2)], cursor: nil, now: nil)
    #expect(try store.withheld(limit: 9).first == row)
    try store.askAgain()
    #expect(try store.withheld(limit: 9).first?.askAgainAt == Timestamp(seconds: 0))
    #expect(try store.counts(member: nil).withheld == 1)
    try store.take(Mail(n: 2))
    #expect(try store.counts(member: nil).withheld == 0)
    #expect(try store.verify().isSound)
  }

  @Test func `S07 a new UIDVALIDITY forgets what was announced under the old one`() throws {
    try store.announce(
      [announcement(1)], cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 2),
      now: noon)
    try store.resetMailbox("INBOX", uidValidity: 8, now: noon)
    #expect(try store.announcedCount() == 0)
  }
}
