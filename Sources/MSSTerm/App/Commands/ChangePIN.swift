import ArgumentParser
import Domain
import Store

/// `mssterm members change-pin`
struct ChangePIN: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "change-pin",
    abstract: "Choose your own PIN; the present one is asked for, or read from --pin-file.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "Read the new PIN from standard input.") var pinStdin = false

  func act(_ environment: Environment) throws {
    let session = try Session(options, environment, isChangingPIN: true)
    let actor = try session.actor(options, isChangingPIN: true, for: .grave)
    let chosen = pinStdin ? PINInput.standardInput() : PINInput.asked(session.words)
    if !pinStdin, chosen != PINInput.again(session.words) {
      throw CommandFailure(
        .usage, "Les deux codes diffèrent : recommencer.", "The two PINs differ: start again.")
    }
    let old = try session.askTeam { store throws(StoreError) -> String? in
      try store.pinHash(of: actor.member.id)
    }
    if let old, PIN.verify(chosen, hash: old) {
      throw CommandFailure(
        .usage, "C’est le code actuel : en choisir un autre.",
        "That is the present PIN: choose another one.")
    }
    let hash = try PINInput.hash(chosen)
    try session.askTeam { store throws(StoreError) in
      try store.setPIN(
        of: actor.member.id, hash: hash, by: actor.author, now: environment.now())
    }
  }
}
