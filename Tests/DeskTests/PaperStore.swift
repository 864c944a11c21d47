import Desk
import Domain
import Keys
import TestKit

/// The store as a test double: demandes as lists of events, judged like the real one, with
/// answers that the test delivers when it likes.
struct PaperStore {
  private(set) var events: [Order.ID: [OrderEvent]] = [:]
  private(set) var rows: [Order.ID: QueueRow] = [:]
  /// Every draft and note that reached it.
  /// By demande and author.
  private(set) var keptNotes: [[String]: KeptNote] = [:]
  private(set) var drafts: [String: Draft] = [:]
  private(set) var notes: [String] = []
  private(set) var sent: [Draft] = []
  /// Always some mail on its way: nothing may ever select it.
  let awaited = AwaitedMail(
    rows: [
      Awaited(
        receivedAt: Timestamp(seconds: 1_795_168_000),
        sender: Sender(
          name: "Dr DURAND", address: "cabinet.durand@cabinet.mssante.example",
          kind: .professional, display: "Dr DURAND"),
        subject: "Ordonnance")
    ], total: 3)
  private var count = 0

  init() {
    for row in Officine.rows {
      rows[row.id] = row
      events[row.id] = Officine.opened(row.id).events
    }
  }

  func order(_ id: Order.ID) -> Order? { events[id].flatMap { Order.fold($0) } }

  func page(_ view: QueueView, member: String?) -> QueuePage {
    let all = rows.values.sorted { $0.key > $1.key }.compactMap { row -> QueueRow? in
      guard let order = order(row.id), view.contains(order, member: member) else { return nil }
      return QueueRow(key: row.key, order: order, message: row.message)
    }
    return QueuePage(rows: all)
  }

  func opened(_ id: Order.ID) -> OpenedOrder? {
    guard let order = order(id), let events = events[id] else { return nil }
    var opened = Officine.opened(id)
    opened.order = order
    opened.events = events
    return opened
  }

  /// What somebody does at another poste.
  mutating func append(_ gesture: Gesture, to id: Order.ID, by actor: Actor, at: Timestamp) {
    count += 1
    let number = (events[id]?.count ?? 0) + 1
    events[id, default: []].append(
      OrderEvent(
        id: "paper-\(count)", order: id, number: number, author: actor.author, at: at,
        basedOn: order(id)?.revision, gesture: gesture))
  }

  /// The answers to one effect, in order.
  mutating func answer(_ effect: Effect, to state: State) -> [Event] {
    let member = state.actor?.member.id
    switch effect {
    case .loadPage(let view, _): return [.pageLoaded(view, page(view, member: member))]
    case .loadQuery(let query, _): return [.queryLoaded(query, page(.all, member: member))]
    case .loadHandover: return [.handoverLoaded(HandoverSheet(sync: state.sync))]
    case .printHandover(let printer): return [.handoverPrinted(printer: printer)]
    case .loadCounts: return [.countsLoaded(Officine.counts)]
    case .loadSync: return [.syncChanged(state.sync)]
    case .loadOrder(let id): return opened(id).map { [.orderLoaded($0)] } ?? [.orderVanished(id)]
    case .loadMembers: return [.membersLoaded(state.members)]
    case .search(let query):
      let wanted = folded(query)
      let found = page(.all, member: member).rows.filter {
        folded($0.message.sender.display).contains(wanted)
      }
      return [.searchAnswered(query: query, rows: found)]
    default: return change(effect, state, member)
    }
  }

  private mutating func change(_ effect: Effect, _ state: State, _ member: String?) -> [Event] {
    switch effect {
    case .perform(let gesture, let id, let expecting):
      return perform(gesture, on: id, expecting: expecting, state)
    case .undo(let id, let event): return undo(id, event, state)
    case .reassign(let demandes, let from, let colleague):
      return reassign(demandes, from: from, to: colleague, state)
    case .loadLastGestures: return lastGestures(state)
    case .loadTeam, .changeTeam: return []
    case .loadNamesakes(let name): return [.namesakesLoaded(Namesakes(name: name, people: []))]
    case .loadHoldings: return [.holdingsLoaded(holdings())]
    case .openReminder(let message, let id, let template):
      let draft = Draft(
        id: "reminder", replyingTo: message, order: id, to: [], body: template.body,
        purpose: .reminder, authorID: member ?? "", updatedAt: state.now)
      return [.draftOpened(draft, recipient: nil)]
    case .attach(let attaching):
      let (id, other) = (attaching.source.id, attaching.target.id)
      return [.gestureRefused(.attached(from: id, messages: []), other, .notItsMessage)]
    case .split(let message, let id, _, _):
      return [.gestureRefused(.split(message: message, into: "d0"), id, .lastMessage)]
    case .renew(let id, _): return [.gestureRefused(.renewed(from: id), id, .notHeld)]
    case .openDraft(let message, let id): return openDraft(message, id, state)
    default: return write(effect, state, member)
    }
  }

