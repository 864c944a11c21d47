import Cells
import Desk
import Domain

extension Canvas {
  mutating func drawQueue() {
    let area = Rect(layout.queue)
    let slots = state.listSlots
    if slots.isEmpty {
      drawEmptyList(in: area)
      return
    }
    for slot in slots {
      let rect = Rect(
        column: area.column, row: slot.row, columns: area.columns, rows: slot.height)
      switch slot.item {
      case .rule(let view):
        grid.rule(
          rect.inset(columns: 1), role: .queueSection, title: words(strings.view(view)))
      case .awaitedRule(let count):
        grid.rule(
          rect.inset(columns: 1), role: .queueSection, title: words(strings.awaited(count)))
      case .awaited(let mail): drawAwaited(mail, in: rect)
      case .row(let row):
        drawRow(row, in: rect, isSelected: row.order.id == state.selection)
      }
    }
    if state.context == .queue || state.context == .search { cursorOnSelection(slots) }
  }

  /// The real cursor stands on the selected row: screen readers and braille follow it.
  private mutating func cursorOnSelection(_ slots: [ListSlot]) {
    guard state.context == .queue, let index = state.selectedIndex,
      let slot = slots.first(where: { $0.index == index })
    else { return }
    cursor = .at(Point(column: layout.queue.column, row: slot.row))
  }

  private mutating func drawEmptyList(in area: Rect) {
    let text: [String]
    if let search = state.search {
      if search.rows == nil || search.answered != search.query.text { return }
      let isBlank = search.query.text.allSatisfy(\.isWhitespace)
      text = isBlank ? strings.searchAdvice : strings.noResult(search.query.text)
    } else {
      let isSynchronised = state.sync.lastSuccess != nil
      text =
        state.shownCustomView.map { strings.emptyCustom($0.name) }
        ?? strings.empty(state.view, isSynchronised: isSynchronised)
    }
    let room = area.inset(columns: 2, rows: area.rows > 6 ? 1 : 0)
    var lines: [Line] = []
    for (place, sentence) in text.enumerated() {
      lines += paragraph(
        sentence, width: room.columns, role: place == 0 ? .textStrong : .queueEmpty)
    }
    put(lines, in: room)
  }

  // MARK: One demande

  private mutating func drawRow(_ row: QueueRow, in rect: Rect, isSelected: Bool) {
    let first = rect.line(0)
    if isSelected { grid.fill(rect, role: .queueSelected) }
    let mark = isSelected ? signs.selected : " "
    for line in 0..<rect.rows {
      put(words(mark), in: rect.line(line), role: isSelected ? .queueSelected : .queueRow)
    }
    put(words(signs.status(row.order.status)), in: first.splitLeft(1).rest, role: statusRole(row))
    if state.log.refused.contains(where: { $0.order == row.order.id }) {
      put(words(signs.warning), in: first.splitLeft(2).rest, role: .statusError)
    } else if row.isPending || state.pending[row.order.id] != nil {
      put(words(signs.pending), in: first.splitLeft(2).rest, role: .queuePending)
    } else if state.around.isMentioned(on: row.order.id) {
      put(words("@"), in: first.splitLeft(2).rest, role: .noteInternal)
    }
    drawAge(row, in: first.splitLeft(3).rest.splitLeft(7).left)
    let body = rect.splitLeft(11).rest.splitRight(1).rest
    if rect.rows > 1 {
      drawTwoLines(row, in: body)
    } else {
      drawOneLine(row, in: body)
    }
    drawPresence(on: row.order.id, in: first)
    // The selection is one band; the signs keep their meaning by their shape.
    if isSelected { grid.restyle(rect, role: .queueSelected) }
  }

  /// Dimmed and without a state: nothing can be done with it before it is here.
  private mutating func drawAwaited(_ mail: Awaited, in rect: Rect) {
    let first = rect.line(0)
    put(words(signs.pending), in: first.splitLeft(2).rest, role: .queuePending)
    let age = words(strings.age(seconds: max(0, now.secondsSince(mail.receivedAt))))
    put(age.padded(to: 6, alignedRight: true), in: first.splitLeft(3).rest, role: .textDim)
    let body = rect.splitLeft(11).rest.splitRight(1).rest
    let who = min(32, max(18, body.columns * 19 / 50))
    put(data(mail.sender.display), in: body.line(0).splitLeft(who).left, role: .textDim)
    let title = rect.rows > 1 ? body.line(1) : body.line(0).splitLeft(who + 1).rest
    let subject = mail.subject.isEmpty ? words(strings.noSubject) : data(mail.subject)
    put(subject, in: title, role: .textDim)
  }

  private func statusRole(_ row: QueueRow) -> Cells.Role {
    switch row.order.status {
    case .received: .queueStatusReceived
    case .preparing: .queueStatusPreparing
    case .prepared: .queueStatusPrepared
    case .checked: .queueStatusChecked
    case .partial, .collected: .queueStatusCollected
    case .closed: .queueStatusClosed
    }
  }

