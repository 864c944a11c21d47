import ArgumentParser
import Domain
import Foundation
import Settings

/// `mssterm` alone: the inbox; without any configuration, the demonstration.
struct RunCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Open the inbox (default).")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let path = Configuration.locate(
      option: options.config.map(environment.absolute), environment: environment.variables,
      exists: { FileManager.default.fileExists(atPath: $0) })
    if path == nil && options.store == nil {
      // A demonstration that nobody sees would only be made and removed.
      guard environment.isTerminal else {
        throw CommandFailure(
          .usage,
          "Pas un terminal, et aucune configuration : lancer mssterm dans un terminal, ou nommer "
            + "la configuration (--config).",
          "Not a terminal, and no configuration: start mssterm in a terminal, or name the "
            + "configuration (--config).")
      }
      try Demonstration.open(directory: nil, messages: 24, seed: 1, options, environment)
      return
    }
    let session = try Session(options, environment, create: true, isForScreen: true)
    try Inbox(session: session, options: options, demo: nil).open()
  }
}

/// `mssterm demo`
struct DemoCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "A whole fictitious officine; nothing leaves the machine.")

  @OptionGroup var options: CommonOptions
  @Option(help: "How many messages it starts with.") var messages = 24
  @Option(help: "Another seed, another town.") var seed: UInt64 = 1
  @Option(help: "Directory to keep it in; default: a temporary one.") var dir: String?

  func act(_ environment: Environment) throws {
    guard (0...100_000).contains(messages) else {
      throw CommandFailure(.usage, "--messages : de 0 à 100000.", "--messages: 0 to 100000.")
    }
    // The temporary one would be gone before anybody read its name.
    guard dir != nil || environment.isTerminal else {
      throw CommandFailure(
        .usage,
        "Pas un terminal : « mssterm demo --dir DOSSIER » prépare une démonstration à garder.",
        "Not a terminal: \"mssterm demo --dir DIRECTORY\" prepares a demonstration to keep.")
    }
    try Demonstration.open(
      directory: dir.map(environment.absolute), messages: messages, seed: seed, options,
      environment)
  }
}

enum Demonstration {
  /// Opens the demonstration in `directory`, made when it is not there; a temporary one is removed
  /// afterwards.
  static func open(
    directory: String?, messages: Int, seed: UInt64, _ options: CommonOptions,
    _ environment: Environment
  ) throws {
    let place = try directory ?? PrivateDirectory().path
    defer {
      if directory == nil { try? FileManager.default.removeItem(atPath: place) }
    }
    var demo = DemoOfficine(
      directory: place, messages: messages, seed: seed, environment: environment)
    demo.hasColleague = directory == nil
    do {
      if !demo.exists { try demo.make() }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(
        .failed, "\(place) : la démonstration n’a pas pu être écrite.",
        "\(place): the demonstration could not be written.")
    }
    var own = options
    own.config = demo.configurationPath
    own.bal = nil
    own.store = nil
    // Without a terminal there is nobody to show it to; the directory is what was asked for.
    guard environment.isTerminal else {
      Output.exact(demo.configurationPath)
      return
    }
    let session = try Session(own, environment)
    try Inbox(session: session, options: own, demo: demo).open()
  }
}
