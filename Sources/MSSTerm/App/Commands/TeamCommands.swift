import ArgumentParser
import Desk
import Domain
import Exports
import Screens
import Store

extension Session {
  /// The member meant by initials or a name.
  func member(_ name: String) throws -> Member {
    let found = try askTeam(name) { store throws(StoreError) in
      try store.member(initialsOrName: name)
    }
    guard let found else {
      throw CommandFailure(
        .notFound, "Aucun membre « \(name) » ; « mssterm members list » les donne.",
        "No member \"\(name)\"; \"mssterm members list\" gives them.")
    }
    return found
  }

  /// Somebody work can be given to.
  func colleague(_ name: String) throws -> Member {
    let member = try member(name)
    guard member.isActive(at: environment.now()) else {
      let refusal = Refusal.colleagueInactive(name: member.shortName)
      throw CommandFailure(StoreError.refused(refusal), what: name)
    }
    return member
  }
}

/// `mssterm assign`
struct AssignCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "assign", abstract: "Give demandes to a colleague.")

  @OptionGroup var options: CommonOptions
  @Argument var ids: [String]
  @Option(help: "Initials or name of the colleague.") var to: String
  @Flag(help: "Also what another colleague has.") var over = false
  @OptionGroup var wait: TeamWaitOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let colleague = try session.colleague(to)
    try Gestures.performAll(ids, session, options, wait) { order, _ in
      .assigned(to: Author(colleague), over: over ? order.owner.map { Author($0) } : nil)
    }
  }
}

/// `mssterm reassign`
struct ReassignCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "reassign", abstract: "Give a colleague everything an absent one has.")

  @OptionGroup var options: CommonOptions
  @Option(help: "Initials or name of the absent one.") var from: String
  @Option(help: "Initials or name of the colleague.") var to: String
  @OptionGroup var wait: TeamWaitOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let colleague = try session.colleague(to)
    let absent = try MemberWork.absent(from, heir: colleague, session)
    let held = try session.ask { store throws(StoreError) in try store.held(by: absent.id) }
    let outcomes = try session.ask { store throws(StoreError) in
      try store.reassign(
        held.map(\.id), from: absent.id, to: colleague, by: actor, eventID: environment.uuid,
        now: environment.now())
    }
    let attempts = try outcomes.map { outcome in
      Gestures.Attempt(id: outcome.order, done: try done(outcome, session))
    }
    try Gestures.tell(attempts, session, options, wait)
    if held.isEmpty && !options.json {
      Output.line(
        session.words("\(absent.name) n’a rien en cours.", "\(absent.name) has nothing under way."))
    }
  }

  private func done(
    _ outcome: Reassignment, _ session: Session
  ) throws -> Result<Gestures.Done, CommandFailure> {
    if let refusal = outcome.refusal {
      return .failure(CommandFailure(StoreError.refused(refusal)))
    }
    return .success(
      Gestures.Done(order: try session.order(outcome.order), events: [outcome.event]))
  }
}

/// `mssterm remind`
struct RemindCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "remind",
    abstract: "Tell the patient that a demande is ready and waits; it leaves at once.")

  @OptionGroup var options: CommonOptions
  @Argument var id: String
  @Flag(help: "Print the exact bytes; queue nothing.") var dryRun = false
  @Flag(help: "Even when a reminder was written already.") var again = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let named = try session.order(id)
    // Before the demande is read: what comes in between stops the reminder.
    let seen = try session.ask(id) { store throws(StoreError) in
      try store.lastEvent(of: named.id)
    }
    let order = try session.order(named.id)
    let strings = session.words.language.strings
    guard order.status == .checked || order.status == .partial else {
      throw CommandFailure(StoreError.refused(.notFromHere(order.status)), what: id)
    }
    guard order.markers.missing.isEmpty else {
      throw CommandFailure(
        .refused, "Des produits manquent encore : « prête » ne serait pas vrai. mssterm send.",
        "Products are still missing: \"ready\" would not be true. mssterm send.")
    }
    if let reminder = order.reminder, !again {
      let said = strings.reminder(reminder, now: environment.now())
      throw CommandFailure(
        .refused, "Déjà fait : \(said). --again pour en écrire un autre.",
        "Done already: \(said). --again writes another one.")
    }
    let original = try self.original(of: order, session)
    let item: OutgoingItem
    do {
      item = try OutgoingFactory(
        configuration: session.configuration, settings: session.settings,
        environment: environment
      ).item(
        from: draft(to: original.message, order, actor, session), original: original, by: actor,
        delay: 0)
    } catch {
      throw CommandFailure(error)
    }
    if dryRun {
      try SendCommand.print(item)
      return
    }
    let stamp = ThreadStamp(
      revision: order.revision, lastMessage: order.messages.last, lastEvent: seen,
      order: order.id)
    try session.ask(id) { store throws(StoreError) in
      try store.enqueue(
        item, expecting: stamp, draft: nil, by: actor, eventID: environment.uuid(),
        now: item.queuedAt)
    }
    OutboxRows.show([item], session, json: options.json)
  }

  /// The last mail of a patient: never the prescriber's.
  private func original(
    of order: Order, _ session: Session
  ) throws -> (message: Message, headers: [HeaderLine]) {
    let found = try session.ask(id) { store throws(StoreError) in
      var found: (message: Message, headers: [HeaderLine])?
      for id in order.messages.reversed() where found == nil {
        guard let message = try store.message(id), !message.isOutgoing,
          message.sender.kind == .patient
        else { continue }
        found = (message, try store.headers(id))
      }
      return found
    }
    guard let found else {
      throw CommandFailure(
        .refused, "Aucun message du patient : rien à qui répondre.",
        "No message of the patient to answer.")
    }
    return found
  }

  private func draft(
    to message: Message, _ order: Order, _ actor: Actor, _ session: Session
  ) -> Draft {
    Draft(
      id: RandomID.draft(session.environment), replyingTo: message.id, order: order.id,
      to: [MailAddress(name: message.sender.name, address: message.sender.address)],
      subject: Draft.replySubject(message.subject), body: session.reminder.body,
      purpose: .reminder, authorID: actor.member.id, updatedAt: session.environment.now())
  }
}
