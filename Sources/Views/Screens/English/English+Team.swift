import Domain

extension English {
  /// "given to Léa", "given to Léa (Sami had it)".
  func given(to colleague: Author, over: Author?) -> String {
    let from = over.map { " (\($0.name) had it)" } ?? ""
    return "given to \(colleague.name)\(from)"
  }

  /// The three lines of a handing over, as the history quotes them.
  func lines(of handing: HandOver) -> String? {
    var lines: [String] = []
    if let isSeen = handing.originalSeen {
      lines.append(isSeen ? "original or QR seen" : "original NOT seen")
    }
    if !handing.owed.isEmpty {
      lines.append("still owed: " + handing.owed.map { product($0) }.joined(separator: ", "))
    }
    if let who = handing.givenTo { lines.append("to: \(who)") }
    return lines.isEmpty ? nil : lines.joined(separator: " · ")
  }

  /// "Eliquis 5 mg × 2, 23/11"
  func product(_ missing: MissingProduct) -> String {
    "\(missing.product) × \(missing.quantity)"
      + (missing.due.map { ", \(CivilTime($0).dayMonth)" } ?? "")
  }
}
