import ArgumentParser
import Domain
import Settings
import Store
import Sync

/// `mssterm restore` is this.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Makes a store out of a copy, once it was verified.")

  @OptionGroup var place: PlaceOptions
  @Argument var file: String
  @Option(help: "File with age's secret key.") var identity: String?
  @Option(help: "A new place, instead of the BAL's own store.") var into: String?
  @Flag(help: "The store that is there is set aside.") var replace = false
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    do {
      try restore()
    } catch let failure as Failure {
      throw failure.tell()
    }
  }

  private func restore() throws {
    var (configuration, settings) = try place.load()
    settings.store = Host.absolute(place.store ?? settings.store)
    let author = try Wisher.author(.restore, configuration, settings)
    let sharing: OfficineStore.Sharing = settings.isGroupStore ? .group : .own
    let restorer = Restorer(
      file: Host.absolute(file), identity: identity.map(Host.absolute),
      directory: into.map(Host.absolute) ?? settings.store, sharing: sharing,
      anchors: into == nil ? UpkeepPlan(configuration, settings).anchors : nil, now: Host.now)
    let report: Restorer.Report
    do throws(RestoreFailure) {
      report = try restorer.run(
        replaces: into == nil && replace, machine: Host.randomName(), by: author)
    } catch {
      throw Failure(error, isElsewhere: into != nil)
    }
    tell(report)
  }

  private func tell(_ report: Restorer.Report) {
    let counts = report.counts
    guard json else {
      let aside = report.setAside
      let summary = CountsText.said(
        messages: counts.messages, orders: counts.orders, journal: counts.journal,
        isFrench: Host.isFrench())
      Host.say(
        Host.isFrench()
          ? "Vérifiée, puis restaurée dans \(report.directory) : \(summary).\n"
            + (aside.map { "L’ancien magasin est gardé : \($0)\n" } ?? "")
            + "Les envois qui attendaient sont « incertains » : mssterm outbox list.\n"
          : "Verified, then restored to \(report.directory): \(summary).\n"
            + (aside.map { "The former store is kept: \($0)\n" } ?? "")
            + "Mail that waited is \"uncertain\": mssterm outbox list.\n")
      return
    }
    print(
      "{\"store\":\(Quoted.json(report.directory)),\"messages\":\(counts.messages),"
        + "\"orders\":\(counts.orders),\"events\":\(counts.events),\"journal\":\(counts.journal),"
        + "\"set_aside\":\(report.setAside.map(Quoted.json) ?? "null")}")
  }
}

extension Failure {
  fileprivate init(_ failure: RestoreFailure, isElsewhere: Bool) {
    switch failure {
    case .unreadable:
      self.init(2, "Cette sauvegarde ne peut pas être lue.", "This copy cannot be read.")
    case .foreign:
      self.init(
        1, "Ce fichier n’est pas une sauvegarde de MSSTerm ; rien n’a été changé.",
        "This file is no copy made by MSSTerm; nothing was changed.")
    case .noIdentity:
      self.init(
        64, "Sauvegarde chiffrée : --identity FICHIER, la clé secrète d’age.",
        "An encrypted copy: --identity FILE, the secret key of age.")
    case .noAge:
      self.init(
        1, "Le programme « age » manque : apt install age.",
        "The program \"age\" is missing: apt install age.")
    case .age:
      self.init(
        1,
        "age n’ouvre pas cette sauvegarde : une autre clé, ou un fichier abîmé. Rien n’a changé.",
        "age does not open this copy: another key, or a damaged file. Nothing was changed.")
    case .unsound(let codes):
      let list = codes.prefix(5).joined(separator: ", ")
      self.init(
        1, "Cette sauvegarde n’est pas saine (\(list)) : elle n’est pas devenue le magasin.",
        "This copy is not sound (\(list)): it did not become the store.")
    case .exists where isElsewhere:
      self.init(
        3, "Ce dossier existe déjà ; choisissez-en un nouveau.",
        "That directory exists; choose a new one.")
    case .exists:
      self.init(
        3, "Un magasin est déjà là : --replace le met de côté, --into DOSSIER restaure ailleurs.",
        "A store is there already: --replace sets it aside, --into DIRECTORY restores elsewhere.")
    case .inUse:
      self.init(
        75, "Un écran ou un service utilise ce magasin : les fermer, puis recommencer.",
        "A screen or a service uses this store: end them, then do it again.")
    case .anchor:
      self.init(
        77,
        "Le fichier des ancres ([journal] anchor) ne peut pas être écrit : rien n’a été changé.",
        "The file of the anchors ([journal] anchor) cannot be written: nothing was changed.")
    case .directory:
      self.init(
        77, "Le dossier au-dessus du magasin ne peut pas être écrit.",
        "The directory above the store cannot be written.")
    case .store(let problem): self.init(problem)
    }
  }
}
