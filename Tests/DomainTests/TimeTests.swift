import Domain
import Foundation
import Testing

/// The zone is pinned once, before any reading: a POSIX rule, so that no zone file is needed.
private let parisIsPinned: Bool = {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
  tzset()
  return true
}()

@Suite("Time")
struct TimeTests {
  init() { precondition(parisIsPinned) }

  @Test(
    "an instant is written with the offset of that day in Paris, and read back",
    arguments: [
      (1_795_167_667, "2026-11-20T10:41:07+01:00"), (1_784_536_867, "2026-07-20T10:41:07+02:00"),
      // The clock goes from 2 to 3, then in autumn from 3 to 2.
      (1_774_745_999, "2026-03-29T01:59:59+01:00"), (1_774_746_000, "2026-03-29T03:00:00+02:00"),
      (1_792_889_999, "2026-10-25T02:59:59+02:00"), (1_792_890_000, "2026-10-25T02:00:00+01:00"),
      (0, "1970-01-01T01:00:00+01:00"), (-1, "1970-01-01T00:59:59+01:00"),
    ])
  func roundTrip(seconds: Int64, text: String) {
    let instant = Timestamp(seconds: seconds)
    #expect(instant.iso8601 == text)
    #expect(Timestamp(iso8601: text) == instant)
  }

  @Test("without an offset the local clock is meant, in winter and summer time")
  func local() {
    #expect(Timestamp(iso8601: "2026-11-20")?.iso8601 == "2026-11-20T00:00:00+01:00")
    #expect(Timestamp(iso8601: "2026-07-20T10:41")?.iso8601 == "2026-07-20T10:41:00+02:00")
    #expect(Timestamp(iso8601: "2026-03-29")?.iso8601 == "2026-03-29T00:00:00+01:00")
    #expect(Timestamp(iso8601: "2026-03-30")?.iso8601 == "2026-03-30T00:00:00+02:00")
    #expect(Timestamp(iso8601: "2026-02-28 09:05:01")?.iso8601 == "2026-02-28T09:05:01+01:00")
  }

  @Test("the hour that the clock skips or repeats still gives an instant near it")
  func skippedHour() throws {
    for text in ["2026-03-29T02:30", "2026-10-25T02:30"] {
      let instant = try #require(Timestamp(iso8601: text))
      let midnight = try #require(Timestamp(iso8601: String(text.prefix(10))))
      #expect((5_400...12_600).contains(instant.secondsSince(midnight)))
    }
  }

  @Test(
    "other spellings of one instant",
    arguments: [
      "2026-11-20T09:41:07Z", "2026-11-20T10:41:07+0100", "2026-11-20T10:41:07+01",
      "2026-11-20T04:11:07-05:30", "2026-11-20T10:41:07.000+01:00",
    ])
  func spellings(text: String) {
    #expect(Timestamp(iso8601: text) == Timestamp(seconds: 1_795_167_667))
  }

  @Test("a fraction gives milliseconds")
  func fraction() {
    #expect(Timestamp(iso8601: "1970-01-01T00:00:01.5Z") == Timestamp(milliseconds: 1500))
    #expect(Timestamp(iso8601: "1970-01-01T00:00:01.123456789Z") == Timestamp(milliseconds: 1123))
  }

