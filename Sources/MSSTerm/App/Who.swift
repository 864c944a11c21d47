import Domain
import Screens

/// Who wrote, or who is written to, in words for people: never empty, never a matricule, and
/// « patient » only for who is one.
enum Who {
  static func wrote(_ sender: Sender, _ words: Words) -> String {
    named(sender, words, otherwise: words("expéditeur inconnu", "unknown sender"))
  }

  static func receives(_ recipient: Sender, _ words: Words) -> String {
    named(recipient, words, otherwise: words("destinataire inconnu", "unknown recipient"))
  }

  private static func named(
    _ party: Sender, _ words: Words, otherwise unknown: String
  ) -> String {
    let name = party.display.allSatisfy(\.isWhitespace) ? "" : party.display
    switch party.kind {
    case .patient:
      return name.isEmpty ? words("patient sans nom", "patient without a name") : name
    case .professional, .organisation, .application:
      return name.isEmpty ? unknown : name
    case .unknown:
      // Without an address nobody knows whether it came from outside.
      let outside = party.address.isEmpty ? "" : " (\(words.language.strings.kind(party.kind)))"
      return (name.isEmpty ? unknown : name) + outside
    }
  }
}
