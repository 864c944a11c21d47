public import Domain

extension French {
  public func purgedSentence(_ at: Timestamp) -> String {
    "Purgée le \(CivilTime(at).dayMonthYear) : son contenu n'est plus gardé."
  }
}
