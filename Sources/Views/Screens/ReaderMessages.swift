import Cells
import Desk
import Domain

extension Canvas {
  /// Every message of the demande, oldest first, each with its documents.
  func readerMessages(_ opened: OpenedOrder, width: Int) -> [Line] {
    var lines: [Line] = []
    if let at = opened.order.purgedAt { return [line(strings.purgedSentence(at), .textDim)] }
    // All that is known of it came from another machine.
    if opened.bodies.isEmpty, !opened.order.messages.isEmpty {
      lines.append(line(strings.messageAbsent, .textDim))
    }
    let head = opened.bodies.last { !$0.message.isOutgoing }?.message
    for (place, body) in opened.bodies.enumerated() {
      // The first one stands under the head, which speaks for the newest and for its sender.
      let isOfAnother = body.message.sender.address != head?.sender.address
      if place > 0 || body.message.isOutgoing || isOfAnother || opened.isAttached(body.message) {
        let isNew = opened.order.newMessages?.contains(body.message.id) == true
        lines += messageHeading(body.message, isNew: isNew, width: width)
      }
      var text = messageText(body, width: width)
      // Without a heading it begins with its own first line.
      if place == 0, !body.message.isOutgoing, !text.isEmpty { text[0].message = body.message.id }
      lines += text
      for attachment in body.message.attachments {
        lines.append(Line())
        lines += card(attachment, of: body, width: width)
      }
      lines.append(Line())
    }
    return lines
  }

  private func messageHeading(_ message: Message, isNew: Bool, width: Int) -> [Line] {
    let moment = strings.moment(message.receivedAt, now: now)
    let who = message.isOutgoing ? strings.sentByUs : message.sender.display
    let name = isNew ? strings.news.capitalizedFirst : strings.messageTitle
    let title = "\(name) \(signs.dot) \(moment) \(signs.dot) \(who)"
    return [
      Line(
        spans: [Span(text: words(title), role: isNew ? .queueMarkerUrgent : .readerHeader)],
        isRule: true, message: message.id)
    ]
  }

  private func messageText(_ body: MessageBody, width: Int) -> [Line] {
    var lines: [Line] = []
    for code in defectSentences(body.message.defects.map(\.code)) {
      lines += paragraph("\(signs.warning) \(code)", width: width, role: .readerWarning)
    }
    if body.message.isGoneFromServer { lines.append(line(strings.goneFromServer, .textDim)) }
    let title = body.message.title
    if !title.isEmpty { lines += dataLines(title, width: width) { _ in .textStrong } }
    if body.text.allSatisfy(\.isWhitespace) {
      lines.append(line(strings.noText, .textDim))
      return lines
    }
    if body.isFromHTML { lines.append(line(strings.fromHTML, .textDim)) }
    lines += dataLines(body.text, width: width) { $0.hasPrefix(">") ? .readerQuote : .readerText }
    return lines
  }

  /// Several defects of one family say one sentence.
  private func defectSentences(_ codes: [String]) -> [String] {
    var sentences: [String] = []
    for sentence in codes.map(strings.defect) where !sentences.contains(sentence) {
      sentences.append(sentence)
    }
    return sentences
  }

  /// Mail text, wrapped; the role is chosen by the beginning of each line as it was written.
  func dataLines(
    _ text: String, width: Int, role: (Substring) -> Cells.Role
  ) -> [Line] {
    var lines: [Line] = []
    // By bytes: a mail of 64 kB is wrapped again for each line scrolled.
    let newline = UInt8(ascii: "\n")
    for bytes in hiding(text).utf8.split(separator: newline, omittingEmptySubsequences: false) {
      let paragraph = Substring(bytes)
      let role = role(paragraph)
      let pieces = Presentable.lines(of: String(paragraph), width: width)
      if pieces.isEmpty { lines.append(Line()) }
      lines += pieces.map { Line(spans: [Span(text: $0, role: role)]) }
    }
    // The blank lines that end most mails push the documents off the screen.
    while lines.last?.spans.allSatisfy({ $0.text.isEmpty }) == true { lines.removeLast() }
    return lines
  }

  // MARK: Documents

  private func card(_ attachment: Attachment, of body: MessageBody, width: Int) -> [Line] {
    let ref = DocumentRef(message: body.message.id, attachment: attachment.n)
    let document = body.documents.first { $0.attachment == attachment.n }
    let isUnfolded = state.unfolded.contains(ref)
    let title = cardTitle(attachment, document)
    var lines: [Line]
    if isUnfolded {
      lines = openCard(title, document, attachment, width: width)
    } else {
      let key = self.key(.unfoldDocument, in: .reader) ?? ""
      let count = document.map { $0.text.split(whereSeparator: \.isNewline).count } ?? 0
      var first = Line(spans: [
        Span(text: words("\(signs.folded) "), role: .readerDocumentBorder),
        Span(text: title, role: .readerDocumentTitle),
      ])
      if document?.state == .done, count > 0 {
        let hint = "\(strings.lines(count)) \(signs.dot) \(strings.unfold(key))"
        first.right = Span(text: words(hint), role: .textDim)
      }
      lines = [first] + stateLines(document, attachment, width: width)
    }
    return lines
  }

