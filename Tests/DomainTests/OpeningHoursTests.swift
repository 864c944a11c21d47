import Domain
import Foundation
import Testing

private let parisIsPinned: Bool = {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
  tzset()
  return true
}()

private func at(_ text: String) -> Timestamp {
  guard let instant = Timestamp(iso8601: text) else { preconditionFailure(text) }
  return instant
}

private func day(_ text: String) -> CivilDay {
  guard let day = CivilDay(text) else { preconditionFailure(text) }
  return day
}

private func spans(_ texts: String...) -> [OpeningHours.Span] {
  texts.compactMap { OpeningHours.Span($0) }
}

/// A village pharmacy: two spans a day, Saturday until five, Sunday closed.
private let village: OpeningHours = {
  let weekday = spans("08:30-12:30", "14:00-19:30")
  return OpeningHours(
    week: [[], weekday, weekday, weekday, weekday, weekday, spans("09:00-17:00")],
    closings: [day("2026-08-03")...day("2026-08-16")],
    exceptions: [day("2026-11-22"): spans("20:00-08:00"), day("2026-12-24"): spans("08:30-16:00")])
}()

private func minutes(_ from: String, _ to: String, _ hours: OpeningHours = village) -> Int64 {
  WorkClock(now: at(to), hours: hours).age(since: at(from)) / 60
}

@Suite("Opening hours")
struct OpeningHoursTests {
  init() { precondition(parisIsPinned) }

  @Test(
    "Easter and what hangs on it, from 2024 to 2035",
    arguments: [
      (2024, "2024-03-31", "2024-05-09", "2024-05-20"),
      (2025, "2025-04-20", "2025-05-29", "2025-06-09"),
      (2026, "2026-04-05", "2026-05-14", "2026-05-25"),
      (2027, "2027-03-28", "2027-05-06", "2027-05-17"),
      (2028, "2028-04-16", "2028-05-25", "2028-06-05"),
      (2029, "2029-04-01", "2029-05-10", "2029-05-21"),
      (2030, "2030-04-21", "2030-05-30", "2030-06-10"),
      (2031, "2031-04-13", "2031-05-22", "2031-06-02"),
      (2032, "2032-03-28", "2032-05-06", "2032-05-17"),
      (2033, "2033-04-17", "2033-05-26", "2033-06-06"),
      (2034, "2034-04-09", "2034-05-18", "2034-05-29"),
      (2035, "2035-03-25", "2035-05-03", "2035-05-14"),
    ])
  func easter(year: Int, easter: String, ascension: String, whitMonday: String) {
    #expect(Holidays.easter(of: year).iso8601 == easter)
    let days = Holidays.france.days(of: year)
    #expect(days.count == 11 || year == 2035 || year == 2031, "two may fall on one day")
    #expect(days.contains(day(ascension)) && days.contains(day(whitMonday)))
    #expect(days.contains(Holidays.easter(of: year).adding(1)))
    #expect(Holidays.alsaceMoselle.days(of: year).count == days.count + 2)
    #expect(Holidays.alsaceMoselle.contains(Holidays.easter(of: year).adding(-2)))
    #expect(!Holidays.france.contains(Holidays.easter(of: year).adding(-2)))
  }

