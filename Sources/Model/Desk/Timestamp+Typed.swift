public import Domain

/// Days and hours as people at the counter type them.
extension Timestamp {
  /// Without its year a day is one of the next days: what is farther, or over, is refused, so that
  /// « 20/11 » on the 21st is never next year unnoticed.
  static let nearestDays = 60

  /// « 17:00 », « 17 h », « 17h30 », « 21/11 9h », « demain 9h »: the next such moment; nil for
  /// anything else.
  public init?(promised text: String, now: Timestamp) {
    guard let moment = Self.moment(promised: text, now: now), moment >= now else { return nil }
    self = moment
  }

  /// Whether a whole moment was typed that is over: « 20/11/2026 08:00 » on the 21st.
  static func isOver(promised text: String, now: Timestamp) -> Bool {
    moment(promised: text, now: now).map { $0 < now } ?? false
  }

  private static func moment(promised text: String, now: Timestamp) -> Timestamp? {
    var words = folded(text).split(whereSeparator: \.isWhitespace).map(String.init)
    guard text.count <= 40, let first = words.first else { return nil }
    var date: CivilDay?
    if first.contains("/") || days[first] != nil {
      guard let day = day(words.removeFirst(), now: now) else { return nil }
      date = day
      if ["a", "at"].contains(words.first) { words.removeFirst() }
    }
    guard let minute = minute(words.joined()) else { return nil }
    let today = CivilDay(now)
    var moment = (date ?? today).instant(minute: minute)
    // An hour that is over today means tomorrow, at that hour of the clock.
    if date == nil && moment < now { moment = today.adding(1).instant(minute: minute) }
    return moment
  }

  /// The moment that an hour without its day means when it is over today; nil for anything else.
  public static func tomorrow(promised text: String, now: Timestamp) -> Timestamp? {
    guard let first = folded(text).split(whereSeparator: \.isWhitespace).first,
      !first.contains("/"), days[String(first)] == nil,
      let moment = Timestamp(promised: text, now: now), CivilDay(moment) != CivilDay(now)
    else { return nil }
    return moment
  }

  /// Whether a date was typed that no calendar has, such as 31/02.
  static func isNoDay(_ text: String) -> Bool {
    guard let word = text.split(whereSeparator: \.isWhitespace).first else { return false }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count <= 4 ? Int($0) : nil }
    guard parts.count == numbers.count, (2...3).contains(parts.count), numbers[0] > 0,
      numbers[1] > 0, numbers[0] < 100, numbers[1] < 100,
      parts.count == 2 || parts[2].count == 4
    else { return false }
    // A leap year, so that 29/2 is a day.
    let year = parts.count == 3 ? numbers[2] : 2000
    return CivilDay(year: year, month: numbers[1], day: numbers[0]) == nil
  }

  /// Noon of « 23/11 », « demain », « 23/11/2026 » or « 2026-11-23 ».
  public init?(day text: String, now: Timestamp) {
    guard text.count <= 20, let date = Self.day(folded(text), now: now) else { return nil }
    self = date.instant(minute: 12 * 60)
  }

  /// Whether a day and a month were typed that are not one of the next days.
  static func needsYear(_ text: String, now: Timestamp) -> Bool {
    guard let word = text.split(whereSeparator: \.isWhitespace).first else { return false }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    // A leap year, so that 29/2 is a day.
    return BirthDate("\(parts[0])/\(parts[1])/2000") != nil && day(String(word), now: now) == nil
  }

  /// Folded, as they are typed.
  private static let days = [
    "aujourd'hui": 0, "today": 0, "demain": 1, "tomorrow": 1, "apres-demain": 2,
  ]

  private static func day(_ text: String, now: Timestamp) -> CivilDay? {
    let today = CivilDay(now)
    if let ahead = days[text] { return today.adding(ahead) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2 {
      let year = today.date.year
      return [year, year + 1].compactMap { civil("\(parts[0])/\(parts[1])/\($0)") }
        .first { (today...today.adding(nearestDays)).contains($0) }
    }
    return civil(text)
  }

  private static func civil(_ text: String) -> CivilDay? {
    guard let date = BirthDate(text), let month = date.month, let day = date.day else { return nil }
    return CivilDay(year: date.year, month: month, day: day)
  }

  /// Minutes since midnight of « 17:00 », « 17h », « 17h30 », « 9 ».
  private static func minute(_ text: String) -> Int? {
    let clock = text.map { $0 == "h" ? ":" : $0 }.split(
      separator: ":", omittingEmptySubsequences: false
    ).map { String($0) }
    guard let first = clock.first, (1...2).contains(clock.count), first.count <= 2,
      let hour = Int(first), (0...23).contains(hour)
    else { return nil }
    guard clock.count == 2, !clock[1].isEmpty else { return hour * 60 }
    guard clock[1].count == 2, let minute = Int(clock[1]), (0...59).contains(minute) else {
      return nil
    }
    return hour * 60 + minute
  }
}
