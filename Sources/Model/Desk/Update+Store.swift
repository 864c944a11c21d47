import Domain

extension State {
  mutating func finish(_ gesture: Gesture, _ order: Order) -> [Effect] {
    justDone = gesture.isUndoable ? order.id : nil
    if case .noted(let note) = gesture {
      closeSubmittedNote(of: order.id)
      say(.noted(calls: called(by: note)))
      return forgetNote(on: order.id) + reloads
    }
    if let next = nextInChain(after: gesture, order) { return next }
    for id in gesture.demandes + [order.id] { settle(id) }
    closeSubmittedForm(of: order.id)
    let about = name(of: order)
    say(.done(gesture, order.id))
    notice?.about = about
    if case .moved = gesture { notice?.leavesNews = order.hasNews }
    // Who takes a demande goes on with it: the next key must not meet another patient.
    if case .taken = gesture {} else { note(order) }
    return reloads
  }

  /// The gesture that waited for this one; nil when the chain is at its end.
  mutating func nextInChain(after gesture: Gesture, _ order: Order) -> [Effect]? {
    guard var chain = chains[order.id], chain.first == gesture else { return nil }
    chain.removeFirst()
    guard let next = chain.first else { return nil }
    chains[order.id] = chain
    pendingSince[order.id] = now
    return [.perform(next, on: order.id, expecting: order.revision)]
  }

  /// Whom the row of a demande names; the status line says it once the selection has moved on.
  private func name(of order: Order) -> String? {
    if let patient = order.patient, patient.isConfirmed { return patient.name }
    guard let index = listIndex(of: order.id), case .row(let row)? = listItem(at: index) else {
      return nil
    }
    return row.message.sender.display
  }

  /// Remembers that it was this person who moved the selected demande.
  private mutating func note(_ order: Order) {
    guard order.id == selection, search == nil, let index = selectedIndex else { return }
    leaving = Leaving(
      order: order.id, revision: order.revision, wasInView: index < mainCount)
  }

  mutating func refuse(_ gesture: Gesture, _ id: Order.ID, _ refusal: Refusal) -> [Effect] {
    if case .noted = gesture {
      unsubmitNotes(of: id)
    } else {
      for id in gesture.demandes + [id] { settle(id) }
      unsubmitForms(of: id)
    }
    say(.refused(refusal))
    return reloads
  }

  mutating func finishUndo(_ order: Order, _ event: OrderEvent) -> [Effect] {
    // What comes next is older: nobody has it in mind.
    justDone = nil
    settle(order.id)
    say(.undid(event.gesture))
    note(order)
    return reloads
  }

  mutating func refuseUndo(_ id: Order.ID, _ refusal: Refusal) -> [Effect] {
    settle(id)
    say(.refused(refusal))
    return reloads
  }

  /// Nothing a person wrote is lost by a failure: forms stay, drafts come back.
  mutating func fail(_ effect: Effect, _ failure: Failure) -> [Effect] {
    switch effect {
    case .perform(let gesture, let id, _):
      if case .noted = gesture {
        unsubmitNotes(of: id)
      } else {
        settle(id)
        unsubmitForms(of: id)
      }
    case .undo(let id, _), .renew(let id, _), .split(_, let id, _, _): settle(id)
    case .attach(let attaching): settle(attaching.source.id)
    case .openDraft, .openReminder: awaitedDraft = nil
    case .loadHoldings: awaitsHoldings = false
    case .loadTeam: awaitsTeam = false
    case .changeTeam: return refuseTeam(.identity(.failed(failure)))
    case .saveDraft(let draft) where draft.authorID == actor?.member.id: reopen(draft)
    // Of somebody who is not at this screen any more.
    case .saveDraft, .keepNote: laterSaves.add(effect, now: now)
    case .enqueue(let draft, _):
      if unsent.contains(where: { $0.id == draft.id }) { return returnUnsent() }
      reopenAfterSending(draft)
    case .cancelSend(let held): cancelling.remove(held.item)
    case .releaseHeld(let item, _), .withdrawHeld(let item, _): reopenHeld(item)
    case .identify(let given):
      refuseIdentity(.failed(failure), attempt: given.attempt)
      return []
    case .control(_, let gesture, let id, _):
      for id in gesture.demandes + [id] { settle(id) }
      unsubmitForms(of: id)
    case .quit: isQuitting = false
    case .search(let query):
      if search?.query.text == query { search?.answered = query }
    case .reconnect:
      say(.reconnected(.failed))
      return []
    case .loadPage, .loadQuery, .loadHandover, .loadCounts, .loadSync, .loadHealth, .loadAwaited,
      .loadHeld, .loadMentions, .readMentions, .openBAL, .loadOrder, .loadMembers, .loadWaiting,
      .loadKeptNotes, .loadLastGestures, .loadNamesakes, .lookForCollision, .reassign, .markSeen,
      .deleteDraft,
      .reveal, .print,
      .printHandover, .act, .beep, .redraw, .suspend, .wipe, .acknowledgeRefusals:
      break
    }
    say(.failed(failure))
    return []
  }
}

extension Gesture {
  /// The demandes a gesture touches besides the one it is answered with.
  var demandes: [Order.ID] {
    switch self {
    case .attached(let id, _), .mergedInto(let id), .split(_, let id), .renewed(let id): [id]
    default: []
    }
  }
}
