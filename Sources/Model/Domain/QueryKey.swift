/// The names before a colon in a query; French and English mean the same.
public enum QueryKey: String, CaseIterable, Sendable, Hashable {
  case state, owner, kind, mark, from, patient, before, after, age

  /// Every way to write it, accents folded; the first is the French one, the second English.
  public var names: [String] {
    switch self {
    case .state: ["etat", "state", "status"]
    case .owner: ["a", "owner"]
    case .kind: ["genre", "kind"]
    case .mark: ["marque", "mark"]
    case .from: ["de", "from"]
    case .patient: ["pour", "patient", "for"]
    case .before: ["avant", "before"]
    case .after: ["apres", "after"]
    case .age: ["depuis", "age"]
    }
  }

  /// As a person writes it, accents in place.
  public func name(french: Bool) -> String {
    if !french { return names[1] }
    return switch self {
    case .state: "état"
    case .owner: "à"
    case .after: "après"
    default: names[0]
    }
  }

  /// `état:, à:, …`
  static func all(french: Bool) -> String {
    allCases.map { $0.name(french: french) + ":" }.joined(separator: ", ")
  }

  init?(typed: String) {
    let wanted = folded(typed)
    guard let key = Self.allCases.first(where: { $0.names.contains(wanted) }) else { return nil }
    self = key
  }

  /// What may follow, for the hint under the search line; examples where anything may.
  public func values(french: Bool) -> [String] {
    switch self {
    case .state:
      QueryWords.states.map { french ? $0.french : $0.english }
        + [french ? QueryWords.dropped.french : QueryWords.dropped.english]
    case .kind: QueryWords.kinds.map { french ? $0.french : $0.english }
    case .mark: QueryWords.marks.map { french ? $0.french : $0.english }
    case .owner: french ? ["moi", "personne", "LP", "léa"] : ["me", "none", "LP", "lea"]
    case .from: french ? ["durand"] : ["durand"]
    case .patient: ["martin"]
    case .before, .after:
      french ? ["20/11", "2026-11-20", "hier"] : ["2026-11-20", "yesterday"]
    case .age: french ? ["3j", "2h", "<30min"] : ["3d", "2h", "<30min"]
    }
  }

  /// The key whose value is being typed at the end of `text`, for the hint line.
  public static func open(in text: String) -> QueryKey? {
    guard let last = text.split(separator: " ", omittingEmptySubsequences: false).last,
      let colon = last.firstIndex(of: ":")
    else { return nil }
    return QueryKey(typed: String(last[..<colon].drop { $0 == "-" }))
  }
}

/// The values of the query language.
enum QueryWords {
  struct Word<Value: Sendable>: Sendable {
    var french: String
    var english: String
    var others: [String] = []
    var value: Value

    func isWritten(_ typed: String) -> Bool {
      ([french, english] + others).contains { folded($0) == typed }
    }
  }

  static let states: [Word<Set<Order.Status>>] = [
    Word(
      french: "prendre", english: "received", others: ["a-prendre", "to-take", "todo"],
      value: [.received]),
    Word(
      french: "préparation", english: "preparing",
      others: ["en-preparation", "in-preparation", "en-cours", "in-progress"],
      value: [.preparing]),
    Word(
      french: "contrôler", english: "prepared", others: ["a-controler", "to-check", "check"],
      value: [.prepared]),
    Word(french: "prête", english: "ready", others: ["pret", "checked"], value: [.checked]),
    Word(
      french: "partielle", english: "partial", others: ["remise-partielle", "partly-collected"],
      value: [.partial]),
    Word(french: "remise", english: "collected", value: [.collected]),
    Word(
      french: "traitée", english: "closed", others: ["traite", "done"],
      value: [.closed]),
    Word(
      french: "ouverte", english: "open",
      value: Set(Order.Status.allCases.filter { !$0.isFinished })
    ),
  ]

  /// « Sans suite » is a closed ordonnance, as lists write it; « traitée » is all that is closed.
  static let dropped = Word(
    french: "sans-suite", english: "dropped", others: ["abandonnee"], value: true)

  static let kinds: [Word<Order.Kind>] = [
    Word(french: "ordonnance", english: "prescription", value: .prescription),
    Word(french: "question", english: "question", value: .question),
    Word(french: "document", english: "document", value: .document),
  ]

  static let marks: [Word<ViewQuery.Mark>] = [
    Word(french: "urgent", english: "urgent", others: ["urgente"], value: .marker(.urgent)),
    Word(
      french: "original", english: "original", others: ["original-awaited", "original-attendu"],
      value: .marker(.originalAwaited)),
    Word(french: "manque", english: "missing", others: ["manquant"], value: .marker(.missing)),
    Word(
      french: "question-prescripteur", english: "question-prescriber",
      value: .marker(.questionPrescriber)),
    Word(french: "question-patient", english: "question-patient", value: .marker(.questionPatient)),
    Word(french: "promis", english: "promised", value: .marker(.promised)),
    Word(french: "bac", english: "shelf", others: ["casier"], value: .marker(.shelf)),
    Word(french: "nouveau", english: "news", value: .news),
    Word(french: "imprimée", english: "printed", others: ["imprime"], value: .printed),
    Word(french: "alarme", english: "alarm", value: .alarm),
  ]

  static func value<T>(_ typed: String, in words: [Word<T>]) -> T? {
    // As it stands on a tab: with a blank, in the plural.
    let wanted = folded(typed).split(whereSeparator: \.isWhitespace).joined(separator: "-")
    let known = words.first { $0.isWritten(wanted) } ?? words.first { $0.isWritten(wanted + "s") }
    if known == nil, wanted.hasSuffix("s") { return value(String(wanted.dropLast()), in: words) }
    return (known ?? words.first { $0.isWritten(wanted) })?.value
  }
}
