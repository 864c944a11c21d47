import Cells
import Desk
import Domain

extension Canvas {
  /// The markers of a row from the most to the least important, as many as `width` holds.
  func markerSpans(_ row: QueueRow, width: Int) -> [Span] {
    var chosen: [Span] = []
    var used = 0
    for (text, role) in markers(row) {
      let span = Span(text: words(text), role: role)
      let separator = chosen.isEmpty ? 0 : 3
      // The first one is always there, cut if need be.
      guard chosen.isEmpty || used + separator + span.text.width <= width else { continue }
      if separator > 0 { chosen.append(Span(text: words(" \(signs.dot) "), role: .textDim)) }
      let clipped = span.text.clipped(to: width - used - separator, mark: grid.lineSet)
      chosen.append(Span(text: clipped, role: role))
      used += separator + clipped.width
    }
    return chosen
  }

  /// `14/03/79`: a row has no room for the century.
  private func shortBirth(_ date: BirthDate) -> String? {
    guard let month = date.month else { return String(date.year) }
    let parts = [date.day, month, date.year % 100].compactMap(\.self)
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "/")
  }

  private func markers(_ row: QueueRow) -> [(String, Cells.Role)] {
    let order = row.order
    let marks = order.markers
    var found: [(String, Cells.Role)] = []
    if state.homonyms.contains(order.id) {
      let identity = Identity(order, row.message, strings)
      let birth = order.patient?.birthDate.flatMap(shortBirth) ?? identity.ins?.birthHint
      found.append((strings.homonym(born: birth), .queueMarkerUrgent))
    }
    if let writers = writersSpan(order) { found.append((writers.text.plain, writers.role)) }
    if marks.isUrgent { found.append((strings.urgent, .queueMarkerUrgent)) }
    if state.around.held(on: order.id) != nil { found.append((strings.heldMark, .statusError)) }
    let alarm = state.clock.alarm(of: order)
    if let alarm, alarm != .unclaimed { found.append((strings.alarm(alarm), .queueAgeLate)) }
    if order.hasNews { found.append((strings.news, .queueMarkerUrgent)) }
    if let reason = order.redoReason {
      found.append((strings.toRedo(reason), .queueMarkerUrgent))
    }
    if let giver = order.owner?.givenBy, !order.status.isFinished {
      found.append((strings.givenBy(giver), .queueMarker))
    }
    if row.message.sender.kind == .unknown, !row.message.isOutgoing {
      found.append((strings.outside, .badgeUnknown))
    }
    if !marks.missing.isEmpty {
      found.append((strings.missing(marks.missing.count), .queueMarkerMissing))
    }
    if let at = marks.promisedAt {
      found.append((strings.promised(strings.moment(at, now: now)), .queueMarkerPromised))
    }
    if marks.isOriginalAwaited, !order.status.isFinished {
      found.append((strings.originalAwaited, .queueMarkerOriginal))
    }
    if marks.questionPrescriber != nil {
      found.append((strings.prescriberQuestion, .queueMarkerQuestion))
    }
    if marks.questionPatient != nil {
      found.append((strings.patientQuestion, .queueMarkerQuestion))
    }
    if let place = marks.shelf { found.append((strings.shelf(place), .queueMarker)) }
    if let days = order.daysReady(at: now), days > 0 {
      found.append((strings.ready(days: days), .queueMarkerPromised))
    }
    if let reminder = order.reminder, !order.status.isFinished {
      found.append((strings.reminderShort(reminder, now: now), .queueMarker))
    }
    if let owner = order.owner, order.status == .preparing, found.isEmpty {
      found.append((WaitText(strings, state.clock).since(owner.since), .queueDetail))
    }
    // The sign in the age column says it already, in fewer columns.
    if alarm == .unclaimed, found.isEmpty, !isNarrow {
      found.append((strings.alarm(.unclaimed), .queueAgeLate))
    }
    if order.printed != nil { found.append((strings.printed, .queueDetail)) }
    return found
  }
}
