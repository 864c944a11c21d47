import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("What a form offers, and what quitting and keeping say") struct OfferedTests {
  private func form(_ desk: DeskTrace) -> Form? {
    if case .form(let form)? = desk.state.layers.last { form } else { nil }
  }

  /// « Manquants » of Jeanne's prescription: product, quantity, date.
  private func missing() -> DeskTrace {
    var desk = DeskTrace(.fixture())
    let order = Officine.row(Officine.jeanne).order
    let fields = [Form.Field(.product), Form.Field(.quantity, "1"), Form.Field(.due)]
    desk.arrange {
      $0.layers.append(
        .form(
          Form(kind: .missing, order: order.id, expecting: order.revision, fields: fields)))
    }
    return desk
  }

  @Test func `an offered quantity is replaced by the first digit, and edited after a move`() {
    var desk = missing()
    desk.type("Kardegic\n2")
    #expect(form(desk)?.text(of: .quantity) == "2")
    desk.type("5")
    #expect(form(desk)?.text(of: .quantity) == "25", "only the first one replaces")
    desk = missing()
    desk.type("Kardegic\n")
    desk.press(.end)
    desk.type("2")
    #expect(form(desk)?.text(of: .quantity) == "12")
    desk = missing()
    desk.type("Kardegic\n")
    desk.press(.tab, .tab)
    desk.type("Eli")
    #expect(form(desk)?.text(of: .product) == "KardegicEli", "what was typed is nobody's default")
  }

  @Test func `the name at « Pour qui ? » does not glue to the one that is known`() {
    var state = State.fixture(view: .all)
    state.selection = Officine.ines
    state.opened = Officine.opened(Officine.ines)
    var desk = DeskTrace(state)
    desk.press(.character("w"))
    let known = form(desk)?.text(of: .name) ?? ""
    #expect(!known.isEmpty)
    desk.type("MO")
    #expect(form(desk)?.text(of: .name) == "MO")
    desk.press(.escape)
    desk.press(.character("w"))
    desk.press(.backspace)
    desk.type("x")
    #expect(form(desk)?.text(of: .name) == String(known.dropLast()) + "x")
  }

  @Test func `what is still owed is never replaced by one letter`() {
    let field = Form.Field(.missing, "Kardegic")
    let form = Form(kind: .collect(partial: true), order: nil, expecting: nil, fields: [field])
    #expect(form.fields[0].buffer.selection == nil)
  }

  @Test func `F3 again: a new query replaces the one before, an arrow goes on with it`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("/"))
    desk.type("prev")
    desk.send(.commanded(.search))
    var again = desk
    again.type("morel")
    #expect(again.state.search?.query.text == "morel")
    desk.press(.left, .end)
    desk.type("ost")
    #expect(desk.state.search?.query.text == "prevost")
  }

  @Test func `a due date says what a day is, and one that is over is refused`() {
    var desk = missing()
    desk.type("Kardegic\n\nlundi\n")
    #expect(form(desk)?.problem == .notADay)
    desk = missing()
    desk.type("Kardegic\n\n03/01/2025\n")
    #expect(form(desk)?.problem == .over)
    desk = missing()
    desk.type("aucun\n\n\n")
    #expect(form(desk)?.problem == .empty(.product))
  }

  @Test func `a new mail that nobody wrote in leaves no word; a kept one names its key`() {
    let draft = Draft(
      id: "draft", replyingTo: nil, order: nil, to: [], subject: "", body: "", authorID: "lea",
      updatedAt: Officine.now)
    var desk = DeskTrace(.fixture())
    desk.press(.character("y"))
    desk.send(.draftOpened(draft, recipient: nil))
    var empty = desk
    empty.press(.escape)
    #expect(empty.state.layers.isEmpty && empty.state.notice == nil)
    desk.type("cabinet")
    desk.press(.escape)
    #expect(desk.state.notice?.content == .draftKept(by: .writeNew))
  }

  @Test func `quitting asks while an answer can still be taken back`() {
    let held = HeldSend(
      item: "o1", order: Officine.jeanne, display: "PRÉVOST Jeanne",
      until: Officine.now.adding(seconds: 9))
    var desk = DeskTrace(.fixture())
    desk.arrange { $0.held = [held] }
    #expect(desk.press(.character("q")).isEmpty)
    #expect(desk.state.layers == [.confirm(Confirm(.quitBeforeSend(held)))])
    var left = desk
    #expect(left.press(.right, .enter).last == .quit)
    desk.press(.enter)
    #expect(desk.state.layers.isEmpty && !desk.state.isQuitting)
    desk.wait(seconds: 10)
    #expect(desk.press(.character("q")) == [.quit], "it left")
  }
}
