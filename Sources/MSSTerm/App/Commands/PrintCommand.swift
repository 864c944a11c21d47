import ArgumentParser
import Domain
import Store

/// `mssterm print`
struct PrintCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "The documents of a demande behind a cover line.")

  @OptionGroup var options: CommonOptions
  @Argument var id: String
  @Option(help: "CUPS name, or file:DIRECTORY.") var printer: String?
  @Flag(help: "Say what would be printed; print nothing.") var dryRun = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let actor = try session.actor(options)
    let order = try session.order(id)
    let bodies = try session.ask(id) { store throws(StoreError) in
      var bodies: [MessageBody] = []
      for message in order.messages {
        if let body = try store.body(message) { bodies.append(body) }
      }
      return bodies
    }
    let job = try PrintJob(
      order: order, bodies: bodies, actor: actor, words: session.words, now: environment.now()
    ) { try Attachments.bytes(of: $1, message: $0, session) }
    if dryRun {
      for file in job.files { Output.line("\(file.name)  \(file.bytes.count)") }
      return
    }
    let target = Printer(printer ?? session.poste.printer)
    try target.print(job, title: "\(order.id)-\(environment.now().milliseconds)")
    try Gestures.show(
      id,
      Gestures.perform(.printed(printer: target.name), on: order.id, nil, actor, session),
      session, json: options.json)
  }
}
