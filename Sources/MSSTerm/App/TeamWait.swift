import ArgumentParser
import Domain
import Glibc
import Settings
import Store

/// How long a gesture waits until the officine's other machines have it.
struct TeamWaitOptions: ParsableArguments {
  @Option(name: .customLong("wait"), help: "Seconds to wait for the other machines.")
  var seconds = 5

  static let longest = 3_600

  func validate() throws {
    guard (0...Self.longest).contains(seconds) else {
      throw ValidationError("--wait : 0…\(Self.longest)")
    }
  }
}

/// Waits until gestures have their places in the team log: then they stand on every machine, or
/// somebody was faster. On a BAL of one machine there is nothing to wait for.
struct TeamWait {
  let session: Session
  let seconds: Int

  /// What became of the gestures of one command.
  struct Outcome {
    /// Only what the other machines have, refused, or do not have yet.
    var fates: [String: LogFate] = [:]
    /// Why waiting longer would be of no use: a person is needed first.
    var obstacle: TeamLogHealth?
  }

  /// Milliseconds between two looks.
  private static let pause: Int32 = 10

  /// What became of events of this machine, as far as that is known when the time is over: one
  /// wait for all of them, and one pass at most.
  func outcome(of events: [String]) throws -> Outcome {
    guard isConfigured else { return Outcome() }
    let deadline = ContinuousClock.now + .seconds(seconds)
    var hasAsked = false
    while true {
      let (known, isOn) = try session.ask { store throws(StoreError) in
        (try store.fates(ofEvents: events), try store.isTeamLogOn())
      }
      // Of a name that the store does not have nothing can come; before the log is on, nothing is
      // known to the other machines.
      let fates = known.mapValues { $0 == .none ? .pending : $0 }
      guard fates.values.contains(.pending) else { return Outcome(fates: fates) }
      let health = try session.ask { store throws(StoreError) in try store.teamLogHealth() }
      // Where the server refuses the log, or a Maildir has none, one host works as before.
      if !isOn, health?.obstacle?.leavesOneHost == true { return Outcome() }
      let left = deadline - .now
      guard left > .zero else { return Outcome(fates: fates) }
      if !hasAsked, try !isServed() {
        // Nobody talks with the server: this command does, once.
        hasAsked = true
        try runPass(within: max(1, Int(left.components.seconds)))
        continue
      }
      if health?.obstacle?.needsPerson == true { return Outcome(fates: fates, obstacle: health) }
      _ = poll(nil, 0, Self.pause)
    }
  }

  private var isConfigured: Bool {
    guard !session.settings.teamLog.isEmpty, case .imap = session.settings.backend else {
      return false
    }
    return true
  }

  private func isServed() throws -> Bool {
    let directory = session.store.directory
    return try session.ask { _ throws(StoreError) in try Lease.isHeld(directory: directory) }
  }

  /// What it says goes nowhere: what is not confirmed is told as pending.
  private func runPass(within seconds: Int) throws {
    guard let path = session.configuration.path else { return }
    _ = try Child.run(
      [
        try WorkerProcess.find().path, "sync", "--log", "--once", "--config",
        session.environment.absolute(path), "--bal", session.settings.bal.name, "--store",
        session.settings.store,
      ], input: [], limit: 65_536, within: seconds, isQuiet: true)
  }
}
