import Domain
import Keys

extension State {
  /// Asks for the draft; it opens when the store brings it, if nothing else was begun since.
  mutating func write(_ command: Command) -> [Effect] {
    // Two answers to one question: first the one that waits is decided.
    if command == .reply, let answer = openedSelection?.heldAnswer {
      openHeld(answer)
      return []
    }
    let message = command == .reply ? messageToAnswer?.id : nil
    let order = command == .reply ? selection : nil
    awaitedDraft = AwaitedDraft(replyingTo: message, order: order)
    return [.openDraft(replyingTo: message, order: order)]
  }

  mutating func openCompose(_ draft: Draft, recipient: Sender?) {
    guard let awaited = awaitedDraft, awaited.replyingTo == draft.replyingTo else { return }
    awaitedDraft = nil
    // A person who moved on meanwhile is not interrupted; the draft waits in the store.
    guard canLookElsewhere, awaited.order == nil || awaited.order == selection else { return }
    var compose = Compose(draft: draft, recipient: recipient)
    compose.body.place(at: compose.endOfOwnText)
    if draft.purpose == .reminder, let blank = compose.firstBlank { compose.body.select(blank) }
    layers.append(.compose(compose))
  }

  /// Keys that mean something else than text in a field of one line.
  mutating func composeKey(_ key: Key) -> [Effect]? {
    guard case .compose(let compose)? = layers.last, compose.field != .body else { return nil }
    switch key {
    case .enter, .down: moveComposeField(by: 1)
    case .up: moveComposeField(by: -1)
    default: return nil
    }
    return []
  }

  /// Tab reaches the next blank first, then the next field.
  mutating func moveComposeField(by step: Int) {
    guard case .compose(var compose)? = layers.last else { return }
    if compose.field == .body && step > 0, let blank = compose.nextBlank {
      compose.body.select(blank)
    } else {
      let fields = compose.fields
      let place = fields.firstIndex(of: compose.field) ?? 0
      compose.field = fields[(place + step + fields.count) % fields.count]
    }
    replaceTop(.compose(compose))
  }

  /// Notes what a change of the text implies.
  func changed(_ compose: inout Compose) {
    compose.isDirty = true
    compose.dirtySince = compose.dirtySince ?? now
    guard compose.field == .to else { return }
    let addresses = MailAddress.list(compose.to.text)
    compose.recipient = addresses.count == 1 ? trust.sender(addresses[0]) : nil
    compose.recipientINS = compose.recipient?.ins
  }

  mutating func advanceCompose(_ command: Command) -> [Effect] {
    guard case .compose(var compose)? = layers.last else { return [] }
    if compose.held != nil { return decide(command, compose) }
    switch command {
    case .editAnswer: backToWriting()
    case .review:
      compose.problem = compose.firstProblem(trust)
      compose.foreseen = nil
      if compose.problem == nil { compose.phase = .reviewing }
      replaceTop(.compose(compose))
      let saves = save(&compose)
      return saves + (compose.problem == nil ? compose.look : [])
    case .send: return send(compose)
    case .chooseTemplate: openMenu(.templates, templates.map { .template($0) }, nil)
    case .endExchange:
      compose.draft.endsExchange.toggle()
      changed(&compose)
      replaceTop(.compose(compose))
    case .keepDraft:
      let isKept = compose.isDirty || compose.savedAt != nil || compose.hasOwnText
      let effects = save(&compose)
      layers.removeLast()
      if isKept { say(.draftKept(by: compose.draft.reopening)) }
      return effects
    case .discardDraft: layers.append(.confirm(Confirm(.discardDraft)))
    default: break
    }
    return []
  }

  mutating func backToWriting() {
    guard case .compose(var compose)? = layers.last else { return }
    // Whoever writes on has seen what moved.
    if case .collided(let report) = compose.phase, let seen = report.upTo {
      compose.draft.lastEvent = seen
    }
    compose.phase = .writing
    replaceTop(.compose(compose))
  }

  /// Judged once more: what leaves is what was reviewed, or nothing does.
  private mutating func send(_ compose: Compose) -> [Effect] {
    var compose = compose
    compose.problem = compose.firstProblem(trust)
    guard compose.problem == nil else {
      compose.phase = .writing
      replaceTop(.compose(compose))
      return []
    }
    // Only somebody who was shown what moved may send over it.
    var isChecked = true
    if case .collided(let report) = compose.phase {
      isChecked = false
      if let seen = report.upTo { compose.draft.lastEvent = seen }
    }
    compose.phase = .sending
    let draft = compose.current(at: now)
    compose.draft = draft
    replaceTop(.compose(compose))
    return [.enqueue(draft, checked: isChecked)]
  }

