/// How names are written on screen: family name first, in capitals.
///
/// Only when it is sure which words are the family name; in doubt the order stays as written, since
/// a wrong guess could make two patients look like one. Never shows a matricule.
public enum DisplayName {
  /// `Jeanne MARTIN` → `MARTIN Jeanne`; `Dr_Camille_DURAND_Cabinet` → `Dr DURAND Camille`.
  ///
  /// A name that is itself an address says nothing and can deceive (M14): then the real address
  /// is shown, and nothing for a patient, whose address is the matricule.
  public static func of(_ mail: MailAddress, kind: SenderKind) -> String {
    let name = cleaned(mail.name)
    let isPatient = kind == .patient
    guard name.contains(where: \.isLetter) else {
      return isPatient ? "" : INS.masking(cleaned(mail.localPart))
    }
    if looksLikeAddress(name) { return isPatient ? "" : INS.masking(cleaned(mail.address)) }
    switch kind {
    case .patient, .professional: return INS.masking(personName(name))
    case .organisation, .application:
      return INS.masking(name.split(separator: "_").joined(separator: " "))
    case .unknown: return INS.masking(name)
    }
  }

  /// Puts the family name first when one run of capital words ends the name, its particle with
  /// it: `Camille de LA TOUR` → `de LA TOUR Camille`. Names without capitals, in capitals only,
  /// or with capitals elsewhere keep their order.
  public static func personName(_ text: String) -> String {
    if text.contains("_"), let name = fieldName(text) { return name }
    var words = text.split { $0 == " " || $0 == "_" }.map(String.init)
    let title = takeTitle(&words)
    return (title + reordered(words)).joined(separator: " ")
  }

  /// Longest name worth showing, in Unicode scalars; a longer one is cut.
  static let longest = 200

  /// One line without invisible characters, outer quotes or the comma after a family name.
  private static func cleaned(_ text: String) -> String {
    let visible = text.unicodeScalars.prefix(longest).filter { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar.properties.isWhitespace
      case .format, .surrogate, .privateUse, .unassigned: false
      default: true
      }
    }
    var words = String(String.UnicodeScalarView(visible))
      .split(whereSeparator: \.isWhitespace).map(String.init)
    if words.count > 1, let first = words.first, first.hasSuffix(","), isCapitals(first) {
      words[0] = String(first.dropLast())
    }
    var line = words.joined(separator: " ")
    for quote in ["\"", "'"]
    where line.count > 2 && line.hasPrefix(quote) && line.hasSuffix(quote) {
      line = String(line.dropFirst().dropLast())
    }
    return line
  }

  private static func looksLikeAddress(_ name: String) -> Bool {
    name.contains { "@＠﹫".contains($0) } || name.lowercased().contains(".mssante.")
  }

  /// `Titre_Prenom_NOM_Entité` (ECO.2.2.7): the entity is left out, the address tells it.
  private static func fieldName(_ text: String) -> String? {
    var fields = text.split(separator: "_").map { $0.split(separator: " ").joined(separator: " ") }
    let title = takeTitle(&fields)
    guard let family = fields.firstIndex(where: isCapitalField), family > 0 else { return nil }
    return (title + [fields[family]] + fields[..<family]).joined(separator: " ")
  }

  private static func isCapitalField(_ field: String) -> Bool {
    field.split(separator: " ").allSatisfy { isCapitals(String($0)) }
  }

  private static func takeTitle(_ words: inout [String]) -> [String] {
    guard words.count > 1, let first = words.first, titles.contains(first.lowercased()) else {
      return []
    }
    return [words.removeFirst()]
  }

  private static func reordered(_ words: [String]) -> [String] {
    guard let first = words.firstIndex(where: isCapitals), first > 0,
      words[first...].allSatisfy(isCapitals)
    else { return words }
    // « Marie Dupont CHU »: a short word after a whole name is not its family name.
    let letters = words[first...].reduce(0) { $0 + $1.filter(\.isLetter).count }
    if first >= 2 && letters <= 3 { return words }
    var family = first
    while family > 1, particles.contains(words[family - 1].lowercased()) { family -= 1 }
    return Array(words[family...] + words[..<family])
  }

  private static let titles: Set<String> = [
    "dr", "dr.", "docteur", "pr", "pr.", "professeur", "mme", "mme.", "mlle", "m.", "mr",
    "monsieur", "madame", "mademoiselle",
  ]

  private static let particles: Set<String> = [
    "de", "du", "des", "d'", "d’", "la", "le", "les", "l'", "da", "das", "do", "dos", "di", "del",
    "della", "van", "von", "der", "den", "ter", "zu", "el", "al", "ben", "bent", "ould", "mc",
    "mac", "saint", "st",
  ]

  /// Two capitals or more, after a small `d’`, `l’`, `Mc` or `Mac` when there is one.
  private static func isCapitals(_ word: String) -> Bool {
    var rest = Substring(word)
    for prefix in ["d'", "d’", "l'", "l’", "D'", "D’", "L'", "L’", "O'", "O’", "Mc", "Mac"]
    where word.hasPrefix(prefix) && word.count > prefix.count {
      rest = rest.dropFirst(prefix.count)
      break
    }
    let letters = rest.filter(\.isLetter)
    return letters.count >= 2 && letters.allSatisfy(\.isUppercase)
  }
}