  /// `1 IMG_2041.jpg · photo · 2,1 Mo · 2 pages`
  private func cardTitle(_ attachment: Attachment, _ document: ReadableDocument?) -> Presentable {
    var parts = ["\(attachment.n) \(attachment.filename)", strings.kind(attachment.kind)]
    if attachment.size > 0 { parts.append(strings.size(attachment.size)) }
    if let pages = document?.pages, pages > 0 { parts.append(strings.pages(pages)) }
    return data(parts.joined(separator: " \(signs.dot) "))
  }

  /// Why there is no text, in a sentence; nothing is silent.
  private func stateLines(
    _ document: ReadableDocument?, _ attachment: Attachment, width: Int
  ) -> [Line] {
    // What nobody is going to read must not promise a text: documents to be read have a state.
    let state = document?.state ?? .toolMissing
    guard let sentence = strings.documentState(state, attachment.kind) else { return [] }
    let role: Cells.Role = state == .pending ? .textDim : .readerWarning
    return paragraph("  " + sentence, width: width, role: role)
  }

  private func openCard(
    _ title: Presentable, _ document: ReadableDocument?, _ attachment: Attachment, width: Int
  ) -> [Line] {
    let inside = max(1, width - 4)
    var content: [Line] = []
    if document?.isMachineRead == true {
      content += paragraph(
        "\(signs.warning) \(strings.machineRead)", width: inside, role: .readerWarning)
    }
    if let document, document.state == .done {
      content += dataLines(document.text, width: inside) { _ in .readerDocumentText }
      if document.text.allSatisfy(\.isWhitespace) { content = [line(strings.noText, .textDim)] }
    } else {
      content += stateLines(document, attachment, width: inside)
    }
    for sentence in defectSentences(document?.defects.map(\.code) ?? []) {
      content += paragraph("\(signs.warning) \(sentence)", width: inside, role: .readerWarning)
    }
    return [edge(title, width: width, isTop: true)]
      + content.map { boxed($0, inside: inside) }
      + [edge(nil, width: width, isTop: false)]
  }

  private func edge(_ title: Presentable?, width: Int, isTop: Bool) -> Line {
    let left = isTop ? signs.topLeft : signs.bottomLeft
    let right = isTop ? signs.topRight : signs.bottomRight
    let border: Cells.Role = .readerDocumentBorder
    guard let title, width > 10 else {
      let fill = String(repeating: signs.horizontal, count: max(0, width - 2))
      return Line(spans: [Span(text: words(left + fill + right), role: border)])
    }
    let text = title.clipped(to: width - 6, mark: grid.lineSet)
    let fill = String(repeating: signs.horizontal, count: max(0, width - 4 - text.width))
    return Line(spans: [
      Span(text: words(left + " "), role: border), Span(text: text, role: .readerDocumentTitle),
      Span(text: words(" " + fill + right), role: border),
    ])
  }

  private func boxed(_ line: Line, inside: Int) -> Line {
    let border: Cells.Role = .readerDocumentBorder
    let missing = max(0, inside - line.width)
    let padding = Presentable(String(repeating: " ", count: missing))
    return Line(
      spans: [Span(text: words(signs.vertical + " "), role: border)] + line.spans + [
        Span(text: padding, role: .readerDocumentText),
        Span(text: words(" " + signs.vertical), role: border),
      ])
  }

  // MARK: History

  /// The events in order, each day named when it is not today.
  func historyLines(_ opened: OpenedOrder, width: Int) -> [Line] {
    var lines = [
      Line(spans: [Span(text: words(strings.historyTitle), role: .readerLabel)], isRule: true)
    ]
    let today = CivilTime(now)
    let undone = Order.undoneIDs(opened.events)
    var day = today
    for (place, event) in opened.history.enumerated() {
      // The arrival that opened it says it all.
      if case .opened = event.gesture, place + 1 < opened.history.count,
        case .messageArrived = opened.history[place + 1].gesture
      {
        continue
      }
      let time = CivilTime(event.at)
      if !time.isSameDay(as: day) {
        day = time
        lines.append(line(strings.day(event.at), .textDim))
      }
      let isNote: Bool
      if case .noted = event.gesture { isNote = true } else { isNote = false }
      let mark = undone.contains(event.id) ? strings.takenBack : nil
      let isUndone = mark != nil
      let told = historySentence(event, opened)
      let sentence = strings.typeset(mark.map { "[\($0)] \(told)" } ?? told)
      let text = hiding(signs.plain(sentence))
      for (line, piece) in Presentable.lines(of: text, width: max(1, width - 7)).enumerated() {
        let head = line == 0 ? time.hourMinute + "  " : "       "
        lines.append(
          Line(spans: [
            Span(text: words(head), role: .textDim),
            Span(text: piece, role: isUndone ? .textDim : isNote ? .noteInternal : .readerHistory),
          ]))
      }
    }
    return lines
  }

  /// An arrival names who wrote; the event itself only knows the message.
  private func historySentence(_ event: OrderEvent, _ opened: OpenedOrder) -> String {
    switch event.standing {
    case .refused(let refusal):
      return strings.refused(strings.history(event, now: now), refusal, now: now)
    case .pending where event.author.memberID != nil:
      return strings.history(event, now: now) + " \(signs.pending)"
    default: break
    }
    guard case .messageArrived(let id, _) = event.gesture,
      let message = opened.bodies.first(where: { $0.message.id == id })?.message,
      !message.isOutgoing, !message.sender.display.isEmpty
    else { return strings.history(event, now: now) }
    return strings.received(from: message.sender.display)
  }
}
