import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Forms")
struct FormTests {
  private func form(_ desk: DeskTrace) -> Form? {
    guard case .form(let form)? = desk.state.layers.last else { return nil }
    return form
  }

  private func words(_ desk: DeskTrace) -> String? {
    guard case .note(let editor)? = desk.state.layers.last else { return nil }
    return editor.words.note.forTheTeam
  }

  @Test func `a note the store refused keeps its words on screen`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("rappeler demain")
    let effects = desk.press(.enter)
    #expect(desk.press(.enter).isEmpty, "a second Enter writes no second note")
    desk.send(.effectFailed(effects[0], .storeBusy))
    #expect(words(desk) == "rappeler demain")
    #expect(desk.press(.enter) == effects)
    desk.send(.gestureDone(.noted("rappeler demain"), Officine.row(Officine.jeanne).order))
    #expect(desk.state.layers.isEmpty)
  }

  @Test func `a note left half written is found again, by its author only`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("rappel")
    desk.press(.escape, .character("n"))
    #expect(words(desk) == "rappel")
    desk.press(.escape)
    desk.send(desk.proof(of: Officine.claire))
    desk.press(.character("n"))
    #expect(words(desk)?.isEmpty == true)
  }

  @Test func `for whom: the number stays with the name it came with`() {
    var desk = DeskTrace(.fixture())
    let known = Officine.row(Officine.jeanne).order.patient
    desk.press(.character("w"), .enter)
    desk.type("08/03/1951")
    guard case .perform(.patientNamed(let same), _, let seen)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(same.ins == known?.ins && same.source == .person)
    #expect(same.birthDate == BirthDate(year: 1951, month: 3, day: 8))
    #expect(seen == Officine.row(Officine.jeanne).order.revision)

    desk = DeskTrace(.fixture())
    desk.press(.character("w"), .control("u"))
    desk.type("MARTIN Paulette")
    guard case .perform(.patientNamed(let other), _, _)? = desk.press(.enter, .enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(other.name == "MARTIN Paulette" && other.ins == nil)
  }

  @Test func `M7 whoever checks is told that what came names somebody else`() {
    var order = Officine.row(Officine.jeanne).order
    let form = Form(kind: .check, order: order.id, expecting: order.revision, fields: [])
    #expect(form.warning(on: order, now: Officine.now) == nil)
    order.otherPatients = [Patient(name: "DURAND Paul", source: .document)]
    #expect(form.warning(on: order, now: Officine.now) == .otherPatients(order.otherPatients))
  }

  @Test func `B3 a homonym born elsewhen says on the form that the number goes`() {
    var desk = DeskTrace(.fixture())
    let order = Officine.row(Officine.jeanne).order
    desk.press(.character("w"), .enter)
    #expect(form(desk)?.warning(on: order, now: Officine.now) == nil)
    desk.type("04/09/19")
    #expect(
      form(desk)?.warning(on: order, now: Officine.now) == nil, "half a date says nothing yet")
    desk.type("87")
    #expect(form(desk)?.warning(on: order, now: Officine.now) == .numberWillGo)
    guard case .perform(.patientNamed(let other), _, _)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(other.name == order.patient?.name && other.ins == nil)
  }

  /// A « remise partielle » that owes a half dose.
  private func owing(_ missing: [MissingProduct]) -> DeskTrace {
    var state = State.fixture(view: .ready)
    state.page.rows[0].order.status = .partial
    state.page.rows[0].order.markers.missing = missing
    state.opened?.order = state.page.rows[0].order
    return DeskTrace(state)
  }

  @Test func `M4 three Enters give what is missing back as it was`() {
    let missing = [
      MissingProduct(product: "LEVOTHYROX 12,5 µg", quantity: 2, due: Officine.now),
      MissingProduct(product: "SERINGUE, boîte de 10", quantity: 3),
    ]
    var state = State.fixture(view: .ready)
    state.page.rows[0].order.markers.missing = missing
    state.opened?.order.markers.missing = missing
    var desk = DeskTrace(state)
    let effects = desk.press(.character("d"), .enter, .enter, .enter)
    guard case .perform(.handedOver(HandOver(owed: missing)), Officine.luc, _)? = effects.first
    else {
      Issue.record("\(desk.report)")
      return
    }
  }

  @Test func `a « remise partielle » of which nothing more was handed over stays open and says so`()
  {
    let missing = [MissingProduct(product: "LEVOTHYROX 12,5 µg", quantity: 2)]
    var desk = owing(missing)
    #expect(desk.press(.character("d"), .tab, .tab).isEmpty)
    desk.type("à sa fille")
    #expect(desk.press(.enter).isEmpty)
    #expect(form(desk)?.problem == .nothingHandedOver && form(desk)?.text(of: .givenTo) != "")
    desk.press(.control("u"))
    let effects = desk.press(.enter, .enter)
    guard case .perform(.handedOver(let handing), Officine.luc, _)? = effects.first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(handing == HandOver(givenTo: "à sa fille"))
  }

  @Test(
    arguments: [
      ("31/02/1951", .noSuchDay), ("8/3/51", .notADate), ("08/03/1951", nil), ("", nil),
      ("01/01/2099", .notABirth), ("2027", .notABirth), ("03/12/1889", .notABirth),
    ] as [(String, FormProblem?)])
  func `a birth date that does not exist is not taken`(text: String, problem: FormProblem?) {
    var desk = DeskTrace(.fixture())
    desk.press(.character("w"), .enter)
    desk.type(text)
    #expect(desk.press(.enter).isEmpty == (problem != nil))
    #expect(form(desk)?.problem == problem)
  }

  @Test func `the original is asked for loudly and blocks nothing`() {
    var state = State.fixture(view: .ready)
    state.page.rows[0].order.markers.isOriginalAwaited = true
    state.opened?.order.markers.isOriginalAwaited = true
    var desk = DeskTrace(state)
    desk.press(.character("d"), .tab, .tab)
    #expect(desk.press(.enter).isEmpty)
    #expect(form(desk)?.problem == .originalNotAnswered)
    #expect(form(desk)?.focus == 0)
    desk.type("non")
    let effects = desk.press(.tab, .tab, .enter)
    let handing = HandOver(originalSeen: false)
    guard case .perform(.handedOver(handing), Officine.luc, _)? = effects.first else {
      Issue.record("\(desk.report)")
      return
    }
  }

  @Test func `a wrong code keeps the form, and the right one says who acts`() {
    var desk = DeskTrace(.fixture())
    desk.press(.function(2))
    #expect(desk.type("cv0000\n") == [.identify(Credentials(name: "cv", pin: "0000"))])
    desk.send(.identificationRefused(.wrongPIN, attempt: desk.attempt))
    #expect(form(desk)?.problem == .identity(.wrongPIN))
    #expect(form(desk)?.text(of: .pin)?.isEmpty == true)
    desk.type("1111\n")
    let until = desk.state.now.adding(seconds: 8)
    desk.send(.identificationRefused(.tooSoon(until: until), attempt: desk.attempt))
    #expect(desk.type("4711\n").isEmpty, "P02: nothing is tried before its time")
    #expect(form(desk)?.problem == .identity(.tooSoon(until: until)), "and the wait stays said")
    #expect(desk.state.wakeAt == desk.state.now.adding(seconds: 1), "it is counted down")
    desk.wait(seconds: 8)
    desk.press(.enter)
    desk.send(desk.proof(of: Officine.claire))
    #expect(desk.state.layers.isEmpty)
    #expect(desk.state.actor?.member == Officine.claire)
    #expect(desk.last.contains(.loadCounts))
  }

  @Test func `where nobody has a code initials are enough, and arrows find them`() {
    var state = State.fixture()
    for place in state.members.indices { state.members[place].hasPIN = false }
    var desk = DeskTrace(state)
    #expect(
      desk.press(.function(2), .down, .down, .enter) == [
        .identify(Credentials(name: "SH", pin: nil))
      ])
  }

  @Test(arguments: [
    ("17:00", "17:00"), ("17 h", "17:00"), ("17h30", "17:30"), ("9", "09:00"),
    ("21/11 9h", "09:00"),
  ])
  func `a promised time is read as people write it, and is never past`(
    text: String, clock: String
  ) {
    var desk = DeskTrace(.fixture())
    desk.press(.character("m"), .down, .down, .down, .down, .down, .enter)
    desk.type(text)
    guard case .perform(.marked(.promised(let time)), _, _)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(CivilTime(time).hourMinute == clock)
    #expect(time > Officine.now)
  }

  @Test(arguments: ["", "25:00", "17:5", "midi", "32/11 9h", "17:00:00"])
  func `what is no time is refused`(text: String) {
    var desk = DeskTrace(.fixture())
    desk.press(.character("m"), .down, .down, .down, .down, .down, .enter)
    desk.type(text)
    #expect(desk.press(.enter).isEmpty)
    #expect(form(desk)?.problem != nil)
  }

  @Test func `a note is cut at its limit and says so`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.send(.pasted(String(repeating: "a\n", count: 100_000)))
    #expect(words(desk)?.utf8.count == NoteEditor.limit)
    #expect(desk.state.notice?.content == .textFull(limit: TextBuffer.lineLimit))
  }
}
