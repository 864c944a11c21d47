public import Domain
import Keys

extension State {
  public var isLocked: Bool { lock != nil }

  /// Keeps what was written, then forgets every word about patients: what stays is named here, so
  /// that nothing else does.
  mutating func lockScreen() -> [Effect] {
    guard lock == nil else { return [] }
    let saves = draftSaves() + noteSaves()
    var former = Former(
      member: actor?.member.id, view: view, customView: customView, selection: selection,
      focus: focus, draft: nil)
    // A stopped answer waits where it is, in the outbox.
    if let compose, compose.held == nil {
      if compose.phase == .sending {
        // Kept here, not saved: an answer that leaves must not come back as a draft.
        unsent.append(compose.draft)
      } else {
        former.draft = AwaitedDraft(
          replyingTo: compose.draft.replyingTo, order: compose.draft.order)
      }
    }
    var locked = State(
      officine: officine, bal: bal, poste: poste, actor: nil, members: members, policy: policy,
      trust: trust, isDemo: isDemo, templates: templates, keymap: keymap, titles: titles,
      columns: columns, rows: rows, now: now)
    locked.keepFromLock(self)
    locked.lock = Lock(form: Form.unlocking(asksPIN: asksPIN), former: former)
    self = locked
    return saves + [.wipe] + lockedReloads
  }

  /// What names nobody goes on through a lock, and through the unlock after it.
  private mutating func keepFromLock(_ open: State) {
    bals = open.bals
    customViews = open.customViews
    clock = open.clock
    // An alarm is heard on a locked poste too, once.
    heardAlarms = open.heardAlarms
    countedAt = open.countedAt
    counts = open.counts
    sync = open.sync
    health.health = open.health.health
    // Gestures on their way end as they would have.
    pending = open.pending
    pendingSince = open.pendingSince
    chains = open.chains
    lastInputAt = open.lastInputAt
    identityAttempts = open.identityAttempts
    // Text that the store has not got yet is nowhere else.
    unsent = open.unsent
    laterSaves = open.laterSaves
    reminder = open.reminder
  }

  /// All that a locked screen asks of the store.
  var lockedReloads: [Effect] { [.loadCounts, .loadSync, .loadWaiting, .loadMembers] }

  /// Whether anybody has a code: then everybody is asked for theirs.
  var asksPIN: Bool { members.contains(where: \.hasPIN) }

  /// Before anything was shown: only whose BAL it is may open it.
  public mutating func lockForStranger() {
    actor = nil
    _ = lockScreen()
  }

  /// Before anything was shown: the account's member goes on where they would have begun, and
  /// anybody else as after any lock.
  public mutating func lockForAccount(_ members: [Member]) {
    self.members = members
    _ = lockScreen()
  }

  // MARK: While it is locked

  /// Nothing that names a patient comes in, whatever was asked before.
  mutating func applyLocked(_ event: Event) -> [Effect] {
    switch event {
    case .keyPressed(let key): return pressLocked(key)
    case .pasted, .clicked, .wheelTurned, .viewChosen: return []
    case .resized(let columns, let rows):
      (self.columns, self.rows) = (max(1, columns), max(1, rows))
      limit = max(limit, Self.firstLimit(rows: self.rows))
    case .ticked(let now): return tickLocked(now)
    case .commanded(.suspend): return [.suspend]
    case .storeChanged: return lockedReloads
    case .countsLoaded(let counts): return receive(counts)
    case .syncChanged(let sync): self.sync = sync
    case .healthNoted(let known): health.health = known
    case .membersLoaded(let members):
      self.members = members
      if !asksPIN { lock?.form.forgetPIN() }
    case .waitingLoaded(let moments): lock?.waiting = moments
    case .identified(let actor, let attempt): return unlock(actor, attempt)
    case .identifiedNobody(let attempt): return unlock(nil, attempt)
    case .identificationRefused(let problem, let attempt): refuseUnlocking(problem, attempt)
    case .gestureDone(.noted, let order):
      // It was kept when the screen was locked, in case it would not get through.
      let author = lock?.former.member ?? ""
      return [.keepNote(KeptNote(order: order.id, author: author, text: ""))]
    case .gestureDone(let gesture, let order):
      if let next = nextInChain(after: gesture, order) { return next }
      for id in gesture.demandes + [order.id] { settle(id) }
    case .gestureRefused(let gesture, let id, _): for id in gesture.demandes + [id] { settle(id) }
    case .controlAsked(_, let id, _, _): settle(id)
    case .undoDone(let order, _): settle(order.id)
    case .undoRefused(let id, _): settle(id)
    case .sendQueued: if !unsent.isEmpty { unsent.removeFirst() }
    case .sendCollided: return keepUnsent()
    case .effectFailed(let effect, let failure): return failLocked(effect, failure)
    default: return []
    }
    return []
  }

