import Domain

extension State {
  /// « Traitée », or « sans suite » with its reason; what a colleague works on is taken from them
  /// first, after a question that names them.
  mutating func close(_ order: Order, expecting: Order.Revision?) -> [Effect] {
    if !order.status.isFinished && !order.markers.missing.isEmpty {
      say(.unavailable(.close, .refused(.stillOwed)))
      return []
    }
    if let owner = actor.flatMap({ order.worker(besides: $0.author) }) {
      let news = order.kind == .prescription ? 0 : newsCount(of: order)
      ask(.closeOver(order.id, from: owner, news: news), expecting: expecting ?? order.revision)
      return []
    }
    if order.kind == .prescription {
      openForm(.closeReason, order, expecting: expecting)
      return []
    }
    let closing = Gesture.moved(to: .closed, reason: nil)
    if order.hasNews { return askUnread(closing, order, expecting) }
    return perform(closing, on: order.id, expecting: expecting, as: .close)
  }

  /// « Contrôlée », signed where the officine wants it.
  mutating func check(_ order: Order, expecting: Order.Revision?) -> [Effect] {
    if needsControl {
      openForm(.check, order, expecting: expecting)
      return []
    }
    let checking = Gesture.moved(to: .checked, reason: nil)
    if order.hasNews { return askUnread(checking, order, expecting) }
    return perform(checking, on: order.id, expecting: expecting, as: .check)
  }

  /// With No under the cursor: what came may change what is about to be said done.
  private mutating func askUnread(
    _ gesture: Gesture, _ order: Order, _ expecting: Order.Revision?
  ) -> [Effect] {
    ask(
      .unread(gesture, on: order.id, count: newsCount(of: order)),
      expecting: expecting ?? order.revision)
    return []
  }

  private func newsCount(of order: Order) -> Int {
    order.hasNews ? max(1, order.newMessages?.count ?? 1) : 0
  }

  /// The answer was yes.
  mutating func regroup(_ confirm: Confirm) -> [Effect] {
    switch confirm.question {
    case .attach(let attaching):
      let id = attaching.source.id
      if pending[id] != nil { return [] }
      markPending(id, .attach)
      return [.attach(attaching)]
    case .split(let message, let row, let over):
      if pending[row.id] != nil { return [] }
      markPending(row.id, .split)
      return [.split(message, from: row.id, expecting: confirm.expecting, over: over)]
    case .closeOver(let id, let owner, _): return close(id, over: owner, confirm.expecting)
    default: return []
    }
  }

  private mutating func close(
    _ id: Order.ID, over owner: Order.Owner, _ expecting: Order.Revision?
  ) -> [Effect] {
    if pending[id] != nil { return [] }
    guard let order = order(id) else {
      say(.vanished)
      return []
    }
    guard order.kind == .prescription else {
      return perform(
        [.taken(over: Author(owner)), .moved(to: .closed, reason: nil)], on: id,
        expecting: expecting, as: .close)
    }
    openForm(.closeReason, order, expecting: expecting)
    guard case .form(var form)? = layers.last else { return [] }
    form.over = owner
    replaceTop(.form(form))
    return []
  }

  func attaching(_ order: Order, to target: QueueRow) -> Attaching {
    Attaching(source: row(of: order), target: target, over: colleague(on: order))
  }

  /// Who loses work when the demande, or a mail of it, goes elsewhere.
  func colleague(on order: Order) -> Author? {
    actor.flatMap { order.colleague(besides: $0.author) }.map { Author($0) }
  }

  /// The demande with the mail that names it, as the reader or the list shows it.
  func row(of order: Order) -> QueueRow {
    let listed = selectedRow.flatMap { $0.id == order.id ? $0.message : nil }
    let opened = openedSelection.flatMap { $0.order.id == order.id ? $0.bodies : nil }
    let read = opened?.last { !$0.message.isOutgoing }?.message
    guard let message = listed ?? read else {
      return QueueRow(key: RowKey(0), messageAbsentFrom: order)
    }
    return QueueRow(key: RowKey(0), order: order, message: message)
  }
}
