import Domain

extension State {
  mutating func setFocus(_ pane: Pane) -> [Effect] {
    guard pane != focus else { return [] }
    focus = pane
    keepSelectionVisible()
    if pane == .reader { return markSeen() }
    // The demande dealt with in the reader is left when the reader is.
    guard let index = selectedIndex else { return moveOn() }
    return leaving?.wasInView == true && index >= mainCount ? moveOn() : []
  }

  /// Reading changes the read flag and nothing else; the pane beside the queue is no reading.
  ///
  /// The flag is written in somebody's name: while nobody acts, what is read stays unread.
  func markSeen() -> [Effect] {
    guard actor != nil, focus == .reader, let openedSelection else { return [] }
    let unseen = openedSelection.bodies.map(\.message).filter { !$0.isOutgoing && !$0.flags.isSeen }
    return unseen.isEmpty ? [] : [.markSeen(unseen.map(\.id))]
  }

  /// The opened demande, or a newer snapshot of it; the first document is unfolded at once.
  mutating func receive(_ opened: OpenedOrder) -> [Effect] {
    guard opened.order.id == selection else { return [] }
    let isFirst = self.opened == nil
    self.opened = opened
    if isFirst {
      around.opened = Around.Opened(order: opened.order.id, event: opened.events.last?.id)
      if let document = documents.first { unfolded = [document] }
      // A note that names the reader stands at the top.
      let isAsked = around.mentions.contains { $0.order == opened.order.id }
      readerAim = isAsked ? nil : opened.firstToRead
    }
    return markSeen() + acknowledgeShown()
  }

  /// What came is dealt with where it can be read: pressed in the list, or with one of them not in
  /// sight yet, the key shows it first.
  mutating func handleNews(_ order: Order, expecting: Order.Revision?, as command: Command)
    -> [Effect]
  {
    let unread = (order.newMessages ?? []).filter { !drawnMessages.contains($0) }
    if context != .queue, unread.isEmpty || openedSelection == nil {
      return perform(.newsHandled, on: order.id, expecting: expecting, as: command)
    }
    let effects = showNews(from: unread.first)
    say(.unavailable(.handleNews, .readFirst))
    return effects
  }

  mutating func showNews(from message: Message.ID? = nil) -> [Effect] {
    readerAim = message ?? openedSelection?.firstToRead
    return setFocus(.reader)
  }

  /// The next folded document; once all are open, all are folded again.
  mutating func unfoldNext() {
    if let next = documents.first(where: { !unfolded.contains($0) }) {
      unfolded.insert(next)
    } else {
      unfolded = []
    }
    readerLines = nil
  }

  mutating func openOther() -> [Effect] {
    guard let other = openedSelection?.samePatient?.id else { return [] }
    return select(other)
  }

  mutating func scrollReader(_ command: Command) {
    readerAim = nil
    let page = max(1, layout.reader.height - OpenedOrder.linesAbove)
    let wanted =
      switch command {
      case .selectPrevious: readerScroll - 1
      case .selectFirst: 0
      case .selectLast: Int.max
      case .pageDown: readerScroll + page
      case .pageUp: readerScroll - page
      default: readerScroll + 1
      }
    readerScroll = min(max(0, wanted), lastReaderScroll)
  }

  mutating func measureReader(
    _ lines: Int, _ mentions: Set<String>, _ top: Int?, _ messages: Set<Message.ID>
  ) -> [Effect] {
    readerLines = max(0, lines)
    if context == .reader { drawnMessages.formUnion(messages) }
    if readerAim != nil, let top {
      readerScroll = max(0, top)
      readerAim = nil
    }
    readerScroll = min(readerScroll, lastReaderScroll)
    return seeMentions(mentions)
  }

  private var lastReaderScroll: Int {
    max(0, (readerLines ?? estimatedReaderLines) - layout.reader.height)
  }

  /// Until it was drawn once: never too small, so that no line is out of reach.
  private var estimatedReaderLines: Int {
    guard let openedSelection else { return 0 }
    let width = max(10, layout.reader.width / 2)
    func lines(_ text: String) -> Int {
      text.utf8.count { $0 == 0x0A } + text.utf8.count / width + 2
    }
    var total = 20 + openedSelection.history.count * 3
    for body in openedSelection.bodies {
      total += 6 + lines(body.text) + body.message.attachments.count * 3
      total += body.documents.reduce(0) { $0 + lines($1.text) }
    }
    return total
  }
}
