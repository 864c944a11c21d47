public import Domain
import GRDB

extension OfficineStore {
  /// What the shift leaves; each section at most `HandoverSheet.limit` demandes, newest first.
  public func handover(clock: WorkClock) throws(StoreError) -> HandoverSheet {
    var rows: [HandoverSheet.Section: [QueueRow]] = [:]
    var cut: Set<HandoverSheet.Section> = []
    for section in HandoverSheet.Section.allCases {
      let page = try page(
        of: section.view, member: nil, clock: clock, after: nil, limit: HandoverSheet.limit)
      rows[section] = page.rows.filter {
        section != .missing || !$0.order.markers.missing.isEmpty || $0.order.status == .partial
      }
      if page.hasMore { cut.insert(section) }
    }
    let counts = try counts(member: nil, clock: clock)
    return HandoverSheet(
      rows: rows, cut: cut, readyCount: counts[.ready], outboxWaiting: counts.outboxWaiting,
      outboxTrouble: counts.outboxTrouble, sync: try syncStatus(),
      backupAt: try backupHistory().lastSuccess)
  }

  /// The counts with those of the custom views, in their order; a query that cannot be read is 0.
  public func counts(
    member: String?, clock: WorkClock, views: [CustomView]
  ) throws(StoreError) -> QueueCounts {
    var counts = try counts(member: member, clock: clock)
    for view in views {
      guard let query = try? ViewQuery.parse(view.query, now: clock.now) else {
        counts.custom.append(0)
        continue
      }
      counts.custom.append(try count(query, member: member, clock: clock))
    }
    return counts
  }
}
