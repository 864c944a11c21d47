import Desk
import Domain
import Settings
import Store

/// Drafts and answers for the screen.
struct Writing: Sendable {
  let session: Session
  let actor: Actor

  private var store: OfficineStore { session.store }
  private var environment: Environment { session.environment }

  func attempt(_ effect: Effect) throws(StoreError) -> [Event] {
    switch effect {
    case .openDraft(let message, let order):
      return [try open(replyingTo: message, order: order)]
    case .openReminder(let message, let order, let template):
      return [try open(replyingTo: message, order: order, reminder: template)]
    case .saveDraft(let draft):
      try store.saveDraft(draft)
      return [.draftSaved(id: draft.id, at: environment.now())]
    case .deleteDraft(let id):
      try store.deleteDraft(id)
      return []
    case .enqueue(let draft, let checked): return [try enqueue(draft, checked: checked)]
    case .lookForCollision(let draft):
      return [.movedMeanwhile(try report(draft), draft: draft.id)]
    case .cancelSend(let held): return [try cancel(held)]
    case .releaseHeld(let item, let seen): return [try release(item, seen: seen)]
    case .withdrawHeld(let item, let draft):
      if let draft {
        try store.withdrawOutgoing(item, into: draft, by: actor, now: environment.now())
      } else {
        try store.cancelOutgoing(item, by: actor, now: environment.now())
      }
      return [.heldWithdrawn(item: item)]
    default: preconditionFailure("not about writing")
    }
  }

  /// The draft this author kept for this message, or a fresh one.
  private func open(
    replyingTo id: Message.ID?, order: Order.ID?, reminder: Template? = nil
  ) throws(StoreError) -> Event {
    let trust = session.configuration.trust
    let original = try id.flatMap { id throws(StoreError) in try store.message(id) }
    let kept = try store.drafts(of: actor.member.id).first {
      $0.replyingTo == id && (id != nil || $0.order == order)
        && ($0.purpose == .reminder) == (reminder != nil)
    }
    var recipient = original.map(\.sender)
    if let original, original.isOutgoing { recipient = original.to.first.map(trust.sender) }
    let text = try id.flatMap { id throws(StoreError) in try store.body(id)?.text } ?? ""
    var draft = kept ?? fresh(original, text: text, order: order, recipient: recipient)
    if kept == nil, let reminder {
      draft.purpose = .reminder
      draft.body = reminder.body
    }
    // The thread may have moved since it was kept: what counts is what the author sees now.
    let seen = try order.flatMap { id throws(StoreError) in try store.order(id) }
    draft.basedOn = seen?.revision
    draft.lastMessage = seen?.messages.last
    draft.lastEvent = try order.map { id throws(StoreError) in try store.lastEvent(of: id) }
    return .draftOpened(draft, recipient: recipient ?? draft.to.first.map(trust.sender))
  }

  private func fresh(
    _ original: Message?, text: String, order: Order.ID?, recipient: Sender?
  ) -> Draft {
    Draft(
      id: RandomID.draft(environment), replyingTo: original?.id, order: order,
      to: recipient.map { [MailAddress(name: $0.name, address: $0.address)] } ?? [],
      subject: original.map { Draft.replySubject($0.subject) } ?? "",
      body: Draft.quote(text),
      authorID: actor.member.id, updatedAt: environment.now())
  }

  private func enqueue(_ draft: Draft, checked: Bool) throws(StoreError) -> Event {
    let factory = OutgoingFactory(
      configuration: session.configuration, settings: session.settings, environment: environment)
    var original: (message: Message, headers: [HeaderLine])?
    if let id = draft.replyingTo, let message = try store.message(id) {
      original = (message, try store.headers(id))
    }
    let item: OutgoingItem
    do {
      item = try factory.item(
        from: draft, original: original, by: actor,
        delay: session.configuration.sending.undoDelay)
    } catch {
      // The compose pane checks the same rules before it asks.
      return .effectFailed(.enqueue(draft, checked: checked), .sendingRefused)
    }
    let stamp = draft.lastEvent.map {
      ThreadStamp(
        revision: draft.basedOn ?? 0, lastMessage: draft.lastMessage, lastEvent: $0,
        order: draft.order)
    }
    do {
      // « Envoyer quand même » is for what was shown: the stamp knows so far and no further.
      try store.enqueue(
        item, expecting: stamp, draft: draft.id, by: actor, eventID: environment.uuid(),
        now: item.queuedAt)
    } catch .refused(.stale) {
      return .sendCollided(try report(draft))
    }
    return .sendQueued(
      HeldSend(
        item: item.id, order: draft.order, display: display(item), until: item.notBefore,
        queuedAt: item.queuedAt))
  }

  private func display(_ item: OutgoingItem) -> String {
    item.to.map { session.configuration.trust.sender($0).display }.joined(separator: ", ")
  }

  /// A stopped answer goes on its way, with the time to take it back.
  private func release(_ id: String, seen: Int?) throws(StoreError) -> Event {
    let now = environment.now()
    let until = now.adding(seconds: Int64(session.configuration.sending.undoDelay))
    do {
      try store.releaseOutgoing(id, seen: seen, notBefore: until, by: actor, now: now)
    } catch .refused(.stale) {
      let held = try store.heldAnswers().first { $0.item.id == id }
      return .sendCollided(held?.report ?? CollisionReport(events: []))
    }
    guard let item = try store.outgoing(id) else { throw .notFound }
    return .sendQueued(
      HeldSend(item: id, order: item.order, display: display(item), until: until, queuedAt: now))
  }

  /// What happened since the author last saw the demande.
  private func report(_ draft: Draft) throws(StoreError) -> CollisionReport {
    guard let id = draft.order, let seen = draft.lastEvent else {
      return CollisionReport(events: [])
    }
    return try store.collision(on: id, since: seen, by: actor.author)
      ?? CollisionReport(events: [])
  }

  /// Takes it back and gives the text back as a draft, in one transaction: nothing written is lost.
  private func cancel(_ held: HeldSend) throws(StoreError) -> Event {
    let now = environment.now()
    guard let item = try store.outgoing(held.item) else { throw .notFound }
    let draft = Draft(
      takingBack: item, id: RandomID.draft(environment), authorID: actor.member.id, at: now)
    try store.withdrawOutgoing(held.item, into: draft, by: actor, now: now)
    return .sendCancelled(held)
  }
}
