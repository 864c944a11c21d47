import Domain
import Store
import Testing

@Suite struct `Operations queued for the server` {
  let officine: Officine
  var store: OfficineStore { officine.store }

  init() throws {
    officine = try Officine()
    try officine.store.take(
      Mail(n: 1), Mail(n: 2),
      cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 3))
  }

  private func trash(_ n: Int, at seconds: Int64 = 10) throws -> [ServerOperation] {
    try store.trash(
      Mail(n: n).order, by: claire, notBefore: later(seconds), now: later(seconds))
  }

  private func claim(at seconds: Int64, after last: Int64 = 0) throws -> ServerOperation? {
    try store.claimOperation(now: later(seconds), after: last) { _ in later(seconds) }
  }

  private func refusal(_ body: () throws -> Void) -> StoreError? {
    do {
      try body()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  private func lines(_ action: String) throws -> [JournalLine] {
    try store.journal(limit: 1_000).filter { $0.action == action }
  }

  @Test func `a demande is thrown away once, by somebody, and stays`() throws {
    let queued = try trash(1)
    #expect(queued.map(\.mailbox) == ["INBOX"] && queued.map(\.message) == [Mail.id(1)])
    #expect(queued.first?.destination == ServerOperation.trash)
    #expect(queued.first?.digest == (try store.message(Mail.id(1))?.digest))
    #expect(try trash(1, at: 11) == queued, "not a second time")
    #expect(try store.operations(states: [.waiting]).count == 1)
    #expect(try store.order(Mail(n: 1).order) != nil)
    let line = try #require(try lines("trash").first)
    #expect(line.author == claire.author && line.order == Mail(n: 1).order)
  }

  @Test func `a demande in work is not thrown away, and the attempt is told`() throws {
    try store.act(.taken(over: nil), on: Mail(n: 1).order, by: lea, event: "t")
    let error = refusal { _ = try trash(1) }
    guard case .refused(.alreadyTaken) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try store.operations(states: [.waiting]).isEmpty)
    #expect(try lines("trash").map(\.answer) == ["refused.already-taken"])
    try store.act(.taken(over: lea.author), on: Mail(n: 1).order, event: "o")
    #expect(
      refusal { _ = try trash(1, at: 11) } == .refused(.notFromHere(.preparing)),
      "nobody is told that they took it themselves")
  }

  @Test func `what waits is taken back, what is under way is not`() throws {
    let queued = try trash(1)
    let back = try store.cancelOperations(of: Mail(n: 1).order, by: claire, now: later(12))
    #expect(back.map(\.id) == queued.map(\.id) && back.allSatisfy { $0.state == .cancelled })
    #expect(try claim(at: 20) == nil)
    _ = try trash(2)
    #expect(try claim(at: 20)?.state == .working)
    let error = refusal {
      _ = try store.cancelOperations(of: Mail(n: 2).order, by: claire, now: later(21))
    }
    #expect(error == .refused(.nothingToUndo))
  }

  @Test func `not before its time, in order, and one mail's own order above all`() throws {
    _ = try trash(1, at: 100)
    #expect(try claim(at: 99) == nil)
    let delete = try store.queueOperation(
      on: Mail.id(1), in: "INBOX", to: nil, by: claire.author, notBefore: later(10),
      now: later(10))
    let other = try store.queueOperation(
      on: Mail.id(2), in: "INBOX", to: "Archive", by: claire.author, notBefore: later(10),
      now: later(10))
    #expect(try claim(at: 50)?.id == other.id, "the deletion waits for the move before it")
    let move = try #require(try claim(at: 100))
    #expect(move.id < delete.id && move.kind == .move)
    try store.settleOperation(move.id, .refused(.destination, words: "NO"), now: later(101))
    let after = try store.operations(states: [.refused])
    #expect(after.map(\.reason) == [.destination, .dependent])
    #expect(after.first?.words == "NO")
    #expect(try lines("operation.move").map(\.answer).suffix(1) == ["refused.destination"])
    #expect(try lines("operation.move").allSatisfy { !$0.answer.contains("NO") })
  }

  @Test func `what waits for another has no moment of its own, and is freed by one that is gone`()
    throws
  {
    try store.finishResync(
      gone: [], cursor: MailboxCursor(name: "Archive", uidValidity: 9, uidNext: 5), now: later(1))
    try store.locate(Mail.id(1), in: "Archive", uidValidity: 9, uid: 4, flags: Flags())
    let places = try trash(1)
    try #require(places.map(\.mailbox) == ["Archive", "INBOX"])
    let delete = try store.queueOperation(
      on: Mail.id(1), in: "INBOX", to: nil, by: claire.author, notBefore: later(10),
      now: later(10))
    #expect(try claim(at: 20)?.mailbox == "Archive")
    #expect(try claim(at: 20, after: places[0].id)?.id == places[1].id, "another mailbox")
    // While it is not known whether a copy of it stands there, another copy would be taken for it.
    try store.beginTransfer(places[0].id, at: TransferMark(uidValidity: 3, uidNext: 9))
    #expect(try claim(at: 20, after: places[0].id) == nil)
    try store.settleOperation(places[0].id, .lost(.gone), now: later(21))
    #expect(try store.operations(states: [.refused]).isEmpty)
    try store.settleOperation(
      places[1].id, .later(later(80), words: nil), now: later(21))
    #expect(try store.nextOperation(now: later(21)) == later(80))
    #expect(try claim(at: 79) == nil)
    try store.settleOperation(places[1].id, .lost(.gone), now: later(81))
    #expect(try claim(at: 81)?.id == delete.id)
  }

  @Test func `S19 a clock that was set back keeps no operation waiting`() throws {
    let queued = try #require(try trash(1, at: 86_400).first)
    #expect(try store.nextOperation(now: later(10)) == later(10))
    #expect(try claim(at: 10)?.id == queued.id)
  }

  @Test func `S04 an attempt that ended without an answer comes again, with its mark`() throws {
    let queued = try #require(try trash(1).first)
    #expect(try claim(at: 20)?.attempts == 1)
    #expect(try store.transferMark(of: queued.id) == nil)
    let mark = TransferMark(uidValidity: 3, uidNext: 9)
    try store.beginTransfer(queued.id, at: mark)
    // Another process, later.
    let store = try officine.another()
    #expect(try store.transferMark(of: queued.id) == mark)
    let again = try store.claimOperation(now: later(30), after: 0) { _ in later(90) }
    #expect(again?.attempts == 2 && again?.nextAttemptAt == later(90))
    #expect(try claim(at: 89) == nil)
    #expect(try claim(at: 90)?.attempts == 3)
    try store.settleOperation(
      queued.id, .done(nil), removed: RemovedUID(mailbox: "INBOX", uidValidity: 7, uid: 1),
      now: later(91))
    #expect(try store.message(Mail.id(1))?.isGoneFromServer == true)
    #expect(try store.operations(states: [.done]).map(\.id) == [queued.id])
    // What is settled stays settled.
    try store.settleOperation(queued.id, .lost(.gone), now: later(92))
    #expect(try store.operations(states: [.lost]).isEmpty)
  }

  @Test func `S07 a new UIDVALIDITY keeps what waits, appends included`() throws {
    let move = try #require(try trash(1).first)
    let bytes = Array("Message-ID: <a@officine.example>\r\n\r\nnote\r\n".utf8)
    let append = try store.queueAppend(
      bytes, messageID: "<a@officine.example>", to: "Notes", by: claire.author, now: later(10))
    try store.resetMailbox("INBOX", uidValidity: 8, now: later(11))
    #expect(try store.operations(states: [.waiting]).map(\.id) == [move.id, append.id])
    #expect(try store.uids(of: Mail.id(1), in: "INBOX", uidValidity: 8).isEmpty)
    #expect(try store.uids(of: Mail.id(1), in: "INBOX", uidValidity: 7).isEmpty)
    #expect(try store.operationBytes(append.id) == bytes)
    try store.locate(Mail.id(1), in: "INBOX", uidValidity: 8, uid: 40, flags: Flags())
    #expect(try store.uids(of: Mail.id(1), in: "INBOX", uidValidity: 8) == [40])
  }

  @Test func `what failed is told for a while, unless it was wished again`() throws {
    let queued = try #require(try trash(1).first)
    _ = try claim(at: 20)
    try store.settleOperation(queued.id, .refused(.server, words: nil), now: later(21))
    #expect(try store.failedOperations(since: later(0)).map(\.id) == [queued.id])
    #expect(try store.failedOperations(since: later(22)).isEmpty)
    _ = try trash(1, at: 30)
    #expect(try store.failedOperations(since: later(0)).isEmpty)
  }
}
