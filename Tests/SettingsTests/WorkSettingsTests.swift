import Domain
import Settings
import Testing

@Suite struct `Opening hours, alarms and views of the configuration` {
  private func parse(_ text: String) throws(SettingsError) -> Configuration {
    let file = try TOMLFile(path: "/etc/c.toml", text: text)
    return try Configuration.parse(file, environment: [:])
  }

  private func problem(_ text: String) -> SettingsError? {
    do throws(SettingsError) {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a week, holidays, leave and gardes`() throws {
    let hours = try parse(
      """
      [hours]
      monday = ["08:30-12:30", "14:00-19:30"]
      saturday = ["09:00-12:30"]
      holidays = "alsace-moselle"
      closed = ["2027-08-02..2027-08-15", "2026-12-24"]
      [hours.open]
      "2026-12-25" = ["20:00-08:00"]
      """
    ).hours
    #expect(hours.week.map(\.count) == [0, 2, 0, 0, 0, 0, 1])
    #expect(hours.holidays == .alsaceMoselle && hours.closings.count == 2)
    let christmas = try #require(CivilDay("2026-12-25"))
    #expect(hours.spans(on: christmas) == [OpeningHours.Span(start: 1200, end: 480)])
    #expect(try hours.spans(on: #require(CivilDay("2027-08-02"))).isEmpty)
    #expect(try parse("").hours == .always && parse("").alarms == AlarmPolicy())
    // Only exceptions: the week stays open.
    let open = try parse("[hours]\nclosed = [\"2026-12-24\"]").hours
    #expect(open.week == OpeningHours.always.week && open.holidays == .france)
  }

  @Test func `a garde adds to its day, other hours replace it, and a lone night is a garde`() throws
  {
    func spans(_ texts: String...) -> [OpeningHours.Span] {
      texts.compactMap { OpeningHours.Span($0) }
    }
    let hours = try parse(
      """
      [hours]
      friday = ["08:30-12:30", "14:00-19:30"]
      [hours.garde]
      "2026-11-20" = ["20:00-08:00"]
      "2026-12-25" = ["09:00-21:00"]
      [hours.open]
      "2026-11-27" = ["20:00-08:00"]
      "2026-12-18" = ["08:30-16:00"]
      "2026-12-11" = []
      """
    ).hours
    func day(_ text: String) throws -> [OpeningHours.Span] {
      hours.spans(on: try #require(CivilDay(text)))
    }
    let night = spans("08:30-12:30", "14:00-19:30", "20:00-08:00")
    #expect(try day("2026-11-20") == night && day("2026-11-27") == night)
    #expect(try day("2026-12-25") == spans("09:00-21:00"))
    #expect(try day("2026-12-18") == spans("08:30-16:00") && day("2026-12-11").isEmpty)
    #expect(problem("[hours.garde]\n\"demain\" = [\"20:00-08:00\"]") != nil)
  }

  @Test func `the zone of the counter is one that this machine knows`() throws {
    #expect(try parse("[officine]\nname = \"x\"").officine.timezone == nil)
    for zone in ["Europe/Paris", "Indian/Reunion", "America/Port-au-Prince"] {
      let file = "[officine]\ntimezone = \"\(zone)\""
      // A machine without zones knows none: then it says so as well.
      guard Timezone.isKnown("Europe/Paris") else {
        #expect(problem(file) != nil)
        continue
      }
      #expect(try parse(file).officine.timezone == zone)
    }
    for wrong in ["Europe/Pari", "", "../etc/passwd", "/etc/localtime", "Europe/Paris "] {
      #expect(problem("[officine]\ntimezone = \"\(wrong)\"") != nil, "\(wrong)")
    }
    let hours = try parse("[hours]\nholidays = \"reunion\"").hours
    #expect(hours.holidays == .reunion)
  }

  @Test func `alarms can be set and put off`() throws {
    let alarms = try parse(
      """
      [alarms]
      unclaimed = "45 min"
      stalled = "off"
      promised = false
      uncollected_days = 5
      sound = false
      """
    ).alarms
    #expect(alarms.unclaimed == 2700 && alarms.stalled == nil && alarms.waitingCheck == 1800)
    #expect(!alarms.promised && alarms.uncollectedDays == 5 && !alarms.isHeard)
  }

  @Test func `views, and the sentence for a query that cannot be read`() throws {
    let text = """
      [[view]]
      name = "Urgentes"
      query = "état:ouverte marque:urgent"
      [[view]]
      name = "Labo"
      query = "de:labo -état:traitée"
      """
    #expect(
      try parse(text).views == [
        CustomView(name: "Urgentes", query: "état:ouverte marque:urgent"),
        CustomView(name: "Labo", query: "de:labo -état:traitée"),
      ])
    // One that cannot be read is left out alone, and told.
    for query in ["martin état:prette", "foo:bar"] {
      let some = try parse(text + "\n[[view]]\nname = \"x\"\nquery = \"\(query)\"")
      #expect(some.views.map(\.name) == ["Urgentes", "Labo"] && some.warnings.count == 1)
      #expect(some.warnings[0].french.hasPrefix("/etc/c.toml:9 : « \(query) » : "))
      #expect(some.warnings[0].french.hasSuffix("Cette vue est laissée de côté."))
    }
    let wrong = try parse("[[view]]\nname = \"x\"\nquery = \"martin état:prette\"").warnings[0]
    #expect(wrong.french.contains("état:prette » n’est pas connu (caractère 13)"))
    #expect(wrong.english.contains("try received, preparing"))
  }

  @Test(
    "a mistake says its line and what is expected",
    arguments: [
      ("[hours]\nmonday = \"8-12\"", 2), ("[hours]\nmonday = [\"8h-12h\"]", 2),
      ("[hours]\nholidays = \"corse\"", 2), ("[hours]\nclosed = [\"2026-13-01\"]", 2),
      ("[hours]\nclosed = [\"2026-08-15..2026-08-01\"]", 2),
      ("[hours.open]\n\"25/12\" = [\"09:00-12:00\"]", 2), ("[alarms]\nunclaimed = \"soon\"", 2),
      ("[alarms]\n\nuncollected_days = -1", 3), ("[[view]]\nname = \"x\"\nquery = \" \"", 3),
    ])
  func mistakes(text: String, line: Int) {
    switch problem(text) {
    case .wrongValue(_, let found, _, _): #expect(found == line, "\(text)")
    case let other: Issue.record("\(String(describing: other)) for \(text)")
    }
  }
}
