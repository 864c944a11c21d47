/// Why a demande wants somebody now. The raw values are the words of JSON.
public enum Alarm: String, Sendable, Codable, Hashable, CaseIterable {
  /// Nobody took it.
  case unclaimed
  /// Taken, and no gesture since.
  case stalled
  /// Waits for a pharmacist's check.
  case waitingCheck = "waiting-check"
  /// The promised time has passed.
  case promisePassed = "promise-passed"
}

/// After how long what waits is an alarm (configuration, `[alarms]`); nil is never.
public struct AlarmPolicy: Hashable, Sendable {
  /// Seconds of opening.
  public var unclaimed: Int64? = 30 * 60
  public var stalled: Int64? = 2 * 3600
  public var waitingCheck: Int64? = 30 * 60
  public var promised = true
  /// « Non retirée » after more than so many opening days.
  public var uncollectedDays = 3
  /// A new alarm is heard once, in opening hours.
  public var isHeard = true

  public init() {}

  func threshold(_ alarm: Alarm) -> Int64? {
    switch alarm {
    case .unclaimed: unclaimed
    case .stalled: stalled
    case .waitingCheck: waitingCheck
    case .promisePassed: promised ? 0 : nil
    }
  }
}

/// What time it is for the work: now, in opening hours.
public struct WorkClock: Equatable, Sendable {
  public private(set) var now: Timestamp
  public let hours: OpeningHours
  public let alarms: AlarmPolicy
  private var today: CivilDay
  /// Seconds at which today began and tomorrow begins.
  private var day: Range<Int64>
  private var calendar: OpeningCalendar

  public init(
    now: Timestamp, hours: OpeningHours = .always, alarms: AlarmPolicy = AlarmPolicy()
  ) {
    self.now = now
    self.hours = hours
    self.alarms = alarms
    today = CivilDay(now)
    day = Self.range(of: today)
    calendar = OpeningCalendar(hours, around: today)
  }

  public mutating func move(to now: Timestamp) {
    self.now = now
    guard !day.contains(now.seconds) else { return }
    today = CivilDay(now)
    day = Self.range(of: today)
    calendar = OpeningCalendar(hours, around: today)
  }

  private static func range(of day: CivilDay) -> Range<Int64> {
    let start = day.instant(minute: 0).seconds
    return start..<max(start, day.adding(1).instant(minute: 0).seconds)
  }

  public var isOpen: Bool { calendar.isOpen(at: now) }

  /// Opening seconds between two instants near now; 0 when `end` is the earlier.
  public func openSeconds(from start: Timestamp, to end: Timestamp) -> Int64 {
    calendar.openSeconds(from: start, to: end)
  }

  /// Opening seconds since `instant`.
  public func age(since instant: Timestamp) -> Int64 { openSeconds(from: instant, to: now) }

  /// Opening days after the day of `instant`, today among them when it is one.
  public func openDays(since instant: Timestamp) -> Int {
    calendar.openDays(from: CivilDay(instant), to: today)
  }

  /// What has this age or more happened at this instant or before; nil when nothing has.
  public func cutoff(seconds: Int64) -> Timestamp? {
    calendar.instant(openSeconds: seconds, before: now)
  }

  /// As `cutoff(seconds:)`, in opening days.
  public func cutoff(days: Int) -> Timestamp? {
    guard days > 0 else { return now }
    return calendar.openDay(days, upTo: today).map {
      Timestamp(milliseconds: $0.instant(minute: 0).milliseconds - 1)
    }
  }

  /// What happened at this instant or before is « non retirée ».
  public var uncollectedCutoff: Timestamp? { cutoff(days: alarms.uncollectedDays + 1) }

  /// The latest beginning of what is an alarm of that sort now; nil when none is.
  public func cutoff(of alarm: Alarm) -> Timestamp? {
    guard let seconds = alarms.threshold(alarm) else { return nil }
    // A promise is a time of the day, whether the door is open or not.
    return alarm == .promisePassed ? now : cutoff(seconds: seconds)
  }

  /// What is due at this instant or before is overdue: a day is over when the officine closes.
  public var dueCutoff: Timestamp? {
    guard alarms.promised else { return nil }
    // A night on duty goes on into the next morning; the day it began on ends at midnight.
    let close = hours.spans(on: today).map { min($0.end, 1440) }.max() ?? 1440
    let isOver = now >= today.instant(minute: close)
    let end = isOver ? today.adding(1).instant(minute: 0) : today.instant(minute: 0)
    return Timestamp(milliseconds: end.milliseconds - 1)
  }

  public func alarm(of order: Order) -> Alarm? {
    if let promise = order.duePromise, let cutoff = cutoff(of: .promisePassed), promise <= cutoff {
      return .promisePassed
    }
    if let due = order.dueProduct, let cutoff = dueCutoff, due <= cutoff { return .promisePassed }
    guard let waiting = order.waitingClock, let cutoff = cutoff(of: waiting.alarm),
      waiting.since <= cutoff
    else { return nil }
    return waiting.alarm
  }

  public func isUncollected(_ order: Order) -> Bool {
    guard let since = order.readySince, let cutoff = uncollectedCutoff else { return false }
    return since <= cutoff
  }
}

extension Order {
  /// Since when it is where it is: what the age column counts from.
  public var waitingSince: Timestamp {
    switch status {
    case .received: openedAt
    case .prepared: prepared?.at ?? lastMessageAt
    case .checked: checked?.at ?? lastMessageAt
    case .preparing: owner?.since ?? lastMessageAt
    case .partial, .collected, .closed:
      hasNews ? lastMessageAt : lastGestureAt ?? lastMessageAt
    }
  }

  /// Which alarm comes when nothing happens, and since when that is counted.
  public var waitingClock: (alarm: Alarm, since: Timestamp)? {
    if mergedInto != nil { return nil }
    switch status {
    case .received where owner == nil: return (.unclaimed, openedAt)
    case .preparing where owner == nil: return (.unclaimed, lastGestureAt ?? openedAt)
    case .received, .preparing: return (.stalled, lastGestureAt ?? openedAt)
    case .prepared: return (.waitingCheck, prepared?.at ?? lastMessageAt)
    case .checked, .partial, .collected, .closed:
      guard hasNews else { return nil }
      // Whoever put their name on it since has taken it: it is theirs to go on with.
      guard let owner, owner.since > lastMessageAt else { return (.unclaimed, lastMessageAt) }
      return (.stalled, lastGestureAt ?? owner.since)
    }
  }

  /// The promised time, while there is something left to do for it.
  public var duePromise: Timestamp? {
    if mergedInto != nil { return nil }
    switch status {
    case .received, .preparing, .prepared, .partial: return markers.promisedAt
    case .checked, .collected, .closed: return nil
    }
  }

  /// The earliest day on which a missing product was to be here, while it is still owed.
  public var dueProduct: Timestamp? {
    mergedInto != nil || status.isFinished ? nil : markers.missing.compactMap(\.due).min()
  }

  /// Since when the patient can fetch it; of a partial one, since the owed products are there.
  public var readySince: Timestamp? {
    if mergedInto != nil { return nil }
    switch status {
    case .checked: return checked?.at ?? lastMessageAt
    case .partial where markers.missing.isEmpty:
      return completeSince ?? lastGestureAt ?? lastMessageAt
    default: return nil
    }
  }
}
