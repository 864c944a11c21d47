import Domain
import Testing

@testable import Desk

@Suite("Days and hours as people type them")
struct TypedTimeTests {
  private func at(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

  private func shown(_ time: Timestamp?) -> String? {
    time.map { CivilDay($0).iso8601 + " " + CivilTime($0).hourMinute }
  }

  @Test(arguments: [
    ("demain 9h", "2026-11-22 09:00"), ("Demain à 9h30", "2026-11-22 09:30"),
    ("après-demain 17:00", "2026-11-23 17:00"), ("tomorrow 8", "2026-11-22 08:00"),
    ("9h", "2026-11-22 09:00"), ("18h", "2026-11-21 18:00"), ("21/11 18h", "2026-11-21 18:00"),
    ("3/1 9h", "2027-01-03 09:00"),
  ])
  func `M7, M8 a promise is read in the calendar`(text: String, expected: String) throws {
    let now = try at("2026-11-21T14:00")
    #expect(shown(Timestamp(promised: text, now: now)) == expected)
  }

  @Test(arguments: ["20/11 9h", "21/11 9h", "1/3 9h", "demain", "hier 9h", "20/11/2020 9h"])
  func `a moment that is over or far away without its year is none`(text: String) throws {
    let now = try at("2026-11-21T14:00")
    #expect(Timestamp(promised: text, now: now) == nil)
  }

  @Test func `a day that is over is never next year unnoticed`() throws {
    let now = try at("2026-11-21T14:00")
    #expect(Timestamp(day: "20/11", now: now) == nil)
    #expect(Timestamp.needsYear("20/11", now: now) && Timestamp.needsYear("20/11 9h", now: now))
    #expect(!Timestamp.needsYear("22/11", now: now) && !Timestamp.needsYear("40/11", now: now))
    #expect(shown(Timestamp(day: "20/11/2027", now: now)) == "2027-11-20 12:00")
    #expect(shown(Timestamp(day: "demain", now: now)) == "2026-11-22 12:00")
    #expect(shown(Timestamp(day: "21/11", now: now)) == "2026-11-21 12:00")
  }

  @Test func `a day that no calendar has is told from a word that is no day`() throws {
    for text in ["31/02", "31/02/2027", "40/11 9h", "29/02/2027", "1/13"] {
      #expect(Timestamp.isNoDay(text), "\(text)")
    }
    for text in ["29/02", "29/2/2028", "28/02", "8/3/51", "demain", "9h", "", "1979", "a/b"] {
      #expect(!Timestamp.isNoDay(text), "\(text)")
    }
  }

  @Test func `a moment that is over says so, and not that it is no moment`() throws {
    let now = try at("2026-11-21T14:00")
    for text in ["20/11/2026 08:00", "21/11 8h", "21/11/2026 13:59"] {
      #expect(Timestamp.isOver(promised: text, now: now), "\(text)")
    }
    for text in ["9h", "demain 9h", "20/11 9h", "22/11/2026 08:00", "midi", ""] {
      #expect(!Timestamp.isOver(promised: text, now: now), "\(text)")
    }
  }

  @Test func `an hour that is over today is tomorrow's, and only then`() throws {
    let now = try at("2026-11-21T14:00")
    #expect(shown(Timestamp.tomorrow(promised: "9h", now: now)) == "2026-11-22 09:00")
    for text in ["18h", "demain 9h", "22/11 9h", "21/11 18h", "", "midi"] {
      #expect(Timestamp.tomorrow(promised: text, now: now) == nil, "\(text)")
    }
  }

  /// The tests run in any zone; where there is no change of hour this one proves nothing.
  @Test func `an hour promised across a change of clock is that hour of the clock`() throws {
    for day in ["2026-03-28T20:00", "2026-10-24T20:00"] {
      let now = try at(day)
      #expect(Timestamp(promised: "9h", now: now).map { CivilTime($0).hourMinute } == "09:00")
    }
  }
}
