import Cells
import Desk
import Domain

extension Canvas {
  /// The writing of one mail: the whole screen, so that it never looks like a note.
  mutating func drawCompose(_ compose: Compose) {
    grid.fill(grid.bounds)
    drawComposeTitle(compose)
    switch compose.phase {
    case .writing: drawWriting(compose)
    case .reviewing: drawReview(compose, report: compose.foreseen)
    case .collided(let report): drawReview(compose, report: report)
    case .sending: drawReview(compose, report: nil)
    }
    drawBottomRule(in: compose)
    drawComposeStatus(compose)
    drawHints()
  }

  private mutating func drawBottomRule(in compose: Compose) {
    if let index = layout.bottomRuleRow { grid.rule(row(index)) }
    drawColleagues(answering: compose)
  }

  private mutating func drawComposeTitle(_ compose: Compose) {
    let bar = row(0)
    grid.fill(bar, role: .composeTitle)
    let inside = bar.inset(columns: 1)
    var right = inside
    if state.isDemo {
      let used = grid.put(words(" \(strings.demo) "), rightAlignedIn: inside, role: .demoSign)
      right = inside.splitRight(used + 1).rest
    }
    if case .writing = compose.phase {
      let saved: String =
        if let at = compose.savedAt, !compose.isDirty {
          strings.draftSaved(strings.moment(at, now: now))
        } else {
          compose.isDirty ? strings.draftNotSaved : ""
        }
      if grid.size.columns >= 60 {
        let used = grid.put(words(saved), rightAlignedIn: right, role: .composeTitle)
        right = right.splitRight(used + 2).rest
      }
    }
    let title: String =
      if case .writing = compose.phase {
        compose.draft.replyingTo == nil ? strings.writeNew : strings.replyTo(recipientName(compose))
      } else {
        compose.held == nil ? strings.reviewTitle : strings.heldTitle
      }
    put(data(title), in: right, role: .composeTitle)
    if let index = layout.topRuleRow { grid.rule(row(index == 2 ? 1 : index)) }
  }

  private func recipientName(_ compose: Compose) -> String {
    guard let recipient = compose.recipient else { return compose.to.text }
    if recipient.display.isEmpty { return strings.patient(compose.recipientINS?.sex) }
    return recipient.display
  }

  /// Who receives it, in words a person can check; a patient's address is never among them.
  private func recipientWords(_ compose: Compose) -> Presentable {
    guard let recipient = compose.recipient else {
      return data(compose.current(at: now).to.map(recipientWords).joined(separator: ", "))
    }
    guard recipient.kind == .patient else {
      let parts = [recipientName(compose), strings.kind(recipient.kind), recipient.address]
      return data(parts.joined(separator: " \(signs.dot) "))
    }
    let parts = [recipientName(compose)] + patientWords(compose.recipientINS)
    return data(parts.joined(separator: " \(signs.dot) "))
  }

  private func recipientWords(_ mail: MailAddress) -> String {
    guard state.trust.kind(of: mail.address) == .patient else { return mail.address }
    return patientWords(INS(mail.localPart)).joined(separator: " \(signs.dot) ")
  }

  /// `patiente · F, née 03/51 · INS 2 51 03 •• ••• ••• 42`
  private func patientWords(_ ins: INS?) -> [String] {
    guard let ins else { return [strings.patient(nil)] }
    let sex = ins.sex == .female ? "F" : "M"
    let born = strings.born(ins.birthHint, sex: ins.sex, isExact: false)
    return [strings.patient(ins.sex), "\(sex), \(born)", masked(ins)]
  }

  private var composeTop: Int { layout.hasRules ? 2 : 1 }
  private var composeBottom: Int { layout.bottomRuleRow ?? layout.statusRow }

  private func labelled(_ label: String, at row: Int) -> (label: Rect, field: Rect) {
    let (left, field) = inner(row).splitLeft(labelWidth)
    return (left, field)
  }

  private var labelWidth: Int {
    let labels = [
      strings.to, strings.subject, strings.attachments, strings.exchange, strings.sender,
    ]
    return (labels.map { words($0).width }.max() ?? 0) + 2
  }

  // MARK: Writing

  private mutating func drawWriting(_ compose: Compose) {
    let isOnTop = state.context == .compose
    var row = composeTop
    let to = labelled(strings.to, at: row)
    put(words(strings.to), in: to.label, role: .composeLabel)
    if compose.field == .to {
      let column = drawField(compose.to, in: to.field, role: .composeFieldActive)
      if isOnTop { cursor = .at(Point(column: column, row: row)) }
    } else {
      put(recipientWords(compose), in: to.field, role: .replyPatient)
    }
    row += 1
    let subject = labelled(strings.subject, at: row)
    put(words(strings.subject), in: subject.label, role: .composeLabel)
    if compose.field == .subject {
      let column = drawField(compose.subject, in: subject.field, role: .composeFieldActive)
      if isOnTop { cursor = .at(Point(column: column, row: row)) }
    } else {
      put(data(compose.subject.text), in: subject.field, role: .composeField)
    }
    row += 1
    row = drawExtras(compose, from: row)
    if layout.hasRules {
      grid.rule(self.row(row))
      row += 1
    }
    let area = Rect(
      column: 1, row: row, columns: grid.size.columns - 2, rows: composeBottom - row)
    let point = drawText(compose.body, in: area) {
      $0.hasPrefix(">") ? .composeQuote : .composeText
    }
    markBlanks(compose.blanks, in: area)
    if isOnTop, compose.field == .body { cursor = .at(point) }
  }