  private mutating func write(_ effect: Effect, _ state: State, _ member: String?) -> [Event] {
    switch effect {
    case .saveDraft(let draft):
      drafts[draft.id] = draft
      return [.draftSaved(id: draft.id, at: draft.updatedAt)]
    case .enqueue(let draft, _):
      sent.append(draft)
      let held = HeldSend(
        item: "o\(sent.count)", order: draft.order, display: "quelqu'un",
        until: state.now.adding(seconds: 12))
      return [.sendQueued(held)]
    case .cancelSend(let held): return [.sendCancelled(held)]
    case .print(let id, let printer): return [.printDone(id, printer: printer)]
    case .identify(let given):
      let all = [Officine.lea, Officine.sami, Officine.claire]
      guard let member = all.first(where: { $0.initials == given.name }) else {
        return [.identificationRefused(.unknownMember, attempt: given.attempt)]
      }
      return [.identified(Officine.actor(member), attempt: given.attempt)]
    case .control(_, let gesture, let id, let expecting):
      var pharmacist = state
      pharmacist.actor = Officine.actor(Officine.claire)
      return perform(gesture, on: id, expecting: expecting, pharmacist)
    case .reveal(let id): return [.revealed(id)]
    case .keepNote(let note):
      keptNotes[[note.order, note.author]] = note.text.isBlank ? nil : note
      return []
    case .loadKeptNotes:
      return [.keptNotesLoaded(keptNotes.values.filter { $0.author == member })]
    case .loadWaiting: return [.waitingLoaded([])]
    case .deleteDraft(let id):
      drafts[id] = nil
      return []
    case .loadHealth: return [.healthLoaded(HealthSheet())]
    case .loadAwaited: return [.awaitedLoaded(awaited)]
    case .reconnect: return [.reconnectAnswered(.asked)]
    case .loadHeld: return [.heldLoaded([])]
    case .loadMentions: return [.mentionsLoaded([])]
    case .readMentions: return []
    case .releaseHeld(let item, _), .withdrawHeld(let item, _): return [.heldGone(item: item)]
    case .lookForCollision(let draft):
      return [.movedMeanwhile(CollisionReport(events: []), draft: draft.id)]
    case .markSeen, .act, .acknowledgeRefusals, .beep, .redraw, .wipe, .suspend, .quit, .openBAL:
      return []
    default: preconditionFailure("reads are answered before")
    }
  }

  private mutating func perform(
    _ gesture: Gesture, on id: Order.ID, expecting: Order.Revision?, _ state: State
  ) -> [Event] {
    guard let actor = state.actor, let order = order(id) else { return [.orderVanished(id)] }
    if let expecting, expecting != order.revision {
      let last = events[id]?.last?.author ?? .mailbox
      let stale = Refusal.stale(by: last, at: state.now, now: order.status)
      return [.gestureRefused(gesture, id, stale)]
    }
    let refusal = order.refusal(
      of: gesture, by: actor.author, role: actor.member.role, policy: state.policy)
    if let refusal { return [.gestureRefused(gesture, id, refusal)] }
    if case .noted(let note) = gesture { notes.append(note.forTheTeam) }
    append(gesture, to: id, by: actor, at: state.now)
    return self.order(id).map { [.gestureDone(gesture, $0)] } ?? []
  }

  private mutating func undo(_ id: Order.ID, _ named: String?, _ state: State) -> [Event] {
    guard let actor = state.actor, let all = events[id] else { return [.orderVanished(id)] }
    switch Order.undoable(all, by: actor.author) {
    case .failure(let refusal): return [.undoRefused(id, refusal)]
    case .success(let event):
      if let named, named != event.id { return [.undoRefused(id, .nothingToUndo)] }
      append(.undone(event: event.id), to: id, by: actor, at: state.now)
      return order(id).map { [.undoDone($0, event)] } ?? []
    }
  }

  private func openDraft(_ message: Message.ID?, _ id: Order.ID?, _ state: State) -> [Event] {
    let kept = drafts.values.first { $0.replyingTo == message }
    let row = id.flatMap { rows[$0] }
    let draft =
      kept
      ?? Draft(
        id: "draft-\(message ?? "new")", replyingTo: message, order: id,
        to: row.map { [MailAddress(address: $0.message.sender.address)] } ?? [],
        subject: row.map { Draft.replySubject($0.message.title) } ?? "",
        body: row.map { "\n\n> \($0.message.preview)" } ?? "",
        authorID: state.actor?.member.id ?? "", updatedAt: state.now)
    return [.draftOpened(draft, recipient: row?.message.sender)]
  }
}

extension DeskTrace {
  /// Sends an event and lets the store answer everything it leads to, at once.
  mutating func settle(_ event: Event, _ store: inout PaperStore) {
    settle(send(event), &store)
  }

  mutating func settle(_ effects: [Effect], _ store: inout PaperStore) {
    var waiting = effects[...]
    var steps = 0
    while let effect = waiting.popFirst(), steps < 500 {
      steps += 1
      for event in store.answer(effect, to: state) { waiting += send(event) }
    }
  }

  mutating func press(_ key: Key, _ store: inout PaperStore) { settle(.keyPressed(key), &store) }

  mutating func type(_ text: String, _ store: inout PaperStore) {
    for character in text {
      press(character == "\n" ? .enter : .character(character), &store)
    }
  }
}
