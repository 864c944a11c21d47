import ArgumentParser
import Domain
import Exports
import FoundationEssentials
import Glibc
import Settings
import Store

/// `mssterm doctor`: one line a check, one sentence, one remedy.
struct DoctorCommand: Runnable {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks the installation; one line a check, with its remedy.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "Close the store's directory and files to others.") var fix = false

  func act(_ environment: Environment) throws {
    let doctor = Doctor(options: options, environment: environment, fix: fix)
    let checks = doctor.examine()
    let words = Words(options, environment)
    for check in checks {
      if options.json {
        Output.json([
          ("check", .string(check.name)), ("ok", .boolean(check.isSound)),
          ("required", .boolean(check.isRequired)),
          ("message", .string(words(check.french, check.english))),
        ])
      } else {
        let sign = check.isSound ? "✔" : check.isRequired ? "✘" : "·"
        // Paths and remedies, to be copied as they are.
        Output.exact("\(sign) \(check.name) : \(words(check.french, check.english))")
      }
    }
    if checks.contains(where: { !$0.isSound && $0.isRequired }) {
      throw ExitCode(Exit.failed.rawValue)
    }
  }
}

/// One line of `mssterm-worker doctor`.
private struct Finding: Decodable {
  var check: Check

  private enum CodingKeys: String, CodingKey { case check, isSound, isRequired, french, english }

  init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    check = Check(
      name: try box.decode(String.self, forKey: .check),
      isSound: try box.decode(Bool.self, forKey: .isSound),
      isRequired: try box.decode(Bool.self, forKey: .isRequired),
      french: try box.decode(String.self, forKey: .french),
      english: try box.decode(String.self, forKey: .english))
  }

  /// nil for a line that is none of the doctor's.
  init?(json: String) {
    guard let found = try? JSONDecoder().decode(Finding.self, from: Data(json.utf8)) else {
      return nil
    }
    self = found
  }
}

/// One question the doctor asks.
struct Check {
  var name: String
  var isSound: Bool
  /// False for what only makes the program more pleasant.
  var isRequired: Bool
  var french: String
  var english: String
}

struct Doctor {
  let options: CommonOptions
  let environment: Environment
  let fix: Bool

  func examine() -> [Check] {
    var checks = [configuration()]
    if let place = try? Place(options, environment) { checks += store(place) + network(place) }
    checks.append(worker())
    checks.append(locale())
    checks += [
      tool("pdftotext", "poppler-utils", "le texte des PDF", "the text of PDF files"),
      tool("bwrap", "bubblewrap", "l’isolement des décodeurs", "the isolation of decoders"),
      tool("lp", "cups-client", "l’impression", "printing"),
      tool("tesseract", "tesseract-ocr-fra", "le texte des photos", "the text of photos"),
    ]
    return checks
  }

  private func configuration() -> Check {
    do {
      let place = try Place(options, environment)
      let path = place.configuration.path ?? "--store"
      return Check(
        name: "configuration", isSound: true, isRequired: true, french: path, english: path)
    } catch let failure as CommandFailure {
      return Check(
        name: "configuration", isSound: false, isRequired: true, french: failure.french,
        english: failure.english)
    } catch {
      return Check(
        name: "configuration", isSound: false, isRequired: true, french: "illisible",
        english: "unreadable")
    }
  }

  private func store(_ place: Place) -> [Check] {
    // First: SQLite gives new files the mode of the database.
    let modes = modes(place)
    let store: OfficineStore
    do {
      store = try Session.open(place.settings, create: false)
    } catch let failure as CommandFailure {
      return [
        Check(
          name: "store", isSound: false, isRequired: true, french: failure.french,
          english: failure.english)
      ] + modes
    } catch {
      return modes
    }
    defer { store.close() }
    let path = place.settings.store
    return [
      Check(name: "store", isSound: true, isRequired: true, french: path, english: path),
      members(store),
    ] + modes + [sync(store)] + exports(place, store)
  }

  /// Where an applicative BAL hands over what arrives.
  private func exports(_ place: Place, _ store: OfficineStore) -> [Check] {
    guard place.settings.bal.kind == .applicative else { return [] }
    func check(_ isSound: Bool, _ french: String, _ english: String) -> [Check] {
      [Check(name: "export", isSound: isSound, isRequired: true, french: french, english: english)]
    }
    guard let directory = place.settings.exportTo else {
      return check(
        false, "rien n’est remis : nommer un dossier dans « export_to »",
        "nothing is handed over: name a directory in \"export_to\"")
    }
    let waiting = (try? store.owedExportCount()) ?? 0
    do throws(ExportError) {
      try ExportFolder(in: directory, named: "doctor").checkDirectory()
    } catch {
      return check(
        false,
        error == .noDirectory
          ? "\(directory) n’existe pas, \(waiting) en attente : le créer"
          : "\(directory) ne peut pas être écrit, \(waiting) en attente : vérifier les droits",
        error == .noDirectory
          ? "\(directory) does not exist, \(waiting) waiting: create it"
          : "nothing can be written to \(directory), \(waiting) waiting: check its modes")
    }
    if (try? store.health().heldExports)?.code == "full" {
      return check(
        false, "le disque de \(directory) est plein, \(waiting) en attente : libérer de la place",
        "the disk of \(directory) is full, \(waiting) waiting: free some space")
    }
    return check(
      true, "\(directory), \(waiting) en attente", "\(directory), \(waiting) waiting")
  }

