/// When the officine is open: its week, holidays and dated exceptions (configuration, `[hours]`).
///
/// What waits ages only while somebody could take it: lunch, Sunday and holidays do not count.
public struct OpeningHours: Hashable, Sendable {
  /// Minutes of a day, `start` below 1440; an end at or below the start lies on the next day.
  public struct Span: Hashable, Sendable, CustomStringConvertible {
    public var start: Int
    public var end: Int

    public init(start: Int, end: Int) {
      self.start = start
      self.end = end > start ? end : end + 1440
    }

    /// Goes on after midnight: « garde » of a night.
    public var isNight: Bool { end > 1440 }

    /// As it is read: `20:00-08:00`.
    public var description: String {
      "\(Self.text(start))-\(Self.text(isNight ? end - 1440 : end))"
    }

    private static func text(_ minute: Int) -> String {
      "\(minute < 600 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    }

    public static let wholeDay = Span(start: 0, end: 1440)

    /// Reads `08:30-12:30`, `20:00-08:00` (through the night) and `00:00-24:00`.
    public init?(_ text: String) {
      let ends = text.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2, let start = Self.minute(ends[0]), let end = Self.minute(ends[1]),
        start < 1440, start != end
      else { return nil }
      self.init(start: start, end: end)
    }

    private static func minute(_ text: Substring) -> Int? {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
        parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
        let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
        hour * 60 + minute <= 1440
      else { return nil }
      return hour * 60 + minute
    }
  }

  /// Seven lists, Sunday first.
  public var week: [[Span]]
  public var holidays: Holidays
  /// Annual leave and the like: closed from the first day to the last.
  public var closings: [ClosedRange<CivilDay>]
  /// Other hours on that day, whatever the rest says; an empty list closes it.
  public var exceptions: [CivilDay: [Span]]
  /// « Garde »: open on that day as well, beside whatever it has otherwise.
  public var gardes: [CivilDay: [Span]]

  public init(
    week: [[Span]], holidays: Holidays = .france, closings: [ClosedRange<CivilDay>] = [],
    exceptions: [CivilDay: [Span]] = [:], gardes: [CivilDay: [Span]] = [:]
  ) {
    precondition(week.count == 7, "a week has seven days")
    self.week = week
    self.holidays = holidays
    self.closings = closings
    self.exceptions = exceptions
    self.gardes = gardes
  }

  /// Nothing said: the clock on the wall.
  public static let always = OpeningHours(
    week: Array(repeating: [.wholeDay], count: 7), holidays: .none)

  /// What that day says, before what the night before left over.
  public func spans(on day: CivilDay) -> [Span] {
    (exceptions[day] ?? usualSpans(on: day)) + (gardes[day] ?? [])
  }

  /// What leave, holidays and the week make of that day: what a dated exception changes.
  public func usualSpans(on day: CivilDay) -> [Span] {
    if closings.contains(where: { $0.contains(day) }) { return [] }
    if holidays.contains(day) { return [] }
    return week[day.weekday]
  }
}

/// The opening hours laid out as instants around a day, so that an age costs one search.
struct OpeningCalendar: Hashable, Sendable {
  /// Days before and after the one it is made for: what waits longer shows as that long.
  static let (past, future) = (400, 2)

  private let starts: [Int64]
  private let ends: [Int64]
  /// Open seconds before each start.
  private let before: [Int64]
  /// Days on which it opens, ascending.
  private let openDays: [CivilDay]
  /// nil unless always open: then nothing needs to be laid out.
  private let isAlways: Bool

  init(_ hours: OpeningHours, around today: CivilDay) {
    isAlways = hours == .always
    guard !isAlways else {
      (starts, ends, before, openDays) = ([], [], [], [])
      return
    }
    var (starts, ends, days): ([Int64], [Int64], [CivilDay]) = ([], [], [])
    for number in (today.number - Self.past)...(today.number + Self.future) {
      let day = CivilDay(number: number)
      let spans = hours.spans(on: day)
      if !spans.isEmpty { days.append(day) }
      for span in spans.sorted(by: { $0.start < $1.start }) {
        let start = day.instant(minute: span.start).seconds
        let end = day.instant(minute: span.end).seconds
        // A night that goes on into the next morning, or two spans that overlap, are one.
        if let last = ends.last, start <= last {
          ends[ends.count - 1] = max(last, end)
        } else if end > start {
          starts.append(start)
          ends.append(end)
        }
      }
    }
    var sum: Int64 = 0
    before = zip(starts, ends).map { start, end in
      defer { sum += end - start }
      return sum
    }
    (self.starts, self.ends, openDays) = (starts, ends, days)
  }

  /// Open seconds from the beginning of the calendar to `second`.
  private func open(until second: Int64) -> Int64 {
    if isAlways { return second }
    guard let place = starts.lastIndex(upTo: second) else { return 0 }
    return before[place] + min(second, ends[place]) - starts[place]
  }

  func openSeconds(from start: Timestamp, to end: Timestamp) -> Int64 {
    max(0, open(until: end.seconds) - open(until: start.seconds))
  }

  func isOpen(at instant: Timestamp) -> Bool {
    if isAlways { return true }
    guard let place = starts.lastIndex(upTo: instant.seconds) else { return false }
    return instant.seconds < ends[place]
  }

  /// The latest instant since which at least `seconds` of opening have passed at `now`; nil when
  /// the calendar does not go back so far.
  func instant(openSeconds seconds: Int64, before now: Timestamp) -> Timestamp? {
    let target = open(until: now.seconds) - seconds
    if isAlways { return Timestamp(milliseconds: target * 1000 + 999) }
    guard target >= 0, let place = before.lastIndex(upTo: target) else { return nil }
    return Timestamp(milliseconds: (starts[place] + target - before[place]) * 1000 + 999)
  }

  /// Opening days after the day of `start`, up to and with that of `end`.
  func openDays(from start: CivilDay, to end: CivilDay) -> Int {
    if isAlways { return max(0, end.number - start.number) }
    let last = openDays.lastIndex(upTo: end) ?? -1
    let first = openDays.lastIndex(upTo: start) ?? -1
    return max(0, last - first)
  }

  /// The `count`-th latest opening day up to `today`; nil when the calendar holds fewer.
  func openDay(_ count: Int, upTo today: CivilDay) -> CivilDay? {
    if isAlways { return today.adding(1 - count) }
    guard let last = openDays.lastIndex(upTo: today), last + 1 >= count else { return nil }
    return openDays[last + 1 - count]
  }
}

extension Array where Element: Comparable {
  /// The last place of an ascending list whose value is not above `limit`.
  fileprivate func lastIndex(upTo limit: Element) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }
}
