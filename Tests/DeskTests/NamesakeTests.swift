import Domain
import Keys
import TestKit
import Testing

@testable import Desk

@Suite("Namesakes at « Pour qui ? »")
struct NamesakeTests {
  private func desk(_ people: [(String, String)], on order: Order.ID = "dmien") -> State {
    var desk = State.fixture()
    var form = Form(
      kind: .patient, order: order, expecting: nil,
      fields: [Form.Field(.name, "le gall anh"), Form.Field(.birthDate, "14/03/1961")])
    form.focus = 0
    desk.layers.append(.form(form))
    desk.namesakes = Namesakes(
      name: "le gall anh",
      people: people.map { name, birth in
        Namesakes.Person(
          order: "dautre",
          patient: Patient(name: name, birthDate: BirthDate(birth), source: .person)
        )
      })
    return desk
  }

  private func warning(_ desk: State) -> FormWarning? {
    guard case .form(let form)? = desk.layers.last else { return nil }
    return desk.warning(of: form)
  }

  @Test("the same name, capitals and accents apart, with another birth date is told")
  func told() throws {
    let born = try #require(BirthDate("02/01/1932"))
    #expect(warning(desk([("LE  GALL Anh", "02/01/1932")])) == .namesake(born: born))
    let known = try #require(State.fixture().selection)
    #expect(
      warning(desk([("LE GALL Anh", "02/01/1932")], on: known))
        == .namesakeWithoutNumber(born: born), "and the number is not forgotten")
    #expect(warning(desk([], on: known)) == .numberWillGo)
    #expect(warning(desk([("LE GALL Anne", "02/01/1932")])) == nil)
    #expect(warning(desk([("LE GALL Anh", "14/03/1961")])) == nil, "the same person")
    #expect(
      warning(desk([("LE GALL Anh", "02/01/1932"), ("Le Gall Anh", "14/03/1961")])) == nil)
  }

  @Test("each letter of the name asks anew, and an answer to an older name is dropped")
  func asked() {
    var desk = desk([])
    _ = desk.apply(.keyPressed(.end))
    #expect(desk.apply(.keyPressed(.character("e"))).contains(.loadNamesakes("le gall anhe")))
    #expect(desk.namesakes == nil)
    _ = desk.apply(.namesakesLoaded(Namesakes(name: "le gall anh", people: [])))
    #expect(desk.namesakes == nil)
    _ = desk.apply(.namesakesLoaded(Namesakes(name: "le gall anhe", people: [])))
    #expect(desk.namesakes != nil)
  }
}
