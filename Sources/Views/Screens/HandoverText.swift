import Cells
import Desk
public import Domain

/// The relève as lines of text: the same on the screen, on paper and in the terminal.
///
/// Names of patients are in it, matricules never; not yet safe to draw, like any text.
public struct HandoverText: Sendable {
  public struct Line: Equatable, Sendable {
    /// What it says, whose and for whom first; the separators are not in it.
    var parts: [String]
    /// Which part says whom it is about: the one that gives way where there is no room.
    var identity: Int?
    public var isHeading = false
    public var isAlarm = false
    /// Place in `HandoverSheet.items` of the demande it tells of.
    public var item: Int?

    public var text: String { (isHeading ? "" : "  ") + parts.joined(separator: " · ") }

    /// At most `columns` wide as long as the identity can be cut; it keeps a name's length.
    func text(columns: Int) -> String {
      let excess = Presentable(text).width - columns
      guard excess > 0, let identity else { return text }
      // Masked first: half a number would pass for another one.
      let name = Presentable(INS.masking(parts[identity]))
      var short = self
      short.parts[identity] = name.clipped(to: max(Self.leastName, name.width - excess)).plain
      return short.text
    }

    private static let leastName = 30
  }

  public let title: String
  public private(set) var lines: [Line] = []

  private let sheet: HandoverSheet
  private let strings: any Strings
  private let clock: WorkClock
  private let homonyms: Homonyms
  private var noted: Set<Order.ID> = []

  public init(_ sheet: HandoverSheet, _ strings: any Strings, clock: WorkClock) {
    self.sheet = sheet
    self.strings = strings
    self.clock = clock
    homonyms = Homonyms(sheet.items.map(\.row))
    title = strings.handoverTitle(at: clock.now)
    var place = 0
    for section in HandoverSheet.Section.allCases where section != .held { add(section, &place) }
    addSending(&place)
  }

  /// For the terminal, one line each.
  public var plain: String {
    ([title, ""] + lines.map(\.text)).joined(separator: "\n") + "\n"
  }

  /// For paper: nothing runs over the edge, what goes on stands further in.
  public var paper: String {
    let wrapped = lines.flatMap { line in
      // Tied: a closing « » » never stands alone on a line.
      let text = strings.typeset(INS.masking(line.text))
      return Presentable.lines(of: text, width: Self.paperColumns - Self.hanging.count)
        .enumerated().map { ($0.offset == 0 ? "" : Self.hanging) + $0.element.plain }
    }
    return ([title, ""] + wrapped).joined(separator: "\n") + "\n"
  }

  /// What every printer sets on a line of A4.
  private static let paperColumns = 78
  private static let hanging = "      "

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
    lines.append(Line(parts: [strings.typeset(heading)], isHeading: true))
    for row in rows {
      let isAlarm = section == .alarms || clock.alarm(of: row.order) != nil
      var line = self.line(row, in: section)
      line.isAlarm = isAlarm
      line.item = place
      lines.append(line)
      place += 1
      if let note = sheet.notes[row.id], noted.insert(row.id).inserted { add(note) }
    }
    if sheet.cut.contains(section) { lines.append(Line(parts: [strings.andMore])) }
  }

  /// Under the first line of its demande: what is to be said aloud with it.
  private mutating func add(_ note: HandoverSheet.Note) {
    let words = note.text.forTheTeam.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let moment = strings.moment(note.at, now: clock.now)
    lines.append(
      Line(parts: [
        "  " + strings.handoverNote(Self.short(words, 200), by: note.author.name, at: moment)
      ]))
  }

  /// What did not leave, each stopped answer by itself, before the facts of the machine.
  private mutating func addSending(_ place: inout Int) {
    lines.append(Line(parts: [strings.handoverSending], isHeading: true))
    for held in sheet.held {
      let moment = strings.moment(held.queuedAt, now: clock.now)
      lines.append(
        Line(
          parts: [
            "! " + strings.heldMark, Identity(held.row.order, held.row.message, strings).full,
            strings.heldAnswer(by: held.author.name, at: moment),
          ], identity: 1, isAlarm: true, item: place))
      place += 1
    }
    let sent = strings.sent(
      waiting: sheet.outboxWaiting, held: sheet.outboxHeld, trouble: sheet.outboxTrouble)
    lines.append(
      Line(parts: [
        sent, strings.backup(sheet.backupAt.map { strings.moment($0, now: clock.now) }),
        strings.sync(sheet.sync, now: clock.now),
      ]))
  }

  /// Whose work and for whom stand in front: what is cut at the edge is the least of it.
  private func line(_ row: QueueRow, in section: HandoverSheet.Section) -> Line {
    let order = row.order
    var parts: [String] = []
    if let owner = order.owner, section == .taken || section == .alarms {
      parts.append(owner.name)
    }
    let who = Identity(order, row.message, strings)
    parts.append(who.full)
    let identity = parts.count - 1
    if homonyms.contains(order.id) {
      let traits = who.traits.isEmpty ? "" : ", \(who.traits)"
      parts.append(strings.homonym(born: nil) + traits)
    }
    let alarm = section == .uncollected ? [] : alarm(order)
    parts += alarm
    // Its hour beside what rings about it; else after what is missing.
    let isLast = alarm.isEmpty && [.taken, .missing].contains(section)
    if !isLast && section != .uncollected { parts += promised(order) }
    parts += details(order, in: section, isLast ? promised(order) : []).filter { !$0.isEmpty }
    return Line(parts: parts, identity: identity)
  }

  private func details(
    _ order: Order, in section: HandoverSheet.Section, _ promised: [String]
  ) -> [String] {
    let marks = order.markers
    switch section {
    case .taken: return missing(marks) + promised + [since(order)]
    case .check:
      return [
        order.prepared.map {
          strings.prepared(by: $0.author.name, at: strings.moment($0.at, now: clock.now))
        }
      ].compactMap(\.self)
    case .missing: return missing(marks) + promised
    case .questions:
      let asked = [
        marks.questionPrescriber.map { "\(strings.prescriberQuestion) : \(Self.short($0))" },
        marks.questionPatient.map { "\(strings.patientQuestion) : \(Self.short($0))" },
      ]
      return [since(order)] + asked.compactMap(\.self)
    case .uncollected:
      return [marks.shelf.map(strings.shelf)].compactMap(\.self) + [since(order)]
    case .todo, .alarms, .held: return [since(order)]
    }
  }

  private func since(_ order: Order) -> String {
    WaitText(strings, clock).since(order.waitingSince)
  }

  private func alarm(_ order: Order) -> [String] {
    clock.alarm(of: order).map { ["! " + strings.alarm($0)] } ?? []
  }

  private func promised(_ order: Order) -> [String] {
    order.duePromise.map { [strings.promised(strings.moment($0, now: clock.now))] } ?? []
  }

  private func missing(_ marks: Markers) -> [String] {
    guard !marks.missing.isEmpty else { return [] }
    let products = marks.missing.map { product in
      strings.missing(product, due: product.due.map { CivilTime($0).day(now: clock.now) })
    }
    return [strings.missingLabel + " " + products.joined(separator: ", ")]
  }

  /// A question is read aloud, not a letter.
  private static func short(_ text: String, _ limit: Int = 60) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
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