  private mutating func save(_ compose: inout Compose) -> [Effect] {
    guard compose.isDirty else { return [] }
    compose.draft = compose.current(at: now)
    compose.isDirty = false
    compose.dirtySince = nil
    replaceTop(.compose(compose))
    return [.saveDraft(compose.draft)]
  }

  mutating func insert(_ template: Template) {
    guard case .compose(var compose)? = layers.last, compose.phase == .writing else { return }
    compose.field = .body
    let limit = TextBuffer.bodyLimit
    let fits = compose.body.insert(template.body, limit: limit, isMultiline: true)
    if !fits { say(.textFull(limit: limit)) }
    changed(&compose)
    if let blank = compose.firstBlank { compose.body.select(blank) }
    replaceTop(.compose(compose))
  }

  mutating func discard() -> [Effect] {
    guard case .compose(let compose)? = layers.last else { return [] }
    if compose.held != nil { return discardHeld(compose) }
    layers.removeLast()
    return [.deleteDraft(compose.draft.id)]
  }

  // MARK: Time and answers

  /// Two seconds after the first unsaved letter.
  mutating func autosave() -> [Effect] {
    var effects: [Effect] = []
    changeCompose { compose, now in
      guard compose.isDirty, let since = compose.dirtySince, compose.phase != .sending,
        now.milliseconds - since.milliseconds >= 2000 || now < since
      else { return }
      compose.draft = compose.current(at: now)
      compose.isDirty = false
      compose.dirtySince = nil
      effects.append(.saveDraft(compose.draft))
    }
    return effects
  }

  private mutating func changeCompose(_ change: (inout Compose, Timestamp) -> Void) {
    for (index, layer) in layers.enumerated() {
      guard case .compose(var compose) = layer else { continue }
      change(&compose, now)
      layers[index] = .compose(compose)
    }
  }

  mutating func markSaved(_ id: String, at: Timestamp) {
    changeCompose { compose, _ in
      if compose.draft.id == id { compose.savedAt = at }
    }
  }

  /// A draft that could not be saved is never let go: it is on screen again.
  mutating func reopen(_ draft: Draft) {
    var isOpen = false
    changeCompose { compose, now in
      guard compose.draft.id == draft.id else { return }
      isOpen = true
      compose.isDirty = true
      compose.dirtySince = now
    }
    if isOpen { return }
    var compose = Compose(draft: draft, recipient: draft.recipient(trust))
    compose.isDirty = true
    compose.dirtySince = now
    layers.insert(.compose(compose), at: 0)
  }

  /// It was not queued: the text is in the editor, in front of who wrote it.
  mutating func reopenAfterSending(_ draft: Draft) {
    var isOpen = false
    changeCompose { compose, _ in
      guard compose.draft.id == draft.id else { return }
      isOpen = true
      compose.phase = .reviewing
    }
    if !isOpen { reopen(draft) }
  }

  mutating func hold(_ new: HeldSend) -> [Effect] {
    if !unsent.isEmpty {
      // Of before the lock; taking it back is its author's.
      guard unsent.removeFirst().authorID == actor?.member.id else { return reloads }
      return show(new)
    }
    layers.removeAll {
      guard case .compose(let compose) = $0 else { return false }
      return compose.phase == .sending
    }
    return show(new)
  }

  private mutating func show(_ new: HeldSend) -> [Effect] {
    justDone = nil
    held.removeAll { $0.item == new.item }
    held.append(new)
    say(.queued(display: new.display))
    return reloads
  }

  mutating func collide(_ report: CollisionReport) -> [Effect] {
    if !unsent.isEmpty { return returnUnsent() }
    changeCompose { compose, _ in
      guard compose.phase == .sending else { return }
      compose.phase = .collided(report)
      compose.held?.report = report
    }
    return []
  }

  /// What moved is read before Enter; the store judges again when it is pressed.
  mutating func warn(_ report: CollisionReport, draft: String) {
    changeCompose { compose, _ in
      guard compose.draft.id == draft, compose.phase == .reviewing else { return }
      compose.foreseen = report.events.isEmpty ? nil : report
    }
  }

  /// An answer that was on its way when the screen was locked did not leave: it is a draft of its
  /// author again. Answers come in the order of asking.
  mutating func returnUnsent() -> [Effect] {
    guard !unsent.isEmpty else { return [] }
    var draft = unsent.removeFirst()
    draft.updatedAt = max(draft.updatedAt, now)
    if draft.authorID == actor?.member.id { say(.answerReturned) }
    return [.saveDraft(draft)]
  }

  mutating func releaseHeld(_ gone: HeldSend) -> [Effect] {
    held.removeAll { $0.item == gone.item }
    cancelling.remove(gone.item)
    say(.cancelledSend(display: gone.display))
    return reloads
  }
}
