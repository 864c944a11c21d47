import Cells
import Desk
import Domain

extension Canvas {
  /// Identity of the selection, or the notice while there is one; the countdown always.
  mutating func drawStatusLine() {
    let whole = inner(layout.statusRow)
    if let notice = state.notice, notice.until > now {
      let rest = notice.leavesNews ? " \(signs.dot) \(strings.newsStays)" : ""
      let text = words(about(notice) + strings.notice(notice.content, now: now) + rest)
      put(text, in: drawCountdown(in: whole, beside: text), role: role(of: notice.content))
      return
    }
    if let revealed = state.revealed, revealed.until > now {
      let seconds = max(1, revealed.until.secondsSince(now))
      // While something is written ":" is a letter.
      let acts = Command.reveal.contexts.contains(state.context)
      let key = acts ? key(.reveal) ?? ":" : nil
      let sentence = strings.revealed(seconds: seconds, key: key)
      isRevealing = revealed.order == state.selection
      let text = words(numberHere + sentence)
      isRevealing = false
      put(text, in: drawCountdown(in: whole, beside: text), role: .readerWarning)
      return
    }
    let line = drawColleagues(on: state.selection, in: drawCountdown(in: whole))
    if let search = state.search, search.isTyping, state.layers.isEmpty {
      if let problem = search.problem {
        // Half a condition is being typed: no mistake yet.
        var isHalf = false
        if case .missingValue = problem.kind { isHalf = true }
        put(
          words(strings.problem(problem)), in: line, role: isHalf ? .statusInfo : .statusError)
        return
      }
      if let key = QueryKey.open(in: search.query.text) {
        put(words(strings.queryHint(key)), in: line, role: .statusInfo)
        return
      }
    }
    if let row = state.selectedRow {
      put(identityLine(row.order, row.message, width: line.columns), in: line)
    } else if let opened = state.openedSelection, state.search == nil {
      // The reader says it on a line of its own.
      let mark = words(state.showsReader ? "" : "\(strings.outOfView) \(signs.dot) ")
      let spans = identityLine(
        opened.order, opened.bodies.last { !$0.message.isOutgoing }?.message,
        width: line.columns - mark.width)
      put([Span(text: mark, role: .readerWarning)] + spans, in: line)
    }
  }

  /// The number that this line hides while it counts; the reader has it on a line of its own.
  private var numberHere: String {
    guard !state.showsReader, let row = state.selectedRow,
      let ins = Identity(row.order, row.message, strings).ins
    else { return "" }
    return "\(masked(ins)) \(signs.dot) "
  }

  /// Whom a gesture was about, once the selection has moved on to somebody else.
  private func about(_ notice: Notice) -> String {
    guard case .done(_, let order) = notice.content, order != state.selection,
      let name = notice.about, !name.isEmpty
    else { return "" }
    return "\(name) \(signs.dot) "
  }

  /// The answer that can still be taken back: it follows the person into every view.
  /// - Returns: what is left of the line.
  mutating func drawCountdown(in line: Rect, beside sentence: Presentable = .empty) -> Rect {
    var mine: HeldSend?
    if case .send(let held)? = state.undoTarget { mine = held }
    guard let held = mine ?? state.held.last, held.until > now else { return line }
    // Only what the key takes back next.
    let key = mine == nil ? nil : self.key(.undo)
    let seconds = Int((held.until.milliseconds - now.milliseconds + 999) / 1000)
    var text =
      line.columns >= 100
      ? words(strings.countdown(held.display, seconds: seconds, key: key))
      : words(strings.countdownShort(seconds: seconds, key: key))
    if text.width + 2 + sentence.width > line.columns, !sentence.isEmpty {
      text = words(strings.countdownTiny(seconds: seconds))
    }
    let used = grid.put(text, rightAlignedIn: line, role: .sendCountdown)
    return line.splitRight(used + 2).rest
  }

  private func role(of content: Notice.Content) -> Cells.Role {
    switch content {
    case .done, .noted, .teamChanged, .undid, .reassigned, .printed, .cancelledSend, .queued,
      .draftKept,
      .answerDiscarded, .answerReturned:
      .statusSuccess
    case .refused, .refusedByLog, .failed, .heldBack, .cancelTooLate: .statusError
    case .unavailable: .hintUnavailable
    case .alarmed: .statusError
    case .closedBAL: .hintUnavailable
    case .reconnected(.failed): .statusError
    case .reconnecting, .reconnected: .statusInfo
    case .nowActing, .ignoredInput, .scanOffered, .textFull, .vanished, .heldGone: .statusInfo
    }
  }
}
