import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Who has it, at the counter")
struct TeamDeskTests {
  private func focused(_ id: Order.ID, actor: Member = Officine.lea) -> DeskTrace {
    var state = State.fixture(view: .all, actor: actor)
    state.selection = id
    state.opened = Officine.opened(id)
    state.reminder = Template(name: "Rappel", body: "C'est prêt, passez avant [heure].")
    return DeskTrace(state)
  }

  private func menu(_ desk: DeskTrace) -> Menu? {
    guard case .menu(let menu)? = desk.state.layers.last else { return nil }
    return menu
  }

  private func question(_ desk: DeskTrace) -> Confirm.Question? {
    guard case .confirm(let confirm)? = desk.state.layers.last else { return nil }
    return confirm.question
  }

  @Test func `D13 opening a demande takes nothing, however one goes in and out`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    let before = store.order(Officine.jeanne)
    desk.press(.enter, &store)
    desk.press(.escape, &store)
    desk.press(.function(6), &store)
    desk.press(.character("x"), &store)
    desk.press(.escape, &store)
    #expect(store.order(Officine.jeanne) == before && before?.owner == nil)
    #expect(!desk.effects.contains { if case .perform = $0 { true } else { false } })
  }

  @Test func `giving is a key, a colleague and nothing more`() {
    var store = PaperStore()
    var desk = focused(Officine.jeanne)
    let seen = Officine.row(Officine.jeanne).order.revision
    desk.press(.character("a"), &store)
    #expect(menu(desk)?.choices == [.colleague(Officine.sami), .colleague(Officine.claire)])
    desk.press(.enter, &store)
    #expect(
      desk.effects.contains(
        .perform(
          .assigned(to: Author(Officine.sami), over: nil), on: Officine.jeanne, expecting: seen)))
    let order = store.order(Officine.jeanne)
    #expect(order?.owner?.memberID == "sami" && order?.status == .preparing)
    #expect(order?.owner?.givenBy == "Léa")
  }

  @Test func `giving away what a third one has names whom it is taken from, and Enter says no`() {
    var store = PaperStore()
    var desk = focused(Officine.elodie)
    desk.press(.character("a"), &store)
    #expect(menu(desk)?.choices == [.colleague(Officine.claire)])
    desk.press(.enter, &store)
    guard case .assign(Officine.elodie, let heir, let owner)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(heir == Officine.claire && owner.name == "Sami")
    desk.press(.enter, &store)
    #expect(store.order(Officine.elodie)?.owner?.memberID == "sami")
    desk.press(.character("a"), &store)
    desk.press(.enter, &store)
    desk.press(.right, &store)
    desk.press(.enter, &store)
    #expect(store.order(Officine.elodie)?.owner?.memberID == "claire", "\(desk.report)")
  }

  @Test func `everything an absent one has changes hands after one question that lists it`() {
    var store = PaperStore()
    var desk = focused(Officine.jeanne, actor: Officine.claire)
    desk.settle(desk.send(.commanded(.reassign)), &store)
    #expect(menu(desk)?.choices.count == 2, "Léa and Sami have something: \(desk.report)")
    desk.press(.down, &store)
    desk.press(.enter, &store)
    #expect(menu(desk)?.choices.count == 2, "not to Sami himself")
    desk.press(.enter, &store)
    guard case .reassign(let holding, let heir)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(holding.owner.name == "Sami" && holding.demandes.count == 1)
    #expect(heir == Officine.lea)
    desk.press(.right, &store)
    desk.press(.enter, &store)
    #expect(store.order(Officine.elodie)?.owner?.memberID == "lea")
    #expect(
      desk.state.notice?.content == .reassigned(to: Officine.lea, count: 1, refused: 0))
  }

  @Test func `what did not change hands is told one by one, and opened from there`() {
    var desk = focused(Officine.jeanne, actor: Officine.claire)
    let lost = HeldDemande(id: Officine.elodie, name: "ROUX Élodie", refusal: .notHeld)
    desk.send(
      .reassigned(to: Officine.lea, [HeldDemande(id: Officine.ines, name: "MOREL Inès"), lost]))
    #expect(
      desk.state.notice?.content == .reassigned(to: Officine.lea, count: 1, refused: 1))
    #expect(menu(desk)?.choices == [.refused(lost)])
    desk.press(.enter)
    #expect(desk.state.selection == Officine.elodie)
  }

  @Test func `missing products are a list: one is corrected, one goes, others come`() {
    var store = PaperStore()
    var desk = focused(Officine.mohamed)
    func open() {
      desk.press(.character("m"), &store)
      desk.press(.down, &store)
      desk.press(.down, &store)
      desk.press(.enter, &store)
    }
    open()
    #expect(
      menu(desk)?.choices == [
        .product(MissingProduct(product: "Eliquis 5 mg")),
        .productArrived(MissingProduct(product: "Eliquis 5 mg")), .addProduct,
      ])
    desk.press(.enter, &store)
    desk.press(.tab, &store)
    desk.press(.backspace, &store)
    desk.type("3", &store)
    desk.press(.tab, &store)
    desk.type("23/11/2026\n", &store)
    let missing = store.order(Officine.mohamed)?.markers.missing
    #expect(missing?.count == 1 && missing?.first?.quantity == 3, "\(desk.report)")
    #expect(missing?.first?.due.map { CivilTime($0).dayMonth } == "23/11")
    desk.wait(seconds: 2)
    open()
    // Another name is one gesture, so one undo brings the line back.
    let before = store.order(Officine.mohamed)?.revision ?? 0
    desk.press(.enter, &store)
    desk.press(.control("u"), &store)
    desk.type("Apixaban\n\n\n", &store)
    #expect(store.order(Officine.mohamed)?.markers.missing.first?.product == "Apixaban")
    #expect(store.order(Officine.mohamed)?.markers.missing.first?.quantity == 3)
    #expect(store.order(Officine.mohamed)?.revision == before + 1, "\(desk.report)")
    desk.wait(seconds: 2)
    open()
    desk.press(.end, &store)
    desk.press(.enter, &store)
    desk.type("Doliprane\n\n\n", &store)
    #expect(store.order(Officine.mohamed)?.markers.missing.count == 2)
    desk.wait(seconds: 2)
    open()
    desk.press(.down, &store)
    desk.press(.enter, &store)
    #expect(
      store.order(Officine.mohamed)?.markers.missing.map(\.product) == ["Doliprane"],
      "\(desk.report)")
  }

  @Test func `any listed demande can be attached to, after a question`() {
    var desk = focused(Officine.anh)
    desk.send(.commanded(.attach))
    guard let menu = menu(desk), case .demande(let first)? = menu.choices.first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(menu.kind == .demandes && menu.order == Officine.anh)
    #expect(
      !menu.choices.contains {
        if case .demande(let row) = $0 { row.id == Officine.anh } else { false }
      })
    #expect(desk.press(.enter).isEmpty)
    guard case .attach(let attaching)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(attaching.source.id == Officine.anh && attaching.target == first)
    #expect(desk.press(.right, .enter) == [.attach(attaching)])
    #expect(desk.state.pending[Officine.anh] == .attach)
  }

  @Test func `opening a new dispensing says that it cannot be undone`() {
    var desk = focused(Officine.luc)
    desk.arrange { state in
      state.opened?.order.status = .collected
      for place in state.page.rows.indices where state.page.rows[place].id == Officine.luc {
        state.page.rows[place].order.status = .collected
      }
    }
    desk.send(.commanded(.renew))
    #expect(question(desk) == .renew(Officine.luc))
    let seen = Officine.row(Officine.luc).order.revision
    #expect(desk.press(.enter) == [.renew(Officine.luc, expecting: seen)])
  }

  @Test func `m6 splitting asks first, and says whose work it is`() {
    var opened = Officine.opened(Officine.mohamed)
    opened.order.messages.append("m-second")
    let order: Order? = opened.order
    var desk = focused(Officine.mohamed, actor: Officine.claire)
    desk.send(.orderLoaded(opened))
    desk.send(.commanded(.split))
    #expect(desk.press(.enter).isEmpty, "a slip in a list of mails makes no new demande")
    guard case .split(let message, let row, let over)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(desk.press(.enter).isEmpty, "and Enter says no")
    #expect(row.id == Officine.mohamed && over?.memberID == Officine.lea.id)
    desk.send(.commanded(.split))
    desk.press(.enter)
    #expect(
      desk.press(.right, .enter) == [
        .split(
          message, from: Officine.mohamed, expecting: order?.revision,
          over: order?.owner.map { Author($0) })
      ])
  }

  // MARK: Closing what a colleague works on

  @Test func `M13 « sans suite » on a colleague's demande names them, and takes it first`() {
    var store = PaperStore()
    var desk = focused(Officine.elodie, actor: Officine.claire)
    let owner = store.order(Officine.elodie)?.owner
    #expect(owner?.memberID == Officine.sami.id)
    desk.send(.commanded(.close))
    guard case .closeOver(Officine.elodie, let from, _)? = question(desk), from == owner else {
      Issue.record("\(desk.report)")
      return
    }
    desk.press(.right, &store)
    desk.press(.enter, &store)
    desk.type("doublon\n", &store)
    let order = store.order(Officine.elodie)
    #expect(order?.status == .closed && order?.closedReason == "doublon", "\(desk.report)")
    let told = store.opened(Officine.elodie)?.events.suffix(2).map(\.gesture)
    #expect(
      told == [
        .taken(over: owner.map { Author($0) }), .moved(to: .closed, reason: "doublon"),
      ])
    #expect(desk.state.layers.isEmpty && desk.state.pending.isEmpty)
  }

  @Test func `a colleague between two gestures of a form stops the rest`() {
    var store = PaperStore()
    var desk = focused(Officine.elodie, actor: Officine.claire)
    desk.send(.commanded(.close))
    desk.press(.right, .enter)
    desk.type("doublon")
    let first = desk.press(.enter)
    #expect(first.count == 1)
    for event in first.flatMap({ store.answer($0, to: desk.state) }) {
      store.append(
        .marked(.urgent), to: Officine.elodie, by: Officine.actor(Officine.lea),
        at: Officine.now)
      desk.settle(desk.send(event), &store)
    }
    #expect(store.order(Officine.elodie)?.status == .preparing, "\(desk.report)")
    guard case .refused(.stale)? = desk.state.notice?.content else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(desk.state.layers.count == 1, "the form is still there")
    #expect(desk.state.pending.isEmpty)
  }

  @Test func `M1 closing says what is owed before it asks for anything`() {
    for actor in [Officine.lea, Officine.claire] {
      var desk = focused(Officine.mohamed, actor: actor)
      #expect(desk.send(.commanded(.close)).isEmpty)
      #expect(desk.state.layers.isEmpty)
      guard case .unavailable(.close, .refused(.stillOwed))? = desk.state.notice?.content else {
        Issue.record("\(desk.report)")
        return
      }
    }
  }

  @Test func `M13 what a colleague prepared and nobody checked is not closed unasked`() {
    var desk = focused(Officine.ines, actor: Officine.claire)
    desk.send(.commanded(.close))
    guard case .closeOver(Officine.ines, let from, _)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(from.memberID == Officine.lea.id)
  }

  @Test func `B2 « vu, rien à faire » stands in the states of what came back, and nowhere else`() {
    var desk = focused(Officine.luc, actor: Officine.claire)
    desk.press(.character("e"))
    #expect(menu(desk)?.choices.contains(.newsHandled) == false)
    desk.press(.escape)
    var state = State.fixture(view: .all, actor: Officine.claire)
    state.selection = Officine.luc
    state.opened = Officine.opened(Officine.luc)
    state.opened?.order.hasNews = true
    for place in state.page.rows.indices where state.page.rows[place].id == Officine.luc {
      state.page.rows[place].order.hasNews = true
    }
    desk = DeskTrace(state)
    desk.press(.character("e"))
    guard let choices = menu(desk)?.choices, let place = choices.firstIndex(of: .newsHandled) else {
      Issue.record("\(desk.report)")
      return
    }
    desk.arrange { $0.focus = .reader }
    for _ in 0..<place { desk.press(.down) }
    guard case .perform(.newsHandled, Officine.luc, .some)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
  }

  // MARK: Reminding

  @Test func `one key writes the reminder, its blank waiting to be filled`() {
    var store = PaperStore()
    var desk = focused(Officine.luc)
    desk.press(.function(7), &store)
    guard case .compose(let compose)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(compose.draft.purpose == .reminder && compose.draft.order == Officine.luc)
    #expect(compose.body.text.contains("C'est prêt"))
    #expect(compose.body.text.contains("[heure]"))
    desk.press(.control("e"), &store)
    #expect(desk.state.compose?.phase == .writing, "a blank holds the sending")
  }

  @Test(arguments: [Order.Status.checked, .partial])
  func `what is there since yesterday offers the reminder`(status: Order.Status) {
    var desk = focused(Officine.luc)
    desk.arrange { state in
      func age(_ order: inout Order) {
        let yesterday = state.now.adding(seconds: -90_000)
        order.status = status
        order.markers.missing = []
        order.checked?.at = yesterday
        order.lastGestureAt = yesterday
      }
      if var opened = state.opened {
        age(&opened.order)
        state.opened = opened
      }
      for place in state.page.rows.indices where state.page.rows[place].id == Officine.luc {
        age(&state.page.rows[place].order)
      }
    }
    #expect(desk.state.hints.contains(.remind), "\(desk.report)")
    #expect(desk.press(.function(7)).count == 1)
  }

  @Test func `nobody reminds twice unawares, and nothing that is not ready`() {
    var desk = focused(Officine.luc)
    let reminder = Order.fold(
      Officine.opened(Officine.luc).events + [
        OrderEvent(
          id: "r", order: Officine.luc, number: 99,
          author: Officine.actor(Officine.sami).author, at: Officine.now, basedOn: nil,
          gesture: .reminded(messageID: "<r@x>"))
      ])?.reminder
    desk.arrange { state in
      state.opened?.order.reminder = reminder
      for place in state.page.rows.indices where state.page.rows[place].id == Officine.luc {
        state.page.rows[place].order.reminder = reminder
      }
    }
    #expect(desk.press(.function(7)).isEmpty)
    guard case .remindAgain(Officine.luc, let known)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(known.queued.author.name == "Sami")
    desk = focused(Officine.mohamed)
    #expect(desk.press(.function(7)).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.remind, .notReady))
  }

  @Test func `a reminder never goes to a prescriber who wrote last`() throws {
    var desk = focused(Officine.luc)
    desk.arrange { state in
      let doctor = Officine.opened(Officine.durand).bodies
      state.opened?.bodies += doctor
    }
    let patient = try #require(Officine.opened(Officine.luc).bodies.first).message.id
    guard case .openReminder(let message, Officine.luc, _)? = desk.press(.function(7)).first
    else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(message == patient)
    desk.arrange { state in state.opened?.bodies = Officine.opened(Officine.durand).bodies }
    desk.wait(seconds: 2)
    desk.press(.function(7))
    #expect(desk.state.notice?.content == .unavailable(.remind, .noPatientToRemind))
  }
}
