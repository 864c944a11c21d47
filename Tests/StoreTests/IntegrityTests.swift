import Domain
import Foundation
import GRDB
import TestKit
import Testing

@testable import Store

@Suite struct IntegrityTests {
  /// As a thief of the file would: without triggers in the way.
  private func tamper(_ store: OfficineStore, _ sql: String) throws {
    let queue = try DatabaseQueue(path: store.databasePath)
    try queue.write { db in
      let triggers = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
      for name in triggers { try db.execute(sql: "DROP TRIGGER \(name)") }
      try db.execute(sql: sql)
    }
    try queue.close()
  }

  private func working() throws -> Officine {
    let officine = try Officine()
    try officine.store.take(Mail(n: 1), Mail(n: 2))
    try officine.store.act(.taken(over: nil), on: Mail(n: 1).order, event: "t")
    try officine.store.act(.noted("appeler"), on: Mail(n: 1).order, event: "n")
    return officine
  }

  @Test func `D09 altered content is pointed at`() throws {
    let order = Mail(n: 1).order
    let cases = [
      ("UPDATE journal SET name = 'X' WHERE seq = 2", "journal.digest", "2"),
      ("UPDATE journal SET answer = 'x' WHERE seq = 1", "journal.digest", "1"),
      ("DELETE FROM journal WHERE seq = 2", "journal.hole", "before 3"),
      ("DELETE FROM journal WHERE seq = 3", "journal.end", "2 of 3"),
      ("UPDATE event SET name = 'X' WHERE id = 't'", "order.fold", order),
      ("DELETE FROM event WHERE id = 'n'", "order.fold", order),
      ("UPDATE demande SET in_todo = 1 WHERE id = '\(order)'", "order.columns", order),
      (
        "UPDATE raw SET bytes = x'00' WHERE message = (SELECT min(message) FROM raw)",
        "raw.digest", Mail.id(1)
      ),
      (
        "DELETE FROM raw WHERE message = (SELECT min(message) FROM raw)", "raw.missing",
        Mail.id(1)
      ),
      ("DELETE FROM demande_message WHERE demande = '\(order)'", "order.messages", order),
    ]
    for (sql, code, detail) in cases {
      let officine = try working()
      #expect(try officine.store.verify().problems == [])
      try tamper(officine.store, sql)
      let problems = try officine.store.verify().problems
      #expect(problems.first == VerifyReport.Problem(code: code, detail: detail), "\(sql)")
    }
  }

  @Test func `D09 an anchor outside shows a journal cut and sealed again`() throws {
    let officine = try working()
    let anchor = try officine.store.journalAnchor()
    #expect(anchor.seq == 3)
    let anchors = Anchors(
      kept: [Anchors.Kept(anchor: anchor, day: noon, since: noon)], former: nil, badLines: 0,
      now: noon)
    try tamper(
      officine.store,
      """
      DELETE FROM journal WHERE seq = 3;
      UPDATE sqlite_sequence SET seq = 2 WHERE name = 'journal'
      """)
    #expect(try officine.store.verify().problems == [])
    #expect(try officine.store.verify(anchors: anchors).problems.map(\.code) == ["journal.anchor"])
  }

