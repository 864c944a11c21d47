import Domain
import GRDB

extension Verify {
  /// The chain from its base to its end, and every anchor that was kept outside.
  static func journal(
    _ db: Database, _ anchors: Anchors, _ report: inout VerifyReport
  ) throws {
    let base = try JournalBase.current(db)
    let kept = try valid(db, anchors)
    if anchors.badLines > 0 { note(&report, "journal.anchor-book", "\(anchors.badLines)") }
    if let base { try purged(base, kept, &report) }
    // What was purged by rule is proved by the base alone.
    var wanted = Dictionary(
      grouping: kept.kept.map(\.anchor).filter { $0.seq >= (base?.seq ?? 0) && $0.seq > 0 },
      by: \.seq)
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

  /// A restore writes its anchor before the copy takes its place. Ended in between, and nothing
  /// anchored since, the store is what it was before.
  private static func valid(_ db: Database, _ anchors: Anchors) throws -> Anchors {
    guard let former = anchors.former, let last = anchors.kept.last,
      try !Journal.has(db, last.anchor)
    else { return anchors }
    var before = anchors
    before.kept = former
    return before
  }

  /// The base is a row of the store it speaks for: anchors below it may be gone only when they are
  /// old enough, by clocks outside the store.
  private static func purged(
    _ base: JournalBase, _ anchors: Anchors, _ report: inout VerifyReport
  ) throws {
    let limit = anchors.purgeLimit(line: base.purgeLine)
    for kept in anchors.kept where kept.anchor.seq < base.seq && kept.since >= limit {
      note(&report, "journal.base", "\(kept.anchor.seq)")
    }
  }
}

extension OfficineStore {
  /// The journal alone: its chain, its base, its anchors. Much faster than ``verify(anchors:)``.
  public func verifyJournal(anchors: Anchors) throws(StoreError) -> VerifyReport {
    var report = VerifyReport()
    try read { try Verify.journal($0, anchors, &report) }
    return report
  }
}
