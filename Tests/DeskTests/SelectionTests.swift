import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Selection")
struct SelectionTests {
  private func arrival(_ id: Order.ID) -> QueueRow {
    var row = Officine.row(Officine.oedipe)
    row.order.id = id
    row.key = RowKey(row.key.value + 1 << 40)
    return row
  }

  @Test
  func `a position is counted out of the whole view, though only its beginning was asked for`() {
    var desk = DeskTrace(.fixture())
    let rows = desk.state.page.rows
    desk.send(.pageLoaded(desk.state.view, QueuePage(rows: rows, hasMore: true)))
    desk.send(.countsLoaded(QueueCounts(byView: [desk.state.view: 3620])))
    #expect(desk.state.positionTotal == 3620)
  }

  @Test func `arrivals above it never move it nor change what a key acts on`() {
    var desk = DeskTrace(.fixture())
    desk.press(.down)
    #expect(desk.state.selection == Officine.durand)
    let arrived = QueuePage(rows: [arrival("dnew000000001")] + desk.state.page.rows)
    desk.send(.pageLoaded(.todo, arrived))
    #expect(desk.state.selection == Officine.durand)
    #expect(
      desk.press(.character("p")) == [
        .perform(.taken(over: nil), on: Officine.durand, expecting: nil)
      ])
  }

  @Test func `a scrolled list keeps the selection on its line when something arrives`() {
    var state = State.fixture(view: .all)
    state.page.rows = (0..<60).map { number in
      var row = Officine.row(Officine.oedipe)
      row.order.id = "drow\(number)"
      return row
    }
    state.selection = "drow40"
    state.top = 30
    var desk = DeskTrace(state)
    let before = desk.state.listSlots.first { $0.index == 40 }?.row
    let rows = [arrival("da"), arrival("db")] + state.page.rows
    desk.send(.pageLoaded(.all, QueuePage(rows: rows)))
    #expect(desk.state.listSlots.first { $0.index == 42 }?.row == before)
  }

  @Test func `one's own gesture lets the selection go on to the row that took its place`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("f"), &store)
    #expect(desk.state.selection == Officine.durand, "\(desk.report)")
    #expect(desk.state.pending.isEmpty)
    #expect(desk.state.opened?.order.id == Officine.durand)
    #expect(desk.state.notice?.about == Officine.row(Officine.jeanne).message.sender.display)
  }

  @Test func `who takes a demande stays on it: the next key meets no other patient`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    #expect(desk.state.selection == Officine.jeanne, "\(desk.report)")
    #expect(desk.state.isSelectionListed, "below, with what is under way")
    desk.press(.character("f"), &store)
    #expect(store.order(Officine.jeanne)?.status == .prepared)
    #expect(store.order(Officine.durand)?.status == .received)
  }

  @Test func `u takes back the gesture whose demande the selection has just left`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("f"), &store)
    #expect(desk.state.selection == Officine.durand)
    desk.press(.character("u"), &store)
    #expect(store.order(Officine.jeanne)?.status == .received, "\(desk.report)")
    #expect(desk.state.selection == Officine.jeanne, "and shows what it took back")

    // Whoever moves afterwards means the demande under the eyes.
    desk.wait(seconds: 2)
    desk.press(.character("f"), &store)
    desk.press(.down, &store)
    #expect(!desk.press(.character("u")).contains(.undo(on: Officine.jeanne)))
    #expect(store.order(Officine.jeanne)?.status == .prepared)
  }

  @Test func `a page read before one's own gesture does not hold the selection back`() {
    var desk = DeskTrace(.fixture())
    let before = desk.state.page
    desk.press(.character("f"))
    var prepared = Officine.row(Officine.jeanne).order
    prepared.revision += 1
    prepared.status = .prepared
    desk.send(.gestureDone(.moved(to: .prepared, reason: nil), prepared))
    desk.send(.pageLoaded(.todo, before))
    #expect(desk.state.selection == Officine.jeanne)
    let after = QueuePage(rows: Array(before.rows.dropFirst()))
    desk.send(.pageLoaded(.todo, after))
    #expect(desk.state.selection == Officine.durand)
  }

  @Test func `in the reader nothing changes the patient, even one's own gesture`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.enter, &store)
    desk.press(.character("f"), &store)
    #expect(desk.state.selection == Officine.jeanne)
    #expect(desk.state.openedSelection?.order.status == .prepared)
    desk.press(.escape, &store)
    #expect(desk.state.selection == Officine.durand, "leaving the reader leaves the demande")
  }

  @Test func `a colleague's gesture keeps the demande open and the next key goes to its neighbour`()
  {
    var desk = DeskTrace(.fixture(view: .check))
    desk.send(.pageLoaded(.check, QueuePage(rows: [])))
    #expect(desk.state.selection == Officine.ines)
    #expect(!desk.state.isSelectionListed)
    #expect(desk.state.openedSelection != nil)

    desk = DeskTrace(.fixture())
    desk.press(.down, .down)
    let rows = desk.state.page.rows.filter { $0.id != Officine.anh }
    desk.send(.pageLoaded(.todo, QueuePage(rows: rows)))
    #expect(desk.state.selection == Officine.anh)
    desk.press(.down)
    #expect(desk.state.selection == Officine.oedipe, "the row that has its place now")
  }

  @Test func `events under an open layer move neither the selection nor the menu's demande`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("e"), &store)
    let menu = desk.state.layers
    store.append(
      .taken(over: nil), to: Officine.jeanne, by: Officine.actor(Officine.sami), at: Officine.now)
    desk.settle(.storeChanged, &store)
    #expect(desk.state.layers == menu)
    #expect(desk.state.selection == Officine.jeanne)
    desk.press(.enter, &store)
    guard case .refused(.stale)? = desk.state.notice?.content else {
      Issue.record("chosen on what was seen: \(desk.report)")
      return
    }
    #expect(store.order(Officine.jeanne)?.owner?.memberID == "sami")
  }

  @Test func `answers for what is no longer looked at are dropped`() {
    var desk = DeskTrace(.fixture())
    let before = desk.state
    desk.send(.pageLoaded(.ready, Officine.page(of: .ready)))
    desk.send(.orderLoaded(Officine.opened(Officine.luc)))
    desk.send(.searchAnswered(query: "x", rows: Officine.rows))
    #expect(desk.state == before)
  }

  @Test func `the reader never keeps the demande before`() {
    var desk = DeskTrace(.fixture(columns: 120, rows: 40))
    desk.press(.down)
    #expect(desk.state.opened == nil)
    #expect(desk.last == [.loadOrder(Officine.durand)])
    desk.send(.orderLoaded(Officine.opened(Officine.jeanne)))
    #expect(desk.state.opened == nil)
    desk.send(.orderLoaded(Officine.opened(Officine.durand)))
    #expect(desk.state.openedSelection?.order.id == Officine.durand)
  }

  @Test func `the rule over what is under way is never selected`() {
    var desk = DeskTrace(.fixture())
    desk.press(.end)
    #expect(desk.state.selection == Officine.elodie)
    desk.press(.home, .down, .down, .down, .down)
    #expect(desk.state.selection == Officine.labo)
    desk.press(.down)
    #expect(desk.state.selection == Officine.mohamed)
    desk.press(.up)
    #expect(desk.state.selection == Officine.labo)
  }

  @Test func `more rows are asked for near the end, up to the cap, and once at a time`() {
    var state = State.fixture(view: .all)
    func page(_ count: Int) -> QueuePage {
      let rows = (0..<count).map { number in
        var row = Officine.row(Officine.oedipe)
        row.order.id = "drow\(number)"
        return row
      }
      return QueuePage(rows: rows, hasMore: true)
    }
    state.page = page(72)
    state.selection = "drow0"
    var desk = DeskTrace(state)
    let effects = desk.press(.end)
    #expect(effects.contains(.loadPage(.all, limit: 144)))
    desk.press(.up)
    #expect(!desk.last.contains { if case .loadPage = $0 { true } else { false } })
    for count in [144, 288, 500, 500] {
      desk.send(.pageLoaded(.all, page(count)))
      desk.press(.end)
    }
    #expect(desk.state.limit == State.pageLimit)
    #expect(desk.state.isPageCapped)
  }

  @Test func `another view starts empty and selects its first row when it comes`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.tab)
    #expect(desk.state.page.rows.isEmpty && desk.state.selection == nil)
    desk.settle(.viewChosen(.ready), &store)
    #expect(desk.state.selection == Officine.luc)
  }
}
