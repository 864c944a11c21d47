import ArgumentParser
import Exports
import Store

/// `mssterm reconnect`: what the screen's « réessayer maintenant » does.
struct ReconnectCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "reconnect",
    abstract: "Asks the service to try at once: after a corrected password, or a closed session.")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let answer = try Reconnecting(session: session).run()
    switch answer {
    case .asked, .nobody: break
    case .noToken:
      throw CommandFailure(
        .failed,
        "« token_command » n’a pas donné de jeton : rouvrez la session Pro Santé Connect, puis "
          + "réessayez.",
        "\"token_command\" gave no token: open the Pro Santé Connect session again, then retry.")
    case .unheard:
      throw CommandFailure(
        .tryLater, "Le service n’a pas pris le jeton ; réessayez dans un instant.",
        "The service did not take the token; try again in a moment.")
    }
    let isServed = answer == .asked
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
