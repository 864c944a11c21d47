import Domain
import GRDB

extension Verify {
  /// The chain from its base to its end, and every anchor that was kept outside.
  static func journal(
    _ db: Database, _ anchors: [JournalAnchor], _ report: inout VerifyReport
  ) throws {
    let base = try JournalBase.current(db)
    var wanted = Dictionary(grouping: anchors, by: \.seq)
    // What was purged by rule is proved by the base alone.
    wanted = wanted.filter { $0.key >= (base?.seq ?? 0) && $0.key > 0 }
    func check(_ seq: Int64, _ digest: String) {
      for anchor in wanted.removeValue(forKey: seq) ?? [] where anchor.digest != digest {
        note(&report, "journal.anchor", "\(seq)")
      }
    }
    if let base { check(base.seq, base.digest) }
    var previous = base?.digest ?? Journal.firstDigest
    var expected = (base?.seq ?? 0) + 1
    var isBaseTold = base == nil
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY seq")
    while let row = try rows.next() {
      let line = Journal.line(row)
      if line.seq != expected { note(&report, "journal.hole", "before \(line.seq)") }
      if Journal.digest(of: line, after: previous) != line.digest {
        note(&report, "journal.digest", "\(line.seq)")
      }
      check(line.seq, line.digest)
      if let base, line.seq == base.purgeLine {
        isBaseTold =
          line.action == "journal.purge" && line.request == base.request
          && line.answer.hasSuffix("digest=\(base.digest)")
      }
      previous = line.digest
      expected = line.seq + 1
      report.journal += 1
    }
    if !isBaseTold { note(&report, "journal.base", "\(base?.seq ?? 0)") }
    let given =
      try Int64.fetchOne(
        db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'journal'") ?? 0
    if given != expected - 1 { note(&report, "journal.end", "\(expected - 1) of \(given)") }
    // What is anchored and not there: the tail was cut, or this is another store.
    for seq in wanted.keys.sorted() { note(&report, "journal.anchor", "\(seq)") }
  }
}

extension OfficineStore {
  /// The journal alone: its chain, its base, its anchors. Much faster than ``verify(anchors:)``.
  public func verifyJournal(anchors: [JournalAnchor]) throws(StoreError) -> VerifyReport {
    var report = VerifyReport()
    try read { try Verify.journal($0, anchors, &report) }
    return report
  }
}
