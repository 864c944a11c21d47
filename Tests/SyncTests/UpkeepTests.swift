import Domain
import Foundation
import Store
import TestKit
import Testing

@testable import Sync

/// What the service does for a store besides the mail: anchors, purges, copies.
@Suite struct UpkeepTests {
  private let bureau: Bureau
  private let copies: String

  init() throws {
    bureau = try Bureau()
    copies = try bureau.files.directory("copies")
  }

  private var book: AnchorBook { AnchorBook(path: bureau.files.path("anchors/officine.log")) }

  /// A key of age, and the file of its secret.
  private func key() throws -> (recipient: String, identity: String) {
    let path = bureau.files.path("key-\(UUID().uuidString)")
    let made = try ChildProcess.run("age-keygen", ["-o", path])
    try #require(made.code == 0, "\(made.err)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("# public key: ") })
    return (String(line.dropFirst(14)), path)
  }

  private func plan(_ recipients: [String], retention: Int64? = nil) -> UpkeepPlan {
    UpkeepPlan(
      bal: "officine", anchors: book, keepTraces: 372 * 86_400, retention: retention,
      backup: BackupPlan(
        keys: BackupKeys(recipients: recipients, recipientsFile: nil), directory: copies,
        every: 86_400, keep: 3))
  }

  private func upkeep(_ plan: UpkeepPlan) -> Upkeep {
    let clock = bureau.clock
    return Upkeep(store: bureau.store, plan: plan, stop: bureau.stop) { clock.now }
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: copies).sorted()
  }

  @Test func `a copy a day, encrypted, and the oldest ones go`() throws {
    let (recipient, identity) = try key()
    let upkeep = upkeep(plan([recipient]))
    for day in 0..<5 {
      upkeep.runNow()
      upkeep.runNow()
      #expect(try names().count == min(day + 1, 3))
      bureau.clock.advance(86_400)
    }
    let newest = try #require(try names().last)
    let bytes = try bureau.files.bytes("copies/" + newest)
    #expect(String(decoding: bytes.prefix(21), as: UTF8.self) == "age-encryption.org/v1")
    let mode = try FileManager.default.attributesOfItem(atPath: copies + "/" + newest)
    #expect(mode[.posixPermissions] as? Int == 0o600)
    #expect(try names().allSatisfy { $0.hasSuffix(".age") })
    let health = try bureau.store.health().upkeep
    #expect(health.backupEvery == 86_400 && health.backupFailure == nil)
    #expect(!health.isBackupLate(now: bureau.clock.now))
    #expect(health.isBackupLate(now: bureau.clock.now.adding(seconds: 3 * 86_400)))

    let place = bureau.files.path("elsewhere")
    let restorer = Restorer(
      file: copies + "/" + newest, identity: identity, directory: place, sharing: .own,
      anchors: nil, now: { noon })
    let report = try restorer.run(replaces: false, machine: "m2", by: .mailbox)
    #expect(report.counts.isSound && report.setAside == nil)
    let store = try OfficineStore.open(at: place, create: false)
    #expect(try store.member("id-claire")?.name == "Claire BONNEFOY")
    #expect(try store.journal(limit: 99).last?.action == "restore")
  }

  @Test func `a copy that fails is told once, in words that help, and nothing is left`() throws {
    let upkeep = upkeep(plan(["age1pasuneclef"]))
    upkeep.runNow()
    upkeep.runNow()
    #expect(try bureau.store.health().upkeep.backupFailure == "backup.age")
    #expect(try bureau.store.journal(limit: 99).count { $0.action == "backup" } == 1)
    #expect(try names().isEmpty)
    #expect(
      !FileManager.default.fileExists(atPath: bureau.store.directory + "/backup.tmp"))
    try FileManager.default.removeItem(atPath: copies)
    upkeep.runNow()
    #expect(try bureau.store.health().upkeep.backupFailure == "backup.directory")
    #expect(try bureau.store.health().upkeep.isBackupLate(now: noon))
  }

  @Test func `a copy by hand to a file that is there says nothing of the service's copies`() throws
  {
    let path = try bureau.files.write("there", "x")
    let maker = BackupMaker(store: bureau.store, isByHand: true, now: { noon })
    #expect(throws: BackupFailure.self) { try maker.make(at: path, for: nil, by: .mailbox) }
    #expect(try bureau.store.health().upkeep.backupFailure == nil)
    #expect(try bureau.store.journal(limit: 99).count { $0.answer == "backup.exists" } == 1)
  }

  @Test func `traces are anchored daily and at the end, outside the store`() throws {
    let upkeep = upkeep(
      UpkeepPlan(bal: "officine", anchors: book, keepTraces: 372 * 86_400))
    upkeep.runNow()
    upkeep.runNow()
    #expect(book.lines().map(\.occasion) == [.daily])
    try bureau.store.trace(TraceEntry(author: .mailbox, action: "login"), now: noon)
    upkeep.close()
    #expect(book.lines().map(\.occasion) == [.daily, .quit])
    #expect(try bureau.store.verifyJournal(anchors: book.anchors(now: bureau.clock.now)).isSound)
    let blocked = AnchorBook(path: "/proc/none/officine.log")
    self.upkeep(UpkeepPlan(bal: "officine", anchors: blocked, keepTraces: 1)).runNow()
    #expect(try bureau.store.health().upkeep.isAnchorFailing)
  }

  @Test func `a configuration that keeps for longer or less is traced once, before and after`()
    throws
  {
    for retention in [nil, nil, 93 * 86_400, 93 * 86_400] as [Int64?] {
      upkeep(
        UpkeepPlan(
          bal: "officine", anchors: book, keepTraces: 372 * 86_400, retention: retention)
      ).runNow()
    }
    let lines = try bureau.store.journal(limit: 99).filter { $0.action == "configured" }
    #expect(
      lines.map(\.request) == [
        "mail=off server=0 traces=32140800", "mail=8035200 server=0 traces=32140800",
      ])
    #expect(lines.last?.answer == lines.first?.request)
  }

  /// One prescription, read from its mailbox.
  private func received() throws -> (letters: Letterbox, row: Message, order: Order) {
    let letters = try Letterbox()
    try letters.deliver(TestMail.patientPrescription().bytes, "1")
    try bureau.pass(letters.backend())
    let row = try #require(try bureau.messages().first)
    return (letters, row, try #require(try bureau.store.order(ofMessage: row.id)))
  }

  @Test func `old work is purged at the first night, old traces with it, and that is anchored`()
    throws
  {
    let (letters, row, order) = try received()
    let upkeep = upkeep(
      UpkeepPlan(
        bal: "officine", anchors: book, keepTraces: 186 * 86_400, retention: 93 * 86_400))
    bureau.clock.advance(100 * 86_400)
    upkeep.runNow()
    #expect(try bureau.store.raw(row.id) != nil, "unfinished work stays")
    #expect(try bureau.store.health().upkeep.unfinished == 1)
    _ = try bureau.store.perform(
      .moved(to: .closed, reason: "double"), on: order.id, expecting: nil, by: Bureau.actor,
      policy: Policy(), eventID: "c", now: noon)
    upkeep.runNow()
    #expect(try bureau.store.raw(row.id) != nil, "once a day")
    bureau.clock.advance(2 * 86_400)
    upkeep.runNow()
    #expect(try bureau.store.raw(row.id) == nil)
    #expect(try bureau.store.health().upkeep.unfinished == 0)
    // The mailbox still has it, and the next pass opens nothing.
    try bureau.pass(letters.backend())
    #expect(try bureau.messages().count == 1 && bureau.store.raw(row.id) == nil)
    bureau.clock.advance(190 * 86_400)
    upkeep.runNow()
    #expect(try bureau.store.journal(limit: 999).last?.action == "journal.purge")
    #expect(book.lines().last?.occasion == .purge)
    #expect(try bureau.store.verify(anchors: book.anchors(now: bureau.clock.now)).problems == [])
  }

  @Test func `what was purged by day leaves the files once, at night, and never for nothing`()
    throws
  {
    // Monday noon in Paris, as far as civil hours go.
    let (_, row, order) = try received()
    let upkeep = upkeep(UpkeepPlan(bal: "officine", anchors: book, keepTraces: 186 * 86_400))
    func ends(_ request: String) throws -> Int {
      try bureau.store.journal(limit: 999).count {
        $0.action == "purge.begin" && $0.request == request
      }
    }
    // Nothing was purged: no night rewrites anything.
    for _ in 0..<30 {
      bureau.clock.advance(3600)
      upkeep.runNow()
    }
    #expect(try ends("files") == 0)
    _ = try bureau.store.perform(
      .moved(to: .closed, reason: "double"), on: order.id, expecting: nil, by: Bureau.actor,
      policy: Policy(), eventID: "c", now: bureau.clock.now)
    while CivilTime(bureau.clock.now).hour != 8 { bureau.clock.advance(1800) }
    bureau.clock.advance(86_400)
    _ = try bureau.store.beginPurge(
      before: bureau.clock.now.adding(seconds: -60), cleansLater: true, by: .mailbox,
      now: bureau.clock.now)
    upkeep.runNow()
    #expect(try bureau.store.raw(row.id) == nil, "the content goes at once")
    var hours: [Int] = []
    for _ in 0..<96 {
      let before = try ends("files")
      bureau.clock.advance(1800)
      upkeep.runNow()
      if try ends("files") > before { hours.append(CivilTime(bureau.clock.now).hour) }
    }
    #expect(hours == [1])
    #expect(try !bureau.store.health().upkeep.isPurging)
  }

  @Test func `a cleaning that the night did not end waits for the next one, not for the counter`()
    throws
  {
    let (_, row, order) = try received()
    let upkeep = upkeep(UpkeepPlan(bal: "officine", anchors: book, keepTraces: 186 * 86_400))
    _ = try bureau.store.perform(
      .moved(to: .closed, reason: "double"), on: order.id, expecting: nil, by: Bureau.actor,
      policy: Policy(), eventID: "c", now: bureau.clock.now)
    bureau.clock.advance(3 * 86_400)
    while CivilTime(bureau.clock.now).hour != 20 { bureau.clock.advance(1800) }
    _ = try bureau.store.beginPurge(
      before: bureau.clock.now.adding(seconds: -60), cleansLater: true, by: .mailbox,
      now: bureau.clock.now)
    upkeep.runNow()
    #expect(try bureau.store.raw(row.id) == nil)
    while CivilTime(bureau.clock.now).hour != 5 { bureau.clock.advance(1800) }
    // Switched off in its middle.
    #expect(try bureau.store.beginCleaning(now: bureau.clock.now))
    while CivilTime(bureau.clock.now).hour != 8 { bureau.clock.advance(1800) }
    upkeep.runNow()
    #expect(try bureau.store.purgeState() == nil, "not in the middle of the work")
    #expect(try bureau.store.journal(limit: 999).last?.action == "purge.wait")
    #expect(try bureau.store.health().upkeep.isPurging, "and it is still told")
    while CivilTime(bureau.clock.now).hour != 2 { bureau.clock.advance(1800) }
    upkeep.runNow()
    #expect(try !bureau.store.health().upkeep.isPurging)
  }

  @Test func `D08 a copy that was damaged does not become the store, whatever page it was`() throws
  {
    let path = bureau.files.path("copy")
    let maker = BackupMaker(store: bureau.store, now: { noon })
    for n in 0..<60 {
      try bureau.store.trace(TraceEntry(author: .mailbox, action: "login"), now: noon)
      try bureau.store.setSetting("k\(n)", String(repeating: "x", count: 400))
    }
    _ = try maker.make(at: path, for: nil, by: .mailbox)
    let whole = try bureau.files.bytes("copy")
    let pages = whole.count / 4096
    var refused = 0
    for page in 0..<min(pages, 30) {
      var bytes = whole
      for place in 0..<4096 { bytes[page * 4096 + place] = UInt8.random(in: 0...255) }
      try bureau.files.write("bad", String())
      try Data(bytes).write(to: URL(fileURLWithPath: bureau.files.path("bad")))
      let place = bureau.files.path("into-\(page)")
      let restorer = Restorer(
        file: bureau.files.path("bad"), identity: nil, directory: place, sharing: .own,
        anchors: nil, now: { noon })
      do {
        _ = try restorer.run(replaces: false, machine: "m2", by: .mailbox)
      } catch {
        refused += 1
        #expect(!FileManager.default.fileExists(atPath: place), "page \(page)")
      }
      #expect(!FileManager.default.fileExists(atPath: place + ".restoring"), "page \(page)")
    }
    // Free pages and unused tails may be anything.
    #expect(refused >= min(pages, 30) - 3, "\(refused) of \(pages)")
  }

  @Test func `a store that is there is set aside, and never while somebody has it open`() throws {
    let path = bureau.files.path("copy")
    _ = try BackupMaker(store: bureau.store, now: { noon }).make(at: path, for: nil, by: .mailbox)
    let place = bureau.files.path("place")
    let old = try OfficineStore.open(at: place, create: true)
    try old.setSetting("old", "1")
    func restore(_ replaces: Bool) throws -> Restorer.Report {
      try Restorer(
        file: path, identity: nil, directory: place, sharing: .own, anchors: book, now: { noon }
      ).run(replaces: replaces, machine: "m2", by: .mailbox)
    }
    #expect(throws: RestoreFailure.exists) { try restore(false) }
    let lease = try #require(try Lease.acquire(directory: place))
    #expect(throws: RestoreFailure.inUse) { try restore(true) }
    lease.release()
    old.close()
    let report = try restore(true)
    let aside = try #require(report.setAside)
    #expect(try OfficineStore.open(at: aside, create: false).setting("old") == "1")
    #expect(try OfficineStore.open(at: place, create: false).setting("old") == nil)
    #expect(book.lines().last?.occasion == .restore)
  }

  @Test func `whom a token stands for, as far as it says so`() {
    func token(_ claims: String) -> String {
      let body = Data(claims.utf8).base64EncodedString().replacing("=", with: "")
      return "e30.\(body.replacing("+", with: "-").replacing("/", with: "_")).c2ln"
    }
    #expect(
      TokenHolder.name(in: token("{\"sub\":\"f:1\",\"preferred_username\":\"899700000001\"}"))
        == "899700000001")
    #expect(TokenHolder.name(in: token("{\"sub\":\"f:550e8400\"}")) == "f:550e8400")
    for text in ["", "opaque", "a.b", "a.!!.c", token("{\"sub\":\"un nom\"}"), token("[]")] {
      #expect(TokenHolder.name(in: text) == nil, "\(text)")
    }
  }
}
