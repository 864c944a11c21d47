import ArgumentParser
import Store

/// `mssterm reconnect`: what the screen's « réessayer maintenant » does.
struct ReconnectCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "reconnect",
    abstract: "Asks the service to try at once: after a corrected password, or a closed session.")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let now = environment.now()
    try session.ask { store throws(StoreError) in try store.askForRetry(now: now) }
    let isServed = try session.ask { store throws(StoreError) in
      try Lease.isHeld(directory: store.directory)
    }
    if options.json {
      Output.json([("asked", .boolean(true)), ("served", .boolean(isServed))])
      return
    }
    Output.line(
      session.words(
        isServed
          ? "Le service réessaie maintenant."
          : "Noté ; aucun service ne tourne : « mssterm sync » ou l’écran le démarrent.",
        isServed
          ? "The service tries again now."
          : "Noted; no service is running: \"mssterm sync\" or the screen starts one."))
  }
}
