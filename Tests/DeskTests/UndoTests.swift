import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Undo, named before it is done")
struct UndoDeskTests {
  private func question(_ desk: DeskTrace) -> Confirm.Question? {
    guard case .confirm(let confirm)? = desk.state.layers.last else { return nil }
    return confirm.question
  }

  @Test func `what was just done here is taken back at once`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    #expect(desk.state.hints.prefix(4).contains(.undo), "it is among the first things to know")
    desk.press(.character("u"), &store)
    #expect(desk.state.layers.isEmpty && store.order(Officine.jeanne)?.owner == nil)
  }

  @Test func `elsewhere, and later, the gesture is named first and Enter takes it back`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    desk.settle(.viewChosen(.check), &store)
    desk.wait(seconds: 2)
    desk.press(.character("u"), &store)
    guard case .undo(let last)? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(last.order.id == Officine.jeanne && last.event.gesture == .taken(over: nil))
    #expect(store.order(Officine.jeanne)?.owner != nil, "named, not done")
    desk.press(.enter, &store)
    #expect(store.order(Officine.jeanne)?.owner == nil, "\(desk.report)")
    #expect(desk.state.selection == Officine.jeanne, "back under the eyes")
  }

  @Test func `an old gesture on the demande under the eyes is named too`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    desk.wait(seconds: 61)
    #expect(desk.press(.character("u")).isEmpty)
    guard case .undo? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    desk.press(.escape, &store)
    #expect(store.order(Officine.jeanne)?.owner != nil)
  }

  @Test func `several steps back, across demandes, and after quitting`() {
    var store = PaperStore()
    let jeanne = Officine.jeanne
    store.append(
      .taken(over: nil), to: jeanne, by: Officine.actor(Officine.lea),
      at: Officine.now.adding(seconds: -600))
    store.append(
      .taken(over: nil), to: Officine.durand, by: Officine.actor(Officine.lea),
      at: Officine.now.adding(seconds: -300))
    // A screen that has just opened: it did none of this.
    var desk = DeskTrace(.fixture(view: .ready))
    desk.settle(.storeChanged, &store)
    for id in [Officine.durand, jeanne] {
      desk.wait(seconds: 2)
      desk.press(.character("u"), &store)
      guard case .undo(let last)? = question(desk) else {
        Issue.record("\(desk.report)")
        return
      }
      #expect(last.order.id == id)
      desk.press(.enter, &store)
      #expect(store.order(id)?.owner == nil)
    }
  }

  @Test func `what a colleague built on is not offered, and the key says who`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    store.append(
      .marked(.urgent), to: Officine.jeanne, by: Officine.actor(Officine.sami), at: Officine.now)
    desk.settle(.storeChanged, &store)
    // Older gestures of the fixture stand: they are what comes next, and named.
    desk.wait(seconds: 2)
    desk.press(.character("u"), &store)
    if case .undo(let last)? = question(desk) {
      #expect(last.order.id != Officine.jeanne)
    } else {
      guard case .unavailable(.undo, .refused(.undoOvertaken))? = desk.state.notice?.content
      else {
        Issue.record("\(desk.report)")
        return
      }
    }
    #expect(store.order(Officine.jeanne)?.owner?.memberID == "lea")
  }

  @Test func `another person's gestures are not offered to who comes after`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    desk.send(desk.proof(of: Officine.sami))
    #expect(desk.state.lastGestures == nil)
    desk.settle(.storeChanged, &store)
    if case .gesture(let last)? = desk.state.undoTarget {
      #expect(last.event.author.memberID == "sami")
    }
  }

  @Test func `an answer in its time of grace can be taken back from anywhere, also after quitting`()
  {
    var desk = DeskTrace(.fixture())
    let held = HeldSend(
      item: "o1", order: Officine.durand, display: "Dr DURAND Camille",
      until: Officine.now.adding(seconds: 10), queuedAt: Officine.now.adding(seconds: -2))
    desk.send(.lastGesturesLoaded([], held: [held]))
    #expect(desk.state.held == [held])
    #expect(desk.press(.character("u")).isEmpty)
    #expect(question(desk) == .cancelSend(held), "another demande is selected: it asks")
    #expect(desk.press(.enter) == [.cancelSend(held)])
  }

  @Test func `the history takes back one's last gesture on that demande`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    desk.wait(seconds: 120)
    desk.press(.character("x"), &store)
    #expect(desk.state.context == .history)
    desk.press(.character("u"), &store)
    #expect(store.order(Officine.jeanne)?.owner == nil, "\(desk.report)")
    #expect(desk.state.context == .history, "the history stays open and shows it")
    desk.press(.character("x"), &store)
    #expect(desk.state.layers.isEmpty)
  }
}
