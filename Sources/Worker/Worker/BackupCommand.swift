import ArgumentParser
import Domain
import Foundation
import Settings
import Store
import Sync

/// `mssterm backup` runs it once it knows who wishes it.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Makes one copy of the store.")

  @OptionGroup var place: PlaceOptions
  @Argument var file: String
  @Flag(help: "In the clear: a responsable said so.") var plain = false
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    do {
      try copy()
    } catch let failure as Failure {
      throw failure.tell()
    } catch let error as StoreError {
      throw Failure(error).tell()
    }
  }

  private func copy() throws {
    var (configuration, settings) = try place.load()
    settings.store = Host.absolute(place.store ?? settings.store)
    let keys = BackupKeys(configuration.vault.backup)
    guard plain || !keys.isEmpty else {
      throw Failure(
        78,
        "Pour qui chiffrer ? Nommer une clé : [backup] recipients = [\"age1…\"] "
          + "(« age-keygen » en fait une).",
        "Encrypt for whom? Name a key: [backup] recipients = [\"age1…\"] (\"age-keygen\" makes "
          + "one).")
    }
    let author = try Wisher.author(plain ? .plainBackup : .backup, configuration, settings)
    let store = try Host.open(settings.store, create: false)
    defer { store.close() }
    let stop = Stop()
    Signals.watch(stop)
    let maker = BackupMaker(store: store, isByHand: true, now: Host.now) { stop.isRequested }
    let path = Host.absolute(file)
    do throws(BackupFailure) {
      let (counts, bytes) = try maker.make(
        at: path, for: plain ? nil : keys, by: author)
      try tell(path, counts, bytes)
    } catch {
      throw Failure(error)
    }
    let plan = UpkeepPlan(configuration, settings)
    try plan.anchors?.keep(store, .backup, now: Host.now())
  }

  private func tell(
    _ path: String, _ counts: StoreCounts, _ bytes: Int
  ) throws(BackupFailure) {
    guard json else {
      let isFrench = Host.isFrench()
      let summary = CountsText.said(
        messages: counts.messages, orders: counts.orders, journal: counts.journal,
        isFrench: isFrench)
      Host.say("\(path)\(isFrench ? " :" : ":") \(summary)\n")
      return
    }
    print(
      "{\"file\":\(Quoted.json(path)),\"messages\":\(counts.messages),\"orders\":\(counts.orders),"
        + "\"events\":\(counts.events),\"journal\":\(counts.journal),\"bytes\":\(bytes),"
        + "\"encrypted\":\(!plain)}")
  }
}

/// A JSON string.
enum Quoted {
  static func json(_ text: String) -> String {
    guard let data = try? JSONEncoder().encode(text) else { return "\"\"" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension Failure {
  fileprivate init(_ failure: BackupFailure) {
    switch failure {
    case .busy:
      self.init(
        75, "Une sauvegarde est déjà en cours ; réessayez dans un instant.",
        "A copy is being made already; try again in a moment.")
    case .noAge:
      self.init(
        1, "Le programme « age » manque : apt install age. Rien n’a été écrit.",
        "The program \"age\" is missing: apt install age. Nothing was written.")
    case .age:
      self.init(
        1, "age a refusé de chiffrer : vérifiez les clés de [backup] et la place libre.",
        "age refused to encrypt: check the keys of [backup] and the free space.")
    case .directory:
      self.init(
        1, "Le dossier n’existe pas ou ne peut pas être écrit.",
        "The directory does not exist or cannot be written.")
    case .exists:
      self.init(
        3, "Un fichier de ce nom existe déjà ; il n’est jamais remplacé. Choisissez un autre nom.",
        "A file of that name exists; it is never replaced. Choose another name.")
    case .stopped:
      self.init(75, "Sauvegarde interrompue ; rien n’a été gardé.", "Interrupted; nothing kept.")
    case .store(let problem): self.init(problem)
    }
  }
}
