extension [String] {
  /// « Sami, Claire et Léa »
  func listed(and word: String) -> String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " \(word) " + last
  }
}
