import Domain
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

@testable import Store

/// Copies of a store that others write to, and what becomes of them.
@Suite struct BackupTests {
  /// Every row of every table that holds work, as text.
  private func dump(_ path: String) throws -> [String: [String]] {
    var configuration = OfficineStore.configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.read { db in
      var tables: [String: [String]] = [:]
      for table in ["message", "raw", "body", "demande", "event", "journal", "outbox", "location"] {
        tables[table] = try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY 1")
          .map { "\($0)" }
      }
      return tables
    }
  }

  @Test func `D10 a copy made while three writers work is consistent and whole up to its start`()
    throws
  {
    let officine = try Officine()
    let store = officine.store
    for n in 1...30 { try store.take(Mail(n: n)) }
    let isOver = Mutex(false)
    let done = Mutex<[String]>([])
    let group = DispatchGroup()
    for writer in 1...3 {
      let poste = try officine.another()
      group.enter()
      Thread.detachNewThread {
        var turn = 0
        while !isOver.withLock({ $0 }), turn < 2000 {
          turn += 1
          let id = "w\(writer)-\(turn)"
          let order = Mail(n: 1 + (turn * writer) % 30).order
          // Two postes may press at once: a loser is told, and is no event.
          if (try? poste.act(.noted(NoteText(id)), on: order, event: id)) != nil {
            done.withLock { $0.append(id) }
          }
        }
        poste.close()
        group.leave()
      }
    }
    var copies = 0
    while copies < 3 {
      try waitUntil("some work") { done.withLock { $0.count } > 10 * (copies + 1) }
      let before = done.withLock { $0 }
      let desk = try #require(try BackupDesk.open(store))
      #expect(try BackupDesk.open(try officine.another()) == nil, "one at a time")
      let counts = try desk.copy()
      let place = try officine.folder.directory("copy\(copies)")
      try FileManager.default.copyItem(
        atPath: desk.temporary, toPath: place + "/store.sqlite")
      desk.close()
      #expect(!FileManager.default.fileExists(atPath: desk.temporary))
      let copy = try OfficineStore.open(at: place, create: false)
      let report = try copy.verify()
      #expect(report.problems == [])
      #expect(counts.messages == 30 && counts.events == report.events)
      let events = try copy.read {
        try Set(String.fetchAll($0, sql: "SELECT id FROM event"))
      }
      #expect(events.isSuperset(of: before), "what was acknowledged before it began is in it")
      copy.close()
      copies += 1
    }
    isOver.withLock { $0 = true }
    group.wait()
    // At rest the copy is the store.
    let desk = try #require(try BackupDesk.open(store))
    _ = try desk.copy()
    #expect(try dump(desk.temporary) == dump(store.databasePath))
    desk.close()
    #expect(try store.verify().problems == [])
  }

  @Test func `P06 a copy that a killed process left is gone at the next opening`() throws {
    let officine = try Officine()
    let desk = try #require(try BackupDesk.open(officine.store))
    _ = try desk.copy()
    // While its maker lives nobody touches it.
    _ = try officine.another()
    #expect(FileManager.default.fileExists(atPath: desk.temporary))
    let mode = try FileManager.default.attributesOfItem(atPath: desk.temporary)
    #expect(mode[.posixPermissions] as? Int == 0o600)
    let left = try Data(contentsOf: URL(fileURLWithPath: desk.temporary))
    desk.close()
    try left.write(to: URL(fileURLWithPath: desk.temporary))
    _ = try officine.another()
    #expect(!FileManager.default.fileExists(atPath: desk.temporary))
  }

