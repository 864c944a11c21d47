import Domain

/// What each dated exception of `[hours]` makes of its day, for `config check`.
struct HoursText {
  let hours: OpeningHours
  let words: Words

  /// One line a day or period, in the order of the calendar.
  var lines: [String] {
    let days = Set(hours.exceptions.keys).union(hours.gardes.keys)
    let dated = days.map { (day: $0, line: line(of: $0)) }
    let closed = hours.closings.map { range in
      (
        day: range.lowerBound,
        line: range.lowerBound == range.upperBound
          ? "\(range.lowerBound.iso8601)\(colon)\(words("fermé", "closed"))"
          : "\(range.lowerBound.iso8601)..\(range.upperBound.iso8601)\(colon)"
            + words("fermé", "closed")
      )
    }
    return (closed + dated).sorted { ($0.day, $0.line) < ($1.day, $1.line) }.map(\.line)
  }

  private var colon: String { words(" : ", ": ") }

  private func line(of day: CivilDay) -> String {
    let usual = hours.usualSpans(on: day)
    var parts: [String] = []
    if let own = hours.exceptions[day] {
      parts.append(
        "\(text(own)) \(words("à la place de", "instead of")) \(text(usual))")
    }
    if let garde = hours.gardes[day] {
      parts.append(
        words("garde ", "on duty ") + text(garde)
          + (hours.exceptions[day] == nil
            ? " \(words("en plus de", "beside")) \(text(usual))" : ""))
    }
    return day.iso8601 + colon + parts.joined(separator: " + ")
  }

  private func text(_ spans: [OpeningHours.Span]) -> String {
    spans.isEmpty
      ? words("fermé", "closed") : spans.map(\.description).joined(separator: ", ")
  }
}
