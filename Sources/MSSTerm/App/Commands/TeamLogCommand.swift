import ArgumentParser
import Domain
import Exports
import Settings
import Store

/// `mssterm team-log begin|off`: what only a person may say of the team log.
struct TeamLogCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "team-log",
    abstract: "begin: start it here though another machine did not finish; off: work alone again.")

  @OptionGroup var options: CommonOptions
  @Argument(help: "begin or off.") var word: String

  func act(_ environment: Environment) throws {
    switch word {
    case "begin": try begin(environment)
    case "off": try turnOff(environment)
    default:
      throw CommandFailure(.usage, "team-log begin | off", "team-log begin | off")
    }
  }

  private func begin(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let author = try MemberRights.actor(session, options)?.author ?? .mailbox
    let obstacle = try session.ask { store throws(StoreError) in try store.teamLogHealth() }?
      .obstacle
    guard obstacle == .abandoned || obstacle == .unfinished else {
      throw CommandFailure(
        .refused, "Rien à commencer : aucune autre machine n’est attendue.",
        "Nothing to begin: no other machine is waited for.")
    }
    try session.ask { store throws(StoreError) in
      try store.beginTeamLogEmpty(by: author, now: environment.now())
      try store.askForRetry(now: environment.now())
    }
    say(
      session, "Le journal d’équipe commence ici au prochain passage.",
      "The team log begins here with the next pass.")
  }

  private func turnOff(_ environment: Environment) throws {
    let session = try Session(options, environment)
    guard session.settings.teamLog.isEmpty else {
      throw CommandFailure(
        .usage, "Videz d’abord « team_log » dans la configuration : il reprendrait aussitôt.",
        "Empty \"team_log\" in the configuration first: it would start again at once.")
    }
    let author = try MemberRights.actor(session, options)?.author ?? .mailbox
    try session.ask { store throws(StoreError) in
      try store.turnOffTeamLog(by: author, now: environment.now())
    }
    say(
      session, "Cette machine travaille seule ; plus rien n’attend les autres.",
      "This machine works alone; nothing waits for the others any more.")
  }

  private func say(_ session: Session, _ french: String, _ english: String) {
    if options.json {
      Output.json([("done", .boolean(true))])
    } else {
      Output.line(session.words(french, english))
    }
  }
}
