import Glibc

/// A day of the Gregorian calendar, as days since 1970-01-01; no time zone.
public struct CivilDay: Hashable, Comparable, Sendable {
  public var number: Int

  public init(number: Int) { self.number = number }

  /// nil for a day that does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1,
      day <= Self.length(year: year, month: month)
    else { return nil }
    number = Self.number(year, month, day)
  }

  /// The day of the local wall clock at `instant`.
  public init(_ instant: Timestamp) {
    let clock = CivilTime(instant)
    number = Self.number(clock.year, clock.month, clock.day)
  }

  /// Reads `2026-12-25`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      parts[2].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  public static func < (a: CivilDay, b: CivilDay) -> Bool { a.number < b.number }

  public func adding(_ days: Int) -> CivilDay { CivilDay(number: number + days) }

  /// 0 is Sunday.
  public var weekday: Int { ((number % 7) + 11) % 7 }

  /// The inverse of `number` (Howard Hinnant, « chrono-compatible low-level date algorithms »).
  public var date: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }

  /// `2026-12-25`
  public var iso8601: String {
    let (year, month, day) = date
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
  }

  /// The instant at which the local wall clock shows that minute of this day; 1440 is the next
  /// midnight. An hour that the clock skips or repeats is read as the C library reads it.
  public func instant(minute: Int) -> Timestamp {
    let (year, month, day) = date
    var parts = tm()
    parts.tm_year = Int32(clamping: year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(minute / 60)
    parts.tm_min = Int32(minute % 60)
    parts.tm_isdst = -1
    return Timestamp(seconds: Int64(mktime(&parts)))
  }

  private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func length(year: Int, month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

/// Public holidays of France, computed (Code du travail, L3133-1, L3134-13 and L3422-2).
public enum Holidays: String, Sendable, Hashable, CaseIterable {
  case france
  /// Good Friday and 26 December as well.
  case alsaceMoselle = "alsace-moselle"
  /// Overseas: the day on which slavery was abolished there as well.
  case guadeloupe, martinique, guyane, reunion, mayotte
  case saintMartin = "saint-martin"
  case saintBarthelemy = "saint-barthelemy"
  case none

  private var abolition: (month: Int, day: Int)? {
    switch self {
    case .mayotte: (4, 27)
    case .martinique: (5, 22)
    case .guadeloupe: (5, 27)
    case .saintMartin: (5, 28)
    case .guyane: (6, 10)
    case .saintBarthelemy: (10, 9)
    case .reunion: (12, 20)
    case .france, .alsaceMoselle, .none: nil
    }
  }

  public func contains(_ day: CivilDay) -> Bool {
    self != .none && days(of: day.date.year).contains(day)
  }

  /// In the order of the calendar.
  public func days(of year: Int) -> [CivilDay] {
    if self == .none { return [] }
    let easter = Self.easter(of: year)
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    var days = fixed.compactMap { CivilDay(year: year, month: $0.0, day: $0.1) }
    days += [1, 39, 50].map(easter.adding)
    if self == .alsaceMoselle {
      days.append(easter.adding(-2))
      days += [CivilDay(year: year, month: 12, day: 26)].compactMap(\.self)
    }
    if let abolition {
      days += [CivilDay(year: year, month: abolition.month, day: abolition.day)].compactMap(\.self)
    }
    return days.sorted()
  }

  /// Easter Sunday, by the Gregorian algorithm of Meeus, Jones and Butcher.
  public static func easter(of year: Int) -> CivilDay {
    let (a, b, c) = (year % 19, year / 100, year % 100)
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25)
    let g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let month = (h + l - 7 * m + 114) / 31
    let day = (h + l - 7 * m + 114) % 31 + 1
    guard let easter = CivilDay(year: year, month: month, day: day) else {
      preconditionFailure("Easter is a day in March or April")
    }
    return easter
  }
}
