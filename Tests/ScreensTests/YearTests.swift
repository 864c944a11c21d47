import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// A day of another year says so: « 23/11 » is otherwise read as this year's.
@Suite("Days of another year")
struct YearTests {
  private static let due = Officine.now.adding(seconds: 60 * 86400)
  private static let owed = MissingProduct(product: "Eliquis 5 mg", quantity: 2, due: due)

  /// One that left in the other year.
  private static func reminder() throws -> Order.Reminder {
    let said: [Gesture] = [.reminded(messageID: "<1@x>"), .answered(messageID: "<1@x>")]
    let events = said.enumerated().map { n, gesture in
      OrderEvent(
        id: "r\(n)", order: Officine.luc, number: 90 + n, author: Author(Officine.lea), at: due,
        basedOn: nil, gesture: gesture)
    }
    return try #require(Order.fold(Officine.opened(Officine.luc).events + events)?.reminder)
  }

  private static func sentences(_ strings: any Strings, now: Timestamp) throws -> [String] {
    let reminder = try reminder()
    let event = OrderEvent(
      id: "e1", order: "d1", number: 1, author: Author(Officine.lea), at: now, basedOn: nil,
      gesture: .marked(.missing(owed)))
    return [
      strings.history(event, now: now), strings.deed(.marked(.missing(owed)), now: now),
      strings.deed(.handedOver(HandOver(owed: [owed])), now: now),
      strings.deed(.productCorrected("Eliquis", to: owed), now: now),
      strings.done(.marked(.promised(due)), now: now),
      strings.takesBack(.marked(.promised(due)), now: now),
      strings.undoHint(.marked(.promised(due)), name: "", now: now),
      strings.choice(.product(owed), of: .prescription, now: now),
      strings.reminder(reminder, now: now), strings.reminderShort(reminder, now: now),
      strings.notice(.done(.marked(.promised(due)), "d1"), now: now),
    ]
  }

  @Test("a moment far away has its year", arguments: Language.allCases)
  func moments(language: Language) {
    let (day, now) = (CivilTime(Self.due), Officine.now)
    #expect(language.strings.moment(Self.due, now: now).contains(day.dayMonthYear))
    #expect(!language.strings.moment(Self.due, now: Self.due).contains("\(day.year)"))
  }

  @Test("what is due, promised or reminded in another year", arguments: Language.allCases)
  func gestures(language: Language) throws {
    let day = CivilTime(Self.due)
    #expect(day.year == CivilTime(Officine.now).year + 1)
    for sentence in try Self.sentences(language.strings, now: Officine.now) {
      #expect(sentence.contains(day.dayMonthYear), "\(sentence)")
    }
    for sentence in try Self.sentences(language.strings, now: Self.due) {
      #expect(sentence.contains(day.dayMonth) && !sentence.contains("\(day.year)"), "\(sentence)")
    }
  }

  @Test("the relève and the history")
  func screens() throws {
    var row = Officine.row(Officine.mohamed)
    row.order.markers.missing = [Self.owed]
    let sheet = HandoverSheet(rows: [.missing: [row]], sync: State.fixture().sync)
    let day = CivilTime(Self.due)
    func text(_ now: Timestamp) -> String {
      HandoverText(sheet, French(), clock: WorkClock(now: now, hours: .always)).plain
    }
    #expect(text(Officine.now).contains(day.dayMonthYear))
    #expect(!text(Self.due).contains(day.dayMonthYear))

    var state = Scene.reader.state
    state.layers = [.history(scroll: 0)]
    let opened = try #require(state.opened)
    let first = CivilTime(try #require(opened.history.first).at)
    func lines(_ now: Timestamp) -> [String] {
      render(state, French(), size: Size(columns: 80, rows: 24), now: now).rows
    }
    #expect(lines(Officine.now).contains { $0.contains(" \(first.dayMonth) ") })
    #expect(lines(Self.due).contains { $0.contains(" \(first.dayMonthYear) ") })
  }
}
