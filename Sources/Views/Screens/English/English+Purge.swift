public import Domain

extension English {
  public func purgedSentence(_ at: Timestamp) -> String {
    "Purged on \(CivilTime(at).dayMonthYear): its content is kept no more."
  }
}
