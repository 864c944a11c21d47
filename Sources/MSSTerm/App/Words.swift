import Glibc
import Screens
import Settings

/// The sentences of the command line: both languages stand side by side, so neither can be
/// missing.
struct Words: Sendable {
  let language: Language
  var isFrench: Bool { language == .french }

  /// The configuration decides, else the locale; French when neither says (design 9).
  init(configured: Configuration.Screen.Language?, environment: [String: String]) {
    switch configured {
    case .fr: language = .french
    case .en: language = .english
    case nil: language = Language(environment: environment)
    }
  }

  /// For what has to be said before or without a session: the configuration's language when it can
  /// be read, and the locale's otherwise; a broken configuration says itself what is wrong with it.
  init(_ options: CommonOptions, _ environment: Environment) {
    let path = Configuration.locate(
      option: options.config.map(environment.absolute), environment: environment.variables,
      exists: { access($0, F_OK) == 0 })
    let configuration = path.flatMap {
      try? Configuration.load(path: $0, environment: environment.variables)
    }
    self.init(
      configured: configuration?.screen.language, environment: environment.variables)
  }

  func callAsFunction(_ french: String, _ english: String) -> String {
    isFrench ? french : english
  }
}
