public import Domain
import GRDB

extension OfficineStore {
  /// What the shift leaves; each section at most `HandoverSheet.limit` demandes, newest first.
  public func handover(clock: WorkClock) throws(StoreError) -> HandoverSheet {
    var rows: [HandoverSheet.Section: [QueueRow]] = [:]
    var cut: Set<HandoverSheet.Section> = []
    for section in HandoverSheet.Section.allCases where section != .held {
      let found = try told(section, clock)
      rows[section] = Array(found.prefix(HandoverSheet.limit))
      if found.count > HandoverSheet.limit { cut.insert(section) }
    }
    let counts = try counts(member: nil, clock: clock)
    var sheet = HandoverSheet(
      rows: rows, cut: cut, readyCount: counts[.ready], outboxWaiting: counts.outboxWaiting,
      outboxTrouble: counts.outboxTrouble, sync: try syncStatus(),
      backupAt: try backupHistory().lastSuccess)
    for answer in try heldAnswers() {
      guard let row = try row(of: answer.order) else { continue }
      sheet.held.append(
        HandoverSheet.Held(
          item: answer.item.id, row: row, author: answer.item.author,
          queuedAt: answer.item.queuedAt))
    }
    sheet.notes = try notes(of: sheet.items.map(\.row.order), clock)
    sheet.outboxHeld = max(counts.outboxHeld, sheet.held.count)
    return sheet
  }

  /// The newest note of each, when it is new enough to be for whoever reads the sheet.
  private func notes(
    of orders: [Order], _ clock: WorkClock
  ) throws(StoreError) -> [Order.ID: HandoverSheet.Note] {
    let start = clock.cutoff(days: HandoverSheet.noteDays)?.milliseconds ?? 0
    let codec = Codec()
    return try read { db in
      var notes: [Order.ID: HandoverSheet.Note] = [:]
      for order in orders where order.noteCount > 0 && notes[order.id] == nil {
        let row = try Row.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT * FROM event WHERE demande = ? AND number IS NOT NULL AND at > ?
                AND json_extract(gesture, '$.noted') IS NOT NULL ORDER BY number DESC LIMIT 1
              """), arguments: [order.id, start])
        guard let row else { continue }
        let event = try OrderBook.event(row, codec)
        guard case .noted(let text) = event.gesture, !text.forTheTeam.isEmpty else { continue }
        notes[order.id] = HandoverSheet.Note(text: text, author: event.author, at: event.at)
      }
      return notes
    }
  }

  /// One more than the sheet lists, when there are more; an answered question takes no place.
  private func told(
    _ section: HandoverSheet.Section, _ clock: WorkClock
  ) throws(StoreError) -> [QueueRow] {
    var rows: [QueueRow] = []
    var after: RowKey?
    while rows.count <= HandoverSheet.limit {
      let page = try page(
        of: section.view, member: nil, clock: clock, after: after, limit: HandoverSheet.limit)
      rows += page.rows.filter { HandoverSheet.tells(section, of: $0.order) }
      guard page.hasMore, let last = page.rows.last else { break }
      after = last.key
    }
    return rows
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
