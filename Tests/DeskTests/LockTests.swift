import Desk
import Domain
import Keys
import TestKit
import Testing

@Suite("Locking the screen")
struct LockTests {
  /// Words of the fixture's patients: names, subjects, texts.
  private static let canaries: [String] = {
    let rows = Officine.rows.flatMap {
      [$0.message.sender.display, $0.message.title, $0.message.preview]
    }
    let texts = Officine.rows.flatMap { Officine.opened($0.id).bodies.map(\.text) }
    let words = (rows + texts).flatMap { $0.split { !$0.isLetter } }.map(String.init)
    return Array(Set(words.filter { $0.count > 3 }))
  }()

  /// Everything a state holds, as text.
  private func contents(_ state: State) -> String {
    var state = state
    // The officine's own words: its name, its templates, its commands' titles.
    state.templates = []
    state.titles = [:]
    state.officine = ""
    state.bal = Officine.bal
    return String(describing: state)
  }

  private func leaks(_ state: State) -> [String] {
    let own = Set(
      contents(
        State(
          officine: "", bal: Officine.bal, poste: Officine.poste,
          members: [Officine.lea, Officine.sami, Officine.claire], now: Officine.now)
      ).split { !$0.isLetter }.map(String.init))
    let text = Set(contents(state).split { !$0.isLetter }.map(String.init))
    return Self.canaries.filter { text.contains($0) && !own.contains($0) }
  }

  private func writing() -> DeskTrace {
    var desk = DeskTrace(.fixture())
    var store = PaperStore()
    desk.press(.enter, &store)
    desk.press(.character("r"), &store)
    desk.type("Bonjour Jeanne")
    return desk
  }

  @Test func `P01 I24: an idle counter locks, and holds no word about a patient any more`() {
    var desk = writing()
    desk.arrange { state in
      state.held = [
        HeldSend(item: "o", order: nil, display: "MARTIN Jeanne", until: state.now)
      ]
      state.offeredSearch = "251037512345642"
    }
    #expect(!leaks(desk.state).isEmpty, "the canaries are seen before")
    desk.press(.left)
    desk.wait(seconds: 299)
    #expect(!desk.state.isLocked)
    desk.wait(seconds: 1)
    #expect(desk.state.isLocked)
    #expect(desk.last.contains(.wipe))
    #expect(leaks(desk.state).isEmpty, "\(leaks(desk.state))")
    #expect(desk.state.counts == Officine.counts, "it still counts")
  }

  @Test func `P01: a lock keeps the draft, and says where, before it forgets`() {
    var desk = writing()
    desk.press(.control("k"))
    guard case .saveDraft(let draft)? = desk.last.first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(draft.body.hasPrefix("Bonjour Jeanne"))
  }

