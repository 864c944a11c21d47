import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// What a row must never lose: for whom it is, and where the bag stands.
@Suite("Names and places in rows")
struct RowScreenTests {
  private func text(_ state: State, _ columns: Int, _ rows: Int) -> [String] {
    render(state, French(), size: Size(columns: columns, rows: rows), now: state.now).rows
  }

  /// Ready in a place, promised and much more.
  private var ready: State {
    var state = Scene.reader.state
    state.focus = .queue
    for place in state.page.rows.indices {
      var order = state.page.rows[place].order
      order.status = .checked
      order.markers.shelf = "A12"
      order.markers.promisedAt = state.now.adding(seconds: 3600)
      order.markers.isOriginalAwaited = true
      order.printed = Order.Signature(
        author: Officine.actor(Officine.lea).author, at: state.now)
      state.page.rows[place].order = order
      if state.opened?.order.id == order.id { state.opened?.order = order }
    }
    return state
  }

  @Test("the place of a ready bag stays beside a promise", arguments: [80, 100, 120, 160])
  func shelf(columns: Int) {
    let rows = text(ready, columns, 40)
    let count = ready.page.rows.count
    #expect(rows.count { $0.contains("bac A12") } >= count, "\(rows)")
    if columns > 80 { #expect(rows.count { $0.contains("promis 11:42") } >= count) }
  }

  @Test("no part of the state of the opened demande is cut", arguments: [80, 120, 160])
  func state(columns: Int) throws {
    var state = ready
    state.focus = .reader
    let head = text(state, columns, 40).joined(separator: " ")
    for part in ["bac A12", "promis 11:42", "imprimée"] {
      #expect(head.contains(part), "\(part): \(head)")
    }
  }

  @Test("François is not Françoise", arguments: [(80, 24), (120, 40), (120, 24), (160, 45)])
  func names(columns: Int, rows: Int) {
    var state = Scene.queue.state
    for place in state.page.rows.indices {
      let name = place.isMultiple(of: 2) ? "LE GALL Françoise" : "LE GALL François"
      state.page.rows[place].message.sender = Sender(
        name: name, address: "n\(place)@patient.mssante.fr", kind: .patient, display: name)
      state.page.rows[place].order.patient = nil
      state.page.rows[place].order.markers.isUrgent = true
    }
    let shown = text(state, columns, rows)
    #expect(!shown.contains { $0.contains("LE GALL Fran…") || $0.contains("LE GALL Franç…") })
    let visible = shown.count { $0.contains("LE GALL") }
    #expect(shown.count { $0.contains("LE GALL François") } == visible && visible >= 4)
  }

  @Test("the relève says the name before the promise, and what is missing before it is cut")
  func handover() throws {
    let row = Officine.row(Officine.mohamed)
    let sheet = HandoverSheet(rows: [.taken: [row], .missing: [row]], sync: Scene.queue.state.sync)
    let lines = HandoverText(sheet, French(), clock: WorkClock(now: Officine.now)).lines
    for line in lines where line.text.contains("BEN ALI") {
      let name = try #require(line.text.ranges(of: "BEN ALI").first).lowerBound
      let missing = try #require(line.text.ranges(of: "Eliquis").first).lowerBound
      let promise = try #require(line.text.ranges(of: "promis").first).lowerBound
      #expect(name < missing && missing < promise, "\(line.text)")
    }
    #expect(lines.contains { $0.text.contains("BEN ALI") })
  }

  @Test("an answer that left is in the row and in the identity line; no number is cut in two")
  func answered() throws {
    var state = Scene.queue.state
    state.page.rows[0].order.answered = Order.Signature(
      author: Officine.actor(Officine.lea).author, at: state.now)
    state.page.rows[0].order.isAnswered = true
    state.page.rows[0].order.markers = Markers()
    let shown = text(state, 80, 24)
    #expect(shown[3].contains("répondu 10:42") && shown[22].contains("répondu 10:42"))
    #expect(!shown[22].contains("INS") || shown[22].contains("08"))
    #expect(text(state, 120, 40).contains { $0.contains("INS 2 51") && $0.contains("répondu") })
  }
}
