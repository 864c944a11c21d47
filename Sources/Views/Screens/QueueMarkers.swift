import Cells
import Desk
import Domain

extension Canvas {
  /// The markers of a row from the most to the least important, on each line as many as it holds.
  /// - Parameter widths: of the lines, the preferred one first.
  func markerSpans(_ row: QueueRow, widths: [Int]) -> [[Span]] {
    var lines = widths.map { _ in [Span]() }
    var used = widths.map { _ in 0 }
    for (text, role) in markers(row) {
      let span = Span(text: words(text), role: role)
      func room(_ line: Int) -> Int { widths[line] - used[line] - (used[line] == 0 ? 0 : 3) }
      var place = widths.indices.first { span.text.width <= room($0) }
      // The first one is always there, cut if need be.
      if used.allSatisfy({ $0 == 0 }) {
        place = place ?? widths.indices.max { widths[$0] < widths[$1] }
      }
      guard let place, room(place) > 0 else { continue }
      let clipped = span.text.clipped(to: room(place), mark: grid.lineSet)
      if !lines[place].isEmpty {
        lines[place].append(Span(text: words(" \(signs.dot) "), role: .textDim))
        used[place] += 3
      }
      lines[place].append(Span(text: clipped, role: role))
      used[place] += clipped.width
    }
    return lines
  }

  /// `14/03/79`: a row has no room for the century.
  private func shortBirth(_ date: BirthDate) -> String? {
    guard let month = date.month else { return String(date.year) }
    let parts = [date.day, month, date.year % 100].compactMap(\.self)
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "/")
  }

  private func markers(_ row: QueueRow) -> [(String, Cells.Role)] {
    var found = whose(row)
    found += work(row, isAlone: found.isEmpty)
    let order = row.order
    // The sign in the age column says it already, in fewer columns.
    if state.clock.alarm(of: order) == .unclaimed, found.isEmpty, !isNarrow {
      found.append((strings.alarm(.unclaimed), .queueAgeLate))
    }
    if order.isAnswered == true, let answered = order.answered {
      let moment = strings.moment(answered.at, now: now)
      found.append((strings.answered(by: "", at: moment), .queueDetail))
    }
    if order.printed != nil { found.append((strings.printed, .queueDetail)) }
    return found
  }

  private func isReady(_ order: Order) -> Bool { [.checked, .partial].contains(order.status) }

  /// For whom, where the bag is, and what must be looked at first.
  private func whose(_ row: QueueRow) -> [(String, Cells.Role)] {
    let order = row.order
    let marks = order.markers
    var found: [(String, Cells.Role)] = []
    if state.homonyms.contains(order.id) {
      let identity = Identity(order, row.message, strings)
      let birth = order.patient?.birthDate.flatMap(shortBirth) ?? identity.ins?.birthHint
      found.append((strings.homonym(born: birth), .queueMarkerUrgent))
    }
    if let writers = writersSpan(order) { found.append((writers.text.plain, writers.role)) }
    // Where the bag is matters most to whoever stands at the counter for it.
    if isReady(order), let place = marks.shelf {
      found.append((strings.shelf(place), .queueMarker))
    }
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
    return found
  }

  private func work(_ row: QueueRow, isAlone: Bool) -> [(String, Cells.Role)] {
    let order = row.order
    let marks = order.markers
    var found: [(String, Cells.Role)] = []
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
    if !isReady(order), let place = marks.shelf {
      found.append((strings.shelf(place), .queueMarker))
    }
    if let days = order.daysReady(at: now), days > 0 {
      found.append((strings.ready(days: days), .queueMarkerPromised))
    }
    if let reminder = order.reminder, !order.status.isFinished {
      found.append((strings.reminderShort(reminder, now: now), .queueMarker))
    }
    if let owner = order.owner, order.status == .preparing, isAlone, found.isEmpty {
      found.append((WaitText(strings, state.clock).since(owner.since), .queueDetail))
    }
    return found
  }
}
