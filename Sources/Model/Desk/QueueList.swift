public import Domain

/// One thing in the list of demandes.
public enum ListItem: Equatable, Sendable {
  case row(QueueRow)
  /// « ─── En préparation ─── »: what follows belongs to that view.
  case rule(QueueView)
  /// « ─── En cours de réception : 412 ─── »
  case awaitedRule(Int)
  /// A mail whose body is on its way: it has no demande yet and takes no selection.
  case awaited(Awaited)
}

/// One item of the list at its place on the screen.
public struct ListSlot: Equatable, Sendable {
  /// Place in the list, from the first item.
  public var index: Int
  public var item: ListItem
  /// Screen row of its first line, 0-based.
  public var row: Int
  /// Lines it takes; cut at the end of the pane.
  public var height: Int

  public init(index: Int, item: ListItem, row: Int, height: Int) {
    (self.index, self.item, self.row, self.height) = (index, item, row, height)
  }
}

extension State {
  /// The most rows a view or a search ever holds; `isPageCapped` says so on screen.
  public static let pageLimit = 500

  static func firstLimit(rows: Int) -> Int { min(pageLimit, max(50, rows * 3)) }

  /// The view holds more than the list can show.
  public var isPageCapped: Bool { search == nil && page.hasMore && limit >= Self.pageLimit }

  /// The colleagues' rows are listed: in « À prendre », once the whole view is there.
  public var showsUnderway: Bool {
    search == nil && customView == nil && view == .todo && !page.hasMore && !underway.isEmpty
  }

  var mainCount: Int { search?.rows?.count ?? (search == nil ? page.rows.count : 0) }

  /// What is on its way is listed below what has arrived.
  public var showsAwaited: Bool {
    search == nil && customView == nil && (view == .todo || view == .all) && !page.hasMore
      && !awaited.rows.isEmpty
  }

  private var underwayCount: Int { showsUnderway ? underway.count + 1 : 0 }

  /// The part of the list that the selection moves in: what is on its way lies below it.
  var selectableCount: Int { mainCount + underwayCount }

  /// Rows and rules.
  public var listCount: Int {
    mainCount + underwayCount + (showsAwaited ? awaited.rows.count + 1 : 0)
  }

  /// What the position is counted out of: all that the view holds, though only the beginning of
  /// it was asked for.
  public var positionTotal: Int {
    search == nil && page.hasMore && !isPageCapped ? max(listCount, viewCount) : listCount
  }

  /// The item at that place, without building the list; nil outside it.
  public func listItem(at index: Int) -> ListItem? {
    guard index >= 0, index < listCount else { return nil }
    if index < mainCount {
      return .row(search?.rows?[index] ?? page.rows[index])
    }
    let below = index - mainCount
    if below < underwayCount { return below == 0 ? .rule(.preparing) : .row(underway[below - 1]) }
    let coming = below - underwayCount
    return coming == 0 ? .awaitedRule(awaited.total) : .awaited(awaited.rows[coming - 1])
  }

  /// Where a demande is listed now; nil when it is not.
  public func listIndex(of order: Order.ID) -> Int? {
    if let search { return search.rows?.firstIndex { $0.order.id == order } }
    if let index = page.rows.firstIndex(where: { $0.order.id == order }) { return index }
    guard showsUnderway else { return nil }
    return underway.firstIndex { $0.order.id == order }.map { $0 + mainCount + 1 }
  }

  /// Where the selection is listed; nil when its view let it go or nothing is selected.
  public var selectedIndex: Int? { selection.flatMap { listIndex(of: $0) } }

  /// False when a colleague's gesture took the selected demande out of this view.
  public var isSelectionListed: Bool { selection == nil || selectedIndex != nil }

  /// The row of the selected demande; nil when its view let it go (`selectedOrder` still has it).
  public var selectedRow: QueueRow? {
    guard let index = selectedIndex, case .row(let row)? = listItem(at: index) else { return nil }
    return row
  }

  /// The opened demande, when it is the selected one: nothing else may be drawn in the reader.
  public var openedSelection: OpenedOrder? {
    guard let opened, opened.order.id == selection else { return nil }
    return opened
  }

  /// The selected demande as this screen knows it.
  public var selectedOrder: Order? { selection.flatMap { order($0) } }

  /// A demande as this screen shows it; of row and reader the older, so that a gesture based on
  /// either is refused when one of them is stale.
  public func order(_ id: Order.ID) -> Order? {
    var found = opened?.order.id == id ? opened?.order : nil
    if let index = listIndex(of: id), case .row(let row)? = listItem(at: index),
      row.order.revision < found?.revision ?? .max
    {
      found = row.order
    }
    if found == nil, let other = opened?.samePatient, other.id == id { found = other.order }
    if found == nil { found = handover?.sheet?.items.first { $0.row.id == id }?.row.order }
    return found
  }

  func itemHeight(at index: Int) -> Int {
    switch listItem(at: index) {
    case .rule, .awaitedRule: return 1
    case .row, .awaited, nil: return layout.rowHeight
    }
  }

  /// What the queue pane shows, top to bottom: Screens draws these, clicks are looked up in these.
  public var listSlots: [ListSlot] {
    let area = layout.queue
    var slots: [ListSlot] = []
    var row = area.row
    var index = max(0, top)
    let end = area.row + area.height
    while row < end, let item = listItem(at: index) {
      let height = min(itemHeight(at: index), end - row)
      slots.append(ListSlot(index: index, item: item, row: row, height: height))
      row += height
      index += 1
    }
    return slots
  }
}