  @Test func `O01 what waited in a copy is uncertain once it is restored, and sent by nobody`()
    throws
  {
    let officine = try Officine()
    let store = officine.store
    try store.take(
      Mail(n: 1), cursor: MailboxCursor(name: "INBOX", uidValidity: 7, uidNext: 2))
    let order = Mail(n: 1).order
    for id in ["o1", "o2"] {
      try store.enqueue(
        answer(id, on: order), expecting: nil, draft: nil, by: claire, eventID: id,
        now: later(200))
    }
    _ = try store.claimOutgoing(now: later(300))
    _ = try store.queueOperation(
      on: Mail.id(1), in: "INBOX", to: ServerOperation.trash, by: claire.author,
      notBefore: later(300), now: later(300))
    try store.setFlag("\\Flagged", true, on: Mail.id(1), by: nil, now: later(300))
    #expect(try store.beginPurge(before: later(0), server: true, by: .mailbox, now: later(300)))
    try store.turnOnTeamLog(machine: "m1", now: later(300))
    #expect(try store.owedExportCount() == 1)
    try store.settleAfterRestore(machine: "m2", by: claire.author, now: later(400))
    #expect(try store.outbox(states: [.uncertain]).count == 2)
    #expect(try store.claimOutgoing(now: later(9_000)) == nil)
    #expect(try store.claimOperation(now: later(9_000), after: 0) { _ in later(9_999) } == nil)
    #expect(
      try store.journal(limit: 99).last?.answer == "uncertain=2 cancelled=1 flags=1 purges=1")
    #expect(try store.pendingFlagChanges(limit: 9).isEmpty && store.purgeState() == nil)
    #expect(try store.teamLog()?.machine == "m2", "two machines of one name would be one")
    // What arrived before was perhaps handed over; what comes from now on is.
    #expect(try store.owedExportCount() == 0 && store.restoredExportCount() == 1)
    try store.take(Mail(n: 2, at: 500))
    #expect(try store.owedExportCount() == 1 && store.restoredExportCount() == 1)
  }

  @Test func `a held store is opened and served by nobody, and one that is open is not held`()
    throws
  {
    let officine = try Officine()
    try officine.store.setSetting("a", "b")
    let reader = """
      import signal, sqlite3, sys
      c = sqlite3.connect(sys.argv[1], timeout=0); c.execute("select * from setting").fetchall()
      print("ready", flush=True); signal.pause()
      """
    func read() throws -> ChildProcess {
      try ChildProcess("/usr/bin/python3", ["-c", reader, officine.store.databasePath])
    }
    let shell = try read()
    try waitUntil("the reader") { shell.outSoFar.contains("ready") }
    officine.store.close()
    #expect(try StoreHold.take(directory: officine.directory) == nil)
    _ = try shell.stop()
    let hold = try #require(try StoreHold.take(directory: officine.directory))
    #expect(try Lease.acquire(directory: officine.directory) == nil)
    #expect(throws: StoreError.busy(seconds: 5)) { try officine.another() }
    // Another program too, until it is over.
    let late = try read().wait(within: .seconds(60))
    #expect(late.code == 1 && late.err.contains("lock"), "\(late.err)")
    hold.release()
    #expect(try officine.another().setting("a") == "b")
  }

  @Test func `two stores change places, and both are whole`() throws {
    let officine = try Officine()
    let other = try Officine()
    try other.store.setSetting("copy", "1")
    officine.store.close()
    other.store.close()
    let aside = officine.directory + ".aside-1"
    #expect(
      OfficineStore.exchange(officine.directory, with: other.directory, aside: aside) == .done)
    #expect(try OfficineStore.open(at: aside, create: false).setting("copy") == nil)
    #expect(try officine.another().setting("copy") == "1")
  }

  @Test func `no empty store is made beside one that was set aside`() throws {
    let folder = try TemporaryDirectory()
    let place = folder.path("store")
    for beside in [".aside-20261121T101500", ".restoring"] {
      try FileManager.default.createDirectory(
        atPath: place + beside, withIntermediateDirectories: false)
      for isThere in [false, true] {
        if isThere {
          try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: false)
        }
        #expect(throws: StoreError.cannotOpen(.setAside)) {
          try OfficineStore.open(at: place, create: true)
        }
        #expect(!FileManager.default.fileExists(atPath: place + "/store.sqlite"))
      }
      try FileManager.default.removeItem(atPath: place)
      try FileManager.default.removeItem(atPath: place + beside)
    }
    // Another one's is no reason, and one that is there opens.
    for beside in ["2.aside-20261121T101500", ".aside-20261121T101500"] {
      try FileManager.default.createDirectory(
        atPath: place + beside, withIntermediateDirectories: false)
      try OfficineStore.open(at: place, create: true).close()
    }
  }

  @Test func `a pass is good once, for a minute, for what it was given for`() throws {
    let officine = try Officine()
    let store = officine.store
    func trial(_ seconds: Int64, boot: String = "b") -> PINTry {
      PINTry(poste: "p", account: "a", boot: boot, uptime: seconds * 1000, now: later(0))
    }
    try store.issuePass("w", for: .restore, by: claire.author, trial(10))
    #expect(try store.redeemPass("w", for: .restore, trial(11)) == claire.author)
    #expect(try store.redeemPass("w", for: .restore, trial(11)) == nil)
    for (word, purpose, later) in [
      ("x", .restore, trial(11)), ("w", .backup, trial(11)), ("w", .restore, trial(71)),
      ("w", .restore, trial(9)), ("w", .restore, trial(11, boot: "c")),
    ] as [(String, PassPurpose, PINTry)] {
      try store.issuePass("w", for: .restore, by: claire.author, trial(10))
      #expect(try store.redeemPass(word, for: purpose, later) == nil)
    }
    let kept = try store.read { try String.fetchAll($0, sql: "SELECT value FROM setting") }
    #expect(!kept.contains { $0.contains("\"w\"") })
  }

  @Test func `P03 what is sent is traced by sort of recipient, without an address`() throws {
    let officine = try Officine()
    let store = officine.store
    try store.take(Mail(n: 1))
    try store.enqueue(
      answer("o1", on: Mail(n: 1).order), expecting: nil, draft: nil, by: claire, eventID: "q",
      now: later(200))
    _ = try store.claimOutgoing(now: later(300))
    try store.settle(
      "o1", .refused(answer: "550 5.1.1"),
      results: [
        .init(address: "279035121518989@patient.mssante.fr", isAccepted: true, answer: "250 2.1.5"),
        .init(address: "jean.dupont@medecin.mssante.fr", isAccepted: false, answer: "550 5.1.1"),
        .init(address: "anne.durand@medecin.mssante.fr", isAccepted: true, answer: "250 2.1.5"),
      ], now: later(301))
    let line = try #require(try store.journal(limit: 99).last)
    #expect(line.request == "o1 patient:250 professional:550,250")
    #expect(line.answer == "550 5.1.1")
  }
}
