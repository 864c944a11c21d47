import ArgumentParser
import Domain
import Settings
import Store

/// `mssterm backup`: the worker makes the copy, once it is clear who wishes it.
struct BackupCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "One consistent, encrypted copy of the store.")

  @OptionGroup var options: CommonOptions
  @Argument(help: "The file to write; it must not be there.") var file: String
  @Flag(help: "Not encrypted, a file of mode 0600; only a responsable may.") var plain = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment)
    let place = try Place(options, environment)
    var arguments = ["backup"] + WorkerArguments.of(place, options, environment)
    if plain || options.member != nil {
      let actor = plain ? try MemberRights.actor(session, options) : try session.actor(options)
      if let member = actor?.member {
        // Nothing of it is secret: a process list shows it.
        arguments += [
          "--member", [member.id, member.name, member.initials].joined(separator: "\t"),
          "--poste", session.poste.name,
        ]
      }
    }
    if plain { arguments.append("--plain") }
    if options.json { arguments.append("--json") }
    session.store.close()
    try WorkerProcess.find().replaceThisProcess(
      arguments + ["--", environment.absolute(file)])
  }
}

/// `mssterm restore`: the worker does it, for this program must not have the store open meanwhile.
struct RestoreCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "A store out of a copy; it is verified before it takes a place.")

  @OptionGroup var options: CommonOptions
  @Argument(help: "A file that \"mssterm backup\" made.") var file: String
  @Option(help: "File with age's secret key.") var identity: String?
  @Option(help: "A new directory, instead of the BAL's own store.") var into: String?
  @Flag(help: "A store that is there is set aside, never removed.") var replace = false

  func act(_ environment: Environment) throws {
    let place = try Place(options, environment)
    var arguments = ["restore"] + WorkerArguments.of(place, options, environment)
    if let identity { arguments += ["--identity", environment.absolute(identity)] }
    if let into { arguments += ["--into", environment.absolute(into)] }
    if replace { arguments.append("--replace") }
    if options.json { arguments.append("--json") }
    try WorkerProcess.find().replaceThisProcess(
      arguments + ["--", environment.absolute(file)])
  }
}
