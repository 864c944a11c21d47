import Desk
import Domain
import Settings
import Store
import Terminal

/// Performs what the desk asks for: reads at once, changes on a queue of their own, so that a
/// store that another poste is writing to never freezes the screen.
///
/// One switch over `Effect`; answers come back as events, in the box for the slow ones.
final class EffectRunner {
  let session: Session
  private let box: PostBox<Event>
  private let writes = WorkQueue("mssterm.writes")
  /// Printing and decoding: may take seconds.
  private let errands = WorkQueue("mssterm.errands")
  private var actor: Actor?
  private var clock: WorkClock

  init(session: Session, box: PostBox<Event>, actor: Actor?) {
    self.session = session
    self.box = box
    self.actor = actor
    clock = session.clock()
  }

  var isIdle: Bool { writes.isIdle && errands.isIdle }

  /// What was shown leaves memory, as far as a process can tell, once what was written is kept.
  func forget() {
    let (store, team) = (session.store, session.team)
    writes.run {
      store.forget()
      team.forget()
      ProcessMemory.giveBack()
    }
  }

  /// Waits for the changes that were already handed over (invariant 3); for leaving.
  func finish() { writes.finish() }

  /// The events that reads gave at once, in the order asked.
  func run(_ effects: [Effect], state: State) -> [Event] {
    effects.flatMap { run($0, state: state) }
  }

  private func run(_ effect: Effect, state: State) -> [Event] {
    switch effect {
    case .loadPage, .loadQuery, .loadHandover, .loadCounts, .loadSync, .loadHealth, .loadAwaited,
      .loadHeld, .loadMentions, .loadOrder, .loadMembers, .loadWaiting, .loadKeptNotes,
      .loadLastGestures, .loadHoldings, .search, .loadNamesakes:
      return read(effect)
    case .perform, .undo, .reassign, .attach, .split, .renew, .markSeen, .openDraft,
      .openReminder, .saveDraft, .acknowledgeRefusals, .deleteDraft, .enqueue, .cancelSend,
      .releaseHeld, .withdrawHeld, .readMentions, .keepNote, .lookForCollision:
      write(effect, opened: state.opened)
      return []
    case .print(let order, let printer):
      errand(effect) { try $0.print(order, printer: printer) }
      return []
    case .printHandover(let printer):
      errand(effect) { try $0.printHandover(on: printer) }
      return []
    case .identify(let given):
      errand(effect) { $0.identify(given) }
      return []
    case .control(let given, let gesture, let order, let expecting):
      errand(effect) { $0.control(given, gesture, on: order, expecting: expecting) }
      return []
    case .loadTeam:
      errand(effect) { try $0.team() }
      return []
    case .changeTeam(let change, let ownPIN):
      errand(effect) { $0.change(change, ownPIN: ownPIN) }
      return []
    case .reveal(let order):
      errand(effect) { try $0.reveal(order) }
      return []
    case .reconnect:
      errand(effect) { try $0.reconnect() }
      return []
    case .beep, .redraw, .suspend, .wipe, .quit, .openBAL, .act:
      preconditionFailure("the runtime performs these itself")
    }
  }

  // MARK: Reads

  private func read(_ effect: Effect) -> [Event] {
    let member = actor?.member.id
    clock.move(to: session.environment.now())
    do {
      let session = session
      return try Reads(
        store: session.store,
        members: { () throws(StoreError) in
          try session.team.members(includeDisabled: false).filter(session.settings.mayAct)
        }, member: member, clock: clock, views: session.configuration.views,
        trust: session.configuration.trust
      ).answer(effect)
    } catch {
      return [.effectFailed(effect, Failure(error))]
    }
  }

  // MARK: Changes

  /// The member who acts from now on; gestures carry this name. Whoever locked the screen stays
  /// the author of what is still written until somebody opened it.
  func act(as actor: Actor?) { self.actor = actor }

  private func write(_ effect: Effect, opened: OpenedOrder?) {
    guard let actor else {
      // The desk greys these keys while nobody acts; the store must never see one all the same.
      _ = box.post(.effectFailed(effect, .unexpected(code: "nobody-acts")))
      return
    }
    let writer = Writes(session: session, actor: actor)
    let box = box
    writes.run {
      for event in writer.answer(effect) { Self.deliver(event, to: box) }
    }
  }

  private func errand(
    _ effect: Effect, _ work: @escaping @Sendable (Errands) throws -> Event
  ) {
    let errands = Errands(session: session, actor: actor)
    let box = box
    self.errands.run {
      do {
        Self.deliver(try work(errands), to: box)
      } catch {
        Self.deliver(.effectFailed(effect, Failure(error)), to: box)
      }
    }
  }

  /// An answer must arrive: the box is larger than what can be under way, and the loop drains it
  /// at every turn.
  private static func deliver(_ event: Event, to box: PostBox<Event>) {
    let isTaken = box.post(event)
    precondition(isTaken, "the event box is drained at every turn")
  }
}

extension Failure {
  /// What the person can do about an error of the world.
  init(_ error: any Error) {
    switch error {
    case let error as StoreError: self.init(store: error)
    case let failure as CommandFailure:
      self = failure.exit == .notFound ? .notFound : .printFailed
    default: self = .unexpected(code: "error")
    }
  }

  init(store error: StoreError) {
    switch error {
    case .busy: self = .storeBusy
    case .notFound: self = .notFound
    case .failed(13): self = .diskFull
    case .cannotOpen, .failed(8), .failed(10): self = .storeUnwritable
    case .failed(let code): self = .unexpected(code: "sqlite-\(code)")
    case .damaged(let code): self = .unexpected(code: code)
    case .refused: self = .unexpected(code: "refused")
    }
  }
}
