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

/// `mssterm config check|find|print-default`
struct ConfigCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "check: read the configuration and say what is odd; find: ask the BAL's domain for "
      + "its servers; print-default: every key, explained.")

  @OptionGroup var options: CommonOptions
  @Argument var verb: String = "check"
  @Flag(help: "find: accept servers that are others than before.") var take = false

  func act(_ environment: Environment) throws {
    switch verb {
    case "check": try check(environment)
    case "find":
      let place = try Place(options, environment)
      var arguments = ["find"] + WorkerArguments.of(place, options, environment)
      if take { arguments.append("--take") }
      if options.json { arguments.append("--json") }
      try WorkerProcess.find().replaceThisProcess(arguments)
    case "print-default": Output.bytes(Array(Configuration.defaultText.utf8))
    default:
      let verbs = "config check | find | print-default"
      throw CommandFailure(.usage, verbs, verbs)
    }
  }

  private func check(_ environment: Environment) throws {
    let place = try Place(options, environment)
    let days = HoursText(hours: place.configuration.hours, words: place.words).lines
    guard place.configuration.warnings.isEmpty else {
      days.forEach { Output.exact($0) }
      throw ExitCode(Exit.failed.rawValue)
    }
    Output.exact(place.configuration.path ?? "")
    days.forEach { Output.exact($0) }
    // Where nothing was stored yet, nothing was found either; a check makes no store.
    let store = StoreModes(
      directory: place.settings.store, isShared: place.settings.isGroupStore)
    guard place.settings.asksDomain, store.isThere else { return }
    let found = try WorkerProcess.find().run(
      ["find", "--kept"] + WorkerArguments.of(place, options, environment))
    Output.text(String(decoding: found.output, as: UTF8.self))
    guard found.code == 0 else { throw ExitCode(found.code) }
  }
}
