// Domain, the shelves: everything has a name and a place, nothing moves by itself.
import Glibc

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Domain never reads a clock: whoever acts passes the time in.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  /// Seconds beyond what fits are held at the end: a server's date never ends the program.
  public init(seconds: Int64) {
    let (value, isTooLarge) = seconds.multipliedReportingOverflow(by: 1000)
    milliseconds = isTooLarge ? (seconds < 0 ? .min : .max) : value
  }

  public var seconds: Int64 {
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return rest < 0 ? whole - 1 : whole
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// Seconds from `earlier` to this instant, never negative: clocks of postes differ.
  public func secondsSince(_ earlier: Timestamp) -> Int64 { max(0, seconds - earlier.seconds) }

  public func adding(seconds: Int64) -> Timestamp {
    let step = Timestamp(seconds: seconds).milliseconds
    let (sum, isTooLarge) = milliseconds.addingReportingOverflow(step)
    return Timestamp(milliseconds: isTooLarge ? (step < 0 ? .min : .max) : sum)
  }

  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    try box.encode(milliseconds)
  }
}

/// A reading of the wall clock in the machine's own time zone (`TZ`), to the second.
public struct CivilTime: Hashable, Sendable {
  public var year: Int
  public var month: Int
  public var day: Int
  public var hour: Int
  public var minute: Int
  public var second: Int
  /// 0 is Sunday.
  public var weekday: Int
  /// Seconds east of UTC.
  public var offset: Int

  /// The local wall clock at `instant`.
  public init(_ instant: Timestamp) {
    var clock = time_t(instant.seconds)
    var parts = tm()
    localtime_r(&clock, &parts)
    year = Int(parts.tm_year) + 1900
    month = Int(parts.tm_mon) + 1
    day = Int(parts.tm_mday)
    hour = Int(parts.tm_hour)
    minute = Int(parts.tm_min)
    second = Int(parts.tm_sec)
    weekday = Int(parts.tm_wday)
    offset = Int(parts.tm_gmtoff)
  }

  /// `2026-11-20T10:41:07+01:00`
  public var iso8601: String {
    let sign = offset < 0 ? "-" : "+"
    let minutes = abs(offset) / 60
    let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    let time = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))"
    return "\(date)T\(time)\(sign)\(pad(minutes / 60, 2)):\(pad(minutes % 60, 2))"
  }

  /// The same for an offset that is known, such as that of another day or another machine.
  public static func iso8601(_ instant: Timestamp, offset: Int) -> String {
    var clock = time_t(instant.adding(seconds: Int64(offset)).seconds)
    var parts = tm()
    gmtime_r(&clock, &parts)
    let sign = offset < 0 ? "-" : "+"
    let minutes = abs(offset) / 60
    let date =
      "\(pad(Int(parts.tm_year) + 1900, 4))-\(pad(Int(parts.tm_mon) + 1, 2))-"
      + pad(Int(parts.tm_mday), 2)
    let time =
      "\(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))"
    return "\(date)T\(time)\(sign)\(pad(minutes / 60, 2)):\(pad(minutes % 60, 2))"
  }

  /// `10:41`
  public var hourMinute: String { "\(pad(hour, 2)):\(pad(minute, 2))" }
  /// `20/11/2026`
  public var dayMonthYear: String { "\(pad(day, 2))/\(pad(month, 2))/\(pad(year, 4))" }
  /// `20/11`
  public var dayMonth: String { "\(pad(day, 2))/\(pad(month, 2))" }

  /// `20/11`, and `20/11/2027` where that is not the year of `now`.
  public func day(now: Timestamp) -> String {
    year == CivilTime(now).year ? dayMonth : dayMonthYear
  }

  public func isSameDay(as other: CivilTime) -> Bool {
    year == other.year && month == other.month && day == other.day
  }
}

func pad(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Timestamp {
  /// ISO 8601 with the local offset at that instant.
  public var iso8601: String { CivilTime(self).iso8601 }

  /// Reads `2026-11-20`, `2026-11-20T10:41` or a full ISO 8601 instant, with a fraction of a second
  /// or without; without an offset the machine's own time zone is meant. Anything else, and a day
  /// that does not exist, gives nil.
  ///
  /// An hour that the clock skips or repeats (DST) is read as the C library reads it.
  public init?(iso8601 text: String) {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
      reader.take("-"), let day = reader.number(2), (1...12).contains(month), day >= 1
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_isdst = -1
    // The C library would turn 30 February into 2 March.
    var check = parts
    _ = timegm(&check)
    guard Int(check.tm_mday) == day else { return nil }
    var milliseconds = 0
    if !reader.isAtEnd {
      guard reader.take("T") || reader.take(" "), let clock = reader.clock() else { return nil }
      parts.tm_hour = Int32(clock.hour)
      parts.tm_min = Int32(clock.minute)
      parts.tm_sec = Int32(clock.second)
      milliseconds = clock.milliseconds
    }
    let seconds: Int64
    if reader.isAtEnd {
      seconds = Int64(mktime(&parts))
    } else if let offset = reader.offset(), reader.isAtEnd {
      seconds = Int64(timegm(&parts)) - Int64(offset)
    } else {
      return nil
    }
    self.init(milliseconds: seconds * 1000 + Int64(milliseconds))
  }
}

/// Reads fixed-width numbers from the start of a short ASCII text.
private struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  /// Exactly `count` ASCII digits: no sign, no blank.
  mutating func number(_ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == scalar.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// `10:41`, `10:41:07`, `10:41:07.123`
  mutating func clock() -> (hour: Int, minute: Int, second: Int, milliseconds: Int)? {
    guard let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else {
      return nil
    }
    guard take(":") else { return (hour, minute, 0, 0) }
    guard let second = number(2), second <= 60 else { return nil }
    guard take(".") || take(",") else { return (hour, minute, second, 0) }
    var fraction: [Int] = []
    while fraction.count < 9, let digit = number(1) { fraction.append(digit) }
    guard !fraction.isEmpty else { return nil }
    let thousandths = (fraction + [0, 0]).prefix(3).reduce(0) { $0 * 10 + $1 }
    return (hour, minute, second, thousandths)
  }

  /// Seconds east of UTC: `Z`, `+01:00`, `+0100`, `+01`.
  mutating func offset() -> Int? {
    if take("Z") { return 0 }
    let isWest = take("-")
    guard isWest || take("+"), let hours = number(2), hours <= 23 else { return nil }
    var minutes = 0
    if !isAtEnd {
      _ = take(":")
      guard let value = number(2), value < 60 else { return nil }
      minutes = value
    }
    let seconds = hours * 3600 + minutes * 60
    return isWest ? -seconds : seconds
  }
}
