/// The language of the screen and of the commands.
public enum Language: String, Sendable, CaseIterable, Hashable {
  case french = "fr"
  case english = "en"

  /// What the environment asks for: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is not empty
  /// (POSIX, Base Definitions 8.2).
  ///
  /// No language at all (`C`, `POSIX`, unset) is French: the counter is in France, and a server
  /// without a locale must not turn it to English. Any other language is English.
  public init(environment: [String: String]) {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty }
    let tag = (named ?? "").lowercased().prefix { $0.isLetter }
    self = ["", "c", "posix", "fr"].contains(tag) ? .french : .english
  }

  /// Reads the configuration's `language`: `fr`, `en`, or a longer tag such as `fr_FR.UTF-8`.
  public init?(_ tag: String) {
    self.init(rawValue: String(tag.lowercased().prefix { $0.isLetter }))
  }

  /// The tables of this language.
  public var strings: any Strings {
    switch self {
    case .french: French()
    case .english: English()
    }
  }
}
