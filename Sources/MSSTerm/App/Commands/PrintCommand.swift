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
    let errand = PrintErrand(session: session, actor: actor)
    if dryRun {
      for file in try errand.job(for: order).files {
        Output.line("\(file.name)  \(file.bytes.count)")
      }
      return
    }
    let printed = try errand.print(order, on: Printer(printer ?? session.poste.printer))
    Gestures.show(id, printed, session, json: options.json)
  }
}
