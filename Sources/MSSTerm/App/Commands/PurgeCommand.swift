import ArgumentParser
import Domain
import Exports
import Glibc
import Settings
import Store

/// `mssterm purge`: what would go; with `--confirm` it goes.
struct PurgeCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "purge",
    abstract: "Finished work older than the retention: what would go, and with --confirm, gone.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "Only counts (default).") var dryRun = false
  @Flag(help: "Purges; only a responsable may.") var confirm = false
  @Option(help: "What is older than that day; default: the BAL's retention.") var before: String?
  @Flag(help: "Unfinished work of that age goes too.") var unfinished = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let now = environment.now()
    guard confirm && !dryRun else {
      let limit = try moment(session, now)
      show(
        try session.ask { store throws(StoreError) in
          try store.retentionSurvey(before: limit, unfinished: unfinished, now: now)
        }, limit, session)
      return
    }
    let author = try MemberRights.actor(session, options, to: .setRetention)?.author ?? .mailbox
    // What other machines purged goes first when it is under way; it is not what was asked for.
    while try !begin(session, by: author, now) { _ = try drain(session) }
    try finish(session)
  }

  /// False when a purge that the team log told is under way. One that a person or the night began
  /// is gone on with instead.
  private func begin(_ session: Session, by author: Author, _ now: Timestamp) throws -> Bool {
    let pending = try session.ask { store throws(StoreError) in try store.purgeState() }
    if let pending { return !pending.isTold }
    let limit = try moment(session, now)
    let survey = try session.ask { store throws(StoreError) in
      try store.retentionSurvey(before: limit, unfinished: unfinished, now: now)
    }
    warn(survey, session)
    if survey.isEmpty { return true }
    return try session.ask { store throws(StoreError) in
      try store.beginPurge(
        before: limit, unfinished: unfinished,
        server: session.settings.isRetentionOnServer, by: author, now: now)
    }
  }

  private func moment(_ session: Session, _ now: Timestamp) throws -> Timestamp {
    if let before {
      guard let moment = Timestamp(iso8601: before), moment <= now else {
        throw CommandFailure(
          .usage, "--before : une date passée, comme 2026-06-30.",
          "--before: a day in the past, such as 2026-06-30.")
      }
      return moment
    }
    guard let retention = session.settings.retention else {
      throw CommandFailure(
        .configuration,
        "Aucune durée choisie : retention = \"3 months\" dans [[bal]], ou --before DATE.",
        "No retention chosen: retention = \"3 months\" in [[bal]], or --before DATE.")
    }
    return now.adding(seconds: -retention)
  }

  /// Step by step, so that a kill in between loses nothing; the log may have to wait for a reader.
  private func drain(_ session: Session) throws -> (demandes: Int, messages: Int) {
    var last: PurgeState?
    var purged = (demandes: 0, messages: 0)
    var turns = 0
    while let state = try step(session) {
      purged = (state.demandes, state.messages)
      guard state == last else {
        last = state
        continue
      }
      turns += 1
      guard turns < Self.turns else { throw Self.underWay }
      _ = poll(nil, 0, 100)
    }
    return purged
  }

  private func finish(_ session: Session) throws {
    let purged = try drain(session)
    let waiting = try session.ask { store throws(StoreError) in try store.purgesWaiting() }
    if options.json {
      Output.json([
        ("purged", .boolean(true)), ("orders", .integer(Int64(purged.demandes))),
        ("messages", .integer(Int64(purged.messages))), ("waiting", .integer(Int64(waiting))),
      ])
    } else {
      if waiting > 0 {
        Output.line(
          session.words(
            (waiting == 1
              ? "1 demande partira de toutes les machines quand le journal d'équipe l'aura "
                + "confirmée"
              : "\(waiting) demandes partiront de toutes les machines quand le journal d'équipe "
                + "les aura confirmées") + " : le service s'en charge, rien à refaire.",
            "\(session.words.demandes(waiting)) will go from every machine once the team log has "
              + "confirmed \(waiting == 1 ? "it" : "them"): the service sees to it, nothing to do.")
        )
      }
      Output.line(
        session.words(
          purged == (0, 0) ? "✔ rien à purger" : "✔ purgés : ",
          purged == (0, 0) ? "✔ nothing to purge" : "✔ purged: ")
          + (purged == (0, 0)
            ? ""
            : "\(session.words.demandes(purged.demandes)), "
              + session.words.messages(purged.messages)))
    }
  }

  private func step(_ session: Session) throws -> PurgeState? {
    let now = session.environment.now()
    return try session.ask { store throws(StoreError) in try store.continuePurge(now: now) }
  }

  /// Tenths of a second that a reader may hold the log.
  private static let turns = 50

  private static let underWay = CommandFailure(
    .tryLater,
    "Purge en cours : le contenu est parti, un lecteur retient encore le journal de la base. Le "
      + "service finira ; ou recommencer.",
    "Purge under way: the content is gone, a reader still holds the database's log. The service "
      + "will end it; or do it again.")

  private func warn(_ survey: RetentionSurvey, _ session: Session) {
    guard survey.unfinished > 0, !unfinished else { return }
    Output.error(
      session.words(
        survey.unfinished == 1
          ? "1 demande aussi ancienne n’est pas finie : elle reste (--unfinished la purge aussi)."
          : "\(survey.unfinished) demandes aussi anciennes ne sont pas finies : elles restent "
            + "(--unfinished les purge aussi).",
        survey.unfinished == 1
          ? "1 demande of that age is not finished: it stays (--unfinished purges it too)."
          : "\(survey.unfinished) demandes of that age are not finished: they stay (--unfinished "
            + "purges them too)."))
  }

  private func show(_ survey: RetentionSurvey, _ limit: Timestamp, _ session: Session) {
    guard !options.json else {
      return Output.json([
        ("purged", .boolean(false)), ("before", .string(limit.iso8601)),
        ("orders", .integer(Int64(survey.demandes))),
        ("messages", .integer(Int64(survey.messages))),
        ("unfinished", .integer(Int64(survey.unfinished))),
        ("unfinished_going", .integer(Int64(survey.unfinishedGoing))),
        ("blocked", .integer(Int64(survey.blocked))),
      ])
    }
    Output.line(PurgeText(words: session.words).survey(survey, before: limit, unfinished))
    if survey.blocked > 0 {
      Output.line(
        session.words(
          survey.blocked == 1
            ? "1 attend encore le serveur et reste."
            : "\(survey.blocked) attendent encore le serveur et restent.",
          survey.blocked == 1
            ? "1 still waits for the server and stays."
            : "\(survey.blocked) still wait for the server and stay."))
    }
    warn(survey, session)
  }
}
