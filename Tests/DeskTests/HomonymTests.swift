import Desk
import Domain
import TestKit
import Testing

@Suite("One name, two people, in a list")
struct HomonymTests {
  private func row(
    _ id: Order.ID, _ name: String, born: String? = nil, status: Order.Status = .received
  ) -> QueueRow {
    var row = Officine.row(Officine.elodie)
    row.order.id = id
    row.order.status = status
    row.order.patient = Patient(
      name: name, birthDate: born.flatMap { BirthDate($0) }, source: .person)
    return row
  }

  @Test func `a name that two demandes bear is told unless both are one person`() {
    let rows = [
      row("a", "MARTIN Jeanne", born: "14/03/1979"), row("b", "martin  jeanne", born: "02/09/1951"),
      row("c", "ROUX Paul", born: "01/01/1950"), row("d", "ROUX Paul", born: "01/01/1950"),
      row("e", "LEFÈVRE Anne"), row("f", "Lefevre Anne", born: "01/01/1950"),
      row("g", "SEUL Luc"), row("h", "PETIT Zoé"), row("i", "PETIT Zoé", status: .collected),
    ]
    let homonyms = Homonyms(rows + [rows[6]])
    let told = rows.map(\.id).filter { homonyms.contains($0) }
    #expect(told == ["a", "b", "e", "f"])
  }

  @Test func `the list knows them as soon as its rows come`() {
    var desk = DeskTrace(State.fixture(view: .todo, actor: Officine.lea))
    let rows = [
      row("a", "MARTIN Jeanne", born: "14/03/1979"), row("b", "MARTIN Jeanne", born: "02/09/1951"),
    ]
    desk.send(.pageLoaded(.todo, QueuePage(rows: [rows[0]])))
    #expect(!desk.state.homonyms.contains("a"))
    desk.send(.pageLoaded(.preparing, QueuePage(rows: [rows[1]])))
    #expect(desk.state.homonyms.contains("a") && desk.state.homonyms.contains("b"))
    desk.send(.pageLoaded(.preparing, QueuePage(rows: [])))
    #expect(!desk.state.homonyms.contains("a"))
  }
}
