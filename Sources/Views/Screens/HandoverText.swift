public import Domain

/// The relève as lines of text: the same on the screen, on paper and in the terminal.
///
/// Names of patients are in it, matricules never; not yet safe to draw, like any text.
public struct HandoverText: Sendable {
  public struct Line: Equatable, Sendable {
    public var text: String
    public var isHeading = false
    public var isAlarm = false
    /// Place in `HandoverSheet.items` of the demande it tells of.
    public var item: Int?
  }

  public let title: String
  public private(set) var lines: [Line] = []

  private let sheet: HandoverSheet
  private let strings: any Strings
  private let clock: WorkClock

  public init(_ sheet: HandoverSheet, _ strings: any Strings, clock: WorkClock) {
    self.sheet = sheet
    self.strings = strings
    self.clock = clock
    title = strings.handoverTitle(at: clock.now)
    var place = 0
    for section in HandoverSheet.Section.allCases { add(section, &place) }
    let facts = [
      strings.sent(waiting: sheet.outboxWaiting, trouble: sheet.outboxTrouble),
      strings.backup(sheet.backupAt.map { strings.moment($0, now: clock.now) }),
      strings.sync(sheet.sync, now: clock.now),
    ]
    lines.append(Line(text: strings.handoverSending, isHeading: true))
    lines.append(Line(text: "  " + facts.joined(separator: "   ·   ")))
  }

  /// For paper and the terminal.
  public var plain: String {
    ([title, ""] + lines.map(\.text)).joined(separator: "\n") + "\n"
  }

  private mutating func add(_ section: HandoverSheet.Section, _ place: inout Int) {
    let rows = section == .taken ? sheet.hands.flatMap(\.rows) : sheet[section]
    var heading = strings.handover(section)
    if section == .uncollected {
      let known = strings.ready(
        sheet.readyCount, uncollected: rows.count, moreThan: clock.alarms.uncollectedDays)
      heading += " : \(known)"
    } else {
      heading += rows.isEmpty ? " : \(strings.nothing)" : " : \(rows.count)"
    }
    lines.append(Line(text: strings.typeset(heading), isHeading: true))
    for row in rows {
      let isAlarm = section == .alarms || clock.alarm(of: row.order) != nil
      lines.append(Line(text: "  " + text(row, in: section), isAlarm: isAlarm, item: place))
      place += 1
    }
    if sheet.cut.contains(section) { lines.append(Line(text: "  " + strings.andMore)) }
  }

  private func text(_ row: QueueRow, in section: HandoverSheet.Section) -> String {
    var parts: [String] = []
    if let owner = row.order.owner, section == .taken || section == .alarms {
      parts.append(owner.name)
    }
    parts.append(Identity(row.order, row.message, strings).full)
    parts += details(row.order, in: section)
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private func details(_ order: Order, in section: HandoverSheet.Section) -> [String] {
    let marks = order.markers
    switch section {
    case .taken:
      return [since(order)] + alarm(order) + missing(marks) + promised(marks)
    case .check:
      let by = order.prepared.map {
        strings.prepared(by: $0.author.name, at: strings.moment($0.at, now: clock.now))
      }
      return [by].compactMap(\.self) + promised(marks)
    case .missing: return missing(marks) + promised(marks)
    case .questions:
      let asked = [
        marks.questionPrescriber.map { "\(strings.prescriberQuestion) : \(Self.short($0))" },
        marks.questionPatient.map { "\(strings.patientQuestion) : \(Self.short($0))" },
      ]
      return [since(order)] + asked.compactMap(\.self)
    case .uncollected:
      return [marks.shelf.map(strings.shelf)].compactMap(\.self) + [since(order)]
    case .alarms: return alarm(order) + [since(order)]
    }
  }

  private func since(_ order: Order) -> String {
    WaitText(strings, clock).since(order.waitingSince)
  }

  private func alarm(_ order: Order) -> [String] {
    clock.alarm(of: order).map { ["! " + strings.alarm($0)] } ?? []
  }

  private func promised(_ marks: Markers) -> [String] {
    marks.promisedAt.map { [strings.promised(strings.moment($0, now: clock.now))] } ?? []
  }

  private func missing(_ marks: Markers) -> [String] {
    guard !marks.missing.isEmpty else { return [] }
    let products = marks.missing.map { product in
      strings.missing(product, due: product.due.map { CivilTime($0).dayMonth })
    }
    return [strings.missing(products.count) + " : " + products.joined(separator: ", ")]
  }

  /// A question is read aloud, not a letter.
  private static func short(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(59) + "…"
  }
}

/// How long something has waited, in opening time.
struct WaitText {
  private let strings: any Strings
  private let clock: WorkClock

  init(_ strings: any Strings, _ clock: WorkClock) {
    self.strings = strings
    self.clock = clock
  }

  /// At most six columns: minutes and hours of opening, then opening days.
  func age(_ instant: Timestamp) -> String {
    let seconds = clock.age(since: instant)
    let days = clock.openDays(since: instant)
    guard clock.hours != .always, seconds >= Self.workingDay, days > 0 else {
      return strings.age(seconds: seconds)
    }
    return strings.openDays(min(days, 999))
  }

  /// Seconds of opening after which days say more than hours.
  private static let workingDay: Int64 = 10 * 3600

  func since(_ instant: Timestamp) -> String {
    let seconds = clock.age(since: instant)
    let short = age(instant)
    let plain = strings.age(seconds: seconds)
    return strings.since(seconds: seconds).replacing(plain, with: short)
  }
}
