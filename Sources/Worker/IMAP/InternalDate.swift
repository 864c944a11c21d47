/// When the server received a message: seconds since 1970 and the zone it was written in.
///
/// Source: RFC 3501, 9, `date-time`, for example ` 7-Feb-1994 21:52:25 -0800`.
public struct InternalDate: Hashable, Sendable {
  public let unixSeconds: Int64
  /// East of Greenwich is positive.
  public let offsetMinutes: Int

  public init(unixSeconds: Int64, offsetMinutes: Int = 0) {
    self.unixSeconds = unixSeconds
    self.offsetMinutes = offsetMinutes
  }

  private static let months = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  /// Nil for a date that does not exist: an odd date never costs us the message (I07).
  public init?(parsing text: [UInt8]) {
    guard text.count == 26, text[2] == ASCII.minus, text[6] == ASCII.minus,
      text[11] == ASCII.space, text[14] == ASCII.colon, text[17] == ASCII.colon,
      text[20] == ASCII.space, let east = [ASCII.plus: 1, ASCII.minus: -1][text[21]],
      let day = Int64(digits: text[0] == ASCII.space ? text[1..<2] : text[0..<2]),
      let month = InternalDate.months.firstIndex(of: keyword(text[3..<6])),
      let year = Int64(digits: text[7..<11]), let hour = Int64(digits: text[12..<14]),
      let minute = Int64(digits: text[15..<17]), let second = Int64(digits: text[18..<20]),
      let zoneHour = Int(digits: text[22..<24]), let zoneMinute = Int(digits: text[24..<26]),
      year >= 1, day >= 1, day <= InternalDate.length(ofMonth: month, in: year),
      hour < 24, minute < 60, second <= 60, zoneHour <= 14, zoneMinute < 60
    else { return nil }
    let offset = east * (zoneHour * 60 + zoneMinute)
    let days = InternalDate.days(year: year, month: month, day: day)
    self.init(
      unixSeconds: days * 86_400 + hour * 3_600 + minute * 60 + second - Int64(offset) * 60,
      offsetMinutes: offset)
  }

  /// The form that APPEND wants, 26 characters without quotes; nil outside the years 1 to 9999.
  public var text: String? {
    let local = unixSeconds.addingReportingOverflow(Int64(offsetMinutes) * 60)
    // The bounds are 0001-01-01 and 9999-12-31 in seconds.
    guard !local.overflow, (-62_135_596_800...253_402_300_799).contains(local.partialValue),
      abs(offsetMinutes) <= 14 * 60 + 59
    else { return nil }
    var days = local.partialValue / 86_400
    var rest = local.partialValue % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    let (year, month, day) = InternalDate.civil(days)
    let name = InternalDate.months[month]
    let sign = offsetMinutes < 0 ? "-" : "+"
    let zone = pad(abs(offsetMinutes) / 60, 2) + pad(abs(offsetMinutes) % 60, 2)
    let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { pad(Int($0), 2) }
    return "\(pad(day, 2))-\(name.prefix(1))\(name.dropFirst().lowercased())-\(pad(year, 4)) "
      + clock.joined(separator: ":") + " \(sign)\(zone)"
  }

  private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func length(ofMonth month: Int, in year: Int64) -> Int64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar; `month` counts from 0.
  private static func days(year: Int64, month: Int, day: Int64) -> Int64 {
    // The year is taken to begin in March, so that the leap day comes last.
    let shifted = month < 2 ? year - 1 : year
    let fromMarch = Int64((month + 10) % 12)
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * fromMarch + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * dayOfYear + 2) / 153
    let month = Int((fromMarch + 2) % 12)
    let year = era * 400 + yearOfEra + (month < 2 ? 1 : 0)
    return (Int(year), month, Int(dayOfYear - (153 * fromMarch + 2) / 5 + 1))
  }
}
