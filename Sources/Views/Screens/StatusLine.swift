import Cells
import Desk
import Domain

extension Canvas {
  /// Identity of the selection, or the notice while there is one; the countdown always.
  mutating func drawStatusLine() {
    var line = inner(layout.statusRow)
    let mine = state.heldToCancel
    if let held = mine ?? state.held.last, held.until > now {
      let key = mine == nil ? nil : self.key(.undo)
      let seconds = Int((held.until.milliseconds - now.milliseconds + 999) / 1000)
      let text =
        line.columns >= 100
        ? words(strings.countdown(held.display, seconds: seconds, key: key))
        : words(strings.countdownShort(seconds: seconds, key: key))
      let used = grid.put(text, rightAlignedIn: line, role: .sendCountdown)
      line = line.splitRight(used + 2).rest
    }
    if let notice = state.notice, notice.until > now {
      put(words(strings.notice(notice.content, now: now)), in: line, role: role(of: notice.content))
      return
    }
    if let row = state.selectedRow {
      put(identityLine(row.order, row.message), in: line)
    } else if let opened = state.openedSelection {
      let spans = identityLine(opened.order, opened.bodies.last { !$0.message.isOutgoing }?.message)
      put(
        [Span(text: words(strings.noLongerInView + " "), role: .readerWarning)] + spans, in: line)
    }
  }

  private func role(of content: Notice.Content) -> Cells.Role {
    switch content {
    case .done, .undid, .printed, .cancelledSend, .queued, .draftKept: .statusSuccess
    case .refused, .failed: .statusError
    case .unavailable: .hintUnavailable
    case .nowActing, .ignoredInput, .scanOffered, .textFull, .vanished: .statusInfo
    }
  }
}