  @Test func `P04 ink cannot be changed through the application's own connection`() throws {
    let officine = try working()
    let store = officine.store
    for table in ["journal", "event", "message", "raw"] {
      let column = ["journal": "answer", "event": "name", "message": "subject", "raw": "bytes"]
      for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET \(column[table] ?? "") = 'x'"] {
        let error = problem { _ = try store.writeQuietly { try $0.execute(sql: sql) } }
        #expect(error == .failed(code: 19), "\(sql)")
      }
    }
    #expect(try store.verify().problems == [])
  }

  @Test func `P03 the journal tells who, where and what, and nothing of the patient`() throws {
    let officine = try working()
    let store = officine.store
    try store.enqueue(
      answer("o1", on: Mail(n: 1).order), expecting: nil, draft: nil, by: claire, eventID: "q",
      now: later(200))
    try store.act(
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), on: Mail(n: 2).order,
      event: "p")
    let lines = try store.journal(limit: 99)
    #expect(lines.map(\.action) == ["ingest", "take", "note", "enqueue", "patient"])
    let take = lines[1]
    #expect(take.author == claire.author && take.order == Mail(n: 1).order)
    #expect(take.at == later(100) && take.offset == CivilTime(later(100)).offset)
    for line in lines {
      let text = "\(line)"
      let secrets = [
        "MARTIN", "Jeanne", "ordonnance", "2790", "appeler", "prêt", "patient.example",
      ]
      for word in secrets {
        #expect(!text.contains(word), "\(line.seq)")
      }
    }
  }

  @Test func `D01 the files left by a kill after any commit are a sound store`() throws {
    let folder = try TemporaryDirectory()
    let officine = try Officine()
    let store = officine.store
    let order = Mail(n: 1).order
    let steps: [(String, () throws -> Void, (OfficineStore) throws -> Bool)] = [
      ("ingest", { try store.take(Mail(n: 1)) }, { try $0.message(Mail.id(1)) != nil }),
      (
        "take", { try store.act(.taken(over: nil), on: order, event: "t") },
        { try $0.order(order)?.status == .preparing }
      ),
      (
        "enqueue",
        {
          try store.enqueue(
            answer("o1", on: order), expecting: nil, draft: nil, by: claire, eventID: "q",
            now: later(200))
        }, { try $0.outgoing("o1")?.state == .queued }
      ),
      (
        "claim", { _ = try store.claimOutgoing(now: later(300)) },
        { try $0.outgoing("o1")?.state == .sending }
      ),
      (
        "dot",
        {
          try store.storeBuilt("o1", bytes: [1])
          try store.markFinalDot("o1", now: later(301))
        }, { try $0.recoverInterruptedSends(now: later(302)).map(\.state) == [.uncertain] }
      ),
      (
        "sent", { try store.settle("o1", .sent(answer: "250"), now: later(302)) },
        { try $0.order(order)?.answered != nil }
      ),
    ]
    for (name, act, holds) in steps {
      try act()
      // As after kill -9: the -shm is the kernel's, recovery starts from the -wal.
      try folder.directory(name)
      for file in ["store.sqlite", "store.sqlite-wal"] {
        try FileManager.default.copyItem(
          atPath: officine.directory + "/" + file, toPath: folder.path(name + "/" + file))
      }
      let copy = try OfficineStore.open(at: folder.path(name), create: false)
      #expect(try copy.verify().problems == [], "\(name)")
      #expect(try holds(copy), "\(name)")
    }
  }

  @Test func `D01 a transaction that fails in its middle leaves nothing`() throws {
    let officine = try Officine()
    let store = officine.store
    var second = Mail(n: 2).incoming
    second.message.digest = "not a digest"
    let batch = IngestBatch(
      messages: [Mail(n: 1).incoming, second],
      cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 3))
    let error = problem { _ = try store.ingest(batch, policy: Policy(), now: later(1)) }
    #expect(error == .failed(code: 19))
    #expect(try store.messages(.all, after: nil, limit: 9).isEmpty)
    #expect(try store.cursor(of: "INBOX") == nil)
    #expect(try store.journal(limit: 9).isEmpty)
    #expect(try store.search("ordonnance", limit: 9).isEmpty)
  }

  @Test func `old stores can be read: the words of gestures are fixed`() throws {
    let stored = [
      "{\"taken\":{}}": Gesture.taken(over: nil),
      "{\"moved\":{\"reason\":\"double\",\"to\":\"closed\"}}":
        .moved(to: .closed, reason: "double"),
      "{\"noted\":{\"_0\":\"appeler\"}}": .noted("appeler"),
      "{\"messageArrived\":{\"message\":\"m1\"}}": .messageArrived(message: "m1", patient: nil),
      "{\"marked\":{\"_0\":{\"shelf\":{\"_0\":\"bac\"}}}}": .marked(.shelf("bac")),
    ]
    for (text, gesture) in stored {
      #expect(try Codec().text(gesture) == text)
      #expect(try Codec().value(Gesture.self, text) == gesture)
    }
  }
}