  /// What the worker finds on a real connection; this program itself never talks to the network.
  private func network(_ place: Place) -> [Check] {
    guard case .imap = place.settings.backend else { return [] }
    var arguments = ["doctor", "--bal", place.settings.bal.name, "--store", place.settings.store]
    if let path = place.configuration.path {
      arguments += ["--config", environment.absolute(path)]
    }
    guard
      let result = try? WorkerProcess.find().run(
        arguments, limit: 1 << 20, within: Self.networkSeconds)
    else { return [] }
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    let found = lines.compactMap { Finding(json: String($0)) }
    let silent = Check(
      name: "server", isSound: false, isRequired: true,
      french: "aucune réponse en \(Self.networkSeconds) s ; vérifier le réseau",
      english: "no answer in \(Self.networkSeconds) s; check the network")
    return found.map(\.check) + (result.isCut || found.isEmpty ? [silent] : [])
  }

  /// A server may make a refused login wait.
  private static let networkSeconds = 45

  private func members(_ store: OfficineStore) -> Check {
    let members = (try? store.members(includeDisabled: false)) ?? []
    let mapped = members.contains { $0.osUser == environment.osUser }
    return Check(
      name: "members", isSound: !members.isEmpty, isRequired: true,
      french: members.isEmpty
        ? "aucun membre : mssterm members add \"Nom\" --role titulaire --responsable"
        : "\(members.count), ce compte \(mapped ? "est lié" : "n’est lié à personne")",
      english: members.isEmpty
        ? "no member: mssterm members add \"Name\" --role titulaire --responsable"
        : "\(members.count), this account is \(mapped ? "mapped" : "mapped to nobody")")
  }

  /// Nothing where there is no store yet.
  private func modes(_ place: Place) -> [Check] {
    let modes = StoreModes(
      directory: place.settings.store, isShared: place.settings.isGroupStore)
    guard modes.isThere else { return [] }
    let before = modes.open
    if fix { modes.close(before) }
    let open = modes.open
    let names = (open.isEmpty ? before : open).prefix(5).joined(separator: ", ")
    let french =
      if before.isEmpty { "dossier et fichiers sont fermés aux autres" } else if open.isEmpty {
        "fermés aux autres maintenant : \(names)"
      } else {
        "ouverts à d’autres : \(names) ; « mssterm doctor --fix » depuis le compte du magasin"
      }
    let english =
      if before.isEmpty { "directory and files are closed to others" } else if open.isEmpty {
        "closed to others now: \(names)"
      } else {
        "open to others: \(names); \"mssterm doctor --fix\" from the account of the store"
      }
    return [
      Check(
        name: "modes", isSound: open.isEmpty, isRequired: true, french: french, english: english)
    ]
  }

  private func sync(_ store: OfficineStore) -> Check {
    let status = try? store.syncStatus()
    let isRunning = (try? Lease.isHeld(directory: store.directory)) ?? false
    let isSound = status?.phase == .upToDate || status?.phase == .working
    let since = status?.lastSuccess.map { CivilTime($0).iso8601 } ?? "—"
    return Check(
      name: "sync", isSound: isSound, isRequired: false,
      french: "dernière réussite \(since) ; service \(isRunning ? "en marche" : "arrêté")",
      english: "last success \(since); service \(isRunning ? "running" : "stopped")")
  }

  private func worker() -> Check {
    do {
      let path = try WorkerProcess.find().path
      return Check(name: "worker", isSound: true, isRequired: true, french: path, english: path)
    } catch {
      return Check(
        name: "worker", isSound: false, isRequired: true,
        french: "mssterm-worker est introuvable ; refaire « make build »",
        english: "mssterm-worker was not found; run \"make build\" again")
    }
  }

  private func locale() -> Check {
    setlocale(LC_ALL, "")
    let isUTF8 = nl_langinfo(Int32(CODESET)).map { String(cString: $0) == "UTF-8" } ?? false
    return Check(
      name: "locale", isSound: isUTF8, isRequired: false,
      french: isUTF8 ? "UTF-8" : "pas UTF-8 : LANG=fr_FR.UTF-8 ou C.UTF-8",
      english: isUTF8 ? "UTF-8" : "not UTF-8: LANG=fr_FR.UTF-8 or C.UTF-8")
  }

  private func tool(_ name: String, _ package: String, _ french: String, _ english: String) -> Check
  {
    let places = ["/usr/bin/", "/usr/local/bin/", "/bin/"]
    let isThere = places.contains { access($0 + name, X_OK) == 0 }
    return Check(
      name: name, isSound: isThere, isRequired: false,
      french: isThere
        ? "présent, pour \(french)" : "absent : apt install \(package) pour \(french)",
      english: isThere ? "present, for \(english)" : "absent: apt install \(package) for \(english)"
    )
  }
}
