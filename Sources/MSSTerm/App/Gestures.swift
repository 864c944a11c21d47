import ArgumentParser
import Domain
import Exports
import Screens
import Settings
import Store

/// Gestures of one command: all are done here, one wait for the other machines, then one result
/// line each.
enum Gestures {
  /// One demande of a command, before the other machines have answered.
  struct Attempt {
    /// What the person typed.
    var id: String
    var done: Result<Done, CommandFailure>

    var events: [String] {
      guard case .success(let done) = done else { return [] }
      return done.events
    }
  }

  /// Done here.
  struct Done {
    var order: Order
    var events: [String]
    /// Demandes that the gesture made; shown before it.
    var made: [Order] = []
    /// From whom it was taken over.
    var over: Author?
  }

  /// One gesture on several demandes; the first failure gives the exit code.
  static func performAll(
    _ ids: [String], _ session: Session, _ options: CommonOptions, _ wait: TeamWaitOptions,
    revision: RevisionWord? = nil, _ gesture: (Order, Actor) throws -> Gesture
  ) throws {
    try performAll(ids, session, options, wait, revision: revision) { order, actor in
      [try gesture(order, actor)]
    }
  }

  /// Several gestures on each, one after the other: each on what the one before it made.
  static func performAll(
    _ ids: [String], _ session: Session, _ options: CommonOptions, _ wait: TeamWaitOptions,
    revision: RevisionWord? = nil, for deed: Session.Deed = .ordinary,
    after: (Order, Gesture, Order) -> Void = { _, _, _ in },
    _ gestures: (Order, Actor) throws -> [Gesture]
  ) throws {
    let actor = try session.actor(options, for: deed)
    let attempts = try ids.map { id in
      try attempt(id) {
        var done = Done(order: try session.order(id), events: [])
        var seen = try revision?.revision(of: done.order.id, session)
        for gesture in try gestures(done.order, actor) {
          let (result, event) = try perform(gesture, on: done.order.id, seen, actor, session)
          after(done.order, gesture, result)
          done.order = result
          done.events.append(event)
          if case .taken(let over?, _) = gesture { done.over = over }
          seen = result.revision
        }
        return done
      }
    }
    try tell(attempts, session, options, wait)
  }

  private static func attempt(_ id: String, _ act: () throws -> Done) throws -> Attempt {
    do {
      return Attempt(id: id, done: .success(try act()))
    } catch let failure as CommandFailure {
      return Attempt(id: id, done: .failure(failure))
    }
  }

  /// One gesture on one demande.
  static func performOne(
    _ id: String, _ session: Session, _ options: CommonOptions, _ wait: TeamWaitOptions,
    revision: RevisionWord? = nil, _ gesture: Gesture
  ) throws {
    let actor = try session.actor(options)
    let order = try session.order(id)
    let (result, event) = try perform(
      gesture, on: order.id, revision?.revision(of: order.id, session), actor, session)
    try tell(id, result, [event], session, options, wait)
  }

  static func perform(
    _ gesture: Gesture, on id: Order.ID, _ revision: Int?, _ actor: Actor, _ session: Session
  ) throws -> (order: Order, event: String) {
    let environment = session.environment
    let event = environment.uuid()
    let order = try session.ask(id) { store throws(StoreError) in
      try store.perform(
        gesture, on: id, expecting: revision, by: actor,
        policy: session.configuration.officine.policy, eventID: event,
        now: environment.now())
    }
    return (order, event)
  }

  // MARK: - Telling

  /// Shows what was done here once the other machines have it too, or the time is over.
  static func tell(
    _ id: String, _ order: Order, _ events: [String], made: [Order] = [], _ session: Session,
    _ options: CommonOptions, _ wait: TeamWaitOptions
  ) throws {
    let outcome = try TeamWait(session: session, seconds: wait.seconds).outcome(of: events)
    try tell(
      id, Done(order: order, events: events, made: made), outcome, session, json: options.json)
  }

  /// The same for several: one wait, whatever their number.
  static func tell(
    _ attempts: [Attempt], _ session: Session, _ options: CommonOptions, _ wait: TeamWaitOptions
  ) throws {
    let outcome = try TeamWait(session: session, seconds: wait.seconds)
      .outcome(of: attempts.flatMap(\.events))
    var first: CommandFailure?
    for attempt in attempts {
      do {
        try tell(attempt.id, attempt.done.get(), outcome, session, json: options.json)
      } catch let failure as CommandFailure {
        // A refusal is worse than a wait.
        if first == nil || first?.exit == .tryLater { first = failure }
        report(attempt.id, failure, session, json: options.json)
      }
    }
    if let first { throw ExitCode(first.exit.rawValue) }
  }

  private static func tell(
    _ id: String, _ done: Done, _ outcome: TeamWait.Outcome, _ session: Session, json: Bool
  ) throws {
    var isPending = false
    for event in done.events {
      switch outcome.fates[event] {
      case .refused(let refusal): throw CommandFailure(.refused(refusal), what: id)
      case .pending: isPending = true
      case .confirmed, .some(.none), nil: break
      }
    }
    for order in done.made { show(order.id, order, session, json: json, isPending: isPending) }
    // As it stands now: the log may have put it behind what a colleague did.
    let now = try session.ask { store throws(StoreError) in try store.order(done.order.id) }
    show(id, now ?? done.order, session, json: json, isPending: isPending, over: done.over)
    guard isPending else { return }
    throw waiting(outcome.obstacle)
  }

  private static func waiting(_ obstacle: TeamLogHealth?) -> CommandFailure {
    func advice(_ language: Language) -> String {
      obstacle.flatMap { language.strings.teamLogAdvice($0) }.map { " " + $0 } ?? ""
    }
    var failure = CommandFailure(
      .tryLater,
      "Fait ici, pas encore chez les autres machines : en attente, rien à refaire."
        + advice(.french),
      "Done here, not yet on the other machines: pending, nothing to do again."
        + advice(.english))
    failure.isTold = true
    return failure
  }

  static func show(
    _ id: String, _ order: Order, _ session: Session, json: Bool, isPending: Bool = false,
    over: Author? = nil
  ) {
    if json {
      Output.json(
        [("id", .string(id)), ("done", .boolean(true))]
          + (isPending ? [("pending", .boolean(true))] : [])
          + (over.map {
            [("over", .object([("name", .string($0.name)), ("initials", .string($0.initials))]))]
          } ?? [])
          + [("order", .object(RowJSON.order(order)))])
    } else {
      let strings = session.words.language.strings
      let owner = order.owner.map { " · \($0.name)" } ?? ""
      let from = over.map {
        " · " + session.words("reprise à \($0.name)", "taken over from \($0.name)")
      }
      Output.line(
        "\(order.id)  \(strings.status(order.status, of: order.kind))\(owner)\(from ?? "")")
    }
  }

  static func report(
    _ id: String, _ failure: CommandFailure, _ session: Session, json: Bool
  ) {
    let sentence = session.words(failure.french, failure.english)
    if json, !failure.isTold {
      Output.json([
        ("id", .string(id)), ("done", .boolean(false)),
        ("exit", .integer(Int64(failure.exit.rawValue))), ("message", .string(sentence)),
      ])
    }
    Output.error("\(id) : \(sentence)")
  }
}
