public import Domain

/// What « annuler » takes back now.
public enum UndoTarget: Equatable, Sendable {
  /// An answer in its time of grace.
  case send(HeldSend)
  case gesture(LastGesture)
  /// What was done last stays; this is what was done before it.
  indirect case older(UndoTarget, after: LastGesture)
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

  /// What one did last, gesture or mail, wherever it was; where that stays, what came before it.
  func judgedUndo() -> UndoJudgement {
    if let reason = actingUnavailability { return .cannot(reason) }
    if context == .history, let selection { return judgedUndo(on: selection) }
    // What was done last is on its way: what is known now is older.
    if !pending.isEmpty || !unsent.isEmpty { return .cannot(.stillPending) }
    guard let mine = ownGestures else {
      if let held = heldToCancel { return judged(held) }
      guard let id = leftBehind ?? selection else { return .cannot(.nothingSelected) }
      return id == selection ? judgedUndo(on: id) : .can(.last(on: id))
    }
    let mail = held.max { ($0.queuedAt ?? now) < ($1.queuedAt ?? now) }
    guard let newest = mine.first else {
      return mail.map(judged) ?? .cannot(.refused(.nothingToUndo))
    }
    if let mail, mail.queuedAt ?? now >= newest.event.at || newest.queued(mailOn: mail.order) {
      return judged(mail)
    }
    guard let refusal = newest.refusal else { return .can(.gesture(newest)) }
    if let mail, !cancelling.contains(mail.item) { return .can(.older(.send(mail), after: newest)) }
    let older = mine.first { $0.refusal == nil }
    return older.map { .can(.older(.gesture($0), after: newest)) } ?? .cannot(.refused(refusal))
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
      guard held.order == nil || held.order == selection || selection == nil else {
        ask(.cancelSend(held), expecting: nil, isYesSelected: true)
        return []
      }
      return cancel(held)
    case .last(let id): return takeBack(on: id, event: nil)
    case .gesture(let last):
      if isUnderTheEyes(last) { return takeBack(on: last.order.id, event: last.event.id) }
      ask(.undo(last), expecting: nil, isYesSelected: true)
    case .older(let target, let newest): askOlder(target, after: newest)
    case nil: break
    }
    return []
  }

  /// Why the last one stays, and the one before it, with No under the cursor.
  private mutating func askOlder(_ target: UndoTarget, after newest: LastGesture) {
    say(.unavailable(.undo, .refused(newest.refusal ?? .cannotBeUndone)))
    switch target {
    case .send(let held): ask(.cancelSend(held), expecting: nil)
    case .gesture(let last): ask(.undoOlder(last, after: newest), expecting: nil)
    case .older, .last: break
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

  /// Just done and nothing since, or read in the history: the person knows which one it is without
  /// being told.
  public func isUnderTheEyes(_ last: LastGesture) -> Bool {
    guard last.order.id == selection || last.order.id == leftBehind else { return false }
    if context == .history || lastGestures == nil { return true }
    let age = now.secondsSince(last.event.at)
    return last.order.id == justDone && age >= 0 && age < Self.freshFor
  }

  /// Also after quitting: what waits in its time of grace may be taken back by who wrote it.
  mutating func remember(_ gestures: [LastGesture], _ waiting: [HeldSend], _ queued: Set<String>) {
    lastGestures = gestures
    // Taken back by a command or at another poste: it counts down no more. Whose it is does not
    // matter here: a colleague's stopped answer that was released is taken back by who released it.
    held.removeAll { !queued.contains($0.item) }
    for found in waiting where found.until > now {
      if held.contains(where: { $0.item == found.item }) { continue }
      held.append(found)
    }
    held.sort { $0.until < $1.until }
  }
}
