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

  func callAsFunction(_ french: String, _ english: String) -> String {
    isFrench ? french : english
  }
}
