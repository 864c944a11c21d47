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
    if case .undoOlder(let last, let newest)? = question(desk) {
      #expect(last.order.id != Officine.jeanne && newest.order.id == Officine.jeanne)
    }
    guard case .unavailable(.undo, .refused(.undoOvertaken))? = desk.state.notice?.content else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(store.order(Officine.jeanne)?.owner?.memberID == "lea")
  }

  private func gesture(
    _ id: String, _ gesture: Gesture, on order: Order.ID, ago seconds: Int64,
    refusal: Refusal? = nil
  ) -> LastGesture {
    let event = OrderEvent(
      id: id, order: order, number: 9, author: Officine.actor(Officine.lea).author,
      at: Officine.now.adding(seconds: -seconds), basedOn: nil, gesture: gesture)
    return LastGesture(event: event, order: Officine.row(order).order, name: id, refusal: refusal)
  }

  private func mail(ago seconds: Int64, on order: Order.ID? = nil) -> HeldSend {
    HeldSend(
      item: "o1", order: order, display: "Dr DURAND Camille",
      until: Officine.now.adding(seconds: 12 - seconds),
      queuedAt: Officine.now.adding(seconds: -seconds))
  }

  @Test func `D13: of a mail that waits and a gesture, the later one is taken back`() {
    var desk = DeskTrace(.fixture())
    let taken = gesture("e", .taken(over: nil), on: Officine.jeanne, ago: 2)
    desk.send(.lastGesturesLoaded([taken], held: [mail(ago: 5)], queued: [mail(ago: 5).item]))
    #expect(desk.state.undoTarget == .gesture(taken))
    #expect(desk.press(.character("u")).isEmpty && question(desk) == .undo(taken))
    desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([taken], held: [mail(ago: 1)], queued: [mail(ago: 1).item]))
    #expect(desk.press(.character("u")) == [.cancelSend(mail(ago: 1))])
    // Being taken back, it is still the last thing.
    desk.wait(seconds: 2)
    desk.press(.character("u"))
    #expect(desk.state.notice?.content == .unavailable(.undo, .stillPending))
  }

  @Test(arguments: [
    Gesture.answerQueued(messageID: "o1@poste.example", seen: nil),
    .reminded(messageID: "o1@poste.example"),
  ])
  func `D13: the line a mail leaves in the history is that mail, not something done after it`(
    line: Gesture
  ) {
    let mail = mail(ago: 3, on: Officine.jeanne)
    // Written a moment later, and it stays.
    let queued = gesture("q", line, on: Officine.jeanne, ago: 2, refusal: .cannotBeUndone)
    var desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([queued], held: [mail], queued: [mail.item]))
    #expect(desk.state.undoTarget == .send(mail))
    // The line of another demande's mail is another one.
    let elsewhere = gesture("q", line, on: Officine.durand, ago: 2, refusal: .cannotBeUndone)
    desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([elsewhere], held: [mail], queued: [mail.item]))
    #expect(desk.state.undoTarget == .older(.send(mail), after: elsewhere))
  }

  @Test func `D13: a last gesture that stays is not skipped in silence`() {
    let attached = gesture(
      "b", .attached(from: "dx", messages: []), on: Officine.durand, ago: 60,
      refusal: .cannotBeUndone)
    let older = gesture("a", .taken(over: nil), on: Officine.jeanne, ago: 40_000)
    var desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([attached, older], held: [], queued: []))
    #expect(!desk.state.hints.prefix(5).contains(.undo), "nothing fresh to take back")
    #expect(desk.press(.character("u")).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.undo, .refused(.cannotBeUndone)))
    #expect(question(desk) == .undoOlder(older, after: attached))
    #expect(desk.press(.enter).isEmpty && desk.state.layers.isEmpty, "Enter takes nothing back")
    desk.wait(seconds: 2)
    desk.press(.character("u"), .left)
    #expect(desk.press(.enter).contains(.undo(on: Officine.jeanne, event: "a")))

    desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([attached], held: [mail(ago: 62)], queued: [mail(ago: 62).item]))
    desk.send(.lastGesturesLoaded([attached], held: [mail(ago: 3)], queued: [mail(ago: 3).item]))
    #expect(desk.state.undoTarget == .send(mail(ago: 3)))
    let now = gesture(
      "b", .attached(from: "dx", messages: []), on: Officine.durand, ago: 1,
      refusal: .cannotBeUndone)
    desk.send(.lastGesturesLoaded([now], held: [mail(ago: 3)], queued: [mail(ago: 3).item]))
    #expect(desk.press(.character("u")).isEmpty)
    #expect(question(desk) == .cancelSend(mail(ago: 3)), "named, although it is to nobody's row")
    #expect(desk.press(.enter).isEmpty, "and No is under the cursor")
    desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([attached], held: [], queued: []))
    desk.press(.character("u"))
    #expect(desk.state.layers.isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.undo, .refused(.cannotBeUndone)))
  }

  @Test func `what is on its way is the last thing: nothing older is taken back instead`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    desk.wait(seconds: 2)
    desk.press(.character("f"))
    desk.press(.character("u"))
    #expect(desk.state.notice?.content == .unavailable(.undo, .stillPending))
    #expect(desk.state.layers.isEmpty)
  }

  @Test func `a second step back is named first, and so is one before a note`() {
    var store = PaperStore()
    var desk = DeskTrace(.fixture())
    desk.press(.character("p"), &store)
    desk.wait(seconds: 2)
    desk.press(.character("w"), &store)
    desk.press(.enter, &store)
    desk.press(.enter, &store)
    desk.wait(seconds: 2)
    desk.press(.character("u"), &store)
    #expect(desk.state.layers.isEmpty, "just done: \(desk.report)")
    desk.wait(seconds: 2)
    desk.press(.character("u"), &store)
    guard case .undo? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
    desk.press(.escape, .character("n"))
    desk.type("vu\n")
    desk.send(.gestureDone(.noted("vu"), Officine.row(Officine.jeanne).order))
    desk.wait(seconds: 2)
    #expect(desk.press(.character("u")).isEmpty)
    guard case .undo? = question(desk) else {
      Issue.record("\(desk.report)")
      return
    }
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
    desk.send(.lastGesturesLoaded([], held: [held], queued: [held.item]))
    #expect(desk.state.held == [held])
    #expect(desk.press(.character("u")).isEmpty)
    #expect(question(desk) == .cancelSend(held), "another demande is selected: it asks")
    #expect(desk.press(.enter) == [.cancelSend(held)])
  }

  @Test func `what was taken back elsewhere counts down no more`() {
    var desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([], held: [mail(ago: 2)], queued: [mail(ago: 2).item]))
    #expect(desk.state.held.count == 1)
    // `mssterm undo` gave it back: the bell brings what still waits.
    desk.send(.lastGesturesLoaded([], held: [], queued: []))
    #expect(desk.state.held.isEmpty && desk.state.undoTarget == nil)
  }

  @Test func `an answer of a colleague that one let go counts down for whoever let it go`() {
    var desk = DeskTrace(.fixture())
    desk.send(.lastGesturesLoaded([], held: [mail(ago: 2)], queued: ["o1"]))
    // Its author is somebody else, or it was tried before: it is no mail of one's own to find.
    desk.send(.lastGesturesLoaded([], held: [], queued: ["o1"]))
    #expect(desk.state.held == [mail(ago: 2)])
    #expect(desk.press(.character("u"), .enter).contains(.cancelSend(mail(ago: 2))))
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
