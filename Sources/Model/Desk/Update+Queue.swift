import Domain

extension State {
  /// The rows the list needs: the view's, and what is under way below « À prendre ».
  var pageLoads: [Effect] {
    if let shownCustomView { return [.loadQuery(shownCustomView.query, limit: limit)] }
    let below: [Effect] = view == .todo ? [.loadPage(.preparing, limit: 50)] : []
    return [.loadPage(view, limit: limit)] + below
  }

  // MARK: The person moves

  mutating func show(_ next: QueueView) -> [Effect] {
    guard next != view || search != nil || customView != nil else { return [] }
    customView = nil
    view = next
    return clearList()
  }

  /// Another view begins at its top, with nothing selected.
  mutating func clearList() -> [Effect] {
    search = nil
    beforeSearch = nil
    page = QueuePage()
    underway = []
    top = 0
    lastIndex = 0
    limit = Self.firstLimit(rows: rows)
    focus = .queue
    return select(nil) + pageLoads
  }

  /// Everything that shows the demande before is forgotten: a reader never shows another patient.
  mutating func select(_ id: Order.ID?) -> [Effect] {
    guard id != selection else { return [] }
    selection = id
    around.freshMentions = []
    around.selectedAt = now
    leaving = nil
    leftBehind = nil
    readerScroll = 0
    readerAim = nil
    drawnMessages = []
    readerLines = nil
    unfolded = []
    opened = nil
    revealed = nil
    guard let id else { return [] }
    if let index = listIndex(of: id) { lastIndex = index }
    return [.loadOrder(id)]
  }

  mutating func moveSelection(_ command: Command) -> [Effect] {
    guard selectableCount > 0 else { return [] }
    let height = layout.queue.height / layout.rowHeight
    let here = selectedIndex ?? lastIndex
    // A demande that left the view was followed by the row that now has its place.
    let next = selectedIndex == nil ? here : here + 1
    let target: (index: Int, step: Int) =
      switch command {
      case .selectPrevious: (here - 1, -1)
      case .selectFirst: (0, 1)
      case .selectLast: (selectableCount - 1, -1)
      case .pageDown: (here + max(1, height - 1), 1)
      case .pageUp: (here - max(1, height - 1), -1)
      default: (next, 1)
      }
    return selectRow(near: target.index, step: target.step) + grow()
  }

  /// Selects the row at that place, or the next one in the direction of the step.
  mutating func selectRow(near index: Int, step: Int) -> [Effect] {
    guard selectableCount > 0 else { return select(nil) }
    var index = min(max(0, index), selectableCount - 1)
    // Only a rule is no row, and a row always follows it.
    if case .rule? = listItem(at: index) { index += step < 0 && index > 0 ? -1 : 1 }
    guard case .row(let row)? = listItem(at: index) else { return [] }
    let effects = select(row.id)
    lastIndex = index
    keepSelectionVisible()
    return effects
  }

  /// Asks for more rows once the selection comes near the end of a full page.
  private mutating func grow() -> [Effect] {
    guard search == nil, page.hasMore, limit < Self.pageLimit, page.rows.count >= limit,
      let index = selectedIndex, index >= page.rows.count - 15
    else { return [] }
    limit = min(Self.pageLimit, limit * 2)
    return pageLoads
  }

  /// Scrolls as little as possible.
  mutating func keepSelectionVisible() {
    top = min(max(0, top), lowestTop(showing: listCount - 1))
    guard let index = selectedIndex else { return }
    top = min(index, max(top, lowestTop(showing: index)))
  }

  /// The smallest `top` with which the item is still drawn whole.
  private func lowestTop(showing index: Int) -> Int {
    guard index > 0 else { return 0 }
    var first = index
    var used = itemHeight(at: index)
    while first > 0 {
      used += itemHeight(at: first - 1)
      if used > layout.queue.height { break }
      first -= 1
    }
    return first
  }

  // MARK: The store answers

  mutating func receive(_ newPage: QueuePage, of loaded: QueueView) -> [Effect] {
    guard customView == nil else { return [] }
    if loaded == view { return replacePage(newPage) }
    let was = selectedIndex
    if view == .todo && loaded == .preparing {
      underway = Array(newPage.rows.prefix(Self.pageLimit))
      tellHomonymsApart()
    } else {
      // The person is already looking at another view.
      return []
    }
    return search == nil ? keepSelection(from: was) : []
  }

  mutating func replacePage(_ newPage: QueuePage) -> [Effect] {
    let was = selectedIndex
    page = QueuePage(rows: Array(newPage.rows.prefix(Self.pageLimit)), hasMore: newPage.hasMore)
    tellHomonymsApart()
    return search == nil ? keepSelection(from: was) : []
  }

  /// After the rows changed: the selection stays on its demande, whatever came or went.
  private mutating func keepSelection(from was: Int?) -> [Effect] {
    guard let id = selection else { return waitsForHand ? [] : selectRow(near: 0, step: 1) }
    let index = selectedIndex
    if let index, leaving?.order != id || !hasLeft(at: index) {
      if let was, top > 0 { top += index - was }
      lastIndex = index
      forgetLeaving(at: index)
      keepSelectionVisible()
      return []
    }
    keepSelectionVisible()
    return moveOn()
  }

  /// The view let go of the selected demande by this person's own gesture.
  private func hasLeft(at index: Int) -> Bool {
    leaving?.wasInView == true && index >= mainCount
  }

  /// The row already shows the gesture and is still there: it did not leave.
  private mutating func forgetLeaving(at index: Int) {
    guard let leaving, case .row(let row)? = listItem(at: index),
      row.order.revision >= leaving.revision
    else { return }
    self.leaving = nil
  }

  /// To the row that took the place of the demande just dealt with; only in the queue, and never
  /// under an open layer or a reader.
  mutating func moveOn() -> [Effect] {
    guard let leaving, leaving.order == selection, layers.isEmpty, focus == .queue,
      search == nil
    else { return [] }
    let last = leaving.wasInView && mainCount > 0 ? mainCount - 1 : selectableCount - 1
    let effects = selectRow(near: min(lastIndex, last), step: 1)
    if selection != leaving.order { leftBehind = leaving.order }
    return effects
  }

  mutating func lose(_ id: Order.ID) -> [Effect] {
    settle(id)
    guard selection == id else { return [] }
    opened = nil
    say(.vanished)
    return pageLoads
  }
}
