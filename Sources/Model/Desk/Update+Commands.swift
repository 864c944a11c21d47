public import Domain

extension State {
  /// Runs a command where it can act, or says why it cannot: keys, palette and clicks all end here.
  mutating func run(_ command: Command) -> [Effect] {
    if let reason = command.unavailability(in: self) {
      say(.unavailable(command, reason))
      return reason == .nobodyActs ? askWhoActs() : []
    }
    if command.isWork { lastWork = LastWork(command: command, at: now) }
    switch command {
    case .selectNext, .selectPrevious, .selectFirst, .selectLast, .pageDown, .pageUp:
      return move(command)
    case .open: return open()
    case .back: return back()
    case .switchPane: return setFocus(focus == .queue ? .reader : .queue)
    case .nextView: return stepView(1)
    case .previousView: return stepView(-1)
    case .unfoldDocument: unfoldNext()
    case .openSamePatient: return openOther()
    case .reveal: return toggleReveal()
    case .print where context == .handover:
      guard let printer = poste.printer else { return [] }
      ask(.printHandover(printer: printer), expecting: nil)
    case .note where context == .handover:
      if let order = handover?.selectedItem?.row.order { openNote(order) }
    case .take, .takeOver, .assign, .release, .markPrepared, .check, .refusePreparation,
      .collect, .collectPartly, .close, .chooseState, .namePatient, .chooseMarker, .toggleUrgent,
      .changeKind, .attach, .split, .renew, .note, .undo, .print, .remind, .handleNews:
      return work(command)
    case .reassign: return askAbsent()
    case .showHistory: layers.append(.history(scroll: 0))
    case .reply, .writeNew: return write(command)
    case .openHeld: return goToHeld()
    case .nextMention: return goToMention()
    case .completeMention, .newLine: editNote(command)
    case .endExchange, .review, .send, .chooseTemplate, .keepDraft, .discardDraft, .editAnswer:
      return advanceCompose(command)
    case .nextField, .previousField: moveField(by: command == .nextField ? 1 : -1)
    case .search: return openSearch()
    case .showHealth: return toggleHealth()
    case .handover: return toggleHandover()
    case .chooseView: return askView()
    case .reconnect: return reconnect()
    case .switchBAL: return askBAL()
    case .help: toggleHelp()
    case .palette: layers.append(.palette(Palette()))
    case .switchMember: return askWhoActs()
    case .members: return askTeam()
    case .curtain: isCurtained.toggle()
    case .redraw: return [.redraw]
    // The shell is anybody's: what was on screen is asked for again.
    case .suspend: return lockScreen() + [.suspend]
    case .lock: return lockScreen()
    case .quit: return quit()
    }
    return []
  }

  /// Up and down mean what lies on top.
  private mutating func move(_ command: Command) -> [Effect] {
    switch context {
    case .queue, .search: return moveSelection(command)
    case .reader: scrollReader(command)
    case .menu, .palette, .confirm, .help, .health, .handover, .history: moveInLayer(command)
    case .compose, .review, .form, .note, .curtain, .lock: break
    }
    return []
  }

  /// Enter.
  private mutating func open() -> [Effect] {
    switch context {
    case .queue: return setFocus(.reader)
    case .search: return openFound()
    case .menu: return chooseFromMenu()
    case .palette: return runFromPalette()
    case .form: return enterInForm()
    case .note: return submitNote()
    case .confirm: return answerConfirm()
    case .handover: return openFromHandover()
    case .reader, .compose, .review, .help, .health, .history, .curtain, .lock: return []
    }
  }

  /// Esc: closes exactly one thing.
  private mutating func back() -> [Effect] {
    switch context {
    case .reader: return setFocus(.queue)
    case .search: return closeSearch()
    case .queue: return search == nil ? [] : closeSearch()
    case .review:
      if compose?.held == nil { backToWriting() } else { layers.removeLast() }
    case .form: layers.removeLast()
    case .note: return closeNote()
    case .menu, .palette, .confirm, .help, .health, .handover, .history: layers.removeLast()
    case .compose, .curtain, .lock: break
    }
    return []
  }