  private mutating func tickLocked(_ now: Timestamp) -> [Effect] {
    self.now = now
    clock.move(to: now)
    lastInputAt = min(lastInputAt, now)
    let late = pendingSince.filter { now.secondsSince($0.value) >= Self.longestAnswer }.keys
    for id in late { settle(id) }
    return laterSaves.due(now) + (timedLoads().isEmpty ? [] : lockedReloads)
  }

  /// It did not leave: it is a draft again, for its author.
  private mutating func keepUnsent() -> [Effect] {
    if let draft = unsent.first {
      lock?.former.draft = AwaitedDraft(replyingTo: draft.replyingTo, order: draft.order)
    }
    return returnUnsent()
  }

  private mutating func failLocked(_ effect: Effect, _ failure: Failure) -> [Effect] {
    switch effect {
    case .saveDraft, .keepNote: laterSaves.add(effect, now: now)
    case .enqueue: return keepUnsent()
    case .identify(let given): refuseUnlocking(.failed(failure), given.attempt)
    case .perform(let gesture, let id, _):
      for id in gesture.demandes + [id] { settle(id) }
    case .undo(let id, _), .renew(let id, _), .split(_, let id, _, _): settle(id)
    case .attach(let attaching): settle(attaching.source.id)
    default: break
    }
    return []
  }

  // MARK: Opening it

  /// An answer to a question that was asked before the lock opens nothing: nobody may be there.
  private mutating func unlock(_ actor: Actor?, _ attempt: Int) -> [Effect] {
    guard let lock, lock.form.awaits(attempt) else { return [] }
    let former = lock.former
    self.lock = nil
    self.actor = actor
    lastInputAt = now
    var effects: [Effect] = [.act(as: actor)]
    if bal.kind == .nominative, let actor, !isHere(actor.member, former: former.member),
      let own = bals.first(where: { $0.kind == .organisationnelle })
    {
      return effects + savesBeforeExit() + [.openBAL(own.name)]
    }
    if former.member == actor?.member.id {
      (view, customView) = (former.view, former.customView)
      selection = former.selection
      focus = former.selection == nil ? .queue : former.focus
      if let draft = former.draft {
        awaitedDraft = draft
        effects.append(.openDraft(replyingTo: draft.replyingTo, order: draft.order))
      }
    } else {
      // Nobody's mail is opened for somebody who only came by.
      waitsForHand = true
    }
    if let actor { say(.nowActing(actor.member)) }
    return effects + [.loadKeptNotes] + reloads
  }

  /// Whose the BAL is stays here, also where an account of nobody's opened it.
  private func isHere(_ member: Member, former: String?) -> Bool {
    guard case .otherMember(let owner)? = bals.first(where: \.isOpen)?.obstacle else {
      return former == member.id
    }
    return [member.initials, member.name].contains { folded($0) == folded(owner) }
  }

  private mutating func refuseUnlocking(_ problem: IdentityProblem, _ attempt: Int) {
    guard var lock, lock.form.awaits(attempt) else { return }
    lock.form.refuse(problem, in: self)
    self.lock = lock
  }

  /// Text of its lines, Enter, and the ways between; nothing else acts.
  private mutating func pressLocked(_ key: Key) -> [Effect] {
    guard var lock, !lock.form.isSubmitted else { return [] }
    lastInputAt = now
    lock.form.clearProblem(now: now)
    self.lock = lock
    switch keymap.resolve([key], in: .lock) {
    case .command(let command): return runLocked(command)
    case .prefix: return []
    case .none: break
    }
    if lock.form.jumps(to: key, members: members) { lock.form.focus += 1 }
    _ = lock.form.fields[lock.form.focus].buffer
      .edit(key, isMultiline: false, limit: Form.identityLimit)
    self.lock = lock
    return []
  }

  private mutating func runLocked(_ command: Command) -> [Effect] {
    guard var lock else { return [] }
    switch command {
    case .open:
      let credentials = lock.form.enterIdentity(in: self, purpose: .unlocking)
      self.lock = lock
      return asked(credentials)
    case .nextField: lock.form.move(by: 1)
    case .previousField: lock.form.move(by: -1)
    case .back: lock.form = Form.unlocking(asksPIN: asksPIN)
    case .help: lock.showsHelp.toggle()
    case .redraw: return [.redraw]
    default: break
    }
    self.lock = lock
    return []
  }
}
