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
          ("level", .string(check.level)),
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

  var level: String { isSound ? "ok" : isRequired ? "problem" : "warning" }
}

struct Doctor {
  let options: CommonOptions
  let environment: Environment
  let fix: Bool

  func examine() -> [Check] {
    var checks = [configuration()]
    if let place = try? Place(options, environment) {
      checks += [clock(place)] + store(place) + network(place)
    }
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

  /// A server may make a refused login wait, and a sending server may be silent.
  private static let networkSeconds = 60

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