  private mutating func quit() -> [Effect] {
    let waiting = counts.outboxWaiting + held.count
    if waiting > 0 && nobodySends {
      layers.append(.confirm(Confirm(.quit(waitingToSend: waiting))))
      return []
    }
    if let last = held.last(where: { $0.until > now }) {
      ask(.quitBeforeSend(last), expecting: nil)
      return []
    }
    isQuitting = true
    return savesBeforeExit() + [.quit]
  }

  /// No worker has reached the server lately: what waits would go on waiting.
  private var nobodySends: Bool {
    switch sync.phase {
    case .never, .offline, .refused, .closed: true
    case .working, .upToDate:
      // A word from the future was said before the clock was set back.
      sync.sending != nil || abs(now.seconds - (sync.lastSuccess ?? sync.since).seconds) > 300
    }
  }

  /// What a screen about to close must still save, with no further question.
  ///
  /// An answer on its way since before a lock too: a draft that left is not brought back by what
  /// was written before it left, and one that did not leave is nowhere else.
  public func savesBeforeExit() -> [Effect] {
    laterSaves.effects + draftSaves() + noteSaves() + unsent.map { .saveDraft($0) }
  }

  /// Without those on their way to the outbox: what leaves does not come back as a draft.
  func draftSaves() -> [Effect] {
    layers.compactMap { layer in
      guard case .compose(let compose) = layer, compose.isDirty, compose.phase != .sending else {
        return nil
      }
      return .saveDraft(compose.current(at: now))
    }
  }

  /// The next moment at which a tick changes the screen by itself; nil when only the clock does.
  public var wakeAt: Timestamp? {
    var moments = [notice?.until].compactMap { $0 }
    // The time to take an answer back is counted down on screen.
    if !held.isEmpty { moments.append(now.adding(seconds: 1)) }
    moments += [laterSaves.at, revealed.map { _ in now.adding(seconds: 1) }, noteDueAt].compactMap {
      $0
    }
    if let until = identityWait, until > now { moments.append(now.adding(seconds: 1)) }
    if let since = compose?.dirtySince { moments.append(since.adding(seconds: 2)) }
    if poste.lockAfter > 0 && !isLocked {
      moments.append(lastInputAt.adding(seconds: Int64(poste.lockAfter)))
    }
    moments += attendanceDue
    moments += pendingSince.values.map { $0.adding(seconds: Self.longestAnswer) }
    return moments.min()
  }

  /// Seconds after which an answer of the store is not waited for any more.
  static let longestAnswer: Int64 = 30

  mutating func resize(columns: Int, rows: Int) -> [Effect] {
    (self.columns, self.rows) = (max(1, columns), max(1, rows))
    keepSelectionVisible()
    readerLines = nil
    let wanted = Self.firstLimit(rows: self.rows)
    guard wanted > limit else { return [] }
    limit = wanted
    return pageLoads
  }

  mutating func tick(_ now: Timestamp) -> [Effect] {
    self.now = now
    clock.move(to: now)
    // A clock set back must not keep an empty counter open.
    lastInputAt = min(lastInputAt, now)
    if poste.lockAfter > 0 && now.secondsSince(lastInputAt) >= Int64(poste.lockAfter) {
      return lockScreen()
    }
    if let until = revealed?.until, until <= now || until > now.adding(seconds: 60) {
      revealed = nil
    }
    // The second test, here and below, is for a clock that was set back.
    if let until = notice?.until, until <= now || until > now.adding(seconds: 60) { notice = nil }
    let gone = held.filter { $0.until <= now || $0.until > now.adding(seconds: 60) }
    if !gone.isEmpty {
      held.removeAll(where: gone.contains)
      cancelling.subtract(gone.map(\.item))
    }
    let late = pendingSince.filter { now.secondsSince($0.value) >= Self.longestAnswer }.keys
    for id in late {
      settle(id)
      unsubmitForms(of: id)
    }
    if !late.isEmpty { say(.failed(.storeBusy)) }
    return autosave() + keepNotes() + laterSaves.due(now) + (late.isEmpty ? [] : reloads)
      + timedLoads()
  }
}
