import Domain
import Store

/// What a purge would take, in one sentence.
struct PurgeText {
  let words: Words

  func survey(
    _ survey: RetentionSurvey, before limit: Timestamp, _ unfinished: Bool
  ) -> String {
    let start = words("Avant le \(moment(limit)) : ", "Before \(moment(limit)): ")
    guard survey.demandes > 0 || survey.messages > 0 else {
      return start + words("rien à purger.", "nothing to purge.")
    }
    let going = survey.unfinishedGoing
    let work =
      unfinished
      ? words.demandes(survey.demandes)
        + words(
          going == 0 ? "" : ", dont \(going) pas \(going == 1 ? "finie" : "finies")",
          going == 0 ? "" : ", \(going) of them not finished")
      : words(
        Counted.french(survey.demandes, "demande finie", "demandes finies"),
        Counted.english(survey.demandes, "finished demande"))
    return start + "\(work), \(words.messages(survey.messages)) "
      + words("à purger (--confirm).", "would go (--confirm).")
  }

  /// An hour that somebody gave is part of it; a day alone begins at midnight.
  private func moment(_ limit: Timestamp) -> String {
    let clock = CivilTime(limit)
    guard clock.hour != 0 || clock.minute != 0 else { return clock.dayMonthYear }
    return clock.dayMonthYear + words(" à ", " at ") + clock.hourMinute
  }
}
