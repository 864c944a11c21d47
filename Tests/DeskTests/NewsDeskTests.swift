import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("What came meanwhile, at the counter")
struct NewsDeskTests {
  /// That demande under the eyes, as `change` makes it.
  private func focused(_ id: Order.ID, _ change: (inout Order) -> Void = { _ in }) -> DeskTrace {
    var state = State.fixture(view: .all, actor: Officine.claire)
    state.selection = id
    state.opened = Officine.opened(id)
    if var order = state.opened?.order {
      change(&order)
      state.opened?.order = order
      for place in state.page.rows.indices where state.page.rows[place].id == id {
        state.page.rows[place].order = order
      }
    }
    return DeskTrace(state)
  }

  private func form(_ desk: DeskTrace) -> Form? {
    guard case .form(let form)? = desk.state.layers.last else { return nil }
    return form
  }

  private func warning(_ desk: DeskTrace) -> FormWarning? {
    form(desk).flatMap { $0.warning(on: $0.order.flatMap(desk.state.order), now: desk.state.now) }
  }

  @Test func `m4 « merci » on a remise is one key, and stands before taking it again`() {
    var desk = focused(Officine.luc) {
      $0.status = .collected
      $0.owner = nil
      $0.hasNews = true
    }
    #expect(desk.state.hints.prefix(2) == [.handleNews, .take], "\(desk.state.hints)")
    #expect(desk.state.urgentHints.contains(.handleNews))
    let seen = desk.state.selectedOrder?.revision
    // In the list its text is not in sight: the key shows it first.
    #expect(!desk.press(.function(9)).contains { if case .perform = $0 { true } else { false } })
    #expect(desk.state.focus == .reader && desk.state.pending.isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.handleNews, .readFirst))
    // A held key reads nothing.
    #expect(desk.press(.function(9)).isEmpty)
    desk.arrange { $0.now = $0.now.adding(seconds: 3) }
    #expect(
      desk.press(.function(9)) == [.perform(.newsHandled, on: Officine.luc, expecting: seen)])
    #expect(desk.state.pending[Officine.luc] == .handleNews)
  }

  @Test func `m4 where nothing came the key says so and does nothing`() {
    var desk = focused(Officine.luc)
    #expect(desk.press(.function(9)).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.handleNews, .nothingNew))
    #expect(!desk.state.hints.contains(.handleNews))
  }

  @Test func `m13 the check and « Remise » say that a message was not dealt with`() {
    for status in [Order.Status.checked, .partial] {
      var desk = focused(Officine.luc) {
        $0.status = status
        $0.hasNews = true
      }
      desk.press(.character("d"))
      #expect(warning(desk) == .unread(1, Officine.row(Officine.luc).order.lastMessageAt))
    }
    var desk = focused(Officine.luc)
    desk.press(.character("d"))
    #expect(form(desk) != nil && warning(desk) == nil)
    var order = Officine.row(Officine.ines).order
    let check = Form(kind: .check, order: order.id, expecting: order.revision, fields: [])
    order.hasNews = true
    order.newMessages = ["m8", "m9"]
    #expect(check.warning(on: order, now: Officine.now) == .unread(2, order.lastMessageAt))
  }

  @Test func `« Contrôlée » with a message that nobody dealt with asks first, No shows it`() {
    var desk = focused(Officine.ines) {
      $0.status = .prepared
      $0.owner = nil
      $0.hasNews = true
      $0.newMessages = ["m8", "m9"]
      $0.patient = Patient(name: "ROBERT Inès", source: .person)
    }
    let checking = Gesture.moved(to: .checked, reason: nil)
    desk.arrange { $0.policy.checkPIN = .never }
    #expect(desk.press(.character("c")).isEmpty)
    guard case .confirm(let confirm)? = desk.state.layers.last else {
      Issue.record("\(String(describing: desk.state.notice)) \(desk.state.layers)")
      return
    }
    #expect(confirm.question == .unread(checking, on: Officine.ines, count: 2))
    #expect(!confirm.isYesSelected)
    var no = desk
    no.press(.enter)
    #expect(no.state.focus == .reader && no.state.pending.isEmpty && no.state.layers.isEmpty)
    desk.press(.right)
    let seen = desk.state.selectedOrder?.revision
    #expect(desk.press(.enter) == [.perform(checking, on: Officine.ines, expecting: seen)])
  }

  @Test func `« traitée » with a message that nobody dealt with asks first too`() {
    var desk = focused(Officine.anh) {
      $0.hasNews = true
      $0.newMessages = ["m8"]
      $0.owner = nil
    }
    let closing = Gesture.moved(to: .closed, reason: nil)
    #expect(desk.send(.commanded(.close)).isEmpty)
    guard case .confirm(let confirm)? = desk.state.layers.last else {
      Issue.record("\(String(describing: desk.state.notice)) \(desk.state.layers)")
      return
    }
    #expect(confirm.question == .unread(closing, on: Officine.anh, count: 1))
    #expect(!confirm.isYesSelected)
    desk.press(.right)
    let seen = desk.state.selectedOrder?.revision
    #expect(desk.press(.enter) == [.perform(closing, on: Officine.anh, expecting: seen)])
  }

  @Test func `« préparée » says that a new message stays`() throws {
    var desk = focused(Officine.luc) { $0.hasNews = true }
    let order = try #require(desk.state.selectedOrder)
    desk.send(.gestureDone(.moved(to: .prepared, reason: nil), order))
    #expect(desk.state.notice?.leavesNews == true)
    var quiet = order
    quiet.hasNews = false
    desk.send(.gestureDone(.moved(to: .prepared, reason: nil), quiet))
    #expect(desk.state.notice?.leavesNews == false)
  }

  @Test
  func `the reader opens at the first message that is new or was not opened, else at the top`() {
    var opened = Officine.opened(Officine.mohamed)
    let first = opened.bodies[0]
    for place in 1...3 {
      var body = first
      body.message.id = "n\(place)"
      body.message.isOutgoing = false
      body.message.flags = Flags(["\\Seen"])
      opened.bodies.append(body)
    }
    opened.bodies[0].message.flags = Flags(["\\Seen"])
    func aim(_ opened: OpenedOrder) -> Message.ID? {
      var state = State.fixture(view: .all, actor: Officine.claire)
      state.selection = Officine.mohamed
      state.opened = nil
      var desk = DeskTrace(state)
      desk.send(.orderLoaded(opened))
      return desk.state.readerAim
    }
    #expect(aim(opened) == nil, "all was read: what concerns safety is at the top")
    var unseen = opened
    unseen.bodies[2].message.flags = Flags()
    #expect(aim(unseen) == "n2")
    unseen.order.newMessages = ["n1", "n3"]
    #expect(aim(unseen) == "n1", "what nobody dealt with comes before what was not opened")
    opened.bodies.removeLast(3)
    #expect(aim(opened) == nil, "one mail is read from the top")
    var state = State.fixture(view: .all, actor: Officine.claire)
    state.readerAim = "n1"
    var desk = DeskTrace(state)
    desk.send(.readerMeasured(lines: 100, top: 42))
    #expect(desk.state.readerAim == nil && desk.state.readerScroll == 42)
    desk.send(.readerMeasured(lines: 100, top: 12))
    #expect(desk.state.readerScroll == 42, "only the aim moves it")
  }

  @Test func `F9 handles what was in sight: with another message below it shows that one first`() {
    var opened = Officine.opened(Officine.luc)
    opened.order.hasNews = true
    opened.order.newMessages = ["n1", "n2"]
    var desk = focused(Officine.luc) { $0 = opened.order }
    desk.send(.orderLoaded(opened))
    desk.press(.enter)
    desk.send(.readerMeasured(lines: 100, top: 0, messages: ["n1"]))
    #expect(desk.press(.function(9)).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.handleNews, .readFirst))
    #expect(desk.state.readerAim == "n2")
    desk.send(.readerMeasured(lines: 100, top: 40, messages: ["n2"]))
    desk.arrange { $0.now = $0.now.adding(seconds: 3) }
    let seen = desk.state.selectedOrder?.revision
    #expect(
      desk.press(.function(9)) == [.perform(.newsHandled, on: Officine.luc, expecting: seen)])
  }

  @Test func `a note that names the reader is at the top: the reader opens there`() throws {
    var opened = Officine.opened(Officine.mohamed)
    var body = try #require(opened.bodies.first)
    body.message.id = "n1"
    body.message.flags = Flags()
    opened.bodies.append(body)
    opened.order.newMessages = ["n1"]
    for isAsked in [false, true] {
      var state = State.fixture(view: .all, actor: Officine.claire)
      state.selection = Officine.mohamed
      state.opened = nil
      if isAsked {
        state.around.mentions = [
          Mention(
            event: "m", order: Officine.mohamed, at: Officine.now,
            by: Officine.actor(Officine.lea).author)
        ]
      }
      var desk = DeskTrace(state)
      desk.send(.orderLoaded(opened))
      #expect(desk.state.readerAim == (isAsked ? nil : "n1"))
    }
  }

  @Test func `« Promis » says before Enter that an hour that is over means tomorrow`() throws {
    var desk = focused(Officine.luc)
    desk.press(.character("m"))
    guard case .menu(let menu)? = desk.state.layers.last,
      let place = menu.choices.firstIndex(of: .marker(.promised, isSet: false))
    else {
      Issue.record("\(desk.report)")
      return
    }
    for _ in 0..<place { desk.press(.down) }
    desk.press(.enter)
    #expect(form(desk)?.kind == .promised)
    desk.type("9:00")
    let time = try #require(Timestamp(iso8601: "2026-11-21T09:00"))
    #expect(warning(desk) == .tomorrow(time), "\(desk.report)")
    desk.press(.control("u"))
    for text in ["23:00", "demain 9h", "22/11 9h", "9:", ""] {
      desk.press(.control("u"))
      desk.type(text)
      if text != "9:" { #expect(warning(desk) == nil, "\(text)") }
    }
  }

  @Test func `taking over is not offered where nobody has it, nor a renewal before the remise`() {
    var desk = focused(Officine.jeanne)
    #expect(desk.send(.commanded(.takeOver)).isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.takeOver, .refused(.notHeld)))
    #expect(desk.send(.commanded(.renew)).isEmpty)
    #expect(desk.state.layers.isEmpty)
    #expect(desk.state.notice?.content == .unavailable(.renew, .refused(.notFromHere(.received))))
    for status in [Order.Status.partial, .collected, .closed] {
      var ready = focused(Officine.luc) { $0.status = status }
      #expect(ready.send(.commanded(.renew)).isEmpty)
      #expect(ready.state.layers.count == 1, "\(status)")
    }
  }

  @Test func `m9 yes after the time to undo a sending says that it is over`() {
    let held = HeldSend(
      item: "o1", order: Officine.jeanne, display: "MARTIN Jeanne",
      until: Officine.now.adding(seconds: 5), queuedAt: Officine.now)
    var state = State.fixture(view: .all, actor: Officine.lea)
    state.layers = [.confirm(Confirm(.cancelSend(held), isYesSelected: true))]
    var late = DeskTrace(state)
    late.arrange { $0.now = Officine.now.adding(seconds: 6) }
    #expect(late.press(.enter).isEmpty)
    #expect(late.state.notice?.content == .cancelTooLate(display: "MARTIN Jeanne"))
    var early = DeskTrace(state)
    #expect(early.press(.enter) == [.cancelSend(held)])
  }

  // MARK: Before an answer leaves

  private func reviewing() -> (desk: DeskTrace, look: [Effect]) {
    var desk = DeskTrace.answering(lastEvent: 4)
    let look = desk.press(.control("e"))
    return (desk, look)
  }

  @Test func `O13 the review itself says what moved, before anybody presses Enter`() {
    var (desk, effects) = reviewing()
    guard case .lookForCollision(let draft)? = effects.last else {
      Issue.record("\(desk.report)")
      return
    }
    let report = CollisionReport(
      events: [Officine.opened(Officine.mohamed).events[2]], upTo: 7)
    desk.send(.movedMeanwhile(CollisionReport(events: []), draft: draft.id))
    #expect(desk.state.compose?.foreseen == nil, "nothing moved")
    #expect(desk.send(.storeChanged).contains(.lookForCollision(draft)), "\(desk.report)")
    desk.send(.movedMeanwhile(report, draft: "another"))
    #expect(desk.state.compose?.foreseen == nil)
    desk.send(.movedMeanwhile(report, draft: draft.id))
    #expect(desk.state.compose?.phase == .reviewing && desk.state.compose?.foreseen == report)
    guard case .enqueue(let sent, true)? = desk.press(.enter).first else {
      Issue.record("Enter never sends over what came under the finger: \(desk.report)")
      return
    }
    #expect(sent.lastEvent == 4)
    desk.send(.sendCollided(report))
    #expect(desk.state.compose?.phase == .collided(report))
    var (again, _) = reviewing()
    again.send(.movedMeanwhile(report, draft: draft.id))
    again.press(.character("m"))
    let look = again.press(.control("e"))
    #expect(again.state.compose?.foreseen == nil && look.last == .lookForCollision(draft))
  }

  @Test func `O13 a look that is answered late disturbs neither writing nor sending`() {
    let report = CollisionReport(
      events: [Officine.opened(Officine.mohamed).events[2]], upTo: 7)
    var (writing, _) = reviewing()
    writing.press(.character("m"))
    writing.send(.movedMeanwhile(report, draft: "draft"))
    #expect(writing.state.compose?.phase == .writing && writing.state.compose?.foreseen == nil)
    var (sending, _) = reviewing()
    sending.press(.enter)
    sending.send(.movedMeanwhile(report, draft: "draft"))
    #expect(sending.state.compose?.phase == .sending)
  }
}
