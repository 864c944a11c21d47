import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

@Suite("What the counter must not overlook")
struct CounterScreenTests {
  private func text(_ state: State, _ columns: Int = 80, _ rows: Int = 24) -> [String] {
    picture(
      of: state, French(), size: Size(columns: columns, rows: rows), now: state.now
    ).frame.rows
  }

  @Test("every view says its count, also at 80 columns", arguments: [80, 100, 120, 160])
  func counts(columns: Int) {
    var state = Scene.queue.state
    for (n, view) in QueueView.allCases.enumerated() { state.counts.byView[view] = n + 1 }
    let rows = text(state, columns)
    for (n, view) in QueueView.allCases.enumerated() where view != .alarm {
      let names = [French().view(view), French().shortView(view)].map { "\($0) \(n + 1)" }
      #expect(
        rows[1...2].contains { row in names.contains { row.contains($0) } }, "\(view): \(rows)")
    }
    // The alarms say themselves, at the end of the rule.
    let alarms = state.counts[.alarm]
    #expect(rows[2].contains(French().alarms(alarms)) || rows[1].contains("Alarmes \(alarms)"))
  }

  @Test("two of one name are told apart in their rows, whatever else is to be said of them")
  func homonyms() {
    var state = Scene.queue.state
    let born = [BirthDate(year: 1979, month: 3, day: 14), BirthDate(year: 1951, month: 9, day: 2)]
    for (place, date) in born.enumerated() {
      state.page.rows[place].order.patient = Patient(
        name: "MARTIN Jeanne", birthDate: date, source: .person)
      state.page.rows[place].order.markers.isUrgent = true
    }
    let page = state.page
    #expect(!text(state).contains { $0.contains("homonyme") })
    _ = state.apply(.pageLoaded(state.view, page))
    #expect(text(state, 60, 20).count { $0.contains("homonyme") } == 2)
    for (columns, rows) in [(80, 24), (120, 40)] {
      let shown = text(state, columns, rows)
      #expect(shown.count { $0.contains("homonyme 14/03/79") } == 1, "\(columns)")
      #expect(shown.count { $0.contains("homonyme 02/09/51") } == 1, "\(columns)")
    }
    #expect(text(state).count { $0.contains("homonyme") && $0.contains("urgent") } == 2)
    let sheet = HandoverSheet(rows: [.check: Array(page.rows.prefix(2))], sync: state.sync)
    let lines = HandoverText(sheet, French(), clock: state.clock).plain
    #expect(lines.contains("homonyme, né(e) le 14/03/1979") || lines.contains("14/03/1979"))
    #expect(lines.contains("02/09/1951"))
  }

  /// Jeanne's demande with two photos sent on and a mail that nobody dealt with.
  private var reading: State {
    var state = Scene.reader.state
    guard var opened = state.opened, let first = opened.bodies.first else { return state }
    for n in 2...4 {
      var body = first
      body.message.id = "n\(n)"
      body.text = (1...12).map { "Ligne \($0) du message \(n)." }.joined(separator: "\n")
      body.message.attachments = []
      body.documents = []
      opened.bodies.append(body)
    }
    opened.order.hasNews = true
    opened.order.newMessages = ["n3"]
    state.opened = opened
    state.readerAim = "n3"
    return state
  }

  @Test("the reader opens at what is new, and the name of the demande stays above it")
  func opensAtNews() throws {
    var state = reading
    for (columns, rows) in [(80, 24), (120, 40)] {
      let shown = text(state, columns, rows)
      #expect(shown.contains { $0.contains("Ligne 1 du message 3") }, "\(shown)")
      #expect(shown.contains { $0.contains("MARTIN Jeanne") && $0.contains("nouveau message") })
      #expect(shown.contains { $0.contains("Nouveau message ·") })
    }
    assertScreen(
      picture(of: state, French(), size: Size(columns: 80, rows: 24), now: state.now).frame,
      named: "readerNews-80x24")
    // Where it was drawn is where scrolling begins; at the top the head says it.
    let drawn = picture(of: state, French(), size: Size(columns: 80, rows: 24), now: state.now)
    let top = try #require(drawn.readerTop)
    _ = state.apply(.readerMeasured(lines: drawn.readerLines ?? 0, top: top))
    #expect(state.readerScroll == top && state.readerAim == nil && top > 0)
    #expect(text(state) == drawn.frame.rows)
    state.readerScroll = 0
    #expect(text(state).contains { $0.contains("⚠ Nouveau message, pas encore traité") })
  }

  @Test("what no eye may miss stays in sight under the name while one reads further down (M15)")
  func alertsAbove() throws {
    var state = reading
    state.opened?.order.otherPatients = [Patient(name: "PETIT Louis", source: .document)]
    state.opened?.order.redoReason = "dosage"
    for (columns, rows) in [(80, 24), (120, 40)] {
      let size = Size(columns: columns, rows: rows)
      let drawn = picture(of: state, French(), size: size, now: state.now)
      let shown = drawn.frame.rows
      #expect(shown.contains { $0.contains("Ligne 1 du message 3") }, "\(shown)")
      #expect(shown.contains { $0.contains("PETIT Louis") }, "\(shown)")
      #expect(drawn.drawnMessages.contains("n3"))
      // On the tall screen the one before begins in sight as well, the first never does.
      #expect(drawn.readerTop.map { $0 > 0 } == true)
    }
  }

  @Test("what was attached elsewhere says where it went, and nothing of what it was")
  func merged() {
    var state = Scene.reader.state
    state.opened?.order.mergedInto = "dautre0001"
    state.opened?.order.status = .closed
    state.opened?.order.markers.questionPatient = "quel dosage ?"
    let shown = text(state).joined(separator: "\n")
    #expect(shown.contains("Rattachée") && !shown.contains("sans suite"))
    #expect(!shown.contains("quel dosage"))
  }

  @Test("« pas remise » names whose « remise » it was and when, in the menu and in the question")
  func notHandedOver() {
    let claire = Author(memberID: "c", name: "Claire", initials: "CM", poste: "comptoir 2")
    let handed = Order.Handing(event: "e", author: claire, at: Officine.now)
    for strings in [French(), English()] as [any Strings] {
      let choice = strings.choice(.notHandedOver(handed), of: .prescription, now: Officine.now)
      let question = strings.question(.notHandedOver("d1", handed))
      #expect(choice.contains("Claire") && question.contains("Claire"))
      #expect(question.contains("comptoir 2") && question.contains("10:42"))
    }
  }
}
