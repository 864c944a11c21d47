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
    let report = try session.ask { store throws(StoreError) in try store.verify() }
    if options.json {
      Output.json([
        ("ok", .boolean(report.problems.isEmpty)),
        ("messages", .integer(Int64(report.messages))),
        ("orders", .integer(Int64(report.orders))),
        ("events", .integer(Int64(report.events))),
        ("journal", .integer(Int64(report.journal))),
        (
          "problems",
          .array(
            report.problems.map {
              .object([("code", .string($0.code)), ("detail", .string($0.detail))])
            })
        ),
      ])
    } else {
      for problem in report.problems { Output.line("✘ \(problem.code) \(problem.detail)") }
      let words = session.words
      Output.line(
        words(
          "\(report.messages) messages, \(report.orders) demandes, \(report.events) gestes, "
            + "\(report.journal) traces",
          "\(report.messages) messages, \(report.orders) demandes, \(report.events) gestures, "
            + "\(report.journal) traces"))
      if report.problems.isEmpty {
        Output.line(
          "✔ " + words("magasin, index et journal intacts", "store, index and journal sound"))
      }
    }
    guard report.problems.isEmpty else { throw ExitCode(Exit.failed.rawValue) }
  }
}

/// `mssterm journal show`
struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Traces: who, when, where, what; never content.",
    subcommands: [ShowJournal.self])
}

struct ShowJournal: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The traces, oldest first.")

  @OptionGroup var options: CommonOptions
  @Option(help: "Only the last N; 0 is all.") var limit = 50

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    try MemberRights.requireReader(session, options)
    var lines: [JournalLine] = []
    while true {
      let after = lines.last?.seq
      let next = try session.ask { store throws(StoreError) in
        try store.journal(after: after, limit: 1000)
      }
      lines += next
      if next.count < 1000 { break }
    }
    for line in limit == 0 ? lines[...] : lines.suffix(limit) { show(line, session) }
  }

  private func show(_ line: JournalLine, _ session: Session) {
    guard options.json else {
      let author = line.author
      let who = author.memberID == nil ? "—" : "\(author.initials) \(author.name)"
      let declared =
        line.author.isDeclared ? session.words(" (identité déclarée)", " (declared)") : ""
      // Nothing of a mail is in a trace; identifiers and times stay as they are.
      Output.exact(
        "\(line.seq)  \(line.at.iso8601)  \(who)\(declared)  \(line.author.poste)  "
          + "\(line.action)  \(line.order ?? "")  \(line.request)  \(line.answer)")
      return
    }
    Output.json([
      ("seq", .integer(line.seq)), ("at", .string(line.at.iso8601)),
      ("member", .optional(line.author.memberID)),
      ("by", line.author.memberID == nil ? .null : .string(line.author.name)),
      ("initials", .optional(line.author.memberID == nil ? nil : line.author.initials)),
      ("declared", .boolean(line.author.isDeclared)), ("poste", .string(line.author.poste)),
      ("action", .string(line.action)), ("order", .optional(line.order)),
      ("request", .string(line.request)), ("answer", .string(line.answer)),
      ("digest", .string(line.digest)),
    ])
  }
}
