import Domain

extension Compose {
  /// What leaves is fixed: it is looked at, and sent or taken back whole.
  init(_ answer: HeldAnswer, recipient: Sender?, by member: Member.ID, at now: Timestamp) {
    // Always the same name for the same answer: taken back twice it is one draft.
    var draft = Draft(
      takingBack: answer.item, id: "b" + answer.item.id.dropFirst(), authorID: member, at: now)
    draft.lastEvent = answer.report.upTo
    self.init(draft: draft, recipient: recipient)
    phase = .collided(answer.report)
    held = HeldItem(
      item: answer.item.id, author: answer.item.author, queuedAt: answer.item.queuedAt,
      report: answer.report)
  }
}

extension State {
  mutating func openHeld(_ answer: HeldAnswer) {
    guard let member = actor?.member.id else { return }
    // Its key has just been pressed, and is not among those of the review.
    if notice?.content == .heldBack { notice = nil }
    let recipient = answer.item.to.count == 1 ? answer.item.to.first.map(trust.sender) : nil
    layers.append(.compose(Compose(answer, recipient: recipient, by: member, at: now)))
  }

  /// To the next demande whose answer waits for a decision; on it already, to the decision.
  mutating func goToHeld() -> [Effect] {
    if let answer = openedSelection?.heldAnswer {
      openHeld(answer)
      return []
    }
    guard let next = around.held.first(where: { $0.order != selection }) ?? around.held.first
    else { return [] }
    return visit(next.order)
  }

  /// Selects a demande wherever it is, and reads it.
  mutating func visit(_ id: Order.ID) -> [Effect] {
    let effects = select(id)
    return effects + setFocus(.reader)
  }

  /// Send, edit, keep or discard what was stopped: the store decides whether it is still there.
  mutating func decide(_ command: Command, _ compose: Compose) -> [Effect] {
    guard let held = compose.held, compose.phase != .sending else { return [] }
    switch command {
    case .send:
      awaitDecision(compose, nil)
      return [.releaseHeld(item: held.item, seen: held.report.upTo)]
    case .editAnswer, .keepDraft:
      awaitDecision(compose, command == .editAnswer ? .edit : .keep)
      return [.withdrawHeld(item: held.item, into: compose.draft)]
    case .discardDraft:
      layers.append(.confirm(Confirm(.discardDraft)))
      return []
    default: return []
    }
  }

  mutating func discardHeld(_ compose: Compose) -> [Effect] {
    guard let held = compose.held else { return [] }
    awaitDecision(compose, .discard)
    return [.withdrawHeld(item: held.item, into: nil)]
  }

  private mutating func awaitDecision(_ compose: Compose, _ plan: HeldItem.Plan?) {
    var compose = compose
    compose.held?.plan = plan
    compose.phase = .sending
    replaceTop(.compose(compose))
  }

  // MARK: Answers

  /// It will not leave: its text is in the editor, among the drafts, or nowhere, as was asked.
  mutating func finishWithdrawal(of item: String) -> [Effect] {
    guard let place = placeOfHeld(item), case .compose(var compose) = layers[place] else {
      return reloads
    }
    switch compose.held?.plan {
    case .edit:
      compose.held = nil
      compose.phase = .writing
      compose.field = .body
      compose.body.place(at: compose.endOfOwnText)
      layers[place] = .compose(compose)
    case .keep:
      layers.remove(at: place)
      say(.draftKept(by: compose.draft.reopening))
    case .discard, nil:
      layers.remove(at: place)
      say(.answerDiscarded)
    }
    return reloads
  }

  /// Somebody else decided meanwhile.
  mutating func loseHeld(_ item: String) -> [Effect] {
    if let place = placeOfHeld(item) { layers.remove(at: place) }
    say(.heldGone)
    return reloads
  }

  /// The store did not answer: the decision is asked again.
  mutating func reopenHeld(_ item: String) {
    guard let place = placeOfHeld(item), case .compose(var compose) = layers[place],
      let report = compose.held?.report
    else { return }
    compose.held?.plan = nil
    compose.phase = .collided(report)
    layers[place] = .compose(compose)
  }

  private func placeOfHeld(_ item: String) -> Int? {
    layers.firstIndex {
      if case .compose(let compose) = $0 { compose.held?.item == item } else { false }
    }
  }

  mutating func receive(held: [HeldBrief]) {
    let known = Set(around.held.map(\.item))
    let mine = held.contains { brief in
      !known.contains(brief.item) && brief.author.memberID == actor?.member.id && actor != nil
    }
    around.held = held
    if mine { say(.heldBack) }
  }
}
