import Cells
import Desk
import Domain
import Foundation
import Screens
import TestKit
import Testing

/// Opening hours, alarms, custom views, the query line and the relève, for eyes.
@Suite("Work on screen")
struct WorkScreenTests {
  private static let hours = OpeningHours(
    week: [[]]
      + Array(
        repeating: [
          OpeningHours.Span(start: 510, end: 750), OpeningHours.Span(start: 840, end: 1170),
        ], count: 6))

  private func text(_ state: State, _ columns: Int = 80, _ rows: Int = 24) -> [String] {
    let size = Size(columns: columns, rows: rows)
    return render(state, French(), size: size, now: state.now).rows
  }

  private var sheet: HandoverSheet {
    func rows(_ ids: String...) -> [QueueRow] { ids.map(Officine.row) }
    var sheet = HandoverSheet(
      rows: [
        .taken: rows(Officine.mohamed, Officine.elodie), .check: rows(Officine.ines),
        .missing: rows(Officine.mohamed), .questions: rows(Officine.anh),
        .alarms: rows(Officine.anh, Officine.oedipe, Officine.labo),
      ], readyCount: 12, sync: State.fixture().sync,
      backupAt: Officine.now.adding(seconds: -52_000))
    var ready = Officine.row(Officine.luc)
    ready.order.markers.shelf = "4"
    sheet.rows[.uncollected] = [ready]
    return sheet
  }

  private var handover: State {
    var state = Scene.queue.state
    state.clock = WorkClock(now: state.now, hours: Self.hours)
    state.layers = [.handover(Handover(sheet: sheet, selected: 1))]
    return state
  }

  @Test("the relève, one screen to read aloud", arguments: [(80, 24), (120, 40), (60, 50)])
  func handoverScreen(columns: Int, rows: Int) {
    let frame = render(
      handover, French(), size: Size(columns: columns, rows: rows), now: handover.now)
    assertScreen(frame, named: "handover-\(columns)x\(rows)")
  }

  @Test("the relève holds no matricule, on screen and on paper")
  func noMatricule() {
    let paper = HandoverText(sheet, French(), clock: handover.clock).plain
    let all = paper + text(handover, 120, 40).joined(separator: "\n")
    #expect(INS.masking(all) == all)
    #expect(paper.contains("BEN ALI Mohamed") && paper.contains("sauvegarde hier 20:15"))
  }

  @Test("a stopped answer is told of, and then not everything has left")
  func heldAnswer() {
    #expect(HandoverText(sheet, French(), clock: handover.clock).plain.contains("tout est parti"))
    var sheet = sheet
    sheet.held = [
      HandoverSheet.Held(
        item: "o1", row: Officine.row(Officine.jeanne), author: Author(Officine.lea),
        queuedAt: Officine.now.adding(seconds: -600))
    ]
    sheet.outboxHeld = 1
    for strings in [French() as any Strings, English()] {
      let text = HandoverText(sheet, strings, clock: handover.clock)
      #expect(!text.plain.contains("tout est parti") && !text.plain.contains("everything"))
      #expect(text.plain.contains(strings.heldMark) && text.plain.contains("Léa"))
      #expect(text.lines.last { $0.item != nil }?.item == sheet.items.count - 1)
    }
    var state = handover
    state.layers = [.handover(Handover(sheet: sheet, selected: sheet.items.count - 1))]
    let frame = render(
      state, French(), size: Size(columns: 80, rows: 24), now: state.now)
    assertScreen(frame, named: "handover-held-80x24")
  }

  @Test("a name that is long gives way to alarm and promise behind it; paper runs over no edge")
  func narrowLines() throws {
    var row = Officine.row(Officine.mohamed)
    row.order.patient?.name = "DE LA ROCHEFOUCAULD-MONTBÉLIARD Marie-Clémentine Éléonore"
    row.order.markers.promisedAt = Officine.now.adding(seconds: -7200)
    row.order.markers.missing = (1...5).map { MissingProduct(product: "Produit long \($0)") }
    let sheet = HandoverSheet(rows: [.taken: [row]], sync: State.fixture().sync)
    var state = handover
    state.layers = [.handover(Handover(sheet: sheet))]
    let line = try #require(text(state).first { $0.contains("DE LA ROCHE") })
    #expect(line.contains("… · ! promesse passée · promis 08:42"), "\(line)")
    let paper = HandoverText(sheet, French(), clock: state.clock).paper
    #expect(paper.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(paper.contains("Produit long 5") && paper.contains("Éléonore"))
  }

