import Domain

/// `[hours]`, `[alarms]` and `[[view]]`: what time means here, and what is looked at.
extension Configuration {
  private static let days = [
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
  ]
  /// More tabs than anybody finds again; each is counted at every change.
  static let viewLimit = 12

  static func readHours(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> OpeningHours {
    guard var reader = try root.child("hours") else { return .always }
    var week: [[OpeningHours.Span]] = []
    var isWeekGiven = false
    for day in days {
      let spans = try reader.spans(day)
      isWeekGiven = isWeekGiven || spans != nil
      week.append(spans ?? [])
    }
    var hours = OpeningHours(
      week: isWeekGiven ? week : OpeningHours.always.week,
      holidays: try reader.choice("holidays", Holidays.self) ?? .france)
    for text in try reader.strings("closed") ?? [] {
      guard let range = range(text) else {
        throw reader.wrong("closed", "[\"2027-08-02..2027-08-15\", \"2026-12-24\"]")
      }
      hours.closings.append(range)
    }
    for (day, spans) in try dated("open", of: &reader) {
      // Only a night is a garde, wherever it is written: nobody closes the day to open at night,
      // and a day that is closed by mistake rings no alarm.
      if !spans.isEmpty, spans.allSatisfy(\.isNight) {
        hours.gardes[day] = spans
      } else {
        hours.exceptions[day] = spans
      }
    }
    for (day, spans) in try dated("garde", of: &reader) { hours.gardes[day, default: []] += spans }
    warnings += reader.leftovers()
    return hours
  }

  /// `"2026-12-25" = ["09:00-12:00"]`, as many as there are.
  private static func dated(
    _ name: String, of hours: inout TableReader
  ) throws(SettingsError) -> [(CivilDay, [OpeningHours.Span])] {
    guard var table = try hours.child(name) else { return [] }
    var found: [(CivilDay, [OpeningHours.Span])] = []
    for key in table.table.keys.sorted() {
      guard let day = CivilDay(key), let spans = try table.spans(key) else {
        throw table.wrong(key, "\"2026-12-25\" = [\"09:00-12:00\"]")
      }
      found.append((day, spans))
    }
    return found
  }

  /// `2026-12-24`, or `2027-08-02..2027-08-15`, both days included.
  private static func range(_ text: String) -> ClosedRange<CivilDay>? {
    if let day = CivilDay(text) { return day...day }
    let parts = text.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
    guard parts.count == 2, text == "\(parts[0])..\(parts[1])", let first = CivilDay(parts[0]),
      let last = CivilDay(parts[1]), first <= last
    else { return nil }
    return first...last
  }

  static func readAlarms(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> AlarmPolicy {
    var policy = AlarmPolicy()
    guard var reader = try root.child("alarms") else { return policy }
    policy.unclaimed = try reader.delay("unclaimed", policy.unclaimed)
    policy.stalled = try reader.delay("stalled", policy.stalled)
    policy.waitingCheck = try reader.delay("check", policy.waitingCheck)
    policy.promised = try reader.boolean("promised") ?? policy.promised
    policy.uncollectedDays =
      try reader.integer("uncollected_days", in: 0...60) ?? policy.uncollectedDays
    policy.isHeard = try reader.boolean("sound") ?? policy.isHeard
    warnings += reader.leftovers()
    return policy
  }

  static func readViews(
    _ root: inout TableReader, _ warnings: inout [SettingsWarning]
  ) throws(SettingsError) -> [CustomView] {
    var views: [CustomView] = []
    for var reader in try root.children("view") {
      let view = CustomView(
        name: try reader.required("name"), query: try reader.required("query"))
      guard view.name.count <= 24 else { throw reader.wrong("name", "\"…\" (24)") }
      // Which day it is does not matter: dates are read anew at each look.
      let query: ViewQuery
      do throws(QueryProblem) {
        query = try ViewQuery.parse(view.query, now: Timestamp(seconds: 1_800_000_000))
      } catch {
        // One line of one view: the counter opens all the same.
        var warning = SettingsWarning(
          path: root.file.path, line: reader.line("query"), key: "query")
        warning.view = .query(
          path: root.file.path, line: reader.line("query"), text: view.query, problem: error)
        warnings.append(warning)
        continue
      }
      guard !query.terms.isEmpty else { throw reader.wrong("query", "\"état:ouverte à:moi\"") }
      views.append(view)
      warnings += reader.leftovers()
    }
    guard views.count <= viewLimit else { throw root.wrong("view", "1…\(viewLimit)") }
    return views
  }
}

extension TableReader {
  /// nil where the key is absent; an empty list is a day that is closed.
  fileprivate mutating func spans(
    _ key: String
  ) throws(SettingsError) -> [OpeningHours.Span]? {
    guard let texts = try strings(key) else { return nil }
    var spans: [OpeningHours.Span] = []
    for text in texts {
      guard let span = OpeningHours.Span(text) else {
        throw wrong(key, "[\"08:30-12:30\", \"14:00-19:30\"]")
      }
      spans.append(span)
    }
    return spans
  }

  /// A duration, or `"off"`.
  fileprivate mutating func delay(
    _ key: String, _ standard: Int64?
  ) throws(SettingsError) -> Int64? {
    if case .string("off")? = table[key] {
      _ = try string(key)
      return nil
    }
    return try duration(key, in: 60...864_000).map { Int64($0) } ?? standard
  }
}
