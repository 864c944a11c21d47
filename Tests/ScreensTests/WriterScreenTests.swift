import Cells
import Desk
import Domain
import Screens
import TestKit
import Testing

/// Two persons' mails in one demande are told apart.
@Suite("Whose mail is under which name")
struct WriterScreenTests {
  private let benoit = Patient(
    name: "PRÉVOST Benoît", ins: Officine.ins("1790351215189"), source: .sender)

  private func text(_ state: State, _ columns: Int = 80, _ rows: Int = 24) -> [String] {
    render(state, French(), size: Size(columns: columns, rows: rows), now: state.now).rows
  }

  @Test("the oldest message says its sender where that is not the head's, or it was attached")
  func heading() throws {
    var state = Scene.reader.state
    var opened = try #require(state.opened)
    var other = try #require(opened.bodies.first)
    other.message.id = "mother"
    other.message.sender = Sender(
      name: "Benoît PRÉVOST", address: "179035121518989@patient.mssante.fr", kind: .patient,
      display: "PRÉVOST Benoît")
    other.message.receivedAt = other.message.receivedAt.adding(seconds: -3600)
    opened.bodies.insert(other, at: 0)
    state.opened = opened
    #expect(text(state, 80, 60).contains { $0.contains("── Message") && $0.contains("PRÉVOST") })
    // One sender only, and nothing attached: the head says it.
    state.opened?.bodies[0].message.sender = opened.bodies[1].message.sender
    #expect(text(state, 80, 60).count { $0.contains("── Message") } == 1)
    let attached = OrderEvent(
      id: "a", order: opened.order.id, number: 9, author: Officine.actor(Officine.lea).author,
      at: state.now, basedOn: nil, gesture: .attached(from: "d", messages: ["mother"]))
    state.opened?.events.append(attached)
    #expect(text(state, 80, 60).count { $0.contains("── Message") } == 2)
  }

  @Test("the row, the identity line and the head name who else wrote", arguments: [80, 120])
  func writers(columns: Int) {
    var state = Scene.queue.state
    state.page.rows[0].order.writers = [benoit]
    state.selection = state.page.rows[0].order.id
    #expect(text(state, columns).count { $0.contains("+ PRÉVOST Benoît") } >= 1)
    state = Scene.reader.state
    #expect(!text(state, columns, 40).contains { $0.contains("+ PRÉVOST") })
    state.opened?.order.writers = [benoit]
    #expect(text(state, columns, 40).contains { $0.contains("+ PRÉVOST Benoît") })
  }

  @Test("attaching says whose mail goes with whose where one of them has no patient")
  func question() {
    var doctors = Officine.row(Officine.luc)
    doctors.order.patient = nil
    doctors.message.sender = Sender(
      name: "Nora BARRÉ", address: "nora.barre@medecin.mssante.fr", kind: .professional,
      display: "Dr BARRÉ Nora")
    let jeannes = Officine.row(Officine.jeanne)
    let strings = Language.french.strings
    func alert(_ source: QueueRow, _ target: QueueRow) -> String? {
      strings.alert(.attach(Attaching(source: source, target: target)))
    }
    #expect(
      alert(jeannes, doctors)
        == "Vérifier pour qui : le mail de MARTIN Jeanne ira avec celui de Dr BARRÉ Nora.")
    #expect(alert(doctors, jeannes)?.contains("Dr BARRÉ Nora ira avec celui de MARTIN") == true)
    #expect(alert(doctors, doctors) == nil && alert(jeannes, jeannes) == nil)
    // A patient's mail that was attached before counts as much as the patient.
    doctors.order.otherPatients = [benoit]
    #expect(alert(doctors, jeannes)?.contains("ATTENTION") == true)
  }

  @Test("« Pour qui ? » says who is set aside by the name")
  func naming() {
    var order = Officine.row(Officine.jeanne).order
    order.otherPatients = [benoit]
    func warning(_ name: String) -> FormWarning? {
      Form(
        kind: .patient, order: order.id, expecting: nil,
        fields: [.init(.name, name), .init(.birthDate, "")]
      ).warning(on: order, now: Officine.now)
    }
    #expect(warning("CREPIN André") == .otherPatients([benoit]))
    #expect(warning("prevost benoit") != .otherPatients([benoit]))
  }
}
