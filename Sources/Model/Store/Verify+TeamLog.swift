import Domain
import GRDB

extension Verify {
  /// Judges the whole log again, as it lies: every event must stand as it was judged.
  static func teamLog(_ db: Database, _ report: inout VerifyReport) throws {
    guard try LogBook.machine(db) != nil else { return }
    let codec = Codec()
    var judge = TeamLogJudge()
    var group: [Row] = []
    func settle() throws {
      let said = try group.map { row in
        // What a checkpoint carried was judged when it was said.
        var said = try LogBook.said(row, codec)
        if row["uid"] as Int64? != 0 { said.event.elsewhere = nil }
        return said
      }
      let isCarried = group.first?["uid"] as Int64? == 0
      let verdicts = isCarried ? said.map { judge.carry($0) } : judge.judge(said)
      for (row, verdict) in zip(group, verdicts)
      where try !stands(LogBook.standing(row, codec), row["elsewhere"], as: verdict) {
        note(&report, "team-log.standing", row["id"])
      }
    }
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT * FROM event INDEXED BY event_by_place WHERE uid IS NOT NULL ORDER BY uid, place
        """)
    while let row = try rows.next() {
      if let last = group.last, !LogFolding.isOneGroup(last, row) || row["uid"] as Int64? == 0 {
        try settle()
        group = []
      }
      group.append(row.copy())
    }
    if !group.isEmpty { try settle() }
    let unplaced = try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM event WHERE (standing = 'confirmed') AND uid IS NULL
          OR standing IS NULL OR (standing IN ('refused', 'void')) AND number IS NOT NULL
        """)
    if let unplaced, unplaced > 0 { note(&report, "team-log.places", "\(unplaced)") }
  }

  private static func stands(
    _ standing: LogStanding?, _ elsewhere: Order.ID?, as verdict: TeamLogJudge.Verdict
  ) -> Bool {
    switch (standing, verdict) {
    case (.confirmed, .accepted): elsewhere == nil
    case (.confirmed, .elsewhere(let home)): elsewhere == home
    case (.refused, .refused), (.void, .void): true
    default: false
    }
  }
}
