import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Work at the counter")
struct WorkTests {
  private func focused(_ id: Order.ID, actor: Member = Officine.lea) -> DeskTrace {
    var state = State.fixture(view: .all, actor: actor)
    state.selection = id
    state.opened = Officine.opened(id)
    return DeskTrace(state)
  }

  @Test func `a gesture carries the revision its author saw, taking and notes carry none`() {
    var desk = focused(Officine.mohamed)
    let seen = Officine.row(Officine.mohamed).order.revision
    #expect(
      desk.press(.character("f")) == [
        .perform(.moved(to: .prepared, reason: nil), on: Officine.mohamed, expecting: seen)
      ])
    #expect(desk.state.pending == [Officine.mohamed: .markPrepared])

    desk = focused(Officine.jeanne)
    desk.press(.character("n"))
    desk.type("elle a appelé")
    #expect(
      desk.press(.enter) == [
        .perform(.noted("elle a appelé"), on: Officine.jeanne, expecting: nil)
      ])
  }

  @Test func `of row and reader the older revision counts`() {
    var desk = focused(Officine.mohamed)
    let seen = Officine.row(Officine.mohamed).order.revision
    var newer = Officine.opened(Officine.mohamed)
    newer.order.revision = seen + 1
    desk.send(.orderLoaded(newer))
    let effects = desk.press(.character("f"))
    #expect(
      effects == [
        .perform(.moved(to: .prepared, reason: nil), on: Officine.mohamed, expecting: seen)
      ])
  }

  @Test func `answers clear what was pending, whatever they say`() {
    let id = Officine.mohamed
    let gesture = Gesture.moved(to: .prepared, reason: nil)
    let order = Officine.row(id).order
    let effect = Effect.perform(gesture, on: id, expecting: order.revision)
    let answers: [Event] = [
      .gestureDone(gesture, order), .gestureRefused(gesture, id, .notHeld),
      .effectFailed(effect, .storeBusy), .orderVanished(id),
    ]
    for answer in answers {
      var desk = focused(id)
      desk.press(.character("f"))
      desk.send(answer)
      #expect(desk.state.pending.isEmpty, "\(desk.report)")
      #expect(desk.state.notice != nil, "\(desk.report)")
    }
  }

  @Test func `an answer that never comes frees the demande and is said`() {
    var desk = focused(Officine.mohamed)
    desk.press(.character("f"))
    desk.wait(seconds: 29)
    #expect(!desk.state.pending.isEmpty)
    desk.wait(seconds: 1)
    #expect(desk.state.pending.isEmpty)
    #expect(desk.state.notice?.content == .failed(.storeBusy))
    #expect(desk.last.contains(.loadCounts))
  }

  @Test func `auto-repeat never does a second gesture, not even on the next demande`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    for _ in 0..<40 { desk.press(.character("f"), &store) }
    #expect(store.order(Officine.jeanne)?.status == .prepared)
    #expect(store.order(Officine.durand)?.status == .received, "\(desk.report)")
    // The hand lifted: another second, and the key means the next demande.
    desk.wait(seconds: 2)
    desk.press(.character("f"), &store)
    #expect(store.order(Officine.durand)?.status == .prepared)
  }

  @Test func `the loser of a race is told who won`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    store.append(
      .taken(over: nil), to: Officine.jeanne, by: Officine.actor(Officine.sami), at: Officine.now)
    desk.press(.character("p"), &store)
    guard case .refused(.alreadyTaken(let owner))? = desk.state.notice?.content else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(owner.name == "Sami")
    #expect(desk.state.pending.isEmpty)
  }

  @Test func `a key that cannot act says why and asks the store for nothing`() {
    var desk = focused(Officine.elodie)
    #expect(desk.press(.character("f")).isEmpty)
    guard case .unavailable(.markPrepared, .refused(.alreadyTaken))? = desk.state.notice?.content
    else {
      Issue.record("\(desk.report)")
      return
    }
    desk = focused(Officine.ines)
    desk.arrange { $0.members.removeAll { $0.role.isPharmacist } }
    desk.press(.character("c"))
    #expect(
      desk.state.notice?.content == .unavailable(.check, .refused(.needsPharmacist)))
  }

  @Test func `I24: without an identified person it is asked who acts`() {
    var state = State.fixture()
    state.actor = nil
    var desk = DeskTrace(state)
    #expect(desk.press(.character("p")).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.take, .nobodyActs))
    guard case .form(let form)? = desk.state.layers.last else {
      Issue.record("no form")
      return
    }
    #expect(form.kind == .identify && form.fields.map(\.name) == [.initials, .pin])
  }

  @Test func `taking over asks first, and Enter alone says no`() {
    var desk = focused(Officine.elodie)
    desk.send(.commanded(.takeOver))
    #expect(desk.press(.enter).isEmpty)
    #expect(desk.state.layers.isEmpty)
    desk.send(.commanded(.takeOver))
    let effects = desk.press(.right, .enter)
    let seen = Officine.row(Officine.elodie).order.revision
    guard case .perform(.taken(let over?, _), Officine.elodie, seen)? = effects.first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(over.memberID == "sami")
  }

  @Test func `the states menu offers the legal ones and closing last`() {
    var desk = focused(Officine.ines, actor: Officine.claire)
    desk.press(.character("e"))
    guard case .menu(let menu)? = desk.state.layers.last else {
      Issue.record("no menu")
      return
    }
    #expect(menu.choices.contains(.refuse))
    #expect(menu.choices.contains(.status(.checked)))
    #expect(menu.choices.last == .status(.closed))
    #expect(!menu.choices.contains(.status(.collected)))
  }

  @Test func `remise with something owed is partial, and one gesture`() {
    var store = PaperStore()
    var desk = focused(Officine.luc)
    desk.press(.character("d"), &store)
    desk.press(.tab, &store)
    desk.type("Eliquis 5 mg, Doliprane", &store)
    desk.press(.tab, &store)
    desk.type("sa fille\n", &store)
    let order = store.order(Officine.luc)
    #expect(order?.status == .partial, "\(desk.report)")
    #expect(order?.markers.missing.map(\.product) == ["Eliquis 5 mg", "Doliprane"])
    #expect(desk.state.layers.isEmpty && desk.state.pending.isEmpty)
  }

  @Test func `the key that takes asks before it replaces a colleague, and Enter leaves it to them`()
  {
    var desk = focused(Officine.elodie)
    #expect(desk.state.hints.contains(.take))
    #expect(desk.press(.character("p")).isEmpty)
    guard case .confirm(let confirm)? = desk.state.layers.last,
      case .takeOver(Officine.elodie, let owner) = confirm.question
    else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(owner.name == "Sami" && !confirm.isYesSelected)
    #expect(desk.press(.enter).isEmpty && desk.state.layers.isEmpty)
    desk.press(.character("p"), .left)
    let sami = Author(owner)
    guard case .perform(.taken(sami, nil), Officine.elodie, _)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
  }

  @Test func `undo takes the held answer back before any gesture, and only once`() {
    var state = State.fixture()
    let held = HeldSend(
      item: "o1", order: Officine.jeanne, display: "MARTIN Jeanne",
      until: Officine.now.adding(seconds: 12))
    state.held = [held]
    var desk = DeskTrace(state)
    #expect(desk.press(.character("u")) == [.cancelSend(held)])
    desk.wait(seconds: 2)
    #expect(desk.press(.character("u")).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.undo, .stillPending))
    desk.send(.sendCancelled(held))
    #expect(desk.state.held.isEmpty)
  }

  @Test func `paper cannot be taken back: no print takes Enter for yes`() {
    var desk = focused(Officine.jeanne)
    #expect(desk.press(.character("i")).isEmpty)
    #expect(desk.press(.enter).isEmpty)
    desk.wait(seconds: 2)
    desk.press(.character("i"))
    #expect(desk.press(.right, .enter) == [.print(Officine.jeanne, printer: "comptoir")])
    var printed = Officine.opened(Officine.jeanne)
    printed.order.printed = Order.Signature(
      author: Officine.actor(Officine.sami).author, at: Officine.now)
    desk.arrange { state in
      state.page.rows[0].order = printed.order
      state.opened = printed
    }
    desk.wait(seconds: 2)
    #expect(desk.press(.character("i")).isEmpty)
    #expect(desk.press(.enter).isEmpty)
    desk.wait(seconds: 2)
    desk.press(.character("i"))
    #expect(desk.press(.right, .enter) == [.print(Officine.jeanne, printer: "comptoir")])
  }

  @Test func `notices leave by themselves after three to eight seconds`() {
    var desk = focused(Officine.elodie)
    desk.press(.character("f"))
    desk.wait(seconds: 2)
    #expect(desk.state.notice != nil)
    desk.wait(seconds: 7)
    #expect(desk.state.notice == nil)
    desk.press(.character("f"))
    desk.wait(seconds: -3600)
    #expect(desk.state.notice == nil, "a clock set back leaves no notice for ever")
  }

  @Test func `reading marks seen and takes nothing`() {
    var desk = DeskTrace(.fixture())
    let message = desk.state.page.rows[0].message.id
    #expect(desk.press(.enter) == [.markSeen([message])])
    #expect(desk.state.pending.isEmpty)
  }

  @Test func `what nobody reads in their name stays unread until somebody acts`() {
    var desk = DeskTrace(.fixture(actor: nil))
    var store = PaperStore()
    desk.press(.enter, &store)
    #expect(desk.state.focus == .reader && desk.state.openedSelection != nil)
    #expect(!desk.effects.contains { if case .markSeen = $0 { true } else { false } })
    desk.settle(desk.proof(of: Officine.lea), &store)
    #expect(desk.effects.contains { if case .markSeen = $0 { true } else { false } })
  }
}