  /// Who has it, or else how long it has waited in opening time: six columns, then the alarm sign.
  private mutating func drawAge(_ row: QueueRow, in rect: Rect) {
    let isLate = state.clock.alarm(of: row.order) != nil
    let (left, sign) = rect.splitLeft(6)
    if isLate { put(words("!"), in: sign, role: .queueAgeLate) }
    if let owner = row.order.owner, !row.order.status.isFinished, row.order.status != .checked {
      let isMine = owner.memberID == state.actor?.member.id
      put(data(owner.name), in: isLate ? left : rect, role: isMine ? .queueOwnerMe : .queueOwner)
      return
    }
    let text = words(WaitText(strings, state.clock).age(row.order.waitingSince))
    put(text.padded(to: 6, alignedRight: true), in: left, role: isLate ? .queueAgeLate : .queueAge)
  }

  private mutating func drawOneLine(_ row: QueueRow, in rect: Rect) {
    if drawPurged(row, in: rect) { return }
    // One width for every row: names and titles stand in columns, whatever the markers take. A
    // longer name takes what it needs of the title: François is not Françoise.
    let who = min(32, max(18, rect.columns * 19 / 50))
    let markers = markerSpans(row, widths: [max(10, rect.columns - who - 17)])[0]
    let markerWidth = width(markers)
    put(markers, in: rect.splitRight(markerWidth).right)
    let rest = rect.splitRight(markerWidth == 0 ? 0 : markerWidth + 2).rest
    let name = whoSpan(row)
    let leastTitle = rect.columns < 50 ? 0 : 9
    let whole = max(who, min(width(name), rest.columns - leastTitle))
    put(name, in: rest.splitLeft(whole).left)
    // A name that fills its column is not read into the title.
    let title = rest.splitLeft(whole + (width(name) >= whole ? 2 : 1)).rest
    if title.columns >= 6 { put(titleSpans(row, width: title.columns), in: title) }
  }

  private func width(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.text.width } }

  /// The name first: what does not fit beside it stands beside the title.
  private mutating func drawTwoLines(_ row: QueueRow, in rect: Rect) {
    if drawPurged(row, in: rect.line(0)) { return }
    let name = whoSpan(row)
    let title = titleSpans(row, width: rect.columns)
    // A mail that is not here is said whole.
    let least = row.isMessageAbsent ? 0 : rect.columns / 2
    let free = max(least, rect.columns - width(title) - 2)
    let markers = markerSpans(row, widths: [max(0, rect.columns - width(name) - 2), free])
    put(name, in: rect.line(0))
    put(markers[0], in: rect.line(0).splitRight(width(markers[0])).right)
    let second = width(markers[1])
    put(markers[1], in: rect.line(1).splitRight(second).right)
    let rest = rect.line(1).splitRight(second == 0 ? 0 : second + 2).rest
    put(titleSpans(row, width: rest.columns), in: rest)
  }

  /// Nobody is named any more, and no marker means anything.
  private mutating func drawPurged(_ row: QueueRow, in rect: Rect) -> Bool {
    guard let at = row.order.purgedAt else { return false }
    let sentence = words(strings.purgedSentence(at))
    put(sentence.clipped(to: rect.columns, mark: grid.lineSet), in: rect, role: .textDim)
    return true
  }

  /// Too few columns for « envoyé par » and a name.
  var isNarrow: Bool { layout.queue.width < 60 && layout.panes == .one }

  private func whoSpan(_ row: QueueRow) -> [Span] {
    let identity = Identity(row.order, row.message, strings, isShort: isNarrow)
    let isUnread = !row.message.flags.isSeen && !row.message.isOutgoing
    let role: Cells.Role =
      identity.isConfirmed ? .queuePatient : isUnread ? .queueUnread : .queueSender
    guard !identity.preface.isEmpty else { return [Span(text: data(identity.name), role: role)] }
    return [
      Span(text: words(identity.preface + " "), role: .queueDetail),
      Span(text: data(identity.name), role: role),
    ]
  }

  /// What it is, then the kinds of its documents; the title gives way first.
  private func titleSpans(_ row: QueueRow, width: Int) -> [Span] {
    let badges = words(badge(row.message))
    let text = title(row)
    guard !badges.isEmpty, width > badges.width + 8 else {
      return [Span(text: text, role: .queueTitle)]
    }
    return [
      Span(
        text: text.clipped(to: width - badges.width - 2, mark: grid.lineSet), role: .queueTitle),
      Span(text: "  ", role: .queueDetail),
      Span(text: badges, role: .queueDetail),
    ]
  }

  private func title(_ row: QueueRow) -> Presentable {
    if row.isMessageAbsent { return words(strings.messageAbsent) }
    let title = row.message.title
    let subject = title.isEmpty ? row.message.preview : title
    let text = subject.isEmpty ? words(strings.noSubject) : data(subject)
    let sender = row.message.sender
    // The row names the patient: the prescriber who wrote must not vanish from it.
    guard row.order.patient?.isConfirmed == true, sender.kind != .patient,
      !row.message.isOutgoing, !sender.display.isEmpty
    else { return text }
    return data(sender.display) + words(" \(signs.dot) ") + text
  }

  /// `PDF, 2 photos`: what a person would pick up, not how the mail is built.
  private func badge(_ message: Message) -> String {
    let kinds: [AttachmentKind] = [.xdm, .pdf, .image, .cda, .message, .other]
    return kinds.compactMap { kind in
      let count = message.attachments.count {
        $0.kind == kind || (kind == .other && ($0.kind == .text || $0.kind == .html))
      }
      return count == 0 ? nil : strings.badge(kind, count: count)
    }.joined(separator: ", ")
  }
}
