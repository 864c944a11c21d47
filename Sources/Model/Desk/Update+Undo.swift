public import Domain

/// What « annuler » takes back now.
public enum UndoTarget: Equatable, Sendable {
  /// An answer in its time of grace.
  case send(HeldSend)
  case gesture(LastGesture)
  /// The history is not at hand: the store judges which gesture it is.
  case last(on: Order.ID)
}

/// What can be taken back, or why nothing can.
struct UndoJudgement {
  var target: UndoTarget?
  var reason: Unavailability?

  static func can(_ target: UndoTarget) -> Self { Self(target: target) }
  static func cannot(_ reason: Unavailability) -> Self { Self(reason: reason) }
}

extension State {
  /// What the next « annuler » takes back, for the bar that names it; nil when nothing can be.
  public var undoTarget: UndoTarget? { judgedUndo().target }

  /// One's own last gesture, on whatever demande; an answer that can still be held comes first.
  func judgedUndo() -> UndoJudgement {
    if let reason = actingUnavailability { return .cannot(reason) }
    if context == .history, let selection { return judgedUndo(on: selection) }
    if let held = heldToCancel { return judged(held) }
    if let left = leftBehind {
      if pending[left] != nil { return .cannot(.stillPending) }
      return .can(
        ownGestures?.first { $0.order.id == left }.map { .gesture($0) } ?? .last(on: left))
    }
    guard let mine = ownGestures else {
      guard let selection else { return .cannot(.nothingSelected) }
      return judgedUndo(on: selection)
    }
    let newest = mine.first { $0.refusal == nil }
    if let held = held.last, let at = held.queuedAt, at >= newest?.event.at ?? at {
      return judged(held)
    }
    guard let newest else { return .cannot(.refused(mine.first?.refusal ?? .nothingToUndo)) }
    return pending[newest.order.id] == nil ? .can(.gesture(newest)) : .cannot(.stillPending)
  }

  private func judged(_ held: HeldSend) -> UndoJudgement {
    cancelling.contains(held.item) ? .cannot(.stillPending) : .can(.send(held))
  }

  /// On one demande, by the history that is on screen.
  private func judgedUndo(on id: Order.ID) -> UndoJudgement {
    if pending[id] != nil { return .cannot(.stillPending) }
    guard let opened = openedSelection, let author = actor?.author else {
      return .cannot(.stillPending)
    }
    switch Order.undoable(opened.events, by: author) {
    case .success(let event):
      return .can(.gesture(LastGesture(event: event, order: opened.order, name: "")))
    case .failure(let refusal): return .cannot(.refused(refusal))
    }
  }

  /// Those of whoever acts now: another person's are never offered, even for a moment.
  private var ownGestures: [LastGesture]? {
    guard let author = actor?.author else { return nil }
    return lastGestures?.filter { $0.event.author.isSamePerson(as: author) }
  }

  mutating func undo() -> [Effect] {
    switch judgedUndo().target {
    case .send(let held):
      guard held == heldToCancel else {
        layers.append(.confirm(Confirm(.cancelSend(held), isYesSelected: true)))
        return []
      }
      return cancel(held)
    case .last(let id): return takeBack(on: id, event: nil)
    case .gesture(let last):
      if isUnderTheEyes(last) { return takeBack(on: last.order.id, event: last.event.id) }
      layers.append(.confirm(Confirm(.undo(last), isYesSelected: true)))
      return []
    case nil: return []
    }
  }

  mutating func cancel(_ held: HeldSend) -> [Effect] {
    cancelling.insert(held.item)
    return [.cancelSend(held)]
  }

  /// What is taken back comes back under the eyes of who takes it back.
  mutating func takeBack(on id: Order.ID, event: String?) -> [Effect] {
    if pending[id] != nil { return [] }
    let looking = select(id)
    markPending(id, .undo)
    return looking + [.undo(on: id, event: event)]
  }

  /// Seconds during which the status line has just named a gesture.
  static let freshFor: Int64 = 60

  /// Just done, or read in the history: the person knows which one it is without being told.
  public func isUnderTheEyes(_ last: LastGesture) -> Bool {
    guard last.order.id == selection || last.order.id == leftBehind else { return false }
    if context == .history || lastGestures == nil { return true }
    let age = now.secondsSince(last.event.at)
    return age >= 0 && age < Self.freshFor
  }

  /// Also after quitting: what waits in its time of grace may be taken back by who wrote it.
  mutating func remember(_ gestures: [LastGesture], _ waiting: [HeldSend]) {
    lastGestures = gestures
    for found in waiting where found.until > now {
      if held.contains(where: { $0.item == found.item }) { continue }
      held.append(found)
    }
    held.sort { $0.until < $1.until }
  }
}
