import Cells
import Desk
public import Domain

/// Where a custom view's tab was drawn.
public struct CustomTabPlace: Equatable, Sendable {
  public var index: Int
  public var columns: Range<Int>
}

/// Where a view's tab was drawn, for clicks.
public struct TabPlace: Equatable, Sendable {
  public var view: QueueView
  public var columns: Range<Int>
}

extension Canvas {
  /// Where I am, whether it is true, who acts.
  mutating func drawTitleBar() {
    let bar = row(layout.titleRow)
    grid.fill(bar, role: .bar)
    let inside = bar.inset(columns: 1)
    let time = CivilTime(now).hourMinute
    // Least important first: what is dropped when the line is too short.
    let clock = Span(text: words(time), role: .barClock)
    let poste = Span(text: data(state.poste.name), role: .barPoste)
    let actor = Span(text: actorName(isLong: inside.columns >= 110), role: .barActor)
    let sync = Span(
      text: words(syncSign + SyncTruth.words(state.sync, strings, now: now)),
      role: SyncTruth.role(state.sync, now: now))
    let minimum = state.isDemo ? demoWidth : min(10, data(state.officine).width) + openBAL.width
    var segments = [sync, poste, actor, clock]
    let isLean = { (segments: [Span]) in
      segments.reduce(0) { $0 + $1.text.width + 3 } + minimum <= inside.columns
    }
    // The poste goes first, then the clock, then the actor; the truth about the mail stays.
    if !isLean(segments) { segments.remove(at: 1) }
    if !isLean(segments) { segments.removeLast() }
    if !isLean(segments) { segments.removeLast() }
    var right: [Span] = []
    for (place, segment) in segments.enumerated() {
      if place > 0 { right.append(Span(text: words(" \(signs.dot) "), role: .bar)) }
      right.append(segment)
    }
    let width = min(inside.columns, right.reduce(0) { $0 + $1.text.width })
    put(right, in: inside.splitRight(width).right)
    drawOfficine(in: inside.splitRight(width + 1).rest)
  }

  /// Name and long sign of the demonstration.
  private var demoWidth: Int {
    min(24, data(state.officine).width) + words(" \(strings.demo) ").width + 2
  }

  private var syncSign: String {
    let isSound = state.sync.phase == .upToDate && state.sync.sending == nil
    return grid.size.columns >= 100 && isSound ? signs.online + " " : ""
  }

  private func actorName(isLong: Bool) -> Presentable {
    guard let member = state.actor?.member else { return words(strings.nobody) }
    if isLong { return data("\(member.name), \(strings.role(member.role))") }
    // `Léa P.`: two Léas at one counter stay distinct.
    let rest = member.name.split(separator: " ").dropFirst().last?.first
    return data(member.shortName + (rest.map { " \($0)." } ?? ""))
  }

  /// The name of the BAL on screen, where there are several; empty where there is one.
  private var openBAL: Presentable {
    guard state.bals.count > 1 else { return .empty }
    return words(" \(signs.dot) ") + data(state.bal.name)
  }

  private mutating func drawOfficine(in rect: Rect) {
    var room = rect
    if state.isDemo {
      // The sign is never clipped away: everything on this screen is invented.
      let long = words(" \(strings.demo) ")
      // With room for the words of the sync to grow: the line must not change every second.
      let sign = demoWidth + 4 <= rect.columns ? long : words(" \(strings.demoShort) ")
      let name = data(state.officine).clipped(to: max(0, rect.columns - sign.width - 2))
      let used = put(name, in: rect, role: .barTitle)
      put(sign, in: rect.splitLeft(used == 0 ? 0 : used + 2).rest, role: .demoSign)
      return
    }
    if openBAL.width > 0 {
      // Two BALs look alike: which one this is stays, the officine's name gives way.
      let shown = openBAL.clipped(to: room.columns)
      let name = data(state.officine).clipped(to: room.columns - shown.width)
      room = room.splitLeft(put(name, in: room, role: .barTitle)).rest
      room = room.splitLeft(put(shown, in: room, role: .barBal)).rest
      let kind = words(", \(strings.kind(state.bal.kind))")
      if kind.width <= room.columns { put(kind, in: room, role: .barBal) }
      return
    }
    let used = put(data(state.officine), in: room, role: .barTitle)
    room = rect.splitLeft(used).rest
    let bal = words(" \(signs.dot) \(strings.kind(state.bal.kind))")
    if bal.width <= room.columns, grid.size.columns >= 100 { put(bal, in: room, role: .barBal) }
  }

