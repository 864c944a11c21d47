public import Domain

extension French {
  public func alarms(_ count: Int) -> String { count == 1 ? "1 alarme" : "\(count) alarmes" }

  public func alarm(_ alarm: Alarm) -> String {
    switch alarm {
    case .unclaimed: "non prise"
    case .stalled: "à l'arrêt"
    case .waitingCheck: "attend le contrôle"
    case .promisePassed: "promesse passée"
    }
  }

  public func openDays(_ days: Int) -> String { "\(days) j" }
  public func problem(_ problem: QueryProblem) -> String { problem.french }
  public func queryHint(_ key: QueryKey) -> String {
    "\(key.name(french: true)): " + key.values(french: true).joined(separator: ", ")
      + (key == .age ? " (3j : trois jours ou plus)" : "")
  }
  public func emptyCustom(_ name: String) -> [String] {
    ["Rien dans « \(name) ».", "Cette vue est une recherche de la configuration, [[view]]."]
  }

  public func handoverTitle(at moment: Timestamp) -> String {
    "Relève · \(day(moment)), \(CivilTime(moment).hourMinute)"
  }

  public func handover(_ section: HandoverSheet.Section) -> String {
    switch section {
    case .taken: "Prises, pas finies"
    case .check: "À contrôler"
    case .missing: "Produits manquants"
    case .questions: "Questions sans réponse"
    case .uncollected: "Prêtes, non retirées"
    case .alarms: "Alarmes"
    case .todo: "À prendre"
    case .held: "Réponses retenues"
    }
  }
  public func handoverNote(_ text: String, by name: String, at moment: String) -> String {
    "note de \(name), \(moment) : « \(text) »"
  }
  public func heldAnswer(by name: String, at moment: String) -> String {
    "réponse de \(name), \(moment)"
  }

  public var handoverSending: String { "Envois" }
  public var aPharmacist: String { "un pharmacien" }
  public var missingLabel: String { "manque :" }
  public var nothing: String { "rien" }
  public var andMore: String { "… et d'autres : la vue les montre toutes" }
  public func prepared(by name: String, at moment: String) -> String {
    "préparée par \(name) \(moment)"
  }
  public func missing(_ product: MissingProduct, due: String?) -> String {
    let count = product.quantity == 1 ? "" : "\(product.quantity) × "
    return count + product.product + (due.map { " (attendu \($0))" } ?? "")
  }
  public func ready(_ count: Int, uncollected: Int, moreThan days: Int) -> String {
    if count == 0 { return nothing }
    return uncollected == 0
      ? "\(count)" : "\(count), dont \(uncollected) depuis plus de \(days) jours"
  }
  public func sent(waiting: Int, held: Int, trouble: Int) -> String {
    let parts = [
      waiting > 0 ? outboxWaiting(waiting) : nil, held > 0 ? outboxHeld(held) : nil,
      trouble > 0 ? outboxTrouble(trouble) : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? "tout est parti" : parts.joined(separator: ", ")
  }
  public func backup(_ moment: String?) -> String {
    moment.map { "sauvegarde \($0)" } ?? "aucune sauvegarde connue"
  }
}
