import ArgumentParser
import Desk
import Domain
import Screens
import Settings

/// `mssterm keys`: every command and its key, from the list that the screen itself uses.
struct KeysCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "The keys, as the screen knows them.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "As a table for the README.") var markdown = false

  func act(_ environment: Environment) throws {
    let strings = Words(options, environment).language.strings
    Output.text(
      markdown
        ? KeyTable.markdown(strings, Keymap.standard) : KeyTable.plain(strings, Keymap.standard))
  }
}

/// `mssterm config check`
struct ConfigCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "check: read the configuration and say what is odd.")

  @OptionGroup var options: CommonOptions
  @Argument var verb: String = "check"

  func act(_ environment: Environment) throws {
    guard verb == "check" else {
      throw CommandFailure(.usage, "config check", "config check")
    }
    let place = try Place(options, environment)
    guard place.configuration.warnings.isEmpty else { throw ExitCode(Exit.failed.rawValue) }
    Output.exact(place.configuration.path ?? "")
  }
}
