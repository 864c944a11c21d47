import Domain

extension State {
  /// What a screen asks for when it opens.
  public func start() -> [Effect] {
    isLocked ? lockedReloads : [.loadKeptNotes] + reloads
  }

  /// The one way a state changes: pure, so that the same events always give the same screen.
  public mutating func apply(_ event: Event) -> [Effect] {
    if isLocked { return applyLocked(event) }
    switch event {
    case .keyPressed(let key): return press(key)
    case .pasted(let text): return paste(text)
    case .clicked(let column, let row): return click(column: column, row: row)
    case .wheelTurned(let lines): return turnWheel(lines)
    case .viewChosen(let view): return canLookElsewhere ? show(view) : []
    case .customViewChosen(let index): return canLookElsewhere ? showCustom(index) : []
    case .readerMeasured(let lines, let mentions, let top, let messages):
      return measureReader(lines, mentions, top, messages)
    case .resized(let columns, let rows): return resize(columns: columns, rows: rows)
    case .ticked(let now): return tick(now)
    case .commanded(let command):
      return isCurtained && command != .curtain && command != .lock ? [] : run(command)
    default: return learn(event)
    }
  }

  /// What the store and the effects brought.
  private mutating func learn(_ event: Event) -> [Effect] {
    switch event {
    case .keyPressed, .pasted, .clicked, .wheelTurned, .viewChosen, .customViewChosen,
      .readerMeasured, .resized, .ticked, .commanded:
      preconditionFailure("what the terminal brings is applied before")
    case .storeChanged: return reloads
    case .pageLoaded(let view, let page): return receive(page, of: view)
    case .queryLoaded(let query, let page): return receive(page, ofQuery: query)
    case .handoverLoaded(let sheet): receive(sheet)
    case .countsLoaded(let counts): return receive(counts)
    case .logNoted(let notices): return receive(notices)
    case .syncChanged(let sync): self.sync = sync
    case .healthLoaded(let sheet): health = sheet
    case .healthNoted(let known): health.health = known
    case .awaitedLoaded(let mail): awaited = mail
    case .namesakesLoaded(let found): receive(found)
    case .reconnectAnswered(let answer): return receive(answer)
    case .orderLoaded(let opened): return receive(opened)
    case .orderVanished(let id): return lose(id)
    case .searchAnswered(let query, let rows, let hasMore):
      return receive(rows, hasMore: hasMore, for: query)
    case .membersLoaded(let members): return receive(members: members)
    case .lastGesturesLoaded(let all, let held, let queued): remember(all, held, queued)
    case .holdingsLoaded(let holdings): receive(holdings)
    case .reassigned(let colleague, let demandes): return receive(demandes, givenTo: colleague)
    case .gestureDone(let gesture, let order): return finish(gesture, order)
    case .gestureRefused(let gesture, let id, let refusal): return refuse(gesture, id, refusal)
    case .undoDone(let order, let event): return finishUndo(order, event)
    case .undoRefused(let id, let refusal): return refuseUndo(id, refusal)
    case .draftOpened(let draft, let recipient): openCompose(draft, recipient: recipient)
    case .draftSaved(let id, let at): markSaved(id, at: at)
    case .sendQueued(let held): return hold(held)
    case .sendCollided(let report): return collide(report)
    case .movedMeanwhile(let report, let draft): warn(report, draft: draft)
    case .sendCancelled(let held): return releaseHeld(held)
    case .heldLoaded(let held): receive(held: held)
    case .presencesSeen(let presences): receive(presences: presences)
    case .mentionsLoaded(let mentions): receive(mentions: mentions)
    case .heldWithdrawn(let item): return finishWithdrawal(of: item)
    case .heldGone(let item): return loseHeld(item)
    case .printDone(_, let printer):
      justDone = nil
      say(.printed(printer: printer))
      return reloads
    case .handoverPrinted(let printer): say(.printed(printer: printer))
    case .identified(let actor, let attempt): return identify(actor, attempt: attempt)
    case .identificationRefused(let problem, let attempt):
      refuseIdentity(problem, attempt: attempt)
    case .teamLoaded(let team): receive(team: team)
    case .teamChanged(let news): return finish(news)
    case .teamRefused(let problem): return refuseTeam(problem)
    case .controlRefused(let id, let problem): refuseControl(of: id, problem)
    case .controlAsked(let deed, let id, let at, let team): return askControl(deed, id, at, team)
    case .revealed(let id): reveal(id)
    case .identifiedNobody, .waitingLoaded: break
    case .keptNotesLoaded(let notes): receive(notes)
    case .effectFailed(let effect, let failure): return fail(effect, failure)
    }
    return []
  }

  /// Every snapshot this screen shows, asked again.
  var reloads: [Effect] {
    var effects =
      pageLoads + [.loadCounts, .loadSync, .loadHeld, .loadMentions] + awaitedLoads + healthLoads
    // Who may act, and whether codes are asked for, is decided elsewhere too.
    effects += handoverLoads + [.loadMembers]
    if let selection { effects.append(.loadOrder(selection)) }
    if actor != nil { effects.append(.loadLastGestures) }
    if let text = search?.query.text, !text.isEmpty { effects.append(.search(text)) }
    if let compose, compose.phase == .reviewing { effects += compose.look }
    return effects
  }

  mutating func say(_ content: Notice.Content) {
    notice = Notice(content, until: now.adding(seconds: content.life))
  }
}

extension Notice.Content {
  /// Seconds on screen: what went wrong stays longer than what went well.
  var life: Int64 {
    switch self {
    case .unavailable(_, .refused): 6
    case .unavailable, .ignoredInput: 3
    case .teamChanged: 8
    case .done, .noted, .queued, .undid, .draftKept, .nowActing: 4
    case .reassigned, .cancelledSend, .cancelTooLate, .printed, .scanOffered, .textFull,
      .reconnecting,
      .reconnected:
      6
    case .answerDiscarded: 4
    case .answerReturned: 8
    case .refused, .failed, .alarmed, .vanished, .closedBAL, .heldBack, .heldGone: 8
    case .refusedByLog: 15
    }
  }
}