  @Test func `O14: a note half written is kept every two seconds, by Esc and by the lock`() {
    var desk = DeskTrace(.fixture())
    desk.press(.character("n"))
    desk.type("elle a ")
    let kept = KeptNote(order: Officine.jeanne, author: "lea", text: "elle a ")
    #expect(desk.wait(seconds: 2) == [.keepNote(kept)])
    #expect(desk.wait(seconds: 2).isEmpty, "once is enough")
    desk.type("appelé")
    desk.press(.control("k"))
    let whole = KeptNote(order: Officine.jeanne, author: "lea", text: "elle a appelé")
    #expect(desk.last.first == .keepNote(whole))
    desk.send(desk.proof(of: Officine.lea))
    desk.send(.keptNotesLoaded([whole, KeptNote(order: Officine.anh, author: "x", text: "?")]))
    desk.send(.orderLoaded(Officine.opened(Officine.jeanne)))
    desk.press(.character("n"))
    guard case .note(let editor)? = desk.state.layers.last else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(editor.words.note == whole.text)
    #expect(
      desk.press(.escape) == [.keepNote(whole)], "and Esc keeps it in the store, not here alone")
  }

  @Test func `P01: no key, paste, click or command does anything on a locked screen`() {
    var locked = DeskTrace(.fixture())
    locked.press(.control("k"))
    let keys: [Key] = [
      .escape, .function(12), .function(2), .function(3), .control("z"), .control("k"), .down,
      .pageDown, .alt("x"), .tab, .character(":"), .character("q"), .character("p"),
    ]
    for key in keys {
      var desk = locked
      desk.press(key)
      #expect(desk.last.isEmpty && desk.state.isLocked, "\(key)")
      #expect(desk.state.layers.isEmpty && !desk.state.isQuitting && !desk.state.isCurtained)
    }
    let events: [Event] = [
      .pasted("lp4817\n"), .clicked(column: 5, row: 5), .wheelTurned(lines: 3),
      .viewChosen(.all), .commanded(.take), .commanded(.palette), .commanded(.quit),
    ]
    for event in events {
      var desk = locked
      #expect(desk.send(event).isEmpty && desk.state == locked.state, "\(event)")
    }
  }

  @Test func `P01: what was asked before brings no name in, and the exchange goes on`() {
    var desk = DeskTrace(.fixture())
    desk.press(.control("k"))
    let late: [Event] = [
      .pageLoaded(.todo, Officine.page(of: .todo)),
      .pageLoaded(.preparing, Officine.page(of: .preparing)),
      .orderLoaded(Officine.opened(Officine.jeanne)),
      .searchAnswered(query: "", rows: Officine.rows), .revealed(Officine.jeanne),
      .awaitedLoaded(
        AwaitedMail(
          rows: [
            Awaited(
              receivedAt: Officine.now, sender: Officine.rows[0].message.sender, subject: "x")
          ], total: 1)),
      .sendQueued(HeldSend(item: "o", order: nil, display: "MARTIN Jeanne", until: Officine.now)),
      .draftOpened(
        Draft(id: "d", subject: "MARTIN", body: "", authorID: "lea", updatedAt: Officine.now),
        recipient: nil),
      .gestureDone(.noted("MARTIN"), Officine.row(Officine.jeanne).order),
      .healthLoaded(
        HealthSheet(setAside: [SetAside(id: "m", receivedAt: Officine.now, sender: "MARTIN")])),
    ]
    for event in late { desk.send(event) }
    #expect(leaks(desk.state).isEmpty, "\(leaks(desk.state))")
    #expect(desk.send(.storeChanged) == [.loadCounts, .loadSync, .loadWaiting, .loadMembers])
    let working = SyncStatus(phase: .working, since: desk.state.now)
    desk.send(.syncChanged(working))
    #expect(desk.state.sync == working)
  }

  @Test func `the same member is back where they were, with their answer`() {
    var desk = writing()
    let before = desk.state
    desk.press(.control("k"))
    #expect(
      desk.type("lp4817\n") == [
        .identify(Credentials(name: "lp", pin: "4817", purpose: .unlocking))
      ])
    #expect(desk.type("x").isEmpty, "one answer at a time")
    let effects = desk.send(desk.proof(of: Officine.lea))
    #expect(!desk.state.isLocked && desk.state.view == before.view)
    #expect(desk.state.selection == before.selection && desk.state.focus == .reader)
    let message = before.compose?.draft.replyingTo
    #expect(effects.contains(.openDraft(replyingTo: message, order: Officine.jeanne)))
    #expect(effects.contains(.loadOrder(Officine.jeanne)))
    #expect(effects.contains(.loadKeptNotes))
  }

  @Test func `P01: another member lands on the queue, and nothing is opened for them`() {
    var desk = writing()
    var store = PaperStore()
    desk.press(.control("k"))
    desk.send(.ticked(desk.state.now))
    desk.settle(desk.proof(of: Officine.sami), &store)
    #expect(desk.state.view == .todo && desk.state.selection == nil)
    #expect(desk.state.opened == nil && desk.state.layers.isEmpty && desk.state.held.isEmpty)
    #expect(!desk.effects.suffix(12).contains { if case .openDraft = $0 { true } else { false } })
    desk.press(.down, &store)
    #expect(desk.state.selection == Officine.jeanne, "a hand opens")
  }

  @Test func `another member leaves a nominative BAL for the officine's own`() {
    var state = State.fixture()
    state.bal = BAL(name: "lea", address: "lea@x.mssante.fr", kind: .nominative)
    state.bals = [
      BALChoice(name: "officine", kind: .organisationnelle, isOpen: false, obstacle: nil),
      BALChoice(name: "lea", kind: .nominative, isOpen: true, obstacle: nil),
    ]
    var desk = DeskTrace(state)
    desk.press(.control("k"))
    var other = desk
    #expect(other.send(other.proof(of: Officine.sami)).last == .openBAL("officine"))
    #expect(other.state.page.rows.isEmpty && other.state.selection == nil)
    desk.send(desk.proof(of: Officine.lea))
    #expect(desk.state.selection == Officine.jeanne)
    // Opened by an account of nobody's: its owner stays, whoever else goes.
    state.actor = nil
    state.bals[1].obstacle = .otherMember("lp")
    for (member, stays) in [(Officine.lea, true), (Officine.sami, false)] {
      var locked = DeskTrace(state)
      locked.press(.control("k"))
      let last = locked.send(locked.proof(of: member)).last
      #expect((last == .openBAL("officine")) == !stays, "\(member.initials)")
    }
  }

  @Test func `O14: a full disk at the lock loses nothing, and shows it to its author alone`() {
    var desk = writing()
    desk.press(.control("k"))
    guard case .saveDraft(let draft)? = desk.last.first else {
      Issue.record("\(desk.report)")
      return
    }
    desk.send(.effectFailed(.saveDraft(draft), .diskFull))
    #expect(desk.state.isKeepingText && desk.state.layers.isEmpty)
    #expect(desk.wait(seconds: 1).isEmpty, "with a pause")
    #expect(desk.wait(seconds: 1) == [.saveDraft(draft)])
    desk.send(.effectFailed(.saveDraft(draft), .diskFull))
    var other = desk
    other.send(other.proof(of: Officine.sami))
    other.wait(seconds: 2)
    other.send(.effectFailed(.saveDraft(draft), .diskFull))
    #expect(other.state.layers.isEmpty && other.state.isKeepingText)
    desk.send(desk.proof(of: Officine.lea))
    desk.wait(seconds: 2)
    desk.send(.effectFailed(.saveDraft(draft), .diskFull))
    #expect(desk.state.compose?.draft.id == draft.id)
  }

  @Test func `an answer on its way at the lock leaves once, or is a draft again`() {
    var desk = writing()
    desk.press(.control("e"))
    guard case .enqueue(let draft, _)? = desk.press(.enter).first else {
      Issue.record("\(desk.report)")
      return
    }
    desk.press(.control("k"))
    #expect(!desk.last.contains { if case .saveDraft = $0 { true } else { false } })
    var sent = desk
    let held = HeldSend(item: "o", order: nil, display: "x", until: desk.state.now)
    #expect(sent.send(.sendQueued(held)).isEmpty)
    sent.wait(seconds: 60)
    #expect(
      !sent.last.contains { if case .saveDraft = $0 { true } else { false } },
      "never a draft of what was sent")
    let effects = desk.send(.effectFailed(.enqueue(draft, checked: true), .storeBusy))
    guard case .saveDraft(let kept)? = effects.first else {
      Issue.record("\(desk.report)")
      return
    }
    #expect(kept.body == draft.body)
  }

  @Test func `Ctrl-Z and the way back lock, also under the curtain`() {
    var desk = DeskTrace(.fixture())
    let effects = desk.press(.control("z"))
    #expect(effects.firstIndex(of: .wipe).map { $0 < effects.count - 1 } == true)
    #expect(effects.last == .suspend && desk.state.isLocked)
    var state = State.fixture()
    state.isCurtained = true
    desk = DeskTrace(state)
    desk.send(.commanded(.lock))
    #expect(desk.state.isLocked && !desk.state.isCurtained)
  }

  @Test func `P02: a wait is counted down, and a provisional code asks for the member's own`() {
    var desk = DeskTrace(.fixture())
    desk.press(.control("k"))
    desk.type("lp0000\n")
    let until = desk.state.now.adding(seconds: 4)
    desk.send(.identificationRefused(.tooSoon(until: until), attempt: desk.attempt))
    #expect(desk.type("4817\n").isEmpty)
    #expect(desk.state.wakeAt == desk.state.now.adding(seconds: 1))
    desk.wait(seconds: 4)
    #expect(desk.press(.enter).count == 1)
    desk.send(.identificationRefused(.provisional, attempt: desk.attempt))
    #expect(desk.state.lock?.form.kind == .choosePIN)
    desk.type("9\n9\n")
    #expect(desk.state.lock?.form.problem == .identity(.pinLength))
    desk.type("2468\n2469\n")
    #expect(desk.state.lock?.form.problem == .identity(.pinsDiffer))
    desk.type("4817\n4817\n")
    #expect(desk.state.lock?.form.problem == .identity(.pinUnchanged))
    #expect(
      desk.type("2468\n2468\n") == [
        .identify(
          Credentials(name: "lp", pin: "4817", newPIN: "2468", purpose: .unlocking, attempt: 3))
      ])
  }

  @Test func `initials and code in one go, and only where they cannot be other initials`() {
    var state = State.fixture()
    var second = Officine.sami
    second.id = "lp2"
    second.initials = "LP2"
    state.members.append(second)
    var desk = DeskTrace(state)
    desk.press(.control("k"))
    desk.type("lp2")
    #expect(desk.state.lock?.form.text(of: .initials) == "lp2")
    desk.type("4")
    #expect(desk.state.lock?.form.text(of: .pin) == "4")
  }

  @Test func `a code that was set meanwhile is asked for, and none where there is none left`() {
    var state = State.fixture()
    let guarded = state.members
    for place in state.members.indices { state.members[place].hasPIN = false }
    let open = state.members
    var desk = DeskTrace(state)
    desk.press(.control("k"))
    #expect(
      desk.type("lp\n") == [
        .identify(Credentials(name: "lp", pin: nil, purpose: .unlocking))
      ])
    desk.send(.identificationRefused(.needsPIN, attempt: desk.attempt))
    #expect(desk.state.lock?.form.fields.map(\.name) == [.initials, .pin])
    desk.send(.membersLoaded(guarded))
    #expect(desk.state.lock?.form.fields.count == 2)
    desk.send(.membersLoaded(open))
    #expect(desk.state.lock?.form.fields.map(\.name) == [.initials])
  }

  @Test func `where nobody is known yet, Enter opens`() {
    var state = State.fixture(actor: nil)
    state.members = []
    var desk = DeskTrace(state)
    desk.press(.control("k"))
    #expect(desk.press(.enter).count == 1)
    desk.send(.identifiedNobody(attempt: desk.attempt))
    #expect(!desk.state.isLocked && desk.state.actor == nil)
  }
}