  @Test("a day and its number are one, weekdays included, over two centuries")
  func days() {
    let first = day("1899-12-31").number
    #expect(day("1970-01-01").number == 0 && day("2026-11-20").weekday == 5)
    let isRight = (first..<(first + 73_500)).allSatisfy { number in
      let date = CivilDay(number: number).date
      let before = CivilDay(number: number - 1)
      return CivilDay(year: date.year, month: date.month, day: date.day)?.number == number
        && CivilDay(number: number).weekday == (before.weekday + 1) % 7
    }
    #expect(isRight)
    for wrong in ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-00-10", "x"] {
      #expect(CivilDay(wrong) == nil, "\(wrong)")
    }
  }

  @Test("lunch, night, Sunday, holidays and leave do not count; a garde does")
  func counted() {
    #expect(minutes("2026-11-20T10:00", "2026-11-20T10:38") == 38)
    #expect(minutes("2026-11-20T12:00", "2026-11-20T14:30") == 60)
    #expect(minutes("2026-11-20T19:00", "2026-11-21T09:10") == 40)
    // Saturday evening to Monday morning, with a night of garde from Sunday to Monday.
    #expect(minutes("2026-11-21T16:30", "2026-11-23T08:45") == 30 + 12 * 60 + 15)
    #expect(minutes("2026-11-14T16:30", "2026-11-16T08:45") == 30 + 15)
    // 11 November 2026 is a Wednesday.
    #expect(minutes("2026-11-10T19:00", "2026-11-12T09:00") == 60)
    #expect(minutes("2026-08-01T16:00", "2026-08-17T09:00") == 90)
    #expect(minutes("2026-12-24T15:00", "2026-12-26T10:00") == 120)
    #expect(minutes("2026-11-20T10:00", "2026-11-20T09:00") == 0)
  }

  @Test("a garde is open beside the hours of its day, and its alarms ring in the day too")
  func gardes() {
    var hours = village
    // Friday, a night of garde; Wednesday 11 is a holiday, the 3rd of August is leave.
    for date in ["2026-11-20", "2026-11-11", "2026-08-03", "2026-12-24"] {
      hours.gardes[day(date)] = spans("20:00-08:00")
    }
    #expect(
      hours.spans(on: day("2026-11-20")) == spans("08:30-12:30", "14:00-19:30", "20:00-08:00"))
    #expect(minutes("2026-11-20T09:00", "2026-11-20T10:00", hours) == 60)
    #expect(minutes("2026-11-20T19:00", "2026-11-21T09:10", hours) == 30 + 12 * 60 + 10)
    #expect(hours.spans(on: day("2026-11-11")) == spans("20:00-08:00"))
    #expect(hours.spans(on: day("2026-08-03")) == spans("20:00-08:00"))
    #expect(hours.spans(on: day("2026-12-24")) == spans("08:30-16:00", "20:00-08:00"))
    var order = Order(id: "d1", kind: .prescription, openedAt: at("2026-11-20T09:00"))
    #expect(WorkClock(now: at("2026-11-20T09:31"), hours: hours).alarm(of: order) == .unclaimed)
    order.openedAt = at("2026-11-20T23:00")
    #expect(WorkClock(now: at("2026-11-20T23:31"), hours: hours).alarm(of: order) == .unclaimed)
    #expect(
      spans("20:00-08:00", "09:05-24:00").map(\.description) == ["20:00-08:00", "09:05-24:00"])
  }

  @Test("S19 an hour that the clock skips or repeats is counted as it passed")
  func summerTime() {
    let night = OpeningHours(
      week: Array(repeating: spans("20:00-08:00"), count: 7), holidays: .none)
    #expect(minutes("2026-03-28T20:00", "2026-03-29T08:00", night) == 11 * 60)
    #expect(minutes("2026-10-24T20:00", "2026-10-25T08:00", night) == 13 * 60)
    #expect(minutes("2026-03-28T12:00", "2026-03-29T12:00", .always) == 23 * 60)
    let gap = OpeningHours(
      week: Array(repeating: spans("01:30-02:30", "02:40-04:00"), count: 7), holidays: .none)
    #expect(minutes("2026-03-29T00:00", "2026-03-29T12:00", gap) <= 150)
    #expect(minutes("2026-03-28T12:00", "2026-03-30T00:00", village) == 5 * 60)
  }

  @Test("opening time is additive, never negative, and its cutoff is exact")
  func additive() {
    let seed = UInt64.random(in: 0..<1_000_000)
    var random = SeededNumbers(seed: seed)
    for hours in [village, .always] {
      for _ in 0..<400 {
        let moments = (0..<3).map { _ in
          at("2026-10-15").adding(seconds: Int64.random(in: 0..<(60 * 86400), using: &random))
        }.sorted()
        let clock = WorkClock(now: moments[2], hours: hours)
        let first = clock.openSeconds(from: moments[0], to: moments[1])
        let second = clock.openSeconds(from: moments[1], to: moments[2])
        #expect(first >= 0 && second >= 0)
        #expect(first + second == clock.age(since: moments[0]), "seed \(seed)")
        #expect(clock.openSeconds(from: moments[2], to: moments[1]) == 0 || hours == .always)
        let wanted = Int64.random(in: 1..<500_000, using: &random)
        guard let cutoff = clock.cutoff(seconds: wanted) else { continue }
        #expect(clock.age(since: cutoff) >= wanted, "seed \(seed)")
        #expect(clock.age(since: cutoff.adding(seconds: 1)) < wanted, "seed \(seed)")
        let days = Int.random(in: 1..<9, using: &random)
        guard let morning = clock.cutoff(days: days) else { continue }
        #expect(clock.openDays(since: morning) >= days, "seed \(seed)")
        #expect(clock.openDays(since: morning.adding(seconds: 1)) < days, "seed \(seed)")
      }
    }
  }

  @Test("opening days leave Sundays and holidays out")
  func openDays() {
    func days(_ from: String, _ to: String) -> Int {
      WorkClock(now: at(to), hours: village).openDays(since: at(from))
    }
    #expect(days("2026-11-20T10:00", "2026-11-20T18:00") == 0)
    #expect(days("2026-11-13T10:00", "2026-11-16T09:00") == 2)
    #expect(days("2026-11-10T10:00", "2026-11-12T09:00") == 1)
    #expect(days("2026-08-01T10:00", "2026-08-17T09:00") == 1)
  }

  @Test("a span is read or refused")
  func reading() {
    #expect(OpeningHours.Span("08:30-12:30") == .init(start: 510, end: 750))
    #expect(OpeningHours.Span("00:00-24:00") == .wholeDay)
    #expect(OpeningHours.Span("20:00-08:00")?.end == 1920)
    for wrong in ["8h30-12h", "24:00-08:00", "08:30", "08:30-", "-", "08:60-09:00", "9-10", ""] {
      #expect(OpeningHours.Span(wrong) == nil, "\(wrong)")
    }
  }

  @Test("the clock follows the day: what it says does not depend on when it was made")
  func moving() {
    var clock = WorkClock(now: at("2026-11-20T18:00"), hours: village)
    clock.move(to: at("2026-11-27T09:00"))
    #expect(clock == WorkClock(now: at("2026-11-27T09:00"), hours: village))
    clock.move(to: at("2026-11-20T18:00"))
    #expect(clock.age(since: at("2026-11-20T17:00")) == 3600)
  }

  @Test("a missing product is overdue when the officine closes on its day, while it is owed")
  func due() {
    var order = Order(id: "d1", kind: .prescription, openedAt: at("2026-11-20T09:00"))
    order.status = .partial
    func alarm(_ text: String, _ hours: OpeningHours = village) -> Alarm? {
      WorkClock(now: at(text), hours: hours).alarm(of: order)
    }
    // Friday; the afternoon ends at 19:30.
    order.markers.missing = [
      MissingProduct(product: "A", due: at("2026-11-27T12:00")),
      MissingProduct(product: "B", due: at("2026-11-20T12:00")), MissingProduct(product: "C"),
    ]
    #expect(alarm("2026-11-20T19:29") == nil && alarm("2026-11-20T19:30") == .promisePassed)
    #expect(alarm("2026-11-20T23:00", .always) == nil)
    #expect(alarm("2026-11-21T00:00", .always) == .promisePassed)
    // On a Sunday nobody closes: the day itself ends.
    order.markers.missing[1].due = at("2026-11-22T12:00")
    #expect(alarm("2026-11-22T23:59") == nil && alarm("2026-11-23T00:00") == .promisePassed)
    #expect(QueueView.promised.contains(order, member: nil))
    for status in [Order.Status.collected, .closed] {
      order.status = status
      #expect(alarm("2026-12-20T10:00") == nil)
    }
    order.status = .checked
    #expect(alarm("2026-12-20T10:00") == .promisePassed)
    var off = AlarmPolicy()
    off.promised = false
    #expect(
      WorkClock(now: at("2026-12-20T10:00"), hours: village, alarms: off).alarm(of: order) == nil)
  }

  @Test("a promised hour is in Promis while something is left to do for it")
  func promised() {
    var order = Order(id: "d1", kind: .prescription, openedAt: at("2026-11-20T09:00"))
    order.markers.promisedAt = at("2026-11-20T17:00")
    for status in Order.Status.allCases {
      order.status = status
      let isOpen = [.received, .preparing, .prepared, .partial].contains(status)
      #expect(QueueView.promised.contains(order, member: nil) == isOpen, "\(status)")
    }
  }

  @Test("overseas, the day of the abolition is a holiday as well")
  func overseas() {
    let own: [(Holidays, String)] = [
      (.mayotte, "2027-04-27"), (.martinique, "2027-05-22"), (.guadeloupe, "2027-05-27"),
      (.saintMartin, "2027-05-28"), (.guyane, "2027-06-10"), (.saintBarthelemy, "2027-10-09"),
      (.reunion, "2027-12-20"),
    ]
    for (place, date) in own {
      #expect(place.contains(day(date)) && !Holidays.france.contains(day(date)), "\(place)")
      #expect(place.days(of: 2027).count == Holidays.france.days(of: 2027).count + 1)
      #expect(place.contains(day("2027-07-14")))
    }
    #expect(Set(Holidays.allCases.map(\.rawValue)).isSuperset(of: ["reunion", "saint-martin"]))
  }

  @Test("notes, prints and a colleague's marks beside do not hide that nothing moves")
  func stalled() throws {
    func person(_ id: String) -> Author {
      Author(memberID: id, name: id, initials: id, poste: "x")
    }
    let start = at("2026-11-20T09:00")
    var events: [OrderEvent] = []
    func add(_ gesture: Gesture, _ author: Author, _ minutes: Int64) {
      events.append(
        OrderEvent(
          id: "e\(events.count)", order: "d1", number: events.count + 1, author: author,
          at: start.adding(seconds: minutes * 60), basedOn: nil, gesture: gesture))
    }
    func since() throws -> Int64 {
      let waiting = try #require(Order.fold(events)?.waitingClock)
      #expect(waiting.alarm == .stalled)
      return waiting.since.secondsSince(start) / 60
    }
    add(.opened(kind: .prescription, proposed: []), .mailbox, 0)
    add(.messageArrived(message: "m1", patient: nil), .mailbox, 0)
    add(.taken(over: nil), person("lea"), 5)
    add(.noted("je m'en occupe"), person("lea"), 60)
    add(.printed(printer: "lp"), person("sami"), 61)
    add(.marked(.urgent), person("sami"), 62)
    add(.answered(messageID: "<1@x>"), person("lea"), 63)
    #expect(try since() == 5)
    add(.marked(.shelf("4")), person("lea"), 64)
    #expect(try since() == 64)
    add(.assigned(to: person("sami"), over: person("lea")), person("claire"), 70)
    #expect(try since() == 70)
  }

  @Test("alarms: nobody took it, stalled, waiting for a check, promise passed")
  func alarms() {
    var order = Order(id: "d1", kind: .prescription, openedAt: at("2026-11-20T12:00"))
    func alarm(_ text: String) -> Alarm? {
      WorkClock(now: at(text), hours: village).alarm(of: order)
    }
    // Half an hour before lunch, and the lunch does not count.
    #expect(alarm("2026-11-20T12:29") == nil && alarm("2026-11-20T12:31") == .unclaimed)
    order.openedAt = at("2026-11-20T12:10")
    #expect(alarm("2026-11-20T14:05") == nil && alarm("2026-11-20T14:10") == .unclaimed)
    order.status = .preparing
    order.owner = Order.Owner(
      memberID: "lea", name: "Léa", initials: "LP", poste: "1", since: at("2026-11-20T14:10"))
    order.lastGestureAt = at("2026-11-20T14:10")
    #expect(alarm("2026-11-20T16:09") == nil && alarm("2026-11-20T16:10") == .stalled)
    order.markers.promisedAt = at("2026-11-20T15:00")
    #expect(alarm("2026-11-20T14:59") == nil && alarm("2026-11-20T15:00") == .promisePassed)
    order.markers.promisedAt = nil
    order.status = .prepared
    order.prepared = .init(author: .mailbox, at: at("2026-11-20T19:10"))
    #expect(alarm("2026-11-21T09:09") == nil && alarm("2026-11-21T09:10") == .waitingCheck)
    order.status = .checked
    #expect(alarm("2026-12-20T10:00") == nil)
    order.mergedInto = "d2"
    order.status = .received
    #expect(alarm("2026-12-20T10:00") == nil)
  }

  @Test("ready and not collected after more than three opening days")
  func uncollected() {
    var order = Order(id: "d1", kind: .prescription, openedAt: at("2026-11-10T12:00"))
    order.status = .checked
    order.checked = .init(author: .mailbox, at: at("2026-11-10T18:00"))
    func isUncollected(_ text: String) -> Bool {
      let clock = WorkClock(now: at(text), hours: village)
      return QueueView.uncollected.contains(order, member: nil, clock: clock)
    }
    // Wednesday 11 is a holiday, Sunday 15 is closed: the fourth opening day is Monday 16.
    #expect(!isUncollected("2026-11-14T16:59") && !isUncollected("2026-11-15T12:00"))
    #expect(isUncollected("2026-11-16T08:30"))
    order.status = .collected
    #expect(!isUncollected("2026-11-30T10:00"))
    order.status = .partial
    order.lastGestureAt = at("2026-11-10T18:00")
    #expect(isUncollected("2026-11-16T08:30"))
    order.markers.missing = [MissingProduct(product: "Eliquis")]
    #expect(!isUncollected("2026-11-16T08:30"))
  }
}
