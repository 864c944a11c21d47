import Desk
import Domain
import Settings
import Store

/// Changes of the store for the screen, each one transaction; runs on the writing queue.
struct Writes: Sendable {
  let session: Session
  let actor: Actor

  private var store: OfficineStore { session.store }
  private var environment: Environment { session.environment }

  func answer(_ effect: Effect) -> [Event] {
    do {
      return try attempt(effect)
    } catch .refused(let refusal) {
      return [refused(effect, refusal)]
    } catch {
      return [.effectFailed(effect, Failure(store: error))]
    }
  }

  private func attempt(_ effect: Effect) throws(StoreError) -> [Event] {
    switch effect {
    case .perform(let gesture, let id, let expecting):
      let order = try store.perform(
        gesture, on: id, expecting: expecting, by: actor,
        policy: session.configuration.officine.policy, eventID: environment.uuid(),
        now: environment.now())
      return [.gestureDone(gesture, order)]
    case .undo(let id):
      let result = try store.undo(
        on: id, by: actor, eventID: environment.uuid(), now: environment.now())
      return [.undoDone(result.order, result.undone)]
    case .attach(let other, let id):
      let order = try store.attach(
        other, to: id, by: actor, eventIDs: (environment.uuid(), environment.uuid()),
        now: environment.now())
      return [.gestureDone(.attached(from: other, messages: []), order)]
    case .split(let message, let id):
      let result = try store.split(
        message, from: id, newID: RandomID.order(environment), by: actor,
        eventIDs: (environment.uuid(), environment.uuid(), environment.uuid()),
        now: environment.now())
      return [.gestureDone(.split(message: message, into: result.new.id), result.rest)]
    case .renew(let id):
      let order = try store.renew(
        id, newID: RandomID.order(environment), by: actor,
        eventIDs: (environment.uuid(), environment.uuid(), environment.uuid()),
        now: environment.now())
      return [.gestureDone(.renewed(from: id), order)]
    case .markSeen(let messages):
      for message in messages {
        try store.setFlag("\\Seen", true, on: message, by: actor.author, now: environment.now())
      }
      return []
    case .keepNote(let note):
      try store.keepNote(note.text, on: note.order, of: note.author, now: environment.now())
      return []
    case .acknowledgeRefusals(let ids):
      try store.acknowledgeRefusals(ids)
      return []
    case .openDraft, .saveDraft, .deleteDraft, .enqueue, .cancelSend:
      return try Writing(session: session, actor: actor).attempt(effect)
    default: preconditionFailure("not a change")
    }
  }

  private func refused(_ effect: Effect, _ refusal: Refusal) -> Event {
    switch effect {
    case .perform(let gesture, let id, _): return .gestureRefused(gesture, id, refusal)
    case .undo(let id): return .undoRefused(id, refusal)
    case .attach(let other, let id):
      return .gestureRefused(.attached(from: other, messages: []), id, refusal)
    case .split(let message, let id):
      return .gestureRefused(.split(message: message, into: ""), id, refusal)
    case .renew(let id): return .gestureRefused(.renewed(from: id), id, refusal)
    default: return .effectFailed(effect, .unexpected(code: "refused"))
    }
  }
}

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
    case .saveDraft(let draft):
      try store.saveDraft(draft)
      return [.draftSaved(id: draft.id, at: environment.now())]
    case .deleteDraft(let id):
      try store.deleteDraft(id)
      return []
    case .enqueue(let draft, let checked): return [try enqueue(draft, checked: checked)]
    case .cancelSend(let held): return [try cancel(held)]
    default: preconditionFailure("not about writing")
    }
  }

  /// The draft this author kept for this message, or a fresh one.
  private func open(
    replyingTo id: Message.ID?, order: Order.ID?
  ) throws(StoreError) -> Event {
    let trust = session.configuration.trust
    let original = try id.flatMap { id throws(StoreError) in try store.message(id) }
    let kept = try store.drafts(of: actor.member.id).first {
      $0.replyingTo == id && (id != nil || $0.order == order)
    }
    var recipient = original.map(\.sender)
    if let original, original.isOutgoing { recipient = original.to.first.map(trust.sender) }
    let text = try id.flatMap { id throws(StoreError) in try store.body(id)?.text } ?? ""
    var draft = kept ?? fresh(original, text: text, order: order, recipient: recipient)
    // The thread may have moved since it was kept: what counts is what the author sees now.
    let seen = try order.flatMap { id throws(StoreError) in try store.order(id) }
    draft.basedOn = seen?.revision
    draft.lastMessage = seen?.messages.last
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
    let stamp = draft.basedOn.map { ThreadStamp(revision: $0, lastMessage: draft.lastMessage) }
    do {
      try store.enqueue(
        item, expecting: checked ? stamp : nil, draft: draft.id, by: actor,
        eventID: environment.uuid(), now: environment.now())
    } catch .refused(.stale(let by, let at, let now)) {
      return .sendCollided(try report(draft, by: by, at: at, now: now))
    }
    let display = draft.to.map { session.configuration.trust.sender($0).display }
      .joined(separator: ", ")
    return .sendQueued(
      HeldSend(item: item.id, order: draft.order, display: display, until: item.notBefore))
  }

  /// What happened since the author last saw the demande.
  private func report(
    _ draft: Draft, by: Author, at: Timestamp, now: Order.Status
  ) throws(StoreError) -> CollisionReport {
    guard let id = draft.order else { return CollisionReport(events: []) }
    let events = try store.events(of: id)
    var revision = 0
    let later = events.drop { event in
      if event.gesture.countsAsRevision { revision += 1 }
      return revision <= (draft.basedOn ?? 0)
    }
    return CollisionReport(events: Array(later))
  }

  /// Takes it back and gives the text back as a draft, so that nothing written is lost.
  private func cancel(_ held: HeldSend) throws(StoreError) -> Event {
    let now = environment.now()
    guard let item = try store.outgoing(held.item) else { throw .notFound }
    try store.cancelOutgoing(held.item, by: actor, now: now)
    try store.saveDraft(
      Draft(
        id: RandomID.draft(environment), replyingTo: item.replyingTo, order: item.order,
        to: item.to, subject: item.subject, body: item.body, attachments: item.attachments,
        endsExchange: item.headers.contains { $0.name == "X-MSS-MES" },
        authorID: actor.member.id, updatedAt: now))
    return .sendCancelled(held)
  }
}
