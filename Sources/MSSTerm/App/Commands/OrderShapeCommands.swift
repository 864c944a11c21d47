import ArgumentParser
import Desk
import Domain
import Screens
import Store

/// `mssterm undo`
struct UndoCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take back your own last gesture, on a demande or wherever it was.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument(help: "A demande; without it, your last gesture of the day.") var id: String?
  @Flag(help: "Where your last gesture cannot be undone: the one before it.") var older = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let mine = try id == nil ? gestures(session, actor) : []
    if id == nil, let mail = try Self.waiting(session, actor),
      mine.first.map({ mail.queuedAt >= $0.event.at || $0.queued(mailOn: mail.order) }) ?? true
    {
      return try Self.takeBack(mail, session, actor, json: options.json)
    }
    let (order, shown) = try target(mine, session)
    let event = environment.uuid()
    let result = try session.ask(order) { store throws(StoreError) in
      try store.undo(
        on: order, event: shown, by: actor, eventID: event, now: environment.now())
    }
    try Gestures.tell(id ?? order, result.order, [event], session, options, wait)
    if !options.json {
      let strings = session.words.language.strings
      Output.line(strings.notice(.undid(result.undone.gesture), now: environment.now()))
    }
  }

  /// Where the gesture is, and which one; on a named demande the store finds it.
  private func target(
    _ mine: [LastGesture], _ session: Session
  ) throws -> (order: Order.ID, event: String?) {
    if let id { return (try session.order(id).id, nil) }
    guard let newest = mine.first else {
      throw CommandFailure(StoreError.refused(.nothingToUndo))
    }
    if let refusal = newest.refusal, !older { throw stays(newest, refusal, session) }
    guard let last = mine.first(where: { $0.refusal == nil }) else {
      throw CommandFailure(StoreError.refused(newest.refusal ?? .nothingToUndo))
    }
    return (last.order.id, last.event.id)
  }

  private func gestures(_ session: Session, _ actor: Actor) throws -> [LastGesture] {
    try session.ask { store throws(StoreError) in
      try store.lastGestures(of: actor.author, now: session.environment.now())
    }
  }

  /// Nothing older is taken back unasked: it is on another demande, hours ago.
  private func stays(
    _ last: LastGesture, _ refusal: Refusal, _ session: Session
  ) -> CommandFailure {
    let now = session.environment.now()
    func reason(_ language: Language) -> String {
      let strings = language.strings
      return "\(last.order.id): \(strings.deed(last.event.gesture, now: now)). "
        + strings.refusal(refusal, now: now)
    }
    return CommandFailure(
      .refused,
      "Votre dernier geste reste : \(reason(.french)) Celui d'avant : mssterm undo --older, ou "
        + "nommer la demande.",
      "What you did last stays: \(reason(.english)) The one before it: mssterm undo --older, or "
        + "name the demande.")
  }
}

/// `mssterm attach ID OTHER`
struct AttachCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Put the messages of the second demande into the first.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String
  @Argument var other: String
  @Flag(help: "Take the second one from the colleague who works on it.") var over = false
  @Flag(help: "Although they seem to be of two persons.") var differentPatients = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let target = try session.order(id)
    let source = try session.order(other)
    let attaching = Attaching(
      source: try row(source, session), target: try row(target, session))
    if !differentPatients, attaching.isOfTwoPatients {
      throw CommandFailure(
        .refused,
        "Deux personnes différentes, semble-t-il : rien n’a été fait. « mssterm show » les "
          + "montre ; --different-patients rattache quand même.",
        "These do not seem to be the same person: nothing was done. \"mssterm show\" shows them; "
          + "--different-patients attaches all the same.")
    }
    let events = (environment.uuid(), environment.uuid())
    let seen = AttachingRevisions(source: source.revision, target: target.revision)
    let colleague = over ? source.colleague(besides: actor.author).map { Author($0) } : nil
    let order = try session.ask(id) { store throws(StoreError) in
      try store.attach(
        source.id, to: target.id, expecting: seen, over: colleague, by: actor, eventIDs: events,
        now: environment.now())
    }
    if !differentPatients, attaching.isOfOnePatient {
      Output.error(session.words.language.strings.going(attaching))
    }
    try Gestures.tell(id, order, [events.0, events.1], session, options, wait)
  }
}

extension AttachCommand {
  /// With the mail that names it where this machine has it.
  private func row(_ order: Order, _ session: Session) throws -> QueueRow {
    let message = try session.ask(order.id) { store throws(StoreError) in
      try order.messages.last.flatMap { id throws(StoreError) in try store.message(id) }
    }
    guard let message else { return QueueRow(key: RowKey(0), messageAbsentFrom: order) }
    return QueueRow(key: RowKey(0), order: order, message: message)
  }
}

/// `mssterm split ID MESSAGE`
struct SplitCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Give one message of a demande a demande of its own.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String
  @Argument var message: String
  @Flag(help: "Although a colleague works on it.") var over = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let order = try session.order(id)
    let message = try session.message(message)
    let new = RandomID.order(environment)
    let colleague = over ? order.colleague(besides: actor.author).map { Author($0) } : nil
    let events = (environment.uuid(), environment.uuid(), environment.uuid())
    let result = try session.ask(id) { store throws(StoreError) in
      try store.split(
        message.id, from: order.id, newID: new, expecting: order.revision, over: colleague,
        by: actor, eventIDs: events,
        now: environment.now())
    }
    try Gestures.tell(
      id, result.rest, [events.0, events.1, events.2], made: [result.new], session, options, wait)
  }
}

/// `mssterm renew`
struct RenewCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "renew", abstract: "Open a new dispensing of the same ordonnance.")

  @OptionGroup var options: CommonOptions
  @OptionGroup var wait: TeamWaitOptions
  @Argument var id: String

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let order = try session.order(id)
    let events = (environment.uuid(), environment.uuid(), environment.uuid())
    let new = try session.ask(id) { store throws(StoreError) in
      try store.renew(
        order.id, newID: RandomID.order(environment), expecting: order.revision, by: actor,
        eventIDs: events,
        now: environment.now())
    }
    try Gestures.tell(
      new.id, new, [events.0, events.1, events.2], session, options, wait)
  }
}
