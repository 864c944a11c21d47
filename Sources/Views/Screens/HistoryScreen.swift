import Cells
import Desk
import Domain

extension Canvas {
  /// Every event of the selected demande, oldest first: when, who, where, what.
  mutating func drawHistory(scroll: Int) {
    grid.fill(grid.bounds)
    let bar = row(0)
    grid.fill(bar, role: .bar)
    let inside = bar.inset(columns: 1)
    let hint = words(strings.historyHint)
    var title = strings.historyTitle
    if let opened = state.openedSelection {
      let incoming = opened.bodies.last { !$0.message.isOutgoing }?.message
      title += " \(signs.dot) \(Identity(opened.order, incoming, strings).full)"
    }
    let isRoomy = words(title).width + hint.width + 2 <= inside.columns
    put(words(title), in: inside, role: .helpTitle)
    if isRoomy { grid.put(hint, rightAlignedIn: inside, role: .helpText) }
    grid.rule(row(1))
    let foot = grid.size.rows - 1
    let room = grid.bounds.splitTop(2).rest.splitBottom(2).rest.inset(columns: 1)
    cursor = .at(room.origin)
    guard let opened = state.openedSelection else {
      put(words(strings.loading), in: room, role: .textDim)
      return
    }
    let lines = historyTable(opened, width: room.columns)
    let top = min(max(0, scroll), max(0, lines.count - room.rows))
    put(lines[top...], in: room)
    grid.rule(row(foot - 1))
    drawHistoryFoot(in: row(foot).inset(columns: 1), isRoomy: isRoomy)
  }

  /// What « u » would take back here, named, or why nothing can be.
  private mutating func drawHistoryFoot(in line: Rect, isRoomy: Bool) {
    if let notice = state.notice, notice.until > now {
      put(words(strings.notice(notice.content, now: now)), in: line, role: .statusInfo)
    } else if let key = key(.undo), case .gesture(let last)? = state.undoTarget {
      let hint = hint(key, strings.undoHint(last.event.gesture, name: "", now: now))
      put(hint.spans, in: line)
    } else if !isRoomy {
      put(words(strings.historyHint), in: line, role: .hintText)
    }
  }

  /// One line an event where it fits: `20/11 10:41  Léa       comptoir 1  préparée`.
  func historyTable(_ opened: OpenedOrder, width: Int) -> [Line] {
    let entries = historyEntries(opened)
    let who = min(14, entries.map { words(author($0.event)).width }.max() ?? 0)
    let place = min(14, entries.map { data($0.event.author.poste).width }.max() ?? 0)
    // In a narrow window the words matter more than the poste.
    let isWide = width >= 60
    let when = entries.map { moment($0.event).count }.max() ?? 0
    let head = when + 2 + who + 2 + (isWide ? place + 2 : 0)
    return entries.flatMap { entry -> [Line] in
      let role: Cells.Role = entry.isStanding ? entry.role : .textDim
      let pieces = Presentable.lines(
        of: hiding(signs.plain(strings.typeset(entry.sentence))), width: max(8, width - head))
      return pieces.enumerated().map { index, piece in
        var spans = [Span(text: Presentable.empty.padded(to: head), role: .textDim)]
        if index == 0 {
          spans = [
            Span(text: words(moment(entry.event)).padded(to: when + 2), role: .textDim),
            Span(
              text: words(author(entry.event)).clipped(to: who).padded(to: who + 2),
              role: .readerLabel),
          ]
          if isWide {
            let poste = data(entry.event.author.poste).clipped(to: place)
            spans.append(Span(text: poste.padded(to: place + 2), role: .textDim))
          }
        }
        return Line(spans: spans + [Span(text: piece, role: role)])
      }
    }
  }

  /// A word besides the colour: nothing that was taken back or refused passes for true.
  func historyMark(_ event: OrderEvent, _ undone: Set<String>) -> String? {
    if undone.contains(event.id) { return strings.takenBack }
    switch event.standing {
    case .refused: return strings.refusedElsewhere
    case .pending: return strings.notYetKnown
    case .confirmed, .void, nil: return nil
    }
  }

  /// `20/11 10:41`, with its year when that is over.
  private func moment(_ event: OrderEvent) -> String {
    let time = CivilTime(event.at)
    return "\(time.day(now: now)) \(time.hourMinute)"
  }

  private func author(_ event: OrderEvent) -> String {
    event.author.memberID == nil ? strings.mailbox : event.author.name
  }

  /// A line of the history, said without its author.
  struct HistoryEntry {
    var event: OrderEvent
    var sentence: String
    var isStanding: Bool
    var role: Cells.Role
  }

  func historyEntries(_ opened: OpenedOrder) -> [HistoryEntry] {
    let undone = Order.undoneIDs(opened.events)
    let byID = Dictionary(opened.history.map { ($0.id, $0) }) { first, _ in first }
    return opened.history.map { event in
      var role: Cells.Role = .readerHistory
      if case .noted = event.gesture { role = .noteInternal }
      var sentence = strings.deed(event.gesture, now: now)
      if case .undone(let id) = event.gesture {
        sentence = strings.takesBack(byID[id]?.gesture, now: now)
      } else if case .messageArrived(let id, _) = event.gesture,
        let message = opened.bodies.first(where: { $0.message.id == id })?.message,
        !message.isOutgoing, !message.sender.display.isEmpty
      {
        sentence = strings.received(from: message.sender.display)
      }
      if event.author.memberID != nil, event.author.isDeclared {
        sentence += " (\(strings.declaredIdentity))"
      }
      let mark = historyMark(event, undone)
      if let mark { sentence = "[\(mark)] \(sentence)" }
      let isStanding = mark == nil || event.standing == .pending
      return HistoryEntry(event: event, sentence: sentence, isStanding: isStanding, role: role)
    }
  }
}
