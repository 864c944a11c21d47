import ArgumentParser
import Domain
import Glibc
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
    let actor =
      plain
      ? try MemberRights.keeper(session, options) : try MemberRights.person(session, options)
    try session.passOn(actor, for: plain ? .plainBackup : .backup)
    if plain { arguments.append("--plain") }
    if options.json { arguments.append("--json") }
    session.close()
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
    try prove(place, environment)
    var arguments = ["restore"] + WorkerArguments.of(place, options, environment)
    if let identity { arguments += ["--identity", environment.absolute(identity)] }
    if let into { arguments += ["--into", environment.absolute(into)] }
    if replace { arguments.append("--replace") }
    if options.json { arguments.append("--json") }
    try WorkerProcess.find().replaceThisProcess(
      arguments + ["--", environment.absolute(file)])
  }

  /// Where the people can be asked, one of them must be: an older copy may know other rights and
  /// codes. Where no store opens, whoever has the key of the copy restores it.
  private func prove(_ place: Place, _ environment: Environment) throws {
    let session: Session
    do {
      try OfficineStore.open(at: place.settings.store, create: false).close()
      session = try Session(options, environment)
    } catch is StoreError {
      guard let people = Session.people(of: place, environment) else { return }
      session = people
    }
    try session.passOn(try MemberRights.keeper(session, options), for: .restore)
    session.close()
  }
}

extension Session {
  /// Tells the worker who proved to be who, by a word that only this process and its successor
  /// know; nothing while the team has named nobody.
  fileprivate func passOn(_ actor: Actor?, for purpose: PassPurpose) throws {
    guard let actor else { return }
    let word = environment.randomBytes(16).map { String($0, radix: 16) }.joined(separator: "-")
    try askTeam { store throws(StoreError) in
      try store.issuePass(word, for: purpose, by: actor.author, pinTry())
    }
    // Its variables are readable by this account alone; arguments are by everybody.
    setenv("MSSTERM_PASS", word, 1)
  }

  fileprivate func close() {
    store.close()
    if team !== store { team.close() }
  }
}