  /// F3: what is searched stands where the views were, so that the list does not move.
  mutating func drawSearchLine(_ search: Search) {
    let line = inner(layout.tabsRow)
    let label = words(strings.searchLabel + " ")
    let used = put(label, in: line, role: .promptLabel)
    let status: Presentable
    if search.query.text.isEmpty || search.problem != nil {
      status = .empty
    } else if let rows = search.rows, search.answered == search.query.text {
      status = words(
        search.hasMore ? strings.firstResults(rows.count) : strings.results(rows.count))
    } else {
      status = words(strings.searching)
    }
    grid.put(status, rightAlignedIn: line, role: .textDim)
    let field = line.splitLeft(used).rest.splitRight(status.width + 1).rest
    let isWriting = search.isTyping && state.context == .search
    let column = drawField(search.query, in: field, role: .promptText, isActive: isWriting)
    if search.query.text.isEmpty {
      put(words("(\(strings.searchHint))"), in: field, role: .textDim)
    }
    if isWriting { cursor = .at(Point(column: column, row: field.row)) }
  }

  // MARK: Rules

  /// The rule under the tabs carries what must not be overlooked, on every screen.
  /// - Parameter rest: the views that have no tab.
  mutating func drawTopRule(_ rest: [QueueView]) {
    guard let index = layout.topRuleRow else { return }
    grid.rule(row(index))
    let mentions = drawMentions(in: row(index))
    let alarms = drawAlarms(in: row(index))
    // Not over the head of a divider.
    let end = min(row(index).columns - 2 - alarms, layout.dividers.first ?? .max)
    let start = 2 + mentions
    if !rest.isEmpty, end > start {
      let room = Rect(column: start, row: index, columns: end - start, rows: 1)
      drawRest(rest, in: room)
    }
  }

  /// - Returns: how many columns they take.
  private mutating func drawAlarms(in rule: Rect) -> Int {
    // What is too long is cut at its right end: the rarest and gravest comes first.
    let mailbox = mailboxAlarm()
    let waiting = state.counts[.alarm]
    var alarms = waiting > 0 ? [strings.alarms(waiting)] : []
    // What waits is no alarm while nobody can take it.
    var isCalm = waiting == 0 || !state.clock.isOpen
    if let mailbox {
      alarms.append(mailbox.text)
      isCalm = isCalm && mailbox.isCalm
    }
    let known = alarms.count
    if state.counts.quarantine > 0 { alarms.append(strings.quarantine(state.counts.quarantine)) }
    if state.counts.withheld > 0 { alarms.append(strings.withheld(state.counts.withheld)) }
    if state.counts.outboxHeld > 0 { alarms.append(strings.outboxHeld(state.counts.outboxHeld)) }
    if state.counts.outboxTrouble > 0 {
      alarms.append(strings.outboxTrouble(state.counts.outboxTrouble))
    }
    if !state.log.told.isEmpty { alarms.append(strings.refusedByLog(state.log.told.count)) }
    if !state.log.lostRights.isEmpty {
      let names = Set(state.log.lostRights.map(\.name)).sorted()
      alarms.append(strings.rightsLost(names))
    }
    if state.log.isReordered(at: now) { alarms.append(strings.reordered) }
    if let late = backupAlarm() { alarms.append(late) }
    if !alarms.isEmpty {
      let text = words(" \(signs.warning) " + alarms.joined(separator: " \(signs.dot) ") + " ")
      isCalm = isCalm && alarms.count == known
      let role: Cells.Role = isCalm ? .statusInfo : .statusError
      return grid.put(text, rightAlignedIn: rule.inset(columns: 2), role: role) + 1
    }
    guard state.counts.outboxWaiting > 0 else { return 0 }
    let text = words(" " + strings.outboxWaiting(state.counts.outboxWaiting) + " ")
    return grid.put(text, rightAlignedIn: rule.inset(columns: 2), role: .statusInfo) + 1
  }

  mutating func drawBottomRule() {
    guard let index = layout.bottomRuleRow else { return }
    grid.rule(row(index))
    guard state.showsQueue, let text = listPosition else { return }
    let width = min(layout.queue.width, grid.size.columns)
    let place = row(index).splitLeft(width).left.inset(columns: 1)
    grid.put(text, rightAlignedIn: place, role: .textDim)
  }

  /// Only when something is out of sight.
  private var listPosition: Presentable? {
    let slots = state.listSlots
    guard let first = slots.first, let last = slots.last else { return nil }
    let isAll = first.index == 0 && last.index == state.listCount - 1
    guard !isAll || state.isPageCapped else { return nil }
    let text = strings.position(
      first.index + 1, last.index + 1, of: state.positionTotal, isCapped: state.isPageCapped)
    return words(" \(text) ")
  }
}