  @Test("a note is read with the first line of its demande, masked and once")
  func notes() {
    var sheet = sheet
    sheet.notes[Officine.mohamed] = HandoverSheet.Note(
      text: "rappeler\nle Dr Petit, 2 51 03 99 123 456 42", author: Author(Officine.lea),
      at: Officine.now.adding(seconds: -60))
    let lines = HandoverText(sheet, French(), clock: handover.clock).lines
    let place = lines.firstIndex { $0.text.contains("« rappeler le Dr Petit") }
    #expect(place.map { lines[$0 - 1].item } == 0)
    #expect(lines.count { $0.text.contains("rappeler") } == 1)
    var state = handover
    state.layers = [.handover(Handover(sheet: sheet))]
    let shown = text(state, 120, 40).joined(separator: "\n")
    #expect(shown.contains("note de Léa, 10:41 : « rappeler") && INS.masking(shown) == shown)
  }

  @Test("alarms are counted above every pane, in red only while it is open")
  func alarms() {
    for scene in [Scene.queue, .reader, .search] {
      var state = scene.state
      #expect(!text(state)[2].contains("alarme"))
      state.counts.byView[.alarm] = 3
      #expect(text(state)[2].contains("3 alarmes"), "\(scene)")
    }
  }

  @Test("the age counts opening time, then opening days; a closed officine ages nothing")
  func ages() throws {
    var state = Scene.queue.state
    func age(openedAt: String, now: String) throws -> String {
      let now = try #require(Timestamp(iso8601: now))
      state.clock = WorkClock(now: now, hours: Self.hours)
      state.page.rows[0].order.openedAt = try #require(Timestamp(iso8601: openedAt))
      let line = render(
        state, French(), size: Size(columns: 80, rows: 24), now: now
      ).rows[3]
      return String(line.dropFirst(3).prefix(7))
    }
    #expect(try age(openedAt: "2026-11-20T12:20", now: "2026-11-20T13:55") == "10 min ")
    #expect(try age(openedAt: "2026-11-20T12:20", now: "2026-11-20T14:25") == "35 min!")
    #expect(try age(openedAt: "2026-11-21T19:20", now: "2026-11-23T08:40") == "20 min ")
    #expect(try age(openedAt: "2026-11-17T10:00", now: "2026-11-20T10:00") == "   3 j!")
  }

  @Test("what an alarm is stands in the row as a word")
  func words() {
    var state = Scene.queue.state
    state.page.rows[0].order.openedAt = state.now.adding(seconds: -1800)
    state.page.rows[0].order.markers = Markers()
    state.page.rows[0].order.printed = nil
    #expect(text(state)[3].contains("non prise"))
    state.page.rows[0].order.markers.promisedAt = state.now.adding(seconds: -60)
    #expect(text(state)[3].contains("promesse passée"))
  }

  @Test("custom views stand after the built-in ones, the shown one always")
  func customViews() {
    var state = Scene.queue.state
    state.customViews = [
      CustomView(name: "Urgentes", query: "marque:urgent"), CustomView(name: "Labo", query: "de:l"),
    ]
    state.counts.custom = [7, 1000]
    #expect(text(state, 200)[1].contains("Archives   Urgentes 7   Labo 999+"))
    for columns in stride(from: 40, through: 200, by: 7) {
      state.customView = 1
      #expect(text(state, columns)[1].contains("[Labo 999+]"), "\(columns)")
      #expect(!text(state, columns)[1].contains("[À prendre"))
    }
    let picture = picture(
      of: state, French(), size: Size(columns: 200, rows: 24), now: state.now)
    for place in picture.customTabs {
      #expect(picture.customTab(column: place.columns.lowerBound, row: 1) == place.index)
    }
    #expect(picture.customTabs.count == 2)
  }

  @Test("a list that was cut does not pass for all that was found")
  func cutSearch() {
    var state = Scene.search.state
    #expect(text(state).contains { $0.contains("2 demandes") })
    state.search?.hasMore = true
    #expect(text(state).contains { $0.contains("2 premières") })
    #expect(!text(state).contains { $0.contains("2 demandes") })
  }

  @Test("the query line says what may follow, and what cannot be read")
  func queries() {
    var state = Scene.search.state
    state.search?.query = TextBuffer("martin état:")
    #expect(text(state)[22].contains("état: prendre, préparation, contrôler, prête"))
    state.search?.query = TextBuffer("état:prette")
    state.search?.problem = QueryProblem(
      .unknownValue(key: .state, value: "prette"), place: 5)
    #expect(text(state)[22].contains("« état:prette » n’est pas connu (caractère 6)"))
  }
}
