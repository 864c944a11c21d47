import Cells
import Desk
import Domain

extension Canvas {
  /// The opened demande in its pane.
  /// - Returns: how tall its whole text is, for scrolling; nil when nothing is open.
  mutating func drawReader() -> Int? {
    let area = Rect(layout.reader)
    let room = area.inset(columns: 1)
    guard let opened = state.openedSelection else {
      let isWaiting = state.selection != nil
      let text = isWaiting ? [strings.loading] : strings.nothingOpened
      let lines = text.flatMap { paragraph($0, width: room.columns, role: .queueEmpty) }
      put(lines, in: room)
      return nil
    }
    var lines = readerHead(opened, width: room.columns)
    lines += readerMessages(opened, width: room.columns)
    if layout.history == nil { lines += historyLines(opened, width: room.columns) }
    let last = max(0, lines.count - room.rows)
    let above = linesAbove(lines[0], opened, width: room.columns)
    var wanted = state.readerScroll
    if let aim = state.readerAim, let place = lines.firstIndex(where: { $0.message == aim }) {
      wanted = place - above.count
    }
    let top = min(max(0, wanted), last)
    readerTop = top
    put(lines[top...], in: room)
    if top > 0 { put(above, in: room.splitTop(above.count).top) }
    let shown = min(top > 0 ? top + above.count : top, top + room.rows)..<(top + room.rows)
    noteMentions(lines, shown: shown)
    for (place, line) in lines.enumerated() where shown.contains(place) {
      if let message = line.message { drawnMessages.insert(message) }
    }
    if state.context == .reader { cursor = .at(room.origin) }
    drawScroll(top: top, total: lines.count, in: area)
    return lines.count
  }

  /// The head is above: whose demande this is stays in sight, and what no eye may miss (M15).
  private func linesAbove(_ head: Line, _ opened: OpenedOrder, width: Int) -> [Line] {
    let alerts = safetyLines(opened, width: width).filter { line in
      line.spans.contains { $0.role == .safetyAlert }
    }
    return [nameLine(head, opened.order)] + alerts.prefix(OpenedOrder.linesAbove - 1)
  }

  /// And that something came.
  private func nameLine(_ head: Line, _ order: Order) -> Line {
    var line = head
    if order.hasNews {
      line.right = Span(text: words(strings.news + " "), role: .queueMarkerUrgent)
    }
    return line
  }

  /// Drawn whole; of one that is longer than the pane, its end.
  private mutating func noteMentions(_ lines: [Line], shown: Range<Int>) {
    var places: [String: [Int]] = [:]
    for (place, line) in lines.enumerated() {
      if let mention = line.mention { places[mention, default: []].append(place) }
    }
    for (mention, rows) in places {
      guard let first = rows.first, let last = rows.last, shown.contains(last) else { continue }
      if shown.contains(first) || rows.count >= shown.count { mentions.insert(mention) }
    }
  }

  /// `▲` and `▼` in the last column: there is more above or below.
  private mutating func drawScroll(top: Int, total: Int, in area: Rect) {
    let edge = area.splitRight(1).right
    let (up, down) = signs.isASCII ? ("^", "v") : ("▲", "▼")
    if top > 0 { put(words(up), in: edge, role: .readerScroll) }
    if top + area.rows < total {
      put(words(down), in: edge.line(edge.rows - 1), role: .readerScroll)
    }
  }

  mutating func drawHistoryPane() {
    guard let area = layout.history, let opened = state.openedSelection else { return }
    let room = Rect(area).inset(columns: 1)
    let lines = historyLines(opened, width: room.columns)
    // The newest lines are what one looks for.
    put(
      lines.count > room.rows ? Array(lines.prefix(1) + lines.suffix(room.rows - 1)) : lines,
      in: room)
  }

  // MARK: Head

  /// Who, for whom, in which state, and each thing that concerns safety on a line of its own.
  private func readerHead(_ opened: OpenedOrder, width: Int) -> [Line] {
    let order = opened.order
    if order.purgedAt != nil {
      let kind = "\(strings.status(order.status, of: order.kind)) \(signs.dot) "
      return [line("\(kind)\(strings.kind(order.kind))", .readerHeader), Line(isRule: true)]
    }
    let incoming = opened.bodies.last { !$0.message.isOutgoing }?.message
    let identity = Identity(order, incoming, strings)
    var lines: [Line] = []
    var first = Line(spans: [
      Span(text: data(identity.full), role: identity.isConfirmed ? .queuePatient : .readerHeader)
    ])
    if let incoming {
      let moment = strings.moment(incoming.receivedAt, now: now)
      first.right = Span(text: words(moment), role: .textDim)
    }
    var below: [Line] = []
    if let writers = writersSpan(order) {
      let used = first.width + 1 + writers.text.width + 1 + (first.right?.text.width ?? 0)
      if used <= width {
        first.spans += [Span(text: " ", role: .text), writers]
      } else {
        below = [Line(spans: [writers])]
      }
    }
    lines.append(first)
    lines += below
    if let numbers = numbersLine(identity) { lines.append(numbers) }
    lines.append(forWhomLine(order))
    if let incoming, needsSender(incoming.sender, order) {
      lines += senderLines(incoming.sender, width: width)
    }
    lines += stateLines(order, width: width)
    lines += safetyLines(opened, width: width)
    lines += mentionLines(opened, width: width)
    lines.append(Line(isRule: true))
    return lines
  }

