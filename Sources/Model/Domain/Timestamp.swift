// Domain, the shelves: everything has a name and a place, nothing moves by itself.
import Glibc

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Domain never reads a clock: whoever acts passes the time in.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  public init(seconds: Int64) { milliseconds = seconds * 1000 }

  public var seconds: Int64 {
    milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// Seconds from `earlier` to this instant, never negative: clocks of postes differ.
  public func secondsSince(_ earlier: Timestamp) -> Int64 { max(0, seconds - earlier.seconds) }

  public func adding(seconds: Int64) -> Timestamp {
    Timestamp(milliseconds: milliseconds + seconds * 1000)
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

  /// `10:41`
  public var hourMinute: String { "\(pad(hour, 2)):\(pad(minute, 2))" }
  /// `20/11/2026`
  public var dayMonthYear: String { "\(pad(day, 2))/\(pad(month, 2))/\(pad(year, 4))" }
  /// `20/11`
  public var dayMonth: String { "\(pad(day, 2))/\(pad(month, 2))" }

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

  /// Reads `2026-11-20`, `2026-11-20T10:41` or a full ISO 8601 instant; without an offset the
  /// machine's own time zone is meant. Anything else gives nil.
  public init?(iso8601 text: String) {
    let scalars = Array(text.utf8)
    func number(_ from: Int, _ count: Int) -> Int? {
      guard scalars.count >= from + count else { return nil }
      return Int(String(decoding: scalars[from..<(from + count)], as: UTF8.self))
    }
    guard scalars.count >= 10, scalars[4] == 0x2D, scalars[7] == 0x2D,
      let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_isdst = -1
    var position = 10
    if scalars.count > 10 {
      guard scalars[10] == 0x54 || scalars[10] == 0x20, scalars.count >= 16,
        scalars[13] == 0x3A, let hour = number(11, 2), let minute = number(14, 2),
        (0...23).contains(hour), (0...59).contains(minute)
      else { return nil }
      parts.tm_hour = Int32(hour)
      parts.tm_min = Int32(minute)
      position = 16
      if scalars.count >= 19, scalars[16] == 0x3A, let second = number(17, 2),
        (0...60).contains(second)
      {
        parts.tm_sec = Int32(second)
        position = 19
      }
    }
    let zone = String(decoding: scalars[position...], as: UTF8.self)
    if zone.isEmpty {
      self.init(seconds: Int64(mktime(&parts)))
    } else if let offset = Self.offset(zone) {
      self.init(seconds: Int64(timegm(&parts)) - Int64(offset))
    } else {
      return nil
    }
  }

  private static func offset(_ text: String) -> Int? {
    if text == "Z" { return 0 }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard let sign = text.first, sign == "+" || sign == "-", digits.count == 4,
      let value = Int(digits)
    else { return nil }
    let seconds = (value / 100) * 3600 + (value % 100) * 60
    return sign == "-" ? -seconds : seconds
  }
}
