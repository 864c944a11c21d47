import Domain
import Screens
import Settings
import Store

/// How a command ends (cli.md, "Exit codes").
enum Exit: Int32 {
  case failed = 1
  case notFound = 2
  case refused = 3
  case usage = 64
  case unavailable = 69
  case tryLater = 75
  case notPermitted = 77
  case configuration = 78
}

/// Why a command did not do what it was asked; both sentences say what to do next and carry no
/// patient data.
struct CommandFailure: Error {
  var exit: Exit
  var french: String
  var english: String
  /// Its line on standard output was written already.
  var isTold = false

  init(_ exit: Exit, _ french: String, _ english: String) {
    self.exit = exit
    self.french = french
    self.english = english
  }

  init(_ error: SettingsError) {
    self.init(.configuration, error.french, error.english)
  }

  /// `what` is the ID the person typed.
  init(_ error: StoreError, what: String = "") {
    switch error {
    case .notFound:
      self.init(
        .notFound, "« \(what) » est inconnu ici ; « mssterm list » donne les identifiants.",
        "\"\(what)\" is not known here; \"mssterm list\" gives the IDs.")
    case .refused(let refusal):
      self.init(
        .refused, Language.french.strings.refusal(refusal, now: Environment.clock()),
        Language.english.strings.refusal(refusal, now: Environment.clock()))
    case .busy(let seconds):
      self.init(
        .tryLater, "Un autre poste écrit depuis \(seconds) s ; réessayer dans un instant.",
        "Another poste has been writing for \(seconds) s; try again in a moment.")
    case .cannotOpen(let problem): self.init(problem)
    case .damaged(let code):
      self.init(
        .failed,
        "Le magasin est abîmé (\(code)) ; ne rien effacer, lancer « mssterm verify ».",
        "The store is damaged (\(code)); delete nothing, run \"mssterm verify\".")
    case .failed(let code):
      self.init(
        .failed, Self.french(sqlite: code), Self.english(sqlite: code))
    }
  }

  private init(_ problem: OpenProblem) {
    switch problem {
    case .missing:
      self.init(
        .configuration, "Ce magasin n’existe pas encore ; « mssterm sync --once » le crée.",
        "This store does not exist yet; \"mssterm sync --once\" creates it.")
    case .parent:
      self.init(
        .notPermitted,
        "Un dossier au-dessus du magasin manque et ne peut pas être créé ; vérifier le chemin "
          + "« store » et les droits.",
        "A directory above the store is missing and cannot be made; check the path \"store\" "
          + "and the modes.")
    case .networkFileSystem(let kind):
      self.init(
        .configuration,
        "Le magasin est sur un système de fichiers réseau (\(kind)) : refusé, les verrous n’y "
          + "sont pas sûrs. Choisir un disque de cette machine.",
        "The store is on a network file system (\(kind)): refused, its locks are not safe. "
          + "Choose a disk of this machine.")
    case .setAside:
      self.init(
        .configuration,
        OpenProblem.interruptedRestore.french, OpenProblem.interruptedRestore.english)
    case .notWritable:
      self.init(
        .notPermitted, "Le magasin ne peut pas être écrit ; vérifier les droits du dossier.",
        "The store cannot be written; check the mode of its directory.")
    case .newerSchema(let found, let known):
      self.init(
        .configuration,
        "Le magasin vient d’une version plus récente (\(found), connue : \(known)) ; mettre "
          + "MSSTerm à jour.",
        "The store comes from a newer version (\(found), known: \(known)); update MSSTerm.")
    case .notAStore:
      self.init(
        .configuration, "Ce fichier n’est pas un magasin de MSSTerm ; rien n’a été changé.",
        "This file is not a MSSTerm store; nothing was changed.")
    case .permissions(let detail):
      self.init(
        .notPermitted, "Droits du magasin : \(detail).", "Modes of the store: \(detail).")
    }
  }

  private static func french(sqlite code: Int32) -> String {
    code == 13
      ? "Le disque est plein : rien n’a été enregistré. Libérer de la place puis recommencer."
      : "Le magasin n’a pas pu être lu ou écrit (code \(code)) ; rien n’a été enregistré."
  }

  private static func english(sqlite code: Int32) -> String {
    code == 13
      ? "The disk is full: nothing was recorded. Free some space, then do it again."
      : "The store could not be read or written (code \(code)); nothing was recorded."
  }
}
