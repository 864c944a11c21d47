import ArgumentParser
import Settings

/// Options that every command understands (cli.md).
struct CommonOptions: ParsableArguments {
  @Option(help: "Configuration file.") var config: String?
  @Option(help: "BAL to work on; default: the first one configured.") var bal: String?
  @Option(help: "Directory of the store; overrides the configuration.") var store: String?
  @Option(name: .customLong("as"), help: "Who acts: initials or name of a member.")
  var member: String?
  @Option(help: "File with the PIN of --as, mode 0600.") var pinFile: String?
  @Option(help: "Name of this poste.") var poste: String?
  @Option(help: "auto, always or never.") var color: String?
  @Flag(help: "JSON; one object a line on lists.") var json = false

  /// Refuses what no command understands, before anything is done.
  func check() throws {
    let known = Configuration.Screen.Color.allCases.map(\.rawValue)
    if let color, !known.contains(color) {
      let list = known.joined(separator: ", ")
      throw CommandFailure(.usage, "--color : \(list).", "--color: \(list).")
    }
  }
}

extension Runnable {
  mutating func run() throws {
    let environment = Environment.current()
    do {
      try options.check()
      try act(environment)
    } catch let failure as CommandFailure {
      let words = Words(options, environment)
      Output.error(words(failure.french, failure.english))
      throw ExitCode(failure.exit.rawValue)
    }
  }
}

/// A command whose errors are sentences and exit codes.
protocol Runnable: ParsableCommand {
  var options: CommonOptions { get }
  mutating func act(_ environment: Environment) throws
}
