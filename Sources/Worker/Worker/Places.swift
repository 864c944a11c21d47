import ArgumentParser
import Documents
import Domain
import Glibc
import Logging
import Platform
import Settings
import Store
import Sync

/// Where the configuration and the store are.
struct PlaceOptions: ParsableArguments {
  @Option(help: "The configuration file.") var config: String?
  @Option(help: "The BAL's name; the first one when absent.") var bal: String?
  @Option(help: "The store's directory, instead of the configured one.") var store: String?

  func load() throws -> (Configuration, BALSettings) {
    let (configuration, settings) = try read()
    try checkOwner(settings)
    return (configuration, settings)
  }

  /// Whoever starts the worker, and however: a nominative BAL is its owner's alone, before
  /// anything is made or anybody asked.
  private func checkOwner(_ settings: BALSettings) throws {
    var settings = settings
    if let store { settings.store = Host.absolute(store) }
    guard settings.isReserved(toOtherThan: UserAccount().name) else { return }
    throw Failure(
      77,
      "La BAL « \(settings.bal.name) » est nominative : elle ne s’ouvre que depuis le compte de "
        + "son titulaire.",
      "The BAL \"\(settings.bal.name)\" is nominative: it opens only from its owner's account.")
  }

  private func read() throws -> (Configuration, BALSettings) {
    do throws(SettingsError) {
      let environment = Host.environment()
      let path = Configuration.locate(option: config, environment: environment) {
        access($0, R_OK) == 0
      }
      guard let path else {
        throw SettingsError.noFile(path: "config.toml")
      }
      let configuration = try Configuration.load(path: path, environment: environment)
      if let zone = configuration.officine.timezone { Timezone.use(zone) }
      return (configuration, try configuration.bal(named: bal))
    } catch {
      throw Failure(78, error.french, error.english)
    }
  }

  /// The store of the chosen BAL; made when it is not there yet.
  func openStore(_ settings: BALSettings) throws -> OfficineStore {
    try Host.open(
      store ?? settings.store, create: true, sharing: settings.isGroupStore ? .group : .own)
  }
}

/// How a command ends when it did not do what it was asked; the sentences carry no data.
struct Failure: Error {
  var code: Int32
  var french: String
  var english: String

  init(_ code: Int32, _ french: String, _ english: String) {
    self.code = code
    self.french = french
    self.english = english
  }

  init(_ failure: SyncFailure) {
    self.init(failure.exitCode, failure.french, failure.english)
  }

  /// Says it on standard error and ends the command with the code of the contract.
  func tell() -> ExitCode {
    Host.say((Host.isFrench() ? french : english) + "\n")
    return ExitCode(code)
  }
}

/// What this process is and runs on.
enum Host {
  static func environment() -> [String: String] {
    var result: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        result[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return result
  }

  static func isFrench() -> Bool {
    let variables = environment()
    let locale =
      [variables["LC_ALL"], variables["LC_MESSAGES"], variables["LANG"]]
      .compactMap { $0 }.first { !$0.isEmpty } ?? ""
    return !locale.hasPrefix("en")
  }

  static let now: @Sendable () -> Timestamp = {
    Timestamp(milliseconds: KernelClock.wall.milliseconds)
  }

  /// 32 hexadecimal digits that nobody guesses.
  static func randomName() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// This program, to be started again as the confined child.
  static func executable() -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = buffer.withUnsafeMutableBytes {
      $0.withMemoryRebound(to: CChar.self) {
        $0.baseAddress.map { readlink("/proc/self/exe", $0, Int(PATH_MAX)) } ?? -1
      }
    }
    return String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
  }

  /// To standard error, whole and at once.
  static func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(2, bytes, bytes.count)
  }

  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return path }
    let directory = buffer.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { String(cString: $0) } ?? ""
    }
    return directory + "/" + path
  }

  static func open(
    _ path: String, create: Bool, sharing: OfficineStore.Sharing = .own
  ) throws -> OfficineStore {
    do throws(StoreError) {
      return try OfficineStore.open(at: absolute(path), create: create, sharing: sharing)
    } catch {
      throw Failure(error)
    }
  }
}

extension Failure {
  init(_ error: StoreError) {
    switch error {
    case .notFound:
      self.init(2, "Cet identifiant est inconnu ici.", "This ID is not known here.")
    case .busy:
      self.init(
        75, "Un autre poste écrit dans le magasin ; réessayez dans un instant.",
        "Another poste is writing to the store; try again in a moment.")
    case .cannotOpen(.missing):
      self.init(
        78, "Le magasin n’existe pas et ne peut pas être créé là ; vérifiez le chemin « store ».",
        "The store does not exist and cannot be made there; check the path \"store\".")
    case .cannotOpen(.parent):
      self.init(
        77,
        "Un dossier au-dessus du magasin manque et ne peut pas être créé ; vérifiez le chemin "
          + "« store » et les droits.",
        "A directory above the store is missing and cannot be made; check the path \"store\" "
          + "and the modes.")
    case .cannotOpen(.setAside):
      self.init(
        78,
        OpenProblem.interruptedRestore.french, OpenProblem.interruptedRestore.english)
    case .cannotOpen(.networkFileSystem(let kind)):
      self.init(
        78,
        "Le magasin est sur un système de fichiers réseau (\(kind)) : refusé. Choisissez un "
          + "disque de cette machine.",
        "The store is on a network file system (\(kind)): refused. Choose a disk of this machine.")
    case .cannotOpen(.newerSchema):
      self.init(
        78, "Le magasin vient d’une version plus récente ; mettez MSSTerm à jour.",
        "The store comes from a newer version; update MSSTerm.")
    case .cannotOpen(.notAStore):
      self.init(
        78, "Ce n’est pas un magasin de MSSTerm ; rien n’a été changé.",
        "This is not a MSSTerm store; nothing was changed.")
    case .cannotOpen:
      self.init(
        77, "Le magasin ne peut pas être écrit ; vérifiez les droits du dossier.",
        "The store cannot be written; check the modes of its directory.")
    case .diskFull:
      self.init(
        1, "Le disque est plein ; libérez de la place. Rien n’est perdu.",
        "The disk is full; free some space. Nothing is lost.")
    case .refused, .damaged, .failed:
      self.init(
        1, "Le magasin ne peut pas être utilisé ; lancez « mssterm verify ».",
        "The store cannot be used; run \"mssterm verify\".")
    }
  }
}
