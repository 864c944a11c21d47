import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Views, alarms and the relève")
struct TimedViewsTests {
  private func desk(
    _ arrange: (inout State) -> Void = { _ in }
  ) -> DeskTrace {
    var state = State.fixture()
    arrange(&state)
    return DeskTrace(state)
  }

  private func counts(_ alarms: String..., as alarm: Alarm = .unclaimed) -> QueueCounts {
    var counts = QueueCounts(byView: [.alarm: alarms.count])
    counts.alarms = alarms.map { RaisedAlarm(order: $0, alarm: alarm) }
    return counts
  }

  @Test("a new alarm rings once, those found at the start never")
  func ringing() {
    var desk = desk()
    #expect(desk.send(.countsLoaded(counts("d1"))) == [])
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [.beep])
    #expect(desk.state.notice?.content == .alarmed(2))
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [])
    // Taken and given back: it ended, so that it begins again.
    #expect(desk.send(.countsLoaded(counts("d2"))) == [])
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [.beep])
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [])
  }

  @Test("a demande that rang because nobody took it rings again when its check is awaited")
  func ringingAnew() {
    var desk = desk()
    _ = desk.send(.countsLoaded(counts()))
    #expect(desk.send(.countsLoaded(counts("d1"))) == [.beep])
    #expect(desk.send(.countsLoaded(counts("d1", as: .waitingCheck))) == [.beep])
    #expect(desk.send(.countsLoaded(counts("d1", as: .waitingCheck))) == [])
  }

  @Test("more alarms than are listed do not ring in turn")
  func manyAlarms() {
    var desk = desk()
    let ids = (0...QueueCounts.alarmLimit).map { "d\($0)" }
    func listed(_ ids: some Sequence<String>) -> QueueCounts {
      var counts = QueueCounts(byView: [.alarm: 200])
      counts.alarms = ids.map { RaisedAlarm(order: $0, alarm: .unclaimed) }
      return counts
    }
    _ = desk.send(.countsLoaded(counts()))
    #expect(desk.send(.countsLoaded(listed(ids.dropLast()))) == [.beep])
    // A newer one pushes the oldest out of the list; taken, it lets that one in again.
    #expect(desk.send(.countsLoaded(listed(ids.dropFirst()))) == [.beep])
    #expect(desk.send(.countsLoaded(listed(ids.dropLast()))) == [])
  }

  @Test("nothing rings while it is closed, nor when the configuration says so")
  func silence() {
    let closed = OpeningHours(week: Array(repeating: [], count: 7))
    var policy = AlarmPolicy()
    policy.isHeard = false
    for clock in [
      WorkClock(now: Officine.now, hours: closed),
      WorkClock(now: Officine.now, alarms: policy),
    ] {
      var desk = desk { $0.clock = clock }
      _ = desk.send(.countsLoaded(counts()))
      #expect(desk.send(.countsLoaded(counts("d1"))) == [])
    }
  }

  @Test("what became an alarm while it was closed rings once it is open")
  func opening() throws {
    let day = OpeningHours.Span(start: 0, end: 1440)
    let open = WorkClock(
      now: Officine.now, hours: OpeningHours(week: Array(repeating: [day], count: 7)))
    let closed = WorkClock(
      now: Officine.now, hours: OpeningHours(week: Array(repeating: [], count: 7)))
    var desk = desk { $0.clock = closed }
    // Found at the start: nobody is told of what waited before.
    #expect(desk.send(.countsLoaded(counts("d1"))) == [])
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [])
    var opened = desk.state
    opened.clock = open
    desk = DeskTrace(opened)
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [.beep])
    #expect(desk.send(.countsLoaded(counts("d1", "d2"))) == [])
  }

  @Test("what only time changes is counted again every minute")
  func recounting() {
    var desk = desk()
    let now = desk.state.now
    #expect(desk.send(.ticked(now.adding(seconds: 59))) == [])
    #expect(desk.send(.ticked(now.adding(seconds: 60))) == [.loadCounts])
    #expect(desk.send(.ticked(now.adding(seconds: 61))) == [])
    _ = desk.send(.viewChosen(.uncollected))
    let effects = desk.send(.ticked(now.adding(seconds: 121)))
    #expect(effects.contains(.loadPage(.uncollected, limit: desk.state.limit)))
    // Set back by an hour: counted again, not an hour later.
    #expect(desk.send(.ticked(now.adding(seconds: -3600))).contains(.loadCounts))
  }

  @Test("Tab goes from the built-in views through the custom ones and around")
  func stepping() {
    var desk = desk {
      $0.customViews = [CustomView(name: "Urgentes", query: "marque:urgent")]
    }
    let back = desk.send(.keyPressed(.backTab))
    #expect(back.contains(.loadQuery("marque:urgent", limit: desk.state.limit)))
    #expect(desk.state.shownCustomView?.name == "Urgentes")
    let row = Officine.row(Officine.durand)
    // An answer to another view is dropped.
    _ = desk.send(.pageLoaded(.todo, Officine.page(of: .todo)))
    #expect(desk.state.page.rows.isEmpty)
    _ = desk.send(.queryLoaded("marque:urgent", QueuePage(rows: [row])))
    #expect(desk.state.selection == row.id && !desk.state.showsUnderway)
    _ = desk.send(.keyPressed(.tab))
    #expect(desk.state.view == .todo && desk.state.customView == nil)
    _ = desk.send(.customViewChosen(0))
    #expect(desk.state.customView == 0)
    _ = desk.send(.viewChosen(.todo))
    #expect(desk.state.customView == nil)
  }

  @Test("the menu of views goes to any of them")
  func menu() {
    var desk = desk {
      $0.customViews = [CustomView(name: "Urgentes", query: "marque:urgent")]
    }
    _ = desk.send(.keyPressed(.function(4)))
    _ = desk.send(.keyPressed(.end))
    _ = desk.send(.keyPressed(.enter))
    #expect(desk.state.customView == 0 && desk.state.layers.isEmpty)
  }

  @Test("what cannot be read is said at once, and what was found stays")
  func problems() {
    var desk = desk()
    _ = desk.send(.keyPressed(.function(3)))
    for character in "martin" { _ = desk.send(.keyPressed(.character(character))) }
    _ = desk.send(
      .searchAnswered(query: "martin", rows: [Officine.row(Officine.jeanne)], hasMore: true))
    #expect(desk.state.search?.hasMore == true)
    for character in " à" { _ = desk.send(.keyPressed(.character(character))) }
    #expect(desk.send(.keyPressed(.character(":"))) == [])
    #expect(desk.state.search?.problem?.kind == .missingValue(key: .owner))
    #expect(desk.state.search?.rows?.count == 1)
    #expect(desk.send(.keyPressed(.character("l"))) == [.search("martin à:l")])
    #expect(desk.state.search?.problem == nil)
  }

  private func line(of desk: DeskTrace) -> HandoverSheet.Item? {
    guard case .handover(let handover)? = desk.state.layers.last else { return nil }
    return handover.selectedItem
  }

  @Test("the line of a stopped answer opens its demande, wherever that is")
  func heldLine() {
    var desk = desk()
    _ = desk.send(.keyPressed(.character("z")))
    var sheet = HandoverSheet(
      rows: [.check: [Officine.row(Officine.ines)]], sync: desk.state.sync)
    sheet.held = ["o1", "o2"].map {
      HandoverSheet.Held(
        item: $0, row: Officine.row(Officine.luc), author: Author(Officine.lea),
        queuedAt: Officine.now)
    }
    _ = desk.send(.handoverLoaded(sheet))
    _ = desk.send(.keyPressed(.end))
    #expect(line(of: desk)?.held == "o2")
    // The first one was decided about: the line stays the same answer.
    sheet.held.removeFirst()
    _ = desk.send(.handoverLoaded(sheet))
    #expect(line(of: desk)?.held == "o2")
    #expect(desk.send(.keyPressed(.enter)).contains(.loadOrder(Officine.luc)))
    #expect(desk.state.selection == Officine.luc && desk.state.focus == .reader)
  }

  @Test("a on a line of the relève gives away all that this person has, elsewhere it asks whose")
  func reassigning() {
    var desk = desk()
    _ = desk.send(.keyPressed(.character("z")))
    let taken = Officine.row(Officine.elodie)
    let sheet = HandoverSheet(
      rows: [.taken: [taken], .check: [Officine.row(Officine.ines)]], sync: desk.state.sync)
    _ = desk.send(.handoverLoaded(sheet))
    #expect(desk.send(.keyPressed(.character("a"))) == [.loadHoldings])
    let owner = taken.order.owner
    let holdings = [Officine.lea, Officine.sami].map { member in
      Holding(
        owner: Order.Owner(
          memberID: member.id, name: member.shortName, initials: member.initials, poste: "x",
          since: Officine.now), demandes: [HeldDemande(id: Officine.elodie, name: "ROUX Élodie")])
    }
    _ = desk.send(.holdingsLoaded(holdings))
    guard case .menu(let menu)? = desk.state.layers.last, case .heirs(let holding) = menu.kind
    else {
      Issue.record("\(String(describing: desk.state.layers.last))")
      return
    }
    #expect(holding.owner.memberID == owner?.memberID && owner != nil)
    _ = desk.send(.keyPressed(.escape))
    // A line that is nobody's.
    _ = desk.send(.keyPressed(.end))
    _ = desk.send(.keyPressed(.character("a")))
    _ = desk.send(.holdingsLoaded(holdings))
    guard case .menu(let second)? = desk.state.layers.last else {
      Issue.record("\(String(describing: desk.state.layers.last))")
      return
    }
    #expect(second.kind == .absent)
  }

  @Test("n on a line of the relève writes a note on its demande, wherever that is")
  func noting() {
    var desk = desk()
    _ = desk.send(.keyPressed(.character("z")))
    _ = desk.send(
      .handoverLoaded(
        HandoverSheet(rows: [.uncollected: [Officine.row(Officine.luc)]], sync: desk.state.sync)))
    #expect(desk.state.selection != Officine.luc)
    _ = desk.send(.keyPressed(.character("n")))
    for character in "bac 4" { _ = desk.send(.keyPressed(.character(character))) }
    #expect(
      desk.send(.keyPressed(.enter)) == [
        .perform(.noted("bac 4"), on: Officine.luc, expecting: nil)
      ])
  }

  @Test("every line of the relève opens its demande, i prints, Esc and z close")
  func handover() {
    var desk = desk()
    #expect(desk.send(.keyPressed(.character("z"))) == [.loadHandover])
    let rows = [Officine.row(Officine.mohamed), Officine.row(Officine.elodie)]
    let sheet = HandoverSheet(
      rows: [.taken: rows, .check: [Officine.row(Officine.ines)]], sync: desk.state.sync)
    _ = desk.send(.handoverLoaded(sheet))
    // Names of patients on paper: the printer is named first.
    #expect(desk.send(.keyPressed(.character("i"))).isEmpty)
    guard case .confirm(let confirm)? = desk.state.layers.last else {
      Issue.record("printed without a question: \(desk.report)")
      return
    }
    #expect(confirm.question == .printHandover(printer: "comptoir"))
    #expect(!confirm.isYesSelected, "paper cannot be taken back")
    _ = desk.send(.keyPressed(.right))
    #expect(desk.send(.keyPressed(.enter)) == [.printHandover(printer: "comptoir")])
    _ = desk.send(.keyPressed(.end))
    // A colleague prepared one more: the line stays the same.
    var grown = sheet
    grown.rows[.check]?.insert(Officine.row(Officine.jeanne), at: 0)
    _ = desk.send(.handoverLoaded(grown))
    let effects = desk.send(.keyPressed(.enter))
    #expect(effects.contains(.loadOrder(Officine.ines)))
    #expect(desk.state.selection == Officine.ines && desk.state.view == .check)
    #expect(desk.state.focus == .reader && desk.state.layers.isEmpty)
    _ = desk.send(.keyPressed(.character("z")))
    _ = desk.send(.keyPressed(.character("z")))
    #expect(desk.state.layers.isEmpty)
  }
}