  /// Only what is out of the ordinary takes a line.
  private mutating func drawExtras(_ compose: Compose, from start: Int) -> Int {
    var row = start
    if !compose.draft.attachments.isEmpty {
      let place = labelled(strings.attachments, at: row)
      put(words(strings.attachments), in: place.label, role: .composeLabel)
      put(attachmentWords(compose), in: place.field, role: .composeField)
      row += 1
    }
    if compose.draft.endsExchange {
      let place = labelled(strings.exchange, at: row)
      put(words(strings.exchange), in: place.label, role: .composeLabel)
      put(words(strings.exchangeEnds), in: place.field, role: .safetyAlert)
      row += 1
    }
    return row
  }

  private func attachmentWords(_ compose: Compose) -> Presentable {
    let files = compose.draft.attachments
    if files.isEmpty { return words(strings.none) }
    return data(
      files.map { "\($0.filename) (\(strings.size($0.bytes.count)))" }.joined(separator: ", "))
  }

  /// Blanks of a template stand out wherever they are in view.
  private mutating func markBlanks(_ blanks: [String], in area: Rect) {
    guard !blanks.isEmpty else { return }
    for index in 0..<area.rows {
      let line = area.line(index)
      for start in line.column..<line.endColumn {
        for blank in blanks where matches(blank, at: Point(column: start, row: line.row)) {
          let width = min(Presentable(blank).width, line.endColumn - start)
          grid.restyle(
            Rect(column: start, row: line.row, columns: width, rows: 1), role: .composeBlank)
        }
      }
    }
  }

  private func matches(_ blank: String, at point: Point) -> Bool {
    var column = point.column
    for scalar in blank.unicodeScalars {
      guard column < grid.size.columns,
        grid[Point(column: column, row: point.row)].glyph.base == scalar
      else { return false }
      column += 1
    }
    return true
  }

  // MARK: Review

  private mutating func drawReview(_ compose: Compose, report: CollisionReport?) {
    var row = composeTop
    // What moved is read before anything else: on a short screen the rest gives way to it.
    let isShort = grid.size.rows < 18 && report != nil
    for (label, value, role) in reviewFields(compose).prefix(isShort ? 1 : 5) {
      let place = labelled(label, at: row)
      put(words(label), in: place.label, role: .composeLabel)
      put(value, in: place.field, role: role)
      row += 1
    }
    if layout.hasRules, !isShort {
      grid.rule(self.row(row))
      row += 1
    }
    let width = grid.size.columns - 2
    let news = report.map { collisionLines($0, of: compose.held, width: width) } ?? []
    let newsRows = min(news.count, isShort ? composeBottom - row - 1 : (composeBottom - row) / 2)
    let bodyRows = composeBottom - row - (news.isEmpty ? 0 : newsRows + 1)
    let body = dataLines(compose.body.text, width: width) {
      $0.hasPrefix(">") ? .composeQuote : .composeText
    }
    let area = Rect(column: 1, row: row, columns: width, rows: bodyRows)
    put(body, in: area)
    if body.count > area.rows, area.rows > 0 {
      put(words(signs.pending), in: area.line(area.rows - 1).splitRight(1).right, role: .textDim)
    }
    if !news.isEmpty {
      grid.rule(self.row(area.endRow))
      put(news, in: Rect(column: 1, row: area.endRow + 1, columns: width, rows: newsRows))
    }
  }

  private func reviewFields(_ compose: Compose) -> [(String, Presentable, Cells.Role)] {
    let officine = "\(state.officine) (\(strings.kind(state.bal.kind)))"
    let by = state.actor.map { ", " + strings.by($0.member.name) } ?? ""
    let ends = compose.draft.endsExchange
    return [
      (strings.to, recipientWords(compose), .replyPatient),
      (strings.sender, data(officine + by), .composeField),
      (strings.subject, data(compose.subject.text), .composeField),
      (strings.attachments, attachmentWords(compose), .composeField),
      (
        strings.exchange, words(ends ? strings.exchangeEnds : strings.exchangeOpen),
        ends ? .safetyAlert : .composeField
      ),
    ]
  }

  /// What moved since the writing began.
  private func collisionLines(
    _ report: CollisionReport, of held: HeldItem?, width: Int
  ) -> [Line] {
    let title =
      held.map { strings.heldSince($0.author.name, at: strings.moment($0.queuedAt, now: now)) }
      ?? strings.collisionTitle
    var lines = paragraph("\(signs.warning) \(title)", width: width, role: .safetyAlert)
    func add(_ sentence: String, indent: Int, _ role: Cells.Role) {
      let margin = Span(text: words(String(repeating: " ", count: indent)), role: role)
      lines += paragraph(sentence, width: max(1, width - indent), role: role).map {
        Line(spans: [margin] + $0.spans)
      }
    }
    for event in report.events {
      let sentence = "\(strings.moment(event.at, now: now))  \(strings.history(event, now: now))"
      add(sentence, indent: 2, .readerWarning)
      if let text = report.excerpts[event.id] { add("« \(text) »", indent: 4, .readerText) }
    }
    return lines
  }

  // MARK: Status

  private mutating func drawComposeStatus(_ compose: Compose) {
    let line = drawCountdown(in: inner(layout.statusRow))
    if let problem = compose.problem {
      put(words(strings.problem(problem)), in: line, role: .statusError)
    } else if compose.phase == .sending {
      put(words(strings.sending), in: line, role: .statusInfo)
    } else if let notice = state.notice, notice.until > now {
      put(words(strings.notice(notice.content, now: now)), in: line, role: .statusInfo)
    } else if case .writing = compose.phase {
      let blanks = compose.blanks
      if !blanks.isEmpty { put(words(strings.blanksLeft(blanks)), in: line, role: .composeBlank) }
    } else {
      put(words(strings.afterSending(seconds: sendGraceSeconds)), in: line, role: .statusInfo)
    }
  }
}
