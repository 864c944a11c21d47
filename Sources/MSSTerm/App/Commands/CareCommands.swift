import ArgumentParser
import Domain
import Exports
import Settings
import Store

/// `mssterm sync`: the worker does it; its output and exit code are the command's.
struct SyncCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Receive, send, and keep doing so; --once does one full pass.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "One full pass, then exit.") var once = false

  func act(_ environment: Environment) throws {
    let place = try Place(options, environment)
    var arguments = ["sync"] + WorkerArguments.of(place, options, environment)
    if once { arguments.append("--once") }
    if options.json { arguments.append("--json") }
    try WorkerProcess.find().replaceThisProcess(arguments)
  }
}

/// `mssterm import`
struct ImportCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Store .eml files, mbox files or Maildirs without a server.")

  @OptionGroup var options: CommonOptions
  @Argument var paths: [String]

  func act(_ environment: Environment) throws {
    let place = try Place(options, environment)
    var arguments = ["import"] + WorkerArguments.of(place, options, environment)
    if options.json { arguments.append("--json") }
    arguments.append("--")
    try WorkerProcess.find().replaceThisProcess(arguments + paths.map(environment.absolute))
  }
}

/// What the worker is told: places, never a secret.
enum WorkerArguments {
  static func of(
    _ place: Place, _ options: CommonOptions, _ environment: Environment
  ) -> [String] {
    var arguments: [String] = []
    if let path = place.configuration.path {
      arguments += ["--config", environment.absolute(path)]
    }
    arguments += ["--bal", place.settings.bal.name, "--store", place.settings.store]
    return arguments
  }
}

/// `mssterm verify`
struct VerifyCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Integrity of store, index and journal.")

  @OptionGroup var options: CommonOptions

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let book = session.anchorBook(options)
    let anchors = book?.anchors(now: environment.now()) ?? .none
    let report = try session.ask { store throws(StoreError) in
      try store.verify(anchors: anchors)
    }
    if options.json {
      Output.json([
        ("ok", .boolean(report.problems.isEmpty)),
        ("messages", .integer(Int64(report.messages))),
        ("orders", .integer(Int64(report.orders))),
        ("events", .integer(Int64(report.events))),
        ("journal", .integer(Int64(report.journal))),
        ("anchors", .integer(Int64(anchors.count))), ("problems", Self.problems(report)),
      ])
    } else {
      VerifySentences(words: session.words).show(report)
      let words = session.words
      session.tellAnchors(book, anchors.count)
      Output.line(
        [
          words.messages(report.messages), words.demandes(report.orders),
          words(
            Counted.french(report.events, "geste"), Counted.english(report.events, "gesture")),
          words.traces(report.journal),
        ].joined(separator: ", "))
      if report.problems.isEmpty {
        Output.line(
          "✔ " + words("magasin, index et journal intacts", "store, index and journal sound"))
      }
    }
    guard report.problems.isEmpty else { throw ExitCode(Exit.failed.rawValue) }
  }

  static func problems(_ report: VerifyReport) -> JSON {
    .array(
      report.problems.map {
        .object([("code", .string($0.code)), ("detail", .string($0.detail))])
      })
  }
}
