import Settings

/// The sentences of the command line: both languages stand side by side, so neither can be
/// missing.
struct Words {
  let isFrench: Bool

  /// French unless the locale says otherwise (design 9: French first).
  init(configured: Configuration.Screen.Language?, environment: [String: String]) {
    if let configured {
      isFrench = configured == .fr
      return
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    isFrench = !locale.hasPrefix("en")
  }

  func callAsFunction(_ french: String, _ english: String) -> String {
    isFrench ? french : english
  }
}