  /// `F, née 03/51 · INS 2 51 03 •• ••• ••• 42 · clé juste`
  private func numbersLine(_ identity: Identity) -> Line? {
    var spans: [Span] = []
    func add(_ text: String, _ role: Cells.Role) {
      if !spans.isEmpty { spans.append(Span(text: words(" \(signs.dot) "), role: .textDim)) }
      spans.append(Span(text: words(text), role: role))
    }
    if !identity.traits.isEmpty { add(identity.traits, .readerText) }
    if let ins = identity.ins {
      add(masked(ins), .privacyMasked)
      // A test number has any key (domain note 3.06): no alarm for it.
      if ins.isTest {
        add(strings.testNumber, .textDim)
      } else {
        add(
          ins.hasValidKey ? strings.goodKey : "\(signs.warning) \(strings.badKey)",
          ins.hasValidKey ? .safetyOk : .safetyAlert)
      }
    }
    return spans.isEmpty ? nil : Line(spans: spans)
  }

  private func forWhomLine(_ order: Order) -> Line {
    let label = Span(text: words(strings.forWhom + " "), role: .safetyLine)
    guard let patient = order.patient, patient.isConfirmed else {
      return Line(spans: [
        label,
        Span(
          text: words(" " + strings.toConfirm(key: key(.namePatient, in: .reader) ?? ":")),
          role: .safetyAlert),
      ])
    }
    let how =
      patient.source == .document ? strings.confirmedByDocument : strings.confirmedByPerson
    return Line(spans: [
      label, Span(text: data(" " + patient.name), role: .queuePatient),
      Span(text: words(" \(signs.dot) \(how)"), role: .safetyOk),
    ])
  }

  /// A patient whose own demande this is was named on the first line already.
  private func needsSender(_ sender: Sender, _ order: Order) -> Bool {
    sender.kind != .patient || sender.name.contains("@") || order.patient?.isConfirmed == true
  }

  /// A professional's address in full; a patient's is the matricule, so its mask stands for it.
  private func senderLines(_ sender: Sender, width: Int) -> [Line] {
    let role: Cells.Role =
      switch sender.kind {
      case .patient: .badgePatient
      case .professional: .badgePro
      case .organisation: .badgeOrganisation
      case .application: .badgeApplication
      case .unknown: .badgeUnknown
      }
    let isPatient = sender.kind == .patient
    let real = isPatient ? sender.ins.map(masked) ?? strings.patient(nil) : sender.address
    let kind = isPatient ? strings.patient(sender.ins?.sex) : strings.kind(sender.kind)
    let label = Span(text: words(strings.from + " "), role: .readerLabel)
    let name =
      sender.display.isEmpty || sender.display == sender.address ? "" : sender.display + "  "
    var text = data(name + real)
    if isPatient { text = data(sender.display.isEmpty ? real : sender.display) }
    var lines: [Line] = []
    // An address is never clipped: its end is the part that tells friend from foe.
    let badge = words("  " + kind)
    let fits = label.text.width + text.width + badge.width <= width
    lines.append(Line(spans: [label, Span(text: text.clipped(to: width), role: .readerText)]))
    if fits {
      lines[0].spans.append(Span(text: badge, role: role))
    } else {
      lines = wrapped(name + real, label: label, width: width)
      lines.append(Line(spans: [Span(text: badge, role: role)]))
    }
    if sender.name.contains("@"), !sender.name.contains(sender.address) {
      let claim = "\(signs.warning) « \(sender.name) » ? \(strings.signedAnother) : \(real)"
      lines += paragraph(claim, width: width, role: .safetyAlert)
    }
    return lines
  }

  private func wrapped(_ text: String, label: Span, width: Int) -> [Line] {
    let masked = hiding(text)
    let pieces = Presentable.lines(of: masked, width: max(1, width - label.text.width))
    return pieces.enumerated().map { place, piece in
      let indent = Span(text: words("").padded(to: label.text.width), role: .readerLabel)
      return Line(spans: [place == 0 ? label : indent, Span(text: piece, role: .readerText)])
    }
  }

