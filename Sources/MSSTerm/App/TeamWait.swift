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

/// Waits until a gesture has its place in the team log: then it stands on every machine, or
/// somebody was faster. On a BAL of one machine there is nothing to wait for.
struct TeamWait {
  let session: Session
  let seconds: Int

  /// Milliseconds between two looks.
  private static let pause: Int32 = 10

  /// What became of an event of this machine, as far as that is known when the time is over.
  func fate(of event: String) throws -> LogFate {
    guard try isShared() else { return .none }
    let deadline = ContinuousClock.now + .seconds(seconds)
    var hasAsked = false
    while true {
      let fate = try session.ask { store throws(StoreError) in try store.fate(ofEvent: event) }
      if fate == .confirmed { return fate }
      if case .refused = fate { return fate }
      let left = deadline - .now
      guard left > .zero else { return .pending }
      if !hasAsked, try !isServed() {
        // Nobody talks with the server: this command does, once.
        hasAsked = true
        try runPass(within: max(1, Int(left.components.seconds)))
        guard try isShared() else { return .none }
        continue
      }
      _ = poll(nil, 0, Self.pause)
    }
  }

  /// Whether other machines see what is done here. Where the server refuses the log, or a Maildir
  /// has none, one host works as before.
  private func isShared() throws -> Bool {
    guard !session.settings.teamLog.isEmpty, case .imap = session.settings.backend else {
      return false
    }
    let health = try session.ask { store throws(StoreError) in try store.teamLogHealth() }
    return health?.obstacle != .forbidden && health?.obstacle != .maildir
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