  @Test(
    "what is no date gives nil",
    arguments: [
      "", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-30", "2027-02-29", "2026-11-31",
      "2026-11-00", "2026-+1-20", "+026-11-20", "2026-11-20T", "2026-11-20T25:00",
      "2026-11-20T10:60", "2026-11-20T10:41:61", "2026-11-20T10:41+1:00", "2026-11-20T10:41+01:60",
      "2026-11-20T10:41:07.Z", "2026-11-20x", "20/11/2026", "2026-11-20T10:41ZZ", " 2026-11-20",
    ])
  func refuses(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test("extreme instants never end the program")
  func extremes() {
    #expect(Timestamp(seconds: .max).milliseconds == .max)
    #expect(Timestamp(seconds: .min).milliseconds == .min)
    #expect(Timestamp(milliseconds: .min).seconds == Int64.min / 1000 - 1)
    #expect(Timestamp(milliseconds: .max).adding(seconds: 1).milliseconds == .max)
    #expect(Timestamp(milliseconds: .min).adding(seconds: -1).milliseconds == .min)
    #expect(!Timestamp(milliseconds: .max).iso8601.isEmpty)
    #expect(!Timestamp(milliseconds: .min).iso8601.isEmpty)
    #expect(Timestamp(milliseconds: -1).seconds == -1)
  }

  @Test("ages are never negative, and JSON is the milliseconds")
  func agesAndJSON() throws {
    #expect(Timestamp(seconds: 10).secondsSince(Timestamp(seconds: 70)) == 0)
    #expect(Timestamp(seconds: 70).secondsSince(Timestamp(seconds: 10)) == 60)
    let data = try JSONEncoder().encode([Timestamp(milliseconds: 1500)])
    #expect(String(decoding: data, as: UTF8.self) == "[1500]")
    #expect(try JSONDecoder().decode([Timestamp].self, from: data).first?.milliseconds == 1500)
  }

  @Test("the wall clock as people read it")
  func civil() {
    let clock = CivilTime(Timestamp(seconds: 1_795_167_667))
    #expect(clock.hourMinute == "10:41" && clock.dayMonthYear == "20/11/2026")
    #expect(clock.dayMonth == "20/11" && clock.weekday == 5 && clock.offset == 3600)
    #expect(clock.day(now: Timestamp(seconds: 1_795_167_667 + 30 * 86400)) == "20/11")
    #expect(clock.day(now: Timestamp(seconds: 1_795_167_667 + 60 * 86400)) == "20/11/2026")
    #expect(clock.isSameDay(as: CivilTime(Timestamp(seconds: 1_795_167_667 + 3600))))
    #expect(!clock.isSameDay(as: CivilTime(Timestamp(seconds: 1_795_167_667 + 50_000))))
  }
}

@Suite("Birth dates and patients")
struct PatientTests {
  @Test(
    "a birth date is read as precise as it is written",
    arguments: [
      ("1979-03-14", "1979-03-14", "14/03/1979"), ("14/03/1979", "1979-03-14", "14/03/1979"),
      ("1979-3-4", "1979-03-04", "04/03/1979"), ("1979-03", "1979-03", "03/1979"),
      ("1979", "1979", "1979"), ("2024-02-29", "2024-02-29", "29/02/2024"),
    ])
  func reads(text: String, iso: String, french: String) {
    #expect(BirthDate(text)?.iso8601 == iso)
    #expect(BirthDate(text)?.french == french)
  }

  @Test(
    "no century is guessed, no day invented",
    arguments: [
      "", "79", "14/03/79", "1979-13", "1979-00", "2023-02-29", "1900-02-29", "1979-04-31",
      "1979-03-00", "1879", "2201", "1979-", "1979-03-14-1", "03/1979", "1979/03/14",
      "1979-003-14", "١٩٧٩", "+979", "1979-+3", " 1979", "14-03-1979",
    ])
  func refuses(text: String) {
    #expect(BirthDate(text) == nil)
  }

  @Test("a day without its month is not written")
  func dayAlone() {
    let date = BirthDate(year: 1979, month: nil, day: 14)
    #expect(date.iso8601 == "1979" && date.french == "1979")
  }

  func patient(_ name: String, _ birth: String? = nil, _ ins: String? = nil) -> Patient {
    Patient(
      name: name, birthDate: birth.flatMap { BirthDate($0) }, ins: ins.flatMap { INS($0) },
      source: .document)
  }

  @Test("two patients are told apart by matricule, then birth date, then name")
  func samePerson() {
    let jeanne = patient("MARTIN Jeanne", "1979-03-14", "279035121518989")
    #expect(jeanne.mayBeSamePerson(as: patient("DUPONT", "1950", "279035121518989")))
    #expect(!jeanne.mayBeSamePerson(as: patient("MARTIN Jeanne", "1979-03-14", "279035121519086")))
    #expect(jeanne.mayBeSamePerson(as: patient("Jeanne Martin")))
    #expect(jeanne.mayBeSamePerson(as: patient("Jeanne MARTIN", "1979-03")))
    #expect(!jeanne.mayBeSamePerson(as: patient("MARTIN Jeanne", "1979-03-15")))
    #expect(!jeanne.mayBeSamePerson(as: patient("MARTIN Paul")))
    #expect(jeanne.mayBeSamePerson(as: patient("MARTIN Jeanne Marie", "1979-03-14")))
    #expect(!jeanne.mayBeSamePerson(as: patient("MARTIN Jeanne Marie")))
    #expect(jeanne.mayBeSamePerson(as: patient("")))
  }
}
