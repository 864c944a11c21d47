import ArgumentParser
import Documents
import Domain
import Foundation
import Settings
import Store
import Sync

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Stores .eml files, mbox files and Maildirs.")

  @OptionGroup var place: PlaceOptions
  @Flag(help: "What was stored, as one JSON object.") var json = false
  @Argument(help: "Files and directories.") var paths: [String]

  private struct Summary: Encodable {
    var received: Int
    var known: Int
    var orders: Int
    var quarantine: Int
    var unreadable: Int
  }

  func run() throws {
    do {
      try importFiles()
    } catch let failure as Failure {
      throw failure.tell()
    } catch let failure as SyncFailure {
      throw Failure(failure).tell()
    } catch let error as StoreError {
      throw Failure(error).tell()
    }
  }

  private func importFiles() throws {
    let (account, store) = try open()
    defer { store.close() }
    let stop = Stop()
    Signals.watch(stop)
    let decoder = DecoderClient(executable: Host.executable())
    defer { decoder.close() }
    let importer = Importer(
      account: account, store: store, decoder: decoder, stop: stop, now: Host.now)
    let (report, unreadable) = try importer.run(paths.map(Host.absolute))
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let summary = Summary(
        received: report.received, known: report.known, orders: report.orders,
        quarantine: report.quarantine, unreadable: unreadable.count)
      print(String(decoding: try encoder.encode(summary), as: UTF8.self))
    } else {
      tell(report)
    }
    guard unreadable.isEmpty else {
      tell(unreadable)
      throw Failure(
        2,
        Counted.french(unreadable.count, "fichier n’a", "fichiers n’ont")
          + " pas été repris ; vérifiez chemins et droits.",
        Counted.english(unreadable.count, "file was", "files were")
          + " not imported; check paths and modes.")
    }
  }

  private func tell(_ report: SyncReport) {
    let text =
      Host.isFrench()
      ? "\(report.received) repris, \(Counted.french(report.known, "déjà connu", "déjà connus")), "
        + "\(Counted.french(report.orders, "demande")), "
        + Counted.french(report.quarantine, "illisible")
      : "\(report.received) imported, \(report.known) already known, "
        + "\(Counted.english(report.orders, "demande")), "
        + "\(report.quarantine) unreadable"
    Host.say(text + "\n")
  }

  /// A whole disk typed by mistake must not scroll for minutes.
  private static let namesShown = 20

  private func tell(_ unreadable: [Importer.Unreadable]) {
    let isFrench = Host.isFrench()
    for file in unreadable.prefix(Self.namesShown) {
      let reason =
        switch file.reason {
        case .empty: isFrench ? "vide" : "empty"
        case .unreadable: isFrench ? "illisible" : "cannot be read"
        }
      Host.say("\(printable(file.path)) : \(reason)\n")
    }
  }

  /// `--store` alone is enough: without a configuration nothing is known of the BAL.
  private func open() throws -> (Account, OfficineStore) {
    if place.config == nil, let directory = place.store {
      let account = Account(
        bal: BAL(name: "", address: "", kind: .organisationnelle), trust: TrustSpace(),
        policy: Policy(), backend: .maildir(MaildirAccount(path: "")))
      return (account, try Host.open(directory, create: true))
    }
    let (configuration, settings) = try place.load()
    return (Account(configuration, settings), try place.openStore(settings))
  }
}
