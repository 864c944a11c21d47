/// A moment and the sender's offset, as in the Date header (RFC 5322 3.3).
public struct MailDate: Sendable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int64
  /// Minutes east of UTC, −1439…1439.
  public let offsetMinutes: Int

  public init(seconds: Int64, offsetMinutes: Int) {
    self.seconds = seconds
    self.offsetMinutes = offsetMinutes
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let zones = [
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "CET": 60, "CEST": 120,
  ]

  /// Reads a date leniently: no week day, two-digit years and named zones are fine; `nil`
  /// otherwise.
  public init?(parsing text: String) {
    guard text.utf8.count <= 200 else { return nil }
    let words = text.split(separator: "(", maxSplits: 1).first.map(String.init) ?? ""
    var fields = words.split { $0 == " " || $0 == "," || $0 == "\t" }.map(String.init)
    if let first = fields.first, first.first?.isNumber != true { fields.removeFirst() }
    guard fields.count >= 4, let day = Int(fields[0]), (1...31).contains(day),
      let month = Self.month(fields[1]),
      let year = Self.year(fields[2]), let time = Self.time(fields[3])
    else { return nil }
    let offset = fields.count > 4 ? Self.offset(fields[4]) : 0
    let date = Self.daysFromCivil(year: year, month: month + 1, day: day) * 86_400
    self.init(seconds: date + time - Int64(offset) * 60, offsetMinutes: offset)
  }

  private static func month(_ text: String) -> Int? {
    let wanted = text.prefix(3).lowercased()
    return months.firstIndex { $0.lowercased() == wanted }
  }

  private static func year(_ text: String) -> Int64? {
    guard let year = Int64(text), year >= 0 else { return nil }
    // RFC 5322 4.3: 00–49 are this century, 50–999 count from 1900.
    let full = text.count <= 2 ? (year < 50 ? 2000 + year : 1900 + year) : year
    let whole = text.count == 3 ? 1900 + year : full
    return (1900...9999).contains(whole) ? whole : nil
  }

  private static func time(_ text: String) -> Int64? {
    let fields = text.split(separator: ":").map { Int64($0) ?? -1 }
    guard (2...3).contains(fields.count), (0...23).contains(fields[0]), (0...59).contains(fields[1])
    else { return nil }
    let second = fields.count == 3 ? fields[2] : 0
    guard (0...60).contains(second) else { return nil }
    return fields[0] * 3600 + fields[1] * 60 + second
  }

  private static func offset(_ text: String) -> Int {
    guard let sign = text.first, sign == "+" || sign == "-", let digits = Int(text.dropFirst()),
      text.count == 5, digits >= 0
    else { return zones[text.uppercased()] ?? 0 }
    let minutes = digits / 100 * 60 + digits % 100
    guard minutes < 1440 else { return 0 }
    return sign == "-" ? -minutes : minutes
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func daysFromCivil(year: Int64, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The header form, `Fri, 20 Nov 2026 10:05:09 +0100`; years 1970–9999.
  public var headerValue: String {
    let local = seconds + Int64(offsetMinutes) * 60
    let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let rest = Int(local - days * 86_400)
    // Inverse of `daysFromCivil`.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let block = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * block + 2) / 5 + 1)
    let month = Int(block < 10 ? block + 3 : block - 9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let weekday = Self.days[Int(((days % 7) + 7) % 7)]
    let zone = abs(offsetMinutes)
    let clock = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    let sign = offsetMinutes < 0 ? "-" : "+"
    return "\(weekday), \(two(day)) \(Self.months[month - 1]) \(year) \(clock) "
      + "\(sign)\(two(zone / 60))\(two(zone % 60))"
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