  /// `◐ en préparation · chez Léa depuis 9 min · promis 17:00`
  private func stateLines(_ order: Order, width: Int) -> [Line] {
    var parts = ["\(signs.status(order.status)) \(strings.status(order.status, of: order.kind))"]
    // Where it went is said below; what it was before misleads.
    if order.mergedInto != nil { parts = [] }
    parts.append(strings.kind(order.kind))
    if order.mergedInto != nil {
      return paragraph(parts.joined(), width: width, role: .readerHeader)
    }
    let isReady = [.checked, .partial].contains(order.status)
    if isReady, let shelf = order.markers.shelf { parts.append(strings.shelf(shelf)) }
    if let owner = order.owner, [.received, .preparing, .prepared].contains(order.status) {
      parts.append(
        strings.hold(owner.name, since: strings.since(seconds: now.secondsSince(owner.since))))
    }
    if let giver = order.owner?.givenBy, !order.status.isFinished {
      parts.append(strings.givenBy(giver))
    }
    if let days = order.daysReady(at: now), days > 0 { parts.append(strings.ready(days: days)) }
    if order.markers.isUrgent { parts.append(strings.urgent) }
    if let at = order.markers.promisedAt {
      parts.append(strings.promised(strings.moment(at, now: now)))
    }
    if !isReady, let shelf = order.markers.shelf { parts.append(strings.shelf(shelf)) }
    if order.printed != nil { parts.append(strings.printed) }
    return together(parts, width: width).flatMap {
      paragraph($0, width: width, role: .readerHeader)
    }
  }

  /// As many on a line as it holds; none is parted that fits on one.
  private func together(_ parts: [String], width: Int) -> [String] {
    parts.reduce(into: []) { lines, part in
      let longer = lines.last.map { "\($0) \(signs.dot) \(part)" } ?? part
      if lines.isEmpty || words(longer).width > width {
        lines.append(part)
      } else {
        lines[lines.count - 1] = longer
      }
    }
  }

  /// Year of two digits and month, as far as both sides say them.
  private func birthAgrees(_ patient: Patient) -> Bool {
    guard let ins = patient.ins, let birth = patient.birthDate else { return true }
    guard birth.year % 100 == ins.birthYear else { return false }
    guard let month = birth.month, let expected = ins.birthMonth else { return true }
    return month == expected
  }

  /// A day is kept as its noon: nobody named that hour.
  private func day(_ due: Timestamp) -> String {
    let time = CivilTime(due)
    return time.hourMinute == "12:00" ? time.dayMonth : strings.moment(due, now: now)
  }

  /// Nothing here is ever clipped: these are the lines one must not miss.
  private func safetyLines(_ opened: OpenedOrder, width: Int) -> [Line] {
    let order = opened.order
    var lines: [Line] = []
    func add(_ text: String, _ role: Cells.Role = .readerWarning) {
      lines += paragraph("\(signs.warning) \(text)", width: width, role: role)
    }
    if order.hasNews {
      add(
        strings.newMessages(
          max(1, order.newMessages?.count ?? 1), key: key(.handleNews, in: .reader) ?? ":"))
    }
    if !state.isSelectionListed, state.search == nil { add(strings.noLongerInView) }
    if let patient = order.patient, patient.isConfirmed, !birthAgrees(patient) {
      add(strings.birthMismatch, .safetyAlert)
    }
    if !order.otherPatients.isEmpty {
      add(strings.otherPatients(order.otherPatients), .safetyAlert)
    }
    if let other = order.mergedInto {
      add(strings.merged(other))
      return lines
    }
    if let reason = order.redoReason { add(strings.redo(reason), .safetyAlert) }
    if let reason = order.closedReason, !reason.isEmpty { add(strings.closed(reason)) }
    if order.markers.isOriginalAwaited, !order.status.isFinished { add(strings.original) }
    if let reminder = order.reminder, !order.status.isFinished {
      add(strings.reminder(reminder, now: now).capitalizedFirst)
    }
    for product in order.markers.missing {
      let due = product.due.map { ", " + day($0) } ?? ""
      add("\(strings.marker(.missing)) : \(product.product) × \(product.quantity)\(due)")
    }
    if let text = order.markers.questionPrescriber {
      add("\(strings.marker(.questionPrescriber)) : \(text)")
    }
    if let text = order.markers.questionPatient {
      add("\(strings.marker(.questionPatient)) : \(text)")
    }
    if let other = opened.samePatient {
      let who = Identity(other.order, other.message, strings)
      let sender = other.message.sender.display.isEmpty ? who.name : other.message.sender.display
      let key = key(.openSamePatient, in: .reader) ?? ":"
      let age = strings.age(seconds: now.secondsSince(other.order.openedAt))
      add(strings.samePatient(sender, age: age, key: key))
    }
    for code in Set(opened.bodies.flatMap(\.message.warnings)).sorted() {
      add(strings.warning(code), .safetyAlert)
    }
    return lines
  }
}
