import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

@Suite("A purged demande on screen")
struct PurgedScreenTests {
  private func purged(_ row: inout QueueRow) {
    row.order.purgedAt = Officine.now
    row.order.markers.shelf = "—"
    row.order.patient?.name = "——"
  }

  @Test("its row is one sentence, and nothing is printed or answered", arguments: [80, 120])
  func row(columns: Int) throws {
    var state = Scene.queue.state
    (state.columns, state.rows) = (columns, 24)
    let id = try #require(state.selection)
    let place = try #require(state.page.rows.firstIndex { $0.id == id })
    purged(&state.page.rows[place])
    if var row = state.selectedRow {
      purged(&row)
      state.opened?.order = row.order
    }
    let lines = render(
      state, French(), size: Size(columns: columns, rows: 24), now: state.now
    ).rows
    #expect(lines.contains { $0.contains("Purgée le 20/11/2026 : son contenu n'est plus gardé") })
    #expect(!lines.contains { $0.contains("——") || $0.contains("bac —") }, "\(lines)")
    for command in [Command.print, .reply, .note, .take] {
      #expect(
        command.unavailability(in: state) == .refused(.purged(at: Officine.now)), "\(command)")
      #expect(!state.hints.contains(command))
    }
  }
  @Test("its history quotes no words that are gone", arguments: Language.allCases)
  func history(language: Language) {
    var bare = Redaction()
    let gone: [Gesture] = [
      .patientNamed(Patient(name: "MARTIN Jeanne", source: .person)), .marked(.shelf("12")),
      .marked(.missing(MissingProduct(product: "Eliquis", quantity: 2))),
      .moved(to: .closed, reason: "double"), .noted("rappeler"),
    ]
    for gesture in gone {
      let event = OrderEvent(
        id: "e", order: "d", number: 1, author: Author(Officine.lea), at: Officine.now,
        basedOn: nil, gesture: bare.redacted(gesture))
      for said in [
        language.strings.history(event, now: Officine.now),
        language.strings.deed(event.gesture, now: Officine.now),
      ] {
        #expect(!said.contains { "—«»“”".contains($0) }, "\(said)")
      }
    }
    let kept = language.strings.deed(.marked(.shelf("12")), now: Officine.now)
    #expect(kept.contains("12"))
  }
}
