/// One sentence each, for the search line, the command and the configuration alike.
extension QueryProblem {
  public var french: String {
    switch kind {
    case .unknownValue(let key, let value):
      "« \(key.name(french: true)):\(value) » n’est pas connu (caractère \(place + 1)) ; "
        + "essayez \(key.values(french: true).joined(separator: ", "))."
    case .missingValue(let key):
      "Après « \(key.name(french: true)): » : \(key.values(french: true).joined(separator: ", "))."
    case .unknownKey(let name):
      "« \(name): » n’est pas connu (caractère \(place + 1)) ; connus : "
        + "\(QueryKey.all(french: true)). Un texte : entre guillemets."
    case .tooManyTerms(let limit):
      "Trop de mots (caractère \(place + 1)) : \(limit) au plus."
    }
  }

  public var english: String {
    switch kind {
    case .unknownValue(let key, let value):
      "\"\(key.name(french: false)):\(value)\" is not known (character \(place + 1)); "
        + "try \(key.values(french: false).joined(separator: ", "))."
    case .missingValue(let key):
      "After \"\(key.name(french: false)):\": \(key.values(french: false).joined(separator: ", "))."
    case .unknownKey(let name):
      "\"\(name):\" is not known (character \(place + 1)); known: "
        + "\(QueryKey.all(french: false)). Put a text in quotes."
    case .tooManyTerms(let limit):
      "Too many words (character \(place + 1)): \(limit) at most."
    }
  }
}
