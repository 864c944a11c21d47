import Domain

extension French {
  /// « confiée à Léa », « confiée à Léa (était chez Sami) ».
  func given(to colleague: Author, over: Author?) -> String {
    let from = over.map { " (était chez \($0.name))" } ?? ""
    return "confiée à \(colleague.name)\(from)"
  }

  /// The three lines of a handing over, as the history quotes them.
  func lines(of handing: HandOver) -> String? {
    var lines: [String] = []
    if let isSeen = handing.originalSeen {
      lines.append(isSeen ? "original ou QR vu" : "original NON vu")
    }
    if !handing.owed.isEmpty {
      lines.append("reste dû : " + handing.owed.map { product($0) }.joined(separator: ", "))
    }
    if let who = handing.givenTo { lines.append("à qui : \(who)") }
    return lines.isEmpty ? nil : lines.joined(separator: " · ")
  }

  /// « Eliquis 5 mg × 2, 23/11 »
  func product(_ missing: MissingProduct) -> String {
    "\(missing.product) × \(missing.quantity)"
      + (missing.due.map { ", \(CivilTime($0).dayMonth)" } ?? "")
  }
}
