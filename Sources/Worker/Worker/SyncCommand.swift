import ArgumentParser
import Documents
import Domain
import Foundation
import Glibc
import Logging
import Settings
import Store
import Sync

struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Holds the lease and keeps store and mailbox together.")

  @OptionGroup var place: PlaceOptions
  @Flag(help: "One full pass, then the end.") var once = false
  @Flag(name: .customLong("log"), help: "Only the team log; with --once.") var onlyLog = false
  @Flag(help: "What the pass did, as one JSON object.") var json = false
  @Option(name: .customLong("while-pid"), help: "Ends when that process is gone.")
  var whilePID: Int32?

  /// How long `--once` waits for the holder of the lease.
  private static let leaseSeconds = 10

  func run() throws {
    do {
      try synchronise()
    } catch let failure as Failure {
      throw failure.tell()
    } catch let failure as SyncFailure {
      throw Failure(failure).tell()
    } catch let error as StoreError {
      throw Failure(error).tell()
    }
  }

  private func synchronise() throws {
    let (configuration, settings) = try load()
    let store = try place.openStore(settings)
    defer { store.close() }
    guard let lease = try lease(store) else {
      throw Failure(
        75, "Un autre synchroniseur tient cette boîte ; réessayez dans un instant.",
        "Another worker holds this mailbox; try again in a moment.")
    }
    defer { lease.release() }
    let stop = Stop()
    Signals.watch(stop)
    let decoder = DecoderClient(executable: Host.executable())
    defer { decoder.close() }
    let tray = TokenTray()
    let notify = Notify(environment: Host.environment())
    let log = WorkerLog.logger()
    let synchroniser = try Synchroniser(
      account: try Account.reachable(configuration, settings, in: store, tray: tray),
      store: store, decoder: decoder, stop: stop, log: log,
      life: LifeSign { notify.say("WATCHDOG=1") }, now: Host.now)
    defer { synchroniser.close() }
    let upkeep = Upkeep(
      store: store, plan: UpkeepPlan(configuration, settings), stop: stop, log: log,
      now: Host.now)
    defer { upkeep.close() }
    guard once else {
      let socket = WorkerSocket(
        store: store, isShared: settings.isGroupStore, tray: tray, now: Host.now)
      defer { socket?.close() }
      log.info("service begins")
      defer { log.info("service ends") }
      notify.say("READY=1\nSTATUS=\(settings.bal.name)")
      defer { notify.say("STOPPING=1") }
      do throws(SyncFailure) {
        return try Service(
          synchroniser, stop: stop, whilePID: whilePID, upkeep: upkeep
        ).run()
      } catch .secret {
        // Not the end for a service manager: it comes back.
        throw Failure(75, SyncFailure.secret.french, SyncFailure.secret.english)
      }
    }
    if onlyLog { try synchroniser.logPass() } else { try passOnce(synchroniser, upkeep) }
  }

  private func passOnce(_ synchroniser: Synchroniser, _ upkeep: Upkeep) throws {
    var logTrouble = logPass(synchroniser)
    let line = ProgressLine()
    synchroniser.onProgress = { line.show($0) }
    var report = try synchroniser.pass()
    _ = try synchroniser.readDocuments(atMost: .max, &report)
    while try synchroniser.exportArrivals(atMost: Self.exportsAtOnce, &report) {}
    // What arrived opened demandes: the other machines hear of it in the same pass.
    if logTrouble == nil { logTrouble = logPass(synchroniser) }
    line.end()
    // Without a service, a pass by cron is the one that anchors, purges and copies.
    upkeep.runNow()
    if json { try print(report) } else { tell(report) }
    if let failure = synchroniser.sendingFailure {
      throw Failure(
        failure.exitCode, "Reçu, mais rien ne part : \(failure.french)",
        "Received, but nothing leaves: \(failure.english)")
    }
    if let logTrouble {
      throw Failure(logTrouble.exitCode, logTrouble.french, logTrouble.english)
    }
    guard !synchroniser.hasHeldExports else {
      throw Failure(
        1,
        "Le courrier est arrivé mais n’a pas pu être remis dans « export_to » : « mssterm doctor » "
          + "dit pourquoi. Rien n’est perdu.",
        "The mail arrived but could not be handed over to \"export_to\": \"mssterm doctor\" says "
          + "why. Nothing is lost.")
    }
  }

  private static let exportsAtOnce = 50

  /// The log first: whoever took what is known before the mail is. Its troubles keep no mail from
  /// coming, and are told at the end.
  private func logPass(_ synchroniser: Synchroniser) -> SyncFailure? {
    do throws(SyncFailure) {
      try synchroniser.logPass()
      return nil
    } catch {
      return error
    }
  }

  /// The screen names the store it shows: a configuration that no longer holds is told there,
  /// unless another worker has it in hand.
  private func load() throws -> (Configuration, BALSettings) {
    do {
      return try place.load()
    } catch let failure as Failure where failure.code == 78 {
      guard let directory = place.store else { throw failure }
      let store = try Host.open(directory, create: false)
      defer { store.close() }
      if let lease = try Lease.acquire(directory: store.directory) {
        defer { lease.release() }
        try Synchroniser.tell(.refused, "configuration", in: store, now: Host.now())
      }
      throw failure
    }
  }

  private func lease(_ store: OfficineStore) throws -> Lease? {
    let limit = ContinuousClock.now + .seconds(once ? Self.leaseSeconds : 0)
    while true {
      if let lease = try Lease.acquire(directory: store.directory) { return lease }
      guard ContinuousClock.now < limit else { return nil }
      _ = poll(nil, 0, 50)
    }
  }

  private func print(_ report: SyncReport) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    Swift.print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  private func tell(_ report: SyncReport) {
    let text =
      Host.isFrench()
      ? [
        Counted.french(report.received, "reçu"), Counted.french(report.orders, "demande"),
        Counted.french(report.sent, "envoyé"),
        Counted.french(report.documents, "document lu", "documents lus"),
        Counted.french(report.quarantine, "illisible"),
      ].joined(separator: ", ")
      : "\(report.received) received, \(Counted.english(report.orders, "demande")), "
        + "\(report.sent) sent, \(Counted.english(report.documents, "document")) read, "
        + "\(report.quarantine) unreadable"
    Host.say(text + "\n")
  }
}
